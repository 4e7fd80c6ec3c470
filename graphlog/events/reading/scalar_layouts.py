"""How an Event of plain scalars lies in memory: where its numbers are, and what is constant around them.

Events that differ in nothing but wall time, step and values have the same bytes everywhere else. So one of
them, parsed with care, tells how to read the others without parsing.
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from google.protobuf.message import DecodeError

from graphlog.events.reading.message_fields import (
    BYTES,
    FIXED32,
    FIXED64,
    LONGEST_VARINT,
    VARINT,
    Field,
    message_fields,
)
from graphlog.events.reading.scalar_values import SCALARS_PLUGIN, plain_scalar
from graphlog.proto.event_pb2 import Event

# Field numbers.
_WALL_TIME, _STEP, _SUMMARY = 1, 2, 5
_OTHER_CONTENTS = frozenset((3, 4, 6, 7, 8, 9))  # of an Event
_TAG, _METADATA, _SIMPLE_VALUE, _TENSOR = 1, 9, 2, 8
_OTHER_VALUES = frozenset((3, 4, 5, 6))  # of a Summary.Value
_TENSOR_CONTENT, _FLOAT_VAL, _DOUBLE_VAL = 4, 5, 6


class ValuePlace(NamedTuple):
    """Where a value is.

    Attributes:
        start: where its number is.
        is_double: the number takes eight bytes rather than four.
        tag_start: where its tag is.
        tag_size: the bytes of the tag; 0 if there is none.
    """

    start: int
    is_double: bool
    tag_start: int
    tag_size: int


class Layout(NamedTuple):
    """Where in an Event's data the numbers are.

    Attributes:
        size: of the data, in bytes.
        time_start: where the eight bytes of the wall time are; None if it is absent, which is 0.
        step_start: where the varint of the step starts.
        step_size: its bytes; 0 if it is absent, which is step 0.
        values: where the values are, in order.
    """

    size: int
    time_start: int | None
    step_start: int
    step_size: int
    values: tuple[ValuePlace, ...]


class ValueTag(NamedTuple):
    """What is constant of a value.

    Attributes:
        tag: its tag.
        plugin: the plugin that its own metadata name, or nothing.
        is_tensor: it is a scalar only if the tag's plugin is ``scalars``, as its own or earlier metadata say.
    """

    tag: str
    plugin: str
    is_tensor: bool


class _UnknownLayoutError(Exception):
    """An Event that is to be parsed by protobuf."""


def layout_of(data: bytes) -> tuple[Layout, tuple[ValueTag, ...]] | None:
    """How the data of an Event lie, if it holds nothing but plain scalars, and those in a common way.

    Args:
        data: a serialized Event.

    Returns:
        Its layout and the tag of each value; None for any other Event, damaged ones too.
    """
    try:
        layout = _layout(data)
        event = Event.FromString(data)
    except (_UnknownLayoutError, ValueError, DecodeError):
        return None
    values = event.summary.value
    tags = []
    for value, place in zip(values, layout.values, strict=True):
        plugin = value.metadata.plugin_data.plugin_name
        scalar = plain_scalar(value, plugin or SCALARS_PLUGIN)
        if scalar is None or scalar[2] != place.is_double:
            return None
        tags.append(ValueTag(value.tag, plugin, value.HasField("tensor")))
    return layout, tuple(tags)


def _layout(data: bytes) -> Layout:
    fields = _fields(data, 0, len(data))
    numbers = {field.number: field for field in fields}
    _require(not _OTHER_CONTENTS & numbers.keys())
    _require_once(fields, {_WALL_TIME: FIXED64, _STEP: VARINT, _SUMMARY: BYTES})
    _require(_SUMMARY in numbers)
    values = []
    for field in _fields(data, numbers[_SUMMARY].start, numbers[_SUMMARY].end):
        if field.number == 1:
            _require(field.wire_type == BYTES)
            values.append(_value_place(data, field))
    _require(bool(values))
    time, step = numbers.get(_WALL_TIME), numbers.get(_STEP)
    return Layout(
        len(data),
        time.start if time else None,
        step.start if step else 0,
        step.end - step.start if step else 0,
        tuple(values),
    )


def _value_place(data: bytes, value: Field) -> ValuePlace:
    """Where the number of a Summary.Value is."""
    fields = _fields(data, value.start, value.end)
    numbers = {field.number: field for field in fields}
    _require(not _OTHER_VALUES & numbers.keys())
    _require_once(fields, {_TAG: BYTES, _METADATA: BYTES, _SIMPLE_VALUE: FIXED32, _TENSOR: BYTES})
    _require((_SIMPLE_VALUE in numbers) != (_TENSOR in numbers))
    tag = numbers.get(_TAG)
    tag_place = (tag.start, tag.end - tag.start) if tag else (0, 0)
    if _SIMPLE_VALUE in numbers:
        return ValuePlace(numbers[_SIMPLE_VALUE].start, False, *tag_place)
    tensor = numbers[_TENSOR]
    found = [
        field
        for field in _fields(data, tensor.start, tensor.end)
        if field.number in (_TENSOR_CONTENT, _FLOAT_VAL, _DOUBLE_VAL)
    ]
    _require(len(found) == 1)
    (field,) = found
    size = field.end - field.start
    kind = {_FLOAT_VAL: (FIXED32, 4), _DOUBLE_VAL: (FIXED64, 8)}.get(field.number)
    if kind is None:
        _require(field.wire_type == BYTES and size in (4, 8))
    else:
        _require(field.wire_type in (kind[0], BYTES) and size == kind[1])
    return ValuePlace(field.start, size == 8, *tag_place)


def _fields(data: bytes, start: int, end: int) -> list[Field]:
    """The fields of a message that lies between two places."""
    fields = list(message_fields(data, start, end))
    for field in fields:
        if field.wire_type == VARINT and field.end - field.start == LONGEST_VARINT:
            _require(data[field.end - 1] <= 1)  # of the tenth byte protobuf takes one bit
    return fields


def _require_once(fields: list[Field], wire_types: dict[int, int]) -> None:
    counts = Counter(field.number for field in fields)
    for field in fields:
        if field.number in wire_types:
            _require(counts[field.number] == 1 and field.wire_type == wire_types[field.number])


def _require(holds: bool) -> None:
    if not holds:
        raise _UnknownLayoutError
