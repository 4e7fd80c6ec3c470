"""``graphlog inspect``: what a log holds."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Annotated

import typer

from graphlog.cli.number_texts import bytes_text, count_text, duration_text, number_text, plural, time_text
from graphlog.cli.options import AsJson
from graphlog.cli.output import FINE, FOUND, print_json, print_rows, print_styled, print_table, shown
from graphlog.cli.waiting import progress

if TYPE_CHECKING:
    from graphlog.inspect.log_overview import RunOverview, TagOverview

_MOST_NAMED = 20


def inspect(
    path: Annotated[str, typer.Argument(metavar="PATH", help="An event file, a folder, a pattern or a URL.")],
    tags: Annotated[bool, typer.Option("--tags", help="List the tags of each run.")] = False,
    json: AsJson = False,
) -> int:
    """Show the runs of a log, and what is in them.

    Exit status 1 says that something could not be read.
    """
    from graphlog.inspect.log_overview import run_overview
    from graphlog.readers.log import open_log

    log = open_log(path)
    runs = [run_overview(run) for run in progress(log.values(), "reading runs", len(log))]
    damage = [*log.problems, *(item for run in runs for item in run.damage)]
    if json:
        print_json({"path": log.path, "runs": runs, "problems": log.problems})
        return FOUND if damage else FINE
    if len(runs) != 1:
        _print_runs(runs)
    for run in runs:
        if len(runs) == 1:
            _print_run(run)
        elif tags:
            print()
            _print_run(run)
    if len(runs) != 1:
        print(f"{chr(10) * tags}{_total(runs)}")
    if damage:
        print_styled(f"Not everything could be read ({plural(len(damage), 'place')}):", "bold red")
        for item in damage[:_MOST_NAMED]:
            print(f"  {shown(item)}")
        if len(damage) > _MOST_NAMED:
            print(f"  … and {plural(len(damage) - _MOST_NAMED, 'more place')}")
        if runs and not any(run.tags or run.graphs for run in runs) and "tfevents" not in path:
            print("Is this an event file? graphlog graph shows graphs, graphlog convert takes tables.")
        elif any(run.damage for run in runs):
            print(f"graphlog check {shown(shlex.quote(path))} tells more; graphlog repair mends a file.")
    elif not tags and len(runs) > 1:
        print("--tags lists the tags of each run.")
    return FOUND if damage else FINE


def _print_runs(runs: list[RunOverview]) -> None:
    head = ["run", "tags", "values", "steps", "began", "took", "size", "graph", "health"]
    right = ["tags", "values", "took", "size", "graph"]
    rows = [_run_cells(run) for run in runs]
    empty = [place for place in (4, 5, 7) if all(row[place] == "-" for row in rows)]
    kept = [place for place in range(len(head)) if place not in empty]
    if rows:
        names = [head[place] for place in kept]
        breaks = [name for name in ("began", "run") if name in names]
        print_table(names, [[row[place] for place in kept] for row in rows], right, breaks)


def _run_cells(run: RunOverview) -> list[object]:
    steps, times = run.steps, run.times
    return [
        run.name,
        f"{len(run.tags):,}" if run.tags else "-",
        count_text(sum(item.points for item in run.tags)) if run.tags else "-",
        _steps_text(steps) if steps else "-",
        time_text(times[0])[:-3] if times else "-",
        duration_text(times[1] - times[0]) if times and run.tags else "-",
        bytes_text(run.bytes),
        _graph_text(run) or "-",
        _health(run),
    ]


def _steps_text(steps: tuple[int, int]) -> str:
    return f"{steps[0]:,} to {steps[1]:,}" if steps[0] != steps[1] else f"{steps[0]:,}"


def _graph_text(run: RunOverview) -> str:
    """The size of the largest graph of a run."""
    sizes = [graph.nodes for graph in run.graphs if graph.nodes is not None]
    return plural(max(sizes), "node") if sizes else ""


def _health(run: RunOverview) -> str:
    return f"damaged in {plural(len(run.damage), 'place')}" if run.damage else "fine"


def _total(runs: list[RunOverview]) -> str:
    """What all runs hold together."""
    tags, points = sum(len(run.tags) for run in runs), sum(item.points for run in runs for item in run.tags)
    files, sizes = sum(len(run.files) for run in runs), [run.bytes for run in runs if run.bytes is not None]
    size = f" of {bytes_text(sum(sizes))}" if sizes else ""
    texts = [plural(len(runs), "run"), plural(tags, "tag"), plural(points, "value")]
    return f"{', '.join(texts)} in {plural(files, 'file')}{size}"


def _print_run(run: RunOverview) -> None:
    if run.name != ".":
        print_styled(run.name, "bold")
    print_rows(_facts(run), indent=0)
    if run.tags:
        print()
        head = ["tag", "kind", "values", "first step", "last step", "last value"]
        print_table(head, map(_tag_cells, run.tags), right=head[2:])


def _facts(run: RunOverview) -> list[list[object]]:
    """What there is to tell of a run as a whole, a row for each."""
    files = f"{plural(len(run.files), 'file')} of {bytes_text(run.bytes)}"
    facts: list[list[object]] = [["files", f"{files}, {_health(run)}"]]
    if run.times:
        first, last = run.times
        facts.append(["written", f"{time_text(first)} to {time_text(last)} ({duration_text(last - first)})"])
    if run.steps:
        facts.append(["steps", _steps_text(run.steps)])
    points = sum(item.points for item in run.tags)
    facts.append(["tags", f"{len(run.tags):,}, with {plural(points, 'value')}" if run.tags else "none"])
    if run.hyperparameters:
        facts.append(["hyperparameters", f"{run.hyperparameters:,}"])
    for graph in run.graphs:
        size = (
            "damaged" if graph.nodes is None else f"{plural(graph.nodes, 'node')}, {bytes_text(graph.bytes)}"
        )
        facts.append(["graph", f"{graph.name} at step {graph.step:,}: {size}"])
    return facts


def _tag_cells(item: TagOverview) -> list[object]:
    return [
        item.tag,
        item.kind.replace("_", " "),
        count_text(item.points),
        count_text(item.first_step),
        count_text(item.last_step),
        number_text(item.last_value),
    ]
