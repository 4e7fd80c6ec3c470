"""GatherV2: slices of a tensor, chosen by index."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core.attributes import integer, types
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.dtype_groups import INDICES
from graphlog.ops.static_values import constant_value

_MATRIX = samples.float32([[1.5, -2.0], [0.5, 4.0], [3.0, -1.0]])


def _gathered_shape(op: Operation) -> list[StaticShape]:
    params, indices = op.inputs[0].static_shape, op.inputs[1].static_shape
    axis, batch = constant_value(op.inputs[2]), op.attributes["batch_dims"]
    if params is None or indices is None or axis is None:
        return [None]
    position = shape_rules.axis_in_range(int(axis), len(params))
    return [params[:position] + indices[batch:] + params[position + 1 :]]


def _gather_kernel(op: Operation) -> Kernel:
    batch = op.attributes["batch_dims"]

    def kernel(params: Any, indices: Any, axis: Any) -> Any:
        position = shape_rules.axis_in_range(int(axis), params.ndim)
        size = params.shape[position]
        wrong = indices[(indices < 0) | (indices >= size)]
        if wrong.size:
            raise IndexError(f"indices contain {wrong.ravel()[0]}, which is not in [0, {size})")
        if batch == 0:
            return np.take(params, indices, axis=position)
        rows = [
            np.take(params[index], indices[index], axis=position - batch)
            for index in np.ndindex(params.shape[:batch])
        ]
        return np.reshape(rows, params.shape[:batch] + rows[0].shape)

    return kernel


GatherV2 = define_op(
    "GatherV2",
    ["params: Tparams", "indices: Tindices", "axis: Taxis"],
    ["output: Tparams"],
    attributes={
        "batch_dims": integer(0),
        "Tparams": types(),
        "Tindices": types(*INDICES),
        "Taxis": types(*INDICES),
    },
    shape=_gathered_shape,
    make_kernel=_gather_kernel,
    samples=[
        Sample((_MATRIX, samples.int32([2, 0, 2]), samples.int32(0)), differentiable=False),
        Sample((_MATRIX, samples.int32([[1], [0]]), samples.int32(1)), differentiable=False),
        Sample(
            (_MATRIX, samples.int32([[1], [0], [1]]), samples.int32(1)),
            {"batch_dims": 1},
            differentiable=False,
        ),
        Sample((_MATRIX, samples.int32([3]), samples.int32(0)), raises="3, which is not in [0, 3)"),
    ],
)


def gather(params: Any, indices: Any, name: str | None = None, axis: Any = 0, batch_dims: int = 0) -> Tensor:
    """The slices of a tensor that indices choose.

    Args:
        params: a tensor.
        indices: an int32 or int64 tensor.
        name: the operation's name.
        axis: the axis that the indices count along.
        batch_dims: how many leading axes of both tensors belong together.

    Returns:
        A Tensor in which the axes of ``indices`` stand in place of ``axis``.

    Source: TensorFlow's ``GatherV2``. Its gradient is not built yet.
    """
    return GatherV2(params, indices, axis, batch_dims=batch_dims, name=name)
