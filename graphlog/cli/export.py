"""``graphlog export``: graphs as drawings and as data, scalars as tables."""

from __future__ import annotations

import json as json_module
from pathlib import Path
from typing import Annotated, Any

import typer

from graphlog.cli.options import AsJson
from graphlog.cli.output import FINE, plain, print_json, shown, waiting

_DRAWINGS = (".svg", ".png", ".dot", ".gv", ".mmd", ".mermaid", ".json")
_GRAPHS = (".pb", ".pbtxt")
_TABLES = (".csv", ".parquet")


def export(
    path: Annotated[str, typer.Argument(help="A graph, or a log.")],
    output: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            help="The file; its ending says what is written. Of graphs .svg, .png, .dot, .mmd, .json, .pb, "
            ".pbtxt; of scalars .csv, .parquet and, with --scalars, .json.",
        ),
    ],
    depth: Annotated[int | None, typer.Option(help="Of drawings: how many levels of scopes.", min=1)] = None,
    scalars: Annotated[bool, typer.Option("--scalars", help="Write the scalars, not the graph.")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the file if it is there.")] = False,
    json: AsJson = False,
) -> int:
    """Write a graph, or the scalars of a log, to a file of another kind."""
    ending = output.suffix.lower()
    if not overwrite and output.exists():
        raise FileExistsError(f"{output} is there already: --overwrite replaces it.")
    with waiting(f"writing {output}"):
        if ending in _TABLES or scalars:
            _export_scalars(path, output)
        elif ending in _GRAPHS:
            _export_graph(path, output)
        elif ending in _DRAWINGS:
            from graphlog.inspect.drawing.drawing import draw_graph

            draw_graph(path, output, depth)
        else:
            known = ", ".join([*_DRAWINGS, *_GRAPHS, *_TABLES])
            raise ValueError(f"{output}: the ending says no known format; known are {known}.")
    size = output.stat().st_size
    if json:
        print_json({"output": str(output), "bytes": size})
    else:
        print(f"Wrote {shown(output)} ({size:,} bytes)")
    return FINE


def _export_scalars(path: str, output: Path) -> None:
    from graphlog.cli.scalar_files import write_csv, write_parquet
    from graphlog.readers.log import open_log

    log = open_log(path)
    curves = [(run.name, run.scalars(tag)) for run in log.values() for tag in run.tags().get("scalars", [])]
    match output.suffix.lower():
        case ".csv":
            write_csv(output, curves)
        case ".parquet":
            write_parquet(output, curves)
        case ".json":
            data: list[Any] = [
                {
                    "run": name,
                    "tag": curve.tag,
                    "step": curve.step,
                    "wall_time": curve.wall_time,
                    "value": curve.value,
                }
                for name, curve in curves
            ]
            output.write_text(json_module.dumps(plain(data)), encoding="utf-8")
        case ending:
            raise ValueError(f"{output}: scalars are written as .csv, .parquet or .json, not as {ending!r}.")


def _export_graph(path: str, output: Path) -> None:
    from google.protobuf import text_format

    from graphlog.adapters.graph_files import load_graph

    graph_def = load_graph(path).as_graph_def(add_shapes=True)
    if output.suffix.lower() == ".pb":
        output.write_bytes(graph_def.SerializeToString())
    else:
        output.write_text(text_format.MessageToString(graph_def), encoding="utf-8")
