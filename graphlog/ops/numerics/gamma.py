"""The logarithm of the gamma function and its derivatives, and the zeta function."""

from __future__ import annotations

from fractions import Fraction
from math import factorial
from typing import Any

import numpy as np

from graphlog.ops.numerics.chebyshev import Array, by_region, chebyshev_sum

# The Bernoulli numbers B_2, B_4, ..., B_24.
_BERNOULLI = tuple(
    Fraction(*pair)
    for pair in [
        *((1, 6), (-1, 30), (1, 42), (-1, 30), (5, 66), (-691, 2730), (7, 6), (-3617, 510)),
        *((43867, 798), (-174611, 330), (854513, 138), (-236364091, 2730)),
    ]
)
# The coefficients of the asymptotic series.
_STIRLING = tuple(float(b / (2 * k * (2 * k - 1))) for k, b in enumerate(_BERNOULLI, 1))
_DIGAMMA = tuple(float(b / (2 * k)) for k, b in enumerate(_BERNOULLI, 1))
_EULER_MACLAURIN = tuple(float(b / factorial(2 * k)) for k, b in enumerate(_BERNOULLI, 1))
_HALF_LOG_TWO_PI = 0.91893853320467274178
# So many terms of the zeta function are summed one by one.
_ZETA_TERMS = 12
# The digamma function's asymptotic series is used from here on.
_DIGAMMA_START = 10

# Chebyshev coefficients, computed with 40 digits: of lgamma(x) / ((x - 1) * (x - 2)) in [1, 3], and of
# lgamma(x) in [3, 8].
# fmt: off
_FROM_1_TO_3 = (
    0.44148902545501421, -0.11119580321752522, 0.019510448260688841, -0.003922461463025264,
    0.00084789898959538574, -0.00019153855341365592, 4.4544701849756064e-5, -1.05728743735943e-5,
    2.5474336873408415e-6, -6.208535880776316e-7, 1.5268677399071547e-7, -3.7826376602913261e-8,
    9.4281008236242844e-9, -2.3619997021846449e-9, 5.9435419058175461e-10, -1.5013129770728669e-10,
    3.8050196458110537e-11, -9.6724852996563246e-12, 2.4653481983556609e-12, -6.2988681407917115e-13,
    1.6128460030283786e-13, -4.1379492068140421e-14, 1.0635701227757898e-14, -2.7382420786652825e-15,
    7.0606705072148925e-16, -1.8232177141662119e-16, 4.7141690067562716e-17, -1.2204107319639855e-17,
)
_FROM_3_TO_8 = (
    4.2797396980992029, 3.9450988185126756, 0.32556733750097459, -0.02848320523568185,
    0.0037406825494097672, -0.00058860697136506129, 0.00010265809795118672, -1.9129016841133594e-5,
    3.7315170321594509e-6, -7.5259985428293558e-7, 1.5566278944797452e-7, -3.2832563128974684e-8,
    7.0335473248788246e-9, -1.525815040231788e-9, 3.3443357905680137e-10, -7.393395016155016e-11,
    1.6463103136120872e-11, -3.6884300411581495e-12, 8.3071710159376577e-13, -1.879474919245369e-13,
    4.2691031261448742e-14, -9.730649087368384e-15, 2.2247181227259756e-15, -5.1001983798039531e-16,
    1.1720647553021895e-16,
)
# fmt: on


def _is_pole(x: Any) -> Any:
    return (x <= 0) & (np.floor(x) == x)


def _from_1_to_3(x: Array) -> Array:
    return (x - 1) * (x - 2) * chebyshev_sum(_FROM_1_TO_3, x - 2)


def _below_1(x: Array) -> Array:
    """``lgamma(x + 1) - log(x)``, without rounding ``x + 1``."""
    return x * (x - 1) * chebyshev_sum(_FROM_1_TO_3, x - 1) - np.log(x)


def _series(coefficients: tuple[float, ...], x: Array) -> Array:
    """The sum of ``coefficients[k] / x^(2k)``."""
    inverse = 1 / (x * x)
    total = np.zeros_like(x)
    for coefficient in reversed(coefficients):
        total = total * inverse + coefficient
    return total


