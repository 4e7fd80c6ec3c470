"""However a process ends, and whatever the disk does: real processes, read by TensorBoard's own loader."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tensorboard.backend.event_processing.event_file_loader import RawEventFileLoader

from graphlog.events.records import RecordReader
from graphlog.proto import event_pb2

REPOSITORY = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 120

BEGINNING = """
import os, signal, sys, threading
from graphlog.events.writing.file_writer import EventFileWriter
from graphlog.proto.event_pb2 import Event

writer = EventFileWriter(sys.argv[1])

def add(*steps):
    for step in steps:
        writer.add_event(Event(step=step))
"""


def run(program: str, logdir: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", BEGINNING + program, str(logdir)],
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        cwd=logdir,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,  # a deadlock fails the test
        check=False,
    )


def read_steps(path: Path) -> list[int]:
    events = [event_pb2.Event.FromString(data) for data in RawEventFileLoader(str(path)).Load()]
    assert events[0].file_version == "brain.Event:2"
    return [event.step for event in events[1:]]


def files_in(logdir: Path) -> list[Path]:
    return sorted(logdir.glob("*tfevents*"))


def assert_whole(path: Path) -> None:
    with path.open("rb") as file:
        reader = RecordReader(file)
        list(reader)
    assert reader.torn_tail_offset is None
    assert reader.offset == path.stat().st_size


ENDINGS = {
    "normal": ("", 0),
    "sys.exit": ("sys.exit(3)", 3),
    "uncaught exception": ("raise RuntimeError('lost')", 1),
    "os._exit": ("os._exit(4)", 4),
    "SIGTERM": ("os.kill(os.getpid(), signal.SIGTERM)", -signal.SIGTERM),
    "SIGKILL": ("os.kill(os.getpid(), signal.SIGKILL)", -9),
    "SIGKILL while threads add": (
        """
started = threading.Barrier(5)
def forever():
    started.wait()
    while True:
        add(7)
for _ in range(4):
    threading.Thread(target=forever, daemon=True).start()
started.wait()
os.kill(os.getpid(), signal.SIGKILL)
""",
        -9,
    ),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_event_is_in_the_file(ending: str, tmp_path: Path) -> None:
    program, status = ENDINGS[ending]
    if sys.platform == "win32" and ending.startswith("SIG"):
        pytest.skip("Windows has no such signals")
    finished = run("add(*range(100))\n" + program, tmp_path)
    assert finished.returncode == status, finished.stderr
    (path,) = files_in(tmp_path)
    assert read_steps(path)[:100] == list(range(100))
    assert_whole(path)


def test_a_signal_handler_may_add_events(tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("Windows has no such signals")
    finished = run(
        """
signal.signal(signal.SIGUSR1, lambda *_: add(1))
with writer._lock:  # the signal arrives while an event is being added
    os.kill(os.getpid(), signal.SIGUSR1)
    add(2)
""",
        tmp_path,
    )
    assert finished.returncode == 0, finished.stderr
    assert sorted(read_steps(files_in(tmp_path)[0])) == [1, 2]


LIMITED = """
import errno, resource
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # else the system ends the process

def limit(size):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

def size():
    return os.path.getsize(writer.path)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot limit the size of a file")
@pytest.mark.parametrize("room", [0, 1, 11, 12, 15, 17])
def test_a_full_disk_leaves_no_half_record(room: int, tmp_path: Path) -> None:
    finished = run(
        LIMITED
        + f"""
add(1)
before = size()
limit(before + {room})  # the record has 18 bytes
try:
    add(2)
except OSError as error:
    assert error.errno == errno.EFBIG, error
    assert error.filename == writer.path, error
else:
    raise AssertionError("the event found room")
assert size() == before, (size(), before)
limit(resource.RLIM_INFINITY)
add(3)
""",
        tmp_path,
    )
    assert finished.returncode == 0, finished.stderr
    (path,) = files_in(tmp_path)
    assert read_steps(path) == [1, 3]
    assert_whole(path)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot limit the size of a file")
