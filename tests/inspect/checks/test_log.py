"""Every check of a log finds a file that has exactly this fault, and leaves a clean one alone."""

from __future__ import annotations

import math
import os
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import graphlog as tf
from graphlog.events.records import encode_record
from graphlog.graphdef.tensor_values import tensor_proto
from graphlog.inspect.checks.findings import Severity
from graphlog.inspect.checks.log import check_log
from graphlog.inspect.checks.path import check_path
from graphlog.proto.event_pb2 import Event, SessionLog, TaggedRunMetadata
from graphlog.proto.run_metadata_pb2 import RunMetadata
from graphlog.proto.summary_pb2 import DATA_CLASS_TENSOR, Summary
from tests.inspect.graph_samples import graph_of
from tests.unprivileged import folder_for_all, unprivileged

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE
TESTS = Path(__file__).parents[2]
REPOSITORY = TESTS.parent
NAME = "events.out.tfevents.1700000000.host"
VERSION = Event(wall_time=1.0, file_version="brain.Event:2")


def scalar(tag: str, step: int, value: float = 0.5) -> Event:
    return Event(
        wall_time=2.0, step=step, summary=Summary(value=[Summary.Value(tag=tag, simple_value=value)])
    )


def tensor(tag: str, array: object, plugin: str = "", data_class: int = 0, step: int = 0) -> Event:
    event = Event(wall_time=2.0, step=step)
    value = event.summary.value.add(tag=tag)
    value.tensor.CopyFrom(tensor_proto(np.asarray(array)))
    value.metadata.plugin_data.plugin_name = plugin
    value.metadata.data_class = data_class  # type: ignore[assignment]  # a number is a DataClass
    return event


def strings(*shape: int) -> np.ndarray[tuple[int, ...], np.dtype[np.object_]]:
    return np.full(shape, b"text", object)


def graph(*nodes: tuple[str, str, list[str]], step: int = 0) -> Event:
    return Event(wall_time=2.0, step=step, graph_def=graph_of(*nodes).SerializeToString())


A_GRAPH = graph(("a", "Placeholder", []))


def trace(tag: str, start: int = 1, took: int = 1, with_shape: bool = True, functions: int = 1) -> Event:
    metadata = RunMetadata()
    node = metadata.step_stats.dev_stats.add(device="cpu").node_stats.add(node_name="a")
    node.all_start_micros, node.all_end_rel_micros = start, took
    description = node.output.add().tensor_description
    if with_shape:
        description.shape.SetInParent()
    for _ in range(functions):
        metadata.function_graphs.add()
    serialized = metadata.SerializeToString()
    return Event(wall_time=2.0, tagged_run_metadata=TaggedRunMetadata(tag=tag, run_metadata=serialized))


def start(step: int) -> Event:
    return Event(wall_time=2.0, step=step, session_log=SessionLog(status=SessionLog.START))


def content(*events: Event) -> bytes:
    return b"".join(encode_record(event.SerializeToString()) for event in (VERSION, *events))


def at_nan(event: Event) -> Event:
    event.wall_time = math.nan
    return event


