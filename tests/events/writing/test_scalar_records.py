"""Scalar Events encoded at once: byte for byte what protobuf and the record writer make of each."""

from __future__ import annotations

import math
import struct
from typing import Any

import google_crc32c
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphlog.events.checksum_tables import byte_tables
from graphlog.events.records import encode_record
from graphlog.events.writing.scalar_records import ScalarTag, encode_scalars
from graphlog.proto import event_pb2

Point = tuple[str, int, float, float]

TAGS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.integers(0, 600).map("é".__mul__)
STEPS = st.integers(-(2**63), 2**63 - 1) | st.integers(0, 64).flatmap(
    lambda bits: st.integers(-2, 2).map(lambda near: max(-(2**63), min(2**63 - 1, (1 << bits) + near)))
)
VALUES = st.floats(width=32)
SPECIAL = [0.0, -0.0, math.inf, -math.inf, 5e-324, 1e-45, 1.7e308, struct.unpack("<d", b"\1" * 8)[0]]
WALL_TIMES = st.floats(allow_nan=False) | st.sampled_from(SPECIAL)
POINTS = st.tuples(TAGS, STEPS, VALUES | st.sampled_from([0.0, -0.0, 1e-45]), WALL_TIMES)


def by_protobuf(point: Point) -> bytes:
    tag, step, value, wall_time = point
    event = event_pb2.Event(wall_time=wall_time, step=step)
    event.summary.value.add(tag=tag, simple_value=value)
    return encode_record(event.SerializeToString())


def at_once(points: list[Point]) -> bytes:
    tags = {point[0]: ScalarTag(point[0]) for point in points}
    return bytes(
        encode_scalars(
            [tags[point[0]] for point in points],
            np.array([point[1] for point in points], np.int64),
            np.array([point[2] for point in points], np.float64).astype(np.float32),
            np.array([point[3] for point in points], np.float64),
        )
    )


@given(POINTS)
def test_one(point: Point) -> None:
    tag, step, value, wall_time = point
    assert ScalarTag(tag).record(value, step, wall_time) == by_protobuf(point)
    assert at_once([point]) == by_protobuf(point)


# Few records are encoded one by one, and many at once.
@given(st.lists(POINTS, max_size=40), st.sampled_from([1, 2, 64]))
def test_many_of_any_tags(points: list[Point], times: int) -> None:
    points *= times
    assert at_once(points) == b"".join(map(by_protobuf, points))


@given(
    TAGS, st.lists(st.tuples(STEPS, VALUES, WALL_TIMES), min_size=1, max_size=40), st.sampled_from([1, 64])
)
def test_many_of_one_tag(tag: str, numbers: list[tuple[int, float, float]], times: int) -> None:
    numbers *= times
    points = [(tag, *rest) for rest in numbers]
    expected = b"".join(map(by_protobuf, points))
    steps, values, wall_times = (np.array(column) for column in zip(*numbers, strict=True))
    common = (ScalarTag(tag), steps.astype(np.int64), values.astype(np.float32))
    assert encode_scalars(*common, wall_times.astype(np.float64)) == expected
    same_time = [(*point[:3], float(wall_times[0])) for point in points]
    assert encode_scalars(*common, float(wall_times[0])) == b"".join(map(by_protobuf, same_time))


@pytest.mark.parametrize(
    "value", [math.nan, -math.nan, math.inf, -math.inf, 1e300, -1e300, 3.4028235677973366e38, 1e-45, 1e-300]
)
def test_values_beyond_float32(value: float) -> None:
    assert ScalarTag("x").record(value, 1, 2.0) == by_protobuf(("x", 1, value, 2.0))


@pytest.mark.parametrize("tags", [["loss"], ["a", "b"], ["a", "bc", "defg"]])
@pytest.mark.parametrize("order", ["rising", "falling", "mixed"])
def test_thousands(tags: list[str], order: str) -> None:
    steps = np.arange(5000)
    if order == "falling":
        steps = steps[::-1]
    elif order == "mixed":
        steps = np.random.default_rng(0).permutation(steps)
    points = [(tags[index % len(tags)], int(step), index / 7, index / 3) for index, step in enumerate(steps)]
    assert at_once(points) == b"".join(map(by_protobuf, points))


@pytest.mark.parametrize("count", [20, 400])
def test_arrays_with_strides_are_left_alone(count: int) -> None:
    steps, values = np.arange(count)[::2], np.arange(count, dtype=np.float32)[::2]
    expected = b"".join(by_protobuf(("x", step, float(step), 1.0)) for step in range(0, count, 2))
    assert encode_scalars(ScalarTag("x"), steps, values, np.ones(count)[::2]) == expected
    assert steps.tolist() == values.tolist() == list(range(0, count, 2))


def test_no_record() -> None:
    nothing: Any = np.zeros(0, np.int64)
    assert encode_scalars([], nothing, nothing.astype(np.float32), 1.0) == b""


@pytest.mark.parametrize("following", [0, 1, 7, 100])
def test_what_a_byte_adds_to_a_checksum(following: int) -> None:
    table = byte_tables(following, 3)[0]
    zeros = google_crc32c.value(bytes(following + 1))
    for byte in (0, 1, 127, 255):
        assert table[byte] == google_crc32c.value(bytes((byte,)) + bytes(following)) ^ zeros


def test_a_lone_surrogate_is_no_tag() -> None:
    with pytest.raises(UnicodeEncodeError):
        ScalarTag("\ud800")
