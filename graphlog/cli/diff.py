"""``graphlog diff``: what is different between two logs or two graphs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from graphlog.cli.graph_diff_lines import graph_diff_lines, graph_diff_summary
from graphlog.cli.graph_sources import graph_source
from graphlog.cli.options import AsJson
from graphlog.cli.output import FINE, FOUND, print_json, print_styled, print_table, shown
from graphlog.cli.unread import tell_unread
from graphlog.cli.waiting import waiting

if TYPE_CHECKING:
    from graphlog.inspect.differences.curve import CurveDiff
    from graphlog.inspect.differences.log import RunDiff
_CHANGE = " → "
# The columns of a table of scalars that are always there: the tag, and how far apart.
_KEPT = (0, 6)
_STYLES = {"-": "red", "+": "green", "~": "yellow", ">": "cyan", "!": "red"}


def diff(
    old: Annotated[str, typer.Argument(metavar="A", help="A log, an event file, or a graph.")],
    new: Annotated[str, typer.Argument(metavar="B", help="The same kind of thing.")],
    graph: Annotated[bool, typer.Option("--graph", help="Compare only the graphs.")] = False,
    most: Annotated[
        int, typer.Option(metavar="N", help="How many differences of one scope to print.", min=1)
    ] = 20,
    json: AsJson = False,
) -> int:
    """Compare two logs run by run, or two graphs node by node.

    Exit status 1 says that they are different, or that something could not be read.
    """
    from graphlog.inspect.checks.path import holds_graph

    if graph or holds_graph(old) or holds_graph(new):
        return _compare_graphs(old, new, most, json)
    return _compare_logs(old, new, most, json)


def _compare_graphs(old: str, new: str, most: int, json: bool) -> int:
    from graphlog.inspect.differences.graph import diff_graphs

    with waiting(f"comparing {old} and {new}"):
        found = diff_graphs(*(graph_source(path, "graphlog diff --graph {} …") for path in (old, new)))
    if json:
        print_json(found)
    elif found.is_empty:
        print("The graphs are the same.")
    else:
        _print_lines(graph_diff_lines(found, most))
        print_styled(graph_diff_summary(found), "")
    return FINE if found.is_empty else FOUND


def _compare_logs(old: str, new: str, most: int, json: bool) -> int:
    from graphlog.inspect.differences.log import diff_logs
    from graphlog.readers.log import open_log

    with waiting(f"comparing {old} and {new}"):
        logs = open_log(old), open_log(new)
        if not any(map(len, logs)):
            raise ValueError(f"neither {old} nor {new} holds an event file.")
        found = diff_logs(*logs)
    if json:
        print_json(found)
        return max(tell_unread(*logs), FINE if found.is_empty else FOUND)
    for sign, path, names in (("-", old, found.removed_runs), ("+", new, found.added_runs)):
        for name in names:
            print_styled(f"{sign} run {_run_name(name, path)}", _STYLES[sign])
    for run in found.runs:
        both = dict.fromkeys([_run_name(run.old_name, old), _run_name(run.name, new)])
        print_styled(f"run {' and '.join(both)}", "bold")
        _print_run(run, most)
    if found.is_empty:
        print("The logs are the same.")
    else:
        counts = len(found.removed_runs), len(found.added_runs), len(found.runs)
        print("Runs: {:,} removed (-), {:,} added (+), {:,} changed (~)".format(*counts))
    return max(tell_unread(*logs), FINE if found.is_empty else FOUND)


def _print_lines(lines: Iterable[str], indent: int = 0) -> None:
    """Prints lines of which each begins with a sign, in the sign's colour."""
    for line in lines:
        style = _STYLES.get(line.lstrip()[:1], "") if line[:1] == " " or line[1:2] == " " else "bold"
        print_styled(f"{' ' * indent}{line}", style)


def _run_name(name: str, path: str) -> str:
    """The name of a run; of one that stands at the path itself, the path."""
    return path if name == "." else name


def _print_run(run: RunDiff, most: int) -> None:
    lines: list[str] = []
    for sign, tags in (("-", run.removed_tags), ("+", run.added_tags)):
        for kind, listed in tags.items():
            lines += [f"{sign} {kind.replace('_', ' ')} {shown(tag)}" for tag in listed[:most]]
            if len(listed) > most:
                lines.append(f"… and {len(listed) - most:,} more {kind.replace('_', ' ')}; --most shows more")
    for change in run.hyperparameters:
        lines.append(f"~ hyperparameter {shown(change.name)}: {shown(change.old)} → {shown(change.new)}")
    for series in run.series:
        lines.append(
            f"~ {series.kind.replace('_', ' ')} {shown(series.tag)}: {series.old_points:,} → "
            f"{series.new_points:,} values, last step {series.old_last_step} → {series.new_last_step}"
        )
    _print_lines(lines, 2)
    _print_curves(run.curves, most)
    if not run.graph.is_empty:
        print_styled(f"  graph: {graph_diff_summary(run.graph)}", "")
        _print_lines(graph_diff_lines(run.graph, most), 4)
    for problem in run.problems:
        print_styled(f"  ! {problem}", "red")


def _print_curves(curves: Sequence[CurveDiff], most: int) -> None:
    """Prints a table of the scalars that are not the same, old → new, without columns that are the same."""
    if not curves:
        return
    head = ["scalars", "points", "final", "least", "most", "area", "furthest apart"]
    rows = [_curve_cells(curve) for curve in curves[:most]]
    changed = {place for row in rows for place, cell in enumerate(row) if _CHANGE in cell}
    kept = sorted(changed.union(_KEPT))
    head = [head[place] for place in kept]
    print_table(head, [[row[place] for place in kept] for row in rows], breaks=[*head[1:], "scalars"])
    if len(curves) > most:
        print(f"… and {len(curves) - most:,} more; --most shows more")


def _curve_cells(curve: CurveDiff) -> list[str]:
    """The numbers of two curves; one where both are the same."""
    old, new = curve.old, curve.new
    numbers = [
        (old.final, new.final),
        (old.minimum, new.minimum),
        (old.maximum, new.maximum),
        (curve.old_area, curve.new_area),
    ]
    furthest = "-"
    if curve.largest_difference_step is not None:
        furthest = f"{curve.largest_difference:.4g} at step {curve.largest_difference_step:,}"
    return [
        f"~ {curve.tag}",
        _both(f"{old.points:,}", f"{new.points:,}"),
        *(_both(_text(before), _text(after)) for before, after in numbers),
        furthest,
    ]


def _text(number: float) -> str:
    return "-" if math.isnan(number) else f"{number:.4g}"


def _both(old: str, new: str) -> str:
    return old if old == new else f"{old}{_CHANGE}{new}"
