"""``graphlog diff``: what is different between two logs or two graphs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graphlog.cli.graph_diff_lines import graph_diff_lines
from graphlog.cli.number_texts import number_text
from graphlog.cli.options import AsJson
from graphlog.cli.output import FINE, FOUND, print_json, shown, waiting

if TYPE_CHECKING:
    from graphlog.inspect.curve_diff import CurveDiff
    from graphlog.inspect.log_diff import RunDiff

_SAVED_MODELS = ("saved_model.pb", "saved_model.pbtxt")


def diff(
    old: Annotated[str, typer.Argument(metavar="A", help="A log, an event file, or a graph.")],
    new: Annotated[str, typer.Argument(metavar="B", help="The same kind of thing.")],
    graph: Annotated[bool, typer.Option("--graph", help="Compare only the graphs.")] = False,
    most: Annotated[int, typer.Option(help="How many differences of one scope to print.", min=1)] = 20,
    json: AsJson = False,
) -> int:
    """Compare two logs run by run, or two graphs node by node.

    Exit status 1 says that they are different.
    """
    if graph or not (_is_log(old) and _is_log(new)):
        return _compare_graphs(old, new, most, json)
    return _compare_logs(old, new, most, json)


def _is_log(path: str) -> bool:
    """Whether there are event files at a path, and not a graph alone."""
    place = Path(path)
    if place.is_dir():
        return not any((place / name).is_file() for name in _SAVED_MODELS)
    return "tfevents" in place.name or not place.is_file()


def _compare_graphs(old: str, new: str, most: int, json: bool) -> int:
    from graphlog.inspect.graph_diff import diff_graphs

    with waiting(f"comparing {old} and {new}"):
        found = diff_graphs(old, new)
    if json:
        print_json(found)
    elif found.is_empty:
        print("The graphs are the same.")
    else:
        for line in graph_diff_lines(found, most):
            print(line)
    return FINE if found.is_empty else FOUND


def _compare_logs(old: str, new: str, most: int, json: bool) -> int:
    from graphlog.inspect.log_diff import diff_logs
    from graphlog.readers.log import open_log

    with waiting(f"comparing {old} and {new}"):
        found = diff_logs(open_log(old), open_log(new))
    if json:
        print_json(found)
        return FINE if found.is_empty else FOUND
    for sign, names in (("-", found.removed_runs), ("+", found.added_runs)):
        for name in names:
            print(f"{sign} run {shown(name)}")
    for run in found.runs:
        _print_run(run, most)
    if found.is_empty:
        print("The logs are the same.")
    else:
        counts = len(found.removed_runs), len(found.added_runs), len(found.runs)
        print("Runs: {} removed, {} added, {} changed".format(*counts))
    return FINE if found.is_empty else FOUND


def _print_run(run: RunDiff, most: int) -> None:
    names = run.name if run.name == run.old_name else f"{run.old_name} and {run.name}"
    print(f"run {shown(names)}")
    for sign, tags in (("-", run.removed_tags), ("+", run.added_tags)):
        for kind, listed in tags.items():
            for tag in listed[:most]:
                print(f"  {sign} {kind.replace('_', ' ')} {shown(tag)}")
            if len(listed) > most:
                print(f"  … and {len(listed) - most:,} more")
    for change in run.hyperparameters:
        print(f"  ~ hyperparameter {shown(change.name)}: {shown(change.old)} → {shown(change.new)}")
    for series in run.series:
        print(
            f"  ~ {series.kind.replace('_', ' ')} {shown(series.tag)}: {series.old_points:,} → "
            f"{series.new_points:,} values, last step {series.old_last_step} → {series.new_last_step}"
        )
    for curve in run.curves[:most]:
        print(f"  ~ scalars {shown(curve.tag)}: {_curve_text(curve)}")
    if len(run.curves) > most:
        print(f"  … and {len(run.curves) - most:,} more curves; --most shows more")
    for line in graph_diff_lines(run.graph, most):
        print(f"  {line}")
    for problem in run.problems:
        print(f"  ! {shown(problem)}")


def _curve_text(curve: CurveDiff) -> str:
    """The numbers of two curves that are not the same, and in what else they differ."""
    old, new = curve.old, curve.new
    numbers = [
        ("points", old.points, new.points),
        ("last step", old.last_step, new.last_step),
        ("final", old.final, new.final),
        ("least", old.minimum, new.minimum),
        ("most", old.maximum, new.maximum),
        ("area", curve.old_area, curve.new_area),
    ]
    texts = [(name, number_text(before), number_text(after)) for name, before, after in numbers]
    changes = [f"{name} {before} → {after}" for name, before, after in texts if before != after]
    if curve.largest_difference_step is not None:
        furthest = number_text(curve.largest_difference)
        changes.append(f"furthest apart {furthest} at step {curve.largest_difference_step:,}")
    return ", ".join(changes) or f"differs in {', '.join(curve.differs_in)}"
