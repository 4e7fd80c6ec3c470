"""Lines cut at the borders of scopes, so that each scope can be laid out by itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from graphlog.inspect.drawing.boxes import DrawnGraph, Line
from graphlog.inspect.drawing.layout.layers import acyclic


@dataclass(slots=True)
class Segment:
    """The part of one or more lines that lies in one scope.

    Attributes:
        scope: the number of that scope's box.
        source: the box in it that the lines come from; None where they enter at the border.
        target: the box in it that they go to; None where they leave at the border.
        outer: the number of the segment that goes on outside of the scope; -1 where there is none.
        is_control: whether the lines only say what must run before.
        lines: the lines.
        is_turned: whether it is laid out against the direction of the drawing, since it closes a cycle.
        label: what is written at it.
    """

    scope: int
    source: int | None
    target: int | None
    outer: int
    is_control: bool
    lines: list[Line] = field(default_factory=list)
    is_turned: bool = False
    label: str = ""

    @property
    def enters(self) -> bool:
        """Whether it touches the border on the side where the scope's drawing begins."""
        return (self.target is None) if self.is_turned else (self.source is None)


def cut_lines(graph: DrawnGraph) -> list[Segment]:
    """Cuts lines at borders; all that cross the same borders between the same boxes become one segment.

    Returns:
        The segments, each after the one it goes on from outside. A line from a box to itself has none.
    """
    segments: list[Segment] = []
    numbers: dict[tuple[int, int | None, int | None, int, bool], int] = {}

    def add(scope: int, source: int | None, target: int | None, outer: int, line: Line) -> int:
        key = (scope, source, target, outer, line.is_control)
        number = numbers.get(key)
        if number is None:
            number = numbers[key] = len(segments)
            segments.append(Segment(scope, source, target, outer, line.is_control))
        segments[number].lines.append(line)
        return number

    for line in graph.shown_lines():
        if line.source == line.target:
            continue
        from_source, from_target = [*graph.ancestors(line.source)], [*graph.ancestors(line.target)]
        while from_source[-2:-1] == from_target[-2:-1] and from_source[-2:-1]:
            from_source.pop()
            from_target.pop()
        scope = from_source[-1]
        whole = add(scope, from_source[-2], from_target[-2], -1, line)
        outer = whole
        for index in range(len(from_source) - 2, 0, -1):
            outer = add(from_source[index], from_source[index - 1], None, outer, line)
        outer = whole
        for index in range(len(from_target) - 2, 0, -1):
            outer = add(from_target[index], None, from_target[index - 1], outer, line)
    _turn_cycles(graph, segments)
    for segment in segments:
        label = joint_label(segment.lines)
        segment.label = (
            label if segment.outer < 0 or joint_label(segments[segment.outer].lines) != label else ""
        )
    return segments


def _turn_cycles(graph: DrawnGraph, segments: list[Segment]) -> None:
    by_scope: dict[int, list[Segment]] = {}
    for segment in segments:
        if segment.outer < 0:
            by_scope.setdefault(segment.scope, []).append(segment)
    for scope, inside in by_scope.items():
        places = {number: place for place, number in enumerate(graph.boxes[scope].children)}
        edges = {_edge(segment, places): None for segment in inside}
        turned = acyclic(len(places), edges)
        for segment in inside:
            segment.is_turned = _edge(segment, places) in turned
    for segment in segments:
        if segment.outer >= 0:
            segment.is_turned = segments[segment.outer].is_turned


def _edge(segment: Segment, places: dict[int, int]) -> tuple[int, int]:
    assert segment.source is not None
    assert segment.target is not None
    return places[segment.source], places[segment.target]


def joint_label(lines: Iterable[Line]) -> str:
    """The label of lines that are drawn as one."""
    lines = list(lines)
    if len(lines) == 1:
        return lines[0].label
    named = {name for line in lines for name in line.tensors}
    if len(named) == 1:
        return lines[0].label
    count = max(len(named), *(line.tensor_count for line in lines))
    return f"{count} tensors" if count else ""
