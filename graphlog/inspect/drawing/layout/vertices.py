"""A level as a graph in layers: what in it takes a place, and in which layer and order it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from graphlog.inspect.drawing.layout.direct_segments import direct_segments
from graphlog.inspect.drawing.layout.layers import find_layers
from graphlog.inspect.drawing.layout.segments import Segment


class Vertices:
    """The vertices of a level: its boxes, the middle of each segment, ports, and the bends of edges.

    Args:
        children: the numbers of the boxes in the scope.
        segments: all segments.
        inside: the numbers of those in the scope.
        box_sizes: width and height of each box.
        label_size: gives those of a label.

    Attributes:
        inside: as given.
        boxes: the numbers of the boxes that segments lead from or to; they are the first vertices.
        sizes: width and height of each vertex.
        direct: the numbers of the segments that are drawn without bends; they have no middle.
        middles: for each other segment in here the vertex where its label is.
        ports: for each segment outside that goes on in here the vertex where it parts.
        is_port_at_start: for each of these whether it comes in where the layers begin.
        rows: the vertices of each layer in order.
    """

    def __init__(
        self,
        children: Sequence[int],
        segments: Sequence[Segment],
        inside: Iterable[int],
        box_sizes: Sequence[tuple[float, float]],
        label_size: Callable[[str], tuple[float, float]],
    ) -> None:
        self._segments = segments
        self.inside = list(inside)
        ends = {end for item in self.inside for end in (segments[item].source, segments[item].target)}
        self.boxes = [number for number in children if number in ends]
        self._vertex_of = {number: vertex for vertex, number in enumerate(self.boxes)}
        self.sizes = [box_sizes[number] for number in self.boxes]
        # A mark before the first layer and one after the last: what touches the border hangs on them.
        self._first, self._last = self._add((0.0, 0.0)), self._add((0.0, 0.0))
        self.direct = direct_segments(self.boxes, segments, self.inside)
        self.middles: dict[int, int] = {}
        self.ports: dict[int, int] = {}
        self.is_port_at_start: dict[int, bool] = {}
        for number in self.inside:
            if number in self.direct:
                continue
            label = segments[number].label
            self.middles[number] = self._add(label_size(label) if label else (2.0, 0.0))
        self._add_ports()
        self._find_layers()

    def _add_ports(self) -> None:
        """Adds a port for each segment outside that goes on in here.

        If it goes on to one box only, the middle of its part in here is the port.
        """
        counts = Counter(self._segments[number].outer for number in self.inside)
        for number in self.inside:
            outer = self._segments[number].outer
            if outer >= 0 and outer not in self.ports:
                parts = counts[outer] > 1 or number in self.direct
                self.ports[outer] = self._add((2.0, 0.0)) if parts else self.middles[number]
                self.is_port_at_start[outer] = self._segments[number].enters

    def _add(self, size: tuple[float, float]) -> int:
        self.sizes.append(size)
        return len(self.sizes) - 1

    def ends(self, number: int) -> tuple[int, int]:
        """The vertices that a segment leads from and to, in the direction of the layers."""
        segment = self._segments[number]
        source = self.ports[segment.outer] if segment.source is None else self._vertex_of[segment.source]
        target = self.ports[segment.outer] if segment.target is None else self._vertex_of[segment.target]
        return (target, source) if segment.is_turned else (source, target)

    def _find_layers(self) -> None:
        edges: dict[tuple[int, int], None] = {}
        for number in self.inside:
            if number in self.direct:
                continue
            source, target = self.ends(number)
            middle = self.middles[number]
            edges |= {edge: None for edge in ((source, middle), (middle, target)) if edge[0] != edge[1]}
        for outer, port in self.ports.items():
            edges[(self._first, port) if self.is_port_at_start[outer] else (port, self._last)] = None
        has_source = {target for _, target in edges}
        has_target = {source for source, _ in edges}
        for vertex in range(len(self.boxes)):
            if vertex not in has_source:
                edges[self._first, vertex] = None
            if vertex not in has_target:
                edges[vertex, self._last] = None
        # Ports at the end may hang on nothing but boxes, and with no box at all the marks are alone.
        if self.boxes:
            layers = find_layers(len(self.sizes), list(edges))
            self.rows, self._paths = layers.rows, layers.paths
        else:
            self.rows, self._paths = [], {}
        self._keep_what_is_drawn()

    def _keep_what_is_drawn(self) -> None:
        """Drops the marks and the edges that are there for the layers' sake."""
        ports = set(self.ports.values())
        drawn = set(range(len(self.boxes))) | ports | set(self.middles.values())
        for (source, target), path in list(self._paths.items()):
            is_at_start, is_at_end = source == self._first, target == self._last
            if (is_at_start and target not in ports) or (is_at_end and source not in ports):
                del self._paths[source, target]
                continue
            drawn.update(path[1:-1])
        self.rows = [kept for row in self.rows if (kept := [vertex for vertex in row if vertex in drawn])]
        bends = max(drawn, default=0) + 1 - len(self.sizes)
        self.sizes += [(2.0, 0.0)] * max(bends, 0)

    def path(self, number: int) -> list[int]:
        """The vertices that a segment passes, in the direction of the layers."""
        source, target = self.ends(number)
        if number in self.direct:
            return [source, target]
        middle = self.middles[number]
        first = [middle] if source == middle else self._paths[source, middle]
        return first if middle == target else first + self._paths[middle, target][1:]

    def port_path(self, outer: int) -> list[int]:
        """The vertices from a port to the border, or the other way, in the direction of the layers."""
        port = self.ports[outer]
        if self.is_port_at_start[outer]:
            return self._paths[self._first, port][1:]
        return self._paths[port, self._last][:-1]
