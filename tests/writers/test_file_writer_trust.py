"""What FileWriter adds to TensorFlow's: numbers, curves, copies, files that follow each other, full disks."""

from __future__ import annotations

import errno
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_file_loader import RawEventFileLoader

from graphlog.encoders.scalar import scalar
from graphlog.proto import event_pb2, graph_pb2, summary_pb2
from graphlog.writers import FileWriter

Point = tuple[str, int, float]


def events_of(path: Path) -> list[event_pb2.Event]:
    return [event_pb2.Event.FromString(data) for data in RawEventFileLoader(str(path)).Load()][1:]


def points_in(logdir: Path) -> list[Point]:
    return [
        (value.tag, event.step, value.simple_value)
        for path in sorted(logdir.glob("*tfevents*"))
        for event in events_of(path)
        for value in event.summary.value
    ]


def described(tag: str) -> summary_pb2.Summary:
    value = scalar(tag, 1.0)
    value.metadata.plugin_data.plugin_name = "plugin"
    return summary_pb2.Summary(value=[value])


def plugins_in(path: Path) -> list[str]:
    return [
        value.metadata.plugin_data.plugin_name for event in events_of(path) for value in event.summary.value
    ]


@pytest.mark.parametrize("value", [2, 2.0, np.float32(2), np.array([2.0]), np.array([[2]])])
def test_a_number(tmp_path: Path, value: Any) -> None:
    with FileWriter(tmp_path) as writer:
        writer.add_scalar("x", value, np.int64(3))
        writer.add_summary(summary_pb2.Summary(value=[scalar("x", 5)]), 4)
    assert points_in(tmp_path) == [("x", 3, 2.0), ("x", 4, 5.0)]


def test_a_curve(tmp_path: Path) -> None:
    with FileWriter(tmp_path) as writer:
        writer.add_scalar_series("x", [1, 2], [3, 4], [5.0, 6.0])
    assert points_in(tmp_path) == [("x", 1, 3.0), ("x", 2, 4.0)]


@pytest.mark.parametrize("value", ["1", [1.0, 2.0], None])
def test_no_number_is_told(tmp_path: Path, value: Any) -> None:
    with FileWriter(tmp_path) as writer, pytest.raises(ValueError, match="scalar 'x'"):
        writer.add_scalar("x", value)


ADDERS: list[Callable[[FileWriter], None]] = [
    lambda writer: writer.add_scalar("x", 1.0),
    lambda writer: writer.add_scalar_series("x", [0], [1.0]),
]


@pytest.mark.parametrize("add", ADDERS)
def test_after_close_adding_warns_and_does_nothing(tmp_path: Path, add: Callable[[FileWriter], None]) -> None:
    writer = FileWriter(tmp_path)
    writer.close()
    with pytest.warns(UserWarning, match="closed FileWriter") as caught:
        add(writer)
    assert [warning.filename for warning in caught] == [__file__]
    writer.reopen()
    add(writer)
    writer.close()
    assert points_in(tmp_path) == [("x", 0, 1.0)]


def test_a_pickled_copy_has_its_own_file_and_metadata(tmp_path: Path) -> None:
    writer = FileWriter(tmp_path / "run", graph_def=graph_pb2.GraphDef())
    writer.add_summary(described("x"))
    copy: FileWriter = pickle.loads(pickle.dumps(writer))
    assert copy.get_logdir() == writer.get_logdir()
    copy.add_summary(described("x"))
    copy.add_graph(graph_pb2.GraphDef())
    for each in (writer, copy):
        each.close()
    first, second = sorted((tmp_path / "run").iterdir())
    assert (plugins_in(first), plugins_in(second)) == (["plugin"], ["plugin"])
    assert events_of(second)[-1].step == 1  # above the graph that the first one wrote


def test_a_file_that_follows_has_its_metadata_again(tmp_path: Path) -> None:
    with FileWriter(tmp_path, max_file_bytes=400) as writer:
        for step in range(40):
            writer.add_summary(described("x"), step)
    files = sorted(tmp_path.iterdir())
    assert len(files) > 3
    assert all(path.stat().st_size <= 400 for path in files)
    assert all("plugin" in plugins_in(path) for path in files)
    assert [step for _, step, _ in points_in(tmp_path)] == list(range(40))


def full_disk(descriptor: int, data: bytes) -> int:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO])
def test_a_full_disk_is_warned_of_and_what_was_added_is_written_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(descriptor: int, data: bytes) -> int:
        raise OSError(number, os.strerror(number))

    with FileWriter(tmp_path) as writer:
        with monkeypatch.context() as patch:
            patch.setattr("os.write", refuse)
            with pytest.warns(RuntimeWarning, match=os.strerror(number)):
                writer.add_summary(described("x"), 0)
            writer.add_summary(described("x"), 1)
            writer.add_scalar("y", 1.0, 2)
            writer.add_graph(graph_pb2.GraphDef())
        writer.flush()
        writer.add_scalar("y", 2.0, 3)
    (path,) = tmp_path.iterdir()
    assert plugins_in(path) == ["plugin", "", "", ""]
    assert points_in(tmp_path) == [("x", 0, 1.0), ("x", 1, 1.0), ("y", 2, 1.0), ("y", 3, 2.0)]


def test_a_disk_that_stays_full_is_told_at_close(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = FileWriter(tmp_path)
    monkeypatch.setattr("os.write", full_disk)
    with pytest.warns(RuntimeWarning, match="cannot be written"):
        writer.add_scalar("x", 1.0)
    writer.add_scalar("x", 1.0)
    with pytest.warns(RuntimeWarning, match="2 events were dropped.*No space left"):
        writer.close()


def test_purge_step(tmp_path: Path) -> None:
    FileWriter(tmp_path, purge_step=7).close()
    (event,) = events_of(next(tmp_path.iterdir()))
    assert (event.step, event.session_log.status) == (7, event_pb2.SessionLog.START)


@pytest.mark.parametrize("on_error", ["ignore", None])
def test_an_unknown_choice_is_told(tmp_path: Path, on_error: Any) -> None:
    with pytest.raises(ValueError, match="on_error"):
        FileWriter(tmp_path / "logs", on_error=on_error)
    assert list(tmp_path.iterdir()) == []
