"""Datasets of what Python generators yield."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.conversion import convert_n_to_tensor
from graphlog.core.dtypes import DType, as_dtype
from graphlog.core.printable import described
from graphlog.core.shapes import TensorShape
from graphlog.core.tensor import Tensor
from graphlog.ops.datasets import nests, source_ops, sources, structures
from graphlog.ops.datasets.functions import TracedFunction
from graphlog.ops.debugging import python_functions

if TYPE_CHECKING:
    from graphlog.ops.datasets.dataset import Dataset

_NAME = "Dataset.from_generator()"


class _Generators:
    """The iterators that are under way, by number.

    Args:
        generator: the function that makes them.
    """

    def __init__(self, generator: Callable[..., Any]) -> None:
        self._generator = generator
        self._numbers = itertools.count()
        self._arguments: dict[int, tuple[Any, ...]] = {}
        self._iterators: dict[int, Iterator[Any]] = {}

    def begin(self, *args: Any) -> Any:
        """The number of a new one."""
        number = next(self._numbers)
        self._arguments[number] = args
        return np.array(number, np.int64)

    def next_value(self, number: int) -> Any:
        """What one yields next; StopIteration after the last."""
        if number not in self._iterators:
            self._iterators[number] = iter(self._generator(*self._arguments.pop(number)))
        return next(self._iterators[number])

    def finish(self, number: Any) -> Any:
        """Forgets one."""
        self._iterators.pop(int(number), None)
        return np.array(0, np.int64)


def from_generator(
    generator: Callable[..., Any], output_types: Any, output_shapes: Any, args: Any
) -> Dataset:
    """See ``Dataset.from_generator``."""
    if not callable(generator):
        raise TypeError(f"`generator` must be callable. Got {described(generator)}.")
    if output_shapes is None:
        output_shapes = nests.map_structure(lambda _: TensorShape(None), output_types)
    else:
        output_shapes = nests.map_structure(
            lambda _, shape: structures.as_shape(shape), output_types, output_shapes
        )
    arguments = convert_n_to_tensor(args or (), name="args")
    types = [as_dtype(item) for item in nests.flatten(output_types)]
    shapes = nests.flatten(output_shapes)
    generators = _Generators(generator)

    def go_on(number: Any) -> list[Any]:
        values = generators.next_value(int(number))
        try:
            leaves = nests.flatten_up_to(output_types, values)
        except (TypeError, ValueError):
            raise TypeError(
                "`generator` yielded an element that did not match the expected structure. The expected "
                f"structure was {output_types}, but the yielded element was {values}."
            ) from None
        return [
            _checked(leaf, dtype, shape) for leaf, dtype, shape in zip(leaves, types, shapes, strict=True)
        ]

    # The graph calls these by TensorFlow's names.
    def get_iterator_id_fn(_: Tensor) -> Any:
        return python_functions.numpy_function(generators.begin, arguments, dtypes.int64)

    def generator_next_fn(number: Tensor) -> Any:
        tensors = python_functions.numpy_function(go_on, [number], types)
        for tensor, shape in zip(tensors, shapes, strict=True):
            tensor.set_shape(shape)
        return nests.pack(output_types, tensors)

    def finalize_fn(number: Tensor) -> Any:
        return python_functions.numpy_function(generators.finish, [number], dtypes.int64)

    def flat_map_fn(number: Tensor) -> Dataset:
        return _generator_dataset(number, get_iterator_id_fn, generator_next_fn, finalize_fn)

    return sources.from_tensors(0).flat_map(flat_map_fn)


def _checked(value: Any, dtype: DType, shape: TensorShape) -> Any:
    try:
        array = np.asarray(value, None if dtype is dtypes.string else dtype.numpy_dtype, order="C")
    except (TypeError, ValueError):
        raise TypeError(
            "`generator` yielded an element that could not be converted to the expected type. The expected "
            f"type was {dtype.name}, but the yielded element was {value}."
        ) from None
    if dtype is dtypes.string and array.dtype.kind not in "OSU":
        raise TypeError(
            f"`generator` yielded an element of type {array.dtype} where an element of type object was "
            "expected."
        )
    if not shape.is_compatible_with(array.shape):
        raise ValueError(
            f"`generator` yielded an element of shape {array.shape} where an element of shape {shape} was "
            "expected."
        )
    return array


def _generator_dataset(number: Tensor, *functions: Callable[..., Any]) -> Dataset:
    init_spec = structures.spec_of(number)
    begin = TracedFunction(functions[0], _NAME, init_spec)
    go_on = TracedFunction(functions[1], _NAME, begin.output_spec)
    finish = TracedFunction(functions[2], _NAME, begin.output_spec)
    spec = go_on.output_spec
    variant = source_ops.GeneratorDataset(
        *([number, *begin.captured], go_on.captured, finish.captured),
        init_func=begin.attribute,
        next_func=go_on.attribute,
        finalize_func=finish.attribute,
        **structures.attributes(spec),
    )
    return sources.dataset_class()(variant, spec, (), [begin.graph, go_on.graph, finish.graph])
