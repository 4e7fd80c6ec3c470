"""NumPy by hand, as a careful person writes it: in place where that is safe, freeing what is done with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from running import data

Work = Callable[[], Any]


def _perceptron(start: data.Perceptron) -> Work:
    images, labels = start.images, start.labels
    (w1, w2), (b1, b2) = start.weights, start.biases
    scale = np.float32(1 / len(images))

    def step() -> Any:
        hidden = images @ w1
        hidden += b1
        np.maximum(hidden, 0, out=hidden)
        scores = hidden @ w2
        scores += b2
        scores -= np.maximum.reduce(scores, 1, keepdims=True)
        grad = np.exp(scores)
        totals = np.add.reduce(grad, 1, keepdims=True)
        np.subtract(np.log(totals), scores, out=scores)
        scores *= labels
        loss = np.add.reduce(scores, None) * scale
        grad /= totals
        grad -= labels
        grad *= scale
        grad_hidden = grad @ w2.T
        grad_hidden *= hidden > 0
        for weights, change in (
            (w1, images.T @ grad_hidden),
            (b1, np.add.reduce(grad_hidden, 0)),
            (w2, hidden.T @ grad),
            (b2, np.add.reduce(grad, 0)),
        ):
            change *= data.RATE
            np.subtract(weights, change, out=weights)
        return loss

    return step


def small() -> Work:
    """A training step of the small network."""
    return _perceptron(data.small())


def large() -> Work:
    """A training step of the large network."""
    return _perceptron(data.large())


def chain() -> Work:
    """The chain, with a buffer for each of its two values."""
    x = data.chain()
    first, second = np.empty_like(x), np.empty_like(x)
    multiply, add, tanh = np.multiply, np.add, np.tanh

    def run() -> Any:
        y = x
        for _ in range(data.CHAIN // 4):
            multiply(y, x, second)
            multiply(y, y, first)
            add(second, first, first)
            y = tanh(first, first)
        return y.copy()

    return run


def elementwise() -> Work:
    """Six operations on long arrays, with ``out=`` placed by hand."""
    x, y = data.elements(), data.elements()[::-1].copy()

    def run() -> Any:
        out = np.multiply(x, y)
        np.add(out, x, out)
        np.maximum(out, y, out=out)
        np.subtract(out, x, out)
        np.square(out, out)
        return np.negative(out, out)

    return run


def memory() -> Work:
    """A step of the deep network, which frees each activation and gradient when it is done with."""
    images, weights = data.deep()

    def step() -> Any:
        activations = [images]
        for layer in weights:
            hidden = activations[-1] @ layer
            activations.append(np.maximum(hidden, 0, out=hidden))
        loss = np.add.reduce(activations[-1], None)
        grad = (activations[-1] > 0).astype(np.float32)
        for position in reversed(range(len(weights))):
            activations.pop()
            change = activations[-1].T @ grad
            if position:
                grad = grad @ weights[position].T
                grad *= activations[-1] > 0
            change *= data.RATE
            np.subtract(weights[position], change, out=weights[position])
        return loss

    return step
