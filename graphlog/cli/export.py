"""``graphlog export``: graphs as drawings and as data, scalars as tables."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from graphlog.cli.graph_sources import graph_source
from graphlog.cli.number_texts import bytes_text, plural
from graphlog.cli.options import AsJson
from graphlog.cli.output import FINE, print_json, shown
from graphlog.cli.unread import tell_unread
from graphlog.cli.waiting import waiting

_DRAWINGS = (".svg", ".png", ".dot", ".gv", ".mmd", ".mermaid", ".json")
_GRAPHS = (".pb", ".pbtxt")
_TABLES = (".csv", ".parquet")


def export(
    path: Annotated[str, typer.Argument(metavar="PATH", help="A graph, or a log.")],
    output: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="The file; its ending says what is written. Of graphs .svg, .png, .dot, .mmd, .json, .pb, "
            ".pbtxt; of scalars .csv, .parquet and, with --scalars, .json.",
        ),
    ],
    depth: Annotated[
        int | None, typer.Option(metavar="N", help="Of drawings: how many levels of scopes.", min=1)
    ] = None,
    scalars: Annotated[bool, typer.Option("--scalars", help="Write the scalars, not the graph.")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the file if it is there.")] = False,
    json: AsJson = False,
) -> int:
    """Write a graph as a picture or data, or scalars as a table.

    Exit status 1 says that something of the log could not be read.
    """
    ending = output.suffix.lower()
    if not overwrite and output.exists():
        raise FileExistsError(f"{output} is there already: --overwrite replaces it.")
    status = FINE
    with waiting(f"writing {output}"):
        if ending in _TABLES or scalars:
            what, status = _export_scalars(path, output)
        elif ending in _DRAWINGS + _GRAPHS:
            what = _export_graph(path, output, depth)
        else:
            known = ", ".join([*_DRAWINGS, *_GRAPHS, *_TABLES])
            raise ValueError(f"{output}: the ending says no known format; known are {known}.")
    size = output.stat().st_size
    if json:
        print_json({"output": str(output), "bytes": size})
    else:
        print(f"Wrote {shown(output)}: {what}, {bytes_text(size)}")
    return status


def _export_scalars(path: str, output: Path) -> tuple[str, int]:
    """Writes a table, and says how much is in it, and whether something could not be read."""
    from graphlog.cli.scalar_files import write_csv, write_json, write_parquet
    from graphlog.readers.log import open_log

    writers = {".csv": write_csv, ".parquet": write_parquet, ".json": write_json}
    ending = output.suffix.lower()
    if ending not in writers:
        raise ValueError(f"{output}: scalars are written as {', '.join(writers)}, not as {ending!r}.")
    log = open_log(path)
    curves = [(run.name, run.scalars(tag)) for run in log.values() for tag in run.tags().get("scalars", [])]
    if not curves:
        raise ValueError(f"{path} holds no scalars. graphlog inspect shows what it holds.")
    writers[ending](output, curves)
    count = plural(sum(len(curve) for _, curve in curves), "scalar")
    return f"{count} of {plural(len(curves), 'curve')}", tell_unread(log)


def _export_graph(path: str, output: Path, depth: int | None) -> str:
    """Writes a drawing, or the graph itself, and says how large that is."""
    source = graph_source(path, f"graphlog export {{}} -o {shlex.quote(str(output))}")
    ending = output.suffix.lower()
    if ending in _DRAWINGS:
        from graphlog.inspect.drawing.drawing import draw_graph

        drawing = draw_graph(source, output, depth)
        return f"a drawing of {plural(drawing.graph.operation_count, 'node')}"
    from google.protobuf import text_format

    from graphlog.adapters.graph_files import load_graph

    if isinstance(source, str):
        graph_def = load_graph(source).as_graph_def(add_shapes=True)
    else:
        graph_def = source.graph_def()
    if ending == ".pb":
        output.write_bytes(graph_def.SerializeToString())
    else:
        output.write_text(text_format.MessageToString(graph_def), encoding="utf-8")
    return plural(len(graph_def.node), "node")
