"""Which operations each of NumPy's universal functions becomes."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from graphlog.core.tensor import Tensor
from graphlog.ops.array import arrays, filling
from graphlog.ops.array import selection as selecting
from graphlog.ops.control_flow import gradient_stops
from graphlog.ops.math import (
    arithmetic,
    bitwise,
    comparisons,
    division,
    elementwise,
    logic,
    roots,
    rounding,
    trigonometry,
)
from graphlog.tracing.traced_array import TracedArray, tensor_of

Builder = Callable[..., Any]


def _is_bool(x: Tensor) -> bool:
    return x.dtype.base_dtype.is_bool


def _number(value: Any, like: Tensor) -> Tensor:
    return tensor_of(np.asarray(value, like.dtype.base_dtype.numpy_dtype))


def _scaled(x: Tensor, factor: float) -> Tensor:
    return arithmetic.multiply(x, _number(factor, x))


def _where(condition: Tensor, x: Tensor, y: Tensor) -> Tensor:
    return selecting.where_v2(condition, x, y)


def _add(x: Tensor, y: Tensor) -> Tensor:
    return logic.logical_or(x, y) if _is_bool(x) else arithmetic.add(x, y)


def _multiply(x: Tensor, y: Tensor) -> Tensor:
    return logic.logical_and(x, y) if _is_bool(x) else arithmetic.multiply(x, y)


def _of_bools(of_bools: Builder, otherwise: Builder) -> Builder:
    return lambda x, *others: (of_bools if _is_bool(x) else otherwise)(x, *others)


def _of_truths(builder: Builder) -> Builder:
    return lambda *xs: builder(*[tensor_of(x, np.dtype(bool)) for x in xs])


def _trunc(x: Tensor) -> Tensor:
    return _where(comparisons.less(x, _number(0, x)), rounding.ceil(x), rounding.floor(x))


def _cbrt(x: Tensor) -> Tensor:
    return arithmetic.multiply(elementwise.sign(x), arithmetic.pow(elementwise.abs(x), _number(1 / 3, x)))


def _hypot(x: Tensor, y: Tensor) -> Tensor:
    return roots.sqrt(arithmetic.add(elementwise.square(x), elementwise.square(y)))


def _log_add_exp(x: Tensor, y: Tensor) -> Tensor:
    largest = gradient_stops.stop_gradient(arithmetic.maximum(x, y))
    shift = _where(logic.is_finite(largest), largest, filling.zeros_like(largest))
    first, second = (elementwise.exp(arithmetic.subtract(value, shift)) for value in (x, y))
    return arithmetic.add(elementwise.log(arithmetic.add(first, second)), shift)


def _log_add_exp_of_two(x: Tensor, y: Tensor) -> Tensor:
    natural = _log_add_exp(_scaled(x, math.log(2)), _scaled(y, math.log(2)))
    return _scaled(natural, 1 / math.log(2))


def _ignoring_nan(builder: Builder) -> Builder:
    def build(x: Tensor, y: Tensor) -> Any:
        if not x.dtype.base_dtype.is_floating:
            return builder(x, y)
        return _where(logic.is_nan(x), y, _where(logic.is_nan(y), x, builder(x, y)))

    return build


def _arctan2(y: Tensor, x: Tensor) -> Tensor:
    # The gradient of the operation knows no broadcasting.
    y, x = (array.tensor for array in np.broadcast_arrays(TracedArray(y), TracedArray(x)))  # type: ignore
    return trigonometry.atan2(y, x)


def _copysign(x: Tensor, y: Tensor) -> Tensor:
    sign = _where(comparisons.less(y, _number(0, y)), _number(-1, x), _number(1, x))
    return arithmetic.multiply(elementwise.abs(x), sign)


def _heaviside(x: Tensor, y: Tensor) -> Tensor:
    zero = _number(0, x)
    above = _where(comparisons.greater(x, zero), _number(1, x), zero)
    return _where(comparisons.equal(x, zero), y, above)


def _fmod(x: Tensor, y: Tensor) -> Tensor:
    """The rest with the sign of ``x``; TensorFlow's own operation for it has no gradient."""
    if not x.dtype.base_dtype.is_floating:
        return division.truncatemod(x, y)
    sign = _where(comparisons.less(x, _number(0, x)), _number(-1, x), _number(1, x))
    rest = arithmetic.floormod(arithmetic.multiply(sign, x), elementwise.abs(y))
    return arithmetic.multiply(sign, rest)


