"""Gather: slices of a tensor, chosen by index."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import boolean, integer, types
from graphlog.core.indexed_slices import IndexedSlices
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.array import arrays, axes, filling, joining, packing, ranges, shape_queries
from graphlog.ops.dtype_groups import INDICES
from graphlog.ops.math import casts, reductions, unsorted_segments
from graphlog.ops.name_scopes import colocate_with
from graphlog.ops.static_values import constant_value, visible_value

_MATRIX = samples.float32([[1.5, -2.0], [0.5, 4.0], [3.0, -1.0]])
_STACK = samples.float64([[[1.0, 2.0, -1.0], [0.5, -3.0, 2.0]], [[0.1, 1.5, 2.5], [-1.0, 0.25, 4.0]]])


def _batch_dims(op: Operation, rank: int) -> int:
    """The attribute ``batch_dims``, counted from the front."""
    count: int = op.attributes.get("batch_dims", 0)
    return count + rank if count < 0 else count


def _gathered_shape(op: Operation) -> list[StaticShape]:
    params, indices = op.inputs[0].static_shape, op.inputs[1].static_shape
    axis = constant_value(op.inputs[2]) if len(op.inputs) > 2 else 0
    if params is None or indices is None:
        return [None]
    batch = _batch_dims(op, len(indices))
    if axis is None:
        return [(None,) * (len(params) - 1 + len(indices) - batch)]
    position = shape_rules.axis_in_range(int(axis), len(params))
    return [params[:position] + indices[batch:] + params[position + 1 :]]


def check_indices(indices: Any, size: int, name: str = "indices") -> None:
    """Raises ValueError, in TensorFlow's words, unless all indices are below ``size`` and not negative."""
    wrong = (indices < 0) | (indices >= size)
    if np.any(wrong):
        position = np.unravel_index(int(np.argmax(wrong)), indices.shape)
        label = f"[{','.join(map(str, position))}]" if position else ""
        raise ValueError(f"{name}{label} = {indices[position]} is not in [0, {size})")


def _gather_kernel(op: Operation) -> Kernel:
    def kernel(params: Any, indices: Any, axis: Any = 0) -> Any:
        position = shape_rules.axis_in_range(int(axis), params.ndim)
        batch = _batch_dims(op, indices.ndim)
        check_indices(indices, params.shape[position])
        if batch == 0:
            return np.take(params, indices, axis=position)
        before, between, after = (
            params.shape[:batch],
            params.shape[batch:position],
            params.shape[position + 1 :],
        )
        shape = (*before, *between, *indices.shape[batch:], *after)
        if not all(shape):
            return np.empty(shape, params.dtype)
        blocks = params.reshape(int(np.prod(before)), -1, params.shape[position], int(np.prod(after)))
        chosen = indices.reshape(len(blocks), -1)
        # The chosen axis comes out in front of those between.
        gathered = blocks[np.arange(len(blocks))[:, None], :, chosen]
        return np.ascontiguousarray(gathered.swapaxes(1, 2)).reshape(shape)

    return kernel


def _gradient_shape(op: Operation) -> Tensor:
    """The shape of the tensor that was gathered from, placed with it, since that may be large."""
    params = op.inputs[0]
    with colocate_with(params):
        return casts.cast(shape_queries.shape(params, out_type=dtypes.int64), dtypes.int32)


def _slices(grad: Tensor, indices: Tensor, count: Tensor, params_shape: Tensor) -> IndexedSlices:
    values_shape = joining.concat([count, params_shape[1:]], 0)
    values = arrays.reshape(grad, values_shape)
    return IndexedSlices(values, arrays.reshape(indices, count), params_shape)


def _gather_gradient(op: Operation, grad: Tensor) -> Any:
    params_shape = _gradient_shape(op)
    indices = op.inputs[1]
    count = axes.expand_dims(shape_queries.size(indices), 0)
    return _slices(grad, indices, count, params_shape), None


def _gather_v2_gradient(op: Operation, grad: Tensor) -> Any:
    params_shape = _gradient_shape(op)
    _, indices, axis = op.inputs
    count = axes.expand_dims(shape_queries.size(indices), 0)
    known_axis = visible_value(axis)
    if known_axis is not None and known_axis == 0:
        return _slices(grad, indices, count, params_shape), None, None
    batch = _batch_dims(op, len(indices.static_shape or ()))
    # The axis is moved to the front, behind those of the batch, and its gradient back again.
    outer, inner = params_shape[:axis], params_shape[axis:][1:]
    values_shape = joining.concat([outer, [-1], inner], 0)
    values_rank, outer_rank = shape_queries.size(values_shape), shape_queries.size(outer)
    batch_axes = ranges.range(batch)
    outer_axes = ranges.range(batch, outer_rank)
    inner_axes = ranges.range(outer_rank + 1, values_rank)
    values = arrays.reshape(grad, values_shape)
    order = joining.concat([batch_axes, [outer_rank], outer_axes, inner_axes], 0)
    values = arrays.transpose(values, order)
    summed = _summed_by_index(params_shape, values, indices, batch, params_shape[axis])
    order = joining.concat([batch_axes, outer_axes + 1, [batch], inner_axes], 0)
    return arrays.transpose(summed, order), None, None


