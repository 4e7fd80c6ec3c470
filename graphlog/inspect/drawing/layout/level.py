"""The layout of one scope, whose boxes have their sizes already."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from graphlog.inspect.drawing.boxes import Box, DrawnGraph, Kind
from graphlog.inspect.drawing.layout.columns import Piece, place_in_rows
from graphlog.inspect.drawing.layout.segments import Segment
from graphlog.inspect.drawing.layout.side_boxes import place_at_side
from graphlog.inspect.drawing.layout.sizes import Sizes
from graphlog.inspect.drawing.layout.untangle import untangle
from graphlog.inspect.drawing.layout.vertices import Vertices

# Distances, in pixels: between boxes side by side, between lines, and between layers, which grows where lines
# go far to the side.
_BOX_GAP, _LINE_GAP, _LAYER_GAP, _MOST_EXTRA_GAP = 22.0, 9.0, 15.0, 40.0
_THIN_GAP, _SLOPE = 9.0, 0.12
# Lines may pass aslant through layers that are no higher than a label.
_THIN = 15.0
# Ends of lines at one box keep this distance where there is room.
_END_GAP = 12.0
_SIDE_GAP = 16.0


@dataclass(slots=True)
class Level:
    """The inside of a scope, relative to its corner.

    Attributes:
        width: of the scope, across.
        height: of the scope, along.
        places: the corner of each box in it.
        curves: the way of each segment in it, by number: the points it passes; and of each segment outside
            that goes on in here, from the border to where it parts.
        labels: the middle of each label, and its segment.
        ports: for each segment outside that goes on in here, where on the border it does so (``x``).
    """

    width: float = 0.0
    height: float = 0.0
    places: dict[int, tuple[float, float]] = field(default_factory=dict)
    curves: list[tuple[int, list[tuple[float, float]]]] = field(default_factory=list)
    labels: list[tuple[float, float, int]] = field(default_factory=list)
    ports: dict[int, float] = field(default_factory=dict)


def lay_out_level(
    graph: DrawnGraph,
    scope: Box,
    segments: Sequence[Segment],
    inside: Iterable[int],
    box_sizes: Sequence[tuple[float, float]],
    levels: Mapping[int, Level],
    sizes: Sizes,
) -> Level:
    """Lays out a scope.

    Args:
        graph: what is drawn.
        scope: the scope.
        segments: all segments.
        inside: the numbers of those in this scope.
        box_sizes: width and height of each box in it.
        levels: the layouts of the scopes in it.
        sizes: of labels and borders.

    Returns:
        The layout.
    """
    vertices = Vertices(scope.children, segments, inside, box_sizes, sizes.label)
    return _Placement(graph, scope, segments, levels, vertices).level(sizes, box_sizes)


class _Placement:
    """Where the vertices of a level lie."""

    def __init__(
        self,
        graph: DrawnGraph,
        scope: Box,
        segments: Sequence[Segment],
        levels: Mapping[int, Level],
        vertices: Vertices,
    ) -> None:
        self._graph, self._scope, self._segments = graph, scope, segments
        self._levels, self._vertices = levels, vertices
        self._boxes, self._sizes, self._rows = vertices.boxes, vertices.sizes, vertices.rows

    def _scope_offsets(self) -> None:
        """Where segments end at the scopes in here: those say it."""
        self._offsets: dict[tuple[int, int], float] = {}
        for number in self._vertices.inside:
            for end in self._vertices.ends(number):
                level = self._levels.get(self._boxes[end]) if end < len(self._boxes) else None
                if level is not None:
                    self._offsets[number, end] = level.ports[number] - level.width / 2

    def _spread_ends(self) -> None:
        """Spreads the ends of segments at each box that is no scope, in the order of where they lead."""
        order = {vertex: place for row in self._rows for place, vertex in enumerate(row)}
        at_box: dict[tuple[int, bool], list[tuple[int, int]]] = {}
        for number in self._vertices.inside:
            path = self._vertices.path(number)
            for end, near, is_source in ((path[0], path[1], True), (path[-1], path[-2], False)):
                if end < len(self._boxes) and (number, end) not in self._offsets:
                    at_box.setdefault((end, is_source), []).append((order[near], number))
        for (end, _), ends in at_box.items():
            gap = min(_END_GAP, self._sizes[end][0] * 0.6 / max(len(ends) - 1, 1))
            for place, (_, number) in enumerate(sorted(ends)):
                self._offsets[number, end] = (place - (len(ends) - 1) / 2) * gap

    def _pieces(self) -> list[Piece]:
        pieces = []
        for number in self._vertices.inside:
            if number in self._vertices.direct:
                continue
            for first, second in itertools.pairwise(self._vertices.path(number)):
                pieces.append(
                    Piece(
                        first,
                        second,
                        self._offsets.get((number, first), 0.0),
                        self._offsets.get((number, second), 0.0),
                    )
                )
        for outer in self._vertices.ports:
            path = self._vertices.port_path(outer)
            pieces += [Piece(first, second) for first, second in itertools.pairwise(path)]
        return pieces

    def level(self, sizes: Sizes, box_sizes: Sequence[tuple[float, float]]) -> Level:
        """Places everything."""
        self._scope_offsets()
        untangle(self._rows, len(self._sizes), self._pieces())
        self._spread_ends()
        pieces = self._pieces()
        box_count = len(self._boxes)
        gaps = [_BOX_GAP] * box_count + [_LINE_GAP] * (len(self._sizes) - box_count)
        is_bend = [vertex >= box_count for vertex in range(len(self._sizes))]
        self._x = place_in_rows(self._rows, [size[0] for size in self._sizes], gaps, is_bend, pieces)
        self._place_rows(pieces)
        padding = sizes.padding(self._scope)
        width = max(
            (self._x[vertex] + self._sizes[vertex][0] / 2 for row in self._rows for vertex in row),
            default=0.0,
        )
        height = self._bottoms[-1] if self._bottoms else 0.0
        # Boxes without lines stand at the side.
        in_layers = set(self._boxes)
        aside_boxes = [number for number in self._scope.children if number not in in_layers]
        aside = place_at_side([box_sizes[number] for number in aside_boxes], height, _SIDE_GAP)
        between = 2 * _BOX_GAP if aside_boxes and self._boxes else 0.0
        inner_width, inner_height = width + between + aside.width, max(height, aside.height)
        least_width, least_height = sizes.smallest(self._scope)
        level = Level(
            max(inner_width + padding.before_x + padding.after_x, least_width),
            max(inner_height + padding.before_y + padding.after_y, least_height),
        )
        left = padding.before_x + (level.width - padding.before_x - padding.after_x - inner_width) / 2
        middle = padding.before_y + (level.height - padding.before_y - padding.after_y) / 2
        self._fill(level, left, middle - height / 2)
        for number, (x, y) in zip(aside_boxes, aside.corners, strict=True):
            level.places[number] = (left + width + between + x, middle - aside.height / 2 + y)
        return level

    def _place_rows(self, pieces: Sequence[Piece]) -> None:
        """Finds where each layer begins and ends along the direction of the drawing."""
        self._row_of = {vertex: index for index, row in enumerate(self._rows) for vertex in row}
        aslant = [0.0] * len(self._rows)
        for piece in pieces:
            across = abs(
                self._x[piece.source] + piece.source_offset - self._x[piece.target] - piece.target_offset
            )
            above = self._row_of[piece.source]
            aslant[above] = max(aslant[above], across)
        self._tops, self._bottoms = [], []
        y = 0.0
        for index, row in enumerate(self._rows):
            self._tops.append(y)
            y += max(self._sizes[vertex][1] for vertex in row)
            self._bottoms.append(y)
            following = self._rows[index + 1] if index + 1 < len(self._rows) else []
            is_thin = y - self._tops[-1] < 1 or all(self._sizes[vertex][1] < 1 for vertex in following)
            y += (_THIN_GAP if is_thin else _LAYER_GAP) + min(aslant[index] * _SLOPE, _MOST_EXTRA_GAP)

    def _fill(self, level: Level, left: float, top: float) -> None:
        for vertex, number in enumerate(self._boxes):
            width, height = self._sizes[vertex]
            row = self._row_of[vertex]
            middle = (self._tops[row] + self._bottoms[row]) / 2
            level.places[number] = (left + self._x[vertex] - width / 2, top + middle - height / 2)
        for number in self._vertices.inside:
            path = self._vertices.path(number)
            points: list[tuple[float, float]] = []
            for place, vertex in enumerate(path):
                points += self._passage(number, vertex, place == 0, place == len(path) - 1)
            points = [(left + x, top + y) for x, y in points]
            if self._segments[number].is_turned:
                points.reverse()
            level.curves.append((number, points))
            if self._segments[number].label and number not in self._vertices.direct:
                middle = self._vertices.middles[number]
                row = self._row_of[middle]
                y = (self._tops[row] + self._bottoms[row]) / 2
                level.labels.append((left + self._x[middle], top + y, number))
        for outer in self._vertices.ports:
            self._fill_port(level, outer, left, top)

    def _fill_port(self, level: Level, outer: int, left: float, top: float) -> None:
        """The way from the border to where the lines to the boxes inside part."""
        path = self._vertices.port_path(outer)
        points = [point for vertex in path for point in self._straight(vertex)]
        points = [(left + x, top + y) for x, y in points]
        if self._vertices.is_port_at_start[outer]:
            level.ports[outer] = points[0][0]
            points = [(points[0][0], 0.0), *points]
        else:
            level.ports[outer] = points[-1][0]
            points = [*points, (points[-1][0], level.height)]
        if self._segments[outer].is_turned:
            points.reverse()
        level.curves.append((outer, points))

    def _straight(self, vertex: int) -> list[tuple[float, float]]:
        """The points at which a line passes through a layer: two where it must keep clear of boxes there."""
        x, row = self._x[vertex], self._row_of[vertex]
        top, bottom = self._tops[row], self._bottoms[row]
        if bottom - top < _THIN:
            return [(x, (top + bottom) / 2)]
        return [(x, top), (x, bottom)]

    def _passage(self, number: int, vertex: int, is_first: bool, is_last: bool) -> list[tuple[float, float]]:
        """The points at which a segment passes through a layer, or leaves or reaches a box in it."""
        if vertex >= len(self._boxes):
            points = self._straight(vertex)
            return points[-1:] if is_first else points[:1] if is_last else points
        row = self._row_of[vertex]
        top, bottom = self._tops[row], self._bottoms[row]
        offset = self._offsets[number, vertex]
        box = self._graph.boxes[self._boxes[vertex]]
        width, height = self._sizes[vertex]
        reach = height / 2
        if box.number not in self._levels and box.kind in _ROUND and width:
            reach *= math.sqrt(max(0.0, 1 - (2 * offset / width) ** 2))
        middle = (top + bottom) / 2
        x = self._x[vertex] + offset
        points = [(x, middle + reach)] if is_first else [(x, middle - reach)]
        if height + _THIN < bottom - top:  # Boxes beside it are larger, so the way past them is straight.
            points = [*points, (x, bottom)] if is_first else [(x, top), *points]
        return points


_ROUND = frozenset({Kind.OPERATION, Kind.VARIABLE, Kind.PLACEHOLDER, Kind.SUMMARY})
