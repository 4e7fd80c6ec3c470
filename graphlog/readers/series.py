"""The values of a tag that are read from the file when they are asked for."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from typing import Generic, NamedTuple, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

Item = TypeVar("Item")


class Place(NamedTuple):
    """Where a value stands.

    Attributes:
        file: the number of the file in its run.
        offset: the byte at which its record starts.
        value: the number of the value in the event's summary.
        element: its number among what was logged together in that value.
    """

    file: int
    offset: int
    value: int
    element: int


# Files are in the order in which they are read, and each is smaller than this.
_LARGEST_FILE = 1 << 44  # bytes


def order_of(file: int, offset: int) -> int:
    """A number that grows from one event of a run to the next."""
    return file * _LARGEST_FILE + offset


class Places:
    """The places of the values of a tag, with their steps and wall times, as columns: 36 bytes a value."""

    def __init__(self) -> None:
        self._orders = array("q")
        self._values = array("i")
        self._elements = array("i")
        self._steps = array("q")
        self._wall_times = array("d")

    def __len__(self) -> int:
        return len(self._orders)

    def __getitem__(self, index: int) -> Place:
        file, offset = divmod(self._orders[index], _LARGEST_FILE)
        return Place(file, offset, self._values[index], self._elements[index])

    def append(self, order: int, value: int, element: int, step: int, wall_time: float) -> None:
        """Adds one."""
        self._orders.append(order)
        self._values.append(value)
        self._elements.append(element)
        self._steps.append(step)
        self._wall_times.append(wall_time)

    @property
    def orders(self) -> NDArray[np.int64]:
        """What ``order_of`` gives for each."""
        return np.array(self._orders, np.int64)

    @property
    def steps(self) -> NDArray[np.int64]:
        """The step of each."""
        return np.array(self._steps, np.int64)

    @property
    def wall_times(self) -> NDArray[np.float64]:
        """The wall time of each."""
        return np.array(self._wall_times, np.float64)


class Series(Sequence[Item], Generic[Item]):
    """What stands under a tag, in the order of the file, each read when it is asked for.

    Attributes:
        tag: the tag.
        step: int64, shape [n].
        wall_time: float64, shape [n]: seconds since 1970.
    """

    def __init__(
        self,
        tag: str,
        places: Places,
        chosen: NDArray[np.intp],
        load: Callable[[Sequence[Place]], Iterator[Item]],
    ) -> None:
        self.tag = tag
        self.step = places.steps[chosen]
        self.wall_time = places.wall_times[chosen]
        self._places = places
        self._chosen = chosen
        self._load = load

    def __len__(self) -> int:
        return len(self._chosen)

    @overload
    def __getitem__(self, index: int) -> Item: ...
    @overload
    def __getitem__(self, index: slice) -> Series[Item]: ...
    def __getitem__(self, index: int | slice) -> Item | Series[Item]:
        if isinstance(index, slice):
            return Series(self.tag, self._places, self._chosen[index], self._load)
        return next(self._load([self._places[self._chosen[index]]]))

    def __iter__(self) -> Iterator[Item]:
        return self._load([self._places[index] for index in self._chosen])

    def __repr__(self) -> str:
        if not len(self):
            return f"Series({self.tag!r}, empty)"
        return f"Series({self.tag!r}, {len(self)} values, steps {self.step[0]} to {self.step[-1]})"

    def _repr_html_(self) -> str:
        from graphlog.readers.notebook import series_table

        return series_table(self)
