"""Reductions of a tensor by segments, in any order and of a number that is given."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import types
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.dtypes import DType
from graphlog.core.op_definition import GradientRule, Kernel, OpDefinition, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape, bracketed
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.array import arrays, axes, filling, gathering, joining, shape_queries
from graphlog.ops.dtype_groups import INDICES, NUMBERS, REALS
from graphlog.ops.math import arithmetic, casts, comparisons, logic, roots, segment_kernels
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.static_values import constant_value

_ROWS = samples.float32([[1.5, -2.0], [0.5, 4.0], [3.0, -1.0], [2.5, 0.75]])
_IDS = samples.int32([1, 0, 1, -1])


def _unsorted_shape(op: Operation) -> list[StaticShape]:
    data, ids = op.inputs[0].static_shape, op.inputs[1].static_shape
    if data is None or ids is None:
        return [None]
    shape_rules.with_rank_at_least(data, len(ids))
    for own, other in zip(data, ids, strict=False):
        shape_rules.merged_size(own, other)
    count = constant_value(op.inputs[2])
    if count is not None and count < 0:
        raise ValueError(f"Dimension size, given by scalar input 2, must be non-negative but is {int(count)}")
    return [(None if count is None else int(count), *data[len(ids) :])]


def _empty_value(type: str, dtype: Any) -> Any:
    """What a segment without rows gives: the neutral element of the reduction."""
    if type == "UnsortedSegmentSum":
        return 0
    if type == "UnsortedSegmentProd":
        return 1
    limits = np.finfo(dtype) if dtype.kind == "f" else np.iinfo(dtype)
    return limits.min if type == "UnsortedSegmentMax" else limits.max


_UFUNCS = {
    "UnsortedSegmentSum": np.add,
    "UnsortedSegmentProd": np.multiply,
    "UnsortedSegmentMax": np.maximum,
    "UnsortedSegmentMin": np.minimum,
}


def _unsorted_kernel(op: Operation) -> Kernel:
    ufunc = _UFUNCS[op.type]
    empty = _empty_value(op.type, op.inputs[0].dtype.numpy_dtype)

    def kernel(data: Any, ids: Any, count: Any) -> Any:
        if data.shape[: ids.ndim] != ids.shape:
            raise ValueError(
                f"data.shape = {bracketed(data.shape)} does not start with segment_ids.shape = "
                f"{bracketed(ids.shape)}"
            )
        if count < 0:
            raise ValueError(f"Input num_segments == {count} must not be negative.")
        flat = ids.ravel()
        if flat.size and flat.max() >= count:
            position = np.unravel_index(int(np.argmax(flat >= count)), ids.shape)
            raise ValueError(
                f"segment_ids[{','.join(map(str, position))}] = {ids[position]} is out of range [0, {count})"
            )
        rows = data.reshape(flat.size, *data.shape[ids.ndim :])
        used = flat >= 0
        if not used.all():
            # Rows of a negative id are dropped.
            flat, rows = flat[used], rows[used]
        return segment_kernels.reduced(ufunc, rows, flat, int(count), empty)

    return kernel


def _gather_or_zero(
    params: Tensor, ids: Tensor, clipped: Tensor | None = None, is_positive: Tensor | None = None
) -> tuple[Tensor, Tensor, Tensor]:
    """The rows of ``params`` that ids choose, zeros where an id is negative.

    Args:
        params: a tensor of rows.
        ids: the ids.
        clipped: what this function returned second for these ids, to use it again.
        is_positive: what it returned third.

    Returns:
        The rows; the ids with 0 in place of what is negative; and where they are not negative, in the
        shape of the rows.
    """
    if clipped is None:
        clipped = arithmetic.maximum(ids, filling.zeros_like(ids))
    gathered = gathering.gather(params, clipped)
    if is_positive is None:
        is_positive = _with_rank_of(comparisons.greater_equal(ids, 0), gathered)
        everywhere = filling.ones_like(gathered, dtype=dtypes.bool_)
        is_positive = logic.LogicalAnd(is_positive, everywhere, name="and")
    zeros = filling.zeros_like(gathered)
    return comparisons.where(is_positive, gathered, zeros), clipped, is_positive


def _with_rank_of(flags: Tensor, rows: Tensor) -> Tensor:
    """The flags with as many axes of size 1 at their end as the rows have more."""
    if flags.static_shape is None or rows.static_shape is None:
        # TensorFlow gives up here.
        missing = shape_queries.rank(rows) - shape_queries.rank(flags)
        ones = filling.fill(axes.expand_dims(missing, 0), 1)
        return arrays.reshape(flags, joining.concat([shape_queries.shape(flags), ones], 0))
    for _ in range(len(rows.static_shape) - len(flags.static_shape)):
        flags = axes.expand_dims(flags, -1)
    return flags


def _sum_gradient(op: Operation, grad: Tensor) -> Any:
    return _gather_or_zero(grad, op.inputs[1])[0], None, None


def _extremum_gradient(op: Operation, grad: Tensor) -> Any:
    """The gradient of a segment is divided among the elements that are its extremum."""
    data, ids, count = op.inputs
    outputs, clipped, is_positive = _gather_or_zero(op.outputs[0], ids)
    is_selected = logic.logical_and(comparisons.equal(data, outputs), is_positive)
    selected = UnsortedSegmentSum(casts.cast(is_selected, grad.dtype), ids, count)
    shares, _, _ = _gather_or_zero(grad / selected, ids, clipped, is_positive)
    zeros = filling.zeros_like(shares)
    return comparisons.where(is_selected, shares, zeros), None, None


def _product_gradient(op: Operation, grad: Tensor) -> Any:
    """The product is divided by each element; where a segment has one zero, it is multiplied anew."""
    data, ids, count = op.inputs
    is_zero = comparisons.equal(data, 0)
    zero_counts = UnsortedSegmentSum(casts.cast(is_zero, dtypes.int32), ids, count)
    has_many = comparisons.greater(zero_counts, 1)
    grad = comparisons.where(has_many, filling.zeros_like(grad), grad)
    without_zeros = comparisons.where(is_zero, filling.ones_like(data), data)
    other_products = UnsortedSegmentProd(without_zeros, ids, count)
    clipped = arithmetic.maximum(ids, filling.zeros_like(ids))
    products = gathering.gather(op.outputs[0], clipped)
    other_products = gathering.gather(other_products, clipped)
    partial = comparisons.where(is_zero, other_products, products / data)
    return _gather_or_zero(grad, ids, clipped)[0] * partial, None, None


def _unsorted(type: str, allowed: tuple[DType, ...], gradient: GradientRule) -> OpDefinition:
    """Defines a reduction by segments of a given number."""
    return define_op(
        type,
        ["data: T", "segment_ids: Tindices", "num_segments: Tnumsegments"],
        ["output: T"],
        attributes={
            "T": types(*allowed),
            "Tindices": types(*INDICES),
            "Tnumsegments": types(*INDICES, default=dtypes.int32),
        },
        shape=_unsorted_shape,
        make_kernel=_unsorted_kernel,
        gradient=gradient,
        samples=[
            Sample((_ROWS, _IDS, samples.int32(2))),
            Sample((_ROWS, samples.int64([[2, 0], [2, -1], [0, 0], [1, 1]]), samples.int64(3))),
            Sample((_ROWS.astype(np.float64)[:, 0].copy(), _IDS, samples.int32(2))),
            Sample((samples.int32([7, 5, -2, 4]), _IDS, samples.int32(3))),
            Sample((_ROWS, _IDS, samples.int32(1)), raises="segment_ids[0] = 1 is out of range [0, 1)"),
            Sample((_ROWS, _IDS, samples.int32(-1)), raises="Input num_segments == -1 must not be negative."),
            Sample((_ROWS, _IDS[:2], samples.int32(3)), raises="does not start with segment_ids.shape = [2]"),
        ],
    )


UnsortedSegmentSum = _unsorted("UnsortedSegmentSum", NUMBERS, _sum_gradient)
UnsortedSegmentProd = _unsorted("UnsortedSegmentProd", NUMBERS, _product_gradient)
UnsortedSegmentMax = _unsorted("UnsortedSegmentMax", REALS, _extremum_gradient)
UnsortedSegmentMin = _unsorted("UnsortedSegmentMin", REALS, _extremum_gradient)


def unsorted_segment_sum(data: Any, segment_ids: Any, num_segments: Any, name: str | None = None) -> Tensor:
    """The sums of the slices of each segment.

    Args:
        data: a tensor.
        segment_ids: the segment of each slice: an int32 or int64 tensor whose shape begins that of
            ``data``. Slices with a negative id are dropped.
        num_segments: how many segments there are.
        name: the operation's name.

    Returns:
        A Tensor in which one axis of size ``num_segments`` stands for the axes of ``segment_ids``.

    Source: TensorFlow's ``UnsortedSegmentSum``.
    """
    return UnsortedSegmentSum(data, segment_ids, num_segments, name=name)


def unsorted_segment_prod(data: Any, segment_ids: Any, num_segments: Any, name: str | None = None) -> Tensor:
    """The products of the slices of each segment, 1 where it has none (``UnsortedSegmentProd``)."""
    return UnsortedSegmentProd(data, segment_ids, num_segments, name=name)


def unsorted_segment_max(data: Any, segment_ids: Any, num_segments: Any, name: str | None = None) -> Tensor:
    """The greatest of each segment, the dtype's least number where it has none (``UnsortedSegmentMax``)."""
    return UnsortedSegmentMax(data, segment_ids, num_segments, name=name)


