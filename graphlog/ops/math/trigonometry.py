"""Trigonometric and hyperbolic functions, element by element."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from graphlog.core.op_definition import GradientRule, Kernel, Sample
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.ops import constants, samples
from graphlog.ops.dtype_groups import FLOATS, FLOATS_AND_COMPLEX, SIGNED_NUMBERS
from graphlog.ops.math import arithmetic, elementwise, roots
from graphlog.ops.math.elementwise import reciprocal, square
from graphlog.ops.math.elementwise_definitions import (
    COMPLEX,
    PAIRS,
    SIGNED,
    SMALL,
    define_binary,
    define_unary,
)
from graphlog.ops.name_scopes import control_dependencies

# The derivative of a function, from the input or output of the operation and the output's gradient.
_Derivative = Callable[[Tensor, Tensor], Tensor]


def _from_input(derivative: _Derivative) -> GradientRule:
    def gradient(op: Operation, grad: Tensor) -> Tensor:
        with control_dependencies([grad]):
            return derivative(elementwise.conj(op.inputs[0]), grad)

    return gradient


def _from_output(derivative: _Derivative) -> GradientRule:
    def gradient(op: Operation, grad: Tensor) -> Tensor:
        with control_dependencies([grad]):
            return derivative(elementwise.conj(op.outputs[0]), grad)

    return gradient


def _tan_derivative(x: Tensor, grad: Tensor) -> Tensor:
    return square(reciprocal(cos(x))) * grad


def _one_minus_square(x: Tensor, grad: Tensor) -> Tensor:
    squared = square(x)
    return arithmetic.subtract(constants.constant(1, dtype=grad.dtype), squared)


def _asin_derivative(x: Tensor, grad: Tensor) -> Tensor:
    return grad * reciprocal(roots.sqrt(_one_minus_square(x, grad)))


def _acos_derivative(x: Tensor, grad: Tensor) -> Tensor:
    slope = reciprocal(roots.sqrt(_one_minus_square(x, grad)))
    return -grad * slope


def _atan_derivative(x: Tensor, grad: Tensor) -> Tensor:
    squared = square(x)
    one = constants.constant(1, dtype=grad.dtype)
    return grad * reciprocal(arithmetic.add(one, squared))


def _atanh_derivative(x: Tensor, grad: Tensor) -> Tensor:
    return grad * reciprocal(_one_minus_square(x, grad))


def _atan2_gradient(op: Operation, grad: Tensor) -> Any:
    y, x = op.inputs
    with control_dependencies([grad]):
        scaled = grad / (square(x) + square(y))
        return x * scaled, -y * scaled


def _for_floats(function: Kernel) -> Kernel:
    """TensorFlow lists integers among the dtypes of some functions, and has no kernel for them."""

    def kernel(x: Any) -> Any:
        if x.dtype.kind in "iu":
            raise TypeError(f"{function.__name__} of an integer is no integer: cast it to a float")
        return function(x)

    return kernel


_ABOVE_ONE = (
    Sample((samples.float32([[1.5, 4.25], [2.0, 1.25]]),)),
    Sample((samples.float64([1.1, 3.0]),)),
)

Sin = define_unary(
    "Sin", np.sin, FLOATS_AND_COMPLEX, _from_input(lambda x, grad: grad * cos(x)), SIGNED + COMPLEX
)
Cos = define_unary(
    "Cos", np.cos, FLOATS_AND_COMPLEX, _from_input(lambda x, grad: -grad * sin(x)), SIGNED + COMPLEX
)
Tan = define_unary("Tan", _for_floats(np.tan), SIGNED_NUMBERS, _from_input(_tan_derivative), SIGNED + COMPLEX)
Asin = define_unary("Asin", _for_floats(np.arcsin), SIGNED_NUMBERS, _from_input(_asin_derivative), SMALL)
Acos = define_unary("Acos", _for_floats(np.arccos), SIGNED_NUMBERS, _from_input(_acos_derivative), SMALL)
Atan = define_unary("Atan", _for_floats(np.arctan), SIGNED_NUMBERS, _from_input(_atan_derivative))
Sinh = define_unary(
    "Sinh", np.sinh, FLOATS_AND_COMPLEX, _from_input(lambda x, grad: grad * cosh(x)), SIGNED + COMPLEX
)
Cosh = define_unary(
    "Cosh", np.cosh, FLOATS_AND_COMPLEX, _from_input(lambda x, grad: grad * sinh(x)), SIGNED + COMPLEX
)
Asinh = define_unary(
    "Asinh", np.arcsinh, FLOATS_AND_COMPLEX, _from_output(lambda y, grad: grad / cosh(y)), SIGNED + COMPLEX
)
Acosh = define_unary(
    "Acosh", np.arccosh, FLOATS_AND_COMPLEX, _from_output(lambda y, grad: grad / sinh(y)), _ABOVE_ONE
)
Atanh = define_unary("Atanh", np.arctanh, FLOATS_AND_COMPLEX, _from_input(_atanh_derivative), SMALL)
# Its gradient does not sum over broadcast axes: in TensorFlow 1.15 it holds for inputs of one shape only.
Atan2 = define_binary(
    "Atan2",
    np.arctan2,
    FLOATS,
    _atan2_gradient,
    [PAIRS[0], Sample(PAIRS[1].inputs, differentiable=False)],
    names=("y", "x", "z"),
)


def sin(x: Any, name: str | None = None) -> Tensor:
    """The sine of each element, in radians (TensorFlow's ``Sin``).

    Args:
        x: a tensor of floats or complex numbers.
        name: the operation's name.

    Returns:
        A Tensor of the same shape and dtype. The same holds for the other functions here.
    """
    return Sin(x, name=name)


def cos(x: Any, name: str | None = None) -> Tensor:
    """The cosine of each element, in radians (TensorFlow's ``Cos``)."""
    return Cos(x, name=name)


def tan(x: Any, name: str | None = None) -> Tensor:
    """The tangent of each element, in radians (TensorFlow's ``Tan``)."""
    return Tan(x, name=name)


def asin(x: Any, name: str | None = None) -> Tensor:
    """The angle whose sine is each element; NaN beyond -1 and 1 (TensorFlow's ``Asin``)."""
    return Asin(x, name=name)


def acos(x: Any, name: str | None = None) -> Tensor:
    """The angle whose cosine is each element; NaN beyond -1 and 1 (TensorFlow's ``Acos``)."""
    return Acos(x, name=name)


def atan(x: Any, name: str | None = None) -> Tensor:
    """The angle between -pi/2 and pi/2 whose tangent is each element (TensorFlow's ``Atan``)."""
    return Atan(x, name=name)


def atan2(y: Any, x: Any, name: str | None = None) -> Tensor:
    """The angle of the point (``x``, ``y``), between -pi and pi (TensorFlow's ``Atan2``)."""
    return Atan2(y, x, name=name)


def sinh(x: Any, name: str | None = None) -> Tensor:
    """The hyperbolic sine of each element (TensorFlow's ``Sinh``)."""
    return Sinh(x, name=name)


def cosh(x: Any, name: str | None = None) -> Tensor:
    """The hyperbolic cosine of each element (TensorFlow's ``Cosh``)."""
    return Cosh(x, name=name)


def asinh(x: Any, name: str | None = None) -> Tensor:
    """The number whose hyperbolic sine is each element (TensorFlow's ``Asinh``)."""
    return Asinh(x, name=name)


def acosh(x: Any, name: str | None = None) -> Tensor:
    """The positive number whose hyperbolic cosine is each element; NaN below 1 (TensorFlow's ``Acosh``)."""
    return Acosh(x, name=name)


def atanh(x: Any, name: str | None = None) -> Tensor:
    """The number whose hyperbolic tangent is each element; NaN beyond -1 and 1 (TensorFlow's ``Atanh``)."""
    return Atanh(x, name=name)
