"""Queues that give their elements in another order than the one in which they came, or filled up."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from graphlog.core.dtypes import DType, string
from graphlog.core.shapes import StaticShape
from graphlog.ops.inputs.queue_storage import Element, TensorQueue
from graphlog.ops.random.philox import Generator


class RandomShuffleQueue(TensorQueue):
    """A queue that gives its elements in random order.

    Args:
        *arguments: those of ``TensorQueue``.
        min_after_dequeue: how many elements stay in it until it is closed, so that they are mixed well.
        seeds: the two seeds; another order each time where both are 0.
    """

    kind = "RandomShuffleQueue"

    def __init__(self, *arguments: Any, min_after_dequeue: int, seeds: tuple[int, int]) -> None:
        super().__init__(*arguments)
        self._minimum = min_after_dequeue
        self._generator = Generator(*seeds)
        self._numbers: list[int] = []
        self._elements = []

    def _take(self) -> Element:
        if not self._numbers:
            self._numbers = self._generator.reserve(1).integers(4).tolist()
        elements: list[Element] = self._elements
        index = self._numbers.pop(0) % len(elements)
        # The last one takes its place.
        elements[index], elements[-1] = elements[-1], elements[index]
        return elements.pop()

    def _put_back(self, elements: Sequence[Element]) -> None:
        self._elements.extend(elements)

    def _available(self, missing: int) -> int:
        return len(self._elements) - (0 if self._is_closed else self._minimum)


class PaddingFIFOQueue(TensorQueue):
    """A queue whose elements differ in size, and are filled up with zeros where several are taken."""

    kind = "PaddingFIFOQueue"

    def _available(self, missing: int) -> int:
        # All at once: only then it is known how large the largest is.
        return len(self._elements) if len(self._elements) >= missing else 0

    def _check_batches(self) -> None:
        pass

    def _joined(self, values: Sequence[Any], dtype: DType, shape: StaticShape) -> Any:
        sizes = [0 if size is None else size for size in shape or ()]
        largest = np.max([np.shape(value) for value in values], axis=0, initial=0) if values else sizes
        padding: Any = b"" if dtype is string else 0
        result = np.full((len(values), *[int(size) for size in largest]), padding, dtype.numpy_dtype)
        for index, value in enumerate(values):
            part: tuple[Any, ...] = tuple([slice(size) for size in np.shape(value)])
            result[(index, *part, ...)] = value
        return result


class PriorityQueue(TensorQueue):
    """A queue that gives the element with the smallest first component, its priority, first."""

    kind = "PriorityQueue"

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._elements = []
        self._order = itertools.count()

    def _put(self, element: Element) -> None:
        # The second number keeps equal priorities in the order in which they came.
        heapq.heappush(self._elements, (int(element[0]), next(self._order), element))

    def _take(self) -> Element:
        element: Element = heapq.heappop(self._elements)[-1]
        return element

    def _put_back(self, elements: Sequence[Element]) -> None:
        for element in elements:
            self._put(element)
