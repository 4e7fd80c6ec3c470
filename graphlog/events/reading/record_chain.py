"""Where the records of a window are that follow one another without damage."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphlog.events.reading.header_search import HEADER_SIZE, LENGTH_SIZE, SHORT_LENGTH, find_headers

_FRAME_SIZE = HEADER_SIZE + 4
_LARGEST_SAMPLE = 1 << 14  # bytes
_FEWEST_COMPARED = 16  # records

Places = NDArray[np.int64]


def record_chain(window: NDArray[np.uint8]) -> tuple[Places, Places]:
    """Finds the records that follow one another from a window's start on.

    Args:
        window: contiguous bytes.

    Returns:
        Where they start and how long their data are. They end before the first one that is not whole, is
        ``SHORT_LENGTH`` or longer, or has a header that does not fit; or earlier, but not before half of the
        window.
    """
    found = _repeating(window)
    return _by_headers(window) if found is None else found


def _by_headers(window: NDArray[np.uint8]) -> tuple[Places, Places]:
    """All of them, by looking at each byte."""
    places, lengths = find_headers(window, SHORT_LENGTH)
    ends = places + lengths + _FRAME_SIZE
    breaks = np.append(np.flatnonzero(ends[:-1] != places[1:]), len(places) - 1)
    pieces = []
    first, expected = 0, 0
    while first < len(places) and places[first] == expected:
        last = int(breaks[np.searchsorted(breaks, first)])
        pieces.append(slice(first, last + 1))
        expected = ends[last]
        first = int(np.searchsorted(places, expected))
    if not pieces:
        return places[:0], lengths[:0]
    places = np.concatenate([places[piece] for piece in pieces])
    lengths = np.concatenate([lengths[piece] for piece in pieces])
    whole = int(np.searchsorted(places + lengths + _FRAME_SIZE, len(window), "right"))
    return places[:whole], lengths[:whole]


def _repeating(window: NDArray[np.uint8]) -> tuple[Places, Places] | None:
    """Most of them where their lengths repeat, as where every step has the same tags: that is seen faster."""
    starts, lengths = _by_headers(window[: min(len(window) // 8, _LARGEST_SAMPLE)])
    period = _period(lengths[len(lengths) // 2 :])
    if not period:
        return None
    lengths_of_period = lengths[-period:]
    ends = np.cumsum(lengths_of_period + _FRAME_SIZE)
    stride, begin = int(ends[-1]), int(starts[-1] + lengths[-1]) + _FRAME_SIZE
    count = (len(window) - begin) // stride
    same = count * period  # how many records are as expected
    for index, start in enumerate((begin + ends - lengths_of_period - _FRAME_SIZE).tolist()):
        checksum = _column(window, int(starts[index - period]) + LENGTH_SIZE, "<u4")
        differ = _column(window, start, "<u8", count, stride) != lengths_of_period[index]
        differ |= _column(window, start + LENGTH_SIZE, "<u4", count, stride) != checksum
        if differ.any():
            same = min(same, int(differ.argmax()) * period + index)
    all_lengths = np.concatenate((lengths, np.tile(lengths_of_period, count)[:same]))
    all_starts = np.cumsum(all_lengths + _FRAME_SIZE) - all_lengths - _FRAME_SIZE
    return (all_starts, all_lengths) if all_starts[-1] >= len(window) // 2 else None


def _column(
    window: NDArray[np.uint8], start: int, dtype: str, count: int = 1, stride: int = 0
) -> NDArray[Any]:
    """Numbers that stand at equal distances; copied, since NumPy is slow with what is not aligned."""
    return np.ndarray(count, dtype, window, start, (stride,)).copy()


def _period(lengths: Places) -> int:
    """After how many records the lengths repeat; 0 if they do not."""
    if len(lengths) < _FEWEST_COMPARED:
        return 0
    for period in (np.flatnonzero(lengths[1 : len(lengths) // 2 + 1] == lengths[0]) + 1).tolist():
        if (lengths[period:] == lengths[:-period]).all():
            return int(period)
    return 0
