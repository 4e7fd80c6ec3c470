"""Queues of tensors, which several threads may fill and empty at a time."""

from __future__ import annotations

import itertools
import threading
from collections import deque
from collections.abc import Sequence
from typing import Any

import numpy as np

from graphlog.core.dtypes import DType, as_dtype
from graphlog.core.errors import CancelledError, OutOfRangeError
from graphlog.core.session_state import Cancellable
from graphlog.core.shapes import StaticShape, bracketed, is_compatible, is_fully_defined
from graphlog.core.time_limits import seconds_left

Element = tuple[Any, ...]

_TYPE_NAMES = {"float32": "float", "float64": "double", "float16": "half"}
_numbers = itertools.count()


class _Attempt:
    """Somebody who waits in line to enqueue, to dequeue, or to close."""

    def __init__(self) -> None:
        self.is_cancelled = False


class TensorQueue(Cancellable):
    """A queue, first in, first out. Each element is a tuple of arrays, its components.

    Whoever enqueues waits while it is full, whoever dequeues while it is empty; both are served in the
    order in which they came.

    Args:
        shared_name: its name; empty for one of its own.
        op_name: the name of its operation.
        capacity: how many elements it holds; any number if negative.
        dtypes: the dtypes of the components.
        shapes: their shapes; none if these are not known.
    """

    kind = "FIFOQueue"

    def __init__(
        self,
        shared_name: str,
        op_name: str,
        capacity: int,
        dtypes: Sequence[DType],
        shapes: Sequence[StaticShape],
    ) -> None:
        self.name = shared_name or f"_{next(_numbers)}_{op_name}"
        self.capacity = capacity
        self.dtypes = list(dtypes)
        self.shapes = list(shapes)
        self._condition = threading.Condition()
        self._enqueuing: deque[_Attempt] = deque()
        self._dequeuing: deque[_Attempt] = deque()
        self._is_closed = False
        self._is_cancelled = False
        self._elements: Any = deque()

    # What the kinds of queues do in their own ways.

    def _put(self, element: Element) -> None:
        self._elements.append(element)

    def _take(self) -> Element:
        element: Element = self._elements.popleft()
        return element

    def _put_back(self, elements: Sequence[Element]) -> None:
        self._elements.extendleft(reversed(elements))

    def _available(self, missing: int) -> int:
        """How many elements may be taken now by somebody who wants so many more."""
        return len(self._elements)

    def _joined(self, values: Sequence[Any], dtype: DType, shape: StaticShape) -> Any:
        assert is_fully_defined(shape)
        result = np.empty((len(values), *shape), dtype.numpy_dtype)
        for index, value in enumerate(values):
            result[index, ...] = value  # with the dots, since a string is an array without a dimension
        return result

    def _check_batches(self) -> None:
        if not self.shapes or not all(map(is_fully_defined, self.shapes)):
            raise ValueError(
                f"{self.kind}'s DequeueMany and DequeueUpTo require the components to have specified shapes."
            )

    # What operations do with a queue.

    def enqueue(self, components: Sequence[Any]) -> None:
        """Puts one element into the queue.

        Args:
            components: its components.

        Raises:
            ValueError: their dtypes or shapes are not those of the queue.
            CancelledError: the queue is closed.
        """
        self._check_count(components)
        for index, (value, shape) in enumerate(zip(components, self.shapes, strict=False)):
            if not is_compatible(shape, np.shape(value)):
                raise _shape_mismatch(index, shape, value)
        self._enqueue([_owned(components, self.dtypes)])

    def enqueue_many(self, components: Sequence[Any]) -> None:
        """Puts several elements into the queue, one after the other.

        Args:
            components: arrays whose rows are their components.

        Raises:
            ValueError: their dtypes or shapes are not those of the queue.
            CancelledError: the queue is closed, perhaps after some of them were put into it.
        """
        self._check_count(components)
        sizes = [np.shape(value)[:1] for value in components]
        for index, (size, value) in enumerate(zip(sizes, components, strict=True)):
            if not size:
                raise ValueError(f"All components must have at least one dimension; {index} is a scalar")
            if size != sizes[0]:
                raise ValueError(
                    "All input tensors must have the same size in the 0th dimension. Component "
                    f"{index} has {size[0]}, and should have {sizes[0][0]}"
                )
            if self.shapes and not is_compatible(self._rows(size, index), np.shape(value)):
                raise _shape_mismatch(index, self._rows(size, index), value)
        self._enqueue(list(zip(*_owned(components, self.dtypes), strict=True)))

    def _rows(self, size: tuple[int, ...], index: int) -> StaticShape:
        shape = self.shapes[index]
        return None if shape is None else (*size, *shape)

    def _check_count(self, components: Sequence[Any]) -> None:
        if len(components) != len(self.dtypes):
            given = _names([as_dtype(np.asarray(value).dtype) for value in components])
            raise ValueError(
                f"Signature mismatch, have: resource, {given}-> expected: resource, {_names(self.dtypes)}->"
            )

    def check_output_types(self, dtypes: Sequence[DType]) -> None:
        """Raises ValueError where these are not the dtypes of the components."""
        if list(dtypes) != self.dtypes:
            raise ValueError(
                f"Signature mismatch, have: resource->{_names(dtypes)} expected: "
                f"resource->{_names(self.dtypes)}"
            )

    def _enqueue(self, elements: Sequence[Element]) -> None:
        attempt = _Attempt()
        with self._condition:
            self._enqueuing.append(attempt)
            try:
                for element in elements:
                    while not self._may_put(attempt):
                        self._condition.wait(seconds_left())
                    self._put(element)
                    self._condition.notify_all()
            finally:
                self._enqueuing.remove(attempt)
                self._condition.notify_all()

    def _may_put(self, attempt: _Attempt) -> bool:
        if attempt.is_cancelled or self._is_cancelled:
            raise CancelledError(None, None, "Enqueue operation was cancelled")
        if self._enqueuing[0] is not attempt:
            return False
        if self._is_closed:
            raise CancelledError(None, None, f"{self.kind} '{self.name}' is closed.")
        return self.capacity < 0 or len(self._elements) < self.capacity

    def dequeue(self) -> tuple[Any, ...]:
        """Takes one element: an array for each component.

        Raises:
            OutOfRangeError: the queue is closed and empty.
        """
        (element,) = self._dequeue(1, may_be_fewer=False)
        return tuple(
            [np.asarray(value, dtype.numpy_dtype) for value, dtype in zip(element, self.dtypes, strict=True)]
        )

    def dequeue_many(self, count: int, may_be_fewer: bool) -> tuple[Any, ...]:
        """Takes several elements: an array for each component, in whose rows they stand.

        Args:
            count: how many.
            may_be_fewer: whether a closed queue may give fewer, though one at least.

        Raises:
            ValueError: the shapes of the components are not known, or the number is negative.
            OutOfRangeError: the queue is closed and has not so many.
        """
        if count < 0:
            raise ValueError(f"DequeueManyOp requested {count} < 0 elements")
        self._check_batches()
        elements = self._dequeue(count, may_be_fewer) if count else []
        columns = list(zip(*elements, strict=True)) if elements else [()] * len(self.dtypes)
        return tuple(
            [
                self._joined(column, dtype, shape)
                for column, dtype, shape in zip(columns, self.dtypes, self.shapes, strict=True)
            ]
        )

    def _dequeue(self, count: int, may_be_fewer: bool) -> list[Element]:
        attempt = _Attempt()
        taken: list[Element] = []
        with self._condition:
            self._dequeuing.append(attempt)
            try:
                while not self._has_taken(attempt, taken, count, may_be_fewer):
                    self._condition.wait(seconds_left())
            except BaseException:
                self._put_back(taken)
                raise
            finally:
                self._dequeuing.remove(attempt)
                self._condition.notify_all()
        return taken

    def _has_taken(self, attempt: _Attempt, taken: list[Element], count: int, may_be_fewer: bool) -> bool:
        """Takes what there is, and says whether that is enough."""
        if attempt.is_cancelled or self._is_cancelled:
            raise CancelledError(None, None, "Dequeue operation was cancelled")
        if self._dequeuing[0] is not attempt:
            return False
        missing = count - len(taken)
        if self._is_closed and len(self._elements) < missing:
            if not may_be_fewer or not (taken or self._elements):
                raise OutOfRangeError(
                    None,
                    None,
                    f"{self.kind} '{self.name}' is closed and has insufficient elements (requested {count}, "
                    f"current size {len(taken) + len(self._elements)})",
                )
            missing = len(self._elements)
            taken += [self._take() for _ in range(missing)]
            return True
        found = min(missing, self._available(missing))
        if found > 0:
            taken += [self._take() for _ in range(found)]
            self._condition.notify_all()
        return len(taken) == count

    def close(self, cancel_pending_enqueues: bool) -> None:
        """Lets nobody enqueue any more; what is in the queue can still be taken.

        Args:
            cancel_pending_enqueues: whether those who wait to enqueue get a CancelledError; else it is
                closed when they are done.

        Raises:
            CancelledError: it was closed before.
        """
        attempt = _Attempt()
        with self._condition:
            if cancel_pending_enqueues:
                self._is_closed = True
                for waiting in self._enqueuing:
                    waiting.is_cancelled = True
                self._condition.notify_all()
                return
            self._enqueuing.append(attempt)
            try:
                while self._enqueuing[0] is not attempt and not self._is_cancelled:
                    self._condition.wait(seconds_left())
                if self._is_closed:
                    raise CancelledError(None, None, f"Queue '{self.name}' is already closed.")
                self._is_closed = True
            finally:
                self._enqueuing.remove(attempt)
                self._condition.notify_all()

    def cancel(self) -> None:
        """Makes whoever waits, or will wait, get a CancelledError."""
        with self._condition:
            self._is_cancelled = True
            self._condition.notify_all()

    @property
    def is_closed(self) -> bool:
        """Whether it is closed."""
        return self._is_closed

    def __len__(self) -> int:
        return len(self._elements)

    def check_alike(
        self, kind: str, capacity: int, dtypes: Sequence[DType], shapes: Sequence[StaticShape]
    ) -> None:
        """Raises ValueError where another operation takes this queue for a different one."""
        if kind != self.kind:
            raise ValueError(f"Expected {self.kind}, found {kind}V2")
        if capacity != self.capacity:
            raise ValueError(
                f"Shared queue '{self.name}' has capacity {self.capacity} but requested capacity was "
                f"{capacity}"
            )
        if list(dtypes) != self.dtypes:
            raise ValueError(
                f"Shared queue '{self.name}' has component types {_names(self.dtypes)} but requested "
                f"component types were {_names(dtypes)}"
            )
        if list(shapes) != self.shapes:
            raise ValueError(
                f"Shared queue '{self.name}' has component shapes {_texts(self.shapes)} but requested "
                f"component shapes were {_texts(shapes)}"
            )


def _owned(components: Sequence[Any], dtypes: Sequence[DType]) -> Element:
    """Copies, since a fed array is its owner's to change."""
    return tuple(
        [np.array(value, dtype.numpy_dtype) for value, dtype in zip(components, dtypes, strict=True)]
    )


def _shape_mismatch(index: int, shape: StaticShape, value: Any) -> ValueError:
    return ValueError(
        f"Shape mismatch in tuple component {index}. Expected {bracketed(shape)}, got "
        f"{bracketed(np.shape(value))}"
    )


def _names(dtypes: Sequence[DType]) -> str:
    return ", ".join(_TYPE_NAMES.get(dtype.name, dtype.name) for dtype in dtypes)


def _texts(shapes: Sequence[StaticShape]) -> str:
    return "[" + ",".join(map(bracketed, shapes)) + "]"
