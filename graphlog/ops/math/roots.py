"""Square roots and their inverses, and the logarithm and exponential near 1 and 0."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core.op_definition import OpDefinition
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.ops.dtype_groups import FLOATS_AND_COMPLEX, SIGNED_NUMBERS
from graphlog.ops.math import elementwise
from graphlog.ops.math.elementwise import conj, exp, reciprocal, square
from graphlog.ops.math.elementwise_definitions import (
    COMPLEX,
    POSITIVE,
    SIGNED,
    define_gradient_from_output,
    define_unary,
)
from graphlog.ops.name_scopes import control_dependencies
from graphlog.ops.sparse_values import also_of_sparse_values


def _sqrt_grad_gradient(op: Operation, grad: Tensor) -> Any:
    y, z = op.inputs[0], op.outputs[0]
    with control_dependencies([grad]):
        quotient = grad / y
        return -conj(quotient) * z, 0.5 * quotient


def _rsqrt_grad_gradient(op: Operation, grad: Tensor) -> Any:
    y, dy = op.inputs
    with control_dependencies([grad]):
        y = conj(y)
        return -1.5 * conj(grad) * dy * square(y), RsqrtGrad(y, grad)


def _inv_grad_gradient(op: Operation, grad: Tensor) -> Any:
    y, dy = op.inputs
    with control_dependencies([grad]):
        y = conj(y)
        return conj(grad) * -2.0 * dy * y, elementwise.ReciprocalGrad(y, grad)


def _log1p_gradient(op: Operation, grad: Tensor) -> Tensor:
    with control_dependencies([grad]):
        return grad * reciprocal(1 + conj(op.inputs[0]))


def _expm1_gradient(op: Operation, grad: Tensor) -> Tensor:
    with control_dependencies([grad]):
        y = exp(conj(op.inputs[0]))
        return grad * y


def _sqrt_slope(y: Any, dy: Any) -> Any:
    return elementwise.where_gradient(dy, dy.dtype.type(0.5) * dy / np.conjugate(y))


def _rsqrt_slope(y: Any, dy: Any) -> Any:
    y = np.conjugate(y)
    return elementwise.where_gradient(dy, dy.dtype.type(-0.5) * dy * (y * y * y))


def _inverse_root(x: Any) -> Any:
    return np.reciprocal(np.sqrt(x))


Sqrt = define_unary(
    "Sqrt",
    np.sqrt,
    FLOATS_AND_COMPLEX,
    lambda op, grad: SqrtGrad(op.outputs[0], grad),
    POSITIVE + COMPLEX,
)
SqrtGrad: OpDefinition = define_gradient_from_output("SqrtGrad", _sqrt_slope, _sqrt_grad_gradient)
Rsqrt = define_unary(
    "Rsqrt",
    _inverse_root,
    FLOATS_AND_COMPLEX,
    lambda op, grad: RsqrtGrad(op.outputs[0], grad),
    POSITIVE + COMPLEX,
)
RsqrtGrad: OpDefinition = define_gradient_from_output("RsqrtGrad", _rsqrt_slope, _rsqrt_grad_gradient)
# The older names of Reciprocal and ReciprocalGrad, which graphs still hold.
Inv = define_unary(
    "Inv",
    elementwise.reciprocal_of,
    SIGNED_NUMBERS,
    lambda op, grad: elementwise.ReciprocalGrad(op.outputs[0], grad),
)
InvGrad = define_gradient_from_output("InvGrad", elementwise.reciprocal_slope, _inv_grad_gradient)
Log1p = define_unary("Log1p", np.log1p, FLOATS_AND_COMPLEX, _log1p_gradient, POSITIVE + COMPLEX)
Expm1 = define_unary("Expm1", np.expm1, FLOATS_AND_COMPLEX, _expm1_gradient, SIGNED + COMPLEX)


@also_of_sparse_values
def sqrt(x: Any, name: str | None = None) -> Tensor:
    """The square root of each element; NaN of what is negative (TensorFlow's ``Sqrt``).

    Args:
        x: a tensor of floats or complex numbers.
        name: the operation's name.

    Returns:
        A Tensor of the same shape and dtype. The same holds for the other functions here.
    """
    return Sqrt(x, name=name)


def rsqrt(x: Any, name: str | None = None) -> Tensor:
    """``1 / sqrt(x)`` (TensorFlow's ``Rsqrt``)."""
    return Rsqrt(x, name=name)


def log1p(x: Any, name: str | None = None) -> Tensor:
    """``log(1 + x)``, exact where ``x`` is near 0 (TensorFlow's ``Log1p``)."""
    return Log1p(x, name=name)


def expm1(x: Any, name: str | None = None) -> Tensor:
    """``exp(x) - 1``, exact where ``x`` is near 0 (TensorFlow's ``Expm1``)."""
    return Expm1(x, name=name)
