"""What reductions along axes share: their definitions, shapes, and how functions build them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import boolean, types
from graphlog.core.default_graph import get_default_graph
from graphlog.core.op_definition import (
    GradientRule,
    Kernel,
    NotDifferentiable,
    OpDefinition,
    Sample,
    define_op,
)
from graphlog.core.operation import Operation
from graphlog.core.shapes import MOST_DIMENSIONS, StaticShape
from graphlog.core.tensor import Tensor
from graphlog.ops import constants, samples
from graphlog.ops.array import ranges, shape_queries
from graphlog.ops.dtype_groups import INDICES, NUMBERS
from graphlog.ops.renamed_arguments import renamed_argument
from graphlog.ops.static_values import constant_value


def reduced_static_shape(op: Operation) -> list[StaticShape]:
    """The shape rule of reductions: input 1 lists the axes, attribute ``keep_dims`` keeps them."""
    shape, keep = op.inputs[0].static_shape, op.attributes["keep_dims"]
    axes = constant_value(op.inputs[1])
    if shape is None:
        return [None]
    if axes is None:
        return [(None,) * len(shape) if keep else None]
    reduced = {_axis_in_range(axis, len(shape)) for axis in axes.ravel().tolist()}
    if keep:
        return [tuple([1 if axis in reduced else size for axis, size in enumerate(shape)])]
    return [tuple([size for axis, size in enumerate(shape) if axis not in reduced])]


def _axis_in_range(axis: int, rank: int) -> int:
    if not -rank <= axis < rank:
        raise ValueError(f"Invalid reduction dimension {axis} for input with {rank} dimensions.")
    return axis % rank


def reduction_kernel(reduce: Callable[..., Any]) -> Callable[[Operation], Kernel]:
    """The maker of a kernel from a function of an array, its axes and whether they are kept."""

    def make_kernel(op: Operation) -> Kernel:
        keep = op.attributes["keep_dims"]

        def kernel(value: Any, axes: Any) -> Any:
            reduced = {_axis_in_range(axis, np.ndim(value)) for axis in axes.ravel().tolist()}
            return reduce(value, tuple(reduced), keep)

        return kernel

    return make_kernel


def known_axes(op: Operation) -> tuple[int, ...] | None:
    """The axes of a reduction, where they and the rank are known."""
    shape, axes = op.inputs[0].static_shape, constant_value(op.inputs[1])
    if shape is None or axes is None:
        return None
    return tuple({_axis_in_range(axis, len(shape)) for axis in axes.ravel().tolist()})


def reduction_of_known_axes(reduce: Callable[..., Any]) -> Callable[[Operation], Kernel | None]:
    """The maker of a kernel for an operation whose axes are known before the run."""

    def make_kernel(op: Operation) -> Kernel | None:
        keep, axes = op.attributes["keep_dims"], known_axes(op)
        return None if axes is None else lambda value, _: reduce(value, axes, keep)

    return make_kernel


SAMPLES = (
    Sample((samples.float32([[1.5, 2.0, -3.0], [0.5, 1.0, 4.0]]), samples.int32([0, 1]))),
    Sample((samples.float64([[1.5, 2.0, -3.0], [0.5, 1.0, 4.0]]), samples.int32([-1]))),
    Sample((samples.float32([[1.5, 2.0]]), samples.int64([0])), {"keep_dims": True}),
    Sample((samples.int32([[1, 2], [3, 4]]), samples.int32(0))),
    Sample((samples.float32([1.5, 2.0]), samples.int32([1])), raises="Invalid reduction dimension 1"),
)


def define_reduction(
    type: str,
    reduce: Callable[..., Any],
    gradient: GradientRule | NotDifferentiable | None,
    samples: Sequence[Sample] = SAMPLES,
    dtype: str = "T",
    specialize: Callable[[Operation], Kernel | None] | None = None,
) -> OpDefinition:
    """Defines a reduction along the axes that input 1 lists.

    Args:
        type: the GraphDef type.
        reduce: the NumPy function of the array, the axes as a tuple, and whether they are kept.
        gradient: the derivative rule.
        samples: example inputs.
        dtype: the dtype of input and output, where it is always the same.
        specialize: what makes a faster kernel than that function with the axes it is known to have.

    Returns:
        The definition.
    """
    attributes = {"T": types(*NUMBERS)} if dtype == "T" else {}
    return define_op(
        type,
        [f"input: {dtype}", "reduction_indices: Tidx"],
        [f"output: {dtype}"],
        attributes={
            "keep_dims": boolean(False),
            **attributes,
            "Tidx": types(*INDICES, default=dtypes.int32),
        },
        shape=reduced_static_shape,
        make_kernel=reduction_kernel(reduce),
        specialize=specialize or reduction_of_known_axes(reduce),
        gradient=gradient,
        samples=samples,
    )


def reduce(
    definition: OpDefinition,
    input_tensor: Any,
    axis: Any = None,
    keepdims: bool | None = None,
    name: str | None = None,
    reduction_indices: Any = None,
    keep_dims: bool | None = None,
) -> Tensor:
    """A reduction as the functions build it; the arguments are those of ``reduce_sum``."""
    axis = renamed_argument("axis", axis, "reduction_indices", reduction_indices)
    keep = bool(renamed_argument("keepdims", keepdims, "keep_dims", keep_dims))
    if name is None and type(axis) is list and type(input_tensor) is Tensor:
        indices_and_name = _indices_in_scope(definition, input_tensor, axis)
        if indices_and_name is not None:
            indices, name = indices_and_name
            return definition(input_tensor, indices, keep_dims=keep, name=name)
    result = definition(input_tensor, _axes(input_tensor, axis), keep_dims=keep, name=name)
    if axis is None and not keep:
        result.set_shape(())
    return result


def _indices_in_scope(definition: OpDefinition, tensor: Tensor, axes: list[Any]) -> tuple[Tensor, str] | None:
    """The axes as the constant that the definition would make of them, sooner, and the operation's name.

    Returns:
        None where they are no list of a few small numbers, or where constants belong elsewhere.
    """
    graph = tensor.op.graph
    if graph is not get_default_graph() or graph.control_flow_context is not None:
        return None
    for axis in axes:
        if type(axis) is not int or not -MOST_DIMENSIONS <= axis < MOST_DIMENSIONS:
            return None
    if not axes:
        return None
    scope = graph.unique_scope_name(definition.type)
    return constants.constant_of(_index_array(tuple(axes)), f"{scope}reduction_indices/"), scope


@functools.lru_cache(maxsize=256)
def _index_array(axes: tuple[int, ...]) -> np.ndarray[Any, Any]:
    array = np.array(axes, np.int32)
    array.flags.writeable = False
    return array


def _axes(value: Any, axis: Any) -> Any:
    """The axes, or all axes of a tensor of that rank."""
    if axis is not None:
        return axis
    if isinstance(value, Tensor) and value.static_shape is not None:
        return constants.constant_of(_index_array(tuple(range(len(value.static_shape)))))
    return ranges.range(0, shape_queries.rank(value))
