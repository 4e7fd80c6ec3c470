"""What is written on boxes and at lines, and how large boxes are for it, in pixels."""

from __future__ import annotations

import math
from collections.abc import Sequence

from graphlog.core.printable import printable
from graphlog.inspect.drawing.boxes import COLLECTIONS, Box, Kind
from graphlog.inspect.drawing.text_sizes import shortened, text_width

# Sizes of letters, in pixels.
TITLE, NAME, SMALL = 13.0, 12.0, 9.5
_MOST_LETTERS = 34
CONSTANT_SIZE = 10.0
_NARROWEST_ELLIPSE = 48.0


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
