"""``graphlog scalars``: curves as a table, as a plot, as a file."""

from __future__ import annotations

import fnmatch
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graphlog.cli.number_texts import count_text, number_text, plural
from graphlog.cli.options import AsJson
from graphlog.cli.output import (
    MOST_ROWS,
    can_print_curves,
    console,
    print_json,
    print_styled,
    print_table,
    room_for_curve,
    shown,
)
from graphlog.cli.scalar_files import curve_columns, print_csv, write_csv, write_parquet
from graphlog.cli.unread import tell_unread
from graphlog.cli.waiting import progress, waiting

if TYPE_CHECKING:
    from graphlog.readers.log import Log
    from graphlog.readers.values import Scalars

_SPARKLINE_WIDTH = 16
_PLOT_HEIGHT = 12
_MOST_PLOTS = 50
_MOST_NAMED = 20


def scalars(
    path: Annotated[str, typer.Argument(metavar="PATH", help="An event file, a folder, a pattern or a URL.")],
    tag: Annotated[
        list[str] | None, typer.Option(metavar="TAG", help="Only these tags; * and ? stand for any.")
    ] = None,
    run: Annotated[
        list[str] | None, typer.Option(metavar="RUN", help="Only these runs; * and ? stand for any.")
    ] = None,
    points: Annotated[bool, typer.Option("--points", help="Print every point.")] = False,
    plot: Annotated[bool, typer.Option("--plot", help="Draw each curve.")] = False,
    csv: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write all points to this file; - prints them.")
    ] = None,
    parquet: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write all points to this Parquet file.")
    ] = None,
    json: AsJson = False,
) -> int:
    """Show curves as lines of a table, as plots, or every point.

    Exit status 1 says that something could not be read.
    """
    from graphlog.readers.log import open_log

    log = open_log(path)
    curves = _curves(log, run or ["*"], tag or ["*"])
    if csv is not None or parquet is not None:
        found = list(curves)
        if csv is not None and str(csv) == "-":
            print_csv(found)
        elif csv is not None:
            write_csv(csv, found)
            _print_written(csv, found)
        if parquet is not None:
            with waiting(f"writing {parquet}"):
                write_parquet(parquet, found)
            _print_written(parquet, found)
    elif json:
        print_json([curve_columns(name, curve) for name, curve in curves])
    elif plot and (drawn := list(curves)):
        plotted = _some(drawn, _MOST_PLOTS)
        for name, curve in plotted:
            _plot(name, curve)
        _tell_rest(len(drawn) - len(plotted))
    elif points:
        head = ["run", "tag", "step", "wall time", "value"]
        print_table(head, _rows(curves), right=["step", "wall time", "value"])
    else:
        shown_curves = list(curves)
        if shown_curves:
            _print_summary(shown_curves)
        else:
            _print_nothing(log, run, tag)
    return tell_unread(log)


def _curves(log: Log, runs: list[str], tags: list[str]) -> Iterator[tuple[str, Scalars]]:
    names = [name for name in log.runs if _fits(name, runs)]
    for name in progress(names, "reading runs", len(names)):
        for tag in log[name].tags().get("scalars", []):
            if _fits(tag, tags):
                yield name, log[name].scalars(tag)


def _fits(name: str, patterns: list[str]) -> bool:
    return any(name == pattern or fnmatch.fnmatchcase(name, pattern) for pattern in patterns)


def _rows(curves: Iterator[tuple[str, Scalars]]) -> Iterator[list[object]]:
    for name, curve in curves:
        for step, time, value in zip(curve.step, curve.wall_time, curve.value, strict=True):
            yield [name, curve.tag, step, f"{time:.3f}", number_text(float(value))]


def _print_summary(curves: list[tuple[str, Scalars]]) -> None:
    printed = _some(curves, MOST_ROWS)
    runs: dict[str, list[Scalars]] = {}
    for name, curve in printed:
        runs.setdefault(name, []).append(curve)
    for name, found in runs.items():
        if len(runs) > 1:
            print_styled(name, "bold")
        _print_run(found)
    _tell_rest(len(curves) - len(printed))
    print(f"{plural(len(curves), 'curve')} of {plural(len({name for name, _ in curves}), 'run')}")


