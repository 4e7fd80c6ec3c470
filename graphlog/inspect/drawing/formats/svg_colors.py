"""The colours of a drawing, dark enough for its own light background."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graphlog.inspect.drawing.boxes import Box, Kind

BACKGROUND, TEXT, FAINT_TEXT = "#ffffff", "#22272e", "#5f6b76"
LINE, CONTROL_LINE, BACKWARD_LINE = "#8a949e", "#a3a9b0", "#d08a45"

# Fill and border of collapsed scopes of one structure; TensorBoard, too, gives these one colour.
_STRUCTURES = (
    ("#d5dcf2", "#7f8fc4"),
    ("#d3ebd0", "#79b173"),
    ("#cde8e7", "#69adab"),
    ("#ead6ee", "#b183bb"),
    ("#f3e3c3", "#c4a15a"),
    ("#f3d6d9", "#cc8189"),
    ("#dce3e8", "#8a9aa6"),
)
_KINDS = {
    Kind.OPERATION: ("#ffffff", "#8a949e"),
    Kind.CONSTANT: ("#f4f5f7", "#8a949e"),
    Kind.VARIABLE: ("#dbe9fb", "#4f86c6"),
    Kind.PLACEHOLDER: ("#def2de", "#5ba05b"),
    Kind.SUMMARY: ("#eee6f8", "#9575cd"),
    Kind.MISSING: ("#fde7e7", "#d9534f"),
}
_UNIQUE = ("#eef0f2", "#9aa4ad")
_BACKWARD_OPERATION = ("#fff1e0", "#d9923f")
_BACKWARD_SCOPE = ("#fde3c4", "#d9923f")
_INSIDE, _INSIDE_BORDER = ("#f7f9fb", "#edf1f6"), "#a9b4bf"
_BACKWARD_INSIDE, _BACKWARD_INSIDE_BORDER = ("#fffaf3", "#fdf1e1"), "#dca868"


@dataclass(frozen=True, slots=True)
class Paint:
    """How a shape is painted.

    Attributes:
        fill: its colour.
        border: its border's colour.
        width: its border's width, in pixels.
        is_dashed: whether its border is dashed.
    """

    fill: str
    border: str
    width: float = 1.2
    is_dashed: bool = False

    def attributes(self) -> str:
        """The attributes of an SVG shape."""
        dashes = ' stroke-dasharray="4 3"' if self.is_dashed else ""
        return f' fill="{self.fill}" stroke="{self.border}" stroke-width="{self.width}"{dashes}'


def structure_colors(boxes: Sequence[Box]) -> dict[str, tuple[str, str]]:
    """A colour for each structure that several collapsed scopes share, in the order in which they stand."""
    counts = Counter(box.structure for box in boxes if box.structure)
    shared = [structure for structure, count in counts.items() if count > 1]
    return {structure: _STRUCTURES[index % len(_STRUCTURES)] for index, structure in enumerate(shared)}


def box_paint(box: Box, structures: Mapping[str, tuple[str, str]]) -> Paint:
    """How a box is painted."""
    if box.children:
        return _scope_paint(box)
    if box.structure:
        fill, border = structures.get(box.structure, _UNIQUE)
        if box.is_backward:
            return Paint(_BACKWARD_SCOPE[0], _BACKWARD_SCOPE[1], 1.4)
        return Paint(fill, border, 1.4)
    if box.kind not in _KINDS:
        return Paint(*(_BACKWARD_SCOPE if box.is_backward else _UNIQUE), 1.4)
    if box.is_backward and box.kind is Kind.OPERATION:
        return Paint(*_BACKWARD_OPERATION)
    fill, border = _KINDS[box.kind]
    if box.is_backward and box.kind is Kind.CONSTANT:
        border = _BACKWARD_OPERATION[1]
    return Paint(fill, border, 1.8 if box.kind is Kind.VARIABLE else 1.2, box.kind is Kind.MISSING)


def _scope_paint(box: Box) -> Paint:
    if box.parent < 0:
        return Paint(BACKGROUND, BACKGROUND)
    shade = box.name.count("/") % 2
    if box.is_backward:
        return Paint(_BACKWARD_INSIDE[shade], _BACKWARD_INSIDE_BORDER)
    return Paint(_INSIDE[shade], _INSIDE_BORDER)


def line_color(is_control: bool, is_backward: bool) -> str:
    """The colour of a line."""
    if is_control:
        return CONTROL_LINE
    return BACKWARD_LINE if is_backward else LINE