def flipped(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


CLEAN = [
    start(0),
    A_GRAPH,
    scalar("loss", 0),
    scalar("loss", 1),
    tensor("weights", np.zeros((30, 3)), "histograms"),
    tensor("weights", np.zeros((0, 3)), "histograms", step=1),
    tensor("pictures", strings(3), "images"),
    tensor("sound", strings(2, 2), "audio"),
    tensor("words", strings(2, 3), "text"),
    tensor("_hparams_/experiment", np.float32(0), "hparams"),
    tensor("curve", np.zeros((6, 5), np.float32), "pr_curves"),
    tensor("room_VERTEX", np.zeros((1, 5, 3), np.float32), "mesh"),
    tensor("custom_scalars__config__", strings(), "custom_scalars"),
    tensor("custom_scalars__config__", strings(), "custom_scalars"),
    tensor("model", strings(1), "graph_keras_model"),
    tensor("own", np.zeros(7), "greeter", DATA_CLASS_TENSOR),
    trace("step 1"),
    trace("step 2"),
    start(2),
    scalar("loss", 2),
]
SIZE = len(content(scalar("loss", 0)))
START_OF_SECOND = len(content())

# A file's content; of the only finding the severity, the code, the subject, and the byte.
FAULTS: dict[str, tuple[bytes, Severity, str, str, int | None]] = {
    "a torn tail": (content(scalar("loss", 0))[:-3], WARNING, "torn-tail", "", START_OF_SECOND),
    "a flipped bit of data": (
        *(
            flipped(content(scalar("loss", 0), scalar("loss", 1)), START_OF_SECOND + 20),
            ERROR,
            "data-checksum",
        ),
        *("", START_OF_SECOND),
    ),
    "a flipped bit of a length": (
        *(flipped(content(scalar("loss", 0), scalar("loss", 1)), START_OF_SECOND), ERROR, "length-checksum"),
        *("", START_OF_SECOND),
    ),
    "a record that is no Event": (
        content() + encode_record(b"\xff\xff"),
        ERROR,
        "not-an-event",
        "",
        START_OF_SECOND,
    ),
    "nothing": (b"", WARNING, "empty-file", "", None),
    "no version": (encode_record(scalar("loss", 0).SerializeToString()), WARNING, "missing-version", "", 0),
    "an unknown version": (
        *(encode_record(Event(wall_time=1.0, file_version="brain.Event:9").SerializeToString()), WARNING),
        *("unknown-version", "", 0),
    ),
    "a time that is NaN": (content(at_nan(scalar("loss", 0))), ERROR, "nan-wall-time", "", START_OF_SECOND),
    "two graphs": (
        *(content(A_GRAPH, A_GRAPH), WARNING, "several-graphs", "."),
        len(content(A_GRAPH)),
    ),
    "a graph with a fault": (
        *(content(graph(("a", "Neg", ["none"]))), ERROR, "dangling-input", "a"),
        START_OF_SECOND,
    ),
    "a graph that is none": (
        *(content(Event(wall_time=1.0, graph_def=b"\x0a\xff")), ERROR, "damaged-graph", "."),
        START_OF_SECOND,
    ),
    "a trace with a summary's tag": (
        *(content(scalar("loss", 0), trace("loss")), ERROR, "run-metadata-tag-is-summary-tag", "loss", None),
    ),
    "two traces of one tag": (
        *(content(trace("t"), trace("t")), ERROR, "run-metadata-tag-twice", "t", len(content(trace("t")))),
    ),
    "a trace that begins at 0": (content(trace("t", start=0)), ERROR, "zero-time", "t", START_OF_SECOND),
    "a trace that takes 0": (content(trace("t", took=0)), ERROR, "zero-time", "t", START_OF_SECOND),
    "a trace without shapes": (
        *(content(trace("t", with_shape=False)), ERROR, "output-without-shape", "t", START_OF_SECOND),
    ),
    "a trace with two function graphs": (
        *(content(trace("t", functions=2)), WARNING, "several-function-graphs", "t", START_OF_SECOND),
    ),
    "a trace that is none": (
        content(Event(tagged_run_metadata=TaggedRunMetadata(tag="t", run_metadata=b"\xff"))),
        *(ERROR, "damaged-run-metadata", "t", START_OF_SECOND),
    ),
    "a scalar of double precision": (
        *(content(tensor("loss", np.float64(1), "scalars")), ERROR, "double-scalar", "loss", START_OF_SECOND),
    ),
    "a scalar that is an integer": (
        *(content(tensor("loss", np.int32(1), "scalars")), ERROR, "tensor-dtype", "loss", START_OF_SECOND),
    ),
    "a scalar that is none": (
        *(content(tensor("loss", np.zeros(1, np.float32), "scalars")), ERROR, "tensor-shape", "loss"),
        START_OF_SECOND,
    ),
    "a histogram of two columns": (
        *(content(tensor("w", np.zeros((4, 2)), "histograms")), ERROR, "tensor-shape", "w", START_OF_SECOND),
    ),
    "an image without pixels": (
        *(content(tensor("i", strings(1), "images")), ERROR, "tensor-shape", "i", START_OF_SECOND),
    ),
    "an image of numbers": (
        *(
            content(tensor("i", np.zeros(3, np.float32), "images")),
            ERROR,
            "tensor-dtype",
            "i",
            START_OF_SECOND,
        ),
    ),
    "a sound of three columns": (
        *(content(tensor("s", strings(2, 3), "audio")), ERROR, "tensor-shape", "s", START_OF_SECOND),
    ),
    "text that is a number": (
        *(content(tensor("t", np.float32(1), "text")), ERROR, "tensor-dtype", "t", START_OF_SECOND),
    ),
    "a curve of five rows": (
        *(content(tensor("c", np.zeros((5, 9)), "pr_curves")), ERROR, "tensor-shape", "c", START_OF_SECOND),
    ),
    "a mesh of two dimensions": (
        *(content(tensor("m", np.zeros((5, 3)), "mesh")), ERROR, "tensor-shape", "m", START_OF_SECOND),
    ),
    "no plugin": (content(tensor("x", np.zeros(3))), WARNING, "missing-plugin", "x", START_OF_SECOND),
    "a plugin that comes late": (
        content(tensor("x", np.float32(0)), tensor("x", np.float32(0), step=1)),
        *(WARNING, "missing-plugin", "x", START_OF_SECOND),
    ),
    "an unknown plugin without a class": (
        *(content(tensor("x", np.zeros(3), "greeter")), ERROR, "missing-data-class", "x", START_OF_SECOND),
    ),
    "two plugins": (
        content(scalar("x", 0), tensor("x", np.float32(1), "greeter", step=1)),
        *(WARNING, "plugin-changes", "x", len(content(scalar("x", 0)))),
    ),
    "a step that runs backwards": (
        *(content(scalar("a", 7), scalar("b", 1), scalar("a", 6)), WARNING, "step-backwards", "a"),
        len(content(scalar("a", 7), scalar("b", 1))),
    ),
    "a step that comes twice": (
        *(
            content(scalar("a", 7), scalar("a", 7)),
            WARNING,
            "step-repeated",
            "a",
            len(content(scalar("a", 7))),
        ),
    ),
    "a restart that purges": (
        *(content(start(0), scalar("a", 7), start(5)), WARNING, "restart-purges", "."),
        len(content(start(0), scalar("a", 7))),
    ),
    "two tags that are alike": (
        *(content(scalar("a b", 0), scalar("a_b", 0)), WARNING, "tags-alike", "a_b"),
        len(content(scalar("a b", 0))),
    ),
    "no tag": (content(scalar("", 0)), WARNING, "empty-tag", "", START_OF_SECOND),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_and_nothing_else(fault: str, tmp_path: Path) -> None:
    data, severity, code, subject, offset = FAULTS[fault]
    path = tmp_path / NAME
    path.write_bytes(data)
    (found,) = check_log(path)
    assert (found.severity, found.code, found.subject, found.offset) == (severity, code, subject, offset)
    assert found.file == str(path)
    assert [item.code for item in check_path(tmp_path)] == [code]


def test_nothing_is_found_where_nothing_is_wrong(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(content(*CLEAN))
    assert check_log(tmp_path) == []


@pytest.mark.parametrize("cut", range(1, SIZE - START_OF_SECOND))
def test_a_torn_tail_is_told_apart_from_damage_wherever_it_is(cut: int, tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(content(scalar("loss", 0))[:-cut])
    (found,) = check_log(tmp_path)
    assert (found.code, found.offset, found.severity) == ("torn-tail", START_OF_SECOND, WARNING)


def test_all_damage_of_a_file_is_told_each_with_its_place(tmp_path: Path) -> None:
    events = [scalar("loss", step) for step in range(1, 9)]
    places = [len(content(*events[:count])) for count in range(8)]
    data = content(*events)
    for place in (places[1], places[4], places[6]):
        data = flipped(data, place + 20)
    (tmp_path / NAME).write_bytes(data)
    found = check_log(tmp_path)
    assert [item.offset for item in found] == [places[1], places[4], places[6]]
    assert {item.code for item in found} == {"data-checksum"}
    assert "about 1 record, " in found[0].what


def test_what_comes_again_and_again_is_told_once_with_its_number(tmp_path: Path) -> None:
    events = [tensor("loss", np.float64(step), "scalars", step=step) for step in range(100)]
    (tmp_path / NAME).write_bytes(content(*events))
    (found,) = check_log(tmp_path)
    assert (found.code, found.count) == ("double-scalar", 100)
    assert found.offset == START_OF_SECOND


def test_what_comes_without_end_is_counted(tmp_path: Path) -> None:
    events = [scalar(f"tag {number}", 0) for number in range(1100)]
    events += [scalar(f"tag_{number}", 0) for number in range(1100)]  # each as one of those before
    (tmp_path / NAME).write_bytes(content(*events))
    found = check_log(tmp_path)
    assert {item.code for item in found} == {"tags-alike"}
    assert [item.count for item in found] == [1] * 1000 + [100]
    assert "100 more" in found[-1].what


def test_of_much_damage_the_first_places_are_told_and_the_rest_is_counted(tmp_path: Path) -> None:
    record = encode_record(scalar("a", 0).SerializeToString())
    damaged = record[:-6] + b"x" + record[-5:]
    (tmp_path / NAME).write_bytes(content() + (damaged + encode_record(b"")) * 1100)
    found = [item for item in check_log(tmp_path) if item.code == "data-checksum"]
    assert sum(item.count for item in found) == 1100
    assert len(found) == 1001


def test_the_worst_comes_first(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(content(scalar("a", 1), scalar("a", 1), tensor("x", strings(), "greeter")))
    assert [item.severity for item in check_log(tmp_path)] == [ERROR, WARNING]


def test_a_run_of_several_files_is_told(tmp_path: Path) -> None:
    for run, files in [("one", 1), ("two", 2)]:
        (tmp_path / run).mkdir()
        for number in range(files):
            (tmp_path / run / f"{NAME}.{number}").write_bytes(content(scalar("a", number)))
    (found,) = check_log(tmp_path)
    assert (found.severity, found.code, found.subject) == (NOTE, "several-files", "two")


def test_what_a_run_says_is_remembered_from_file_to_file(tmp_path: Path) -> None:
    (tmp_path / f"{NAME}.0").write_bytes(content(scalar("a", 5)))
    (tmp_path / f"{NAME}.1").write_bytes(content(scalar("a", 3)))
    assert {item.code for item in check_log(tmp_path)} == {"several-files", "step-backwards"}


@pytest.mark.parametrize("look_at_file", [True, False])
def test_an_event_file_of_another_name_is_told(look_at_file: bool, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / NAME).write_bytes(content(scalar("a", 5)))
    (tmp_path / "notes.txt").write_text("no events at all")
    stray = tmp_path / "sub" / "events.out"
    stray.write_bytes(content(scalar("a", 3)))
    (found,) = check_path(stray if look_at_file else tmp_path)
    assert (found.severity, found.code) == (ERROR, "name-without-tfevents")
    assert found.file == str(stray)


def test_a_folder_without_event_files_is_told(tmp_path: Path) -> None:
    (found,) = check_log(tmp_path)
    assert (found.severity, found.code) == (ERROR, "no-event-files")
    with pytest.raises(FileNotFoundError):
        check_log(tmp_path / "none")


@pytest.mark.skipif(os.name == "nt", reason="permissions are others there")
def test_a_file_that_cannot_be_read_is_told() -> None:
    with folder_for_all() as folder:
        (folder / NAME).write_bytes(content())
        check_log(folder)  # imports what it needs
        (folder / NAME).chmod(0)
        with unprivileged():
            assert [item.code for item in check_log(folder)] == ["unreadable-file"]


def test_what_graphlog_writes_has_no_errors(tmp_path: Path) -> None:
    program = REPOSITORY / "examples/everything.py"
    subprocess.run([sys.executable, str(program)], cwd=tmp_path, check=True, capture_output=True)
    assert [item for item in check_log(tmp_path / "logs") if item.severity is not NOTE] == []


@pytest.mark.parametrize("folder", ["browser/golden", "adapters/golden", "readers/golden/tensorflow1"])
def test_what_tensorflow_writes_has_no_errors(folder: str) -> None:
    assert [item for item in check_log(TESTS / folder) if item.severity is ERROR] == []


def test_memory_does_not_grow_with_the_number_of_records(tmp_path: Path) -> None:
    def peak(count: int) -> int:
        path = tmp_path / f"{NAME}.{count}"
        path.write_bytes(content(*[tensor("loss", np.float64(0), "scalars") for _ in range(count)]))
        tracemalloc.start()
        check_log(path)
        taken = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return taken

    peak(10)
    assert peak(5_000) < peak(500) + 500_000  # the larger file has 800,000 bytes, and its Events take more


def test_progress_is_told(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(content(scalar("a", 5)))
    told: list[tuple[str, int]] = []
    check_log(tmp_path, lambda file, position: told.append((file, position)))
    assert told[-1] == (str(tmp_path / NAME), len(content(scalar("a", 5))))


@pytest.mark.parametrize("name", ["\x1b[2Jtag", "<img src=x>", "\u202eabc", "x" * 100_000, "/" * 100_000])
@pytest.mark.parametrize("make", [lambda name: scalar(name, 0), trace, lambda name: tensor(name, [0.0])])
def test_hostile_names_are_kept_and_crash_nothing(
    name: str, make: Callable[[str], Event], tmp_path: Path
) -> None:
    (tmp_path / NAME).write_bytes(content(make(name), make(name)))
    assert {item.subject for item in check_log(tmp_path)} == {name}


@pytest.mark.parametrize("place", range(0, 300, 7))
def test_any_flipped_bit_is_survived(place: int, tmp_path: Path) -> None:
    data = content(A_GRAPH, scalar("a", 1), trace("t"))
    (tmp_path / NAME).write_bytes(flipped(data, place % len(data)))
    assert any(item.severity is not NOTE for item in check_log(tmp_path))


def test_a_log_of_graphlog_is_clean_with_a_real_writer(tmp_path: Path) -> None:
    with tf.Graph().as_default() as built:
        tf.identity(tf.constant(1.0, name="a"), name="b")
    with tf.SummaryWriter(str(tmp_path)) as writer:
        writer.add_graph(built)
        for step in range(3):
            writer.add_scalar("loss", 0.1, step)
            writer.add_histogram("w", np.arange(4.0), step)
    assert check_log(tmp_path) == []
