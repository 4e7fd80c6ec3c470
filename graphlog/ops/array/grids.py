"""Tensors repeated to a larger shape: broadcast, as a grid, element by element."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import dtypes, shapes
from graphlog.core.attributes import types
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.op_definition import Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape, TensorShape, static_shape
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.array import arrays, axes, filling, joining, masking, packing, shape_queries
from graphlog.ops.dtype_groups import INDICES
from graphlog.ops.math import arithmetic, broadcasting, casts, reductions
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.shape_rules import merged_size
from graphlog.ops.static_values import constant_shape

_COLUMN = samples.float32([[1.5], [-2.0]])


def _broadcast_shape(op: Operation) -> list[StaticShape]:
    shape, wanted = op.inputs[0].static_shape, constant_shape(op.inputs[1])
    shape_rules.with_rank(op.inputs[1].static_shape, 1)
    if shape is None or wanted is None:
        return [wanted]
    if len(shape) > len(wanted):
        raise ValueError(f"Shape must be at most rank {len(wanted)} but is rank {len(shape)}")
    lead = len(wanted) - len(shape)
    # A size of 1 or an unknown one says nothing about the size that it is broadcast to.
    return [
        (
            *wanted[:lead],
            *[
                merged_size(own, size) if own is not None and own > 1 else size
                for own, size in zip(shape, wanted[lead:], strict=True)
            ],
        )
    ]


def _broadcast(value: Any, sizes: Any) -> Any:
    wanted = tuple(sizes.tolist())
    try:
        return np.array(np.broadcast_to(value, wanted), order="C")
    except ValueError:
        raise ValueError(
            f"Incompatible shapes: {shapes.bracketed(np.shape(value))} vs. {shapes.bracketed(wanted)}"
        ) from None


def _broadcast_gradient(op: Operation, grad: Tensor) -> Any:
    value, sizes = op.inputs
    own_sizes = shape_queries.shape(value)
    _, summed = broadcasting.BroadcastGradientArgs.operation(sizes, own_sizes).outputs
    return arrays.reshape(reductions.reduce_sum(grad, axis=summed, keepdims=True), own_sizes), None


BroadcastTo = define_op(
    "BroadcastTo",
    ["input: T", "shape: Tidx"],
    ["output: T"],
    attributes={"T": types(), "Tidx": types(*INDICES, default=dtypes.int32)},
    shape=_broadcast_shape,
    kernel=_broadcast,
    gradient=_broadcast_gradient,
    samples=[
        Sample((_COLUMN, samples.int32([2, 2, 3]))),
        Sample((samples.float64(1.5), samples.int32([2]))),
        Sample((samples.int32([[1, 2]]), samples.int64([3, 2]))),
        Sample((_COLUMN, samples.int32([3, 3])), raises="Incompatible shapes: [2,1] vs. [3,3]"),
    ],
)


def _sizes_shape(op: Operation) -> list[StaticShape]:
    lengths = [shape_rules.with_rank(tensor.static_shape, 1) for tensor in op.inputs]
    known = [length[0] for length in lengths if length is not None and length[0] is not None]
    return [(max(known) if len(known) == 2 else None,)]


def _broadcast_sizes(first: Any, second: Any) -> Any:
    try:
        return np.array(np.broadcast_shapes(tuple(first.tolist()), tuple(second.tolist())), first.dtype)
    except ValueError:
        raise ValueError(
            "Incompatible shapes: "
            f"{shapes.bracketed(tuple(first.tolist()))} vs. {shapes.bracketed(tuple(second.tolist()))}"
        ) from None


BroadcastArgs = define_op(
    "BroadcastArgs",
    ["s0: T", "s1: T"],
    ["r0: T"],
    attributes={"T": types(*INDICES, default=dtypes.int32)},
    shape=_sizes_shape,
    kernel=_broadcast_sizes,
    samples=[
        Sample((samples.int32([2, 1, 3]), samples.int32([4, 1]))),
        Sample((samples.int64([]), samples.int64([4]))),
        Sample((samples.int32([2]), samples.int32([3])), raises="Incompatible shapes: [2] vs. [3]"),
    ],
)


def _unraveled_shape(op: Operation) -> list[StaticShape]:
    indices, dims = op.inputs[0].static_shape, shape_rules.with_rank(op.inputs[1].static_shape, 1)
    if indices is None or dims is None:
        return [None]
    return [dims if not indices else (dims[0], shapes.element_count(indices))]


def _unravel(indices: Any, dims: Any) -> Any:
    if dims.size and (dims == 0).any():
        raise ValueError(f"Input dims cannot contain a dim of zero, but dims contains zero: {dims.tolist()}")
    count = int(np.prod(dims, dtype=np.int64))
    if np.size(indices) and not (0 <= np.min(indices) and np.max(indices) < count):
        raise ValueError("index is out of bound as with dims")
    found = np.unravel_index(np.asarray(indices), tuple(dims.tolist()))
    return np.stack(found).astype(dims.dtype)


UnravelIndex = define_op(
    "UnravelIndex",
    ["indices: Tidx", "dims: Tidx"],
    ["output: Tidx"],
    attributes={"Tidx": types(*INDICES, default=dtypes.int32)},
    shape=_unraveled_shape,
    kernel=_unravel,
    samples=[
        Sample((samples.int32([22, 3]), samples.int32([4, 6]))),
        Sample((samples.int64(5), samples.int64([2, 3]))),
        Sample((samples.int32([24]), samples.int32([4, 6])), raises="index is out of bound as with dims"),
    ],
)


def broadcast_to(input: Any, shape: Any, name: str | None = None) -> Tensor:
    """A tensor repeated to a shape, as NumPy broadcasts.

    Args:
        input: a tensor.
        shape: the sizes of the result.
        name: the operation's name.

    Returns:
        A Tensor of that shape.

    Source: TensorFlow's ``BroadcastTo``.
    """
    return BroadcastTo(input, shape, name=name)


def broadcast_dynamic_shape(shape_x: Any, shape_y: Any) -> Tensor:
    """The shape, as a tensor, to which two shapes, as tensors, are broadcast (``BroadcastArgs``)."""
    return BroadcastArgs(shape_x, shape_y)


def broadcast_static_shape(shape_x: Any, shape_y: Any) -> TensorShape:
    """The TensorShape to which two shapes are broadcast.

    Raises:
        ValueError: they do not fit.

    Source: ``tf.broadcast_static_shape``.
    """
    first, second = static_shape(shape_x), static_shape(shape_y)
    try:
        return TensorShape(shape_rules.broadcast_shape(first, second))
    except ValueError:
        raise ValueError(
            f"Incompatible shapes for broadcasting: {shapes.text(first)} and {shapes.text(second)}"
        ) from None


def unravel_index(indices: Any, dims: Any, name: str | None = None) -> Tensor:
    """The index along each axis of what stands at places of the flattened tensor.

    Args:
        indices: places, a scalar or a vector.
        dims: the tensor's shape, a vector of the same dtype.
        name: the operation's name.

    Returns:
        A Tensor with a row for each axis.

    Source: TensorFlow's ``UnravelIndex``.
    """
    return UnravelIndex(indices, dims, name=name)


def meshgrid(*args: Any, indexing: str = "xy", name: str = "meshgrid") -> list[Tensor]:
    """The coordinates of a grid's points.

    Args:
        *args: the coordinates along each axis, a vector each.
        indexing: ``"xy"``, where the first two axes change places, or ``"ij"``.
        name: the scope of the operations.

    Returns:
        For each axis, a Tensor of the grid's shape.

    Raises:
        ValueError: there is no such indexing.

    Source: ``tf.meshgrid``.
    """
    if indexing not in ("xy", "ij"):
        raise ValueError("indexing parameter must be either 'xy' or 'ij'")
    if not args:
        raise ValueError("meshgrid takes at least one vector.")
    with name_scope(name, "meshgrid", args):
        rank = len(args)
        output = [
            arrays.reshape(packing.stack(values), (*[1] * axis, -1, *[1] * (rank - axis - 1)))
            for axis, values in enumerate(args)
        ]
        sizes = [shape_queries.size(values) for values in args]
        dtype = convert_to_tensor(args[0]).dtype.base_dtype
        if indexing == "xy" and rank > 1:
            output[0] = arrays.reshape(output[0], (1, -1, *[1] * (rank - 2)))
            output[1] = arrays.reshape(output[1], (-1, 1, *[1] * (rank - 2)))
            sizes[0], sizes[1] = sizes[1], sizes[0]
        factor = filling.ones(sizes, dtype)
        return [values * factor for values in output]


def repeat(input: Any, repeats: Any, axis: int | None = None, name: str | None = None) -> Tensor:
    """A tensor's elements, each several times.

    Args:
        input: a tensor.
        repeats: how often, a scalar or a number for each element along ``axis``.
        axis: the axis along which elements are repeated; if None, the tensor is flattened first.
        name: the scope of the operations.

    Returns:
        A Tensor that is longer along that axis.

    Source: ``tf.repeat``.
    """
    if axis is None:
        return _repeated(arrays.reshape(input, [-1]), repeats, 0, name)
    return _repeated(input, repeats, axis, name)


def _repeated(data: Any, repeats: Any, axis: int, name: str | None) -> Tensor:
    if not isinstance(axis, int):
        raise TypeError(f"axis must be an int; got {type(axis).__name__}")
    with name_scope(name, "Repeat", [data, repeats]):
        data = convert_to_tensor(data, name="data")
        repeats = convert_to_tensor(repeats, name="repeats", preferred_dtype=dtypes.int32)
        if not repeats.dtype.is_integer:
            raise TypeError(f"repeats must be an integer tensor; dtype={repeats.dtype}")
        # Also where it is int32 already, as in TensorFlow.
        repeats = casts.Cast(repeats, DstT=dtypes.int32)
        repeats_rank = repeats.shape.rank
        if repeats_rank is not None and repeats_rank > 1:
            raise ValueError(f"Shape {repeats.shape} must have rank at most 1")
        data = _at_least_vector(data)
        sizes = shape_queries.shape(data)
        axis = _axis_from_front(axis, data.shape.rank)
        if repeats_rank == 1 and data.static_shape is not None:
            data.shape[axis : axis + 1].assert_is_compatible_with(repeats.shape)
        if repeats_rank == 0:
            tiled = _tile_along(axes.expand_dims(data, axis + 1), axis + 1, repeats)
            return arrays.reshape(tiled, _sizes_with_rest(sizes, axis))
        result = _repeated_by_mask(data, sizes, repeats, axis)
        if data.static_shape is not None:
            length = 0 if repeats.static_shape and repeats.static_shape[0] == 0 else None
            result.set_shape([*data.static_shape[:axis], length, *data.static_shape[axis + 1 :]])
        return result


def _repeated_by_mask(data: Tensor, sizes: Tensor, repeats: Tensor, axis: int) -> Tensor:
    """Every element as often as the most repeated one, and then only those that are wanted."""
    if repeats.shape.rank != axis + 1:
        own_sizes, rank = shape_queries.shape(repeats), shape_queries.rank(repeats)
        wanted = joining.concat([sizes[: axis + 1 - rank], own_sizes], axis=0)
        repeats = broadcast_to(repeats, wanted)
        repeats.set_shape([None] * (axis + 1))
    most = arithmetic.maximum(0, reductions.reduce_max(repeats, masking.all_axes(repeats)))
    mask = masking.sequence_mask(repeats, most)
    tiled = _tile_along(axes.expand_dims(data, axis + 1), axis + 1, most)
    masked = masking.boolean_mask(tiled, mask)
    return masked if axis == 0 else arrays.reshape(masked, _sizes_with_rest(sizes, axis))


def _sizes_with_rest(sizes: Tensor, axis: int) -> Tensor:
    return joining.concat([sizes[:axis], [-1], sizes[axis + 1 :]], axis=0)


def _at_least_vector(data: Tensor) -> Tensor:
    if data.static_shape == ():
        return packing.stack([data])
    if data.static_shape is not None:
        return data
    sizes, rank = shape_queries.shape(data), shape_queries.rank(data)
    return arrays.reshape(data, joining.concat([[1], sizes], axis=0)[-rank:])


def _axis_from_front(axis: int, rank: int | None) -> int:
    if rank is None:
        if axis < 0:
            raise ValueError("axis may only be negative if ndims is statically known.")
        return axis
    if not -rank <= axis < rank:
        raise ValueError(f"axis={axis} out of bounds: expected {-rank}<=axis<{rank}")
    return axis % rank


def _tile_along(data: Tensor, axis: int, multiple: Tensor) -> Tensor:
    if data.static_shape is not None:
        multiples: Any = [multiple if index == axis else 1 for index in range(len(data.static_shape))]
    else:
        ones = filling.ones(shape_queries.rank(data), dtypes.int32)
        multiples = joining.concat([ones[:axis], [multiple], ones[axis + 1 :]], axis=0)
    return arrays.tile(data, multiples)
