"""Datasets as the values of a run, and what an iteration over them keeps."""

from __future__ import annotations

import itertools
import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

import numpy as np

from graphlog.core.errors import FailedPreconditionError, OutOfRangeError
from graphlog.core.session_state import SessionState

# The components of one element: arrays, or DatasetValues.
Element = tuple[Any, ...]
_State = TypeVar("_State")


class DatasetValue:
    """What a dataset operation gives: how to iterate over the elements, as often as one likes.

    Args:
        kind: the type of the operation.
        inputs: the datasets it is made of.
        elements: a function of the iteration, this value and the inputs that iterates over the elements.
        parameters: what a rewrite needs to know of it.
    """

    __slots__ = ("__weakref__", "elements", "inputs", "kind", "parameters")

    def __init__(
        self,
        kind: str,
        inputs: Sequence[DatasetValue],
        elements: Callable[..., Iterator[Element]],
        parameters: Any = None,
    ) -> None:
        self.kind = kind
        self.inputs = tuple(inputs)
        self.elements = elements
        self.parameters = parameters

    def iterate(self, iteration: Iteration) -> Iterator[Element]:
        """An iterator over the elements, from the first on."""
        return self.elements(iteration, self, *self.inputs)

    def with_inputs(self, inputs: Sequence[DatasetValue]) -> DatasetValue:
        """The same made of other datasets."""
        return DatasetValue(self.kind, inputs, self.elements, self.parameters)


class Iteration:
    """What one initialization of an iterator keeps, also where datasets in it are repeated.

    Args:
        state: the state of the session.
    """

    def __init__(self, state: SessionState) -> None:
        self.session = state
        self._of_datasets: weakref.WeakKeyDictionary[DatasetValue, Any] = weakref.WeakKeyDictionary()

    def of_dataset(self, dataset: DatasetValue, make: Callable[[], _State]) -> _State:
        """What is kept for one dataset, made when first asked for."""
        found: _State | None = self._of_datasets.get(dataset)
        if found is None:
            found = self._of_datasets[dataset] = make()
        return found


class IteratorResource:
    """The state of an iterator operation in a session.

    Args:
        name: the operation's name.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._elements: Iterator[Element] | None = None
        self._lock = threading.Lock()

    def initialize(self, dataset: DatasetValue, state: SessionState) -> None:
        """Begins with the first element of a dataset."""
        with self._lock:
            self._elements = dataset.iterate(Iteration(state))

    def initialize_once(self, make_dataset: Callable[[], DatasetValue], state: SessionState) -> None:
        """Begins with the first element of a dataset where it has not begun yet."""
        with self._lock:
            if self._elements is None:
                self._elements = make_dataset().iterate(Iteration(state))

    def only_element(self) -> Element:
        """The components of the one element.

        Raises:
            ValueError: there is none, or there are several.
        """
        first = list(itertools.islice(self._elements or (), 2))
        if not first:
            raise ValueError("Dataset was empty.")
        if len(first) > 1:
            raise ValueError("Dataset had more than one element.")
        return first[0]

    def get_next(self) -> Element:
        """The components of the next element.

        Raises:
            OutOfRangeError: there is none.
            FailedPreconditionError: the iterator is not initialized.
        """
        with self._lock:
            if self._elements is None:
                raise FailedPreconditionError(
                    None,
                    None,
                    "GetNext() failed because the iterator has not been initialized. Ensure that you have "
                    "run the initializer operation for this iterator before getting the next element.",
                )
            for element in self._elements:
                return element
        raise OutOfRangeError(None, None, "End of sequence")


def as_component(value: Any) -> Any:
    """A value in the form in which kernels take it: text as an array."""
    if isinstance(value, bytes | str):
        array = np.empty((), object)
        array[()] = value
        return array
    return value


def rows(component: Any) -> Iterator[Any]:
    """The rows of a component."""
    if component.dtype == object:
        shape = component.shape[1:]
        for index in range(len(component)):
            yield component[index : index + 1].reshape(shape)
    else:
        yield from component


def stacked(components: Sequence[Any]) -> Any:
    """Components of one shape as the rows of an array."""
    first = components[0]
    if isinstance(first, DatasetValue):
        array = np.empty(len(components), object)
        array[:] = components
        return array
    if isinstance(first, np.ndarray) and first.dtype == object:
        array = np.empty((len(components), *first.shape), object)
        for index, component in enumerate(components):
            array[index] = component[()] if first.ndim == 0 else component
        return array
    if np.ndim(first) == 0:
        return np.array(components)
    return np.stack(components)
