"""Discrete cosine transforms."""

from __future__ import annotations

import math
from typing import Any

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.tensor import Tensor
from graphlog.ops.array import axes, joining, padding, ranges, shape_queries
from graphlog.ops.math import casts, complex_numbers, elementwise, roots
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.spectral.transforms import irfft, rfft


def dct(
    input: Any,
    type: int = 2,
    n: int | None = None,
    axis: int = -1,
    norm: str | None = None,
    name: str | None = None,
) -> Tensor:
    """The discrete cosine transform along the last axis.

    Args:
        input: a float32 Tensor.
        type: 1, 2 or 3.
        n: how many elements to transform: the rest is cut off, or zeros are added; None for all.
        axis: -1, the only one that there is.
        norm: None, or "ortho" for an orthonormal transform.
        name: the name of the scope.

    Returns:
        A Tensor of float32.

    Raises:
        ValueError: the type, n or norm is not valid.
        NotImplementedError: the axis is another one.

    Source: ``tf.signal.dct``.
    """
    _check(input, type, n, axis, norm)
    with name_scope(name, "dct", [input]):
        value = convert_to_tensor(input, dtypes.float32)
        width = _width(value)
        value = value if n is None else _with_length(value, n, width)
        width = _width(value)
        float_width = casts.cast(width, dtypes.float32)
        if type == 1:
            mirrored = joining.concat([value, value[..., -2:0:-1]], axis=-1)
            return complex_numbers.real(rfft(mirrored))
        if type == 2:
            angles = -ranges.range(float_width) * math.pi * 0.5 / float_width
            scale = 2.0 * elementwise.exp(complex_numbers.complex(0.0, angles))
            spectrum = rfft(value, fft_length=[2 * width])[..., :width]
            result = complex_numbers.real(spectrum * scale)
            if norm == "ortho":
                first = 0.5 * roots.rsqrt(float_width)
                result = result * _weights(first, first * roots.sqrt(2.0), width)
            return result
        if norm == "ortho":
            first = roots.sqrt(float_width)
            value = value * _weights(first, first * roots.sqrt(0.5), width)
        else:
            value = value * float_width
        angles = ranges.range(float_width) * math.pi * 0.5 / float_width
        scale = 2.0 * elementwise.exp(complex_numbers.complex(0.0, angles))
        spectrum = scale * complex_numbers.complex(value, 0.0)
        return complex_numbers.real(irfft(spectrum, fft_length=[2 * width]))[..., :width]


def idct(
    input: Any,
    type: int = 2,
    n: int | None = None,
    axis: int = -1,
    norm: str | None = None,
    name: str | None = None,
) -> Tensor:
    """The inverse of ``dct``, up to a factor of ``2 * n`` where it is not normalized (``tf.signal.idct``)."""
    _check(input, type, n, axis, norm)
    return dct(input, type={1: 1, 2: 3, 3: 2}[type], n=n, axis=axis, norm=norm, name=name)


def _check(value: Any, type: int, n: int | None, axis: int, norm: str | None) -> None:
    if axis != -1:
        raise NotImplementedError(f"axis must be -1. Got: {axis}")
    if n is not None and n < 1:
        raise ValueError("n should be a positive integer or None")
    if type not in (1, 2, 3):
        raise ValueError("Only Types I, II and III (I)DCT are supported.")
    if norm not in (None, "ortho"):
        raise ValueError(f"Unknown normalization. Expected None or 'ortho', got: {norm}")
    if type == 1:
        if norm == "ortho":
            raise ValueError("Normalization is not supported for the Type-I DCT.")
        shape = value.static_shape if isinstance(value, Tensor) else None
        if shape and shape[-1] is not None and shape[-1] < 2:
            raise ValueError("Type-I DCT requires the dimension to be greater than one.")


def _width(value: Tensor) -> Any:
    """The size of the last axis: a number where it is known, else a tensor."""
    value.shape.with_rank_at_least(1)
    known = None if value.static_shape is None else value.static_shape[-1]
    return known or shape_queries.shape(value)[-1]


def _with_length(value: Tensor, n: int, width: Any) -> Tensor:
    if isinstance(width, Tensor):
        raise TypeError(f"dct: n = {n} needs the size of the last axis, and {value} does not know it.")
    if n <= width:
        return value[..., 0:n]
    pairs = [[0, 0]] * (len(value.shape) - 1) + [[0, n - width]]
    return padding.pad(value, convert_to_tensor(pairs, dtypes.int32))


def _weights(first: Tensor, others: Tensor, width: Any) -> Tensor:
    return padding.pad(axes.expand_dims(first, 0), [[0, width - 1]], constant_values=others)
