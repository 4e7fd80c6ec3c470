"""Tables of a training's history, as trackers export them: CSV, JSON lines and Parquet as curves."""

from __future__ import annotations

import csv
import errno
import itertools
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphlog.adapters.missing_libraries import required

ENDINGS = (".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".parquet")

# What columns are called, in the order in which they are looked for; the case does not matter.
_STEPS = ("step", "_step", "global_step", "steps", "iteration", "iter", "epoch", "trainer/global_step")
_WALL_TIMES = ("wall_time", "wall time", "_timestamp", "timestamp", "walltime", "wallclock")
_TAGS = ("tag", "metric", "key", "name")
_VALUES = ("value",)
_RUNS = ("run", "run_name", "run_id", "experiment")
# Later than year 5000 in seconds, so milliseconds are meant.
_MOST_SECONDS = 1e11


@dataclass(frozen=True, eq=False)
class Curve:
    """The numbers of one tag of one run.

    Attributes:
        run: the run; empty where the table is of one run.
        tag: the tag.
        steps: int64, shape [n].
        values: float64, shape [n].
        wall_times: float64, shape [n]: seconds since 1970, where one is missing the one before; None where
            the table has none.
    """

    run: str
    tag: str
    steps: NDArray[np.int64]
    values: NDArray[np.float64]
    wall_times: NDArray[np.float64] | None


@dataclass(frozen=True, eq=False)
class HistoryTable:
    """What a table holds.

    Attributes:
        curves: the curves.
        step_column: the column of the steps; empty where rows were counted.
        left_out: the columns that hold no numbers.
        rows_without_step: how many rows are left out since they have no step.
    """

    curves: tuple[Curve, ...]
    step_column: str
    left_out: tuple[str, ...]
    rows_without_step: int


def is_history_table(path: str | os.PathLike[str]) -> bool:
    """Whether a file is a table by the ending of its name."""
    return Path(path).suffix.lower() in ENDINGS


def read_history_table(path: str | os.PathLike[str]) -> HistoryTable:
    """Reads a table of a training's history.

    A table with columns for tag and value is taken as a long one, with a number in each row. In any other
    each column of numbers is a tag. The steps are in a column ``step``, ``_step``, ``global_step``,
    ``iteration`` or ``epoch``, or else rows are counted from 0; times in ``wall_time``, ``_timestamp`` or
    ``timestamp``. Cells that are empty are left out.

    Args:
        path: a file that ends in ``.csv``, ``.tsv``, ``.jsonl``, ``.ndjson``, ``.json`` (a list of objects)
            or ``.parquet``.

    Raises:
        ValueError: the file is no such table, or holds no numbers; the message says where.
        ImportError: it is a Parquet file, and pyarrow is not there.
        OSError: it cannot be read.
    """
    file = Path(path)
    if file.exists() and not file.is_file() and not file.is_dir():
        # Reading a pipe or a device might never end.
        raise OSError(errno.EINVAL, "neither a file nor a folder", str(file))
    columns = _read(file)
    names = {name.strip().lower(): name for name in columns}
    step_column = _found(names, _STEPS)
    time_column = _found(names, _WALL_TIMES)
    tag_column, value_column = _found(names, _TAGS), _found(names, _VALUES)
    count = len(next(iter(columns.values()), ()))
    steps: list[int | None] = list(range(count))
    if step_column:
        steps = _steps(file, step_column, columns[step_column])
    times = _times(file, time_column, columns[time_column]) if time_column else None
    left_out: list[str] = []
    if tag_column and value_column:
        run_column = _found(names, _RUNS)
        runs = columns[run_column] if run_column else itertools.repeat("", count)
        keys = [(_text(run), _text(tag)) for run, tag in zip(runs, columns[tag_column], strict=True)]
        numbers = _numbers(columns[value_column])
        if numbers is None:
            raise ValueError(f"{file}: column {value_column!r} holds something that is no number.")
        rows: dict[tuple[str, str], list[int]] = {}
        for row, key in enumerate(keys):
            if key[1]:
                rows.setdefault(key, []).append(row)
        curves = [_curve(*key, chosen, steps, numbers, times) for key, chosen in rows.items()]
    else:
        curves = []
        for name, cells in columns.items():
            if name in (step_column, time_column):
                continue
            found = _numbers(cells)
            if found is None:
                left_out.append(name)
            else:
                tag = _tag_of_file(file) if name == value_column else name.strip()
                curves.append(_curve("", tag, range(count), steps, found, times))
    curves = [curve for curve in curves if len(curve.steps)]
    if not curves:
        raise ValueError(f"{file} holds no column of numbers.")
    return HistoryTable(tuple(curves), step_column, tuple(left_out), steps.count(None))


def _curve(
    run: str,
    tag: str,
    rows: Iterable[int],
    steps: Sequence[int | None],
    values: Sequence[float | None],
    times: Sequence[float] | None,
) -> Curve:
    """The curve of some rows, without those where the value or the step is missing."""
    kept = [row for row in rows if values[row] is not None and steps[row] is not None]
    return Curve(
        run,
        tag,
        np.array([steps[row] for row in kept], np.int64),
        np.array([values[row] for row in kept], np.float64),
        None if times is None else np.array([times[row] for row in kept], np.float64),
    )


def _found(names: Mapping[str, str], wanted: Sequence[str]) -> str:
    return next((names[name] for name in wanted if name in names), "")


def _tag_of_file(file: Path) -> str:
    """The tag that TensorBoard puts into the name of what it exports: ``run-train-tag-loss.csv``."""
    return file.stem.rpartition("-tag-")[2].strip() or file.stem


# Files


def _read(file: Path) -> dict[str, list[Any]]:
    """The cells by column."""
    ending = file.suffix.lower()
    if ending == ".parquet":
        return _parquet(file)
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{file} is no text in UTF-8: {error}") from None
    if ending in (".csv", ".tsv"):
        return _csv(file, text, "\t" if ending == ".tsv" else ",")
    return _json(file, text)


def _csv(file: Path, text: str, separator: str) -> dict[str, list[Any]]:
    try:
        rows = [row for row in csv.reader(text.splitlines(keepends=True), delimiter=separator) if row]
    except csv.Error as error:
        raise ValueError(f"{file} is no table: {error}") from None
    if not rows:
        raise ValueError(f"{file} is empty.")
    head, body = rows[0], rows[1:]
    twice = next((name for index, name in enumerate(head) if name in head[:index]), None)
    if twice is not None:
        raise ValueError(f"{file} has two columns {twice!r}.")
    for number, row in enumerate(body, 2):
        if len(row) > len(head):
            raise ValueError(f"{file}: row {number} has {len(row)} cells, the head {len(head)}.")
    width = len(head)
    filled = [row if len(row) == width else [*row, *[""] * (width - len(row))] for row in body]
    return {name: [row[index] for row in filled] for index, name in enumerate(head)}


def _json(file: Path, text: str) -> dict[str, list[Any]]:
    try:
        if text.lstrip().startswith("["):
            rows = json.loads(text)
        else:
            rows = [json.loads(line) for line in text.splitlines() if line.strip()]
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{file} is no JSON: {error}") from None
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict):
            raise ValueError(f"{file}: record {number} is no JSON object.")
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: [row.get(name) for row in rows] for name in names}


