"""Counts of values: by whole number, and by bin of equal width."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import types
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape
from graphlog.core.tensor import Tensor
from graphlog.ops import constants, samples, shape_rules
from graphlog.ops.array import arrays, shape_queries
from graphlog.ops.dtype_groups import INDICES
from graphlog.ops.math import arithmetic, casts, clipping, reductions, rounding, unsorted_segments
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.static_values import constant_value

_COUNTABLE = (dtypes.int32, dtypes.int64, dtypes.float32, dtypes.float64)


def _known_size(tensor: Tensor) -> StaticShape:
    size = constant_value(tensor)
    return (None,) if size is None else (int(size),)


def _bincount_shape(op: Operation) -> list[StaticShape]:
    shape_rules.with_rank(op.inputs[1].static_shape, 0)
    size = constant_value(op.inputs[1])
    if size is not None and size < 0:
        raise ValueError(f"size ({size}) must be non-negative")
    return [_known_size(op.inputs[1])]


def _bincount(values: Any, size: Any, weights: Any) -> Any:
    if size < 0:
        raise ValueError(f"size ({int(size)}) must be non-negative")
    if values.size and values.min() < 0:
        raise ValueError("Input arr must be non-negative!")
    is_inside = values < size
    # In double precision, in which whole numbers are exact up to 2^53.
    given = weights[is_inside] if weights.size else None
    counts = np.bincount(values[is_inside].ravel(), given, minlength=int(size))
    return counts.astype(weights.dtype)


def _histogram_shape(op: Operation) -> list[StaticShape]:
    count = constant_value(op.inputs[2])
    if count is not None and count <= 0:
        raise ValueError(f"Requires nbins > 0: {count}")
    return [_known_size(op.inputs[2])]


def _histogram(op: Operation) -> Kernel:
    dtype = op.outputs[0].dtype.numpy_dtype

    def kernel(values: Any, limits: Any, count: Any) -> Any:
        if limits.shape != (2,):
            raise ValueError("value_range should be a vector of 2 elements.")
        if not limits[0] < limits[1]:
            raise ValueError(
                "value_range should satisfy value_range[0] < value_range[1], but got "
                f"'[{limits[0]}, {limits[1]}]'"
            )
        if count <= 0:
            raise ValueError(f"nbins should be a positive number, but got '{int(count)}'")
        width = (limits[1].astype(np.float64) - limits[0].astype(np.float64)) / int(count)
        places = (values.astype(np.float64) - limits[0]) / width
        # NaN goes to the first bin.
        bins = np.nan_to_num(np.clip(places, 0, int(count) - 1), nan=0.0).astype(np.int64)
        return np.bincount(bins.ravel(), minlength=int(count)).astype(dtype)

    return kernel


Bincount = define_op(
    "Bincount",
    ["arr: int32", "size: int32", "weights: T"],
    ["bins: T"],
    attributes={"T": types(*_COUNTABLE)},
    shape=_bincount_shape,
    kernel=_bincount,
    samples=[
        Sample((samples.int32([[1, 2], [2, 7]]), samples.int32(4), samples.int32([]))),
        Sample((samples.int32([1, 2, 2]), samples.int32(3), samples.float64([0.5, 1.5, 2.0]))),
        Sample((samples.int32([1, -2]), samples.int32(3), samples.int64([])), raises="non-negative"),
    ],
)
HistogramFixedWidth = define_op(
    "HistogramFixedWidth",
    ["values: T", "value_range: T", "nbins: int32"],
    ["out: dtype"],
    attributes={"T": types(*_COUNTABLE), "dtype": types(*INDICES, default=dtypes.int32)},
    shape=_histogram_shape,
    make_kernel=_histogram,
    samples=[
        Sample((samples.float32([-1.0, 0.0, 1.5, 2.0, 5.0, 15]), samples.float32([0, 5]), samples.int32(5))),
        Sample((samples.int64([1, 2]), samples.int64([0, 5]), samples.int32(2)), {"dtype": dtypes.int64}),
        Sample(
            (samples.float32([1.0]), samples.float32([5, 0]), samples.int32(5)),
            raises="value_range should satisfy value_range[0] < value_range[1]",
        ),
    ],
)


def bincount(
    arr: Any, weights: Any = None, minlength: Any = None, maxlength: Any = None, dtype: Any = dtypes.int32
) -> Tensor:
    """How often each whole number occurs.

    Args:
        arr: an int32 tensor of numbers that are not negative.
        weights: what each element counts, in the shape of ``arr``; 1 if None.
        minlength: the least length of the result.
        maxlength: the most; greater numbers are left out.
        dtype: the dtype of the result, where there are no weights.

    Returns:
        A vector whose element i says how often i occurs.

    Source: ``tf.bincount``; TensorFlow's ``Bincount``.
    """
    with name_scope("bincount"):
        arr = convert_to_tensor(arr, dtype=dtypes.int32, name="arr")
        is_not_empty = reductions.reduce_prod(shape_queries.shape(arr)) > 0
        size = casts.cast(is_not_empty, dtypes.int32) * (reductions.reduce_max(arr) + 1)
        if minlength is not None:
            size = arithmetic.maximum(convert_to_tensor(minlength, dtypes.int32, name="minlength"), size)
        if maxlength is not None:
            size = arithmetic.minimum(convert_to_tensor(maxlength, dtypes.int32, name="maxlength"), size)
        if weights is not None:
            weights = convert_to_tensor(weights, name="weights")
            return unsorted_segments.unsorted_segment_sum(weights, arr, size)
        return Bincount(arr, size, constants.constant([], dtype))


def histogram_fixed_width(
    values: Any, value_range: Any, nbins: Any = 100, dtype: Any = dtypes.int32, name: str | None = None
) -> Tensor:
    """How many values lie in each of some bins of equal width.

    Args:
        values: a tensor of numbers.
        value_range: the lower and the upper end; values beyond count in the first and last bin.
        nbins: how many bins.
        dtype: int32 or int64.
        name: the operation's name.

    Returns:
        A vector of ``nbins`` counts.

    Source: TensorFlow's ``HistogramFixedWidth``.
    """
    with name_scope(name, "histogram_fixed_width", [values, value_range, nbins]) as scope:
        return HistogramFixedWidth(values, value_range, nbins, dtype=dtype, name=scope)


def histogram_fixed_width_bins(
    values: Any, value_range: Any, nbins: Any = 100, dtype: Any = dtypes.int32, name: str | None = None
) -> Tensor:
    """The bin in which ``histogram_fixed_width`` counts each value, in the shape of ``values``, as int32."""
    with name_scope(name, "histogram_fixed_width_bins", [values, value_range, nbins]):
        values = convert_to_tensor(values, name="values")
        sizes = shape_queries.shape(values)
        values = arrays.reshape(values, [-1])
        value_range = convert_to_tensor(value_range, name="value_range")
        nbins = convert_to_tensor(nbins, dtypes.int32, name="nbins")
        count = casts.cast(nbins, values.dtype)
        scaled = arithmetic.truediv(
            values - value_range[0], value_range[1] - value_range[0], name="scaled_values"
        )
        places = rounding.floor(count * scaled, name="indices")
        bins = casts.cast(clipping.clip_by_value(places, 0, count - 1), dtypes.int32)
        return arrays.reshape(bins, sizes)
