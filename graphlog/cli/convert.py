"""``graphlog convert``: graphs and tables as event files."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphlog.cli.options import AsJson
from graphlog.cli.output import FINE, print_json, print_table, progress, shown, waiting

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
    """Turn a graph, or a table of a training's history, into an event file."""
    from graphlog.adapters.history_tables import is_history_table

    if is_history_table(source):
        _convert_table(source, logdir, json)
    else:
        _convert_graph(source, logdir, json)
    return FINE


def _convert_graph(source: Path, logdir: Path, json: bool) -> None:
    from graphlog.adapters.graph_files import load_graph
    from graphlog.writers.file_writer import FileWriter

    with waiting(f"reading {source}"):
        graph = load_graph(source)
    with waiting(f"writing {logdir}"), FileWriter(logdir, on_error="raise") as writer:
        writer.add_graph(graph)
    count = len(graph.get_operations())
    if json:
        print_json({"kind": "graph", "logdir": str(logdir), "nodes": count})
    else:
        print(f"Wrote a graph of {count:,} nodes to {shown(logdir)}")


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
    print(f"Wrote {sum(len(curve.steps) for curve in table.curves):,} scalars to {shown(logdir)}")


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
