"""Special functions: of the error function's and the gamma function's family, and Bessel's.

The values come from ``graphlog.ops.numerics``, in double precision whatever the dtype.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from graphlog.core import dtypes, shapes
from graphlog.core.attributes import types
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.op_definition import GradientRule, Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape
from graphlog.core.tensor import Tensor
from graphlog.ops import constants, samples
from graphlog.ops.array import filling
from graphlog.ops.dtype_groups import FLOATS
from graphlog.ops.math import comparisons, elementwise, reductions
from graphlog.ops.math.broadcasting import operand_sums
from graphlog.ops.math.elementwise import conj, exp, log, sign, square
from graphlog.ops.math.elementwise_definitions import POSITIVE, SIGNED, define_binary, define_unary
from graphlog.ops.name_scopes import control_dependencies, name_scope
from graphlog.ops.numerics import bessel, error_function, gamma, incomplete_beta, incomplete_gamma
from graphlog.ops.sparse_values import also_of_sparse_values

_REAL = (dtypes.float32, dtypes.float64)


def _in_own_precision(function: Callable[..., Any]) -> Kernel:
    """The kernel of a function whose result is of double precision."""

    def kernel(*arguments: Any) -> Any:
        return function(*arguments).astype(arguments[0].dtype)

    return kernel


def _error_function_gradient(factor: float) -> GradientRule:
    def gradient(op: Operation, grad: Tensor) -> Tensor:
        slope_at_zero = constants.constant(factor, dtype=grad.dtype)
        with control_dependencies([grad]):
            return grad * slope_at_zero * exp(-square(conj(op.inputs[0])))

    return gradient


def _lgamma_gradient(op: Operation, grad: Tensor) -> Tensor:
    with control_dependencies([grad]):
        return grad * digamma(conj(op.inputs[0]))


def _digamma_gradient(op: Operation, grad: Tensor) -> Tensor:
    with control_dependencies([grad]):
        x = conj(op.inputs[0])
        slope = polygamma(constants.constant(1, dtype=x.dtype), x)
        return grad * slope


def _bessel_i0e_gradient(op: Operation, grad: Tensor) -> Tensor:
    (x,) = op.inputs
    with control_dependencies([grad]):
        slope = bessel_i1e(x) - sign(x) * op.outputs[0]
        return grad * slope


def _bessel_i1e_gradient(op: Operation, grad: Tensor) -> Tensor:
    (x,), (y,) = op.inputs, op.outputs
    with control_dependencies([grad]):
        # At 0 the slope is 0.5, where the formula divides by 0.
        epsilon = np.finfo(x.dtype.numpy_dtype).eps
        zeros = filling.zeros_like(x)
        is_not_tiny = elementwise.abs(x) > epsilon
        safe = comparisons.where(is_not_tiny, x, epsilon + zeros)
        slope = bessel_i0e(safe) - y * (sign(safe) + elementwise.reciprocal(safe))
        slope = comparisons.where(is_not_tiny, slope, 0.5 + zeros)
        return grad * slope


def _igamma_gradients(op: Operation, grad: Tensor) -> tuple[Tensor, Tensor]:
    a, x = op.inputs
    of_a, of_x = operand_sums(op)
    with control_dependencies([grad]):
        by_a = IgammaGradA(a, x)
        by_x = exp(-x + (a - 1) * log(x) - lgamma(a))
        return of_a(by_a * grad), of_x(by_x * grad)


def _igammac_gradient(op: Operation, grad: Tensor) -> Any:
    of_a, of_x = _igamma_gradients(op, grad)
    return -of_a, -of_x


def _zeta_gradient(op: Operation, grad: Tensor) -> Any:
    x, q = op.inputs
    _, of_q = operand_sums(op)
    with control_dependencies([grad]):
        x, q = conj(x), conj(q)
        by_q = -x * zeta(x + 1, q)
        return None, of_q(by_q * grad)


def _polygamma_gradient(op: Operation, grad: Tensor) -> Any:
    n, x = op.inputs
    _, of_x = operand_sums(op)
    with control_dependencies([grad]):
        n, x = conj(n), conj(x)
        by_x = polygamma(n + 1, x)
        return None, of_x(by_x * grad)


def _betainc_gradient(op: Operation, grad: Tensor) -> Any:
    a, b, x = op.inputs
    _, of_x = operand_sums(op, a, x)
    log_beta = lgamma(a) + lgamma(b) - lgamma(a + b)
    by_x = exp((b - 1) * log(1 - x) + (a - 1) * log(x) - log_beta)
    return None, None, of_x(by_x * grad)


def _betainc_shape(op: Operation) -> list[StaticShape]:
    """Scalars are broadcast, and nothing else."""
    result: StaticShape = ()
    for tensor in op.inputs:
        shape = tensor.static_shape
        if shape != ():
            result = shape if result == () else shapes.merge(result, shape)
    return [result]


def _betainc(a: Any, b: Any, x: Any) -> Any:
    given = {"a": a, "b": b, "x": x}
    sizes = {name: value.shape for name, value in given.items() if value.shape != ()}
    (first, shape), *rest = sizes.items() or [("", ())]
    for name, other in rest:
        if other != shape:
            raise ValueError(
                f"Shapes of {first} and {name} are inconsistent: "
                f"{shapes.bracketed(shape)} vs. {shapes.bracketed(other)}"
            )
    return incomplete_beta.betainc(a, b, x).astype(x.dtype)


def _pairs(*pairs: tuple[Any, Any]) -> list[Sample]:
    """Samples without derivatives: TensorFlow leaves some of them out, of the first or of second order.

    ``tests/ops/test_first_derivatives.py`` checks those that there are.
    """
    return [Sample(pair, differentiable=False) for pair in pairs]


_A = samples.float32([[0.5, 2.0, 3.5], [1.0, 7.0, 0.25]])
_X = samples.float32([1.5, 0.5, 4.0])
_INCOMPLETE = _pairs((_A, _X), (samples.float64(2.5), samples.float64([[0.5], [4.0]])))
_NEITHER_WHOLE = (Sample((samples.float32([[-1.5, 0.25], [2.75, -0.75]]),)), Sample((samples.float64(3.5),)))

Erf = define_unary(
    "Erf", _in_own_precision(error_function.erf), FLOATS, _error_function_gradient(2 / np.sqrt(np.pi))
)
Erfc = define_unary(
    "Erfc", _in_own_precision(error_function.erfc), FLOATS, _error_function_gradient(-2 / np.sqrt(np.pi))
)
Lgamma = define_unary("Lgamma", _in_own_precision(gamma.lgamma), FLOATS, _lgamma_gradient, _NEITHER_WHOLE)
Digamma = define_unary("Digamma", _in_own_precision(gamma.digamma), FLOATS, _digamma_gradient, POSITIVE)
BesselI0e = define_unary("BesselI0e", _in_own_precision(bessel.i0e), FLOATS, _bessel_i0e_gradient, SIGNED)
BesselI1e = define_unary("BesselI1e", _in_own_precision(bessel.i1e), FLOATS, _bessel_i1e_gradient, SIGNED)
Zeta = define_binary(
    "Zeta",
    _in_own_precision(gamma.zeta),
    _REAL,
    _zeta_gradient,
    _pairs((samples.float32([[1.5], [3.0]]), _X), (samples.float64(2.5), samples.float64(0.75))),
    names=("x", "q", "z"),
)
Polygamma = define_binary(
    "Polygamma",
    _in_own_precision(gamma.polygamma),
    _REAL,
    _polygamma_gradient,
    _pairs((samples.float32([[0.0], [3.0]]), _X), (samples.float64(1), samples.float64(0.75))),
    names=("a", "x", "z"),
)
Igamma = define_binary(
    "Igamma",
    _in_own_precision(incomplete_gamma.igamma),
    _REAL,
    _igamma_gradients,
    _INCOMPLETE,
    names=("a", "x", "z"),
)
Igammac = define_binary(
    "Igammac",
    _in_own_precision(incomplete_gamma.igammac),
    _REAL,
    _igammac_gradient,
    _INCOMPLETE,
    names=("a", "x", "z"),
)
IgammaGradA = define_binary(
    "IgammaGradA",
    _in_own_precision(incomplete_gamma.igamma_by_a),
    _REAL,
    None,
    _INCOMPLETE,
    names=("a", "x", "z"),
)
Betainc = define_op(
    "Betainc",
    ["a: T", "b: T", "x: T"],
    ["z: T"],
    attributes={"T": types(*_REAL)},
    shape=_betainc_shape,
    kernel=_betainc,
    gradient=_betainc_gradient,
    samples=[
        *[
            Sample(item, differentiable=False)  # TensorFlow derives by x alone.
            for item in (
                (_A, _A + samples.float32(0.5), _A / samples.float32(8)),
                (samples.float64(2.5), samples.float64(0.5), samples.float64([0.25, 0.75])),
            )
        ],
        Sample(
            (samples.float32([1, 2]), samples.float32([1, 2, 3]), samples.float32(0.5)),
            raises="Shapes of a and b are inconsistent: [2] vs. [3]",
        ),
    ],
)


@also_of_sparse_values
def erf(x: Any, name: str | None = None) -> Tensor:
    """The error function of each element (TensorFlow's ``Erf``).

    Args:
        x: a tensor of floats.
        name: the operation's name.

    Returns:
        A Tensor of the same shape and dtype. The same holds for the other functions here; those of
        several tensors broadcast them.
    """
    return Erf(x, name=name)


def erfc(x: Any, name: str | None = None) -> Tensor:
    """``1 - erf(x)``, exact where that is small (TensorFlow's ``Erfc``)."""
    return Erfc(x, name=name)


def lgamma(x: Any, name: str | None = None) -> Tensor:
    """The logarithm of the absolute value of the gamma function (TensorFlow's ``Lgamma``)."""
    return Lgamma(x, name=name)


def digamma(x: Any, name: str | None = None) -> Tensor:
    """The derivative of ``lgamma`` (TensorFlow's ``Digamma``)."""
    return Digamma(x, name=name)


def polygamma(a: Any, x: Any, name: str | None = None) -> Tensor:
    """The derivative of order ``a`` of ``digamma`` at ``x`` (TensorFlow's ``Polygamma``)."""
    return Polygamma(a, x, name=name)


def zeta(x: Any, q: Any, name: str | None = None) -> Tensor:
    """Hurwitz's zeta function, the sum of ``(q + k)^-x`` for ``k`` from 0 on (TensorFlow's ``Zeta``)."""
    return Zeta(x, q, name=name)


def igamma(a: Any, x: Any, name: str | None = None) -> Tensor:
    """The lower regularized incomplete gamma function (TensorFlow's ``Igamma``)."""
    return Igamma(a, x, name=name)


def igammac(a: Any, x: Any, name: str | None = None) -> Tensor:
    """The upper regularized incomplete gamma function, ``1 - igamma`` (TensorFlow's ``Igammac``)."""
    return Igammac(a, x, name=name)


def betainc(a: Any, b: Any, x: Any, name: str | None = None) -> Tensor:
    """The regularized incomplete beta function; of tensors of one shape, or scalars (``Betainc``)."""
    return Betainc(a, b, x, name=name)


def lbeta(x: Any, name: str | None = None) -> Tensor:
    """The logarithm of the absolute value of the beta function, along the last axis.

    Args:
        x: a tensor of floats, with at least one axis.
        name: the scope's name.

    Returns:
        A Tensor without the last axis.

    Source: ``tf.math.lbeta``.
    """
    with name_scope(name, "lbeta", [x]):
        x = convert_to_tensor(x, name="x")
        product = reductions.reduce_sum(lgamma(x), axis=[-1])
        return product - lgamma(reductions.reduce_sum(x, axis=[-1]))


@also_of_sparse_values
def bessel_i0e(x: Any, name: str | None = None) -> Tensor:
    """``exp(-|x|)`` times the modified Bessel function of order 0 (TensorFlow's ``BesselI0e``)."""
    return BesselI0e(x, name=name)


@also_of_sparse_values
def bessel_i1e(x: Any, name: str | None = None) -> Tensor:
    """``exp(-|x|)`` times the modified Bessel function of order 1 (TensorFlow's ``BesselI1e``)."""
    return BesselI1e(x, name=name)


def bessel_i0(x: Any, name: str | None = None) -> Tensor:
    """The modified Bessel function of order 0 (``tf.math.bessel_i0``)."""
    return _unscaled(bessel_i0e, x, name, "bessel_i0")


def bessel_i1(x: Any, name: str | None = None) -> Tensor:
    """The modified Bessel function of order 1 (``tf.math.bessel_i1``)."""
    return _unscaled(bessel_i1e, x, name, "bessel_i1")


def _unscaled(scaled: Callable[[Any], Tensor], x: Any, name: str | None, default_name: str) -> Tensor:
    with name_scope(name, default_name, [x]):
        scale = exp(elementwise.abs(x))
        return scale * scaled(x)
