"""Numbers that may still wait in a queue: however the process ends, forks, or finds the disk full."""

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
LINUX_ONLY = pytest.mark.skipif(sys.platform == "win32", reason="needs fork, signals and limits")

BEGINNING = """
import errno, multiprocessing, os, pickle, signal, sys, threading, time, warnings
from graphlog.events.writing.file_writer import EventFileWriter

def add(writer, *steps):
    for step in steps:
        writer.add_scalar("x", 1.0, step)

def work(writer, first, count=1000):
    for step in range(first, first + count):
        writer.add_scalar("x", 1.0, step)

if __name__ == "__main__":
    # A shell's background job is started with this signal ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    writer = EventFileWriter(sys.argv[1])
"""


def run(program: str, logdir: Path) -> subprocess.CompletedProcess[str]:
    script = logdir / "program.py"  # a file: multiprocessing imports it in what it spawns
    script.write_text(BEGINNING + "\n".join("    " + line for line in program.strip("\n").split("\n")))
    return subprocess.run(
        [sys.executable, str(script), str(logdir)],
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,  # a deadlock fails the test
        check=False,
    )


def read_steps(path: Path) -> list[int]:
    with path.open("rb") as file:
        reader = RecordReader(file)
        list(reader)
    assert (reader.torn_tail_offset, reader.offset) == (None, path.stat().st_size)
    _, *events = [event_pb2.Event.FromString(data) for data in RawEventFileLoader(str(path)).Load()]
    return [event.step for event in events]


def steps_in(logdir: Path) -> list[list[int]]:
    return sorted(read_steps(path) for path in logdir.glob("*tfevents*"))


KILLS = {
    "os._exit": ("os._exit(4)", 4),
    "SIGTERM": ("os.kill(os.getpid(), signal.SIGTERM)", -15),
    "SIGKILL": ("os.kill(os.getpid(), signal.SIGKILL)", -9),
}
ENDINGS = {
    "normal": ("", 0),
    "sys.exit": ("sys.exit(3)", 3),
    "uncaught exception": ("raise RuntimeError('lost')", 1),
    "SIGINT": ("os.kill(os.getpid(), signal.SIGINT)\ntime.sleep(60)", -signal.SIGINT),
    "exit while a thread adds": (
        "thread = threading.Thread(target=work, args=(writer, 3000, 50_000))\nthread.start()",
        0,
    ),
    "atexit": ("import atexit\natexit.register(work, writer, 3000)", 0),
}


@LINUX_ONLY
@pytest.mark.parametrize("ending", ENDINGS)
def test_an_ending_that_python_notices_loses_nothing(ending: str, tmp_path: Path) -> None:
    program, status = ENDINGS[ending]
    finished = run("add(writer, *range(3000))\n" + program, tmp_path)
    assert finished.returncode == status, finished.stderr
    (steps,) = steps_in(tmp_path)
    if "thread" in ending:
        assert sorted(steps) == list(range(53_000))
    else:
        assert steps == list(range(4000 if ending == "atexit" else 3000))


@LINUX_ONLY
@pytest.mark.parametrize("ending", KILLS)
def test_a_second_later_nothing_is_lost(ending: str, tmp_path: Path) -> None:
    program, status = KILLS[ending]
    finished = run("add(writer, *range(30_000))\ntime.sleep(1)\n" + program, tmp_path)
    assert finished.returncode == status, finished.stderr
    assert steps_in(tmp_path) == [list(range(30_000))]


@LINUX_ONLY
@pytest.mark.parametrize("ending", KILLS)
def test_a_hundred_survive_even_without_that_second(ending: str, tmp_path: Path) -> None:
    program, status = KILLS[ending]
    finished = run("add(writer, *range(100))\n" + program, tmp_path)
    assert finished.returncode == status, finished.stderr
    assert steps_in(tmp_path) == [list(range(100))]


@LINUX_ONLY
def test_kill_in_the_middle_leaves_a_torn_tail_at_worst(tmp_path: Path) -> None:
    program = """
threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGKILL)).start()
work(writer, 0, 10**9)
"""
    assert run(program, tmp_path).returncode == -9
    (path,) = tmp_path.glob("*tfevents*")
    with path.open("rb") as file:
        steps = [event_pb2.Event.FromString(data).step for data in RecordReader(file)]
    assert steps[1:] == list(range(len(steps) - 1))
    assert len(steps) > 1000


@LINUX_ONLY
@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_a_process_of_multiprocessing_has_its_own_file(method: str, tmp_path: Path) -> None:
    program = f"""
work(writer, 0)
context = multiprocessing.get_context({method!r})
children = [context.Process(target=work, args=(writer, first)) for first in (2000, 4000)]
for child in children:
    child.start()
for child in children:
    child.join()
assert [child.exitcode for child in children] == [0, 0]
work(writer, 1000)
"""
    finished = run(program, tmp_path)
    assert finished.returncode == 0, finished.stderr
    assert steps_in(tmp_path) == [
        list(range(2000)),
        list(range(2000, 3000)),
        list(range(4000, 5000)),
    ]


