"""Axes of size 1 put in and taken out."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import Attribute, types
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape
from graphlog.core.tensor import Tensor
from graphlog.ops import samples
from graphlog.ops.array import arrays, shape_queries
from graphlog.ops.dtype_groups import INDICES
from graphlog.ops.renamed_arguments import renamed_argument
from graphlog.ops.samples import MATRIX
from graphlog.ops.static_values import constant_value


def _expanded_shape(op: Operation) -> list[StaticShape]:
    shape, axis = op.inputs[0].static_shape, constant_value(op.inputs[1])
    if shape is None:
        return [None]
    if axis is None:
        return [(None,) * (len(shape) + 1)]
    position = _new_axis(axis, len(shape), "dim {} not in the interval [{}, {}].")
    return [(*shape[:position], 1, *shape[position:])]


def _new_axis(axis: Any, rank: int, complaint: str) -> int:
    if axis.size != 1:
        raise ValueError(f"'dim' input must be a tensor with a single value, but got {axis.size} values")
    position = int(axis.item())
    if not -rank - 1 <= position <= rank:
        raise ValueError(complaint.format(position, -rank - 1, rank))
    return position % (rank + 1)


def _expand(value: Any, axis: Any) -> Any:
    position = _new_axis(
        np.asarray(axis), np.ndim(value), "Tried to expand dim index {} for tensor with {} to {} dimensions."
    )
    return np.expand_dims(value, position)


def _reshaped_back(op: Operation, grad: Tensor) -> Tensor:
    return arrays.reshape(grad, shape_queries.shape(op.inputs[0]))


ExpandDims = define_op(
    "ExpandDims",
    ["input: T", "dim: Tdim"],
    ["output: T"],
    attributes={"T": types(), "Tdim": types(*INDICES, default=dtypes.int32)},
    shape=_expanded_shape,
    kernel=_expand,
    gradient=lambda op, grad: (_reshaped_back(op, grad), None),
    samples=[
        Sample((MATRIX, samples.int32(1))),
        Sample((MATRIX, samples.int64(-1))),
        Sample((samples.float64(2.5), samples.int32(0))),
        Sample((MATRIX, samples.int32(3)), raises="Tried to expand dim index 3"),
    ],
    returns_view=True,
)


def _squeezed_shape(op: Operation) -> list[StaticShape]:
    shape, wanted = op.inputs[0].static_shape, op.attributes["squeeze_dims"]
    if shape is None or (not wanted and None in shape):
        # Of an unknown size it is unknown whether it is 1.
        return [None]
    return [tuple([shape[axis] for axis in _kept_axes(shape, wanted)])]


def _kept_axes(shape: tuple[int | None, ...], wanted: list[int]) -> list[int]:
    rank = len(shape)
    for axis in wanted:
        if not -rank <= axis < rank:
            raise ValueError(f"Tried to squeeze dim index {axis} for tensor with {rank} dimensions.")
        if shape[axis] not in (1, None):
            raise ValueError(f"Can not squeeze dim[{axis}], expected a dimension of 1, got {shape[axis]}")
    dropped = (
        {axis % rank for axis in wanted} if wanted else {axis for axis in range(rank) if shape[axis] == 1}
    )
    return [axis for axis in range(rank) if axis not in dropped]


def _squeeze_kernel(op: Operation) -> Kernel:
    wanted = op.attributes["squeeze_dims"]

    def kernel(value: Any) -> Any:
        shape = np.shape(value)
        return np.reshape(value, [shape[axis] for axis in _kept_axes(shape, wanted)])

    return kernel


Squeeze = define_op(
    "Squeeze",
    ["input: T"],
    ["output: T"],
    attributes={"T": types(), "squeeze_dims": Attribute("list(int)", [], minimum=0)},
    shape=_squeezed_shape,
    make_kernel=_squeeze_kernel,
    gradient=_reshaped_back,
    samples=[
        Sample((MATRIX[np.newaxis, :, np.newaxis],)),
        Sample((MATRIX[np.newaxis, :, np.newaxis],), {"squeeze_dims": [-2]}),
        Sample((MATRIX,), {"squeeze_dims": [1]}, raises="Can not squeeze dim[1], expected a dimension of 1"),
        Sample((MATRIX,), {"squeeze_dims": [2]}, raises="Tried to squeeze dim index 2 for tensor with 2"),
    ],
    returns_view=True,
)


def expand_dims(input: Any, axis: Any = None, name: str | None = None, dim: Any = None) -> Tensor:
    """A tensor with an axis of size 1 more.

    Args:
        input: a tensor.
        axis: where the new axis stands in the result, counted from the end where negative.
        name: the operation's name.
        dim: the older name of ``axis``.

    Returns:
        A Tensor of the same elements.

    Raises:
        ValueError: there is no such axis, or none is given, or both names are.

    Source: TensorFlow's ``ExpandDims``.
    """
    axis = renamed_argument("axis", axis, "dim", dim)
    if axis is None:
        raise ValueError("Must specify an axis argument to tf.expand_dims()")
    return ExpandDims(input, axis, name=name)


def squeeze(input: Any, axis: Any = None, name: str | None = None, squeeze_dims: Any = None) -> Tensor:
    """A tensor without axes of size 1.

    Args:
        input: a tensor.
        axis: the axis, or several, to take out; all of size 1 if None.
        name: the operation's name.
        squeeze_dims: the older name of ``axis``.

    Returns:
        A Tensor of the same elements.

    Raises:
        ValueError: such an axis is of another size, or there is none, or both names are given.

    Source: TensorFlow's ``Squeeze``.
    """
    axis = renamed_argument("axis", axis, "squeeze_dims", squeeze_dims)
    if np.isscalar(axis):
        axis = [axis]
    return Squeeze(input, squeeze_dims=axis, name=name)
