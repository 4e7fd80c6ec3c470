"""How commands show what they have found: tables, sentences, JSON; nothing from a file is shown raw."""

from __future__ import annotations

import dataclasses
import functools
import json
import math
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, zip_longest
from typing import TYPE_CHECKING, Any

from graphlog.cli.number_texts import plural
from graphlog.core.printable import printable

if TYPE_CHECKING:
    from rich.console import Console

# Exit statuses.
FINE, FOUND, FAILED = 0, 1, 2
# As shells have it of what Ctrl-C ended.
INTERRUPTED = 130

# So many letters of a text, of a cell of a table, and so many rows in a terminal.
_LONGEST_TEXT = 5000
_LONGEST_CELL = 300
MOST_ROWS = 500
_SHORTEST_CURVE = 5
# Sentences are not set wider than this.
_READABLE = 110
# The width of what is not shown in a terminal: nothing is cut or wrapped for a program that reads it.
_WIDE = 10_000


def shown(text: object, longest: int = _LONGEST_TEXT) -> str:
    """A text from a file or a name as it may be shown: what steers a terminal stands there as its escape.

    Markup needs no escape, since the console that prints takes none. Of a text that nobody can read the
    middle is left out, and its length told.
    """
    whole = str(text)
    if len(whole) > longest:
        end = longest // 4
        whole = f"{whole[: longest - end]}…{whole[-end:]} ({len(whole):,} letters)"
    return printable(whole)


def _cells(row: Iterable[object]) -> list[str]:
    return [shown(cell, _LONGEST_CELL) for cell in row]


def error_text(error: BaseException) -> str:
    """An error in one line."""
    text = str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
    if isinstance(error, OSError) and error.filename is not None and error.strerror:
        text = f"{error.filename}: {error.strerror}"
    if isinstance(error, OSError | ValueError | LookupError | ImportError) and text:
        return one_line(text)
    return one_line(f"{type(error).__name__}: {text}" if text else type(error).__name__)


def one_line(text: str) -> str:
    """A text of several lines as one, ``shown``."""
    return shown(" ".join(line.strip() for line in text.split("\n") if line.strip()))


def print_table(
    head: Sequence[str],
    rows: Iterable[Sequence[object]],
    right: Sequence[str] = (),
    breaks: Sequence[str] = (),
    styles: Sequence[str] = (),
) -> None:
    """Prints a table. No cell is cut: what does not fit the terminal goes on in the next line of its cell.

    Args:
        head: the names of the columns.
        rows: the cells, of which each is ``shown``. In a terminal the first ``MOST_ROWS`` are printed, and
            how many more there are.
        right: the columns that are aligned to the right, as numbers are.
        breaks: the columns whose cells are broken first; the first column if none is named.
        styles: for each row a rich style, such as ``"red"``, or an empty text; none by default.
    """
    from graphlog.cli.table_layout import fits, line, narrowed, row_lines

    waiting = iter(rows)
    cells = _cells_to_print(waiting)
    is_right = [name in right for name in head]
    screen = console()
    widths = narrowed(head, cells, [head.index(name) for name in breaks or head[:1]], screen.width)
    for text in row_lines(head, widths, is_right):
        screen.print(text, style="bold", soft_wrap=True)
    for row, style in zip_longest(cells, styles[: len(cells)], fillvalue=""):
        is_one_line = all(map(fits, row, widths))
        for text in [line(row, widths, is_right)] if is_one_line else row_lines(row, widths, is_right):
            if style:
                screen.print(text, style=style, soft_wrap=True)
            else:
                sys.stdout.write(text + "\n")
    _tell_rest(waiting)


def _cells_to_print(rows: Iterator[Sequence[object]]) -> list[list[str]]:
    """The cells of the first rows in a terminal, of all elsewhere."""
    return [*map(_cells, islice(rows, MOST_ROWS) if sys.stdout.isatty() else rows)]


def _tell_rest(rows: Iterator[object], margin: str = "") -> None:
    """Says how many rows there are more."""
    more = sum(1 for _ in rows)
    if more:
        print(f"{margin}… and {plural(more, 'more row')}. A pipe gets all of them: | less")


