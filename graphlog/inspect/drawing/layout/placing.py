"""How abstract places become those of a picture in a direction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from graphlog.inspect.drawing.box_texts import SMALL, TITLE, box_size, line_label, scope_title
from graphlog.inspect.drawing.boxes import Box
from graphlog.inspect.drawing.layout.layout import Layout, Rectangle
from graphlog.inspect.drawing.layout.sizes import Padding, Sizes
from graphlog.inspect.drawing.text_sizes import text_width

Direction: TypeAlias = Literal["up", "down", "left", "right"]
# What Graphviz and Mermaid call them.
RANK_DIRECTIONS = {"up": "BT", "down": "TB", "left": "RL", "right": "LR"}

_TITLE_HEIGHT, _BORDER = 26.0, 14.0  # pixels


@dataclass(frozen=True, slots=True)
class Placing:
    """From abstract coordinates to those of the picture.

    Attributes:
        direction: where edges lead.
        width: of the picture.
        height: of the picture.
    """

    direction: Direction
    width: float
    height: float

    def point(self, x: float, y: float) -> tuple[float, float]:
        """A point of the picture."""
        match self.direction:
            case "down":
                return x, y
            case "up":
                return x, self.height - y
            case "right":
                return y, x
            case _:
                return self.width - y, x

    def rectangle(self, place: Rectangle) -> Rectangle:
        """A rectangle of the picture."""
        x, y, width, height = place
        (left, top), (right, bottom) = self.point(x, y), self.point(x + width, y + height)
        return Rectangle(min(left, right), min(top, bottom), abs(right - left), abs(bottom - top))


def check_direction(direction: str) -> None:
    """Raises ValueError where there is no such direction."""
    if direction not in get_args(Direction):
        raise ValueError(f"A drawing leads {', '.join(get_args(Direction))}, not {direction!r}.")


def sizes_for(direction: Direction) -> Sizes:
    """The sizes of boxes, as a layout in a direction needs them."""
    turn: Callable[[tuple[float, float]], tuple[float, float]]
    turn = _turned if direction in ("left", "right") else _as_it_is
    return Sizes(
        box=lambda box: turn(box_size(box)),
        label=lambda label: turn((text_width(line_label(label), SMALL) + 6, SMALL * 1.3)),
        padding=lambda box: _padding(box, direction),
        smallest=lambda box: turn((text_width(scope_title(box), TITLE) + 28, 0.0)),
    )


def _as_it_is(size: tuple[float, float]) -> tuple[float, float]:
    return size


def _turned(size: tuple[float, float]) -> tuple[float, float]:
    return size[1], size[0]


def _padding(box: Box, direction: Direction) -> Padding:
    title = _BORDER if box.parent < 0 else _TITLE_HEIGHT
    match direction:
        case "down":
            return Padding(_BORDER, _BORDER, title, _BORDER)
        case "up":
            return Padding(_BORDER, _BORDER, _BORDER, title)
        case _:
            return Padding(title, _BORDER, _BORDER, _BORDER)


def placing_of(layout: Layout, direction: Direction) -> Placing:
    """The picture that a layout makes in a direction."""
    _, _, width, height = layout.places[0]
    if direction in ("left", "right"):
        width, height = height, width
    return Placing(direction, width, height)
