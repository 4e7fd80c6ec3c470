"""The gradients of the Fourier transforms between real numbers and half a spectrum."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.op_definition import GradientRule
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.ops.array import arrays, filling, joining, ranges, shape_queries
from graphlog.ops.array.axes import expand_dims
from graphlog.ops.linear_algebra import matmul
from graphlog.ops.math import arithmetic, casts, complex_numbers, elementwise, reductions

_Transform = Callable[[Tensor, Tensor], Tensor]


def size_of_last_axes(tensor: Tensor, axes: int) -> Tensor:
    """How many elements are transformed together."""
    return reductions.reduce_prod(shape_queries.shape(tensor)[-axes:])


def forward_gradient(axes: int, inverse: _Transform) -> GradientRule:
    """The gradient rule of RFFT and RFFT2D.

    It is the inverse transform of what arrives, and terms for the half of the spectrum that was left out:
    each element stands for two, except for the first and, where the length is even, the last.
    """

    def gradient(op: Operation, grad: Tensor) -> Any:
        lengths = op.inputs[1]
        shape = shape_queries.shape(op.inputs[0])
        is_even = casts.cast(1 - (lengths[-1] % 2), dtypes.complex64)
        first = grad[..., 0:1]
        if axes == 1:
            last = grad[..., -1:]
            terms = first + is_even * last * _alternating(shape[-1])
        else:
            factors = _tiled_like(_factors(shape[-2]), first)
            of_first = matmul.matmul(factors, elementwise.conj(first))
            last = grad[..., -1:]
            of_last = matmul.matmul(factors, elementwise.conj(last))
            width = shape[-1]
            ones = filling.ones([shape_queries.rank(grad) - 1], dtypes.int32)
            of_last = arrays.tile(of_last, joining.concat([ones, [width]], 0)) * _alternating(width)
            terms = of_first + is_even * of_last
        size = casts.cast(size_of_last_axes(op.inputs[0], axes), dtypes.float32)
        inverted = inverse(grad, lengths)
        return 0.5 * (inverted * size + complex_numbers.real(terms)), None

    return gradient


def inverse_gradient(axes: int, forward: _Transform) -> GradientRule:
    """The gradient rule of IRFFT and IRFFT2D: the transform, in which what stands for two counts twice."""

    def gradient(op: Operation, grad: Tensor) -> Any:
        lengths = op.inputs[1]
        is_odd = arithmetic.floormod(lengths[-1], 2)
        width = shape_queries.shape(op.inputs[0])[-1]
        counts = joining.concat(
            [[1.0], 2.0 * filling.ones([width - 2 + is_odd]), filling.ones([1 - is_odd])], 0
        )
        reciprocal = elementwise.reciprocal(casts.cast(size_of_last_axes(grad, axes), dtypes.float32))
        transformed = forward(grad, lengths)
        return transformed * casts.cast(reciprocal * counts, dtypes.complex64), None

    return gradient


def _alternating(length: Tensor) -> Tensor:
    """1, -1, 1, -1, and so on."""
    return casts.cast(1 - 2 * (ranges.range(length) % 2), dtypes.complex64)


def _factors(length: Tensor) -> Tensor:
    """The matrix of a Fourier transform."""
    rows = arrays.tile(expand_dims(ranges.range(length), 0), (length, 1))
    columns = arrays.transpose(rows, [1, 0])
    exponents = -2j * np.pi * casts.cast(rows * columns, dtypes.complex64)
    return elementwise.exp(exponents / casts.cast(length, dtypes.complex64))


def _tiled_like(matrix: Tensor, tensor: Tensor) -> Tensor:
    """The matrix, once for each matrix of the tensor."""
    ones = filling.ones([shape_queries.rank(tensor) - 2], dtypes.int32)
    expanded = arrays.reshape(matrix, joining.concat([ones, shape_queries.shape(matrix)], 0))
    return arrays.tile(expanded, joining.concat([shape_queries.shape(tensor)[:-2], [1, 1]], 0))
