"""Scalars of many tags and runs as one long table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from graphlog.adapters.missing_libraries import required
from graphlog.readers.values import Scalars

if TYPE_CHECKING:
    import pandas
    import pyarrow


@dataclass(frozen=True, eq=False, repr=False)
class ScalarTable:
    """Scalars, one a row: run by run, tag by tag, in the order of the file.

    Attributes:
        runs: the names of the runs.
        tags: the names of the tags.
        run_number: int32, shape [n]: which of ``runs`` each is of.
        tag_number: int32, shape [n]: which of ``tags``.
        step: int64, shape [n].
        wall_time: float64, shape [n]: seconds since 1970.
        value: float32, or float64 where one was written, shape [n].
    """

    runs: list[str]
    tags: list[str]
    run_number: NDArray[np.int32]
    tag_number: NDArray[np.int32]
    step: NDArray[np.int64]
    wall_time: NDArray[np.float64]
    value: NDArray[Any]

    def __len__(self) -> int:
        return len(self.step)

    def __repr__(self) -> str:
        return f"ScalarTable({len(self)} rows, {len(self.tags)} tags of {len(self.runs)} runs)"

    @property
    def run(self) -> NDArray[np.object_]:
        """The name of each row's run: an array of str."""
        return _names(self.runs)[self.run_number]

    @property
    def tag(self) -> NDArray[np.object_]:
        """Each row's tag: an array of str."""
        return _names(self.tags)[self.tag_number]

    def to_pandas(self) -> pandas.DataFrame:
        """A DataFrame with the columns run, tag (both categorical), step, wall_time and value.

        Raises:
            ImportError: pandas is not there.
        """
        library = required("pandas", "pandas")
        columns = {
            "run": library.Categorical.from_codes(self.run_number, self.runs),
            "tag": library.Categorical.from_codes(self.tag_number, self.tags),
            "step": self.step,
            "wall_time": self.wall_time,
            "value": self.value,
        }
        frame: pandas.DataFrame = library.DataFrame(columns)
        return frame

    def to_arrow(self) -> pyarrow.Table:
        """A Table with the columns run, tag (both dictionaries), step, wall_time and value.

        Raises:
            ImportError: pyarrow is not there.
        """
        library = required("pyarrow", "pyarrow")
        names = library.DictionaryArray.from_arrays
        columns = {
            "run": names(library.array(self.run_number), library.array(self.runs, library.string())),
            "tag": names(library.array(self.tag_number), library.array(self.tags, library.string())),
            "step": library.array(self.step),
            "wall_time": library.array(self.wall_time),
            "value": library.array(self.value),
        }
        table: pyarrow.Table = library.table(columns)
        return table


def scalar_table(curves: Iterable[tuple[str, Scalars]]) -> ScalarTable:
    """Puts curves one below the other.

    Args:
        curves: each with the name of its run.
    """
    runs: dict[str, int] = {}
    tags: dict[str, int] = {}
    run_numbers, tag_numbers, steps, wall_times, values = [], [], [], [], []
    for run, curve in curves:
        size = len(curve)
        run_numbers.append(np.full(size, runs.setdefault(run, len(runs)), np.int32))
        tag_numbers.append(np.full(size, tags.setdefault(curve.tag, len(tags)), np.int32))
        steps.append(curve.step)
        wall_times.append(curve.wall_time)
        values.append(curve.value)
    return ScalarTable(
        list(runs),
        list(tags),
        _joined(run_numbers, np.int32),
        _joined(tag_numbers, np.int32),
        _joined(steps, np.int64),
        _joined(wall_times, np.float64),
        _joined(values, np.float32),
    )


def _joined(pieces: list[NDArray[Any]], dtype: Any) -> NDArray[Any]:
    return np.concatenate(pieces) if pieces else np.empty(0, dtype)


def _names(names: list[str]) -> NDArray[np.object_]:
    array = np.empty(len(names), object)
    array[:] = names
    return array