def test_no_room_even_for_the_version_leaves_no_file(tmp_path: Path) -> None:
    finished = run(
        LIMITED
        + """
os.mkdir("other")
limit(10)
try:
    EventFileWriter("other")
except OSError as error:
    assert error.errno == errno.EFBIG, error
else:
    raise AssertionError("the version found room")
assert os.listdir("other") == []
""",
        tmp_path,
    )
    assert finished.returncode == 0, finished.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot limit the size of a file")
def test_a_file_that_cannot_be_cut_back_gets_a_successor(tmp_path: Path) -> None:
    finished = run(
        LIMITED
        + """
add(1)
def refuse(*arguments):
    raise OSError(errno.EIO, "")
truncate, os.ftruncate = os.ftruncate, refuse
limit(size() + 5)
try:
    add(2)
except OSError as error:
    assert error.errno == errno.EFBIG, error
limit(resource.RLIM_INFINITY)
add(3)
""",
        tmp_path,
    )
    assert finished.returncode == 0, finished.stderr
    torn, successor = files_in(tmp_path)
    assert (read_steps(torn), read_steps(successor)) == ([1], [3])
    assert_whole(successor)


needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")


@needs_fork
def test_a_forked_child_writes_a_file_of_its_own(tmp_path: Path) -> None:
    finished = run(
        """
add(1, 2)
child = os.fork()
if child == 0:
    add(10, 11)
    writer.close()
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
add(3)
""",
        tmp_path,
    )
    assert finished.returncode == 0, finished.stderr
    assert sorted(map(read_steps, files_in(tmp_path))) == [[1, 2, 3], [10, 11]]


@needs_fork
def test_a_child_that_only_closes_writes_nothing(tmp_path: Path) -> None:
    finished = run(
        """
child = os.fork()
if child == 0:
    writer.close()
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
add(1)
""",
        tmp_path,
    )
    assert finished.returncode == 0, finished.stderr
    assert list(map(read_steps, files_in(tmp_path))) == [[1]]


@needs_fork
def test_forks_among_busy_threads_neither_lock_up_nor_lose_events(tmp_path: Path) -> None:
    finished = run(
        """
done = threading.Event()
def busy():
    while not done.is_set():
        add(0)
threads = [threading.Thread(target=busy) for _ in range(4)]
for thread in threads:
    thread.start()
children = []
for step in range(1, 21):
    child = os.fork()
    if child == 0:
        add(step)
        os._exit(0)
    children.append(child)
assert [os.waitpid(child, 0)[1] for child in children] == [0] * 20
done.set()
for thread in threads:
    thread.join()
""",
        tmp_path,
    )
    assert finished.returncode == 0, finished.stderr
    steps = [read_steps(path) for path in files_in(tmp_path)]
    assert sorted(steps)[1:] == [[step] for step in range(1, 21)]
    assert set(sorted(steps)[0]) == {0}
    for path in files_in(tmp_path):
        assert_whole(path)


@needs_fork
def test_a_lock_held_by_another_thread_is_free_in_the_child(tmp_path: Path) -> None:
    finished = run(
        """
held, release = threading.Event(), threading.Event()
def hold():
    with writer._lock:
        held.set()
        release.wait()
thread = threading.Thread(target=hold)
thread.start()
held.wait()
child = os.fork()
if child == 0:
    add(1)
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
release.set()
thread.join()
add(2)
""",
        tmp_path,
    )
    assert finished.returncode == 0, finished.stderr
    assert sorted(map(read_steps, files_in(tmp_path))) == [[1], [2]]


def test_processes_that_start_together_share_no_file(tmp_path: Path) -> None:
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", f"{BEGINNING}\nadd({step})", str(tmp_path)],
            env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        )
        for step in range(4)
    ]
    assert [program.wait(PATIENCE_SECONDS) for program in programs] == [0] * 4
    assert sorted(map(read_steps, files_in(tmp_path))) == [[0], [1], [2], [3]]