def _stirling(x: Array) -> Array:
    main: Array = (x - 0.5) * (np.log(x) - 1)
    return main - 0.5 + _HALF_LOG_TWO_PI + _series(_STIRLING, x) / x


def _sine_of_pi_times(x: Array) -> Array:
    """The absolute value of ``sin(pi * x)``."""
    sine: Array = np.abs(np.sin(np.pi * (x - np.rint(x))))
    return sine


def lgamma(x: Any) -> Array:
    """The logarithm of the absolute value of the gamma function; infinity at its poles."""
    return by_region(
        [x],
        (_is_pole(x) | np.isinf(x), np.inf),
        (x < 0, lambda x: np.log(np.pi / _sine_of_pi_times(x)) - lgamma(1 - x)),
        (x < 1, _below_1),
        (x < 3, _from_1_to_3),
        (x < 8, lambda x: chebyshev_sum(_FROM_3_TO_8, (x - 5.5) / 2.5)),
        (x >= 8, _stirling),
    )


def _digamma_of_large(x: Array) -> Array:
    return np.log(x) - 0.5 / x - _series(_DIGAMMA, x) / (x * x)


def _digamma_of_small(x: Array) -> Array:
    steps = sum(1 / (x + step) for step in reversed(range(_DIGAMMA_START)))
    return _digamma_of_large(x + _DIGAMMA_START) - steps


def _digamma_of_negative(x: Array) -> Array:
    return digamma(1 - x) - np.pi / np.tan(np.pi * (x - np.rint(x)))


def digamma(x: Any) -> Array:
    """The derivative of ``lgamma``; infinity at the poles, as in TensorFlow."""
    return by_region(
        [x],
        (_is_pole(x) | np.isinf(x), np.inf),
        (x < 0, _digamma_of_negative),
        (x < _DIGAMMA_START, _digamma_of_small),
        (x >= _DIGAMMA_START, _digamma_of_large),
    )


def _zeta_of_positive(x: Array, q: Array) -> Array:
    """Euler and Maclaurin's sum, for ``x > 1`` and ``q > 0``."""
    total = np.zeros_like(q)
    for step in range(_ZETA_TERMS):
        total += (q + step) ** -x
    end = q + _ZETA_TERMS
    power = end**-x
    total += end * power / (x - 1) + 0.5 * power
    term = x * power / end
    for k, coefficient in enumerate(_EULER_MACLAURIN, 1):
        total += coefficient * term
        term = term * (x + (2 * k - 1)) * (x + 2 * k) / (end * end)
    return total


def _zeta_of_negative(x: Array, q: Array) -> Array:
    """The terms with a negative base are those of two other zeta functions; ``x`` is a whole number."""
    whole = np.floor(q)
    sign = np.where(x % 2 == 0, 1.0, -1.0)
    negative_terms = _zeta_of_positive(x, whole + 1 - q) - _zeta_of_positive(x, 1 - q)
    return _zeta_of_positive(x, q - whole) + sign * negative_terms


def zeta(x: Any, q: Any) -> Array:
    """Hurwitz's zeta function, the sum of ``(q + k)^-x`` for all ``k`` from 0 on.

    Infinity for ``x`` = 1 and where ``q`` is 0 or a negative whole number; NaN for ``x < 1``, and for
    ``q < 0`` where ``x`` is not whole.
    """
    return by_region(
        [x, q],
        (x == 1, np.inf),
        (~(x > 1), np.nan),
        (_is_pole(q), np.inf),
        (q > 0, _zeta_of_positive),
        ((q < 0) & (np.floor(x) == x), _zeta_of_negative),
    )


def polygamma(n: Any, x: Any) -> Array:
    """The derivative of order ``n`` of ``digamma``; NaN where ``n`` is negative or not whole."""

    def from_zeta(n: Array, x: Array) -> Array:
        return np.where(n % 2 == 0, -1.0, 1.0) * np.exp(lgamma(n + 1)) * zeta(n + 1, x)

    is_whole = (n >= 0) & (np.floor(n) == n)
    return by_region([n, x], (n == 0, lambda _, x: digamma(x)), (is_whole, from_zeta))
