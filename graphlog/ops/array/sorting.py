"""Sorting, and the greatest elements along the last axis."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import boolean, integer, types
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape, bracketed
from graphlog.core.tensor import Tensor
from graphlog.ops import constants, samples, shape_rules
from graphlog.ops.array import (
    arrays,
    axes,
    filling,
    gathering,
    joining,
    nd_indices,
    packing,
    ranges,
    shape_queries,
)
from graphlog.ops.dtype_groups import INDICES, REALS
from graphlog.ops.math import casts, comparisons, division, reductions
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.static_values import constant_value

_ROWS = samples.float32([[1.5, -2.0, 3.0, 0.5], [0.25, 4.0, -1.0, 2.0]])


def _scalar_size(tensor: Tensor, index: int) -> int | None:
    """The number that a tensor holds, where it is known."""
    shape = tensor.static_shape
    if shape is not None and len(shape):
        raise ValueError(f"Input must be scalar but has rank {len(shape)}")
    value = constant_value(tensor)
    if value is not None and value < 0:
        raise ValueError(
            f"Dimension size, given by scalar input {index}, must be non-negative but is {int(value)}"
        )
    return None if value is None else int(value)


def _top_shape(op: Operation) -> list[StaticShape]:
    shape = shape_rules.with_rank_at_least(op.inputs[0].static_shape, 1)
    k = _scalar_size(op.inputs[1], 1)
    if shape is None:
        return [None, None]
    if k is not None and shape[-1] is not None and shape[-1] < k:
        raise ValueError(f"input must have last dimension >= k = {k} but is {shape[-1]}")
    return [(*shape[:-1], k)] * 2


def descending_order(value: Any) -> Any:
    """The indices that sort the last axis, the greatest first, and of equal ones the first first."""
    backwards = np.argsort(value[..., ::-1], axis=-1, kind="stable")
    return (value.shape[-1] - 1 - backwards)[..., ::-1]


def _top_k(value: Any, k: Any) -> Any:
    if k.ndim:
        raise ValueError(f"k must be scalar, got shape {bracketed(k.shape)}")
    if k < 0:
        raise ValueError(f"Need k >= 0, got {k}")
    if not value.ndim:
        raise ValueError("input must be >= 1-D, got shape []")
    if value.shape[-1] < k:
        raise ValueError(f"input must have at least k columns. Had {value.shape[-1]}, needed {k}")
    order = descending_order(value)[..., : int(k)]
    return np.take_along_axis(value, order, axis=-1), order.astype(np.int32)


def _top_k_gradient(op: Operation, grad: Tensor, _: Any) -> list[Tensor]:
    """The gradient of each element goes back to where it was taken, in the flattened input."""
    in_shape = shape_queries.shape(op.inputs[0])
    index_shape = shape_queries.shape(op.outputs[1])
    k = gathering.gather(casts.cast(index_shape, dtypes.int64), shape_queries.size(index_shape) - 1)
    index_rows = arrays.reshape(op.outputs[1], packing.stack([-1, k]))
    width = gathering.gather(casts.cast(in_shape, dtypes.int64), shape_queries.size(in_shape) - 1)
    row_count = shape_queries.shape(index_rows)[0]
    starts = ranges.range(0, casts.cast(row_count, dtypes.int64) * width, width)
    starts = casts.cast(axes.expand_dims(starts, -1), dtypes.int32)
    positions = axes.expand_dims(arrays.reshape(index_rows + starts, [-1]), -1)
    scattered = nd_indices.scatter_nd(
        positions, arrays.reshape(grad, [-1]), [reductions.reduce_prod(in_shape)]
    )
    return [arrays.reshape(scattered, in_shape), filling.zeros([], dtype=dtypes.int32)]


TopKV2 = define_op(
    "TopKV2",
    ["input: T", "k: int32"],
    ["values: T", "indices: int32"],
    attributes={"sorted": boolean(True), "T": types(*REALS)},
    shape=_top_shape,
    kernel=_top_k,
    gradient=_top_k_gradient,
    samples=[
        Sample((_ROWS, samples.int32(2))),
        Sample((_ROWS.astype(np.float64)[0], samples.int32(4)), {"sorted": False}),
        Sample((samples.int32([3, 1, 3]), samples.int32(2))),
        Sample((_ROWS, samples.int32(0)), differentiable=False),  # TensorFlow's rule divides by k.
        Sample((_ROWS, samples.int32(5)), raises="input must have at least k columns. Had 4, needed 5"),
        Sample((_ROWS, samples.int32(-1)), raises="Need k >= 0, got -1"),
    ],
)


def _in_top_shape(op: Operation) -> list[StaticShape]:
    predictions = shape_rules.with_rank(op.inputs[0].static_shape, 2)
    targets = shape_rules.with_rank(op.inputs[1].static_shape, 1)
    return [(shape_rules.merged_size(predictions[0], targets[0]),)]


def _in_top_k(predictions: Any, targets: Any, k: Any) -> Any:
    if predictions.ndim != 2:
        raise ValueError("predictions must be 2-dimensional")
    rows, classes = predictions.shape
    if targets.shape != (rows,):
        raise ValueError(f"First dimension of predictions {rows} must match length of targets {targets.size}")
    is_class = (targets >= 0) & (targets < classes)
    if not classes:
        return is_class
    target = predictions[np.arange(rows), np.where(is_class, targets, 0)]
    # A row with a number that is not finite says nothing.
    is_certain = is_class & np.isfinite(predictions).all(axis=1)
    with np.errstate(invalid="ignore"):
        greater = np.count_nonzero(predictions > target[:, None], axis=1)
    return is_certain & (greater < k)


def _in_top_k_kernel(op: Operation) -> Kernel:
    k = op.attributes["k"]
    return lambda predictions, targets: _in_top_k(predictions, targets, k)


_TARGETS = samples.int32([2, 3])
InTopK = define_op(
    "InTopK",
    ["predictions: float32", "targets: T"],
    ["precision: bool"],
    attributes={"k": integer(), "T": types(*INDICES, default=dtypes.int32)},
    shape=_in_top_shape,
    make_kernel=_in_top_k_kernel,
    samples=[
        Sample((_ROWS, _TARGETS), {"k": 2}, differentiable=False),  # TensorFlow has no gradient for it.
        Sample((_ROWS, _TARGETS[:1]), {"k": 2}, raises="predictions 2 must match length of targets 1"),
    ],
)
InTopKV2 = define_op(
    "InTopKV2",
    ["predictions: float32", "targets: T", "k: T"],
    ["precision: bool"],
    attributes={"T": types(*INDICES, default=dtypes.int32)},
    shape=_in_top_shape,
    kernel=_in_top_k,
    samples=[
        Sample((_ROWS, _TARGETS, samples.int32(2)), differentiable=False),
        Sample((_ROWS, samples.int64([2, 9]), samples.int64(1)), differentiable=False),
        Sample((_ROWS[0], _TARGETS, samples.int32(1)), raises="predictions must be 2-dimensional"),
    ],
)


def _nth_shape(op: Operation) -> list[StaticShape]:
    shape = shape_rules.with_rank_at_least(op.inputs[0].static_shape, 1)
    n = _scalar_size(op.inputs[1], 1)
    if shape is None:
        return [None]
    if n is not None and shape[-1] is not None and shape[-1] <= n:
        raise ValueError(f"Input must have last dimension > n = {n} but is {shape[-1]}")
    return [shape[:-1]]


def _nth_kernel(op: Operation) -> Kernel:
    backwards = op.attributes["reverse"]

    def kernel(value: Any, n: Any) -> Any:
        if not value.ndim:
            raise ValueError("Input must be >= 1-D, got shape []")
        if not 0 <= n < value.shape[-1]:
            raise ValueError("Input must have at least n+1 columns")
        position = value.shape[-1] - 1 - int(n) if backwards else int(n)
        return np.partition(value, position, axis=-1)[..., position].copy()

    return kernel


def _nth_gradient(op: Operation, grad: Tensor) -> Any:
    """The gradient is divided among the elements that are the one selected."""
    selected = axes.expand_dims(op.outputs[0], -1)
    indicators = casts.cast(comparisons.equal(selected, op.inputs[0]), grad.dtype)
    grad = axes.expand_dims(grad, -1)
    counts = axes.expand_dims(reductions.reduce_sum(indicators, -1), -1)
    return division.div(indicators, counts) * grad, None


NthElement = define_op(
    "NthElement",
    ["input: T", "n: int32"],
    ["values: T"],
    attributes={"reverse": boolean(False), "T": types(*REALS)},
    shape=_nth_shape,
    make_kernel=_nth_kernel,
    gradient=_nth_gradient,
    samples=[
        Sample((_ROWS, samples.int32(1))),
        Sample((_ROWS.astype(np.float64)[0], samples.int32(0)), {"reverse": True}),
        Sample((_ROWS, samples.int32(4)), raises="Input must have at least n+1 columns"),
    ],
)


class TopK(NamedTuple):
    """The greatest elements along the last axis, and where they stand in it."""

    values: Tensor
    indices: Tensor


def top_k(input: Any, k: Any = 1, sorted: bool = True, name: str | None = None) -> TopK:
    """The ``k`` greatest elements along the last axis, and their indices.

    Args:
        input: a tensor of rank at least 1.
        k: how many, as an int32 scalar.
        sorted: whether the greatest comes first; here it always does.
        name: the operation's name.

    Returns:
        The Tensors ``values`` and ``indices`` (int32), of shape ``(..., k)``.

    Raises:
        ValueError: the last axis is known to be shorter than ``k``.

    Source: TensorFlow's ``TopKV2``.
    """
    return TopK(*TopKV2.operation(input, k, sorted=sorted, name=name).outputs)


def in_top_k(predictions: Any, targets: Any, k: Any, name: str | None = None) -> Tensor:
    """Whether the target of each row is among its ``k`` greatest predictions.

    Args:
        predictions: a float32 matrix with a row for each example.
        targets: a vector of classes: indices into the rows.
        k: how many.
        name: the operation's name.

    Returns:
        A vector of booleans; False where a number of the row is not finite.

    Source: TensorFlow's ``InTopKV2``.
    """
    with name_scope(name, "in_top_k"):
        return InTopKV2(predictions, targets, k, name=name)


def nth_element(input: Any, n: Any, reverse: bool = False, name: str | None = None) -> Tensor:
    """The ``n``-th least element along the last axis, counted from 0 (TensorFlow's ``NthElement``)."""
    return NthElement(input, n, reverse=reverse, name=name)


def sort(values: Any, axis: Any = -1, direction: str = "ASCENDING", name: str | None = None) -> Tensor:
    """A tensor sorted along an axis.

    Args:
        values: a tensor of rank at least 1.
        axis: the axis, as a number that is known.
        direction: ``"ASCENDING"`` or ``"DESCENDING"``.
        name: the scope's name.

    Returns:
        A Tensor of the same shape and dtype.

    Raises:
        ValueError: the axis is not known, or the direction is none.

    Source: ``tf.sort``.
    """
    with name_scope(name, "sort"):
        return _sorted(values, axis, direction, wants_indices=False)


def argsort(
    values: Any, axis: Any = -1, direction: str = "ASCENDING", stable: bool = False, name: str | None = None
) -> Tensor:
    """The indices (int32) that sort a tensor along an axis; equal elements keep their order.

    The arguments are those of ``sort``; ``stable`` changes nothing. Source: ``tf.argsort``.
    """
    with name_scope(name, "argsort"):
        return _sorted(values, axis, direction, wants_indices=True)


def _sorted(values: Any, axis: Any, direction: str, wants_indices: bool) -> Tensor:
    if direction not in ("ASCENDING", "DESCENDING"):
        raise ValueError(f"{direction} should be one of ASCENDING, DESCENDING")
    known = constant_value(convert_to_tensor(axis, name="axis"))
    if known is None or known.ndim:
        raise ValueError("axis must be a constant scalar")
    tensor = convert_to_tensor(values, name="values")
    if direction == "DESCENDING":
        return _descending(tensor, int(known), wants_indices)
    result = _descending(-tensor, int(known), wants_indices)
    return result if wants_indices else -result


def _descending(values: Tensor, axis: int, wants_indices: bool) -> Tensor:
    k = shape_queries.shape(values)[axis]
    rank = shape_queries.rank(values)
    known_rank = None if values.static_shape is None else len(values.static_shape)
    if axis == -1 or axis + 1 == known_rank:
        return top_k(values, k)[wants_indices]
    swap = _swap_with_last(axis, rank, known_rank)
    return arrays.transpose(top_k(arrays.transpose(values, swap), k)[wants_indices], swap)


def _swap_with_last(axis: Any, rank: Tensor, known_rank: int | None) -> Tensor:
    """The order of axes in which ``axis`` and the last one have changed places."""
    if known_rank is None:
        position = axis + rank if axis < 0 else axis
        order = [ranges.range(position), [rank - 1], ranges.range(position + 1, rank - 1), [position]]
        return joining.concat(order, axis=0)
    swapped = np.arange(known_rank)
    swapped[[axis, -1]] = swapped[[-1, axis]]
    return constants.constant(swapped, name="transposition")
