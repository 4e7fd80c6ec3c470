"""Where boxes and lines lie: each scope is laid out by itself, and is then one box in the scope around it.

Coordinates here are abstract: ``x`` lies across the direction of the drawing, ``y`` along it, from sources to
targets. ``placing`` turns them into those of the picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from graphlog.inspect.drawing.boxes import DrawnGraph
from graphlog.inspect.drawing.layout.level import Level, lay_out_level
from graphlog.inspect.drawing.layout.segments import Segment, cut_lines
from graphlog.inspect.drawing.layout.sizes import Sizes


class Rectangle(NamedTuple):
    """A rectangle, by its corner with the smallest coordinates, in pixels."""

    x: float
    y: float
    width: float
    height: float


@dataclass(slots=True)
class Curve:
    """A segment's way: the points that it passes; between two of the same ``x`` it is straight."""

    segment: Segment
    points: list[tuple[float, float]]


@dataclass(slots=True)
class Layout:
    """The places of everything.

    Attributes:
        places: for each box its rectangle, by number.
        curves: one for each segment, and one for each border that lines cross on their way.
        labels: the middle of each label, with its segment.
    """

    places: list[Rectangle]
    curves: list[Curve] = field(default_factory=list)
    labels: list[tuple[float, float, Segment]] = field(default_factory=list)


def lay_out(graph: DrawnGraph, sizes: Sizes) -> Layout:
    """Gives every box and line of a drawing its place.

    Args:
        graph: what is to be drawn.
        sizes: how large boxes and labels are.

    Returns:
        The layout; the whole graph's corner is at (0, 0).
    """
    segments = cut_lines(graph)
    inside: dict[int, list[int]] = {}
    for number, segment in enumerate(segments):
        inside.setdefault(segment.scope, []).append(number)
    levels: dict[int, Level] = {}
    box_sizes: list[tuple[float, float]] = [(0.0, 0.0)] * len(graph.boxes)
    # Scopes stand before what is in them, so from the end each scope finds its boxes laid out.
    for box in reversed(graph.boxes):
        if not box.children:
            box_sizes[box.number] = sizes.box(box)
            continue
        level = levels[box.number] = lay_out_level(
            graph, box, segments, inside.get(box.number, ()), box_sizes, levels, sizes
        )
        box_sizes[box.number] = (level.width, level.height)
    layout = Layout([Rectangle(0.0, 0.0, *size) for size in box_sizes])
    for box in graph.boxes:
        if box.number in levels:
            _settle(layout, levels[box.number], box.number, segments)
    return layout


def _settle(layout: Layout, level: Level, scope: int, segments: Sequence[Segment]) -> None:
    left, top, _, _ = layout.places[scope]
    for number, (x, y) in level.places.items():
        layout.places[number] = layout.places[number]._replace(x=left + x, y=top + y)
    for segment, points in level.curves:
        layout.curves.append(Curve(segments[segment], [(left + x, top + y) for x, y in points]))
    for x, y, segment in level.labels:
        layout.labels.append((left + x, top + y, segments[segment]))
