"""Reading event files: what is decoded in bulk is what protobuf gives, Event by Event."""

import io
import math
import struct
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphlog.events.reading.event_reader import (
    EventFileContents,
    EventFileReader,
    RecordSpan,
    read_event_file,
)
from graphlog.events.reading.record_scanner import Damage, DamageKind
from graphlog.events.records import CorruptRecordError, encode_record
from graphlog.events.writing.scalar_records import ScalarTag, encode_scalars
from graphlog.proto.event_pb2 import Event, SessionLog
from graphlog.proto.summary_pb2 import Summary

DT_FLOAT, DT_DOUBLE, DT_INT32 = 1, 2, 3


def plain(contents: EventFileContents) -> Any:
    """Contents that can be compared: NaN equals NaN, and dtypes and the order of tags count."""
    columns = {
        tag: [(column.dtype.str, column.tobytes()) for column in columns]
        for tag, columns in contents.scalars.items()
    }
    return list(columns.items()), contents.others, contents.damage, contents.record_count, contents.end


def read_both_ways(data: bytes) -> EventFileContents:
    """Reads in bulk, and Event by Event, which must be the same."""
    visited: dict[bool, list[tuple[RecordSpan, bytes]]] = {True: [], False: []}

    def read(bulk: bool) -> EventFileContents:
        def visit(span: RecordSpan, event: Event) -> None:
            visited[bulk].append((span, event.SerializeToString(deterministic=True)))

        return read_event_file(data, visit, bulk)

    contents = read(True)
    assert plain(contents) == plain(read(False))
    assert visited[True] == visited[False]
    assert [span for span, _ in visited[True]] == contents.others
    return contents


numbers = st.floats(width=32, allow_nan=False) | st.just(math.nan)
steps = (
    st.integers(-(1 << 63), (1 << 63) - 1)
    | st.integers(0, 300)
    | st.sampled_from([-1, 0, (1 << 63) - 1, 127, 128, 1 << 56])
)
tags = st.sampled_from(["loss", "lo", "accuracy", "a/b/c", "é", "", "loss_1", "loss_2", "x" * 150])
plugins = st.sampled_from(["", "", "scalars", "other"])


@st.composite
def values(draw: st.DrawFn) -> Any:
    """A value of any encoding, or of another kind."""
    value: Any = Summary.Value(tag=draw(tags))
    if plugin := draw(plugins):
        value.metadata.plugin_data.plugin_name = plugin
    kind = draw(st.sampled_from(["simple"] * 4 + ["float", "content", "double", "doubles", "int", "text"]))
    number = draw(numbers)
    if kind == "simple":
        value.simple_value = number
    elif kind == "float":
        value.tensor.dtype = DT_FLOAT
        value.tensor.float_val.append(number)
    elif kind == "content":
        value.tensor.dtype = DT_FLOAT
        value.tensor.tensor_content = struct.pack("<f", number)
    elif kind == "double":
        value.tensor.dtype = DT_DOUBLE
        value.tensor.double_val.append(draw(st.floats(allow_nan=False)))
    elif kind == "doubles":
        value.tensor.dtype = DT_DOUBLE
        value.tensor.double_val.extend([1.0, 2.0])
    elif kind == "int":
        value.tensor.dtype = DT_INT32
        value.tensor.int_val.append(3)
    if kind != "simple" and draw(st.booleans()):
        value.tensor.tensor_shape.SetInParent()
    return value


@st.composite
def events(draw: st.DrawFn) -> bytes:
    """The data of a record."""
    kind = draw(st.sampled_from(["one"] * 6 + ["several", "start", "version", "no event", "odd"]))
    event = Event(wall_time=draw(st.floats(allow_nan=False)), step=draw(steps))
    if kind == "several":
        event.summary.value.extend(draw(st.lists(values(), max_size=4)))
    elif kind == "start":
        event.session_log.status = SessionLog.START
    elif kind == "version":
        event.file_version = "brain.Event:2"
    elif kind == "no event":
        return draw(st.binary(max_size=20))
    else:
        event.summary.value.append(draw(values()))
    data = event.SerializeToString()
    if kind == "odd":
        pieces = [
            b"\x09" + struct.pack("<d", event.wall_time),
            b"\x10" + draw(st.sampled_from([b"\x05", b"\x85\x00", b"\x80" * 9 + b"\x01"])),
            b"\x2a"
            + bytes([min(127, len(event.summary.SerializeToString()))])
            + event.summary.SerializeToString()[:127],
            draw(st.sampled_from([b"", b"\xa0\x06\x07", b"\x10\x07", b"\x2a\x00", b"\xf2\x07\x01z"])),
        ]
        data = b"".join(draw(st.permutations(pieces)))
    return data


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """Records of Events, many of them alike, perhaps with some bytes changed."""
    records = []
    for data in draw(st.lists(events(), max_size=6)):
        records += [data] * draw(st.sampled_from([1, 1, 5, 12]))
    order = draw(st.sampled_from(["as they are", "shuffled"]))
    if order == "shuffled":
        draw(st.randoms(use_true_random=False)).shuffle(records)
    content = bytearray(b"".join(map(encode_record, records)))
    for _ in range(draw(st.sampled_from([0, 0, 1, 1, 2, 5])) if content else 0):
        content[draw(st.integers(0, len(content) - 1))] ^= draw(st.integers(1, 255))
    return bytes(content[: draw(st.integers(0, len(content)))] if draw(st.booleans()) else content)


