from __future__ import annotations

import math
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from google.protobuf.message import DecodeError
from tensorboard.backend.event_processing.event_file_loader import RawEventFileLoader
from tensorboard.compat.proto import config_pb2 as tensorboard_config_pb2
from tensorboard.compat.proto import event_pb2 as tensorboard_event_pb2
from tensorboard.compat.proto import graph_pb2 as tensorboard_graph_pb2
from tensorboard.compat.proto import meta_graph_pb2 as tensorboard_meta_graph_pb2
from tensorboard.compat.proto import summary_pb2 as tensorboard_summary_pb2

import graphlog as gl
from graphlog.encoders.scalar import scalar
from graphlog.proto import event_pb2, graph_pb2, meta_graph_pb2, run_metadata_pb2, summary_pb2
from graphlog.writers import FileWriter


def events_of(path: Path) -> list[event_pb2.Event]:
    version, *events = [event_pb2.Event.FromString(data) for data in RawEventFileLoader(str(path)).Load()]
    assert version.file_version == "brain.Event:2"
    return events


def events_in(logdir: Path) -> list[event_pb2.Event]:
    return [event for path in sorted(logdir.glob("*tfevents*")) for event in events_of(path)]


def one_scalar(tag: str = "loss", value: float = 1.5) -> summary_pb2.Summary:
    return summary_pb2.Summary(value=[scalar(tag, value)])


def one_node(name: str = "a") -> graph_pb2.GraphDef:
    return graph_pb2.GraphDef(node=[graph_pb2.NodeDef(name=name, op="NoOp")])


@pytest.fixture
def graph() -> gl.Graph:
    with gl.Graph().as_default() as graph:
        a = gl.placeholder(gl.float32, [2, 3], name="a")
        gl.constant(np.arange(1000, dtype=np.float32), name="big")
        graph.add_to_collection("outputs", gl.add(a, a, name="sum"))
    return graph


# Summaries

SERIALIZED: list[Callable[[summary_pb2.Summary], Any]] = [
    lambda summary: summary,
    lambda summary: summary.SerializeToString(),
    lambda summary: tensorboard_summary_pb2.Summary.FromString(summary.SerializeToString()),
]


@pytest.mark.parametrize("form", SERIALIZED, ids=["own", "bytes", "foreign"])
@pytest.mark.parametrize("summary", [one_scalar(), summary_pb2.Summary()], ids=["scalar", "empty"])
def test_add_summary_takes_a_message_or_its_bytes(
    tmp_path: Path, form: Callable[[summary_pb2.Summary], Any], summary: summary_pb2.Summary
) -> None:
    before = time.time()
    with FileWriter(tmp_path) as writer:
        writer.add_summary(form(summary), 7)
    (event,) = events_in(tmp_path)
    assert event.WhichOneof("what") == "summary"
    assert event.summary == summary
    assert event.step == 7
    assert before <= event.wall_time <= time.time()


@pytest.mark.parametrize(
    ("step", "written"), [(None, 0), (3, 3), (3.9, 3), (np.int64(5), 5), ("7", 7), (-1, -1)]
)
def test_a_step_is_anything_that_int_takes(tmp_path: Path, step: Any, written: int) -> None:
    with FileWriter(tmp_path) as writer:
        writer.add_summary(one_scalar(), step)
    assert [event.step for event in events_in(tmp_path)] == [written]


def described(tag: str, plugin: str) -> summary_pb2.Summary.Value:
    value = scalar(tag, 1.0)
    value.metadata.plugin_data.plugin_name = plugin
    return value


def plugins_in(path: Path) -> list[list[str]]:
    return [
        [value.metadata.plugin_data.plugin_name for value in event.summary.value] for event in events_of(path)
    ]


def test_only_a_tags_first_value_in_a_file_keeps_its_metadata(tmp_path: Path) -> None:
    writer = FileWriter(tmp_path)
    summary = summary_pb2.Summary(value=[described("x", "p"), described("x", "p"), described("y", "q")])
    untouched = summary.SerializeToString()
    writer.add_summary(summary)
    writer.add_summary(one_scalar("z"))
    writer.add_summary(summary_pb2.Summary(value=[described("z", "r"), described("y", "q")]))
    writer.close()
    writer.reopen()
    writer.add_summary(summary)
    writer.close()
    assert summary.SerializeToString() == untouched
    first, second = sorted(tmp_path.iterdir())
    assert plugins_in(first) == [["p", "", "q"], [""], ["", ""]]
    assert plugins_in(second) == [["p", "", "q"]]


