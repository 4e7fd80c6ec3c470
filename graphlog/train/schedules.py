"""Learning rates that change with the number of steps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from graphlog.core import dtypes
from graphlog.core.conversion import convert_n_to_tensor, convert_to_tensor
from graphlog.core.tensor import Tensor
from graphlog.ops.constants import constant
from graphlog.ops.control_flow import conditionals
from graphlog.ops.math import arithmetic, casts, comparisons, elementwise, roots, rounding, trigonometry
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.random import random_functions


def exponential_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    decay_rate: Any,
    staircase: bool = False,
    name: str | None = None,
) -> Tensor:
    """``learning_rate * decay_rate ** (global_step / decay_steps)``.

    Args:
        learning_rate: the rate at step 0, a number or a scalar tensor.
        global_step: the number of steps so far: a number, a tensor or a variable.
        decay_steps: after how many steps the rate is multiplied by ``decay_rate``.
        decay_rate: the factor.
        staircase: whether the rate changes only once in ``decay_steps``.
        name: the scope of the operations.

    Returns:
        A scalar Tensor of the dtype of ``learning_rate``.

    Source: ``tf.train.exponential_decay``.
    """
    with name_scope(name or "ExponentialDecay") as scope:
        rate, (steps, factor, step) = _settings(learning_rate, decay_steps, decay_rate, global_step)
        return arithmetic.multiply(rate, arithmetic.pow(factor, _part(step, steps, staircase)), name=scope)


def natural_exp_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    decay_rate: Any,
    staircase: bool = False,
    name: str | None = None,
) -> Tensor:
    """``learning_rate * exp(-decay_rate * global_step / decay_steps)``; see ``exponential_decay``.

    Source: ``tf.train.natural_exp_decay``.
    """
    factor = elementwise.exp(elementwise.negative(decay_rate))
    return exponential_decay(learning_rate, global_step, decay_steps, factor, staircase, name)


def inverse_time_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    decay_rate: Any,
    staircase: bool = False,
    name: str | None = None,
) -> Tensor:
    """``learning_rate / (1 + decay_rate * global_step / decay_steps)``; see ``exponential_decay``.

    Source: ``tf.train.inverse_time_decay``.
    """
    with name_scope(name or "InverseTimeDecay") as scope:
        rate, (steps, factor, step) = _settings(learning_rate, decay_steps, decay_rate, global_step)
        part = _part(step, steps, staircase)
        one = casts.cast(constant(1), rate.dtype)
        divisor = arithmetic.add(one, arithmetic.multiply(factor, part))
        quotient: Tensor = arithmetic.divide(rate, divisor, name=scope)
        return quotient


def polynomial_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    end_learning_rate: Any = 0.0001,
    power: Any = 1.0,
    cycle: bool = False,
    name: str | None = None,
) -> Tensor:
    """A rate that falls to ``end_learning_rate`` within ``decay_steps``, along a power of what is left.

    Args:
        learning_rate: the rate at step 0, a number or a scalar tensor.
        global_step: the number of steps so far: a number, a tensor or a variable.
        decay_steps: the number of steps of the fall.
        end_learning_rate: the rate at its end.
        power: the power; 1 gives a line.
        cycle: whether the rate then jumps up to fall again, until twice, thrice … ``decay_steps``.
        name: the scope of the operations.

    Returns:
        A scalar Tensor of the dtype of ``learning_rate``.

    Source: ``tf.train.polynomial_decay``.
    """
    with name_scope(name or "PolynomialDecay") as scope:
        rate, (end, exponent, step, steps) = _settings(
            learning_rate, end_learning_rate, power, global_step, decay_steps
        )
        if cycle:
            cycles = conditionals.cond(
                comparisons.equal(step, 0), lambda: 1.0, lambda: rounding.ceil(step / decay_steps)
            )
            steps = arithmetic.multiply(steps, cycles)
        else:
            step = arithmetic.minimum(step, decay_steps)
        part = arithmetic.divide(step, steps)
        fallen = arithmetic.multiply(rate - end, arithmetic.pow(1 - part, exponent))
        return arithmetic.add(fallen, end, name=scope)


def cosine_decay(
    learning_rate: Any, global_step: Any, decay_steps: Any, alpha: Any = 0.0, name: str | None = None
) -> Tensor:
    """A rate that falls to ``alpha * learning_rate`` within ``decay_steps``, along half a cosine.

    Args:
        learning_rate: the rate at step 0, a number or a scalar tensor.
        global_step: the number of steps so far: a number, a tensor or a variable.
        decay_steps: the number of steps of the fall.
        alpha: what is left of the rate at its end.
        name: the scope of the operations.

    Returns:
        A scalar Tensor of the dtype of ``learning_rate``.

    Source: ``tf.train.cosine_decay``; Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm
    Restarts", 2016.
    """
    with name_scope(name or "CosineDecay"):
        rate, (steps, step) = _settings(learning_rate, decay_steps, global_step)
        part = arithmetic.minimum(step, steps) / steps
        return arithmetic.multiply(rate, (1 - alpha) * _half_cosine(part) + alpha)


def cosine_decay_restarts(
    learning_rate: Any,
    global_step: Any,
    first_decay_steps: Any,
    t_mul: Any = 2.0,
    m_mul: Any = 1.0,
    alpha: Any = 0.0,
    name: str | None = None,
) -> Tensor:
    """``cosine_decay`` that starts anew whenever it is at its end.

    Args:
        learning_rate: as for ``cosine_decay``.
        global_step: as for ``cosine_decay``.
        first_decay_steps: the number of steps of the first fall.
        t_mul: by what the number of steps is multiplied at each restart.
        m_mul: by what the rate is multiplied at each restart.
        alpha: as for ``cosine_decay``.
        name: the scope of the operations.

    Returns:
        A scalar Tensor of the dtype of ``learning_rate``.

    Source: ``tf.train.cosine_decay_restarts``.
    """
    with name_scope(name or "SGDRDecay") as scope:
        rate, (steps, floor_factor, longer, lower, step) = _settings(
            learning_rate, first_decay_steps, alpha, t_mul, m_mul, global_step
        )
        part = step / steps

        def of_equal_length() -> tuple[Tensor, Tensor]:
            restarts = rounding.floor(part)
            return restarts, part - restarts

        def of_growing_length() -> tuple[Tensor, Tensor]:
            restarts = rounding.floor(elementwise.log(1.0 - part * (1.0 - longer)) / elementwise.log(longer))
            before = (1.0 - longer**restarts) / (1.0 - longer)
            return restarts, (part - before) / longer**restarts

        restarts, part = conditionals.cond(comparisons.equal(longer, 1.0), of_equal_length, of_growing_length)
        height = lower**restarts
        cosine = 0.5 * height * (1.0 + trigonometry.cos(constant(math.pi) * part))
        return arithmetic.multiply(rate, (1 - floor_factor) * cosine + floor_factor, name=scope)


def linear_cosine_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    num_periods: Any = 0.5,
    alpha: Any = 0.0,
    beta: Any = 0.001,
    name: str | None = None,
) -> Tensor:
    """A rate that falls along a line times a cosine: ``(alpha + line) * cosine + beta`` of it is left.

    Args:
        learning_rate: the rate at step 0, a number or a scalar tensor.
        global_step: the number of steps so far: a number, a tensor or a variable.
        decay_steps: the number of steps of the fall.
        num_periods: the number of periods of the cosine.
        alpha: see above.
        beta: see above.
        name: the scope of the operations.

    Returns:
        A scalar Tensor of the dtype of ``learning_rate``.

    Source: ``tf.train.linear_cosine_decay``; Bello et al., "Neural Optimizer Search with Reinforcement
    Learning", 2017.
    """
    with name_scope(name or "LinearCosineDecay") as scope:
        rate, (steps, periods, added, least, step) = _settings(
            learning_rate, decay_steps, num_periods, alpha, beta, global_step
        )
        step = arithmetic.minimum(step, steps)
        line = (steps - step) / steps
        part = step / steps
        cosine = _half_cosine(2.0 * periods * part)
        return arithmetic.multiply(rate, (added + line) * cosine + least, name=scope)


def noisy_linear_cosine_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    initial_variance: Any = 1.0,
    variance_decay: Any = 0.55,
    num_periods: Any = 0.5,
    alpha: Any = 0.0,
    beta: Any = 0.001,
    name: str | None = None,
) -> Tensor:
    """``linear_cosine_decay`` with Gaussian noise added to the line.

    Args:
        learning_rate: as for ``linear_cosine_decay``, like all that is not listed here.
        global_step: as there.
        decay_steps: as there.
        initial_variance: the variance of the noise at step 0.
        variance_decay: the variance falls with the steps to this power.
        num_periods: as there.
        alpha: as there.
        beta: as there.
        name: the scope of the operations.

    Returns:
        A scalar Tensor of the dtype of ``learning_rate``.

    Source: ``tf.train.noisy_linear_cosine_decay``.
    """
    with name_scope(name or "NoisyLinearCosineDecay") as scope:
        rate, (steps, first, fall, periods, added, least, step) = _settings(
            learning_rate,
            *(decay_steps, initial_variance, variance_decay, num_periods, alpha, beta, global_step),
        )
        step = arithmetic.minimum(step, steps)
        line = (steps - step) / steps
        variance = first / arithmetic.pow(1.0 + step, fall)
        deviation = roots.sqrt(variance)
        noisy = line + random_functions.random_normal(line.shape, stddev=deviation)
        part = step / steps
        cosine = _half_cosine(2.0 * periods * part)
        return arithmetic.multiply(rate, (added + noisy) * cosine + least, name=scope)


def piecewise_constant(
    x: Any, boundaries: Sequence[Any], values: Sequence[Any], name: str | None = None
) -> Tensor:
    """One value up to the first boundary, the next one up to the second, and so on.

    Args:
        x: the number of steps so far: a number, a tensor or a variable.
        boundaries: increasing numbers or scalar tensors of the dtype of ``x``; each counts to what is
            before it.
        values: one more value than there are boundaries, all of one dtype.
        name: the scope of the operations.

    Returns:
        A scalar Tensor of the dtype of the values.

    Raises:
        ValueError: the numbers of boundaries and values do not fit, or their dtypes.

    Source: ``tf.train.piecewise_constant``.
    """
    boundaries, values = convert_n_to_tensor(boundaries), convert_n_to_tensor(values)
    wanted = convert_to_tensor(x).dtype.base_dtype
    for index, boundary in enumerate(boundaries):
        dtype = boundary.dtype.base_dtype
        if dtype is dtypes.int32 and wanted is dtypes.int64:
            boundaries[index] = casts.cast(boundary, wanted)
        elif dtype is not wanted:
            raise ValueError(f"Boundaries ({dtype}) must have the same dtype as x ({wanted}).")
    for value in values[1:]:
        if value.dtype.base_dtype is not values[0].dtype.base_dtype:
            raise ValueError(
                "Values must have elements all with the same dtype "
                f"({values[0].dtype.base_dtype} vs {value.dtype.base_dtype})."
            )
    if len(boundaries) != len(values) - 1:
        raise ValueError("The length of boundaries should be 1 less than the length of values")
    with name_scope(name or "PiecewiseConstant"):
        step = convert_to_tensor(x)
        pieces: list[Any] = [
            (step <= boundaries[0], lambda: values[0]),
            (step > boundaries[-1], lambda: values[-1]),
        ]
        for low, high, value in zip(boundaries[:-1], boundaries[1:], values[1:-1], strict=True):
            is_between: Any = (step > low) & (step <= high)
            pieces.append((is_between, lambda value=value: value))
        result: Tensor = conditionals.case(pieces, lambda: values[0], exclusive=True)
        return result


def _settings(learning_rate: Any, *others: Any) -> tuple[Tensor, list[Tensor]]:
    """The first rate as a tensor, and what else is set in its dtype."""
    rate = convert_to_tensor(learning_rate, name="initial_learning_rate")
    return rate, [casts.cast(value, rate.dtype) for value in others]


def _part(step: Tensor, steps: Tensor, staircase: bool) -> Tensor:
    part = step / steps
    return rounding.floor(part) if staircase else part


def _half_cosine(part: Tensor) -> Tensor:
    return 0.5 * (1.0 + trigonometry.cos(constant(math.pi) * part))