@settings(max_examples=300, deadline=None)
@given(files())
def test_in_bulk_as_event_by_event(data: bytes) -> None:
    read_both_ways(data)


def scalar_record(tag: str, step: int, value: float, wall_time: float = 1.5) -> bytes:
    event = Event(wall_time=wall_time, step=step)
    event.summary.value.add(tag=tag, simple_value=value)
    return encode_record(event.SerializeToString())


def long_curve(tags: list[str], first_step: int = 0) -> bytes:
    steps = np.arange(first_step, first_step + len(tags))
    numbers = np.sin(steps).astype(np.float32)
    return bytes(encode_scalars([ScalarTag(tag) for tag in tags], steps, numbers, 1.7e9 + steps / 8))


def doubles(count: int) -> bytes:
    event: Any = Event(wall_time=1.5)
    value = event.summary.value.add(tag="a")
    value.metadata.plugin_data.plugin_name = "scalars"
    value.tensor.dtype = DT_DOUBLE
    value.tensor.double_val.append(0.1)
    return encode_record(event.SerializeToString()) * count


@pytest.mark.parametrize(
    ("data", "count"),
    [
        (long_curve(["a"] * 40_000), 40_000),
        (long_curve(["a", "b"] * 17_000) + long_curve(["a"] * 30_000, 40_000), 47_000),  # more than expected
        (long_curve(["a"] * 20_000) + long_curve(["b"] * 20_000), 20_000),  # fewer
        (long_curve(["a"] * 20_000) + doubles(2_000) + long_curve(["a"] * 2_000), 24_000),
        (doubles(20_000) + long_curve(["a"] * 20_000), 40_000),
    ],
)
def test_long_curves(data: bytes, count: int) -> None:
    columns = read_both_ways(data).scalars["a"]
    assert {len(column) for column in columns} == {count}
    assert (np.diff(columns.offsets) > 0).all()


