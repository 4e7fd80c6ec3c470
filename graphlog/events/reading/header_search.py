"""Where records may start: every byte from which on a length and its fitting checksum stand.

Such a place is recognized by what surrounds it: a length is eight bytes, of which the higher ones are zero.
All places of a window are looked at in one go.
"""

from __future__ import annotations

import google_crc32c
import numpy as np
from numpy.typing import NDArray

from graphlog.events.checksum_tables import byte_tables, mask

HEADER_SIZE = 12  # bytes
LENGTH_SIZE = 8
LARGEST_LENGTH = 1 << 40  # bytes; a record that claims more is damage
SHORT_LENGTH = 1 << 16

Positions = NDArray[np.int64]
Lengths = NDArray[np.int64]

_CHECKSUM_OF_ZERO = np.uint32(google_crc32c.value(bytes(LENGTH_SIZE)))


def find_headers(window: NDArray[np.uint8], below: int = LARGEST_LENGTH) -> tuple[Positions, Lengths]:
    """Finds every place in a window at which a whole header stands that fits its checksum.

    Args:
        window: contiguous bytes.
        below: of lengths below that; a power of 256. Smaller is faster.

    Returns:
        The places, ascending, and the lengths of data that are claimed there.
    """
    if len(window) < HEADER_SIZE:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    size = (below.bit_length() - 1) // 8  # of the bytes that need not be zero
    count = len(window) - HEADER_SIZE + 1
    places = np.flatnonzero(_zero_runs(window, LENGTH_SIZE - size)[size : size + count])
    lengths = np.zeros(len(places), np.int64)
    checksums = np.full(len(places), _CHECKSUM_OF_ZERO)
    tables = byte_tables(0, LENGTH_SIZE)
    for index in range(size):
        column = window[index:].take(places)
        checksums ^= tables[LENGTH_SIZE - 1 - index].take(column)
        lengths |= column.astype(np.int64) << 8 * index
    mask(checksums)
    # Most places that are none are seen by one byte of the four.
    likely = np.flatnonzero(window[LENGTH_SIZE:].take(places) == checksums.astype(np.uint8))
    places, lengths, checksums = places[likely], lengths[likely], checksums[likely]
    stored = np.ndarray(count, "<u4", window, LENGTH_SIZE, (1,))[places]
    fits = checksums == stored
    if fits.all():
        return places, lengths
    return places[fits], lengths[fits]


def _zero_runs(window: NDArray[np.uint8], size: int) -> NDArray[np.bool_]:
    """At each place, whether that many zeros follow, from there on."""
    runs: NDArray[np.bool_] = window == 0
    reached = 1
    while reached < size:
        step = min(reached, size - reached)
        runs = runs[: len(runs) - step] & runs[step:]
        reached += step
    return runs
