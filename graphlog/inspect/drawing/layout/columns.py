"""Where the vertices of layers lie across: near their neighbours, in order, without overlap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# How much straighter a piece between two bends is wanted than one between two boxes.
_WEIGHTS = (1.0, 2.0, 8.0)
_SWEEPS = 12


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of an edge from one layer to the next.

    Attributes:
        source: the vertex it begins at.
        target: the vertex it ends at.
        source_offset: how far from the middle of that vertex.
        target_offset: how far from the middle of the other.
    """

    source: int
    target: int
    source_offset: float = 0.0
    target_offset: float = 0.0


def place_in_rows(
    rows: Sequence[Sequence[int]],
    widths: Sequence[float],
    gaps: Sequence[float],
    is_bend: Sequence[bool],
    pieces: Sequence[Piece],
) -> list[float]:
    """Finds the middle of each vertex so that pieces are near to straight.

    The rows are visited downwards and upwards by turns. In each, every vertex is drawn to the mean of its
    neighbours in the rows before (or after) it, and the closest places that keep order and distances are
    taken (least squares with constraints, by pooling adjacent violators).

    Args:
        rows: the vertices of each layer, in order.
        widths: of each vertex.
        gaps: the distance that each vertex keeps from others; between two the larger counts.
        is_bend: whether a vertex is a bend of an edge.
        pieces: between vertices of neighbouring layers.

    Returns:
        For each vertex its middle; the leftmost edge is at 0.
    """
    middles = [0.0] * len(widths)
    for row in rows:
        _place(row, [0.0] * len(row), [1.0] * len(row), widths, gaps, middles)
    before: list[list[tuple[int, float, float]]] = [[] for _ in widths]
    after: list[list[tuple[int, float, float]]] = [[] for _ in widths]
    for piece in pieces:
        weight = _WEIGHTS[is_bend[piece.source] + is_bend[piece.target]]
        offset = piece.source_offset - piece.target_offset
        before[piece.target].append((piece.source, offset, weight))
        after[piece.source].append((piece.target, -offset, weight))
    both = [first + second for first, second in zip(before, after, strict=True)]
    for sweep in range(_SWEEPS):
        is_last = sweep >= _SWEEPS - 4
        neighbours = both if is_last else (after if sweep % 2 else before)
        for row in reversed(rows) if sweep % 2 else rows:
            _draw_to_neighbours(row, neighbours, widths, gaps, middles)
    left = min((middles[vertex] - widths[vertex] / 2 for row in rows for vertex in row), default=0.0)
    return [middle - left for middle in middles]


def _draw_to_neighbours(
    row: Sequence[int],
    neighbours: Sequence[Sequence[tuple[int, float, float]]],
    widths: Sequence[float],
    gaps: Sequence[float],
    middles: list[float],
) -> None:
    wanted, weights = [], []
    for vertex in row:
        near = neighbours[vertex]
        weight = sum(item[2] for item in near)
        if near:
            wanted.append(sum((middles[other] + offset) * part for other, offset, part in near) / weight)
            weights.append(weight)
        else:
            wanted.append(middles[vertex])
            weights.append(0.05)
    _place(row, wanted, weights, widths, gaps, middles)


def _place(
    row: Sequence[int],
    wanted: Sequence[float],
    weights: Sequence[float],
    widths: Sequence[float],
    gaps: Sequence[float],
    middles: list[float],
) -> None:
    """Puts a row as near to the wanted places as order and distances allow."""
    shift, shifts = 0.0, []
    for index, vertex in enumerate(row):
        if index:
            last = row[index - 1]
            shift += (widths[last] + widths[vertex]) / 2 + max(gaps[last], gaps[vertex])
        shifts.append(shift)
    # Without the distances that are kept anyway, places must not fall: runs that do are put at their mean.
    runs: list[list[float]] = []
    for place, weight, least in zip(wanted, weights, shifts, strict=True):
        runs.append([place - least, weight, 1])
        while len(runs) > 1 and runs[-2][0] > runs[-1][0]:
            mean, total, count = runs.pop()
            last_run = runs[-1]
            last_run[0] = (last_run[0] * last_run[1] + mean * total) / (last_run[1] + total)
            last_run[1] += total
            last_run[2] += count
    index = 0
    for mean, _, count in runs:
        for _ in range(int(count)):
            middles[row[index]] = mean + shifts[index]
            index += 1
