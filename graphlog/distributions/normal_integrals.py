"""Integrals of the normal and the Laplace density, and their logarithms."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.ops.array import filling, selection
from graphlog.ops.constants import constant
from graphlog.ops.math import arithmetic, comparisons, elementwise, roots, special_functions
from graphlog.ops.name_scopes import name_scope

# Where other formulas take over, below and above, as arrays of the dtype.
_BOUNDS = {
    dtypes.float32: (np.array(-10, np.float32), np.array(5, np.float32)),
    dtypes.float64: (np.array(-20, np.float64), np.array(8, np.float64)),
}
_TERMS = 3


def ndtr(x: Any, name: str = "ndtr") -> Any:
    """The integral of the normal density from minus infinity to ``x``."""
    with name_scope(name, values=[x]):
        return _integral(_checked(x))


def _checked(x: Any) -> Any:
    x = convert_to_tensor(x, name="x")
    if x.dtype not in _BOUNDS:
        raise TypeError(f"x.dtype={x.dtype} is not handled, see docstring for supported types.")
    return x


def _integral(x: Any) -> Any:
    half_sqrt_2 = constant(0.5 * np.sqrt(2.0), dtype=x.dtype, name="half_sqrt_2")
    w = x * half_sqrt_2
    z = elementwise.abs(w)
    is_near = comparisons.less(z, half_sqrt_2)
    near = 1.0 + special_functions.erf(w)
    is_above = comparisons.greater(w, 0.0)
    above = 2.0 - special_functions.erfc(z)
    far = selection.where_v2(is_above, above, special_functions.erfc(z))
    return 0.5 * selection.where_v2(is_near, near, far)


def log_ndtr(x: Any, name: str = "log_ndtr") -> Any:
    """The logarithm of ``ndtr``, from an asymptotic series where that is tiny."""
    with name_scope(name, values=[x]):
        x = _checked(x)
        lower, upper = _BOUNDS[x.dtype]
        is_high = comparisons.greater(x, upper)
        high = -_integral(-x)
        is_middle = comparisons.greater(x, lower)
        middle = elementwise.log(_integral(arithmetic.maximum(x, lower)))
        low = _log_of_series(arithmetic.minimum(x, lower))
        return selection.where_v2(is_high, high, selection.where_v2(is_middle, middle, low))


def _log_of_series(x: Any) -> Any:
    square = elementwise.square(x)
    scale = -0.5 * square - elementwise.log(-x) - 0.5 * np.log(2.0 * np.pi)
    return scale + elementwise.log(_series(x))


def _series(x: Any) -> Any:
    square: Any = elementwise.square(x)
    even: Any = filling.zeros_like(x)
    odd: Any = filling.zeros_like(x)
    power = square
    for n in range(1, _TERMS + 1):
        term = np.array(math.prod(range(2 * n - 1, 1, -2)), x.dtype.as_numpy_dtype) / power
        if n % 2:
            odd = odd + term
        else:
            even = even + term
        power = power * square
    return 1.0 + even - odd


def log_cdf_laplace(x: Any, name: str = "log_cdf_laplace") -> Any:
    """The logarithm of the integral of the Laplace density from minus infinity to ``x``."""
    with name_scope(name, values=[x]):
        x = convert_to_tensor(x, name="x")
        lower = -np.log(2.0) + x
        tail: Any = elementwise.exp(-elementwise.abs(x))
        upper = roots.log1p(-0.5 * tail)
        return selection.where_v2(x < 0.0, lower, upper)
