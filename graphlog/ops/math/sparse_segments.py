"""Reductions by segments of the rows of a tensor that indices choose."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import types
from graphlog.core.dtypes import DType
from graphlog.core.op_definition import Kernel, OpDefinition, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.array import gathering, shape_queries
from graphlog.ops.dtype_groups import INDICES, REALS
from graphlog.ops.math import segment_kernels, unsorted_segments
from graphlog.ops.static_values import constant_value

_ROWS = samples.float32([[1.5, -2.0], [0.5, 4.0], [3.0, -1.0]])
_INDICES = samples.int32([2, 0, 2, 1])
_IDS = samples.int32([0, 0, 1, 3])


def _segment_shape(op: Operation) -> list[StaticShape]:
    data = shape_rules.with_rank_at_least(op.inputs[0].static_shape, 1)
    indices = shape_rules.with_rank(op.inputs[1].static_shape, 1)
    shape_rules.merged_shape(indices, shape_rules.with_rank(op.inputs[2].static_shape, 1))
    count = constant_value(op.inputs[3]) if len(op.inputs) > 3 else None
    if count is not None and count < 0:
        raise ValueError("Cannot specify a negative value for num_segments")
    return [None if data is None else (None if count is None else int(count), *data[1:])]


def _grad_shape(op: Operation) -> list[StaticShape]:
    grad = shape_rules.with_rank_at_least(op.inputs[0].static_shape, 1)
    indices = shape_rules.with_rank(op.inputs[1].static_shape, 1)
    shape_rules.merged_shape(indices, shape_rules.with_rank(op.inputs[2].static_shape, 1))
    rows = constant_value(op.inputs[3])
    return [None if grad is None else (None if rows is None else int(rows), *grad[1:])]


def _check_indices(indices: Any, rows: int) -> None:
    wrong = (indices < 0) | (indices >= rows)
    if wrong.any():
        position = int(np.argmax(wrong))
        raise ValueError(f"Bad: indices[{position}] == {indices[position]} out of range [0, {rows})")


def _divisors(kind: str, ids: Any, count: int, like: Any) -> Any:
    """What the sums of each segment are divided by, for a mean or by the root of the number of rows."""
    sizes = segment_kernels.counts(ids, count, like)
    return np.sqrt(sizes) if kind == "SqrtN" else sizes


def _kind(op: Operation) -> str:
    return next(kind for kind in ("Sum", "Mean", "SqrtN") if op.type.startswith("SparseSegment" + kind))


def _segment_kernel(op: Operation) -> Kernel:
    kind = _kind(op)

    def kernel(data: Any, indices: Any, ids: Any, num_segments: Any = None) -> Any:
        if indices.shape != ids.shape:
            raise ValueError("segment_ids and indices should have same size.")
        count = segment_kernels.checked_sorted_ids(ids, ids.size)
        if num_segments is not None:
            if count > num_segments:
                raise ValueError(f"segment ids must be < num_segments, got {count - 1} and {num_segments}")
            count = int(num_segments)
        _check_indices(indices, data.shape[0])
        rows = data[indices]
        sums = segment_kernels.reduced(np.add, rows, ids, count, 0)
        return sums if kind == "Sum" else sums / _divisors(kind, ids, count, rows)

    return kernel


def _grad_kernel(op: Operation) -> Kernel:
    kind = _kind(op)

    def kernel(grad: Any, indices: Any, ids: Any, rows: Any) -> Any:
        if indices.shape != ids.shape:
            raise ValueError("segment_ids and indices should have same size.")
        if ids.size and not 0 <= ids.min() <= ids.max() < grad.shape[0]:
            raise ValueError("Invalid number of segments")
        if indices.size and not 0 <= indices.min() <= indices.max() < rows:
            wrong = indices[(indices < 0) | (indices >= rows)][0]
            raise ValueError(f"Index {wrong} out of range [0, {rows}).")
        shares = grad / _divisors(kind, ids, grad.shape[0], grad)
        return segment_kernels.reduced(np.add, shares[ids], indices, int(rows), 0)

    return kernel


def _segment_gradient(op: Operation, grad: Tensor) -> Any:
    data, indices, ids = op.inputs[:3]
    rows = shape_queries.shape(data)[0]
    unused = [None] * (len(op.inputs) - 1)
    kind = _kind(op)
    if kind == "Sum":
        gathered = gathering.gather(grad, ids)
        return [unsorted_segments.unsorted_segment_sum(gathered, indices, rows), *unused]
    rule = SparseSegmentMeanGrad if kind == "Mean" else SparseSegmentSqrtNGrad
    return [rule(grad, indices, ids, rows), *unused]


def _sparse_segment(type: str, allowed: tuple[DType, ...], has_count: bool) -> OpDefinition:
    """Defines a reduction by sorted segments of the rows that indices choose."""
    count = (samples.int32(5),) if has_count else ()
    attributes = {"T": types(*allowed), "Tidx": types(*INDICES, default=dtypes.int32)}
    if has_count:
        attributes["Tnumsegments"] = types(*INDICES, default=dtypes.int32)
    # SparseSegmentMeanGrad and SparseSegmentSqrtNGrad have no gradients of their own.
    has_second = type.startswith("SparseSegmentSum")
    return define_op(
        type,
        ["data: T", "indices: Tidx", "segment_ids: int32"] + ["num_segments: Tnumsegments"] * has_count,
        ["output: T"],
        attributes=attributes,
        shape=_segment_shape,
        make_kernel=_segment_kernel,
        gradient=_segment_gradient,
        samples=[
            Sample((_ROWS, _INDICES, _IDS, *count), differentiable=has_second),
            Sample(
                (_ROWS.astype(np.float64)[:, 0].copy(), _INDICES.astype(np.int64), _IDS, *count),
                differentiable=has_second,
            ),
            Sample((_ROWS, _INDICES + np.int32(1), _IDS, *count), raises="== 3 out of range [0, 3)"),
            Sample((_ROWS, _INDICES, _IDS[::-1].copy(), *count), raises="segment ids are not increasing"),
            Sample((_ROWS, _INDICES[:2], _IDS, *count), raises="should have same size"),
        ],
    )


def _sparse_segment_grad(type: str) -> OpDefinition:
    """Defines the gradient of such a reduction."""
    inputs = (_ROWS, samples.int32([4, 0, 4, 1]), samples.int32([0, 0, 1, 2]))
    return define_op(
        type,
        ["grad: T", "indices: Tidx", "segment_ids: int32", "output_dim0: int32"],
        ["output: T"],
        attributes={
            "T": types(dtypes.float32, dtypes.float64),
            "Tidx": types(*INDICES, default=dtypes.int32),
        },
        shape=_grad_shape,
        make_kernel=_grad_kernel,
        samples=[
            Sample((*inputs, samples.int32(5))),
            Sample((*inputs, samples.int32(2)), raises="Index 4 out of range [0, 2)."),
        ],
    )


_AVERAGED = (dtypes.float32, dtypes.float64)
SparseSegmentMeanGrad = _sparse_segment_grad("SparseSegmentMeanGrad")
SparseSegmentSqrtNGrad = _sparse_segment_grad("SparseSegmentSqrtNGrad")
SparseSegmentSum = _sparse_segment("SparseSegmentSum", REALS, False)
SparseSegmentMean = _sparse_segment("SparseSegmentMean", _AVERAGED, False)
SparseSegmentSqrtN = _sparse_segment("SparseSegmentSqrtN", _AVERAGED, False)
SparseSegmentSumWithNumSegments = _sparse_segment("SparseSegmentSumWithNumSegments", REALS, True)
SparseSegmentMeanWithNumSegments = _sparse_segment("SparseSegmentMeanWithNumSegments", _AVERAGED, True)
SparseSegmentSqrtNWithNumSegments = _sparse_segment("SparseSegmentSqrtNWithNumSegments", _AVERAGED, True)


def sparse_segment_sum(
    data: Any, indices: Any, segment_ids: Any, name: str | None = None, num_segments: Any = None
) -> Tensor:
    """The sums, by segments, of the rows that indices choose.

    Args:
        data: a tensor of rank at least 1.
        indices: a vector of indices of rows.
        segment_ids: the segment of each of those rows: an int32 vector, sorted, of at least 0.
        name: the operation's name.
        num_segments: how many segments there are; one more than the greatest id if None.

    Returns:
        A Tensor with a row for each segment; 0 where it has none.

    Source: TensorFlow's ``SparseSegmentSum`` and ``SparseSegmentSumWithNumSegments``.
    """
    if num_segments is None:
        return SparseSegmentSum(data, indices, segment_ids, name=name)
    return SparseSegmentSumWithNumSegments(data, indices, segment_ids, num_segments, name=name)


def sparse_segment_mean(
    data: Any, indices: Any, segment_ids: Any, name: str | None = None, num_segments: Any = None
) -> Tensor:
    """The means, by segments, of the rows that indices choose; see ``sparse_segment_sum``."""
    if num_segments is None:
        return SparseSegmentMean(data, indices, segment_ids, name=name)
    return SparseSegmentMeanWithNumSegments(data, indices, segment_ids, num_segments, name=name)


def sparse_segment_sqrt_n(
    data: Any, indices: Any, segment_ids: Any, name: str | None = None, num_segments: Any = None
) -> Tensor:
    """The sums of ``sparse_segment_sum``, divided by the square root of the number of rows."""
    if num_segments is None:
        return SparseSegmentSqrtN(data, indices, segment_ids, name=name)
    return SparseSegmentSqrtNWithNumSegments(data, indices, segment_ids, num_segments, name=name)
