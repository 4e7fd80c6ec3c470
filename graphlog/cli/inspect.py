"""``graphlog inspect``: what a log holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from graphlog.cli.number_texts import bytes_text, count_text, duration_text, number_text, plural, time_text
from graphlog.cli.options import AsJson
from graphlog.cli.output import FINE, FOUND, print_json, print_table, progress, shown

if TYPE_CHECKING:
    from graphlog.inspect.log_overview import RunOverview


def inspect(
    path: Annotated[str, typer.Argument(help="An event file, a folder, a pattern or a URL.")],
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
    _print_runs(runs)
    for run in runs:
        if tags or len(runs) == 1:
            _print_tags(run)
    if damage:
        print(f"\nNot everything could be read ({plural(len(damage), 'place')}):")
        for item in damage:
            print(f"  {shown(item)}")
    return FOUND if damage else FINE


def _print_runs(runs: list[RunOverview]) -> None:
    damaged = any(run.damage for run in runs)
    head = ["run", "scalars", "others", "steps", "began", "size", "nodes", *(["damage"] if damaged else [])]
    print_table(head, [_run_cells(run)[: len(head)] for run in runs], right=["size", "nodes", "damage"])
    tags, points = sum(len(run.tags) for run in runs), sum(item.points for run in runs for item in run.tags)
    print(f"{plural(len(runs), 'run')}, {plural(tags, 'tag')}, {plural(points, 'value')}")


def _run_cells(run: RunOverview) -> list[object]:
    scalars = run.of_kind("scalars")
    steps, times = run.steps, run.times
    nodes = [graph.nodes for graph in run.graphs if graph.nodes is not None]
    return [
        run.name,
        f"{len(scalars):,} × {max(item.points for item in scalars):,}" if scalars else "-",
        plural(len(run.tags) - len(scalars), "tag") if len(run.tags) > len(scalars) else "-",
        f"{steps[0]:,} to {steps[1]:,}" if steps else "-",
        time_text(times[0])[:-3] if times else "-",
        bytes_text(run.bytes),
        count_text(max(nodes)) if nodes else "-",
        len(run.damage) or "-",
    ]


def _print_tags(run: RunOverview) -> None:
    print(f"\n{shown(run.name)}: {_summary(run)}")
    print_table(
        ["tag", "kind", "values", "first step", "last step", "last value"],
        [
            [
                item.tag,
                item.kind.replace("_", " "),
                count_text(item.points),
                count_text(item.first_step),
                count_text(item.last_step),
                number_text(item.last_value),
            ]
            for item in run.tags
        ],
        right=["values", "first step", "last step", "last value"],
    )
    for graph in run.graphs:
        size = f"{count_text(graph.nodes)} nodes, {bytes_text(graph.bytes)}"
        print(f"graph {shown(graph.name)} at step {graph.step}: {size}")


def _summary(run: RunOverview) -> str:
    """The files, the time and what has no row of its own."""
    parts = [f"{plural(len(run.files), 'file')} of {bytes_text(run.bytes)}"]
    if run.times:
        first, last = run.times
        parts.append(f"{time_text(first)} to {time_text(last)} ({duration_text(last - first)})")
    if run.hyperparameters:
        parts.append(plural(run.hyperparameters, "hyperparameter"))
    return ", ".join(parts)
