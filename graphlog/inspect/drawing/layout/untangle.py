"""Neighbours in a layer exchanged where fewer edges cross then: the ends of edges inside of scopes count."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from graphlog.inspect.drawing.layout.columns import Piece

_MOST_SWEEPS = 8
_MOST_IN_A_ROW = 120

_Side: TypeAlias = "Sequence[Sequence[tuple[int, float]]]"


def untangle(rows: Sequence[list[int]], vertex_count: int, pieces: Iterable[Piece]) -> None:
    """Exchanges neighbours in rows while that lessens the crossings, in place.

    Args:
        rows: the vertices of each layer in order.
        vertex_count: how many vertices there are.
        pieces: of edges between neighbouring rows.
    """
    # For each vertex and side, where its edges lead: to which vertex, and how far from the middle of that.
    before: list[list[tuple[int, float]]] = [[] for _ in range(vertex_count)]
    after: list[list[tuple[int, float]]] = [[] for _ in range(vertex_count)]
    for piece in pieces:
        before[piece.target].append((piece.source, piece.source_offset))
        after[piece.source].append((piece.target, piece.target_offset))
    order = [0] * vertex_count
    for row in rows:
        for place, vertex in enumerate(row):
            order[vertex] = place
    short = [row for row in rows if len(row) <= _MOST_IN_A_ROW]
    for sweep in range(_MOST_SWEEPS):
        # The side that was visited just before breaks ties, so that rows follow one another in turning round.
        sides = (after, before) if sweep % 2 == 0 else (before, after)
        is_last = sweep >= _MOST_SWEEPS - 2
        for row in reversed(short) if sweep % 2 == 0 else short:
            _sweep(row, order, *sides, is_last)


def _sweep(row: list[int], order: list[int], settled: _Side, other: _Side, is_strict: bool) -> None:
    for place in range(len(row) - 1):
        first, second = row[place], row[place + 1]
        gain = _crossings(settled[first], settled[second], order)
        total = gain + _crossings(other[first], other[second], order)
        if total > 0 or (total == 0 and gain > 0 and not is_strict):
            row[place], row[place + 1] = second, first
            order[first], order[second] = place + 1, place


def _crossings(
    first: Sequence[tuple[int, float]], second: Sequence[tuple[int, float]], order: Sequence[int]
) -> int:
    """How many more crossings there are while the first stands before the second than the other way."""
    more = 0
    for one, one_offset in first:
        one_end = order[one], one_offset
        for other, other_offset in second:
            other_end = order[other], other_offset
            more += (one_end > other_end) - (one_end < other_end)
    return more