def room_for_curve(head: Sequence[str], rows: Sequence[Sequence[object]], longest: int) -> int:
    """How wide the curve may be that stands at the end of each row of a table; 0 where there is no room.

    Args:
        head: the names of the other columns.
        rows: their cells.
        longest: how wide it is where there is room enough.

    Returns:
        The width; 0 also where the letters of a curve cannot be printed.
    """
    if not can_print_curves():
        return 0
    from graphlog.cli.table_layout import natural_width

    cells = [*map(_cells, rows)]
    room = min(longest, console().width - natural_width(head, cells) - 2)
    return room if room >= _SHORTEST_CURVE else 0


def can_print_curves() -> bool:
    """Whether there are letters for curves where commands print to."""
    try:
        "▁█".encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def print_paragraph(text: str, title: str, indent: int = 2) -> None:
    """Prints sentences after a title, as lines that fit the terminal."""
    from graphlog.cli.table_layout import broken

    margin = " " * (indent + len(title) + 1)
    lines = broken(shown(text), max(min(console().width, _READABLE) - len(margin), 20), inset=False)
    print(f"{' ' * indent}{title} {lines[0]}")
    for line in lines[1:]:
        print(f"{margin}{line}")


def print_rows(rows: Iterable[Sequence[object]], indent: int = 2) -> None:
    """Prints a table that has no head, a little further in; the widest column is broken first."""
    from graphlog.cli.table_layout import narrowed, row_lines

    waiting = iter(rows)
    cells = _cells_to_print(waiting)
    if not cells:
        return
    columns = len(cells[0])
    widest_first = sorted(range(columns), key=lambda column: -max(len(row[column]) for row in cells))
    widths = narrowed([""] * columns, cells, widest_first, console().width - indent)
    for row in cells:
        for text in row_lines(row, widths, [False] * columns):
            print(f"{' ' * indent}{text}")
    _tell_rest(waiting, " " * indent)


def print_styled(text: str, style: str) -> None:
    """Prints a text, ``shown``, in a rich style, such as ``"bold red"``, where the terminal has colours.

    What does not fit the terminal goes on in the next line, a little further in.
    """
    from graphlog.cli.table_layout import broken

    screen = console()
    for line in broken(shown(text), screen.width):
        screen.print(line, style=style, soft_wrap=True)


def print_to_stderr(text: str) -> None:
    """Prints a text, ``shown`` before, to stderr; in a terminal as lines that fit it."""
    if sys.stderr.isatty():
        from graphlog.cli.table_layout import broken

        text = "\n".join(broken(text, console(to_stderr=True).width))
    print(text, file=sys.stderr)


def console(to_stderr: bool = False) -> Console:
    """The console to print to; what is no terminal has no width."""
    from graphlog.cli.plain_console import PlainConsole

    stream = sys.stderr if to_stderr else sys.stdout
    in_terminal = stream.isatty() or "COLUMNS" in os.environ
    return PlainConsole(stream, None if in_terminal else _WIDE)


# For machines


def print_json(value: object) -> None:
    """Prints data as JSON, in ASCII; numbers that JSON does not know as "NaN", "Infinity" and "-Infinity".

    Each item of a list has a line of its own, since there may be a million of them.
    """
    if not isinstance(value, list):
        print(json.dumps(plain(value), indent=2))
        return
    between = "["
    for item in value:
        sys.stdout.write(f"{between}\n  {json.dumps(plain(item))}")
        between = ","
    print("\n]" if value else "[]")


def plain(value: Any) -> Any:
    """Data as what JSON knows: dataclasses as objects, arrays as lists, bytes as text."""
    if type(value) in _PLAIN:  # most are
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {name: plain(getattr(value, name)) for name in _field_names(type(value))}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else _name_of(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, int | str):
        return value
    if isinstance(value, bytes):
        return value.decode(errors="backslashreplace")
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if isinstance(value, Iterable):
        return [plain(item) for item in value]
    return str(value)


_PLAIN = frozenset({str, int, bool, type(None)})


@functools.cache
def _field_names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))


def _name_of(value: float) -> str:
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
