"""The regularized incomplete gamma functions."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from graphlog.ops.numerics.chebyshev import Array, by_region
from graphlog.ops.numerics.gamma import digamma, lgamma

_MOST_STEPS = 2000
_EPSILON = 1e-16
# Above it the series take too many steps, and the integral is a bell that quadrature knows.
_LARGE = 100.0


@functools.cache
def _nodes(count: int) -> tuple[Any, Any]:
    """Gauss and Legendre's nodes and weights on [0, 1]."""
    nodes, weights = np.polynomial.legendre.leggauss(count)
    return (nodes + 1) / 2, weights / 2


def _prefactor(a: Array, x: Array) -> Array:
    """``x^a * exp(-x) / gamma(a + 1)``."""
    return np.exp(a * np.log(x) - x - lgamma(a + 1))


def _series(a: Array, x: Array) -> tuple[Array, Array]:
    """The lower function over the prefactor, and its derivative by ``a``, for ``x`` about ``a`` or less."""
    term = total = np.ones_like(x)
    slope = derivative = np.zeros_like(x)
    for step in range(1, _MOST_STEPS):
        term = term * x / (a + step)
        slope = slope - 1 / (a + step)
        total = total + term
        derivative = derivative + term * slope
        if np.all(term <= _EPSILON * total):
            break
    return total, derivative


def _lower_by_series(a: Array, x: Array) -> Array:
    return _prefactor(a, x) * _series(a, x)[0]


def _upper_by_fraction(a: Array, x: Array) -> Array:
    """Legendre's continued fraction, by Lentz's method, for ``x`` about ``a`` or more."""
    tiny = 1e-300
    b = x + 1 - a
    c = np.full_like(x, 1 / tiny)
    d = 1 / np.where(b == 0, tiny, b)
    fraction = d
    for step in range(1, _MOST_STEPS):
        numerator = -step * (step - a)
        b = b + 2
        d = numerator * d + b
        d = 1 / np.where(np.abs(d) < tiny, tiny, d)
        c = b + numerator / c
        c = np.where(np.abs(c) < tiny, tiny, c)
        factor = c * d
        fraction = fraction * factor
        if not np.any(np.abs(factor - 1) > 4 * _EPSILON):
            break
    return np.exp(a * np.log(x) - x - lgamma(a)) * fraction


def _bell(a: Array, x: Array) -> tuple[Array, Array, Any]:
    """For large ``a``, the integral from ``x`` away from the top of the bell.

    Returns:
        The integral of ``t^(a-1) * exp(-t) / gamma(a)`` from ``x`` to where it is nothing, upwards
        where ``x`` is above the top and else downwards (then negative); its derivative by ``a``; and
        whether it is upwards.
    """
    top = a - 1
    width = np.sqrt(top)
    upwards = x > top
    end = np.where(
        upwards,
        np.maximum(top + 11.5 * width, x + 8 * width),
        np.maximum(0.0, np.minimum(top - 9.5 * width, x - 7 * width)),
    )
    total = np.zeros_like(x)
    derivative = np.zeros_like(x)
    mean = digamma(a)
    for node, weight in zip(*_nodes(48), strict=True):
        t = x + (end - x) * node
        value = weight * np.exp(top - t + top * np.log(t / top))
        total += value
        derivative += value * (np.log(t) - mean)
    scale = (end - x) * np.exp(top * (np.log(top) - 1) - lgamma(a))
    return total * scale, derivative * scale, upwards


def _lower_of_large(a: Array, x: Array) -> Array:
    integral, _, upwards = _bell(a, x)
    return np.where(upwards, 1 - integral, -integral)


def _upper_of_large(a: Array, x: Array) -> Array:
    integral, _, upwards = _bell(a, x)
    return np.where(upwards, integral, 1 + integral)


def _is_low(a: Any, x: Any) -> Any:
    return (x <= 1) | (x <= a)


def igamma(a: Any, x: Any) -> Array:
    """The integral of ``t^(a-1) * exp(-t)`` from 0 to ``x`` over ``gamma(a)``.

    NaN unless ``a > 0`` and ``x >= 0``.
    """
    return by_region(
        [a, x],
        (x == 0, 0.0),
        (~((a > 0) & (x > 0)) | np.isinf(a), np.nan),
        (x == np.inf, 1.0),
        (a > _LARGE, _lower_of_large),
        (_is_low(a, x), _lower_by_series),
        (x > 0, lambda a, x: 1 - _upper_by_fraction(a, x)),
    )


def igammac(a: Any, x: Any) -> Array:
    """``1 - igamma(a, x)``, exact where that is small."""
    return by_region(
        [a, x],
        (~((a > 0) & (x >= 0)) | np.isinf(a), np.nan),
        (x == 0, 1.0),
        (x == np.inf, 0.0),
        (a > _LARGE, _upper_of_large),
        (_is_low(a, x), lambda a, x: 1 - _lower_by_series(a, x)),
        (x > 0, _upper_by_fraction),
    )


def _slope_by_series(a: Array, x: Array) -> Array:
    total, derivative = _series(a, x)
    return _prefactor(a, x) * (total * (np.log(x) - digamma(a + 1)) + derivative)


def _slope_by_quadrature(a: Array, x: Array) -> Array:
    """The integral from ``x`` on, which is at least 1 and at least ``a``."""
    length = 40 + 10 * np.sqrt(a)
    mean = digamma(a)
    total = np.zeros_like(x)
    for node, weight in zip(*_nodes(100), strict=True):
        t = x + length * node
        total += weight * (t / x) ** (a - 1) * np.exp(x - t) * (np.log(t) - mean)
    return -length * total * np.exp((a - 1) * np.log(x) - x - lgamma(a))


def _slope_of_large(a: Array, x: Array) -> Array:
    return -_bell(a, x)[1]


def igamma_by_a(a: Any, x: Any) -> Array:
    """The derivative of ``igamma`` by ``a``."""
    return by_region(
        [a, x],
        (~((a > 0) & (x >= 0)) | np.isinf(a), np.nan),
        ((x == 0) | (x == np.inf), 0.0),
        (a > _LARGE, _slope_of_large),
        (_is_low(a, x), _slope_by_series),
        (x > 0, _slope_by_quadrature),
    )
