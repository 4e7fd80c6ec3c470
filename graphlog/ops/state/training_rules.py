"""How optimizers change variables: a rule for each kind of update, from old values to new ones.

Arguments have the names that TensorFlow gives them, in its order; keyword-only ones are attributes. A rule
returns the new value of each variable that it takes, in the same order. ``training_ops`` makes operations
of them.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def gradient_descent(var: Any, alpha: Any, delta: Any) -> tuple[Any, ...]:
    """Goes against the gradient."""
    return (_less(var, alpha * delta),)


def _less(value: Any, change: Any) -> Any:
    """``value - change``, in the memory of ``change``, which nobody else may have."""
    if isinstance(change, np.ndarray):
        return np.subtract(value, change, out=change)
    return value - change


def _towards(value: Any, target: Any, rate: Any) -> Any:
    """``value + (target - value) * rate``: a moving average, in memory of its own."""
    change = target - value
    change *= rate
    change += value
    return change


def momentum(
    var: Any, accum: Any, lr: Any, grad: Any, momentum: Any, *, use_nesterov: bool
) -> tuple[Any, ...]:
    """Goes on in the direction so far, which each gradient changes a little."""
    accum = accum * momentum
    accum += grad
    if use_nesterov:
        return _less(var, grad * lr + accum * momentum * lr), accum
    return _less(var, accum * lr), accum


def adam(
    var: Any,
    m: Any,
    v: Any,
    beta1_power: Any,
    beta2_power: Any,
    lr: Any,
    beta1: Any,
    beta2: Any,
    epsilon: Any,
    grad: Any,
    *,
    use_nesterov: bool,
) -> tuple[Any, ...]:
    """The mean of the gradients, divided by the root of that of their squares (Kingma and Ba, 2014)."""
    rate = lr * np.sqrt(1 - beta2_power) / (1 - beta1_power)
    m = _towards(m, grad, 1 - beta1)
    v = _towards(v, np.square(grad), 1 - beta2)
    ahead = grad * (1 - beta1) + beta1 * m if use_nesterov else m
    root = np.sqrt(v)
    root += epsilon
    change = ahead * rate
    change /= root
    return _less(var, change), m, v


def ada_max(
    var: Any, m: Any, v: Any, beta1_power: Any, lr: Any, beta1: Any, beta2: Any, epsilon: Any, grad: Any
) -> tuple[Any, ...]:
    """``adam`` with the greatest gradient in place of the root (Kingma and Ba, 2014)."""
    m = m + (grad - m) * (1 - beta1)
    v = np.maximum(beta2 * v, np.abs(grad))
    return var - lr / (1 - beta1_power) * (m / (v + epsilon)), m, v


def rms_prop(
    var: Any, ms: Any, mom: Any, lr: Any, rho: Any, momentum: Any, epsilon: Any, grad: Any
) -> tuple[Any, ...]:
    """The gradient, divided by the root of the mean of its squares, with momentum."""
    ms = ms + (np.square(grad) - ms) * (1 - rho)
    mom = mom * momentum + grad * lr / np.sqrt(ms + epsilon)
    return var - mom, ms, mom


def centered_rms_prop(
    var: Any, mg: Any, ms: Any, mom: Any, lr: Any, rho: Any, momentum: Any, epsilon: Any, grad: Any
) -> tuple[Any, ...]:
    """``rms_prop`` with the deviation in place of the root of the mean of squares."""
    ms = ms + (np.square(grad) - ms) * (1 - rho)
    mg = mg + (grad - mg) * (1 - rho)
    mom = mom * momentum + grad * lr / np.sqrt(ms - np.square(mg) + epsilon)
    return var - mom, mg, ms, mom


def adagrad(var: Any, accum: Any, lr: Any, grad: Any, *, update_slots: bool) -> tuple[Any, ...]:
    """The gradient, divided by the root of the sum of its squares (Duchi et al., 2011)."""
    if update_slots:
        accum = accum + np.square(grad)
    return var - grad * lr / np.sqrt(accum), accum


def adadelta(
    var: Any, accum: Any, accum_update: Any, lr: Any, rho: Any, epsilon: Any, grad: Any
) -> tuple[Any, ...]:
    """``adagrad`` with means of squares, in the unit of the variable (Zeiler, 2012)."""
    accum = accum * rho + np.square(grad) * (1 - rho)
    update = np.sqrt(accum_update + epsilon) / np.sqrt(accum + epsilon) * grad
    return var - update * lr, accum, accum_update * rho + np.square(update) * (1 - rho)


def ftrl(
    var: Any, accum: Any, linear: Any, grad: Any, lr: Any, l1: Any, l2: Any, lr_power: Any
) -> tuple[Any, ...]:
    """Follows the regularized leader (McMahan et al., 2013)."""
    return _follow_the_leader(var, accum, linear, grad, grad, lr, l1, l2, lr_power)


def ftrl_with_shrinkage(
    var: Any,
    accum: Any,
    linear: Any,
    grad: Any,
    lr: Any,
    l1: Any,
    l2: Any,
    l2_shrinkage: Any,
    lr_power: Any,
) -> tuple[Any, ...]:
    """``ftrl`` with a gradient that also makes the variable smaller."""
    shrunk = grad + 2 * l2_shrinkage * var
    return _follow_the_leader(var, accum, linear, grad, shrunk, lr, l1, l2, lr_power)


def _follow_the_leader(
    var: Any, accum: Any, linear: Any, grad: Any, shrunk: Any, lr: Any, l1: Any, l2: Any, lr_power: Any
) -> tuple[Any, ...]:
    new_accum = accum + np.square(grad)
    scale = np.power(new_accum, -lr_power)
    linear = linear + shrunk - (scale - np.power(accum, -lr_power)) / lr * var
    solution = (l1 * np.sign(linear) - linear) / (scale / lr + 2 * l2)
    return np.where(np.abs(linear) > l1, solution, np.zeros_like(var)), new_accum, linear


def proximal_gradient_descent(var: Any, alpha: Any, l1: Any, l2: Any, delta: Any) -> tuple[Any, ...]:
    """``gradient_descent``, and then a step towards zero."""
    return (_shrunk(var - alpha * delta, alpha * l1) / (1 + alpha * l2),)


def proximal_adagrad(var: Any, accum: Any, lr: Any, l1: Any, l2: Any, grad: Any) -> tuple[Any, ...]:
    """``adagrad``, and then a step towards zero."""
    accum = accum + np.square(grad)
    rate = lr / np.sqrt(accum)
    return _shrunk(var - grad * rate, rate * l1) / (1 + l2 * rate), accum


def adagrad_dual_averaging(
    var: Any,
    gradient_accumulator: Any,
    gradient_squared_accumulator: Any,
    grad: Any,
    lr: Any,
    l1: Any,
    l2: Any,
    global_step: Any,
) -> tuple[Any, ...]:
    """The sum of all gradients, divided by the root of that of their squares (Duchi et al., 2011)."""
    step = global_step.astype(lr.dtype)
    total = gradient_accumulator + grad
    squares = gradient_squared_accumulator + np.square(grad)
    return -lr * _shrunk(total, l1 * step) / (l2 * step * lr + np.sqrt(squares)), total, squares


def _shrunk(value: Any, by: Any) -> Any:
    """The value moved towards zero, and no further than zero."""
    return np.sign(value) * np.maximum(np.abs(value) - by, 0)


def power_sign(
    var: Any, m: Any, lr: Any, logbase: Any, sign_decay: Any, beta: Any, grad: Any
) -> tuple[Any, ...]:
    """The gradient, larger where it agrees in sign with the mean so far (Bello et al., 2017)."""
    m = m * beta + grad * (1 - beta)
    return var - lr * np.exp(logbase * sign_decay * np.sign(grad) * np.sign(m)) * grad, m


def add_sign(var: Any, m: Any, lr: Any, alpha: Any, sign_decay: Any, beta: Any, grad: Any) -> tuple[Any, ...]:
    """``power_sign`` with a sum in place of the power."""
    m = m * beta + grad * (1 - beta)
    return var - lr * (alpha + sign_decay * np.sign(grad) * np.sign(m)) * grad, m
