"""JAX, compiled by jax.jit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from running import data

Work = Callable[[], Any]


def seed() -> Work:
    """The blog's gradients, fed with Python's numbers."""
    function = jax.jit(jax.grad(lambda a, b, c, d: a * b + c * jnp.log(d), argnums=(0, 1, 2, 3)))
    return lambda: jax.block_until_ready(function(2.0, 3.0, 4.0, 5.0))


def _perceptron(start: data.Perceptron) -> Work:
    def loss(parameters: Any, images: Any, labels: Any) -> Any:
        (w1, w2), (b1, b2) = parameters
        scores = jax.nn.relu(images @ w1 + b1) @ w2 + b2
        return -jnp.mean(jnp.sum(labels * jax.nn.log_softmax(scores), axis=1))

    def update(parameters: Any, images: Any, labels: Any) -> Any:
        value, grads = jax.value_and_grad(loss)(parameters, images, labels)
        return value, jax.tree.map(lambda weights, grad: weights - data.RATE * grad, parameters, grads)

    step = jax.jit(update)
    parameters: Any = jax.tree.map(jnp.asarray, (start.weights, start.biases))

    def run() -> Any:
        nonlocal parameters
        value, parameters = jax.block_until_ready(step(parameters, start.images, start.labels))
        return value

    return run


def small() -> Work:
    """A training step of the small network."""
    return _perceptron(data.small())


def large() -> Work:
    """A training step of the large network."""
    return _perceptron(data.large())


def elementwise() -> Work:
    """Six operations on long arrays."""
    function = jax.jit(lambda x, y: -jnp.square(jnp.maximum(x * y + x, y) - x))
    x, y = jnp.asarray(data.elements()), jnp.asarray(data.elements()[::-1].copy())
    return lambda: function(x, y).block_until_ready()
