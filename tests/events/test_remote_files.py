"""Event files in remote folders: memory:// and an S3-compatible server."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graphlog.events.records import RecordReader
from graphlog.events.writing import remote_file
from graphlog.events.writing.file_writer import EventFileWriter
from graphlog.proto import event_pb2

fsspec: Any = pytest.importorskip("fsspec")
REPOSITORY = Path(__file__).resolve().parents[2]


def steps_of(data: bytes) -> list[int]:
    reader = RecordReader(io.BytesIO(data))
    events = [event_pb2.Event.FromString(record) for record in reader]
    assert reader.torn_tail_offset is None
    assert events[0].file_version == "brain.Event:2"
    return [event.step for event in events[1:]]


def steps_in(folder: str) -> list[list[int]]:
    system, root = fsspec.core.url_to_fs(folder)
    system.invalidate_cache()
    return [steps_of(system.cat_file(path)) for path in sorted(system.find(root))]


@pytest.fixture
def memory(tmp_path: Path) -> str:
    return f"memory://{tmp_path.name}/logs"  # another folder for each test


@pytest.fixture(params=["memory", "s3"])
def folder(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue(request.param)
    return url


def test_flush_and_close_bring_everything_there(folder: str) -> None:
    writer = EventFileWriter(folder, ".suffix")
    assert writer.logdir == folder
    assert writer.path.startswith(folder + "/events.out.tfevents.")
    assert steps_in(folder) == [[]]  # it exists at once, or the constructor would have said why not
    for step in range(300):
        writer.add_scalar("x", 1.0, step)
    writer.flush()
    assert steps_in(folder) == [list(range(300))]
    writer.add_event(event_pb2.Event(step=300))
    writer.add_scalar_series("x", [301], [1.0])
    writer.close()
    assert steps_in(folder) == [list(range(302))]
    writer.reopen()
    writer.add_scalar("x", 1.0, 5)
    writer.close()
    assert steps_in(folder) == [list(range(302)), [5]]


def test_it_is_sent_unasked(folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote_file, "_SECONDS_BETWEEN_UPLOADS", 0.05)
    writer = EventFileWriter(folder)
    writer.add_scalar("x", 1.0, 7)
    deadline = time.monotonic() + 30
    while steps_in(folder) != [[7]] and time.monotonic() < deadline:
        time.sleep(0.05)
    assert steps_in(folder) == [[7]]
    writer.close()


class CountingSystem:
    """Counts the bytes that are sent."""

    def __init__(self, system: Any) -> None:
        self.sent = 0
        self.largest = 0
        self._system = system

    def __getattr__(self, name: str) -> Any:
        return getattr(self._system, name)

    def pipe_file(self, name: str, data: bytes) -> None:
        self.sent += len(data)
        self.largest = max(self.largest, len(data))
        self._system.pipe_file(name, data)


def test_an_upload_costs_no_more_than_a_part(memory: str, monkeypatch: pytest.MonkeyPatch) -> None:
    systems: list[CountingSystem] = []
    find = remote_file._file_system

    def counting(url: str) -> tuple[Any, str]:
        system, name = find(url)
        systems.append(CountingSystem(system))
        return systems[-1], name

    monkeypatch.setattr(remote_file, "_file_system", counting)
    monkeypatch.setattr(remote_file, "_APPENDING", frozenset())
    monkeypatch.setattr(remote_file, "_LARGEST_PART", 10_000)
    writer = EventFileWriter(memory)
    flushes, points = 50, 200
    for flush in range(flushes):
        writer.add_scalar_series("x", np.arange(flush * points, (flush + 1) * points), np.ones(points))
        writer.flush()
    writer.close()
    parts = steps_in(memory)
    assert [step for part in parts for step in part] == list(range(flushes * points))
    assert len(parts) > 10
    assert max(system.largest for system in systems) <= 10_000
    assert sum(system.sent for system in systems) < 10_000 * (flushes + len(parts))


def test_a_folder_that_cannot_be_is_told_at_once(s3: str) -> None:
    with pytest.raises(OSError, match="no-such-bucket"):
        EventFileWriter("s3://no-such-bucket/logs")


def test_what_fsspec_does_not_know_is_told() -> None:
    with pytest.raises(OSError, match="nonsense"):
        EventFileWriter("nonsense://folder")


class BrokenSystem(CountingSystem):
    """Takes nothing while it is broken."""

    is_broken = False

    def open(self, *arguments: Any) -> Any:
        if self.is_broken:
            raise RuntimeError("no route to host")  # not all backends raise an OSError
        return self._system.open(*arguments)


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> list[BrokenSystem]:
    systems: list[BrokenSystem] = []
    find = remote_file._file_system

    def breaking(url: str) -> tuple[Any, str]:
        system, name = find(url)
        systems.append(BrokenSystem(system))
        return systems[-1], name

    monkeypatch.setattr(remote_file, "_file_system", breaking)
    return systems


def test_a_remote_that_breaks_and_comes_back_loses_nothing(memory: str, broken: list[BrokenSystem]) -> None:
    writer = EventFileWriter(memory, on_error="warn")
    writer.add_scalar("x", 1.0, 0)
    writer.flush()
    broken[0].is_broken = True
    writer.add_scalar("x", 1.0, 1)
    with pytest.warns(RuntimeWarning, match="no route to host") as caught:
        writer.flush()
    writer.add_scalar("x", 1.0, 2)  # a second warning would be an error in these tests
    writer.add_event(event_pb2.Event(step=3))
    assert len(caught) == 1
    broken[0].is_broken = False
    writer.flush()
    writer.close()
    assert steps_in(memory) == [[0, 1, 2, 3]]


def test_a_remote_that_stays_broken_is_told_at_close(memory: str, broken: list[BrokenSystem]) -> None:
    writer = EventFileWriter(memory, on_error="warn")
    broken[0].is_broken = True
    writer.add_scalar("x", 1.0, 1)
    with pytest.warns(RuntimeWarning, match="the last events may not be in .*no route to host"):
        writer.close()


def test_a_remote_that_breaks_raises_where_that_is_wanted(memory: str, broken: list[BrokenSystem]) -> None:
    writer = EventFileWriter(memory)
    broken[0].is_broken = True
    writer.add_event(event_pb2.Event(step=1))
    with pytest.raises(OSError, match="no route to host"):
        writer.flush()
    with pytest.raises(OSError, match="no route to host"):
        writer.close()


@pytest.mark.parametrize("form", [lambda path: f"file://{path}", os.fspath])
def test_local_folders_stay_local(tmp_path: Path, form: Callable[[Path], str]) -> None:
    writer = EventFileWriter(form(tmp_path / "logs"))
    writer.add_scalar("x", 1.0, 1)
    (path,) = (tmp_path / "logs").iterdir()
    assert steps_of(path.read_bytes()) == [1]  # neither flushed nor closed
    writer.close()


ENDINGS = {"": 0, "raise RuntimeError": 1, "child()": 0}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")
@pytest.mark.parametrize("ending", ENDINGS)
def test_a_program_that_does_not_close_loses_nothing(s3: str, ending: str) -> None:
    program = f"""
import multiprocessing, sys
from graphlog.events.writing.file_writer import EventFileWriter
writer = EventFileWriter(sys.argv[1])
def add(first):
    for step in range(first, first + 300):
        writer.add_scalar("x", 1.0, step)
def child():
    process = multiprocessing.get_context("fork").Process(target=add, args=[300])
    process.start()
    process.join()
    assert process.exitcode == 0
add(0)
{ending}
"""
    finished = subprocess.run(
        [sys.executable, "-c", program, s3],
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert finished.returncode == ENDINGS[ending], finished.stderr
    expected = [list(range(300))] + ([list(range(300, 600))] if "child" in ending else [])
    assert sorted(steps_in(s3)) == expected
