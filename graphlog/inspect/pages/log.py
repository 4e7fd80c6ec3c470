"""A log as a page: its runs, and the curves of some of them on top of each other."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence

from graphlog.inspect.pages.curves import COLOURS, curves_svg
from graphlog.readers.log import Log
from graphlog.readers.notebook import MOST_ROWS, Markup, escaped, more, table
from graphlog.readers.run import Run

_MOST_TAGS = 6
# So many runs are read for their curves, as long as their files are no larger than this together.
_MOST_CURVES = len(COLOURS)
_MOST_BYTES = 16 << 20

_CURVE_SIZE = (240, 110)  # pixels


def log_page(log: Log) -> str:
    """What a notebook shows of a log.

    Args:
        log: the log, of which some small runs are read, if it is on this machine.

    Returns:
        HTML, without scripts, all that comes from files escaped.
    """
    names = log.runs
    runs = [log[name] for name in names[:MOST_ROWS]]
    shown = _readable(runs)
    colours = {run.name: colour for run, colour in zip(shown, COLOURS, strict=False)}
    rows = [_row(run, colours.get(run.name)) for run in runs]
    notes = [more(len(names), "runs"), *(str(item) for item in log.problems[:MOST_ROWS])]
    header = ("run", "event files", "size", "tags", "last step")
    return f"<div>{table(f'Log {log.path}', header, rows, notes)}{_curves(shown)}</div>"


def _readable(runs: Sequence[Run]) -> list[Run]:
    """The first runs that have scalars, as long as it does not take long to read them."""
    found: list[Run] = []
    left = _MOST_BYTES
    for run in runs[: 2 * _MOST_CURVES]:
        size = _size(run)
        if len(found) == _MOST_CURVES or size is None or size > left:
            continue
        left -= size
        if run.curves():
            found.append(run)
    return found


def _size(run: Run) -> int | None:
    """How many bytes its files have; None where they are not on this machine."""
    try:
        return sum(map(os.path.getsize, run.files))
    except OSError:
        return None


def _row(run: Run, colour: str | None) -> tuple[object, ...]:
    size = _size(run)
    name = run.name
    if colour is not None:
        dot = f'<span style="color: {colour}">●</span> '
        name = Markup(dot + escaped(run.name))
    tags, last = "", ""
    if run.was_read:
        tags = str(sum(map(len, run.tags().values())))
        steps = [int(curve.step.max()) for curve in run.curves() if len(curve)]
        last = str(max(steps)) if steps else ""
    return name, len(run.files), "" if size is None else _bytes(size), tags, last


def _bytes(size: int) -> str:
    return f"{size} B" if size < 1000 else f"{size / 1e3:.1f} kB" if size < 1e6 else f"{size / 1e6:.1f} MB"


def _curves(runs: Sequence[Run]) -> str:
    """The curves of the tags that most runs have, one drawing for each tag."""
    curves = [{curve.tag: curve for curve in run.curves()} for run in runs]
    counts = Counter(tag for of_run in curves for tag in of_run)
    drawings = []
    for tag, _ in counts.most_common(_MOST_TAGS):
        # An empty curve keeps the colour of a run that has none.
        drawn = curves_svg(
            [of_run.get(tag, next(iter(of_run.values()))[:0]) for of_run in curves], *_CURVE_SIZE
        )
        drawings.append(f'<div style="margin: 0 1.5em 1em 0"><div>{escaped(tag)}</div>{drawn}</div>')
    if not drawings:
        return ""
    return f'<div style="display: flex; flex-wrap: wrap; margin-top: 1em">{"".join(drawings)}</div>'
