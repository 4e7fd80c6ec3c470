"""Reductions of the rows of a tensor by segments: sorted ids say which rows belong together."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core.attributes import types
from graphlog.core.dtypes import DType
from graphlog.core.op_definition import GradientRule, Kernel, OpDefinition, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape
from graphlog.core.tensor import Tensor
from graphlog.ops import constants, samples, shape_rules
from graphlog.ops.array import axes, filling, gathering, joining, shape_queries
from graphlog.ops.dtype_groups import INDICES, NUMBERS, REALS
from graphlog.ops.math import casts, comparisons, segment_kernels

_ROWS = samples.float32([[1.5, -2.0], [0.5, 4.0], [3.0, -1.0], [2.5, 0.75]])
_IDS = samples.int32([0, 0, 1, 3])


def _segment_shape(op: Operation) -> list[StaticShape]:
    shape = shape_rules.with_rank_at_least(op.inputs[0].static_shape, 1)
    shape_rules.with_rank(op.inputs[1].static_shape, 1)
    return [None if shape is None else (None, *shape[1:])]


def _segment_kernel(ufunc: Any, empty: int) -> Kernel:
    def kernel(data: Any, ids: Any) -> Any:
        count = segment_kernels.checked_sorted_ids(ids, data.shape[0] if data.ndim else 1)
        return segment_kernels.reduced(ufunc, data, ids, count, empty)

    return kernel


def _segment_mean(data: Any, ids: Any) -> Any:
    count = segment_kernels.checked_sorted_ids(ids, data.shape[0] if data.ndim else 1)
    sums = segment_kernels.reduced(np.add, data, ids, count, 0)
    sizes = segment_kernels.counts(ids, count, data)
    return sums // sizes if data.dtype.kind in "iu" else sums / sizes


def _sum_gradient(op: Operation, grad: Tensor) -> Any:
    return gathering.gather(grad, op.inputs[1]), None


def _mean_gradient(op: Operation, grad: Tensor) -> Any:
    data, ids = op.inputs
    rank = shape_queries.rank(data)
    ones_shape = joining.concat([shape_queries.shape(ids), filling.fill(axes.expand_dims(rank - 1, 0), 1)], 0)
    ones = filling.fill(ones_shape, constants.constant(1, dtype=grad.dtype))
    scaled = grad / segment_sum(ones, ids)
    return gathering.gather(scaled, ids), None


def _extremum_gradient(op: Operation, grad: Tensor) -> Any:
    """The gradient of a segment is divided among the elements that are its extremum."""
    data, ids = op.inputs
    zeros = filling.zeros_like(data, dtype=data.dtype)
    is_selected = comparisons.equal(data, gathering.gather(op.outputs[0], ids))
    selected = segment_sum(casts.cast(is_selected, grad.dtype), ids)
    shares = gathering.gather(grad / selected, ids)
    return comparisons.where(is_selected, shares, zeros), None


def _segment(
    type: str, kernel: Kernel, allowed: tuple[DType, ...], gradient: GradientRule | None
) -> OpDefinition:
    """Defines a reduction by sorted segments."""
    return define_op(
        type,
        ["data: T", "segment_ids: Tindices"],
        ["output: T"],
        attributes={"T": types(*allowed), "Tindices": types(*INDICES)},
        shape=_segment_shape,
        kernel=kernel,
        gradient=gradient,
        samples=[
            Sample((_ROWS, _IDS)),
            Sample((_ROWS.astype(np.float64)[:, 0].copy(), _IDS.astype(np.int64))),
            Sample((samples.int32([[7, 5], [-2, 4], [3, 1], [8, 8]]), _IDS)),
            Sample((np.zeros((0, 2), np.float32), samples.int32([]))),
            Sample((_ROWS, _IDS[::-1].copy()), raises="segment ids are not increasing"),
            Sample((_ROWS, _IDS - np.int32(1)), raises="Segment id -1 out of range"),
            Sample((_ROWS, _IDS[:2]), raises="segment_ids should be the same size as dimension 0 of input."),
        ],
    )


SegmentSum = _segment("SegmentSum", _segment_kernel(np.add, 0), NUMBERS, _sum_gradient)
SegmentMean = _segment("SegmentMean", _segment_mean, NUMBERS, _mean_gradient)
# TensorFlow has no gradient for it.
SegmentProd = _segment("SegmentProd", _segment_kernel(np.multiply, 1), NUMBERS, None)
SegmentMax = _segment("SegmentMax", _segment_kernel(np.maximum, 0), REALS, _extremum_gradient)
SegmentMin = _segment("SegmentMin", _segment_kernel(np.minimum, 0), REALS, _extremum_gradient)


def segment_sum(data: Any, segment_ids: Any, name: str | None = None) -> Tensor:
    """The sums of the rows of each segment.

    Args:
        data: a tensor of rank at least 1.
        segment_ids: the segment of each row: an int32 or int64 vector, sorted, of at least 0.
        name: the operation's name.

    Returns:
        A Tensor with a row for each id up to the greatest; 0 where an id does not occur.

    Source: TensorFlow's ``SegmentSum``.
    """
    return SegmentSum(data, segment_ids, name=name)


def segment_mean(data: Any, segment_ids: Any, name: str | None = None) -> Tensor:
    """The means of the rows of each segment, 0 where it has none (TensorFlow's ``SegmentMean``)."""
    return SegmentMean(data, segment_ids, name=name)


def segment_prod(data: Any, segment_ids: Any, name: str | None = None) -> Tensor:
    """The products of the rows of each segment, 1 where it has none (TensorFlow's ``SegmentProd``)."""
    return SegmentProd(data, segment_ids, name=name)


def segment_max(data: Any, segment_ids: Any, name: str | None = None) -> Tensor:
    """The greatest of the rows of each segment, 0 where it has none (TensorFlow's ``SegmentMax``)."""
    return SegmentMax(data, segment_ids, name=name)


def segment_min(data: Any, segment_ids: Any, name: str | None = None) -> Tensor:
    """The least of the rows of each segment, 0 where it has none (TensorFlow's ``SegmentMin``)."""
    return SegmentMin(data, segment_ids, name=name)
