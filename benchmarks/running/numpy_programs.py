"""NumPy by hand, as a careful person writes it: in place where that is safe, freeing what is done with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from running import data

Work = Callable[[], Any]


# Looked up once: it takes as long as a tenth of a small operation.
_add, _subtract, _multiply, _divide = np.add, np.subtract, np.multiply, np.divide
_exp, _log, _maximum, _greater = np.exp, np.log, np.maximum, np.greater
_total: Any = np.add.reduce
_greatest: Any = np.maximum.reduce


def _perceptron(start: data.Perceptron) -> Work:
    """A training step with a buffer for each value, and numbers as arrays, which NumPy need not convert."""
    images, labels = start.images, start.labels
    (w1, w2), (b1, b2) = start.weights, start.biases
    zero, rate, scale = (np.array(number, np.float32) for number in (0, data.RATE, 1 / len(images)))
    hidden = np.empty((len(images), len(w2)), np.float32)
    grad_hidden, is_positive = np.empty_like(hidden), np.empty(hidden.shape, bool)
    scores, grad, totals = np.empty_like(labels), np.empty_like(labels), np.empty_like(labels[:, :1])
    change_w1, change_w2, change_b1, change_b2 = map(np.empty_like, (w1, w2, b1, b2))
    images_t, hidden_t, w2_t = images.T, hidden.T, w2.T

    def step() -> Any:
        images.dot(w1, hidden)
        _add(hidden, b1, hidden)
        _maximum(hidden, zero, out=hidden)
        hidden.dot(w2, scores)
        _add(scores, b2, scores)
        _subtract(scores, _greatest(scores, 1, None, totals, True), scores)
        _exp(scores, grad)
        _total(grad, 1, None, totals, True)
        _divide(grad, totals, grad)
        _subtract(_log(totals, totals), scores, scores)
        _multiply(scores, labels, scores)
        loss = _total(scores, None) * scale
        _subtract(grad, labels, grad)
        _multiply(grad, scale, grad)
        grad.dot(w2_t, grad_hidden)
        _multiply(grad_hidden, _greater(hidden, zero, is_positive), grad_hidden)
        images_t.dot(grad_hidden, change_w1)
        _total(grad_hidden, 0, None, change_b1)
        hidden_t.dot(grad, change_w2)
        _total(grad, 0, None, change_b2)
        _subtract(w1, _multiply(change_w1, rate, change_w1), w1)
        _subtract(b1, _multiply(change_b1, rate, change_b1), b1)
        _subtract(w2, _multiply(change_w2, rate, change_w2), w2)
        _subtract(b2, _multiply(change_b2, rate, change_b2), b2)
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
