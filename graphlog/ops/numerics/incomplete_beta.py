"""The regularized incomplete beta function."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.ops.numerics.chebyshev import Array, by_region
from graphlog.ops.numerics.gamma import lgamma

_MOST_STEPS = 2000


def _fraction(a: Array, b: Array, x: Array) -> Array:
    """The continued fraction of the function, by Lentz's method, for ``x`` below the mean."""
    tiny = 1e-300

    def not_zero(value: Array) -> Array:
        return np.where(np.abs(value) < tiny, tiny, value)

    c = np.ones_like(x)
    d = 1 / not_zero(1 - (a + b) * x / (a + 1))
    result = d
    for m in range(1, _MOST_STEPS):
        change = np.zeros_like(x)
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for numerator in (even, odd):
            d = 1 / not_zero(1 + numerator * d)
            c = not_zero(1 + numerator / c)
            result = result * (c * d)
            change = np.maximum(change, np.abs(c * d - 1))
        if not np.any(change > 4e-16):
            break
    scale = np.exp(a * np.log(x) + b * np.log1p(-x) + lgamma(a + b) - lgamma(a) - lgamma(b))
    return scale * result / a


def betainc(a: Any, b: Any, x: Any) -> Array:
    """The integral of ``t^(a-1) * (1-t)^(b-1)`` from 0 to ``x`` over ``beta(a, b)``.

    NaN unless ``a > 0``, ``b > 0`` and ``0 <= x <= 1``.
    """
    return by_region(
        [a, b, x],
        (~((a > 0) & (b > 0) & (x >= 0) & (x <= 1)), np.nan),
        (x == 0, 0.0),
        (x == 1, 1.0),
        (x < (a + 1) / (a + b + 2), _fraction),
        (x <= 1, lambda a, b, x: 1 - _fraction(b, a, 1 - x)),
    )
