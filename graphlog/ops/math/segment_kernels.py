"""How NumPy reduces the rows of an array by segments, for all the segment operations."""

from __future__ import annotations

from typing import Any

import numpy as np


def reduced(ufunc: Any, rows: Any, ids: Any, count: int, empty: Any) -> Any:
    """The rows of each segment, reduced by a ufunc.

    Args:
        ufunc: such as ``numpy.add``.
        rows: an array of rows.
        ids: the segment of each row, a vector with values of at least 0 and below ``count``.
        count: how many segments there are.
        empty: what a segment without rows gives.

    Returns:
        An array of ``count`` rows.
    """
    result = np.full((count, *rows.shape[1:]), empty, rows.dtype)
    if ids.size:
        if np.any(ids[1:] < ids[:-1]):
            order = np.argsort(ids, kind="stable")
            ids, rows = ids[order], rows[order]
        starts = np.flatnonzero(np.concatenate([[True], ids[1:] != ids[:-1]]))
        result[ids[starts]] = ufunc.reduceat(rows, starts, axis=0, dtype=rows.dtype)
    return result


def counts(ids: Any, count: int, like: Any) -> Any:
    """How many rows each segment has, at least 1, in the dtype of ``like`` and ready to divide its rows."""
    found = np.maximum(np.bincount(ids, minlength=count), 1).astype(like.dtype)
    return found.reshape(-1, *(1,) * (like.ndim - 1))


def checked_sorted_ids(ids: Any, rows: int) -> int:
    """How many segments sorted ids name.

    Raises:
        ValueError: in TensorFlow's words, where they are not sorted, negative, or not one for each row.
    """
    if ids.ndim != 1:
        raise ValueError("segment_ids should be a vector.")
    if ids.size != rows:
        raise ValueError("segment_ids should be the same size as dimension 0 of input.")
    if not ids.size:
        return 0
    if np.any(ids[1:] < ids[:-1]):
        raise ValueError("segment ids are not increasing")
    if ids[0] < 0:
        raise ValueError(
            f"Segment id {ids[0]} out of range [0, {int(ids[-1]) + 1}), possibly because 'segment_ids' input "
            "is not sorted."
        )
    return int(ids[-1]) + 1
