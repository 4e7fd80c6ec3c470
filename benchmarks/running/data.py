"""What all libraries compute with: the same numbers."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

CHAIN = 20_000
ELEMENTS = 1_000_000
LAYERS, WIDTH, ROWS = 50, 512, 512
RATE = np.float32(0.01)


class Perceptron(NamedTuple):
    """The start of a network of one hidden layer: its weights and one batch."""

    images: Any
    labels: Any
    weights: tuple[Any, Any]
    biases: tuple[Any, Any]


def perceptron(inputs: int, hidden: int, outputs: int, batch: int) -> Perceptron:
    """Random weights and a random batch, float32; labels are one-hot."""
    rng = np.random.default_rng(1)

    def normal(rows: int, columns: int, scale: float) -> Any:
        return (rng.standard_normal((rows, columns)) * scale).astype(np.float32)

    return Perceptron(
        normal(batch, inputs, 1.0),
        np.eye(outputs, dtype=np.float32)[rng.integers(0, outputs, batch)],
        (normal(inputs, hidden, inputs**-0.5), normal(hidden, outputs, hidden**-0.5)),
        (np.zeros(hidden, np.float32), np.zeros(outputs, np.float32)),
    )


def small() -> Perceptron:
    """64-64-10, batch 32."""
    return perceptron(64, 64, 10, 32)


def large() -> Perceptron:
    """784-512-10, batch 128."""
    return perceptron(784, 512, 10, 128)


def chain() -> Any:
    """Eight numbers, which the chain keeps near where they are."""
    return np.linspace(-1, 1, 8, dtype=np.float32)


def elements() -> Any:
    """A million numbers."""
    return np.linspace(-1, 1, ELEMENTS, dtype=np.float32)


def deep() -> tuple[Any, list[Any]]:
    """A batch and the weights of 50 layers."""
    rng = np.random.default_rng(2)
    weights = [(rng.standard_normal((WIDTH, WIDTH)) * WIDTH**-0.5).astype(np.float32) for _ in range(LAYERS)]
    return rng.standard_normal((ROWS, WIDTH)).astype(np.float32), weights
