"""Functions of one tensor, element by element, and the operations their gradients need."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import types
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.dtypes import DType
from graphlog.core.op_definition import GradientRule, Kernel, OpDefinition, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.ops import arithmetic, constants, filling, samples, shape_queries, shape_rules
from graphlog.ops.dtype_groups import FLOATS, FLOATS_AND_COMPLEX, SIGNED_NUMBERS
from graphlog.ops.name_scopes import control_dependencies

_SIGNED = (
    Sample((samples.float32([[-1.5, 0.25], [2.0, -0.75]]),)),
    Sample((samples.float64([0.1, -3.0]),)),
    Sample((samples.float32(0.5),)),
)
_POSITIVE = (
    Sample((samples.float32([[1.5, 0.25], [2.0, 0.75]]),)),
    Sample((samples.float64([0.1, 3.0]),)),
)
_INTEGERS = (Sample((samples.int32([-3, 0, 5]),)),)


def _unary(
    type: str,
    kernel: Kernel,
    allowed: tuple[DType, ...],
    gradient: GradientRule,
    samples: Sequence[Sample] = _SIGNED,
) -> OpDefinition:
    """Defines an operation ``y = f(x)``."""
    return define_op(
        type,
        ["x: T"],
        ["y: T"],
        attributes={"T": types(*allowed)},
        shape=shape_rules.unchanged,
        kernel=kernel,
        gradient=gradient,
        samples=samples,
    )


def _from_output(type: str, kernel: Kernel, gradient: GradientRule) -> OpDefinition:
    """Defines the gradient ``z = dy * f'(x)`` of a function whose derivative follows from its output."""
    return define_op(
        type,
        ["y: T", "dy: T"],
        ["z: T"],
        attributes={"T": types(*FLOATS_AND_COMPLEX)},
        shape=shape_rules.merged,
        kernel=kernel,
        gradient=gradient,
        samples=[
            Sample((samples.float32([0.5, -0.25, 0.75]), samples.float32([1.0, 2.0, -3.0]))),
            Sample((samples.float64([[0.5], [-0.9]]), samples.float64([[0.1], [4.0]]))),
        ],
    )


# Where TensorFlow's rule waits for the gradient before it starts (``control_dependencies``), so does
# the rule here: it says when memory is needed, and it is part of the graph that people see.


def _log_gradient(op: Operation, grad: Tensor) -> Tensor:
    with control_dependencies([grad]):
        return grad * reciprocal(conj(op.inputs[0]))


def _exp_gradient(op: Operation, grad: Tensor) -> Tensor:
    with control_dependencies([grad]):
        return grad * conj(op.outputs[0])


def _square_gradient(op: Operation, grad: Tensor) -> Tensor:
    with control_dependencies([grad]):
        x = conj(op.inputs[0])
        two = constants.constant(2.0, dtype=x.dtype)
        return arithmetic.multiply(grad, arithmetic.multiply(x, two))


def _tanh_gradient(op: Operation, grad: Tensor) -> Tensor:
    with control_dependencies([grad]):
        return TanhGrad(conj(op.outputs[0]), grad)


def _tanh_grad_gradient(op: Operation, grad: Tensor) -> Any:
    with control_dependencies([grad]):
        y, dy = map(conj, op.inputs)
        return grad * -2.0 * dy * y, TanhGrad(y, grad)


def _reciprocal_gradient(op: Operation, grad: Tensor) -> Tensor:
    return ReciprocalGrad(op.outputs[0], grad)


def _reciprocal_grad_gradient(op: Operation, grad: Tensor) -> Any:
    with control_dependencies([grad]):
        y, dy = conj(op.inputs[0]), op.inputs[1]
        return conj(grad) * -2.0 * dy * y, ReciprocalGrad(y, grad)


def _sign_gradient(op: Operation, grad: Tensor) -> Tensor:
    return filling.zeros(shape_queries.shape(op.inputs[0]), dtype=op.inputs[0].dtype)


