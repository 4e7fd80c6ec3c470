"""Records of many Events that hold one number each, encoded at once.

Such an Event is, byte for byte as protobuf serializes it, in this order:

====================  =========================================================================
``09`` wall time      the field 1, a double; absent for 0.0
``10`` step           the field 2, a varint of 1 to 10 bytes; absent for 0
tail                  the field 5, its length, in it a value, its length, in it the tag, and ``15``
value                 the number, a float
====================  =========================================================================

The tail depends on nothing but the tag. So records with equally long tags and steps are the rows of a matrix,
written column by column, and their checksums are looked up (``checksum_tables``).
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator, Sequence
from itertools import repeat
from typing import Any

import google_crc32c
import numpy as np
from numpy.typing import NDArray

from graphlog.events.checksum_tables import UInt32s, byte_tables, mask
from graphlog.events.records import encode_record, masked_crc32c

_LONGEST_TAIL = 1024  # bytes; the tables for a tag grow with its length

_DOUBLE = struct.Struct("<d")
_FLOAT = struct.Struct("<f")
_LENGTH = struct.Struct("<Q")
_CHECKSUM = struct.Struct("<I")
_HEADER_SIZE = 12
_VALUE_SIZE = 4
_LARGEST_REST = _HEADER_SIZE + 9 + 11 + _VALUE_SIZE + 4  # header, wall time, step, value, checksum
# A step below the first takes no byte, a step below the second one byte, and so on.
_STEP_BOUNDS = np.array([1, *(1 << 7 * size for size in range(1, 10))], np.uint64)
_FEWEST = 64  # fewer are encoded faster one by one
_FEWEST_PER_RUN = 1024  # below that, on average, records are grouped rather than encoded run by run

Steps = NDArray[np.int64]
Values = NDArray[np.float32]
WallTimes = NDArray[np.float64]
Rows = NDArray[np.uint8]


class ScalarTag:
    """What all scalar Events of a tag have in common.

    Args:
        tag: the tag.

    Attributes:
        tail: the bytes between the step and the value.
        value_start: the bytes of a Summary with this value alone, up to the number.
        longest_record: how large a record of the tag is at most.

    Raises:
        TypeError: the tag is no string.
        UnicodeEncodeError: the tag has a lone surrogate, which UTF-8 cannot express.
    """

    __slots__ = ("_templates", "longest_record", "tail", "value_start")

    def __init__(self, tag: str) -> None:
        if not isinstance(tag, str):
            raise TypeError(f"a tag must be a string, not {tag!r}")
        name = tag.encode()
        name_field = b"\x0a" + _varint(len(name)) + name if name else b""
        value_size = _varint(len(name_field) + 1 + _VALUE_SIZE)
        self.value_start = b"\x0a" + value_size + name_field + b"\x15"
        self.tail = b"\x2a" + _varint(len(self.value_start) + _VALUE_SIZE) + self.value_start
        self.longest_record = _LARGEST_REST + len(self.tail)
        self._templates: dict[tuple[int, bytes], tuple[Rows, int]] = {}

    def record(self, value: float, step: int, wall_time: float) -> bytes:
        """One record."""
        try:
            number = _FLOAT.pack(value)
        except OverflowError:  # beyond float32: protobuf makes it infinite
            number = _FLOAT.pack(math.copysign(math.inf, value))
        time_field = b"\x09" + _DOUBLE.pack(wall_time)
        if time_field == _NO_TIME:
            time_field = b""
        step_field = b"\x10" + _varint(step) if step else b""
        return encode_record(time_field + step_field + self.tail + number)

    def template(self, step_size: int, time_field: bytes) -> tuple[Rows, int]:
        """A record with zeros in place of step, value and checksum, and the checksum of its data."""
        key = (step_size, time_field)
        if key not in self._templates:
            step_field = b"\x10" + bytes(step_size) if step_size else b""
            data = time_field + step_field + self.tail + bytes(_VALUE_SIZE)
            length = _LENGTH.pack(len(data))
            record = length + _CHECKSUM.pack(masked_crc32c(length)) + data + bytes(_CHECKSUM.size)
            if len(self._templates) > 32:
                self._templates.clear()
            self._templates[key] = np.frombuffer(record, np.uint8), google_crc32c.value(data)
        return self._templates[key]


_TIME_TO_FILL_IN = b"\x09" + bytes(8)
_NO_TIME = _TIME_TO_FILL_IN  # a time of 0.0, which is not written


def _varint(number: int) -> bytes:
    number &= 0xFFFFFFFFFFFFFFFF
    if number < 0x80:
        return bytes((number,))
    encoded = bytearray()
    while number >= 0x80:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)


def encode_scalars(
    tags: ScalarTag | Sequence[ScalarTag], steps: Steps, values: Values, wall_times: WallTimes | float
) -> bytes | memoryview:
    """Encodes records, in the order given.

    Args:
        tags: one tag for all, or one for each.
        steps: int64, one for each record.
        values: float32, likewise.
        wall_times: float64, one for each record, or one for all.

    Returns:
        The records, one after the other.
    """
    if not len(steps):
        return b""
    if isinstance(tags, ScalarTag):
        tag_list, tag_of = [tags], None
    else:
        tag_list, tag_of = _distinct(tags)
    if len(steps) < _FEWEST or any(len(tag.tail) > _LONGEST_TAIL for tag in tag_list):
        return _encode_one_by_one(tags, steps, values, wall_times)
    keys = _keys(tag_list, tag_of, steps, wall_times)
    batch = _Batch(tag_list, tag_of, steps, values, wall_times)
    if keys is None:
        return batch.encode(slice(None)).reshape(-1).data
    ends = np.append(np.flatnonzero(np.diff(keys)) + 1, len(keys))
    if len(ends) * _FEWEST_PER_RUN <= len(keys) or len(ends) <= 4:
        spans = map(slice, [0, *ends[:-1]], ends)
        return b"".join(batch.encode(span).tobytes() for span in spans)
    groups = [np.flatnonzero(keys == key) for key in set(keys.tolist())]  # few
    encoded = [batch.encode(chosen) for chosen in groups]
    widths = np.empty(len(keys), np.intp)
    for chosen, rows in zip(groups, encoded, strict=True):
        widths[chosen] = rows.shape[1]
    starts = np.cumsum(widths) - widths
    records = np.empty(widths.sum(), np.uint8)
    for chosen, rows in zip(groups, encoded, strict=True):
        records[starts[chosen][:, np.newaxis] + np.arange(rows.shape[1])] = rows
    return records.data


def _encode_one_by_one(
    tags: ScalarTag | Sequence[ScalarTag], steps: Steps, values: Values, wall_times: WallTimes | float
) -> bytes:
    each_tag = repeat(tags) if isinstance(tags, ScalarTag) else tags
    each_time = repeat(wall_times) if isinstance(wall_times, float) else wall_times.tolist()
    points = zip(each_tag, values.tolist(), steps.tolist(), each_time, strict=False)
    return b"".join(tag.record(value, step, wall_time) for tag, value, step, wall_time in points)


def _distinct(tags: Sequence[ScalarTag]) -> tuple[list[ScalarTag], NDArray[np.intp] | None]:
    if tags.count(tags[0]) == len(tags):
        return [tags[0]], None
    numbers = {tag: number for number, tag in enumerate(dict.fromkeys(tags))}
    return list(numbers), np.fromiter(map(numbers.__getitem__, tags), np.intp, len(tags))


def _keys(
    tags: list[ScalarTag], tag_of: NDArray[np.intp] | None, steps: Steps, wall_times: WallTimes | float
) -> NDArray[np.intp] | None:
    """A number for each record, equal where records have the same layout; None if all have the same."""
    unsigned = steps.view(np.uint64)
    smallest, largest = np.searchsorted(_STEP_BOUNDS, [unsigned.min(), unsigned.max()], "right")
    same_tails = tag_of is None or len({len(tag.tail) for tag in tags}) == 1
    has_time = isinstance(wall_times, float) or bool(wall_times.view(np.int64).all())
    if smallest == largest and same_tails and has_time:
        return None
    keys = np.searchsorted(_STEP_BOUNDS, unsigned, "right")
    if not same_tails:
        keys += np.array([len(tag.tail) for tag in tags])[tag_of] * 16
    if not has_time:
        keys = keys * 2 + (wall_times.view(np.int64) == 0)  # type: ignore[union-attr]  # an array
    return keys


class _Batch:
    """Records to be encoded, as arrays; see ``encode_scalars``."""

    def __init__(
        self,
        tags: list[ScalarTag],
        tag_of: NDArray[np.intp] | None,
        steps: Steps,
        values: Values,
        wall_times: WallTimes | float,
    ) -> None:
        self._tags = tags
        self._tag_of = tag_of
        self._steps = steps
        self._values = values
        self._wall_times = wall_times

    def encode(self, chosen: Any) -> Rows:
        """The records chosen, which all have the same layout: uint8, a row each."""
        steps = self._steps[chosen].view(np.uint64)
        step_size = int(np.searchsorted(_STEP_BOUNDS, steps[0], "right"))
        times: WallTimes | None = None
        if isinstance(self._wall_times, float):
            time_field = b"\x09" + _DOUBLE.pack(self._wall_times)
            if time_field == _NO_TIME:
                time_field = b""
        else:
            times = self._wall_times[chosen]
            time_field = _TIME_TO_FILL_IN if times[:1].view(np.int64)[0] else b""
        rows, checksums, tail_size = self._templates(chosen, len(steps), step_size, time_field)
        step_field_size = step_size + 1 if step_size else 0
        step_start = _HEADER_SIZE + len(time_field) + step_field_size - step_size
        end = step_start + step_size + tail_size + _VALUE_SIZE
        before_tail = byte_tables(tail_size + _VALUE_SIZE, step_field_size + 8)

        def fill_in(start: int, numbers: NDArray[Any], tables: UInt32s) -> None:
            size = numbers.dtype.itemsize
            _column(rows, start, numbers.dtype)[:] = numbers
            for index, column in enumerate(numbers.view(np.uint8).reshape(-1, size).T):
                np.bitwise_xor(checksums, tables[size - 1 - index].take(column, mode="clip"), out=checksums)

        values = np.ascontiguousarray(self._values[chosen], "<f4")
        fill_in(end - _VALUE_SIZE, values, byte_tables(0, _VALUE_SIZE))
        for index, column in enumerate(_varints(steps, step_size)):
            fill_in(step_start + index, column, before_tail[step_size - 1 - index :])
        if times is not None and time_field:
            fill_in(_HEADER_SIZE + 1, np.ascontiguousarray(times, "<f8"), before_tail[step_field_size:])
        mask(checksums)
        _column(rows, end, np.dtype("<u4"))[:] = checksums
        return rows

    def _templates(
        self, chosen: Any, count: int, step_size: int, time_field: bytes
    ) -> tuple[Rows, UInt32s, int]:
        """Rows to be filled in, the checksums of their data so far, and the size of their tails."""
        if self._tag_of is None:
            template, checksum = self._tags[0].template(step_size, time_field)
            rows = np.empty((count, len(template)), np.uint8)
            rows[:] = template
            return rows, np.full(count, checksum, np.uint32), len(self._tags[0].tail)
        tag_of = self._tag_of[chosen]
        used = np.flatnonzero(np.bincount(tag_of, minlength=len(self._tags)))
        made = [self._tags[number].template(step_size, time_field) for number in used]
        renumbered = np.empty(len(self._tags), np.intp)
        renumbered[used] = np.arange(len(used))
        tag_of = renumbered.take(tag_of)
        rows = np.stack([template for template, _ in made]).take(tag_of, 0)
        checksums = np.array([checksum for _, checksum in made], np.uint32).take(tag_of)
        return rows, checksums, len(self._tags[used[0]].tail)


def _column(rows: Rows, start: int, dtype: np.dtype[Any]) -> NDArray[Any]:
    """A view of what is in each row from a byte on."""
    return np.ndarray(len(rows), dtype, rows, start, rows.strides[:1])


def _varints(numbers: NDArray[np.uint64], size: int) -> Iterator[Rows]:
    """The varints of numbers that all take ``size`` bytes: for each byte, those of all numbers."""
    rest: NDArray[Any] = numbers.astype(np.uint32) if size <= 4 else numbers
    for index in range(size):
        column = rest.astype(np.uint8)  # the lowest eight bits
        if index < size - 1:
            column |= 0x80
            rest = rest >> rest.dtype.type(7)
        yield column