def _some(curves: list[tuple[str, Scalars]], most: int) -> list[tuple[str, Scalars]]:
    """The curves to print: in a terminal no more than so many."""
    return curves[:most] if sys.stdout.isatty() else curves


def _tell_rest(count: int) -> None:
    if count:
        print(f"… and {plural(count, 'more curve')}. --run and --tag choose; a pipe gets all of them: | less")


def _print_run(curves: Sequence[Scalars]) -> None:
    from graphlog.inspect.sparklines import sparkline

    head = ["tag", "points", "last", "least", "most"]
    rows = [_summary_cells(curve) for curve in curves]
    width = room_for_curve(head, rows, _SPARKLINE_WIDTH)
    if width:
        head = [*head, "curve"]
        for row, curve in zip(rows, curves, strict=True):
            row.append(sparkline(curve.value, width))
    print_table(head, rows, right=["points", "last", "least", "most"])


def _summary_cells(curve: Scalars) -> list[object]:
    import numpy as np

    if not len(curve):
        return [curve.tag, 0, "-", "-", "-"]
    finite = curve.value[np.isfinite(curve.value)]
    least, most = (float(finite.min()), float(finite.max())) if len(finite) else (None, None)
    numbers = [number_text(float(curve.value[-1])), number_text(least), number_text(most)]
    return [curve.tag, count_text(len(curve)), *numbers]


def _print_nothing(log: Log, runs: list[str] | None, tags: list[str] | None) -> None:
    """Says why there is no curve to show."""
    for run in runs or []:
        if not any(_fits(name, [run]) for name in log.runs):
            print(f"No run is called {shown(run)}; there are: {_names(log.runs)}")
            return
    known = dict.fromkeys(tag for name in log.runs for tag in log[name].tags().get("scalars", []))
    if tags and known:
        wanted = " or ".join(map(shown, tags))
        print(f"No scalars are called {wanted}; there are: {_names([*known])}")
    else:
        print("No scalars are logged here. graphlog inspect shows what is.")


def _names(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(map(shown, names[:_MOST_NAMED])) + more


def _plot(name: str, curve: Scalars) -> None:
    """Prints a curve as rows of blocks, its numbers at the left."""
    import numpy as np

    from graphlog.inspect.sparklines import resampled

    print(f"{shown(name)}  {shown(curve.tag)}")
    finite = curve.value[np.isfinite(curve.value)]
    if not len(finite):
        print("  no finite number\n")
        return
    if len(curve) == 1:
        print(f"  {number_text(float(finite[0]))} at step {curve.step[0]:,}, the only point\n")
        return
    least, most = float(finite.min()), float(finite.max())
    labels = [number_text(most), number_text(least)]
    margin = max(map(len, labels))
    width = min(console().width, 100) - margin - 3
    heights = resampled(curve.value, max(width, 1))
    scale = (_PLOT_HEIGHT * 8 - 1) / (most - least) if most > least else 0.0
    inside = np.clip(heights, least, most)
    eighths = [0 if np.isnan(height) else 1 + round((height - least) * scale) for height in inside.tolist()]
    letters, bar, corner = (" ▁▂▃▄▅▆▇█", "┤", "└") if can_print_curves() else ("    #####", "|", "+")
    for row in reversed(range(_PLOT_HEIGHT)):
        label = labels[0] if row == _PLOT_HEIGHT - 1 else labels[1] if row == 0 else ""
        blocks = "".join(letters[min(max(count - 8 * row, 0), 8)] for count in eighths)
        print(f"{label:>{margin}} {bar}{blocks}".rstrip())
    first, last = f"step {curve.step[0]:,}", f"{curve.step[-1]:,}"
    print(f"{'':>{margin}} {corner}{first}{last:>{max(len(eighths) - len(first), len(last) + 1)}}\n")


def _print_written(file: Path, curves: list[tuple[str, Scalars]]) -> None:
    points = sum(len(curve) for _, curve in curves)
    print(f"Wrote {plural(points, 'scalar')} of {plural(len(curves), 'curve')} to {shown(file)}")
