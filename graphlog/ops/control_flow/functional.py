"""Functions applied to the slices of tensors, one after the other: map_fn, scan, foldl and foldr."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from graphlog.core import nest, shapes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.partials import partial_of
from graphlog.core.printable import described
from graphlog.core.shapes import StaticShape
from graphlog.core.tensor import Tensor
from graphlog.ops.array import shape_queries
from graphlog.ops.constants import constant
from graphlog.ops.control_flow.loops import while_loop
from graphlog.ops.control_flow.tensor_arrays import TensorArray
from graphlog.ops.name_scopes import name_scope


def map_fn(
    fn: Callable[[Any], Any],
    elems: Any,
    dtype: Any = None,
    parallel_iterations: int | None = None,
    back_prop: bool = True,
    swap_memory: bool = False,
    infer_shape: bool = True,
    name: str | None = None,
) -> Any:
    """What a function gives for each slice along the first axis, put together along that axis.

    Args:
        fn: a function of a slice, or of a nest of slices.
        elems: a tensor, or a nest of tensors with equal first axes.
        dtype: the dtypes of what ``fn`` returns, in its form; those of ``elems`` if None.
        parallel_iterations: as for ``while_loop``; 10 if None.
        back_prop: as for ``while_loop``.
        swap_memory: as for ``while_loop``.
        infer_shape: whether all results have one shape.
        name: the scope of the operations.

    Returns:
        Tensors in the form of ``dtype``.

    Raises:
        TypeError: ``fn`` cannot be called, or returns another form than ``dtype`` has.
        ValueError: a tensor is a scalar.

    Source: ``tf.map_fn`` of TensorFlow 1.15.
    """
    if not callable(fn):
        raise TypeError(f"fn must be callable. Got {described(fn)}.")
    with name_scope(name, "map", nest.flatten(elems)):
        tensors = _elements(elems)
        if dtype is None:
            dtype = nest.pack_sequence_as(elems, [tensor.dtype for tensor in tensors])
        if tensors[0].static_shape == ():
            raise ValueError("elems must be a 1+ dimensional Tensor, not a scalar")
        count = _count(tensors[0]) or _running_count(tensors[0])
        inputs = [TensorArray(tensor.dtype, count, dynamic_size=False) for tensor in tensors]
        inputs = [array.unstack(tensor) for array, tensor in zip(inputs, tensors, strict=True)]
        start = constant(0)
        results = [
            TensorArray(item, count, dynamic_size=False, infer_shape=infer_shape)
            for item in nest.flatten(dtype)
        ]

        def compute(index: Tensor, arrays: Sequence[TensorArray]) -> Any:
            value = fn(nest.pack_sequence_as(elems, [array.read(index) for array in inputs]))
            nest.assert_same_structure(dtype, value)
            written = _written(arrays, index, nest.flatten(value))
            return index + 1, written

        _, results = while_loop(
            lambda index, _: index < count,
            compute,
            (start, results),
            parallel_iterations=parallel_iterations or 10,
            back_prop=back_prop,
            swap_memory=swap_memory,
            maximum_iterations=count,
        )
        return nest.pack_sequence_as(dtype, _stacked(results, tensors))


def scan(
    fn: Callable[[Any, Any], Any],
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    infer_shape: bool = True,
    reverse: bool = False,
    name: str | None = None,
) -> Any:
    """What a function gives for each slice and what it gave for the slice before, put together.

    Args:
        fn: a function of what it returned last and of a slice, or nests of them.
        elems: a tensor, or a nest of tensors with equal first axes.
        initializer: what comes before the first slice, in the form that ``fn`` returns; the first slice
            if None.
        parallel_iterations: as for ``while_loop``.
        back_prop: as for ``while_loop``.
        swap_memory: as for ``while_loop``.
        infer_shape: whether all results have one shape.
        reverse: whether it begins at the last slice.
        name: the scope of the operations.

    Returns:
        Tensors in the form that ``fn`` returns, with one slice for each slice of ``elems``.

    Raises:
        TypeError: ``fn`` cannot be called, or returns another form.
        ValueError: it returns another number of tensors.

    Source: ``tf.scan`` of TensorFlow 1.15.
    """
    if not callable(fn):
        raise TypeError(f"fn must be callable. Got {described(fn)}.")
    form = elems if initializer is None else initializer
    with name_scope(name, "scan", nest.flatten(elems)):
        tensors = _elements(elems)
        known = _count(tensors[0])
        count = _running_count(tensors[0]) if known is None else known
        inputs = [
            TensorArray(tensor.dtype, count, dynamic_size=False, element_shape=_slice_shape(tensor))
            for tensor in tensors
        ]
        inputs = [array.unstack(tensor) for array, tensor in zip(inputs, tensors, strict=True)]

        def first() -> Any:
            return count - 1 if reverse else 0

        if initializer is None:
            state = [array.read(first()) for array in inputs]
            done = 1
        else:
            state = [convert_to_tensor(item) for item in nest.flatten(initializer)]
            done = 0
        results = [
            TensorArray(
                item.dtype,
                count,
                element_shape=item.shape if infer_shape else None,
                dynamic_size=False,
                infer_shape=infer_shape,
            )
            for item in state
        ]
        if initializer is None:
            results = [array.write(first(), item) for array, item in zip(results, state, strict=True)]

        def compute(index: Tensor, state: Sequence[Tensor], arrays: Sequence[TensorArray]) -> Any:
            slices = nest.pack_sequence_as(elems, [array.read(index) for array in inputs])
            value = fn(nest.pack_sequence_as(form, state), slices)
            nest.assert_same_structure(form, value)
            arrays = _written(arrays, index, nest.flatten(value))
            return index - 1 if reverse else index + 1, nest.flatten(value), arrays

        _, _, results = while_loop(
            (lambda index, *_: index >= 0) if reverse else (lambda index, *_: index < count),
            compute,
            (count - 1 - done if reverse else done, state, results),
            parallel_iterations=parallel_iterations,
            back_prop=back_prop,
            swap_memory=swap_memory,
            maximum_iterations=count,
        )
        return nest.pack_sequence_as(form, _stacked(results, tensors))


def _folded(
    from_end: bool,
    fn: Callable[[Any, Any], Any],
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    name: str | None = None,
) -> Any:
    if not callable(fn):
        raise TypeError(f"fn must be callable. Got {described(fn)}.")
    with name_scope(name, "foldr" if from_end else "foldl", [elems]):
        count, inputs = _slices_to_fold(elems)

        def read(index: Any) -> Any:
            return nest.map_structure(lambda array: array.read(index), inputs)

        if initializer is not None:
            state, start = initializer, count if from_end else constant(0)
        elif from_end:
            start = count - 1
            state = read(start)
        else:
            state, start = read(0), constant(1)

        def compute(index: Tensor, state: Any) -> list[Any]:
            if from_end:
                index = index - 1
                return [index, fn(state, read(index))]
            state = fn(state, read(index))
            return [index + 1, state]

        _, result = while_loop(
            (lambda index, _: index > 0) if from_end else (lambda index, _: index < count),
            compute,
            [start, state],
            parallel_iterations=parallel_iterations,
            back_prop=back_prop,
            swap_memory=swap_memory,
            maximum_iterations=count,
        )
        return result


@partial_of(_folded, False)
def foldl() -> None:
    """What a function gives for the last slice, having gone through all of them from the first on.

    Args:
        fn: a function of what it returned last and of a slice, or nests of them.
        elems: a tensor, or a nest of tensors with equal first axes.
        initializer: what comes before the first slice; the first slice if None.
        parallel_iterations: as for ``while_loop``.
        back_prop: as for ``while_loop``.
        swap_memory: as for ``while_loop``.
        name: the scope of the operations.

    Returns:
        What ``fn`` returned last.

    Raises:
        TypeError: ``fn`` cannot be called.

    Source: ``tf.foldl`` of TensorFlow 1.15.
    """


@partial_of(_folded, True)
def foldr() -> None:
    """``foldl`` from the last slice to the first."""


def _slices_to_fold(elems: Any) -> tuple[Any, Any]:
    """How many slices there are, and TensorArrays of them in the form of ``elems``."""
    tensors = _elements(elems)
    count = _count(tensors[0]) or _running_count(tensors[0])

    def slices(item: Any) -> TensorArray:
        return TensorArray(item.dtype, count, dynamic_size=False).unstack(item)

    return count, nest.map_structure(slices, elems)


def _elements(elems: Any) -> list[Tensor]:
    tensors = [convert_to_tensor(item, name="elem") for item in nest.flatten(elems)]
    if not tensors:
        raise ValueError("elems must hold at least one tensor.")
    return tensors


def _count(tensor: Tensor) -> int | None:
    """The size of the first axis, where it is known."""
    if tensor.static_shape == ():
        raise ValueError("elems must be a 1+ dimensional Tensor, not a scalar")
    return None if tensor.static_shape is None else tensor.static_shape[0]


def _running_count(tensor: Tensor) -> Tensor:
    return shape_queries.shape(tensor)[0]


def _slice_shape(tensor: Tensor) -> StaticShape:
    return None if tensor.static_shape is None else tensor.static_shape[1:]


def _written(arrays: Sequence[TensorArray], index: Any, values: Sequence[Any]) -> list[TensorArray]:
    return [array.write(index, value) for array, value in zip(arrays, values, strict=True)]


def _stacked(arrays: Sequence[TensorArray], elems: Sequence[Tensor]) -> list[Tensor]:
    """The elements of each array put together, with what is known of their number."""
    count: StaticShape = (None,)
    for tensor in elems:
        count = shapes.merge(count, (_count(tensor),))
    results = [array.stack() for array in arrays]
    for result in results:
        if result.static_shape is not None:
            assert count is not None
            result.set_shape((*count, *result.static_shape[1:]))
    return results
