"""How commands show what they have found: tables, JSON, progress; nothing from a file is shown raw."""

from __future__ import annotations

import dataclasses
import json
import math
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from rich.console import Console

_Item = TypeVar("_Item")

# Exit statuses.
FINE, FOUND, FAILED = 0, 1, 2

# What takes longer than this, in seconds, shows how far it is.
_PATIENCE = 1.0
# A column that is broken into lines is at least so wide, or all are.
_LEAST_WIDTH = 10
# The width of what is not shown in a terminal: nothing is cut or wrapped for a program that reads it.
_WIDE = 10_000


def shown(text: object) -> str:
    """A text from a file or a name as it may be shown: what steers a terminal stands there as its escape.

    Markup needs no escape, since the console that prints takes none.
    """
    plain = str(text)
    if plain.isprintable():
        return plain
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in plain)


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
) -> None:
    """Prints a table. Nothing is cut: what does not fit the terminal goes on in the next line of its cell.

    Args:
        head: the names of the columns.
        rows: the cells, of which each is ``shown``.
        right: the columns that are aligned to the right, as numbers are.
        breaks: the columns whose cells are broken first; the first column if none is named.
    """
    from rich.cells import cell_len

    cells = [[*map(shown, row)] for row in rows]
    widths = [max(map(cell_len, column)) for column in zip(head, *cells, strict=True)]
    is_right = [name in right for name in head]
    screen = console()
    if sum(widths) + 2 * len(widths) <= screen.width:
        # Layout takes a millisecond a row, and here there is nothing to lay out.
        screen.print(_line(head, widths, is_right, cell_len), style="bold", soft_wrap=True)
        sys.stdout.writelines(_line(row, widths, is_right, cell_len) + "\n" for row in cells)
    else:
        _print_broken(screen, head, cells, widths, is_right, breaks or head[:1])


def _line(
    cells: Sequence[str], widths: Sequence[int], is_right: Sequence[bool], length: Callable[[str], int]
) -> str:
    padded = [
        f"{' ' * (width - length(cell))}{cell}" if side else f"{cell}{' ' * (width - length(cell))}"
        for cell, width, side in zip(cells, widths, is_right, strict=True)
    ]
    return "  ".join(padded).rstrip()


def _print_broken(
    screen: Console,
    head: Sequence[str],
    cells: Sequence[Sequence[str]],
    widths: Sequence[int],
    is_right: Sequence[bool],
    breaks: Sequence[str],
) -> None:
    """Prints a table that is wider than the screen."""
    from rich.table import Table

    fixed = sum(width for name, width in zip(head, widths, strict=True) if name not in breaks)
    fits = fixed + 2 * len(head) + _LEAST_WIDTH * len(breaks) <= screen.width
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for name, side in zip(head, is_right, strict=True):
        justify: Any = "right" if side else "left"
        table.add_column(name, justify=justify, overflow="fold", no_wrap=fits and name not in breaks)
    for row in cells:
        table.add_row(*row)
    screen.print(table)


def console(to_stderr: bool = False) -> Console:
    """The console to print to; what is no terminal has no width."""
    from graphlog.cli.plain_console import PlainConsole

    stream = sys.stderr if to_stderr else sys.stdout
    in_terminal = stream.isatty() or "COLUMNS" in os.environ
    return PlainConsole(stream, None if in_terminal else _WIDE)


# For machines


def print_json(value: object) -> None:
    """Prints data as JSON, in ASCII; numbers that JSON does not know as "NaN", "Infinity" and "-Infinity"."""
    print(json.dumps(plain(value), indent=2))


def plain(value: Any) -> Any:
    """Data as what JSON knows: dataclasses as objects, arrays as lists, bytes as text."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, bool | str) or value is None:
        return value
    if isinstance(value, bytes):
        return value.decode(errors="backslashreplace")
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else _name_of(value)
    if isinstance(value, Iterable):
        return [plain(item) for item in value]
    return str(value)


def _name_of(value: float) -> str:
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


# For long work


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """Says on stderr what is being done, once a ``with`` block takes longer than a second.

    Args:
        what: such as ``"reading model.pb"``.
    """
    if not sys.stderr.isatty():
        yield
        return
    status = console(to_stderr=True).status(shown(what))
    timer = threading.Timer(_PATIENCE, status.start)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        status.stop()


def progress(items: Iterable[_Item], what: str, total: int | None = None) -> Iterator[_Item]:
    """The items one by one, with a bar on stderr once they take longer than a second.

    Args:
        items: what is worked on.
        what: such as ``"reading runs"``.
        total: how many items there are, where that is known.
    """
    if not sys.stderr.isatty():
        yield from items
        return
    from rich.progress import Progress

    # What is printed meanwhile stays on stdout.
    bar = Progress(
        console=console(to_stderr=True), transient=True, redirect_stdout=False, redirect_stderr=False
    )
    task = bar.add_task(shown(what), total=total)
    began = time.monotonic()
    try:
        for item in items:
            yield item
            bar.advance(task)
            if not bar.live.is_started and time.monotonic() - began > _PATIENCE:
                bar.start()
    finally:
        bar.stop()
