"""The many divisions and products: rounded towards zero, safe where a factor is 0, and older ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.op_definition import GradientRule, Kernel, Sample
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.ops import constants, samples
from graphlog.ops.dtype_groups import FLOATS, FLOATS_HALF_FIRST, MULTIPLIABLE, SIGNED_NUMBERS
from graphlog.ops.math import arithmetic, casts, comparisons, elementwise
from graphlog.ops.math.broadcasting import operand_gradients, operand_sums, shapes_known_and_equal
from graphlog.ops.math.division_kernels import integer_division, true_quotient
from graphlog.ops.math.elementwise_definitions import INTEGER_PAIRS, PAIRS, define_binary
from graphlog.ops.name_scopes import control_dependencies, name_scope
from graphlog.ops.samples import MATRIX

_SAFE = (dtypes.float16, dtypes.float32, dtypes.float64, dtypes.complex64, dtypes.complex128)
_POSITIVE_ROW = samples.float32([2.0, 0.5, 1.5])
_SAFE_PAIRS = (
    Sample((MATRIX, _POSITIVE_ROW)),
    Sample((samples.float64(2.5), samples.float64([[3.0], [0.25]]))),
    # At 0 the value jumps.
    Sample((samples.float32([0.0, 1.0, np.inf]), samples.float32([0.0, 2.0, 0.0])), differentiable=False),
)
_INTEGER_BY_ZERO = Sample((samples.int32([7, 1]), samples.int32([2, 0])), raises="Integer division by zero")


def _quotient_gradient(divide: Callable[[Any, Any], Tensor]) -> GradientRule:
    """The rule of ``x / y``, with the division of which it is made."""

    def gradient(op: Operation, grad: Tensor) -> Any:
        conjugates = elementwise.conjugates_of_inputs(op)

        def of_dividend() -> Tensor:
            _, y = conjugates()
            return divide(grad, y)

        def of_divisor() -> Tensor:
            x, y = conjugates()
            return grad * divide(divide(-x, y), y)

        return operand_gradients(op, grad, of_dividend, of_divisor, as_tensors=True)

    return gradient


def _mul_no_nan_gradient(op: Operation, grad: Tensor) -> Any:
    x, y = op.inputs
    if shapes_known_and_equal(x, y, grad):
        return MulNoNan(grad, y), MulNoNan(x, grad)
    return operand_gradients(op, grad, lambda: MulNoNan(grad, y), lambda: MulNoNan(x, grad), as_tensors=True)


def _is_not_zero(x: Tensor) -> Tensor:
    """1 where ``x`` is not 0, else 0."""
    return casts.cast(comparisons.not_equal(x, casts.cast(0.0, x.dtype)), x.dtype)


def _xlogy_gradient(op: Operation, grad: Tensor) -> Any:
    x, y = op.inputs
    of_x, of_y = operand_sums(op)
    with control_dependencies([grad]):
        by_x = Xlogy(_is_not_zero(x), y)
        by_y = Xdivy(x, y)
        return of_x(by_x * grad), of_y(by_y * grad)


def _xdivy_gradient(op: Operation, grad: Tensor) -> Any:
    x, y = op.inputs
    of_x, of_y = operand_sums(op)
    with control_dependencies([grad]):
        by_x = Xdivy(_is_not_zero(x), y)
        by_y = Xdivy(elementwise.negative(x), y**2)
        return of_x(by_x * grad), of_y(by_y * grad)


def _squared_difference_gradient(op: Operation, grad: Tensor) -> Any:
    x, y = op.inputs
    with control_dependencies([grad]):
        scaled = arithmetic.scalar_mul(2.0, grad) * (x - y)
    if shapes_known_and_equal(x, y, grad):
        return scaled, -scaled
    of_x, of_y = operand_gradients(op, grad, lambda: scaled, lambda: scaled)
    return of_x, -of_y


def _unless_zero(is_zero: Any, result: Any) -> Any:
    return np.where(is_zero, result.dtype.type(0), result)


def _quotient_unless_zero(x: Any, y: Any) -> Any:
    return _unless_zero(y == 0, np.true_divide(x, y))


def _product_unless_zero(x: Any, y: Any) -> Any:
    return _unless_zero(y == 0, np.multiply(x, y))


def _x_log_y(x: Any, y: Any) -> Any:
    return _unless_zero(x == 0, np.multiply(x, np.log(y)))


def _x_div_y(x: Any, y: Any) -> Any:
    return _unless_zero(x == 0, np.true_divide(x, y))


def _squared_difference(x: Any, y: Any) -> Any:
    difference = np.subtract(x, y)
    return difference * np.conjugate(difference)


# The gradient of a remainder, which TensorFlow 1.15 does not define for these.
_NO_GRADIENT = None

# Floats are not rounded, in TensorFlow neither.
Div = define_binary(
    "Div",
    true_quotient,
    MULTIPLIABLE,
    _quotient_gradient(lambda x, y: arithmetic.divide(x, y)),
    PAIRS + INTEGER_PAIRS + (_INTEGER_BY_ZERO,),
)
TruncateDiv = define_binary(
    "TruncateDiv",
    true_quotient,
    MULTIPLIABLE,
    lambda op, grad: (None, None),
    [
        # TensorFlow says that its derivative is 0, though floats are not rounded.
        *[Sample(pair.inputs, differentiable=False) for pair in PAIRS],
        *INTEGER_PAIRS,
        _INTEGER_BY_ZERO,
    ],
)
_remainder: Kernel = integer_division(np.fmod)
_REMAINDERS = PAIRS + INTEGER_PAIRS + (_INTEGER_BY_ZERO,)
TruncateMod = define_binary(
    "TruncateMod", _remainder, (dtypes.int32, dtypes.int64, *FLOATS), _NO_GRADIENT, _REMAINDERS
)
Mod = define_binary(
    "Mod",
    _remainder,
    # With float16 twice, as in TensorFlow's list.
    (dtypes.int32, dtypes.int64, dtypes.float16, *FLOATS_HALF_FIRST),
    _NO_GRADIENT,
    _REMAINDERS,
)
DivNoNan = define_binary(
    "DivNoNan", _quotient_unless_zero, _SAFE, _quotient_gradient(lambda x, y: div_no_nan(x, y)), _SAFE_PAIRS
)
MulNoNan = define_binary("MulNoNan", _product_unless_zero, _SAFE, _mul_no_nan_gradient, _SAFE_PAIRS)
Xlogy = define_binary("Xlogy", _x_log_y, _SAFE, _xlogy_gradient, _SAFE_PAIRS)
Xdivy = define_binary("Xdivy", _x_div_y, _SAFE, _xdivy_gradient, _SAFE_PAIRS)
SquaredDifference = define_binary(
    "SquaredDifference", _squared_difference, SIGNED_NUMBERS, _squared_difference_gradient
)


def div(x: Any, y: Any, name: str | None = None) -> Tensor:
    """``x / y`` as Python 2 divides: integers are rounded down (``RealDiv`` or ``FloorDiv``).

    Args:
        x: a tensor of numbers.
        y: a tensor of the same dtype whose shape broadcasts with that of ``x``.
        name: the operation's name.

    Returns:
        A Tensor of that dtype, in the broadcast shape. The same holds for the other functions here.

    Source: ``tf.div``.
    """
    with name_scope(name, "div", [x, y]) as scope:
        x = convert_to_tensor(x, name="x")
        y = convert_to_tensor(y, dtype=x.dtype.base_dtype, name="y")
        is_exact = x.dtype.is_floating or x.dtype.is_complex
        return (arithmetic.RealDiv if is_exact else arithmetic.FloorDiv)(x, y, name=scope)


def div_no_nan(x: Any, y: Any, name: str | None = None) -> Tensor:
    """``x / y``, and 0 where ``y`` is 0 (TensorFlow's ``DivNoNan``)."""
    with name_scope(name, "div_no_nan", [x, y]) as scope:
        x = convert_to_tensor(x, name="x")
        return DivNoNan(x, convert_to_tensor(y, dtype=x.dtype.base_dtype, name="y"), name=scope)


def multiply_no_nan(x: Any, y: Any, name: str | None = None) -> Tensor:
    """``x * y``, and 0 where ``y`` is 0 even if ``x`` is infinite or NaN (TensorFlow's ``MulNoNan``)."""
    with name_scope(name, "multiply_no_nan", [x, y]) as scope:
        x = convert_to_tensor(x, name="x")
        return MulNoNan(x, convert_to_tensor(y, dtype=x.dtype.base_dtype, name="y"), name=scope)


def reciprocal_no_nan(x: Any, name: str | None = None) -> Tensor:
    """``1 / x``, and 0 where ``x`` is 0 (TensorFlow's ``DivNoNan``)."""
    with name_scope(name, "reciprocal_no_nan", [x]) as scope:
        tensor = convert_to_tensor(x, name="x")
        return DivNoNan(constants.constant(1, tensor.dtype.base_dtype, name="one"), tensor, name=scope)


def xlogy(x: Any, y: Any, name: str | None = None) -> Tensor:
    """``x * log(y)``, and 0 where ``x`` is 0 (TensorFlow's ``Xlogy``)."""
    return Xlogy(x, y, name=name)


def xdivy(x: Any, y: Any, name: str | None = None) -> Tensor:
    """``x / y``, and 0 where ``x`` is 0 (TensorFlow's ``Xdivy``)."""
    return Xdivy(x, y, name=name)


def truncatediv(x: Any, y: Any, name: str | None = None) -> Tensor:
    """``x / y``, integers rounded towards 0 as in C (TensorFlow's ``TruncateDiv``)."""
    return TruncateDiv(x, y, name=name)


def truncatemod(x: Any, y: Any, name: str | None = None) -> Tensor:
    """The remainder of ``truncatediv``, with the sign of ``x`` (TensorFlow's ``TruncateMod``)."""
    return TruncateMod(x, y, name=name)


def squared_difference(x: Any, y: Any, name: str | None = None) -> Tensor:
    """``(x - y) * (x - y)``, the second conjugated (TensorFlow's ``SquaredDifference``)."""
    return SquaredDifference(x, y, name=name)
