"""The checksum of any long span of a file, in the time that a short one takes.

A damaged file may claim, every few bytes, that a record of many megabytes starts there. To look through each
would take for ever. But the CRC of a span follows from the CRCs of what is before its start and before its
end, and these from the CRCs up to the boundaries of blocks, for which the file is read once.
"""

from __future__ import annotations

from functools import cache

import google_crc32c
import numpy as np

from graphlog.events.checksum_tables import byte_tables
from graphlog.events.reading.byte_source import ByteSource

_BLOCK = 1 << 12  # bytes
_BLOCKS_A_READ = 1 << 8

Operator = tuple[list[int], list[int], list[int], list[int]]  # what each byte of a CRC turns into


class SpanChecksums:
    """CRC-32Cs of spans of what is read; not masked.

    Args:
        source: where the bytes are.
    """

    def __init__(self, source: ByteSource) -> None:
        self._source = source
        self._up_to = [0]  # the start of each block

    def value(self, start: int, size: int) -> int | None:
        """The CRC of some bytes; None where there are fewer."""
        before, through = self._from_start(start), self._from_start(start + size)
        if before is None or through is None:
            return None
        return through ^ _with_zeros_after(before, size)

    def _from_start(self, end: int) -> int | None:
        block, rest = divmod(end, _BLOCK)
        while block >= len(self._up_to):
            start = (len(self._up_to) - 1) * _BLOCK
            piece = self._source.read(start, _BLOCK * _BLOCKS_A_READ)
            if len(piece) < _BLOCK:
                return None
            for at in range(0, len(piece) - _BLOCK + 1, _BLOCK):
                self._up_to.append(google_crc32c.extend(self._up_to[-1], piece[at : at + _BLOCK]))
        piece = self._source.read(block * _BLOCK, rest)
        if len(piece) < rest:
            return None
        value: int = google_crc32c.extend(self._up_to[block], piece)
        return value


def _with_zeros_after(value: int, count: int) -> int:
    """What a CRC adds to that of the same bytes with others after them."""
    power = 0
    while count:
        if count & 1:
            low, second, third, high = _zeros_operator(power)
            value = low[value & 255] ^ second[value >> 8 & 255] ^ third[value >> 16 & 255] ^ high[value >> 24]
        count >>= 1
        power += 1
    return value


@cache
def _zeros_operator(power: int) -> Operator:
    """What 2 ** power bytes of zero make of a CRC, byte by byte of it."""
    if power == 0:
        last = byte_tables(0, 1)[0].tolist()
        higher = [[byte << shift for byte in range(256)] for shift in (0, 8, 16)]
        return (last, *higher)
    half = _zeros_operator(power - 1)
    tables = np.array(half, np.uint32)
    twice = np.bitwise_xor.reduce(
        [tables[index][tables >> np.uint32(8 * index) & np.uint32(255)] for index in range(4)]
    )
    low, second, third, high = twice.tolist()
    return low, second, third, high