def test_a_value_that_found_no_room_takes_no_metadata_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk(descriptor: int, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    with FileWriter(tmp_path, on_error="raise") as writer:
        summary = summary_pb2.Summary(value=[described("x", "p")])
        with monkeypatch.context() as patch:
            patch.setattr("os.write", full_disk)
            with pytest.raises(OSError, match="No space left"):
                writer.add_summary(summary)
        writer.add_summary(summary)
    assert plugins_in(next(tmp_path.iterdir())) == [["p"]]


def test_threads_write_the_metadata_first(tmp_path: Path) -> None:
    with FileWriter(tmp_path) as writer, ThreadPoolExecutor(8) as pool:
        summary = summary_pb2.Summary(value=[described("x", "p")])
        list(pool.map(lambda step: writer.add_summary(summary, step), range(200)))
    assert plugins_in(next(tmp_path.iterdir())) == [["p"]] + [[""]] * 199


# Events, run metadata, session logs, meta graphs


@pytest.mark.parametrize("wall_time", [0.0, 12.5])
@pytest.mark.parametrize(
    "event_class", [event_pb2.Event, tensorboard_event_pb2.Event], ids=["own", "foreign"]
)
def test_add_event_fills_in_the_time(tmp_path: Path, wall_time: float, event_class: Any) -> None:
    added = event_class(step=4, wall_time=wall_time)
    before = time.time()
    with FileWriter(tmp_path) as writer:
        writer.add_event(added)
    (event,) = events_in(tmp_path)
    assert event.step == 4
    assert event.wall_time == wall_time or before <= event.wall_time <= time.time()
    assert added.wall_time == wall_time  # untouched


def test_step_and_time_may_be_given_as_to_pytorchs_writer(tmp_path: Path) -> None:
    added = event_pb2.Event(step=4, wall_time=1.5)
    with FileWriter(tmp_path) as writer:
        writer.add_event(added, 7, 2.5)
        writer.add_event(added, step=np.int64(8))
        writer.add_event(added, walltime=0.0)
        writer.add_summary(one_scalar(), 9, walltime=3.5)
    written = [(event.step, event.wall_time) for event in events_in(tmp_path)]
    assert written == [(7, 2.5), (8, 1.5), (4, 0.0), (9, 3.5)]
    assert (added.step, added.wall_time) == (4, 1.5)


@pytest.mark.parametrize("wall_time", [math.nan, math.inf, -math.inf])
def test_a_time_that_would_spoil_the_file_is_refused(tmp_path: Path, wall_time: float) -> None:
    adds: list[Callable[[FileWriter], None]] = [
        lambda writer: writer.add_event(event_pb2.Event(wall_time=wall_time)),
        lambda writer: writer.add_event(event_pb2.Event(), walltime=wall_time),
        lambda writer: writer.add_summary(one_scalar(), 1, wall_time),
    ]
    with FileWriter(tmp_path) as writer:
        for add in adds:
            with pytest.raises(ValueError, match="finite"):
                add(writer)
    assert events_in(tmp_path) == []


@pytest.mark.parametrize("package", [run_metadata_pb2, tensorboard_config_pb2], ids=["own", "foreign"])
def test_add_run_metadata(tmp_path: Path, package: Any) -> None:
    run_metadata = package.RunMetadata()
    run_metadata.step_stats.dev_stats.add(device="/device:CPU:0").node_stats.add(node_name="a")
    with FileWriter(tmp_path) as writer:
        writer.add_run_metadata(run_metadata, "step 1", 1)
        with pytest.raises(ValueError, match="The provided tag was already used for this event type"):
            writer.add_run_metadata(run_metadata, "step 1", 2)
    (event,) = events_in(tmp_path)
    assert (event.step, event.tagged_run_metadata.tag) == (1, "step 1")
    assert event.tagged_run_metadata.run_metadata == run_metadata.SerializeToString()


@pytest.mark.parametrize("package", [event_pb2, tensorboard_event_pb2], ids=["own", "foreign"])
def test_add_session_log(tmp_path: Path, package: Any) -> None:
    with FileWriter(tmp_path) as writer:
        writer.add_session_log(package.SessionLog(status=package.SessionLog.START), 5)
    (event,) = events_in(tmp_path)
    assert (event.step, event.session_log.status) == (5, event_pb2.SessionLog.START)


@pytest.mark.parametrize("package", [meta_graph_pb2, tensorboard_meta_graph_pb2], ids=["own", "foreign"])
def test_add_meta_graph(tmp_path: Path, package: Any) -> None:
    meta_graph = package.MetaGraphDef()
    meta_graph.graph_def.node.add(name="a", op="Const").attr["value"].s = bytes(5000)
    with FileWriter(tmp_path) as writer:
        writer.add_meta_graph(meta_graph, 6)
    (event,) = events_in(tmp_path)
    assert (event.step, event.meta_graph_def) == (6, meta_graph.SerializeToString())  # nothing left out


# Graphs


def check_graph_and_meta_graph(events: list[event_pb2.Event]) -> None:
    """What TensorFlow 1.15 writes for a graph argument, but for the large value."""
    assert [event.WhichOneof("what") for event in events] == ["graph_def", "meta_graph_def"]
    assert [event.step for event in events] == [0, 0]
    assert events[0].wall_time <= events[1].wall_time
    graph_def = graph_pb2.GraphDef.FromString(events[0].graph_def)
    nodes = {node.name: node for node in graph_def.node}
    assert [dim.size for dim in nodes["a"].attr["_output_shapes"].list.shape[0].dim] == [2, 3]
    assert list(nodes["big"].attr["_too_large_attrs"].list.s) == [b"value"]
    assert "value" not in nodes["big"].attr
    assert meta_graph_pb2.MetaGraphDef.FromString(events[1].meta_graph_def).graph_def == graph_def


def test_a_graph_argument_writes_a_graph_and_a_meta_graph(tmp_path: Path, graph: gl.Graph) -> None:
    FileWriter(tmp_path, graph).close()
    events = events_in(tmp_path)
    check_graph_and_meta_graph(events)
    meta_graph = meta_graph_pb2.MetaGraphDef.FromString(events[1].meta_graph_def)
    assert list(meta_graph.collection_def["outputs"].node_list.value) == ["sum:0"]


def as_graph_def(graph: gl.Graph) -> graph_pb2.GraphDef:
    graph_def: graph_pb2.GraphDef = graph.as_graph_def(add_shapes=True)
    return graph_def


def as_foreign(graph: gl.Graph) -> tensorboard_graph_pb2.GraphDef:
    return tensorboard_graph_pb2.GraphDef.FromString(as_graph_def(graph).SerializeToString())


@pytest.mark.parametrize("argument", ["graph", "graph_def"])
@pytest.mark.parametrize(
    "form", [lambda graph: graph, as_graph_def, as_foreign], ids=["graph", "own", "foreign"]
)
def test_forms_of_a_graph(
    tmp_path: Path, graph: gl.Graph, form: Callable[[gl.Graph], Any], argument: str
) -> None:
    FileWriter(tmp_path, **{argument: form(graph)}).close()
    check_graph_and_meta_graph(events_in(tmp_path))


@pytest.mark.parametrize(
    ("steps", "written"),
    [
        ([None, None, None], [0, 1, 2]),
        ([5, None, None], [5, 6, 7]),
        ([None, 9, 3, None], [0, 9, 3, 10]),
        ([np.int64(2), None], [2, 3]),
    ],
)
def test_each_graph_gets_a_later_step(tmp_path: Path, steps: list[Any], written: list[int]) -> None:
    with FileWriter(tmp_path) as writer:
        for step in steps:
            writer.add_graph(one_node(), step)
    events = events_in(tmp_path)
    assert [event.step for event in events] == written
    assert all(event.graph_def == one_node().SerializeToString() for event in events)


def test_steps_go_on_after_reopen(tmp_path: Path) -> None:
    writer = FileWriter(tmp_path, graph_def=one_node())
    writer.close()
    writer.reopen()
    writer.add_graph(one_node("b"))
    writer.close()
    assert [event.step for event in events_in(tmp_path)] == [0, 0, 1]


# Errors, worded as TensorFlow 1.15 words them

BOTH = r"^Please pass only graph, or graph_def \(deprecated\), but not both\.$"
NO_GRAPH = "^The passed graph must be an instance of `Graph` or the deprecated `GraphDef`"

WRONG_CALLS: list[tuple[Callable[[FileWriter], object], type[Exception], str]] = [
    (lambda writer: writer.add_graph(None), TypeError, NO_GRAPH),
    (lambda writer: writer.add_graph("graph"), TypeError, NO_GRAPH + ".*'str'"),
    (lambda writer: writer.add_graph(summary_pb2.Summary()), TypeError, NO_GRAPH),
    (lambda writer: writer.add_graph(one_node(), graph_def=one_node()), ValueError, BOTH),
    (
        lambda writer: writer.add_meta_graph(one_node()),
        TypeError,
        "^meta_graph_def must be type MetaGraphDef, saw type: <class '.*GraphDef'>$",
    ),
    (lambda writer: writer.add_summary("loss"), TypeError, "summary must be type Summary, saw type: .*str"),
    (lambda writer: writer.add_summary(None), TypeError, "summary must be type Summary"),
    (lambda writer: writer.add_summary(b"\xff\xff"), DecodeError, "2 bytes that are no serialized Summary"),
    (lambda writer: writer.add_summary(one_scalar(), "x"), ValueError, "invalid literal for int"),  # type: ignore[arg-type]
    (lambda writer: writer.add_event(one_scalar()), TypeError, "event must be type Event"),
    (lambda writer: writer.add_session_log("START"), TypeError, "session_log must be type SessionLog"),
    (lambda writer: writer.add_run_metadata("x", "tag"), TypeError, "run_metadata must be type RunMetadata"),
    (
        lambda writer: writer.add_run_metadata(run_metadata_pb2.RunMetadata(), None),  # type: ignore[arg-type]
        TypeError,
        "tag must be a string",
    ),
]


@pytest.mark.parametrize(("call", "error", "message"), WRONG_CALLS)
def test_a_wrong_argument_is_named_and_nothing_written(
    tmp_path: Path, call: Callable[[FileWriter], object], error: type[Exception], message: str
) -> None:
    with FileWriter(tmp_path) as writer, pytest.raises(error, match=message):
        call(writer)
    assert events_in(tmp_path) == []


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"graph": "graph"}, TypeError, NO_GRAPH),
        ({"graph": one_node(), "graph_def": one_node()}, ValueError, BOTH),
        ({"graph_def": summary_pb2.Summary()}, TypeError, NO_GRAPH),
    ],
)
def test_a_wrong_graph_leaves_no_file(
    tmp_path: Path, arguments: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        FileWriter(tmp_path, **arguments)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("logdir", ["file", "file/run"])
def test_an_impossible_logdir_is_named(tmp_path: Path, logdir: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError) as caught:  # noqa: PT011  # which one differs between systems
        FileWriter(tmp_path / logdir)
    assert caught.value.filename == str(tmp_path / logdir)


# Opening and closing

ADDERS: list[Callable[[FileWriter], object]] = [
    lambda writer: writer.add_summary(one_scalar(), 1),
    lambda writer: writer.add_event(event_pb2.Event(step=1)),
    lambda writer: writer.add_graph(one_node()),
    lambda writer: writer.add_meta_graph(meta_graph_pb2.MetaGraphDef()),
    lambda writer: writer.add_run_metadata(run_metadata_pb2.RunMetadata(), "tag"),
    lambda writer: writer.add_session_log(event_pb2.SessionLog()),
]

CLOSED = (
    r"^Attempting to use a closed FileWriter\. The operation will be a noop unless the FileWriter is "
    r"explicitly reopened\.$"
)


@pytest.mark.parametrize("add", ADDERS)
def test_after_close_adding_warns_and_does_nothing_until_reopen(
    tmp_path: Path, add: Callable[[FileWriter], object]
) -> None:
    writer = FileWriter(tmp_path)
    writer.close()
    with pytest.warns(UserWarning, match=CLOSED) as caught:
        add(writer)
    assert [warning.filename for warning in caught] == [__file__]
    assert events_in(tmp_path) == []
    writer.reopen()
    add(writer)  # also where a run metadata tag was dropped before
    writer.close()
    assert len(events_in(tmp_path)) == 1


def test_flush_warns_after_close(tmp_path: Path) -> None:
    writer = FileWriter(tmp_path)
    writer.flush()
    writer.close()
    writer.close()
    with pytest.warns(UserWarning, match=CLOSED):
        writer.flush()


def test_the_with_statement_gives_the_writer_and_closes_it(tmp_path: Path) -> None:
    writer = FileWriter(tmp_path)
    with writer as entered:
        assert entered is writer
    with pytest.warns(UserWarning, match=CLOSED):
        writer.flush()


def test_tensorflows_signature(tmp_path: Path) -> None:
    logdir = str(tmp_path)
    writer = FileWriter(logdir, None, 10, 120, None, ".suffix", None)
    assert writer.get_logdir() == logdir
    writer.close()
    assert [path.suffix for path in tmp_path.iterdir()] == [".suffix"]
