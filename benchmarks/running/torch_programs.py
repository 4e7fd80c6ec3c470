"""PyTorch, eager."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from running import data

Work = Callable[[], Any]


def seed() -> Work:
    """The blog's gradients."""

    def run() -> Any:
        a, b, c, d = (torch.tensor(value, requires_grad=True) for value in (2.0, 3.0, 4.0, 5.0))
        return torch.autograd.grad(a * b + c * torch.log(d), (a, b, c, d))

    return run


def _perceptron(start: data.Perceptron) -> Work:
    images, labels = torch.from_numpy(start.images), torch.from_numpy(start.labels)
    parameters = [torch.from_numpy(item).requires_grad_() for item in (*start.weights, *start.biases)]
    w1, w2, b1, b2 = parameters

    def step() -> Any:
        scores = torch.relu(images @ w1 + b1) @ w2 + b2
        loss = torch.nn.functional.cross_entropy(scores, labels)
        grads = torch.autograd.grad(loss, parameters)
        with torch.no_grad():
            for parameter, grad in zip(parameters, grads, strict=True):
                parameter.sub_(grad, alpha=float(data.RATE))
        return loss.item()

    return step


def small() -> Work:
    """A training step of the small network."""
    return _perceptron(data.small())


def large() -> Work:
    """A training step of the large network."""
    return _perceptron(data.large())


def elementwise() -> Work:
    """Six operations on long arrays."""
    x, y = torch.from_numpy(data.elements()), torch.from_numpy(data.elements()[::-1].copy())
    return lambda: -torch.square(torch.maximum(x * y + x, y) - x)
