"""Where the fields of a serialized message lie, found without parsing what is in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

# Wire types.
VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5

_FIXED_SIZES = {FIXED64: 8, FIXED32: 4}
LONGEST_VARINT = 10  # bytes
_LARGEST_NUMBER = (1 << 29) - 1


class Field(NamedTuple):
    """A field of a message.

    Attributes:
        number: which field it is.
        wire_type: one of ``VARINT``, ``FIXED64``, ``BYTES`` and ``FIXED32``.
        start: where in the bytes its content starts, after the length if it has one.
        end: where it ends.
    """

    number: int
    wire_type: int
    start: int
    end: int


def message_fields(data: bytes, start: int = 0, end: int | None = None) -> Iterator[Field]:
    """Every field of a serialized message, in order.

    Args:
        data: the bytes.
        start: where in them the message starts.
        end: where it ends; None for the end of the bytes.

    Raises:
        ValueError: there is no message; the error names the byte.
    """
    position, size = start, len(data) if end is None else end
    while position < size:
        start = position
        key, position = _varint(data, position, size)
        number, wire_type = key >> 3, key & 7
        if not 0 < number <= _LARGEST_NUMBER:
            raise ValueError(f"there is no field of a message at byte {start}")
        if wire_type == BYTES:
            length, position = _varint(data, position, size)
            if length > size - position:
                raise ValueError(
                    f"the field at byte {start} claims {length} bytes, of which {size - position} are there"
                )
            field_end = position + length
        elif wire_type == VARINT:
            _, field_end = _varint(data, position, size)
        elif wire_type in _FIXED_SIZES and position + _FIXED_SIZES[wire_type] <= size:
            field_end = position + _FIXED_SIZES[wire_type]
        else:
            raise ValueError(f"there is no field of a message at byte {start}")
        yield Field(number, wire_type, position, field_end)
        position = field_end


def _varint(data: bytes, position: int, end: int) -> tuple[int, int]:
    """The number at a position, and where it ends."""
    value = shift = 0
    for place in range(position, min(end, position + LONGEST_VARINT)):
        byte = data[place]
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, place + 1
        shift += 7
    if end - position < LONGEST_VARINT:
        raise ValueError(f"it ends within the number at byte {position}")
    raise ValueError(f"the number at byte {position} has no end")
