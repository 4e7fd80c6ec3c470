"""CRC-32C of many byte strings at once, which differ in few places.

The checksum is linear: what a byte adds to it depends on nothing but the byte and how many bytes follow it.
So the checksum of a string is that of the same string with zeros in some places, combined by exclusive or
with what the bytes in those places add; and the latter is looked up in a table, for a whole array at once.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_POLYNOMIAL = 0x82F63B78  # Castagnoli's, bits reversed

UInt32s = NDArray[np.uint32]


def _table_of_last_byte() -> UInt32s:
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = np.where(table & 1, (table >> 1) ^ np.uint32(_POLYNOMIAL), table >> 1).astype(np.uint32)
    return table


_LAST_BYTE = _table_of_last_byte()


_tables = _LAST_BYTE[np.newaxis]  # by the distance from the end; as many as were asked for


def byte_tables(first: int, count: int) -> UInt32s:
    """What a byte adds to the checksum of the string it is in.

    Args:
        first: how many bytes follow it, at least.
        count: for how many such distances from the end.

    Returns:
        uint32 of shape [count, 256], indexed by the distance less ``first`` and by the byte. Read only.
    """
    global _tables  # a cache; threads that extend it at once come to the same
    tables = _tables
    if len(tables) < first + count:
        further = [tables[-1]]
        for _ in range(len(tables), max(first + count, 2 * len(tables))):
            table = further[-1]
            further.append(_LAST_BYTE[table & 0xFF] ^ (table >> 8))  # a zero byte comes after it
        tables = np.concatenate((tables, further[1:]))
        tables.flags.writeable = False
        _tables = tables
    return tables[first : first + count]


def mask(checksums: UInt32s) -> None:
    """Turns checksums into the ones that records carry, in place."""
    rotated = checksums >> np.uint32(15)
    checksums <<= np.uint32(17)
    checksums |= rotated
    checksums += np.uint32(0xA282EAD8)
