"""A drawing as SVG: shapes and text, no script, no style sheet, nothing from outside, no ids."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from graphlog.inspect.drawing.box_texts import (
    CONSTANT_SIZE,
    SMALL,
    TITLE,
    box_lines,
    counted,
    line_label,
    scope_title,
)
from graphlog.inspect.drawing.boxes import COLLECTIONS, Box, DrawnGraph, Kind, Line
from graphlog.inspect.drawing.formats.svg_colors import (
    BACKGROUND,
    CONTROL_LINE,
    FAINT_TEXT,
    LINE,
    TEXT,
    Paint,
    box_paint,
    line_color,
    structure_colors,
)
from graphlog.inspect.drawing.formats.svg_paths import number_text as _number
from graphlog.inspect.drawing.formats.svg_paths import smooth_path
from graphlog.inspect.drawing.layout.layout import Curve, Layout, Rectangle, lay_out
from graphlog.inspect.drawing.layout.placing import Direction, Placing, placing_of, sizes_for
from graphlog.inspect.drawing.text_sizes import text_width

_FONT = "Roboto, 'Helvetica Neue', Helvetica, Arial, 'DejaVu Sans', sans-serif"
# What XML 1.0 cannot hold, not even escaped.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ARROW_LENGTH, _ARROW_WIDTH = 7.0, 5.5
_MOST_LINES_TOLD = 12


@dataclass(frozen=True, slots=True)
class SvgPicture:
    """An SVG.

    Attributes:
        text: of the file.
        width: in pixels.
        height: in pixels.
    """

    text: str
    width: float
    height: float


def draw_svg(graph: DrawnGraph, direction: Direction = "up") -> SvgPicture:
    """A drawing as SVG.

    Args:
        graph: what is drawn.
        direction: where edges lead.
    """
    layout = lay_out(graph, sizes_for(direction))
    placing = placing_of(layout, direction)
    return SvgPicture(_Svg(graph, layout, placing).text(), placing.width, placing.height)


def xml_text(text: str) -> str:
    """A text, escaped for XML; what XML cannot hold is shown as its code."""
    return escape(_printable(text))


def _attribute(text: str) -> str:
    return quoteattr(_printable(text))


def _printable(text: str) -> str:
    return _NOT_XML.sub(lambda found: f"\\x{ord(found.group()):02x}", text)


class _Svg:
    def __init__(self, graph: DrawnGraph, layout: Layout, placing: Placing) -> None:
        self._graph, self._layout, self._placing = graph, layout, placing
        self._structures = structure_colors(graph.boxes)

    def text(self) -> str:
        """The whole file."""
        width, height = self._placing.width, self._placing.height
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" width="{_number(width)}" height="{_number(height)}"'
                f' viewBox="0 0 {_number(width)} {_number(height)}" font-family="{_FONT}"'
                ' style="max-width:100%;height:auto" role="img">',
                f"<title>Graph of {counted(self._graph.operation_count, 'operation')}</title>",
                f'<rect width="100%" height="100%" rx="8" fill="{BACKGROUND}"/>',
                *self._scopes(),
                f'<g fill="none" stroke="{LINE}" stroke-width="1.3" stroke-linecap="round">',
                *self._curves(),
                *self._loops(),
                "</g>",
                *self._scope_titles(),
                *self._leaves(),
                *self._labels(),
                "</svg>",
                "",
            ]
        )

    def _scopes(self) -> Iterator[str]:
        for box in self._graph.boxes[1:]:
            if not box.children:
                continue
            place = self._placing.rectangle(self._layout.places[box.number])
            paint = box_paint(box, self._structures)
            yield f'<g class="scope" data-name={_attribute(box.name)}>'
            yield self._title(box)
            yield _rectangle(place, paint, 9)
            yield "</g>"

    def _scope_titles(self) -> Iterator[str]:
        """Above the lines, so that they stay readable where lines leave a scope."""
        for box in self._graph.boxes[1:]:
            if box.children:
                x, y, _, _ = self._placing.rectangle(self._layout.places[box.number])
                fill = box_paint(box, self._structures).fill
                yield _text(x + 10, y + 17, scope_title(box), TITLE, TEXT, "500", fill, "start")

    def _title(self, box: Box) -> str:
        """What a browser shows while the pointer rests on a box."""
        parts = [box.name, box.type or counted(box.operation_count, "operation"), box.note]
        return f"<title>{xml_text(chr(10).join(filter(None, parts)))}</title>"

    def _curves(self) -> Iterator[str]:
        for curve in self._layout.curves:
            yield self._curve(curve)

    def _curve(self, curve: Curve) -> str:
        segment, placing = curve.segment, self._placing
        is_sideways = placing.direction in ("left", "right")
        points = [placing.point(*point) for point in curve.points]
        is_last = any(line.target == segment.target for line in segment.lines)
        arrow = ""
        color = line_color(segment.is_control, self._is_backward(segment.lines))
        if is_last and self._touches(curve):
            arrow, points[-1] = _arrow(points, color, is_sideways)
        path = smooth_path(points, is_sideways)
        return (
            f'<g class="edge"><title>{xml_text(self._told(segment.lines))}</title>'
            f'<path d="{path}"{_stroke(segment.is_control, color)}/>{arrow}</g>'
        )

    def _touches(self, curve: Curve) -> bool:
        """Whether a curve ends at its target: the way from a border to where lines part does not."""
        target = curve.segment.target
        assert target is not None
        x, y, width, height = self._layout.places[target]
        end_x, end_y = curve.points[-1]
        return x - 1 <= end_x <= x + width + 1 and y - 1 <= end_y <= y + height + 1

    def _is_backward(self, lines: list[Line]) -> bool:
        boxes = self._graph.boxes
        return all(boxes[line.source].is_backward for line in lines)

    def _told(self, lines: list[Line]) -> str:
        boxes = self._graph.boxes
        told = []
        for line in lines[:_MOST_LINES_TOLD]:
            what = ", ".join(line.tensors) or boxes[line.source].name
            told.append(f"{'^' if line.is_control else ''}{what} → {boxes[line.target].name}")
        if len(lines) > _MOST_LINES_TOLD:
            told.append(f"and {len(lines) - _MOST_LINES_TOLD} more")
        return "\n".join(told)

    def _loops(self) -> Iterator[str]:
        """Lines from a box to itself."""
        for line in self._graph.shown_lines():
            if line.source == line.target:
                x, y, width, height = self._placing.rectangle(self._layout.places[line.source])
                x, y = x + width * 0.9, y + height / 2
                color = line_color(line.is_control, self._is_backward([line]))
                path = f"M{_number(x)},{_number(y - 6)} c16,-12 16,24 0,12"
                yield (
                    f'<g class="edge"><title>{xml_text(self._told([line]))}</title>'
                    f'<path d="{path}"{_stroke(line.is_control, color)}/></g>'
                )

    def _leaves(self) -> Iterator[str]:
        aside: dict[int, list[Line]] = {}
        for line in self._graph.lines:
            aside.setdefault(line.source, []).append(line)
            aside.setdefault(line.target, []).append(line)
        for box in self._graph.boxes[1:]:
            if box.children:
                continue
            place = self._placing.rectangle(self._layout.places[box.number])
            yield f'<g class="node" data-name={_attribute(box.name)}>'
            if box.is_aside:
                told = self._told(aside.get(box.number, []))
                yield f"<title>{xml_text(f'{box.name} ({box.type})' + chr(10) + told)}</title>"
            else:
                yield self._title(box)
            yield self._shape(box, place)
            yield from self._box_text(box, place)
            yield "</g>"

    def _shape(self, box: Box, place: Rectangle) -> str:
        paint = box_paint(box, self._structures)
        x, y, width, height = place
        if box.kind is Kind.CONSTANT:
            radius = CONSTANT_SIZE / 2
            return (
                f'<circle cx="{_number(x + width / 2)}" cy="{_number(self._constant_middle(place))}"'
                f' r="{_number(radius)}"{paint.attributes()}/>'
            )
        if box.kind in COLLECTIONS:
            behind = ""
            if box.kind is Kind.SERIES:
                behind = _rectangle(Rectangle(x + 4, y - 4, width, height), paint, 7)
            return behind + _rectangle(place, paint, 7)
        if box.kind is Kind.MISSING:
            return _rectangle(place, paint, 2)
        return (
            f'<ellipse cx="{_number(x + width / 2)}" cy="{_number(y + height / 2)}"'
            f' rx="{_number(width / 2)}" ry="{_number(height / 2)}"{paint.attributes()}/>'
        )

    def _constant_middle(self, place: Rectangle) -> float:
        """The circle of a constant is on the side that its edges leave from; its name on the other."""
        radius = CONSTANT_SIZE / 2
        if self._placing.direction == "down":
            return place.y + place.height - radius
        return place.y + radius

    def _box_text(self, box: Box, place: Rectangle) -> Iterator[str]:
        lines = box_lines(box)
        height = sum(size * 1.25 for _, size in lines)
        y = place.y + (place.height - height) / 2
        if box.kind is Kind.CONSTANT:
            y = place.y if self._placing.direction == "down" else place.y + CONSTANT_SIZE + 1
        for index, (text, size) in enumerate(lines):
            baseline = y + size * 0.97
            color = FAINT_TEXT if index or box.kind is Kind.CONSTANT else TEXT
            is_note = box.note and not box.is_aside and index == len(lines) - 1
            yield _text(
                place.x + place.width / 2,
                baseline,
                text,
                size,
                TEXT if is_note else color,
                "600" if is_note else "",
            )
            y += size * 1.25

    def _labels(self) -> Iterator[str]:
        for x, y, segment in self._layout.labels:
            middle, height = self._placing.point(x, y)
            color = CONTROL_LINE if segment.is_control else FAINT_TEXT
            label = line_label(segment.label)
            width = text_width(label, SMALL)
            # The line is interrupted there: what is behind it is the inside of the scope.
            behind = box_paint(self._graph.boxes[segment.scope], self._structures).fill
            yield (
                f'<rect x="{_number(middle - width / 2)}" y="{_number(height - SMALL * 0.6)}"'
                f' width="{_number(width)}" height="{_number(SMALL * 1.2)}" fill="{behind}"/>'
            )
            yield _text(middle, height + SMALL * 0.35, label, SMALL, color)


def _rectangle(place: Rectangle, paint: Paint, radius: float) -> str:
    x, y, width, height = map(_number, place)
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="{radius}"{paint.attributes()}/>'


def _text(
    x: float,
    y: float,
    text: str,
    size: float,
    color: str,
    weight: str = "",
    halo: str = "",
    anchor: str = "middle",
) -> str:
    extra = f' font-weight="{weight}"' if weight else ""
    if halo:
        extra += f' stroke="{halo}" stroke-width="3" stroke-linejoin="round" paint-order="stroke"'
    return (
        f'<text x="{_number(x)}" y="{_number(y)}" font-size="{_number(size)}" text-anchor="{anchor}"'
        f' fill="{color}"{extra}>{xml_text(text)}</text>'
    )


def _stroke(is_control: bool, color: str) -> str:
    dashes = ' stroke-dasharray="3 3"' if is_control else ""
    return ("" if color == LINE else f' stroke="{color}"') + dashes


def _arrow(
    points: list[tuple[float, float]], color: str, is_sideways: bool
) -> tuple[str, tuple[float, float]]:
    """The head of an arrow at the end of a way, and where the line ends instead."""
    tip_x, tip_y = points[-1]
    before_x, before_y = points[-2]
    if is_sideways:
        step_x, step_y = (1.0 if tip_x >= before_x else -1.0), 0.0
    else:
        step_x, step_y = 0.0, (1.0 if tip_y >= before_y else -1.0)
    base_x, base_y = tip_x - step_x * _ARROW_LENGTH, tip_y - step_y * _ARROW_LENGTH
    side_x, side_y = step_y * _ARROW_WIDTH / 2, step_x * _ARROW_WIDTH / 2
    corners = [(tip_x, tip_y), (base_x + side_x, base_y + side_y), (base_x - side_x, base_y - side_y)]
    path = "M" + " L".join(f"{_number(x)},{_number(y)}" for x, y in corners) + "Z"
    head = f'<path d="{path}" fill="{color}" stroke="none"/>'
    return head, (tip_x - step_x * 5, tip_y - step_y * 5)
