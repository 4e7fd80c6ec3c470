"""How large boxes are, and how their abstract places become those of a picture in a direction."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from graphlog.inspect.drawing.boxes import COLLECTIONS, Box, Kind
from graphlog.inspect.drawing.layout import Layout, Padding, Rectangle, Sizes
from graphlog.inspect.drawing.text_sizes import printable, shortened, text_width

Direction: TypeAlias = Literal["up", "down", "left", "right"]

# Sizes of letters, in pixels.
TITLE, NAME, SMALL = 13.0, 12.0, 9.5
_MOST_LETTERS = 34
TITLE_HEIGHT = 26.0
CONSTANT_SIZE = 10.0
_NARROWEST_ELLIPSE = 48.0
_BORDER = 14.0


def box_lines(box: Box) -> list[tuple[str, float]]:
    """The lines of text on a box, each with the size of its letters."""
    name_size = SMALL if box.kind is Kind.CONSTANT else NAME
    lines = [(shortened(box.label, _MOST_LETTERS), name_size)]
    if box.kind in COLLECTIONS:
        lines[0] = lines[0][0], TITLE
        lines.append((counted(box.operation_count, "operation"), SMALL))
    elif box.type and box.kind is not Kind.CONSTANT and _says_more(box):
        lines.append((shortened(printable(box.type), _MOST_LETTERS), SMALL))
    if box.note:
        lines.append((shortened(box.note, _MOST_LETTERS), SMALL + 1))
    return lines


def counted(number: int, noun: str) -> str:
    """Such as ``1,234 operations``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _says_more(box: Box) -> bool:
    return box.label.rstrip("_0123456789").lower() != box.type.rstrip("_0123456789").lower()


def box_size(box: Box) -> tuple[float, float]:
    """Width and height of a box that has no boxes in it."""
    lines = box_lines(box)
    width = max(text_width(text, size) for text, size in lines)
    height = sum(size * 1.25 for _, size in lines)
    if box.kind is Kind.CONSTANT:
        return max(width, CONSTANT_SIZE) + 2, height + CONSTANT_SIZE + 2
    if box.kind in COLLECTIONS or box.kind is Kind.MISSING:
        return width + 26, height + 14
    return _ellipse_size(lines, height)


def _ellipse_size(lines: Sequence[tuple[str, float]], text_height: float) -> tuple[float, float]:
    """Width and height of an ellipse that holds lines of text."""
    height = text_height * (1.2 if len(lines) < 3 else 1.32) + 8
    width, top = _NARROWEST_ELLIPSE, -text_height / 2
    for text, size in lines:
        # The part of an ellipse that is as wide as a line of text needs is that at the line's outer side.
        farthest = max(abs(top + size * 0.2), abs(top + size * 1.05))
        reach = math.sqrt(1 - min(farthest / (height / 2), 0.9) ** 2)
        width = max(width, (text_width(text, size) + 12) / reach)
        top += size * 1.25
    return width, height


def line_label(label: str) -> str:
    """What is written at a line."""
    return shortened(label, _MOST_LETTERS)


def scope_title(box: Box) -> str:
    """The title of a scope."""
    return shortened(box.label, _MOST_LETTERS + 10)


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
    title = _BORDER if box.parent < 0 else TITLE_HEIGHT
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
