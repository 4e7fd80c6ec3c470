"""Scalars of many tags, put together piece by piece into arrays."""

from __future__ import annotations

from array import array
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray


class ScalarColumns(NamedTuple):
    """The scalars of a tag, in the order of the file.

    Attributes:
        steps: int64.
        wall_times: float64, seconds since 1970.
        values: float32, or float64 where a value was stored in double precision.
        offsets: int64, the byte at which the record of each starts.
    """

    steps: NDArray[np.int64]
    wall_times: NDArray[np.float64]
    values: NDArray[np.float32] | NDArray[np.float64]
    offsets: NDArray[np.int64]


class ScalarOfEvent(NamedTuple):
    """A scalar, and where it stands: in the record at an offset, the value of its Event with an index."""

    tag: str
    step: int
    wall_time: float
    value: float
    is_double: bool
    offset: int
    value_index: int


class ScalarCollector:
    """Takes scalars one by one or many at once, in any order of records, and makes columns of them."""

    def __init__(self) -> None:
        self._tags: dict[str, _Pieces] = {}

    def add(self, scalar: ScalarOfEvent) -> None:
        """Takes one scalar. Those of one record come one after the other."""
        self._pieces(scalar.tag, (scalar.offset, scalar.value_index)).add(scalar)

    def add_columns(self, tag: str, columns: ScalarColumns, index: int) -> None:
        """Takes scalars of different records, in the order of these.

        Args:
            tag: their tag.
            columns: the scalars.
            index: the how manieth value of its Event each is.
        """
        self._pieces(tag, (int(columns.offsets[0]), index)).columns.append(columns)

    def _pieces(self, tag: str, first: tuple[int, int]) -> _Pieces:
        pieces = self._tags.get(tag)
        if pieces is None:
            pieces = self._tags[tag] = _Pieces(first)
        pieces.first = min(pieces.first, first)
        return pieces

    def columns(self) -> dict[str, ScalarColumns]:
        """All that was taken; the tags in the order of the file. Nothing is kept."""
        tags, self._tags = self._tags, {}
        in_order = sorted(tags, key=lambda tag: tags[tag].first)
        return {tag: tags.pop(tag).joined() for tag in in_order}


class _Pieces:
    """The scalars of one tag."""

    def __init__(self, first: tuple[int, int]) -> None:
        self.first = first  # the offset of the first one, and which value of its Event it is
        self.columns: list[ScalarColumns] = []
        self._start()

    def _start(self) -> None:
        self._steps = array("q")
        self._wall_times = array("d")
        self._values = array("d")
        self._offsets = array("q")
        self._is_double = False

    def add(self, scalar: ScalarOfEvent) -> None:
        if scalar.is_double != self._is_double:
            self._flush()
            self._is_double = scalar.is_double
        self._steps.append(scalar.step)
        self._wall_times.append(scalar.wall_time)
        self._values.append(scalar.value)
        self._offsets.append(scalar.offset)

    def joined(self) -> ScalarColumns:
        self._flush()
        pieces, self.columns = self.columns, []
        offsets = np.concatenate([piece.offsets for piece in pieces])
        order = None
        if (offsets[1:] < offsets[:-1]).any():
            order = offsets.argsort(kind="stable")
        columns: list[Any] = [list(column) for column in zip(*pieces, strict=True)]
        del pieces
        joined: list[Any] = []
        while columns:
            column = np.concatenate(columns.pop(0))  # and the pieces are let go
            joined.append(column if order is None else column[order])
        return ScalarColumns(*joined)

    def _flush(self) -> None:
        """Makes arrays of what came one by one."""
        if self._steps:
            values: Any = np.array(self._values, np.float64 if self._is_double else np.float32)
            self.columns.append(
                ScalarColumns(
                    np.array(self._steps, np.int64),
                    np.array(self._wall_times, np.float64),
                    values,
                    np.array(self._offsets, np.int64),
                )
            )
            self._start()
