from __future__ import annotations

import os
import re
import socket
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tensorboard.backend.event_processing.event_file_loader import RawEventFileLoader

from graphlog.events.writing.file_writer import EventFileWriter
from graphlog.proto import event_pb2


def events_of(path: str | Path) -> list[event_pb2.Event]:
    return [event_pb2.Event.FromString(data) for data in RawEventFileLoader(str(path)).Load()]


def steps_of(path: str | Path) -> list[int]:
    version, *events = events_of(path)
    assert version.file_version == "brain.Event:2"
    return [event.step for event in events]


def test_a_file_starts_with_its_version(tmp_path: Path) -> None:
    before = time.time()
    writer = EventFileWriter(tmp_path / "deep" / "er")
    (event,) = events_of(writer.path)
    assert event.file_version == "brain.Event:2"
    assert event.source_metadata.writer == "graphlog"
    assert before <= event.wall_time <= time.time()
    writer.close()


def test_the_name_of_a_file(tmp_path: Path) -> None:
    writer = EventFileWriter(tmp_path, filename_suffix=".v2")
    folder, name = os.path.split(writer.path)
    host = re.escape(socket.gethostname())
    assert folder == writer.logdir == str(tmp_path)
    assert re.fullmatch(rf"events\.out\.tfevents\.\d{{10}}\.{host}\.{os.getpid()}\.\d+\.v2", name)
    writer.close()


@pytest.mark.parametrize("kind", [str, os.fsencode, Path])
def test_kinds_of_paths(tmp_path: Path, kind: Callable[[str], str | bytes | Path]) -> None:
    writer = EventFileWriter(kind(str(tmp_path / "ä")))
    assert Path(writer.path).parent == tmp_path / "ä"
    writer.close()


def test_events_are_written_as_they_are_and_at_once(tmp_path: Path) -> None:
    writer = EventFileWriter(tmp_path)
    event = event_pb2.Event(step=3, wall_time=0.0)
    event.summary.value.add(tag="x", simple_value=1.5)
    for _ in range(3):
        writer.add_event(event)
    assert events_of(writer.path)[1:] == [event] * 3  # neither flushed nor closed
    writer.close()


def test_many_writers_in_one_second_share_no_file(tmp_path: Path) -> None:
    writers = [EventFileWriter(tmp_path) for _ in range(30)]
    for index, writer in enumerate(writers):
        writer.add_event(event_pb2.Event(step=index))
    assert [steps_of(writer.path) for writer in writers] == [[index] for index in range(30)]
    assert len(list(tmp_path.iterdir())) == 30
    for writer in writers:
        writer.close()


def test_writers_opened_by_threads_share_no_file(tmp_path: Path) -> None:
    def write(index: int) -> str:
        writer = EventFileWriter(tmp_path)
        writer.add_event(event_pb2.Event(step=index))
        writer.close()
        return writer.path

    with ThreadPoolExecutor(16) as pool:
        paths = list(pool.map(write, range(64)))
    assert [steps_of(path) for path in paths] == [[index] for index in range(64)]


def test_a_name_that_is_taken_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Two containers may have the same host name and process id; here, the other one came first.
    monkeypatch.setattr(time, "time", lambda: 1_700_000_000.25)
    taken = tmp_path / f"events.out.tfevents.1700000000.{socket.gethostname()}.{os.getpid()}.0"
    taken.write_bytes(b"of another container")
    writer = EventFileWriter(tmp_path)
    assert writer.path == str(taken)[:-1] + "1"
    assert taken.read_bytes() == b"of another container"
    writer.close()


def test_threads_share_a_writer(tmp_path: Path) -> None:
    writer = EventFileWriter(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda step: writer.add_event(event_pb2.Event(step=step)), range(1000)))
    assert sorted(steps_of(writer.path)) == list(range(1000))
    writer.close()


def test_close_and_reopen(tmp_path: Path) -> None:
    writer = EventFileWriter(tmp_path)
    first = writer.path
    writer.add_event(event_pb2.Event(step=1))
    writer.reopen()  # is open: nothing happens
    assert writer.path == first
    writer.close()
    writer.close()
    assert writer.is_closed
    with pytest.raises(ValueError, match="closed"):
        writer.add_event(event_pb2.Event(step=2))
    writer.reopen()
    writer.add_event(event_pb2.Event(step=3))
    writer.flush()
    assert writer.path > first  # TensorBoard reads the files of a folder in the order of their names
    assert (steps_of(first), steps_of(writer.path)) == ([1], [3])
    writer.close()


@pytest.mark.skipif(sys.platform != "linux", reason="counts open files in /proc")
def test_a_writer_that_goes_unclosed_closes_its_file(tmp_path: Path) -> None:
    def open_files() -> set[str]:
        links = Path("/proc/self/fd").iterdir()
        return {os.readlink(link) for link in links if link.is_symlink()}

    writer = EventFileWriter(tmp_path)
    path = os.path.realpath(writer.path)
    assert path in open_files()
    del writer
    assert path not in open_files()


def file_in_the_way(folder: Path) -> Path:
    (folder / "file").write_bytes(b"")
    return folder / "file"


def below_a_file(folder: Path) -> Path:
    return file_in_the_way(folder) / "logs"


def read_only_folder(folder: Path) -> Path:
    if not hasattr(os, "geteuid") or os.geteuid() == 0:
        pytest.skip("root may write everywhere, and Windows has no read-only folders")
    folder.chmod(0o500)
    return folder / "logs"


@pytest.mark.parametrize(
    ("place", "error"),
    [
        (file_in_the_way, NotADirectoryError),
        (below_a_file, OSError if sys.platform == "win32" else NotADirectoryError),
        (read_only_folder, PermissionError),
    ],
)
def test_an_impossible_folder_is_named(
    tmp_path: Path, place: Callable[[Path], Path], error: type[OSError]
) -> None:
    logdir = place(tmp_path)
    with pytest.raises(error) as caught:
        EventFileWriter(logdir)
    assert caught.value.filename == str(logdir)


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_a_folder_in_which_nothing_can_be_created_is_named() -> None:
    with pytest.raises(OSError) as caught:  # noqa: PT011  # which one differs between kernels
        EventFileWriter("/proc/self")
    assert str(caught.value.filename).startswith(os.path.join("/proc/self", "events.out.tfevents."))
