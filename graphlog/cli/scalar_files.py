"""Scalars as files: CSV and Parquet, with the columns run, tag, step, wall_time and value."""

from __future__ import annotations

import csv
import importlib
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from graphlog.cli.output import shown

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
