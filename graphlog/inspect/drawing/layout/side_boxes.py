"""Boxes that no line leads to, in columns."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SideBoxes:
    """Boxes in columns.

    Attributes:
        width: of all columns.
        height: of the highest.
        corners: of each box.
    """

    width: float
    height: float
    corners: list[tuple[float, float]]


def place_at_side(sizes: Sequence[tuple[float, float]], height: float, gap: float) -> SideBoxes:
    """Puts boxes into columns that are about as high as what stands beside them, or make a square with it.

    Args:
        sizes: width and height of each box.
        height: of what stands beside them.
        gap: the distance between boxes.

    Returns:
        Their places; each is in the middle of its column.
    """
    area = sum((own_width + gap) * (own_height + gap) for own_width, own_height in sizes)
    limit = max(height, math.sqrt(area))
    columns: list[list[int]] = []
    y = math.inf
    for index, (_, own_height) in enumerate(sizes):
        if y + own_height > limit:
            columns.append([])
            y = 0.0
        columns[-1].append(index)
        y += own_height + gap
    corners = [(0.0, 0.0)] * len(sizes)
    x = highest = 0.0
    for column in columns:
        widest = max(sizes[index][0] for index in column)
        y = 0.0
        for index in column:
            own_width, own_height = sizes[index]
            corners[index] = (x + (widest - own_width) / 2, y)
            y += own_height + gap
        highest = max(highest, y - gap)
        x += widest + gap
    return SideBoxes(max(x - gap, 0.0), highest, corners)
