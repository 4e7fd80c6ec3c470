"""Which axes a function goes along, as NumPy takes them."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.tracing.traced_array import TracedArray

Axis = int | tuple[int, ...] | None


def axes_of(x: Any, axis: Axis) -> list[int] | None:
    """The axes as a list of numbers from 0 on; None for all."""
    if axis is None:
        return None
    axes = [axis] if isinstance(axis, int | np.integer) else list(axis)
    rank = x.ndim if isinstance(x, TracedArray) else np.ndim(x)
    for item in axes:
        if not -rank <= item < rank:
            raise np.exceptions.AxisError(item, rank)
    places = [int(item) % rank for item in axes]
    if len(set(places)) < len(places):
        raise ValueError(f"an axis is named twice: {axis}")
    return places