@pytest.mark.parametrize("tag_count", [1, 3, 20, 700])
def test_tags_interleaved_and_steps_growing(tag_count: int) -> None:
    names = [f"layer_{number // 7}/{'weight' * (number % 7)}_{number}" for number in range(tag_count)]
    count = max(400, 4 * tag_count)
    data = b"".join(
        scalar_record(names[index % tag_count], index // tag_count * 37, index / 8, 1e9 + index)
        for index in range(count)
    )
    contents = read_both_ways(data)
    assert list(contents.scalars) == names
    for number, name in enumerate(names):
        columns = contents.scalars[name]
        indices = np.arange(number, count, tag_count)
        np.testing.assert_array_equal(columns.steps, indices // tag_count * 37)
        np.testing.assert_array_equal(columns.values, indices / 8)
        np.testing.assert_array_equal(columns.wall_times, 1e9 + indices)
    assert contents.record_count == count
    assert contents.end == len(data)
    assert not contents.others


def test_files_larger_than_a_window() -> None:
    steps = np.arange(60_000)
    data = b"".join(scalar_record("loss", step, step / 2) for step in steps.tolist())
    columns = read_event_file(data).scalars["loss"]
    np.testing.assert_array_equal(columns.steps, steps)
    np.testing.assert_array_equal(columns.values, steps.astype(np.float32) / 2)
    assert columns.values.dtype == np.float32
    for offset, step in zip(columns.offsets[::999].tolist(), steps[::999].tolist(), strict=True):
        assert data[offset:].startswith(scalar_record("loss", step, step / 2))


def test_single_and_double_precision_of_one_tag() -> None:
    double: Any = Event(step=1)
    value = double.summary.value.add(tag="x")
    value.metadata.plugin_data.plugin_name = "scalars"
    value.tensor.dtype = DT_DOUBLE
    value.tensor.double_val.append(0.1)
    data = scalar_record("x", 0, 0.5) * 5 + encode_record(double.SerializeToString()) * 5
    columns = read_both_ways(data).scalars["x"]
    assert columns.values.tolist() == [0.5] * 5 + [0.1] * 5


def tensor_record(plugin: str, step: int) -> bytes:
    event: Any = Event(step=step)
    value = event.summary.value.add(tag="x")
    if plugin:
        value.metadata.plugin_data.plugin_name = plugin
    value.tensor.dtype = DT_FLOAT
    value.tensor.float_val.append(step)
    return encode_record(event.SerializeToString())


@pytest.mark.parametrize(("plugin", "kept"), [("scalars", 50_001), ("other", 0)])
def test_metadata_in_the_first_record_only(plugin: str, kept: int) -> None:
    data = tensor_record(plugin, 0) + b"".join(tensor_record("", step) for step in range(1, 50_001))
    contents = read_event_file(data)
    if kept:
        assert contents.scalars["x"].values.tolist() == list(range(kept))
    assert len(contents.others) == 50_001 - kept


def test_metadata_that_come_too_late() -> None:
    data = tensor_record("", 1) * 10 + tensor_record("scalars", 2) * 10 + tensor_record("", 3) * 10
    contents = read_both_ways(data)
    assert contents.scalars["x"].steps.tolist() == [2] * 10 + [3] * 10
    assert len(contents.others) == 10


def test_several_values_in_an_event() -> None:
    event = Event(wall_time=2.0, step=7)
    for number in range(6):
        event.summary.value.add(tag=f"tag_{number % 5}", simple_value=number)
    contents = read_both_ways(encode_record(event.SerializeToString()) * 30)
    assert contents.scalars["tag_0"].values.tolist() == [0.0, 5.0] * 30
    assert contents.scalars["tag_3"].values.tolist() == [3.0] * 30


def test_other_events_are_found_again() -> None:
    event: Any = Event(step=3)
    event.summary.value.add(tag="loss", simple_value=1)
    event.summary.value.add(tag="picture").image.width = 4
    start = Event(session_log=SessionLog(status=SessionLog.START))
    data = b"".join(
        [
            *[scalar_record("loss", step, 0) for step in range(9)],
            encode_record(event.SerializeToString()),
            encode_record(start.SerializeToString()),
        ]
    )
    with EventFileReader(data) as reader:
        contents = reader.read()
        assert [reader.event(span) for span in contents.others] == [event, start]
        assert contents.scalars["loss"].steps.tolist() == [*range(9), 3]
        assert contents.scalars["loss"].offsets[-1] == contents.others[0].offset
        with pytest.raises(CorruptRecordError, match="does not fit"):
            reader.event(RecordSpan(1, 8))


def test_what_is_no_event() -> None:
    good = scalar_record("loss", 1, 1.0) * 5
    contents = read_both_ways(good + encode_record(b"\x07garbage") + good)
    assert len(contents.scalars["loss"].steps) == 10
    (damage,) = contents.damage
    assert (damage.kind, damage.offset, damage.length) == (DamageKind.NOT_AN_EVENT, len(good), 24)
    assert contents.record_count == 11


def test_going_on_when_the_file_grows() -> None:
    records = [scalar_record("loss", step, step) for step in range(1, 51)]
    data = b"".join(records)
    file = io.BytesIO()
    reader = EventFileReader(file)
    seen: list[int] = []
    for end in range(0, len(data) + 1, 7):
        file.seek(0, io.SEEK_END)
        file.write(data[file.tell() : end])
        contents = reader.read()
        seen += contents.scalars["loss"].steps.tolist() if contents.scalars else []
        assert len(seen) == end // len(records[0])
        torn = [] if end % len(records[0]) == 0 else [DamageKind.TORN_TAIL]
        assert [damage.kind for damage in contents.damage] == torn


def test_a_file_that_shrinks(tmp_path: Any) -> None:
    path = tmp_path / "events"
    path.write_bytes(scalar_record("loss", 1, 1.0) * 20)
    size = path.stat().st_size
    with EventFileReader(path) as reader:
        assert len(reader.read().scalars["loss"].steps) == 20
        path.write_bytes(path.read_bytes()[:100])
        contents = reader.read()
        assert contents.record_count == 0
        assert contents.damage == reader.read().damage
    (damage,) = contents.damage
    assert damage == Damage(100, size - 100, DamageKind.SHRUNK, damage.detail, 0)
    assert f"{size} bytes" in damage.detail


def test_no_bytes() -> None:
    contents = read_both_ways(b"")
    assert (contents.scalars, contents.others, contents.damage, contents.end) == ({}, [], [], 0)
