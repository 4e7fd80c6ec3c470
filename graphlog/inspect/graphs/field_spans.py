"""Where the parts of a serialized GraphDef lie, found without parsing what is in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

_VARINT, _EIGHT_BYTES, _LENGTH_DELIMITED, _FOUR_BYTES = 0, 1, 2, 5
_FIXED_SIZES = {_EIGHT_BYTES: 8, _FOUR_BYTES: 4}
_LONGEST_VARINT = 10  # bytes


class Span(NamedTuple):
    """A field of a message: its number, and where its content starts and ends in the bytes."""

    number: int
    start: int
    stop: int


def field_spans(data: bytes) -> Iterator[Span]:
    """Every length-delimited field of a serialized message, in order; others are passed over.

    Args:
        data: the message.

    Raises:
        ValueError: the bytes are no message; the error names the byte.
    """
    position, size = 0, len(data)
    while position < size:
        start = position
        tag, position = _varint(data, position)
        number, kind = tag >> 3, tag & 7
        if not number:
            raise ValueError(f"there is no field of a message at byte {start}")
        if kind == _LENGTH_DELIMITED:
            length, position = _varint(data, position)
            if length > size - position:
                raise ValueError(
                    f"the field at byte {start} claims {length} bytes, of which {size - position} are there"
                )
            yield Span(number, position, position + length)
            position += length
        elif kind == _VARINT:
            _, position = _varint(data, position)
        elif kind in _FIXED_SIZES and position + _FIXED_SIZES[kind] <= size:
            position += _FIXED_SIZES[kind]
        else:
            raise ValueError(f"there is no field of a message at byte {start}")


def _varint(data: bytes, position: int) -> tuple[int, int]:
    """The number at a position, and where it ends."""
    try:
        byte = data[position]
        if byte < 0x80:
            return byte, position + 1
        value, shift = byte & 0x7F, 7
        for end in range(position + 1, position + _LONGEST_VARINT):
            byte = data[end]
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value, end + 1
            shift += 7
    except IndexError:
        raise ValueError(f"it ends within the number at byte {position}") from None
    raise ValueError(f"the number at byte {position} has no end")
