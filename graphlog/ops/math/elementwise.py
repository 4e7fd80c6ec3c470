"""Functions of one tensor, element by element, and the operations their gradients need."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import types
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.op_definition import OpDefinition, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.ops import constants, samples, shape_rules
from graphlog.ops.array import filling, shape_queries
from graphlog.ops.dtype_groups import FLOATS, FLOATS_AND_COMPLEX, SIGNED_NUMBERS
from graphlog.ops.math import arithmetic, complex_numbers
from graphlog.ops.math.elementwise_definitions import (
    INTEGERS,
    POSITIVE,
    SIGNED,
    define_gradient_from_output,
    define_unary,
    specialized_to_floats,
)
from graphlog.ops.name_scopes import control_dependencies, name_scope
from graphlog.ops.sparse_values import also_of_sparse_values

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


def reciprocal_of(x: Any) -> Any:
    """The kernel of ``Reciprocal``."""
    if x.dtype.kind in "iu":
        raise TypeError("an integer has no reciprocal of its own type")
    return np.reciprocal(x)


def reciprocal_slope(y: Any, dy: Any) -> Any:
    """The kernel of ``ReciprocalGrad``."""
    y = np.conjugate(y)
    return where_gradient(dy, -dy * y * y)


def where_gradient(dy: Any, result: Any) -> Any:
    """``result`` where the gradient ``dy`` is not 0, and 0 elsewhere, also where a slope is infinite."""
    return np.where(dy == 0, result.dtype.type(0), result)


Neg: OpDefinition = define_unary(
    "Neg", np.negative, SIGNED_NUMBERS, lambda op, grad: -grad, SIGNED + INTEGERS
)
Abs = define_unary(
    "Abs",
    np.absolute,
    (*FLOATS, dtypes.int8, dtypes.int16, dtypes.int32, dtypes.int64),
    lambda op, grad: grad * sign(op.inputs[0]),
    SIGNED + INTEGERS,
)
Sign = define_unary("Sign", np.sign, SIGNED_NUMBERS, _sign_gradient, SIGNED + INTEGERS)
Log = define_unary("Log", np.log, FLOATS_AND_COMPLEX, _log_gradient, POSITIVE)
Exp = define_unary("Exp", np.exp, FLOATS_AND_COMPLEX, _exp_gradient)
Square = define_unary("Square", np.square, SIGNED_NUMBERS, _square_gradient, SIGNED + INTEGERS)
Reciprocal = define_unary(
    "Reciprocal",
    reciprocal_of,
    SIGNED_NUMBERS,
    _reciprocal_gradient,
    specialize=specialized_to_floats(np.reciprocal),
)
ReciprocalGrad = define_gradient_from_output("ReciprocalGrad", reciprocal_slope, _reciprocal_grad_gradient)
Tanh = define_unary("Tanh", np.tanh, FLOATS_AND_COMPLEX, _tanh_gradient)
TanhGrad = define_gradient_from_output("TanhGrad", lambda y, dy: dy * (1 - y * y), _tanh_grad_gradient)
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


def conjugates_of_inputs(op: Operation) -> Callable[[], tuple[Tensor, Tensor]]:
    """What gives the conjugates of an operation's two inputs, making them when it is first called."""

    @functools.cache
    def conjugates() -> tuple[Tensor, Tensor]:
        first, second = op.inputs
        return conj(first), conj(second)

    return conjugates


@also_of_sparse_values
def negative(x: Any, name: str | None = None) -> Tensor:
    """``-x`` (TensorFlow's ``Neg``).

    Args:
        x: a tensor of signed numbers.
        name: the operation's name.

    Returns:
        A Tensor of the same shape and dtype. The same holds for the other functions here.
    """
    return Neg(x, name=name)


@also_of_sparse_values
def abs(x: Any, name: str | None = None) -> Tensor:
    """The absolute value of each element (TensorFlow's ``Abs``, ``ComplexAbs`` of complex numbers)."""
    with name_scope(name, "Abs", [x]) as scope:
        tensor = convert_to_tensor(x, name="x")
        if tensor.dtype.is_complex:
            return complex_numbers.ComplexAbs(tensor, Tout=tensor.dtype.real_dtype, name=scope)
        return Abs(tensor, name=scope)


@also_of_sparse_values
def sign(x: Any, name: str | None = None) -> Tensor:
    """-1, 0 or 1 by the sign of each element (TensorFlow's ``Sign``)."""
    return Sign(x, name=name)


def log(x: Any, name: str | None = None) -> Tensor:
    """The natural logarithm of each element; -inf of 0, NaN of what is negative (TensorFlow's ``Log``)."""
    return Log(x, name=name)


def exp(x: Any, name: str | None = None) -> Tensor:
    """E to the power of each element (TensorFlow's ``Exp``)."""
    return Exp(x, name=name)


@also_of_sparse_values
def square(x: Any, name: str | None = None) -> Tensor:
    """``x * x`` (TensorFlow's ``Square``)."""
    return Square(x, name=name)


def reciprocal(x: Any, name: str | None = None) -> Tensor:
    """``1 / x`` (TensorFlow's ``Reciprocal``)."""
    return Reciprocal(x, name=name)


@also_of_sparse_values
def tanh(x: Any, name: str | None = None) -> Tensor:
    """The hyperbolic tangent of each element (TensorFlow's ``Tanh``)."""
    return Tanh(x, name=name)


def conj(x: Any, name: str | None = None) -> Tensor:
    """The complex conjugate of each element; a tensor of reals as it is (TensorFlow's ``Conj``)."""
    if isinstance(x, Tensor) and (x.dtype.is_floating or x.dtype.is_integer):
        return x
    with name_scope(name, "Conj", [x]) as scope:
        tensor = convert_to_tensor(x, name="x")
        if tensor.dtype.is_floating or tensor.dtype.is_integer:
            return tensor
        if not tensor.dtype.is_complex:
            raise TypeError(f"Expected numeric or variant tensor, got dtype {tensor.dtype!r}")
        return Conj(tensor, name=scope)
