"""Losses that keep weights small (``tf.keras.regularizers``)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.ops.constants import constant
from graphlog.ops.math import elementwise, reductions

__all__ = ["L1L2", "Regularizer", "get", "l1", "l1_l2", "l2"]


class Regularizer:
    """A function from weights to a loss; for regularizers of a user's own."""

    def __call__(self, x: Any) -> Any:
        """The loss."""
        return 0.0


class L1L2(Regularizer):
    """``l1`` times the sum of absolute values plus ``l2`` times the sum of squares."""

    def __init__(self, l1: float = 0.0, l2: float = 0.0) -> None:
        self.l1 = np.asarray(l1, np.float32)
        self.l2 = np.asarray(l2, np.float32)

    def __call__(self, x: Any) -> Any:
        """The loss."""
        if not self.l1 and not self.l2:
            return constant(0.0, dtypes.float32)
        loss: Any = 0.0
        if self.l1:
            loss = loss + self.l1 * reductions.reduce_sum(elementwise.abs(x))
        if self.l2:
            loss = loss + self.l2 * reductions.reduce_sum(elementwise.square(x))
        return loss

    def get_config(self) -> dict[str, float]:
        """The arguments of the constructor."""
        return {"l1": float(self.l1), "l2": float(self.l2)}


def l1(l: float = 0.01) -> L1L2:  # noqa: E741  (TensorFlow's name)
    """``L1L2`` with absolute values only."""
    return L1L2(l1=l)


def l2(l: float = 0.01) -> L1L2:  # noqa: E741
    """``L1L2`` with squares only."""
    return L1L2(l2=l)


def l1_l2(l1: float = 0.01, l2: float = 0.01) -> L1L2:
    """``L1L2`` with both."""
    return L1L2(l1=l1, l2=l2)


def get(identifier: Any) -> Any:
    """The regularizer that a name or a function stands for; None for None, ValueError for anything else."""
    named: dict[str, Callable[[], Any]] = {"l1": l1, "l2": l2, "l1_l2": l1_l2}
    if isinstance(identifier, str) and identifier in named:
        return named[identifier]()
    if identifier is None or callable(identifier):
        return identifier
    raise ValueError("Could not interpret regularizer identifier:", identifier)
