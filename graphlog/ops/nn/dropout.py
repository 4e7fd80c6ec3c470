"""Dropout, and other small parts of networks that are made of several operations."""

from __future__ import annotations

import numbers
from typing import Any

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.dtypes import DType
from graphlog.core.shapes import TensorShape
from graphlog.core.tensor import Tensor
from graphlog.ops.array import arrays, filling, shape_queries
from graphlog.ops.control_flow import conditionals
from graphlog.ops.linear_algebra import matmul
from graphlog.ops.math import casts, comparisons, reductions
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.nn import activations, bias
from graphlog.ops.random import random_functions
from graphlog.ops.renamed_arguments import renamed_argument
from graphlog.ops.static_values import constant_value


def dropout(
    x: Any,
    keep_prob: Any = None,
    noise_shape: Any = None,
    seed: int | None = None,
    name: str | None = None,
    rate: Any = None,
) -> Tensor:
    """A tensor with elements set to 0 at random; what is kept is scaled up so that the mean stays.

    Args:
        x: a tensor of floating-point numbers.
        keep_prob: the probability of keeping an element, the older way of saying ``1 - rate``.
        noise_shape: the shape in which is drawn what is kept, broadcast to that of ``x``; that of ``x`` if
            None.
        seed: see ``tf.set_random_seed``.
        name: the scope of the operations.
        rate: the probability of dropping an element, in [0, 1).

    Returns:
        A Tensor of the same shape and dtype; ``x`` itself where the rate is 0.

    Raises:
        ValueError: there is no rate, it is not in that range, or ``x`` is of another dtype.

    Source: ``tf.nn.dropout``; "Dropout: A Simple Way to Prevent Neural Networks from Overfitting"
    (Srivastava et al., 2014).
    """
    try:
        dropped = None if keep_prob is None else 1.0 - keep_prob
    except TypeError:
        raise ValueError(f"keep_prob must be a floating point number or Tensor (got {keep_prob!r})") from None
    rate = renamed_argument("rate", rate, "keep_prob", dropped)
    if rate is None:
        raise ValueError("You must provide a rate to dropout.")
    with name_scope(name, "dropout", [x]):
        tensor: Tensor = convert_to_tensor(x, name="x")
        if not tensor.dtype.is_floating:
            raise ValueError(
                "x has to be a floating point tensor since it's going to be scaled. Got a "
                f"{tensor.dtype} tensor instead."
            )
        if isinstance(rate, numbers.Real):
            if not 0 <= float(rate) < 1:
                raise ValueError(f"rate must be a scalar tensor or a float in the range [0, 1), got {rate:g}")
            if rate == 0:
                return tensor
        rate = convert_to_tensor(rate, dtype=tensor.dtype, name="rate")
        rate.shape.with_rank(0)
        known = constant_value(rate)
        if known is not None and known == 0:
            return tensor
        noise = random_functions.random_uniform(
            _noise_shape(tensor, noise_shape), seed=seed, dtype=tensor.dtype
        )
        kept = 1 - rate
        scale = 1 / kept
        mask = noise >= rate
        result: Tensor = tensor * scale * casts.cast(mask, tensor.dtype)
        result.set_shape(tensor.shape)
        return result


def _noise_shape(x: Tensor, noise_shape: Any) -> Any:
    """The shape of the noise, in which what is unknown is taken from ``x`` where that is known."""
    if noise_shape is None:
        return shape_queries.shape(x)
    try:
        sizes = TensorShape(noise_shape).as_tuple()
    except (TypeError, ValueError):
        return noise_shape
    if x.static_shape is None or sizes is None or len(x.static_shape) != len(sizes):
        return noise_shape
    pairs = zip(x.static_shape, sizes, strict=True)
    return TensorShape([own if size is None else size for own, size in pairs])


def relu_layer(x: Any, weights: Any, biases: Any, name: str | None = None) -> Tensor:
    """``relu(matmul(x, weights) + biases)`` (``tf.nn.relu_layer``)."""
    with name_scope(name, "relu_layer", [x, weights, biases]) as scope:
        x, weights = convert_to_tensor(x, name="x"), convert_to_tensor(weights, name="weights")
        biases = convert_to_tensor(biases, name="biases")
        return activations.relu(bias.bias_add(matmul.matmul(x, weights), biases), name=scope)


def zero_fraction(value: Any, name: str | None = None) -> Tensor:
    """Which part of a tensor's elements is 0, as a float32 scalar.

    Args:
        value: a tensor of numbers.
        name: the scope of the operations.

    Returns:
        A scalar Tensor; NaN where there are no elements.

    Source: ``tf.nn.zero_fraction``.
    """
    with name_scope(name, "zero_fraction", [value]):
        value = convert_to_tensor(value, name="value")
        count = shape_queries.size(value, out_type=dtypes.int64)
        # Counting in 32 bits is quicker, where that is enough.
        nonzero = conditionals.cond(
            count <= dtypes.int32.max,
            true_fn=lambda: casts.cast(_count_nonzero(value, dtypes.int32), dtypes.int64),
            false_fn=lambda: _count_nonzero(value, dtypes.int64),
        )
        with name_scope("counts_to_fraction"):
            zeros = casts.cast(count - nonzero, dtypes.float32)
            fraction = zeros / casts.cast(count, dtypes.float32)
        return arrays.identity(fraction, "fraction")


def _count_nonzero(value: Tensor, dtype: DType) -> Tensor:
    with name_scope("count_nonzero", values=[value]):
        zero = filling.zeros([], dtype=value.dtype)
        is_nonzero = comparisons.not_equal(value, zero)
        return reductions.reduce_sum(casts.cast(is_nonzero, dtype), name="nonzero_count")
