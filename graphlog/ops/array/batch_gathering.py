"""Gathering where leading axes of a tensor and of its indices belong together."""

from __future__ import annotations

import builtins
from typing import Any

from graphlog.core import dtypes, shapes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.tensor import Tensor
from graphlog.ops.array import (
    arrays,
    filling,
    gathering,
    grids,
    joining,
    nd_indices,
    packing,
    ranges,
    shape_queries,
)
from graphlog.ops.math import casts, reductions
from graphlog.ops.name_scopes import name_scope


def batch_gather(params: Any, indices: Any, name: str | None = None) -> Tensor:
    """For each row of indices, the slices that they choose from the row of ``params`` of that place.

    Args:
        params: a tensor.
        indices: an int32 or int64 tensor whose leading axes, all but the last, are those of ``params``.
        name: the scope of the operations.

    Returns:
        A Tensor in which the last axis of ``indices`` stands in place of the same axis of ``params``.

    Raises:
        ValueError: the rank of ``indices`` is unknown, or too high.

    Source: ``tf.batch_gather``.
    """
    with name_scope(name, "BatchGather", [params, indices]):
        indices = convert_to_tensor(indices, name="indices")
        params = convert_to_tensor(params, name="params")
        if indices.static_shape is None:
            raise ValueError("batch_gather does not allow indices with unknown shape.")
        return _batch_gather(params, indices, len(indices.static_shape) - 1)


def _batch_gather(params: Tensor, indices: Tensor, batch_dims: int) -> Tensor:
    assert indices.static_shape is not None
    rank = len(indices.static_shape)
    if not 0 <= batch_dims < rank:
        raise ValueError(f"batch_dims = {batch_dims} must be less than rank(indices) = {rank}")
    if params.static_shape is not None and batch_dims >= len(params.static_shape):
        raise ValueError(
            f"batch_dims = {batch_dims} must be less than rank(params) = {len(params.static_shape)}"
        )
    indices_sizes, sizes = shape_queries.shape(indices), shape_queries.shape(params)
    numbers = _flat_batch_indices(indices, sizes, batch_dims)
    flat_indices = arrays.reshape(numbers, [-1])
    rest = sizes[batch_dims + 1 :]
    count = reductions.reduce_prod(sizes[: batch_dims + 1], [0])
    flat_params = arrays.reshape(params, joining.concat([[count], rest], axis=0))
    gathered = gathering.gather(flat_params, flat_indices)
    result = arrays.reshape(gathered, joining.concat([indices_sizes, rest], axis=0))
    batch = shapes.merge(
        indices.static_shape[:batch_dims],
        None if params.static_shape is None else params.static_shape[:batch_dims],
    )
    if params.static_shape is not None and batch is not None:
        result.set_shape(batch + indices.static_shape[batch_dims:] + params.static_shape[batch_dims + 1 :])
    return result


def _flat_batch_indices(indices: Tensor, sizes: Tensor, batch_dims: int) -> Tensor:
    """The indices into ``params`` with its leading axes flattened into one."""
    assert indices.static_shape is not None
    rank, dtype = len(indices.static_shape), indices.dtype.base_dtype
    step = filling.ones((), dtype=dtype)
    # Also where they have that dtype already, as in TensorFlow.
    cast_sizes = casts.Cast(sizes, DstT=dtype)
    for axis in builtins.range(batch_dims, 0, -1):
        size = cast_sizes[axis - 1]
        step = step * cast_sizes[axis]
        start, one = filling.zeros((), dtype=dtype), filling.ones((), dtype=dtype)
        offsets = ranges.Range(start, size, one) * step
        shape = packing.stack([1] * (axis - 1) + [size] + [1] * (rank - axis), axis=0)
        indices = indices + arrays.reshape(offsets, shape)
    return indices


def batch_gather_nd(params: Any, indices: Any, batch_dims: int, name: str | None = None) -> Tensor:
    """``gather_nd`` where the first ``batch_dims`` axes of both tensors belong together.

    Args:
        params: a tensor.
        indices: index vectors in the last axis.
        batch_dims: how many axes.
        name: the scope of the operations.

    Returns:
        A Tensor that begins with these axes.

    Raises:
        TypeError: ``batch_dims`` is no int.
        ValueError: there are not so many axes.

    Source: the nodes are those of ``tf.gather_nd(..., batch_dims=...)``.
    """
    with name_scope(name, "BatchGatherND", [params, indices]):
        indices = convert_to_tensor(indices, name="indices")
        params = convert_to_tensor(params, name="params")
        _check_batch_dims(params, indices, batch_dims)
        sizes, indices_sizes = shape_queries.shape(params), shape_queries.shape(indices)
        batch_sizes = sizes[:batch_dims]
        batch_count = reductions.reduce_prod(batch_sizes, [0])
        inner_rank = shape_queries.rank(indices) - batch_dims - 1
        inner_sizes = indices_sizes[batch_dims:-1]
        coordinates = []
        for size in packing.unstack(batch_sizes, axis=0):
            coordinates.append(casts.Cast(ranges.Range(0, size, 1), DstT=indices.dtype.base_dtype))
        mesh = [arrays.reshape(item, (-1,)) for item in grids.meshgrid(*coordinates, indexing="ij")]
        grid = arrays.transpose(packing.stack(mesh, axis=0))
        grid_sizes = shape_queries.shape(grid)
        count = grid_sizes[:1]
        ones = filling.ones(inner_rank, dtypes.int32)
        spread = arrays.reshape(grid, joining.concat([count, ones, grid_sizes[1:]], axis=0))
        tiled = arrays.tile(spread, joining.concat([(1,), inner_sizes, (1,)], axis=0))
        flat_sizes = joining.concat([[batch_count], indices_sizes[batch_dims:]], axis=0)
        flat = arrays.reshape(indices, flat_sizes)
        gathered = nd_indices.GatherNd(params, joining.concat([tiled, flat], axis=-1))
        rest = shape_queries.shape(gathered)[1:]
        return arrays.reshape(gathered, joining.concat([batch_sizes, rest], axis=0))


def _check_batch_dims(params: Tensor, indices: Tensor, batch_dims: Any) -> None:
    if not isinstance(batch_dims, int):
        raise TypeError(f"batch_dims must be an int; got {batch_dims!r}")
    if batch_dims < 0:
        raise ValueError("tf.gather_nd does not allow negative batch_dims.")
    for tensor, label in ((indices, "indices"), (params, "params")):
        if tensor.static_shape is not None and batch_dims >= len(tensor.static_shape):
            raise ValueError(
                f"batch_dims = {batch_dims} must be less than rank({label}) = {len(tensor.static_shape)}"
            )
