"""autograd."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import autograd
import autograd.numpy as np

from running import data

Work = Callable[[], Any]


def seed() -> Work:
    """The blog's gradients."""
    function = autograd.grad(lambda inputs: inputs[0] * inputs[1] + inputs[2] * np.log(inputs[3]))
    return lambda: function((2.0, 3.0, 4.0, 5.0))


def _perceptron(start: data.Perceptron) -> Work:
    def loss(parameters: Any) -> Any:
        w1, w2, b1, b2 = parameters
        scores = np.maximum(start.images @ w1 + b1, 0) @ w2 + b2
        scores = scores - np.max(scores, axis=1, keepdims=True)
        losses = np.log(np.sum(np.exp(scores), axis=1, keepdims=True)) - scores
        return np.sum(start.labels * losses) / len(start.images)

    value_and_grad = autograd.value_and_grad(loss)
    parameters = [*start.weights, *start.biases]

    def step() -> Any:
        value, grads = value_and_grad(parameters)
        for parameter, grad in zip(parameters, grads, strict=True):
            parameter -= data.RATE * grad
        return value

    return step


def small() -> Work:
    """A training step of the small network."""
    return _perceptron(data.small())


def large() -> Work:
    """A training step of the large network."""
    return _perceptron(data.large())