def _summed_by_index(
    params_shape: Tensor, values: Tensor, indices: Tensor, batch: int, row_count: Tensor
) -> Tensor:
    """The rows of ``values`` of each index added up, for each element of the batch."""
    count = axes.expand_dims(shape_queries.size(indices), 0)
    if not batch:
        flat = arrays.reshape(indices, count)
        return unsorted_segments.unsorted_segment_sum(values, flat, row_count)
    values_shape = shape_queries.shape(values)
    outer = values_shape[:batch]
    inner = values_shape[batch:][1:]
    batch_size = reductions.reduce_prod(outer, [0])
    flat_shape = joining.concat([[-1], inner], 0)
    row_count = row_count * batch_size
    indices = _numbered_through(params_shape, indices, batch)
    values = arrays.reshape(values, flat_shape)
    flat = arrays.reshape(indices, count)
    summed = unsorted_segments.unsorted_segment_sum(values, flat, row_count)
    return arrays.reshape(summed, joining.concat([outer, flat_shape], 0))


def _numbered_through(params_shape: Tensor, indices: Tensor, batch: int) -> Tensor:
    """The indices of rows, counted from the first row of the whole batch."""
    dtype = indices.dtype.base_dtype
    rank = len(indices.shape)
    sizes = casts.cast(params_shape, dtype)
    stride = filling.ones((), dtype=dtype)
    for axis in reversed(range(batch)):
        size = sizes[axis]
        stride = stride * sizes[axis + 1]
        start, step = filling.zeros((), dtype=dtype), filling.ones((), dtype=dtype)
        offsets = ranges.range(start, size, step) * stride
        shape = packing.stack([1] * axis + [size] + [1] * (rank - 1 - axis), axis=0)
        indices = indices + arrays.reshape(offsets, shape)
    return indices


Gather = define_op(
    "Gather",
    ["params: Tparams", "indices: Tindices"],
    ["output: Tparams"],
    attributes={"validate_indices": boolean(True), "Tparams": types(), "Tindices": types(*INDICES)},
    shape=_gathered_shape,
    make_kernel=_gather_kernel,
    gradient=_gather_gradient,
    samples=[
        Sample((_MATRIX, samples.int32([2, 0, 2]))),
        Sample((_MATRIX[:, 0].copy(), samples.int64([[1], [0]]))),
        Sample((_MATRIX, samples.int32([-1])), raises="indices[0] = -1 is not in [0, 3)"),
    ],
)
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
    gradient=_gather_v2_gradient,
    samples=[
        Sample((_MATRIX, samples.int32([2, 0, 2]), samples.int32(0))),
        Sample((_MATRIX, samples.int32([[1], [0]]), samples.int32(1))),
        Sample((_STACK, samples.int64([2, 2, 0, 1]), samples.int64(2))),
        Sample((_MATRIX, samples.int32(1), samples.int32(0))),
        # TensorFlow's rule needs the rank of the indices of a batch, so it is compared in a parity program.
        Sample(
            (_MATRIX, samples.int32([[1], [0], [1]]), samples.int32(1)),
            {"batch_dims": 1},
            differentiable=False,
        ),
        Sample(
            (_STACK, samples.int32([[2, 0], [1, 1]]), samples.int32(2)),
            {"batch_dims": 1},
            differentiable=False,
        ),
        Sample((_MATRIX, samples.int32([3]), samples.int32(0)), raises="indices[0] = 3 is not in [0, 3)"),
    ],
)


def gather(
    params: Any,
    indices: Any,
    validate_indices: bool | None = None,
    name: str | None = None,
    axis: Any = None,
    batch_dims: int = 0,
) -> Tensor:
    """The slices of a tensor that indices choose.

    Args:
        params: a tensor.
        indices: an int32 or int64 tensor.
        validate_indices: unused, as in TensorFlow.
        name: the operation's name.
        axis: the axis that the indices count along; the first behind the batch if None.
        batch_dims: how many leading axes of both tensors belong together.

    Returns:
        A Tensor in which the axes of ``indices`` stand in place of ``axis``.

    Raises:
        ValueError: there is no such axis. A run raises where an index is out of range.

    Source: TensorFlow's ``GatherV2``. The gradient is IndexedSlices where the axis is 0.
    """
    axis = batch_dims if axis is None else axis
    if hasattr(params, "sparse_read") and isinstance(axis, int) and axis == 0:
        return params.sparse_read(indices, name=name)  # type: ignore[no-any-return]
    return GatherV2(params, indices, axis, batch_dims=batch_dims, name=name)
