"""What a terminal shows, on stderr, while a command takes longer than a second."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, TypeVar

from graphlog.cli.output import console, shown
from graphlog.events.paths import is_remote, local_path

_Item = TypeVar("_Item")

# In seconds.
_PATIENCE = 1.0


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """Says on stderr what is being done, once a ``with`` block takes longer than a second.

    Args:
        what: such as ``"reading model.pb"``.
    """
    if not sys.stderr.isatty():
        yield
        return
    with _patiently(console(to_stderr=True).status(shown(what))):
        yield


class _Display(Protocol):
    def start(self) -> None: ...

    def stop(self) -> None: ...


@contextmanager
def _patiently(display: _Display) -> Iterator[None]:
    """Starts what is displayed once a ``with`` block takes longer than a second, and stops it at its end."""
    timer = threading.Timer(_PATIENCE, display.start)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        display.stop()


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
    with _patiently(bar):
        for item in items:
            yield item
            bar.advance(task)


@contextmanager
def bytes_progress(what: str, path: str) -> Iterator[Callable[[str, int], None] | None]:
    """Shows how much of the files at a path is read, once a ``with`` block takes longer than a second.

    Args:
        what: such as ``"checking logs"``.
        path: a file or a folder; of patterns and URLs the total is not known.

    Yields:
        What is to be called with the file that is read, and the byte up to which it is; None if nobody looks.
    """
    if not sys.stderr.isatty():
        yield None
        return
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn()
    bar = Progress(
        *columns,
        console=console(to_stderr=True),
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
    task = bar.add_task(shown(what), total=_size(path))
    before, last = 0, ("", 0)

    def told(file: str, byte: int) -> None:
        nonlocal before, last
        if file != last[0]:
            before += last[1]
        last = file, byte
        bar.update(task, completed=before + byte)

    with _patiently(bar):
        yield told


def _size(path: str) -> int | None:
    """How large the event files at a path are together; None where that is not known."""
    place = Path(local_path(path)).expanduser()
    if is_remote(path) or not place.exists():
        return None
    try:
        files = place.rglob("*tfevents*") if place.is_dir() else [place]
        return sum(file.stat().st_size for file in files) or None
    except OSError:
        return None
