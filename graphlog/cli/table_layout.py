"""How wide the columns of a table are, and where a cell that is too long for its column is broken."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rich.cells import cell_len

_BETWEEN = "  "
# A column that may be broken is made no narrower than this before all others are broken too.
_LEAST_WIDTH = 12
_LEAST_NAME = 6
_WORD = re.compile(r"[^ /_]+[/_]?")
# The later lines of a cell stand further in where so much room is left.
_LEAST_INSIDE = 6
# Where a cell is broken best: after the end of a word or of a scope, else of a part of a name.
_BREAKS = (re.compile(r"[ /]"), re.compile(r"[_:=]|(?<=[^\W\d])\."))


def narrowed(
    head: Sequence[str], rows: Sequence[Sequence[str]], first: Sequence[int], room: int
) -> list[int]:
    """The widths of columns that fit a screen, as far as columns of one character do.

    Args:
        head: the names of the columns.
        rows: the cells.
        first: the columns that are made narrower before all others, the first of them first.
        room: the width of the screen.

    Returns:
        The widths of the longest cells where these fit. Else columns are made narrower as far as is needed:
        those of ``first`` until a word would be broken, then columns whose name alone is so wide, then the
        widest of ``first``, then the widest of all.
    """
    columns = [*zip(head, *rows, strict=True)]
    widths = _natural(columns)
    too_much = sum(widths) + len(_BETWEEN) * (len(widths) - 1) - room
    if too_much <= 0:
        return widths
    steps = [([place], _longest_word(columns[place])) for place in first]
    without_names = [max(map(_width, column[1:]), default=0) for column in columns]
    steps += [([place], max(width, _LEAST_NAME)) for place, width in enumerate(without_names)]
    for places, least in [*steps, (first, _LEAST_WIDTH), (range(len(widths)), 1)]:
        while too_much > 0:
            widest = max(places, key=lambda place: widths[place], default=None)
            if widest is None or widths[widest] <= least:
                break
            # Down to the next widest at once: a name may have a million letters.
            others = [widths[place] for place in places if widths[place] < widths[widest]]
            step = min(too_much, widths[widest] - max([least, *others]))
            widths[widest] -= step
            too_much -= step
    return widths


def natural_width(head: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """How wide a table is in which nothing is broken."""
    widths = _natural([*zip(head, *rows, strict=True)])
    return sum(widths) + len(_BETWEEN) * (len(widths) - 1)


def _natural(columns: Sequence[Sequence[str]]) -> list[int]:
    return [max(map(_width, column)) for column in columns]


def _width(text: str) -> int:
    """How wide a text is without control characters; ``cell_len`` takes far longer."""
    return len(text) if text.isascii() else cell_len(text)


def _longest_word(cells: Sequence[str]) -> int:
    """How wide a column is in which no word is broken, nor a part of a name."""
    return max(max(map(cell_len, _WORD.findall(cell)), default=0) for cell in cells) + 2


def line(cells: Sequence[str], widths: Sequence[int], is_right: Sequence[bool]) -> str:
    """The line of a row whose cells fit their columns."""
    padded = [
        f"{' ' * (width - _width(cell))}{cell}" if side else f"{cell}{' ' * (width - _width(cell))}"
        for cell, width, side in zip(cells, widths, is_right, strict=True)
    ]
    return _BETWEEN.join(padded).rstrip()


def row_lines(cells: Sequence[str], widths: Sequence[int], is_right: Sequence[bool]) -> Iterator[str]:
    """The lines of a row, each of whose cells may take several."""
    parts = [broken(cell, width) for cell, width in zip(cells, widths, strict=True)]
    for number in range(max(map(len, parts))):
        yield line([part[number] if number < len(part) else "" for part in parts], widths, is_right)


def fits(text: str, width: int) -> bool:
    """Whether a text is so wide at most."""
    return len(text) <= width and _width(text) <= width


def broken(text: str, width: int, inset: bool = True) -> list[str]:
    """A text as lines of at most a width; no letter is left out.

    Args:
        text: the text.
        width: how wide the lines are.
        inset: whether the later lines stand a little further in.
    """
    if fits(text, width):
        return [text]
    indent = len(text) - len(text.lstrip())
    margin = indent + 2 if inset and width - indent - 2 >= _LEAST_INSIDE else 0
    lines: list[str] = []
    place = 0
    while place < len(text):
        before = " " * (margin if lines else 0)
        start = indent if not lines and indent + 2 <= width else place
        end = _end(text, start, width - (start - place) - len(before))
        lines.append(before + text[place:end].rstrip())
        place = end
        while text[place : place + 1] == " ":
            place += 1
    return lines


def _end(text: str, start: int, width: int) -> int:
    """Where a line ends that begins at a letter and is so wide at most."""
    last, used = start, 0
    while last < len(text):
        used += cell_len(text[last])
        if used > width:
            break
        last += 1
    if last == len(text) or text[last] == " ":
        return last
    for pattern in _BREAKS:
        end = max((found.end() for found in pattern.finditer(text, start, last)), default=start)
        if end - start > (last - start) // 3:
            return end
    return max(last, start + 1)