def _quotient_and_rest(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    return arithmetic.floordiv(x, y), arithmetic.floormod(x, y)


def _fraction_and_whole(x: Tensor) -> tuple[Tensor, Tensor]:
    whole = _trunc(x)
    return arithmetic.subtract(x, whole), whole


def _is_not(builder: Builder) -> Builder:
    return lambda x: builder(x) if x.dtype.base_dtype.is_floating else filling.zeros_like(x, "bool")


def _is_finite(x: Tensor) -> Tensor:
    return logic.is_finite(x) if x.dtype.base_dtype.is_floating else filling.ones_like(x, "bool")


# By universal function, what builds operations of tensors that have its dtypes already.
BUILDERS: dict[Any, Builder] = {
    np.absolute: elementwise.abs,
    np.add: _add,
    np.arccos: trigonometry.acos,
    np.arccosh: trigonometry.acosh,
    np.arcsin: trigonometry.asin,
    np.arcsinh: trigonometry.asinh,
    np.arctan: trigonometry.atan,
    np.arctan2: _arctan2,
    np.arctanh: trigonometry.atanh,
    np.bitwise_and: _of_bools(logic.logical_and, bitwise.bitwise_and),
    np.bitwise_or: _of_bools(logic.logical_or, bitwise.bitwise_or),
    np.bitwise_xor: _of_bools(logic.logical_xor, bitwise.bitwise_xor),
    np.cbrt: _cbrt,
    np.ceil: rounding.ceil,
    np.conjugate: elementwise.conj,
    np.copysign: _copysign,
    np.cos: trigonometry.cos,
    np.cosh: trigonometry.cosh,
    np.deg2rad: lambda x: _scaled(x, math.pi / 180),
    np.degrees: lambda x: _scaled(x, 180 / math.pi),
    np.divmod: _quotient_and_rest,
    np.equal: comparisons.equal,
    np.exp: elementwise.exp,
    np.exp2: lambda x: arithmetic.pow(_number(2, x), x),
    np.expm1: roots.expm1,
    np.fabs: elementwise.abs,
    np.float_power: arithmetic.pow,
    np.floor: rounding.floor,
    np.floor_divide: arithmetic.floordiv,
    np.fmax: _ignoring_nan(arithmetic.maximum),
    np.fmin: _ignoring_nan(arithmetic.minimum),
    np.fmod: _fmod,
    np.greater: comparisons.greater,
    np.greater_equal: comparisons.greater_equal,
    np.heaviside: _heaviside,
    np.hypot: _hypot,
    np.invert: _of_bools(logic.logical_not, bitwise.invert),
    np.isfinite: _is_finite,
    np.isinf: _is_not(logic.is_inf),
    np.isnan: _is_not(logic.is_nan),
    np.left_shift: bitwise.left_shift,
    np.less: comparisons.less,
    np.less_equal: comparisons.less_equal,
    np.log: elementwise.log,
    np.log10: lambda x: _scaled(elementwise.log(x), 1 / math.log(10)),
    np.log1p: roots.log1p,
    np.log2: lambda x: _scaled(elementwise.log(x), 1 / math.log(2)),
    np.logaddexp: _log_add_exp,
    np.logaddexp2: _log_add_exp_of_two,
    np.logical_and: _of_truths(logic.logical_and),
    np.logical_not: _of_truths(logic.logical_not),
    np.logical_or: _of_truths(logic.logical_or),
    np.logical_xor: _of_truths(logic.logical_xor),
    np.maximum: _of_bools(logic.logical_or, arithmetic.maximum),
    np.minimum: _of_bools(logic.logical_and, arithmetic.minimum),
    np.modf: _fraction_and_whole,
    np.multiply: _multiply,
    np.negative: elementwise.negative,
    np.not_equal: comparisons.not_equal,
    np.positive: arrays.identity,
    np.power: arithmetic.pow,
    np.rad2deg: lambda x: _scaled(x, 180 / math.pi),
    np.radians: lambda x: _scaled(x, math.pi / 180),
    np.reciprocal: elementwise.reciprocal,
    np.remainder: arithmetic.floormod,
    np.right_shift: bitwise.right_shift,
    np.rint: rounding.rint,
    np.sign: elementwise.sign,
    np.signbit: lambda x: comparisons.less(x, _number(0, x)),
    np.sin: trigonometry.sin,
    np.sinh: trigonometry.sinh,
    np.sqrt: roots.sqrt,
    np.square: elementwise.square,
    np.subtract: arithmetic.subtract,
    np.tan: trigonometry.tan,
    np.tanh: elementwise.tanh,
    np.true_divide: arithmetic.realdiv,
    np.trunc: _trunc,
}
if hasattr(np, "bitwise_count"):
    BUILDERS[np.bitwise_count] = bitwise.PopulationCount