@LINUX_ONLY
def test_forks_among_busy_threads(tmp_path: Path) -> None:
    program = """
done = threading.Event()
def busy():
    while not done.is_set():
        writer.add_scalar("x", 1.0, 0)
threads = [threading.Thread(target=busy) for _ in range(3)]
for thread in threads:
    thread.start()
children = []
for step in range(1, 11):
    child = os.fork()
    if child == 0:
        add(writer, *[step] * 500)
        time.sleep(0.5)
        os._exit(0)
    children.append(child)
assert [os.waitpid(child, 0)[1] for child in children] == [0] * 10
done.set()
for thread in threads:
    thread.join()
"""
    finished = run(program, tmp_path)
    assert finished.returncode == 0, finished.stderr
    parent, *children = steps_in(tmp_path)
    assert set(parent) == {0}
    assert children == [[step] * 500 for step in range(1, 11)]


@LINUX_ONLY
def test_a_child_of_a_fork_writes_nothing_of_its_parent(tmp_path: Path) -> None:
    program = """
add(writer, *range(1000))
child = os.fork()
if child == 0:
    sys.exit(0)
assert os.waitpid(child, 0)[1] == 0
"""
    finished = run(program, tmp_path)
    assert finished.returncode == 0, finished.stderr
    assert steps_in(tmp_path) == [list(range(1000))]


@LINUX_ONLY
def test_a_signal_handler_may_add(tmp_path: Path) -> None:
    program = """
signal.signal(signal.SIGALRM, lambda *_: add(writer, -1))
signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
work(writer, 0, 50_000)
for step in range(50_000, 50_100):
    add(writer, step)
    writer.flush()
signal.setitimer(signal.ITIMER_REAL, 0)
writer.close()
"""
    finished = run(program, tmp_path)
    assert finished.returncode == 0, finished.stderr
    (steps,) = steps_in(tmp_path)
    assert [step for step in steps if step >= 0] == list(range(50_100))


LIMIT = """
import resource
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
def limit(size):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
"""


@LINUX_ONLY
def test_a_full_disk_is_warned_of_once_and_nothing_is_lost_when_space_returns(tmp_path: Path) -> None:
    program = f"""{LIMIT}
writer = EventFileWriter(sys.argv[1] + "/run", on_error="warn")
add(writer, 0)
limit(os.path.getsize(writer.path) + 20)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    add(writer, *range(1, 2000))
    time.sleep(0.5)
    add(writer, *range(2000, 2010))
    writer.add_scalar_series("x", range(2010, 2020), [1.0] * 10)
assert len(caught) == 1, [str(each.message) for each in caught]
assert "cannot be written" in str(caught[0].message)
limit(resource.RLIM_INFINITY)
time.sleep(1.5)
os.kill(os.getpid(), signal.SIGKILL)
"""
    finished = run(program, tmp_path)
    assert finished.returncode == -9, finished.stderr
    assert steps_in(tmp_path / "run") == [list(range(2020))]


@LINUX_ONLY
@pytest.mark.parametrize("ending", ["writer.close()", ""])
def test_what_is_dropped_is_counted(ending: str, tmp_path: Path) -> None:
    program = f"""{LIMIT}
writer = EventFileWriter(sys.argv[1] + "/run", on_error="warn", max_held_bytes=2000)
add(writer, 0)
limit(os.path.getsize(writer.path) + 20)
for step in range(1, 101):
    writer.add_scalar_series("x", [step], [1.0])
{ending}
"""
    finished = run(program, tmp_path)
    assert finished.returncode == 0, finished.stderr
    assert "RuntimeWarning: 100 events were dropped" in finished.stderr
    assert finished.stderr.count("RuntimeWarning") == 2
    assert steps_in(tmp_path / "run") == [[0]]


@LINUX_ONLY
def test_raise_tells_the_next_call(tmp_path: Path) -> None:
    program = f"""{LIMIT}
limit(os.path.getsize(writer.path) + 40 * 200)
add(writer, *range(150))
time.sleep(0.3)
try:
    for step in range(150, 2000):
        add(writer, step)
    time.sleep(0.3)
    add(writer, 2000)
    add(writer, 2001)
except OSError as error:
    assert error.errno == errno.EFBIG
else:
    raise AssertionError("not told")
limit(resource.RLIM_INFINITY)
writer.flush()
add(writer, 3000)
"""
    finished = run(program, tmp_path)
    assert finished.returncode == 0, finished.stderr
    (steps,) = steps_in(tmp_path)
    assert steps[-1] == 3000
    assert steps == sorted(set(steps))


@LINUX_ONLY
def test_a_deleted_folder_gets_a_new_file(tmp_path: Path) -> None:
    program = """
import shutil
writer = EventFileWriter(sys.argv[1] + "/run")
add(writer, 0)
shutil.rmtree(sys.argv[1] + "/run")
time.sleep(1.2)
add(writer, 1, 2)
"""
    finished = run(program, tmp_path)
    assert finished.returncode == 0, finished.stderr
    assert steps_in(tmp_path / "run") == [[1, 2]]
