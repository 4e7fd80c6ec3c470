"""The error function and its complement."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.ops.numerics.chebyshev import Array, by_region, chebyshev_sum

# Chebyshev coefficients, computed with 40 digits: of erf(x) / x by x^2 in [0, 1], and of
# erfc(x) * exp(x^2) / t by t = 4 / (4 + x) for x >= 1.
# fmt: off
_NEAR_ZERO = (
    0.9754769393826541, -0.14226120510371364, 0.010035582187599796, -0.00057687646997674848,
    2.7419931252196061e-5, -1.1043175507344508e-6, 3.8488755420345037e-8, -1.1808582533875467e-9,
    3.233421582605091e-11, -7.9910159470045488e-13, 1.7990725113961456e-14, -3.7186354878186926e-16,
)
_TAIL = (
    0.28173233247697539, 0.18244484750158778, 0.052804000748705555, 0.013631655320848939,
    0.0031185257479579901, 0.0006244146538253792, 0.00010701454410897526, 1.504142055492721e-5,
    1.5682377948650683e-6, 8.0664061177277744e-8, -8.5284293591788465e-9, -2.4242307079148289e-9,
    -1.9154768809016691e-10, 1.7032857089518632e-11, 5.3655146228518326e-12, 2.4143420058011536e-13,
    -8.3154449306247423e-14, -1.2275405703231379e-14, 8.2880529223333925e-16, 3.3594718308655153e-16,
    2.0515807881170241e-18, -8.0326074841373217e-18,
)
# fmt: on


def _near_zero(x: Array) -> Array:
    return x * chebyshev_sum(_NEAR_ZERO, 2 * x * x - 1)


def _tail(x: Array) -> Array:
    """``erfc(x)`` for ``x >= 1``."""
    x = np.minimum(x, 30.0)  # Beyond it, the value is 0.
    t = 4 / (4 + x)
    # The square of a short number is exact, and so is its exponential.
    short = x.astype(np.float32).astype(np.float64)
    exponential = np.exp(-short * short) * np.exp((short - x) * (short + x))
    return exponential * t * chebyshev_sum(_TAIL, 2.5 * t - 1)


def erf(x: Any) -> Array:
    """The error function, ``2 / sqrt(pi)`` times the integral of ``exp(-t^2)`` from 0 to ``x``."""
    return by_region(
        [x],
        (np.abs(x) <= 1, _near_zero),
        (x > 1, lambda x: 1 - _tail(x)),
        (x < -1, lambda x: _tail(-x) - 1),
    )


def erfc(x: Any) -> Array:
    """``1 - erf(x)``, exact where that is small."""
    return by_region(
        [x],
        (np.abs(x) <= 1, lambda x: 1 - _near_zero(x)),
        (x > 1, _tail),
        (x < -1, lambda x: 2 - _tail(-x)),
    )