def _reciprocal(x: Any) -> Any:
    if x.dtype.kind in "iu":
        raise TypeError("an integer has no reciprocal of its own type")
    return np.reciprocal(x)


Neg = _unary("Neg", np.negative, SIGNED_NUMBERS, lambda op, grad: -grad, _SIGNED + _INTEGERS)
Abs = _unary(
    "Abs",
    np.absolute,
    (*FLOATS, dtypes.int8, dtypes.int16, dtypes.int32, dtypes.int64),
    lambda op, grad: grad * sign(op.inputs[0]),
    _SIGNED + _INTEGERS,
)
Sign = _unary("Sign", np.sign, SIGNED_NUMBERS, _sign_gradient, _SIGNED + _INTEGERS)
Log = _unary("Log", np.log, FLOATS_AND_COMPLEX, _log_gradient, _POSITIVE)
Exp = _unary("Exp", np.exp, FLOATS_AND_COMPLEX, _exp_gradient)
Square = _unary("Square", np.square, SIGNED_NUMBERS, _square_gradient, _SIGNED + _INTEGERS)
Reciprocal = _unary(
    "Reciprocal",
    _reciprocal,
    SIGNED_NUMBERS,
    _reciprocal_gradient,
)
ReciprocalGrad = _from_output("ReciprocalGrad", lambda y, dy: -dy * y * y, _reciprocal_grad_gradient)
Tanh = _unary("Tanh", np.tanh, FLOATS_AND_COMPLEX, _tanh_gradient)
TanhGrad = _from_output("TanhGrad", lambda y, dy: dy * (1 - y * y), _tanh_grad_gradient)
Conj = define_op(
    "Conj",
    ["input: T"],
    ["output: T"],
    attributes={"T": types(dtypes.complex64, dtypes.complex128, dtypes.variant, default=dtypes.complex64)},
    shape=shape_rules.unchanged,
    kernel=np.conjugate,
    gradient=lambda op, grad: conj(grad),
    samples=[Sample((samples.complex64([1 + 2j, -3j]),))],
)


def negative(x: Any, name: str | None = None) -> Tensor:
    """``-x`` (TensorFlow's ``Neg``).

    Args:
        x: a tensor of signed numbers.
        name: the operation's name.

    Returns:
        A Tensor of the same shape and dtype. The same holds for the other functions here.
    """
    return Neg(x, name=name)


def abs(x: Any, name: str | None = None) -> Tensor:
    """The absolute value of each element (TensorFlow's ``Abs``)."""
    return Abs(x, name=name)


def sign(x: Any, name: str | None = None) -> Tensor:
    """-1, 0 or 1 by the sign of each element (TensorFlow's ``Sign``)."""
    return Sign(x, name=name)


def log(x: Any, name: str | None = None) -> Tensor:
    """The natural logarithm of each element; -inf of 0, NaN of what is negative (TensorFlow's ``Log``)."""
    return Log(x, name=name)


def exp(x: Any, name: str | None = None) -> Tensor:
    """E to the power of each element (TensorFlow's ``Exp``)."""
    return Exp(x, name=name)


def square(x: Any, name: str | None = None) -> Tensor:
    """``x * x`` (TensorFlow's ``Square``)."""
    return Square(x, name=name)


def reciprocal(x: Any, name: str | None = None) -> Tensor:
    """``1 / x`` (TensorFlow's ``Reciprocal``)."""
    return Reciprocal(x, name=name)


def tanh(x: Any, name: str | None = None) -> Tensor:
    """The hyperbolic tangent of each element (TensorFlow's ``Tanh``)."""
    return Tanh(x, name=name)


def conj(x: Any, name: str | None = None) -> Tensor:
    """The complex conjugate of each element; a tensor of reals as it is (TensorFlow's ``Conj``)."""
    tensor = convert_to_tensor(x, name="x")
    return Conj(tensor, name=name) if tensor.dtype.is_complex else tensor
