"""The layout of one scope, whose boxes have their sizes already."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from graphlog.inspect.drawing.boxes import Box, DrawnGraph, Kind
from graphlog.inspect.drawing.columns import Piece, place_in_rows
from graphlog.inspect.drawing.direct_segments import direct_segments
from graphlog.inspect.drawing.layers import find_layers
from graphlog.inspect.drawing.segments import Segment
from graphlog.inspect.drawing.side_boxes import place_at_side
from graphlog.inspect.drawing.untangle import untangle

if TYPE_CHECKING:
    from graphlog.inspect.drawing.layout import Sizes

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
    vertices = _Vertices(graph, scope, segments, inside, box_sizes, levels, sizes)
    return vertices.level(sizes)


class _Vertices:
    """The vertices of a level: its boxes, the middle of each segment, ports, and the bends of edges."""

    def __init__(
        self,
        graph: DrawnGraph,
        scope: Box,
        segments: Sequence[Segment],
        inside: Iterable[int],
        box_sizes: Sequence[tuple[float, float]],
        levels: Mapping[int, Level],
        sizes: Sizes,
    ) -> None:
        self._graph, self._scope, self._segments = graph, scope, segments
        self._box_sizes, self._levels = box_sizes, levels
        self._inside = list(inside)
        ends = {end for item in self._inside for end in (segments[item].source, segments[item].target)}
        self._boxes = [number for number in scope.children if number in ends]
        # Boxes without lines stand at the side.
        self._aside = [number for number in scope.children if number not in ends]
        self._vertex_of = {number: vertex for vertex, number in enumerate(self._boxes)}
        self._sizes = [box_sizes[number] for number in self._boxes]
        # A mark before the first layer and one after the last: what touches the border hangs on them.
        self._first, self._last = self._add((0.0, 0.0)), self._add((0.0, 0.0))
        self._direct = direct_segments(self._boxes, segments, self._inside)
        self._middles: dict[int, int] = {}
        self._ports: dict[int, int] = {}
        self._port_at_start: dict[int, bool] = {}
        for number in self._inside:
            if number in self._direct:
                continue
            label = segments[number].label
            self._middles[number] = self._add(sizes.label(label) if label else (2.0, 0.0))
        self._add_ports()
        self._find_layers()

    def _add_ports(self) -> None:
        """Adds a port for each segment outside that goes on in here.

        If it goes on to one box only, the middle of its part in here is the port.
        """
        counts = Counter(self._segments[number].outer for number in self._inside)
        for number in self._inside:
            outer = self._segments[number].outer
            if outer >= 0 and outer not in self._ports:
                parts = counts[outer] > 1 or number in self._direct
                self._ports[outer] = self._add((2.0, 0.0)) if parts else self._middles[number]
                self._port_at_start[outer] = self._segments[number].enters

    def _add(self, size: tuple[float, float]) -> int:
        self._sizes.append(size)
        return len(self._sizes) - 1

    def _ends(self, number: int) -> tuple[int, int]:
        """The vertices that a segment leads from and to, in the direction of the layers."""
        segment = self._segments[number]
        source = self._ports[segment.outer] if segment.source is None else self._vertex_of[segment.source]
        target = self._ports[segment.outer] if segment.target is None else self._vertex_of[segment.target]
        return (target, source) if segment.is_turned else (source, target)

    def _find_layers(self) -> None:
        edges: dict[tuple[int, int], None] = {}
        for number in self._inside:
            if number in self._direct:
                continue
            source, target = self._ends(number)
            middle = self._middles[number]
            edges |= {edge: None for edge in ((source, middle), (middle, target)) if edge[0] != edge[1]}
        for outer, port in self._ports.items():
            edges[(self._first, port) if self._port_at_start[outer] else (port, self._last)] = None
        has_source = {target for _, target in edges}
        has_target = {source for source, _ in edges}
        for vertex in range(len(self._boxes)):
            if vertex not in has_source:
                edges[self._first, vertex] = None
            if vertex not in has_target:
                edges[vertex, self._last] = None
        # Ports at the end may hang on nothing but boxes, and with no box at all the marks are alone.
        if self._boxes:
            layers = find_layers(len(self._sizes), list(edges))
            self._rows, self._paths = layers.rows, layers.paths
        else:
            self._rows, self._paths = [], {}
        self._keep_what_is_drawn()

    def _keep_what_is_drawn(self) -> None:
        """Drops the marks and the edges that are there for the layers' sake."""
        ports = set(self._ports.values())
        drawn = set(range(len(self._boxes))) | ports | set(self._middles.values())
        for (source, target), path in list(self._paths.items()):
            is_at_start, is_at_end = source == self._first, target == self._last
            if (is_at_start and target not in ports) or (is_at_end and source not in ports):
                del self._paths[source, target]
                continue
            drawn.update(path[1:-1])
        self._rows = [kept for row in self._rows if (kept := [vertex for vertex in row if vertex in drawn])]
        bends = max(drawn, default=0) + 1 - len(self._sizes)
        self._sizes += [(2.0, 0.0)] * max(bends, 0)

    def _path(self, number: int) -> list[int]:
        """The vertices that a segment passes, in the direction of the layers."""
        source, target = self._ends(number)
        if number in self._direct:
            return [source, target]
        middle = self._middles[number]
        first = [middle] if source == middle else self._paths[source, middle]
        return first if middle == target else first + self._paths[middle, target][1:]

    def _scope_offsets(self) -> None:
        """Where segments end at the scopes in here: those say it."""
        self._offsets: dict[tuple[int, int], float] = {}
        for number in self._inside:
            for end in self._ends(number):
                level = self._levels.get(self._boxes[end]) if end < len(self._boxes) else None
                if level is not None:
                    self._offsets[number, end] = level.ports[number] - level.width / 2

    def _spread_ends(self) -> None:
        """Spreads the ends of segments at each box that is no scope, in the order of where they lead."""
        order = {vertex: place for row in self._rows for place, vertex in enumerate(row)}
        at_box: dict[tuple[int, bool], list[tuple[int, int]]] = {}
        for number in self._inside:
            path = self._path(number)
            for end, near, is_source in ((path[0], path[1], True), (path[-1], path[-2], False)):
                if end < len(self._boxes) and (number, end) not in self._offsets:
                    at_box.setdefault((end, is_source), []).append((order[near], number))
        for (end, _), ends in at_box.items():
            gap = min(_END_GAP, self._sizes[end][0] * 0.6 / max(len(ends) - 1, 1))
            for place, (_, number) in enumerate(sorted(ends)):
                self._offsets[number, end] = (place - (len(ends) - 1) / 2) * gap

    def _pieces(self) -> list[Piece]:
        pieces = []
        for number in self._inside:
            if number in self._direct:
                continue
            for first, second in itertools.pairwise(self._path(number)):
                pieces.append(
                    Piece(
                        first,
                        second,
                        self._offsets.get((number, first), 0.0),
                        self._offsets.get((number, second), 0.0),
                    )
                )
        for outer, port in self._ports.items():
            path = self._port_path(outer, port)
            pieces += [Piece(first, second) for first, second in itertools.pairwise(path)]
        return pieces

    def _port_path(self, outer: int, port: int) -> list[int]:
        if self._port_at_start[outer]:
            return self._paths[self._first, port][1:]
        return self._paths[port, self._last][:-1]

    def level(self, sizes: Sizes) -> Level:
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
        aside = place_at_side([self._box_sizes[number] for number in self._aside], height, _SIDE_GAP)
        between = 2 * _BOX_GAP if self._aside and self._boxes else 0.0
        inner_width, inner_height = width + between + aside.width, max(height, aside.height)
        least_width, least_height = sizes.smallest(self._scope)
        level = Level(
            max(inner_width + padding.before_x + padding.after_x, least_width),
            max(inner_height + padding.before_y + padding.after_y, least_height),
        )
        left = padding.before_x + (level.width - padding.before_x - padding.after_x - inner_width) / 2
        middle = padding.before_y + (level.height - padding.before_y - padding.after_y) / 2
        self._fill(level, left, middle - height / 2)
        for number, (x, y) in zip(self._aside, aside.corners, strict=True):
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
        for number in self._inside:
            path = self._path(number)
            points: list[tuple[float, float]] = []
            for place, vertex in enumerate(path):
                points += self._passage(number, vertex, place == 0, place == len(path) - 1)
            points = [(left + x, top + y) for x, y in points]
            if self._segments[number].is_turned:
                points.reverse()
            level.curves.append((number, points))
            if self._segments[number].label and number not in self._direct:
                middle = self._middles[number]
                row = self._row_of[middle]
                y = (self._tops[row] + self._bottoms[row]) / 2
                level.labels.append((left + self._x[middle], top + y, number))
        for outer, port in self._ports.items():
            self._fill_port(level, outer, port, left, top)

    def _fill_port(self, level: Level, outer: int, port: int, left: float, top: float) -> None:
        """The way from the border to where the lines to the boxes inside part."""
        path = self._port_path(outer, port)
        points = [point for vertex in path for point in self._straight(vertex)]
        points = [(left + x, top + y) for x, y in points]
        if self._port_at_start[outer]:
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
