"""Reductions made of others: variances, the logarithm of a sum of exponentials, counts."""

from __future__ import annotations

from typing import Any

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.tensor import Tensor
from graphlog.ops.array import arrays, filling, shape_queries
from graphlog.ops.control_flow import gradient_stops
from graphlog.ops.math import arithmetic, casts, comparisons, elementwise, logic, roots
from graphlog.ops.math.reductions import reduce_max, reduce_mean, reduce_sum
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.renamed_arguments import renamed_argument


def reduce_variance(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """The mean squared distance from the mean, along axes as ``reduce_sum`` (``tf.math.reduce_variance``)."""
    with name_scope(name or "reduce_variance"):
        means = reduce_mean(input_tensor, axis=axis, keepdims=True)
        return reduce_mean(elementwise.square(input_tensor - means), axis=axis, keepdims=keepdims)


def reduce_std(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """The root of ``reduce_variance`` (``tf.math.reduce_std``)."""
    with name_scope(name or "reduce_std"):
        return roots.sqrt(reduce_variance(input_tensor, axis=axis, keepdims=keepdims))


def reduce_logsumexp(
    input_tensor: Any,
    axis: Any = None,
    keepdims: bool | None = None,
    name: str | None = None,
    reduction_indices: Any = None,
    keep_dims: bool | None = None,
) -> Tensor:
    """``log(sum(exp(x)))`` along axes, as ``reduce_sum``, without overflow (``tf.reduce_logsumexp``)."""
    axis = renamed_argument("axis", axis, "reduction_indices", reduction_indices)
    keep = bool(renamed_argument("keepdims", keepdims, "keep_dims", keep_dims))
    x = convert_to_tensor(input_tensor)
    with name_scope(name, "ReduceLogSumExp", [x]):
        raw_greatest = reduce_max(x, axis=axis, keepdims=True)
        greatest = gradient_stops.stop_gradient(
            comparisons.where(logic.is_finite(raw_greatest), raw_greatest, filling.zeros_like(raw_greatest))
        )
        exponentials = elementwise.exp(arithmetic.subtract(x, greatest))
        result = elementwise.log(reduce_sum(exponentials, axis, keepdims=keep))
        if not keep:
            greatest = arrays.reshape(greatest, shape_queries.shape(result))
        result = arithmetic.add(result, greatest)
        if axis is None and not keep:
            result.set_shape(())
        return result


def count_nonzero(
    input_tensor: Any = None,
    axis: Any = None,
    keepdims: bool | None = None,
    dtype: Any = dtypes.int64,
    name: str | None = None,
    reduction_indices: Any = None,
    keep_dims: bool | None = None,
    input: Any = None,
) -> Tensor:
    """How many elements are not zero, along axes as ``reduce_sum`` (``tf.count_nonzero``).

    Args:
        input_tensor: a tensor of numbers, booleans or strings.
        axis: an axis or several; all axes if None.
        keepdims: whether reduced axes stay, with size 1.
        dtype: the dtype of the result.
        name: the scope's name.
        reduction_indices: the older name of ``axis``.
        keep_dims: the older name of ``keepdims``.
        input: the newer name of ``input_tensor``.

    Returns:
        A Tensor of that dtype.
    """
    keep = renamed_argument("keepdims", keepdims, "keep_dims", keep_dims)
    value = renamed_argument("input", input, "input_tensor", input_tensor)
    axis = renamed_argument("axis", axis, "reduction_indices", reduction_indices)
    with name_scope(name, "count_nonzero", [value]):
        tensor = convert_to_tensor(value, name="input")
        zero = filling.zeros([], dtype=tensor.dtype)
        is_not_zero = casts.cast(comparisons.not_equal(tensor, zero), dtypes.int64)
        return casts.cast(reduce_sum(is_not_zero, axis=axis, keepdims=bool(keep)), dtype)
