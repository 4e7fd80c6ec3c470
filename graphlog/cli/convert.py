"""``graphlog convert``: graphs and tables as event files."""

from __future__ import annotations

import shlex
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphlog.cli.graph_sources import graph_source
from graphlog.cli.number_texts import plural
from graphlog.cli.options import AsJson, check_local
from graphlog.cli.output import FINE, print_json, print_table, shown
from graphlog.cli.waiting import progress, waiting

if TYPE_CHECKING:
    from graphlog.adapters.history_tables import Curve, HistoryTable


def convert(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="IN",
            help="A GraphDef (.pb, .pbtxt), MetaGraphDef (.meta), SavedModel or event file; or a table of a "
            "training's history (.csv, .tsv, .jsonl, .json, .parquet).",
        ),
    ],
    logdir: Annotated[Path, typer.Argument(metavar="LOGDIR", help="The folder for the event files.")],
    json: AsJson = False,
) -> int:
    """Make an event file of a graph, or of a table of scalars."""
    from graphlog.adapters.history_tables import is_history_table

    check_local(source, logdir)
    if is_history_table(source):
        _convert_table(source, logdir, json)
    else:
        _convert_graph(source, logdir, json)
    return FINE


def _convert_graph(source: Path, logdir: Path, json: bool) -> None:
    from graphlog.adapters.graph_files import load_graph
    from graphlog.core.graph import Graph
    from graphlog.writers.file_writer import FileWriter

    with waiting(f"reading {source}"):
        found = graph_source(str(source), f"graphlog convert {{}} {shlex.quote(str(logdir))}")
        graph = load_graph(found) if isinstance(found, str) else found.graph_def()
    with waiting(f"writing {logdir}"), FileWriter(logdir, on_error="raise") as writer:
        writer.add_graph(graph)
    count = len(graph.get_operations()) if isinstance(graph, Graph) else len(graph.node)
    if json:
        print_json({"kind": "graph", "logdir": str(logdir), "nodes": count})
    else:
        print(f"Wrote a graph of {plural(count, 'node')} to {shown(logdir)}")
        _print_how_to_look(logdir)


def _convert_table(source: Path, logdir: Path, json: bool) -> None:
    from graphlog.adapters.history_tables import read_history_table
    from graphlog.writers.file_writer import FileWriter

    with waiting(f"reading {source}"):
        table = read_history_table(source)
    runs: dict[str, list[Curve]] = {}
    for curve in table.curves:
        runs.setdefault(curve.run, []).append(curve)
    folders = {run: _folder(logdir, run) for run in runs}
    for run, curves in progress(runs.items(), "writing runs", len(runs)):
        with FileWriter(folders[run], on_error="raise") as writer:
            for curve in curves:
                writer.add_scalar_series(curve.tag, curve.steps, curve.values, curve.wall_times)
    if json:
        print_json(_as_data(table, folders))
        return
    print_table(
        ["run", "tag", "points", "first step", "last step"],
        [
            [curve.run or ".", curve.tag, f"{len(curve.steps):,}", curve.steps[0], curve.steps[-1]]
            for curve in table.curves
        ],
        right=["points", "first step", "last step"],
    )
    if not table.step_column:
        print("The table has no column of steps: the rows were counted.")
    if table.rows_without_step:
        print(f"Left out {table.rows_without_step:,} rows that have no step.")
    if table.left_out:
        print(f"Left out, since they hold no numbers: {', '.join(map(shown, table.left_out))}")
    print(f"Wrote {plural(sum(len(curve.steps) for curve in table.curves), 'scalar')} to {shown(logdir)}")
    _print_how_to_look(logdir)


def _print_how_to_look(logdir: Path) -> None:
    print(f"To see it: graphlog view {shown(shlex.quote(str(logdir)))}")


def _folder(logdir: Path, run: str) -> Path:
    """The folder of a run, whose name comes from a file and may not lead elsewhere."""
    parts = PurePosixPath(run.replace("\\", "/")).parts
    if "\0" in run or any(part in ("..", "/") or ":" in part for part in parts):
        raise ValueError(f"the run {run!r} would be written outside of {logdir}: give it another name")
    return logdir.joinpath(*parts)


def _as_data(table: HistoryTable, folders: dict[str, Path]) -> dict[str, Any]:
    return {
        "kind": "scalars",
        "step_column": table.step_column,
        "left_out": table.left_out,
        "rows_without_step": table.rows_without_step,
        "series": [
            {
                "run": curve.run or ".",
                "folder": str(folders[curve.run]),
                "tag": curve.tag,
                "points": len(curve.steps),
            }
            for curve in table.curves
        ],
    }
