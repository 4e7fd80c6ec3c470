"""The shape invariants of sparse tensors and IndexedSlices that are loop variables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphlog.core.indexed_slices import IndexedSlices
from graphlog.core.shapes import StaticShape
from graphlog.core.sparse_tensor import SparseTensor
from graphlog.core.tensor import Tensor


def invariants_of_parts(variable: Any, invariant: StaticShape) -> list[StaticShape]:
    """The invariants of the tensors that a loop variable is made of.

    Args:
        variable: the loop variable.
        invariant: what was given for it: for a sparse tensor that of its ``dense_shape``.

    Returns:
        One for each tensor.

    Raises:
        ValueError: for a sparse tensor it is not that of a vector.
    """
    if isinstance(variable, SparseTensor):
        if invariant is not None and len(invariant) != 1:
            raise ValueError("Expected a shape with 1 dimension")
        rank = None if invariant is None else invariant[0]
        return [(None, rank), (None,), (rank,)]
    if isinstance(variable, IndexedSlices):
        found: list[StaticShape] = [invariant, None if invariant is None else invariant[:1]]
        if variable.dense_shape is not None:
            found.append((None if invariant is None else len(invariant),))
        return found
    return [invariant]


def own_invariants(variables: Sequence[Any], tensors: Sequence[Tensor]) -> list[StaticShape] | None:
    """The invariants of loop variables for which none are given.

    Args:
        variables: the loop variables.
        tensors: the tensors that they are made of.

    Returns:
        One for each tensor; None where no variable is sparse, and the tensors have the invariants they need.
    """
    if not any(isinstance(variable, SparseTensor) for variable in variables):
        return None
    remaining = iter(tensors)
    found: list[StaticShape] = []
    for variable in variables:
        parts = [next(remaining) for _ in invariants_of_parts(variable, None)]
        if isinstance(variable, SparseTensor):
            shape = variable.static_shape
            found += invariants_of_parts(variable, (None if shape is None else len(shape),))
        else:
            found += [tensor.static_shape for tensor in parts]
    return found
