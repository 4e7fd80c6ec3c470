"""Scalars of many tags, put together piece by piece into arrays."""

from __future__ import annotations

from array import array
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

_FEWEST_FOR_ROOM = 1 << 14  # scalars of a tag
_LARGEST_ROOM = 1 << 22
_SPARE = 1.05


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
    """Takes scalars one by one or many at once, in any order of records, and makes columns of them.

    Attributes:
        share_read: which share of the file has been read, more than 0 and at most 1, as far as that is known.
    """

    def __init__(self) -> None:
        self.share_read = 1.0
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
        self._pieces(tag, (int(columns.offsets[0]), index)).add_columns(columns, self.share_read)

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
        self._columns: list[ScalarColumns] = []
        self._count = 0  # in these
        self._room: _Room | None = None
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

    def add_columns(self, columns: ScalarColumns, share_read: float) -> None:
        if self._room is not None and self._room.takes(columns):
            self._room.add(columns)
            return
        self._columns.append(columns)
        self._count += len(columns.steps)
        if self._room is None and self._count >= _FEWEST_FOR_ROOM:
            so_far = _joined(self._columns)
            self._columns = []
            expected = int(len(so_far.steps) / share_read * _SPARE)
            self._room = _Room(so_far, max(len(so_far.steps), min(expected, _LARGEST_ROOM)))

    def joined(self) -> ScalarColumns:
        self._flush()
        if self._room is not None:
            self._columns.insert(0, self._room.columns())
            self._room = None
        pieces, self._columns = self._columns, []
        return _joined(pieces)

    def _flush(self) -> None:
        """Makes arrays of what came one by one."""
        if self._steps:
            values: Any = np.array(self._values, np.float64 if self._is_double else np.float32)
            self._columns.append(
                ScalarColumns(
                    np.array(self._steps, np.int64),
                    np.array(self._wall_times, np.float64),
                    values,
                    np.array(self._offsets, np.int64),
                )
            )
            self._start()


class _Room:
    """Arrays for as many scalars as are expected, filled while they come.

    Else all were in memory twice when they are put together, and new memory is what takes the most time. What
    is not used of the arrays is never touched, and so takes none.

    Args:
        columns: the scalars that come first.
        capacity: for how many there is room.
    """

    def __init__(self, columns: ScalarColumns, capacity: int) -> None:
        self._arrays: list[NDArray[Any]] = [np.empty(capacity, column.dtype) for column in columns]
        self._count = 0
        self.add(columns)

    def takes(self, columns: ScalarColumns) -> bool:
        """Whether there is room for scalars that are no more precise, and come after those that are there."""
        _, _, values, offsets = self._arrays
        return (
            self._count + len(columns.steps) <= len(values)
            and columns.values.dtype.itemsize <= values.dtype.itemsize
            and bool(offsets[self._count - 1] <= columns.offsets[0])
        )

    def add(self, columns: ScalarColumns) -> None:
        end = self._count + len(columns.steps)
        for room, column in zip(self._arrays, columns, strict=True):
            room[self._count : end] = column
        self._count = end

    def columns(self) -> ScalarColumns:
        """What is there; nothing can be added any more."""
        for room in self._arrays:
            room.resize(self._count, refcheck=False)  # gives back the rest, and copies nothing
        return ScalarColumns(*self._arrays)


def _joined(pieces: list[ScalarColumns]) -> ScalarColumns:
    """Pieces put together in the order of the file, and let go one column after the other."""
    if len(pieces) == 1:
        return pieces[0]
    order = None
    if any(following.offsets[0] < piece.offsets[-1] for piece, following in pairwise(pieces)):
        order = np.concatenate([piece.offsets for piece in pieces]).argsort(kind="stable")
    columns: list[Any] = [list(column) for column in zip(*pieces, strict=True)]
    pieces.clear()
    joined: list[Any] = []
    while columns:
        column = np.concatenate(columns.pop(0))
        joined.append(column if order is None else column[order])
    return ScalarColumns(*joined)