def unsorted_segment_min(data: Any, segment_ids: Any, num_segments: Any, name: str | None = None) -> Tensor:
    """The least of each segment, the dtype's greatest number where it has none (``UnsortedSegmentMin``)."""
    return UnsortedSegmentMin(data, segment_ids, num_segments, name=name)


def unsorted_segment_mean(data: Any, segment_ids: Any, num_segments: Any, name: str | None = None) -> Tensor:
    """The means of the slices of each segment, 0 where it has none; see ``unsorted_segment_sum``."""
    with name_scope(name, "UnsortedSegmentMean"):
        data, segment_ids = convert_to_tensor(data), convert_to_tensor(segment_ids)
        sizes = _segment_sizes(data, segment_ids, num_segments)
        return UnsortedSegmentSum(data, segment_ids, num_segments) / sizes


def unsorted_segment_sqrt_n(
    data: Any, segment_ids: Any, num_segments: Any, name: str | None = None
) -> Tensor:
    """The sums of the slices of each segment, divided by the square root of their number."""
    with name_scope(name, "UnsortedSegmentSqrtN"):
        data, segment_ids = convert_to_tensor(data), convert_to_tensor(segment_ids)
        sizes = _segment_sizes(data, segment_ids, num_segments)
        sums = UnsortedSegmentSum(data, segment_ids, num_segments)
        return sums / roots.sqrt(sizes)


def _segment_sizes(data: Tensor, segment_ids: Tensor, num_segments: Any) -> Tensor:
    """How many slices each segment has, at least 1, ready to divide its slices."""
    if data.static_shape is None or segment_ids.static_shape is None:
        raise ValueError("The means of unsorted segments need tensors of known rank.")
    ones = filling.ones(shape_queries.shape(segment_ids), dtype=data.dtype)
    sizes = UnsortedSegmentSum(ones, segment_ids, num_segments)
    missing = len(data.static_shape) - len(segment_ids.static_shape)
    return arithmetic.maximum(arrays.reshape(sizes, [num_segments] + [1] * missing), 1)
