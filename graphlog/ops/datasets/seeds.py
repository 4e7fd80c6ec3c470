"""The seeds of datasets, as tensors."""

from __future__ import annotations

from typing import Any

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.default_graph import get_default_graph
from graphlog.core.tensor import Tensor
from graphlog.ops import constants
from graphlog.ops.math import comparisons, logic
from graphlog.ops.random import random_seeds


def seed_tensors(seed: Any) -> tuple[Tensor, Tensor]:
    """The two seeds of a dataset that was given one.

    Args:
        seed: an integer, a scalar tensor, or None.

    Returns:
        Two scalars of int64; both 0 where neither the graph nor the dataset has a seed.
    """
    first, second = random_seeds.get_seed(seed)
    if first is None:
        zero = constants.constant(0, dtypes.int64, name="seed")
        return zero, constants.constant(0, dtypes.int64, name="seed2")
    first_tensor = convert_to_tensor(first, dtypes.int64, name="seed")
    with get_default_graph().name_scope("seed2") as scope:
        second_tensor = convert_to_tensor(second, dtypes.int64)
        both_are_zero = logic.logical_and(
            comparisons.equal(first_tensor, 0), comparisons.equal(second_tensor, 0)
        )
        largest = constants.constant(2**31 - 1, dtypes.int64)
        return first_tensor, comparisons.where(both_are_zero, largest, second_tensor, name=scope)
