"""Scalars as files: CSV, Parquet and JSON, with the columns run, tag, step, wall_time and value."""

from __future__ import annotations

import csv
import importlib
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from graphlog.cli.output import plain, shown

if TYPE_CHECKING:
    from graphlog.readers.values import Scalars

Curves = Sequence[tuple[str, "Scalars"]]


def print_csv(curves: Curves) -> None:
    """Prints the points of curves, each given with the name of its run."""
    _write(sys.stdout, curves, shown)


def write_csv(file: Path, curves: Curves) -> None:
    """Writes the points of curves to a file."""
    with file.open("w", newline="", encoding="utf-8") as stream:
        _write(stream, curves, str)


def _write(stream: TextIO, curves: Curves, text: Callable[[str], str]) -> None:
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["run", "tag", "step", "wall_time", "value"])
    for name, curve in curves:
        columns = curve.step.tolist(), curve.wall_time.tolist(), curve.value.tolist()
        writer.writerows([text(name), text(curve.tag), *row] for row in zip(*columns, strict=True))


def write_parquet(file: Path, curves: Curves) -> None:
    """Writes the points of curves to a file.

    Raises:
        ImportError: pyarrow is not there.
    """
    from graphlog.readers.scalar_tables import scalar_table

    table = scalar_table(curves).to_arrow()
    library: Any = importlib.import_module("pyarrow.parquet")
    library.write_table(table, file)


def write_json(file: Path, curves: Curves) -> None:
    """Writes curves to a file: a list of objects with run, tag, and lists of steps, wall times and values."""
    file.write_text(
        json.dumps([plain(curve_columns(name, curve)) for name, curve in curves]), encoding="utf-8"
    )


def curve_columns(name: str, curve: Scalars) -> dict[str, Any]:
    """A curve as columns.

    Args:
        name: the name of its run.
        curve: the curve.
    """
    columns = {"step": curve.step, "wall_time": curve.wall_time, "value": curve.value}
    return {"run": name, "tag": curve.tag, **columns}
