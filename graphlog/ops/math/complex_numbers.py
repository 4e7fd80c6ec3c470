"""Complex numbers and their parts."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import types
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.op_definition import GradientRule, Kernel, OpDefinition, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.ops import constants, samples, shape_rules
from graphlog.ops.array import filling
from graphlog.ops.math import broadcasting, division, elementwise
from graphlog.ops.name_scopes import control_dependencies, name_scope

_REAL = (dtypes.float32, dtypes.float64)
_COMPLEX = (dtypes.complex64, dtypes.complex128)


def _complex_gradient(op: Operation, grad: Tensor) -> Any:
    of_real, of_imaginary = broadcasting.operand_sums(op)
    return of_real(real(grad)), of_imaginary(imag(grad))


def _zero(grad: Tensor) -> Tensor:
    return constants.constant(0, dtype=grad.dtype)


def _real_gradient(op: Operation, grad: Tensor) -> Tensor:
    return complex(grad, _zero(grad))


def _imag_gradient(op: Operation, grad: Tensor) -> Tensor:
    return complex(_zero(grad), grad)


def _angle_gradient(op: Operation, grad: Tensor) -> Tensor:
    (x,) = op.inputs
    with control_dependencies([grad]):
        real_part, imaginary_part = real(x), imag(x)
        inverse = elementwise.reciprocal(complex(imaginary_part, real_part))
        return -complex(grad, _zero(grad)) * inverse


def _complex_abs_gradient(op: Operation, grad: Tensor) -> Tensor:
    (x,), (y,) = op.inputs, op.outputs
    numerator = complex(grad, filling.zeros_like(grad)) * x
    return division.div_no_nan(numerator, complex(y, filling.zeros_like(y)))


def _combine(real_part: Any, imaginary_part: Any) -> Any:
    dtype = np.result_type(real_part.dtype, np.complex64)
    result = np.empty(np.broadcast(real_part, imaginary_part).shape, dtype)
    result.real, result.imag = real_part, imaginary_part
    return result


Complex = define_op(
    "Complex",
    ["real: T", "imag: T"],
    ["out: Tout"],
    attributes={
        "T": types(*_REAL, default=dtypes.float32),
        "Tout": types(*_COMPLEX, default=dtypes.complex64),
    },
    shape=shape_rules.broadcast,
    kernel=_combine,
    gradient=_complex_gradient,
    samples=[
        Sample((samples.float32([1.5, -2.0]), samples.float32([0.5, 4.0]))),
        Sample((samples.float64([[1.5], [-2.0]]), samples.float64([0.5, 4.0])), {"Tout": dtypes.complex128}),
    ],
)


def _define_part(
    type: str, kernel: Kernel, gradient: GradientRule, names: tuple[str, str] = ("input", "output")
) -> OpDefinition:
    """Defines a real function of a complex number."""
    return define_op(
        type,
        [f"{names[0]}: T"],
        [f"{names[1]}: Tout"],
        attributes={
            "T": types(*_COMPLEX, default=dtypes.complex64),
            "Tout": types(*_REAL, default=dtypes.float32),
        },
        shape=shape_rules.unchanged,
        kernel=kernel,
        gradient=gradient,
        samples=[
            Sample((samples.complex64([1 + 2j, -3j, 0]),)),
            Sample((np.array([[1 + 2j], [-3j]]),), {"Tout": dtypes.float64}),
        ],
    )


Real = _define_part("Real", lambda x: np.array(x.real), _real_gradient)
Imag = _define_part("Imag", lambda x: np.array(x.imag), _imag_gradient)
Angle = _define_part("Angle", np.angle, _angle_gradient)
ComplexAbs = _define_part("ComplexAbs", np.absolute, _complex_abs_gradient, names=("x", "y"))


def complex(real: Any, imag: Any, name: str | None = None) -> Tensor:
    """Complex numbers of two real tensors.

    Args:
        real: the real parts, float32 or float64.
        imag: the imaginary parts, of the same dtype.
        name: the operation's name.

    Returns:
        A Tensor of complex64 or complex128, in the broadcast shape.

    Raises:
        TypeError: the dtypes differ, or are others.

    Source: TensorFlow's ``Complex``.
    """
    real_tensor, imaginary_tensor = convert_to_tensor(real, name="real"), convert_to_tensor(imag, name="imag")
    with name_scope(name, "Complex", [real_tensor, imaginary_tensor]) as scope:
        given = (real_tensor.dtype, imaginary_tensor.dtype)
        if given == (dtypes.float64, dtypes.float64):
            wanted = dtypes.complex128
        elif given == (dtypes.float32, dtypes.float32):
            wanted = dtypes.complex64
        else:
            raise TypeError(f"real and imag have incorrect types: {given[0].name} {given[1].name}")
        return Complex(real_tensor, imaginary_tensor, Tout=wanted, name=scope)


def real(input: Any, name: str | None = None) -> Tensor:
    """The real part of each element; a tensor of reals as it is (TensorFlow's ``Real``)."""
    with name_scope(name, "Real", [input]) as scope:
        tensor = convert_to_tensor(input, name="input")
        if not tensor.dtype.is_complex:
            return tensor
        return Real(tensor, Tout=tensor.dtype.real_dtype, name=scope)


def imag(input: Any, name: str | None = None) -> Tensor:
    """The imaginary part of each element; 0 for reals (TensorFlow's ``Imag``)."""
    with name_scope(name, "Imag", [input]) as scope:
        tensor = convert_to_tensor(input, name="input")
        if not tensor.dtype.is_complex:
            return filling.zeros_like(tensor)
        return Imag(tensor, Tout=tensor.dtype.real_dtype, name=scope)


def angle(input: Any, name: str | None = None) -> Tensor:
    """The angle of each complex number, in radians; 0 for reals (TensorFlow's ``Angle``)."""
    with name_scope(name, "Angle", [input]) as scope:
        tensor = convert_to_tensor(input, name="input")
        if not tensor.dtype.is_complex:
            return filling.zeros_like(tensor)
        return Angle(tensor, Tout=tensor.dtype.real_dtype, name=scope)