def _parquet(file: Path) -> dict[str, list[Any]]:
    library, parquet = required("pyarrow", "pyarrow"), required("pyarrow.parquet", "pyarrow")
    try:
        columns: dict[str, list[Any]] = parquet.read_table(file).to_pydict()
    except library.ArrowException as error:
        raise ValueError(f"{file} is no Parquet file: {error}") from None
    return columns


# Cells


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell).strip()


def _is_missing(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _numbers(cells: Sequence[Any]) -> list[float | None] | None:
    """The numbers of a column, None for those that are missing; None where there are none, or others."""
    found: list[float | None] = []
    for cell in cells:
        if _is_missing(cell):
            found.append(None)
        elif isinstance(cell, bool):
            return None
        else:
            try:
                found.append(float(cell))
            except (TypeError, ValueError, OverflowError):
                return None
    return found if any(number is not None for number in found) else None


def _steps(file: Path, column: str, cells: Sequence[Any]) -> list[int | None]:
    found: list[int | None] = []
    for row, cell in enumerate(cells, 1):
        if _is_missing(cell):
            found.append(None)
            continue
        try:
            step = (
                int(cell) if isinstance(cell, int) or str(cell).strip().lstrip("-").isdigit() else float(cell)
            )
            if step != int(step) or not -(1 << 63) <= step < 1 << 63:
                raise ValueError
        except (TypeError, ValueError, OverflowError):
            raise ValueError(
                f"{file}: a step is a whole number of 64 bits, not {cell!r} (column {column!r}, row {row})."
            ) from None
        found.append(int(step))
    return found


def _times(file: Path, column: str, cells: Sequence[Any]) -> list[float] | None:
    """The times of all rows; None where there is none at all."""
    found: list[float | None] = []
    for row, cell in enumerate(cells, 1):
        if _is_missing(cell):
            found.append(None)
            continue
        try:
            seconds = _seconds(cell)
            if not np.isfinite(seconds):
                raise ValueError
        except (TypeError, ValueError, OverflowError):
            raise ValueError(
                f"{file}: {cell!r} is neither seconds since 1970 nor a date (column {column!r}, row {row})."
            ) from None
        found.append(seconds)
    known = next((seconds for seconds in found if seconds is not None), None)
    if known is None:
        return None
    filled: list[float] = []
    for time in found:
        known = known if time is None else time
        filled.append(known)
    return filled


def _seconds(cell: Any) -> float:
    if isinstance(cell, datetime):
        return cell.timestamp()
    try:
        seconds = float(cell)
    except ValueError:
        return datetime.fromisoformat(str(cell).strip()).timestamp()
    return seconds / 1000 if seconds > _MOST_SECONDS else seconds
