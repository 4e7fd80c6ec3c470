"""Where the greatest and the least element stand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from graphlog.core import dtypes, shapes
from graphlog.core.attributes import types
from graphlog.core.op_definition import Kernel, OpDefinition, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape
from graphlog.core.tensor import Tensor
from graphlog.ops import samples
from graphlog.ops.dtype_groups import INDICES, NUMBERS
from graphlog.ops.renamed_arguments import renamed_argument
from graphlog.ops.static_values import constant_value


def _shape(op: Operation) -> list[StaticShape]:
    shape, axis_shape = op.inputs[0].static_shape, op.inputs[1].static_shape
    if axis_shape not in (None, ()):
        raise ValueError(f"Shape must be rank 0 but is rank {len(axis_shape or ())}")
    if shape is None:
        return [None]
    if len(shape) <= 1:
        return [()]
    axis = constant_value(op.inputs[1])
    if axis is None:
        return [(None,) * (len(shape) - 1)]
    rank = len(shape)
    if not -rank <= axis < rank:
        raise ValueError(
            f"Dimension ({axis}) must be in the range [{-rank}, {rank}), where {rank} is the number of "
            "dimensions in the input."
        )
    return [tuple([size for place, size in enumerate(shape) if place != axis % rank])]


def _maker(function: Callable[..., Any], never: float) -> Callable[[Operation], Kernel]:
    """The maker of a kernel; NaN, which TensorFlow passes over, counts as ``never``."""

    def make_kernel(op: Operation) -> Kernel:
        dtype = op.outputs[0].dtype.numpy_dtype

        def kernel(value: Any, axis: Any) -> Any:
            rank = value.ndim
            if not -rank <= axis < rank:
                raise ValueError(f"Expected dimension in the range [{-rank}, {rank}), but got {int(axis)}")
            if value.shape[int(axis)] == 0:
                raise ValueError(
                    f"Reduction axis {int(axis) % rank} is empty in shape {shapes.bracketed(value.shape)}"
                )
            if value.dtype.kind == "f" and np.isnan(value).any():
                value = np.where(np.isnan(value), value.dtype.type(never), value)
            return function(value, axis=int(axis)).astype(dtype)

        return kernel

    return make_kernel


def _define(type: str, make_kernel: Callable[[Operation], Kernel]) -> OpDefinition:
    matrix = samples.float32([[1.5, 2.0, -3.0], [2.5, 1.0, 4.0]])
    return define_op(
        type,
        ["input: T", "dimension: Tidx"],
        ["output: output_type"],
        attributes={
            "T": types(*NUMBERS),
            "Tidx": types(*INDICES, default=dtypes.int32),
            "output_type": types(*INDICES, default=dtypes.int64),
        },
        shape=_shape,
        make_kernel=make_kernel,
        gradient=lambda op, grad: (None, None),
        samples=[
            Sample((matrix, samples.int32(0))),
            Sample((matrix, samples.int64(-1)), {"output_type": dtypes.int32}),
            Sample((samples.int32([3, 7, 7]), samples.int32(0))),
            Sample((matrix, samples.int32(2)), raises="Expected dimension in the range [-2, 2), but got 2"),
            Sample((matrix[:0], samples.int32(0)), raises="Reduction axis 0 is empty in shape [0,3]"),
        ],
    )


ArgMax = _define("ArgMax", _maker(np.argmax, -np.inf))
ArgMin = _define("ArgMin", _maker(np.argmin, np.inf))


def argmax(
    input: Any,
    axis: Any = None,
    name: str | None = None,
    dimension: Any = None,
    output_type: Any = dtypes.int64,
) -> Tensor:
    """The index of the greatest element along an axis, the first of them if several are equal.

    Args:
        input: a tensor of numbers.
        axis: the axis, counted from the end where negative; the first one if None.
        name: the operation's name.
        dimension: the older name of ``axis``.
        output_type: int64 or int32.

    Returns:
        A Tensor of that dtype, without the axis.

    Raises:
        ValueError: there is no such axis, or both names of it are given.

    Source: TensorFlow's ``ArgMax``.
    """
    axis = renamed_argument("axis", axis, "dimension", dimension)
    return ArgMax(input, 0 if axis is None else axis, output_type=output_type, name=name)


def argmin(
    input: Any,
    axis: Any = None,
    name: str | None = None,
    dimension: Any = None,
    output_type: Any = dtypes.int64,
) -> Tensor:
    """The index of the least element along an axis; see ``argmax`` (TensorFlow's ``ArgMin``)."""
    axis = renamed_argument("axis", axis, "dimension", dimension)
    return ArgMin(input, 0 if axis is None else axis, output_type=output_type, name=name)


def arg_max(input: Any, dimension: Any, output_type: Any = dtypes.int64, name: str | None = None) -> Tensor:
    """The older name of ``argmax``."""
    return ArgMax(input, dimension, output_type=output_type, name=name)


def arg_min(input: Any, dimension: Any, output_type: Any = dtypes.int64, name: str | None = None) -> Tensor:
    """The older name of ``argmin``."""
    return ArgMin(input, dimension, output_type=output_type, name=name)
