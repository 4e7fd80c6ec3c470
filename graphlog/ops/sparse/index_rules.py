"""What the operations on sparse tensors share: flat positions, and checks of indices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from graphlog.core.shapes import bracketed


def strides(sizes: Sequence[int]) -> Any:
    """How far apart, in C order, neighbours along each axis of a dense array of these sizes stand."""
    return np.array([np.prod(sizes[axis + 1 :], dtype=np.int64) for axis in range(len(sizes))], np.int64)


def positions(indices: Any, sizes: Any) -> Any:
    """Where each row of indices points to in a flat dense array of these sizes."""
    return indices.astype(np.int64) @ strides(np.asarray(sizes).tolist())


def values_at(values: Any, indices: Any, wanted: Any, sizes: Any) -> Any:
    """The value at each wanted row of indices, and 0 where a row is not among ``indices``.

    Args:
        values: a value for each row of ``indices``.
        indices: rows, each there once.
        wanted: other rows.
        sizes: the dense shape into which all of them point.

    Returns:
        A value for each wanted row.
    """
    keys, wanted_keys = positions(indices, sizes), positions(wanted, sizes)
    found = np.zeros(len(wanted), values.dtype)
    if len(keys):
        order = np.argsort(keys, kind="stable")
        places = order[np.minimum(np.searchsorted(keys, wanted_keys, sorter=order), len(keys) - 1)]
        is_there = keys[places] == wanted_keys
        found[is_there] = values[places[is_there]]
    return found


def check_parts(indices: Any, values: Any, shape: Any, prefix: str = "") -> None:
    """Checks that the parts of a sparse tensor have the right ranks and lengths.

    Args:
        indices: a matrix, if right.
        values: a vector, if right.
        shape: a vector, if right.
        prefix: what stands before "indices" and so on in the errors.

    Raises:
        ValueError: they do not fit.
    """
    if np.ndim(indices) != 2:
        raise ValueError(
            f"Input {prefix}indices should be a matrix but received shape {bracketed(np.shape(indices))}"
        )
    if np.ndim(values) != 1:
        raise ValueError(
            f"Input {prefix}values should be a vector but received shape {bracketed(np.shape(values))}"
        )
    if np.ndim(shape) != 1:
        raise ValueError(
            f"Input {prefix}shape should be a vector but received shape {bracketed(np.shape(shape))}"
        )
    if len(indices) != len(values):
        raise ValueError(
            "indices and values rows (indexing dimension) must match. "
            f"(indices = {len(indices)}, values = {len(values)})"
        )
    if indices.shape[1] != len(shape):
        raise ValueError(
            "indices columns and shape dimensions must match. "
            f"(indices = {indices.shape[1]}, shape = {len(shape)})"
        )


def check_equal_shapes(a_shape: Any, b_shape: Any) -> None:
    """Raises ValueError unless the dense shapes of two sparse tensors are the same."""
    if len(a_shape) != len(b_shape):
        listed = [" ".join(map(str, sizes.tolist())) for sizes in (a_shape, b_shape)]
        raise ValueError(f"Operands do not have the same ranks; got shapes: {listed[0]} and {listed[1]}")
    for axis, (own, other) in enumerate(zip(a_shape.tolist(), b_shape.tolist(), strict=True)):
        if own != other:
            raise ValueError(f"Operands' shapes do not match: got {own} and {other} for dimension {axis}")


def check_bounds(indices: Any, sizes: Any) -> None:
    """Raises ValueError unless each row of indices points into an array of these sizes."""
    wrong = ((indices < 0) | (indices >= np.asarray(sizes))).any(axis=1)
    if wrong.any():
        row = int(np.argmax(wrong))
        listed = ",".join(map(str, np.asarray(sizes).tolist()))
        raise ValueError(f"{_row(indices, row)} is out of bounds: need 0 <= index < [{listed}]")


def check_order(indices: Any, sizes: Any) -> None:
    """Raises ValueError unless the rows of indices are inside, in C order, and each there once."""
    check_bounds(indices, sizes)
    if len(indices) < 2:
        return
    steps = indices[1:] - indices[:-1]
    # The first column in which two neighbouring rows differ decides which comes first.
    first = np.argmax(steps != 0, axis=1) if indices.shape[1] else np.zeros(len(steps), np.int64)
    deciding = steps[np.arange(len(steps)), first] if indices.shape[1] else np.zeros(len(steps), np.int64)
    if (deciding <= 0).any():
        row = int(np.argmax(deciding <= 0))
        if deciding[row] == 0:
            raise ValueError(f"{_row(indices, row + 1)} is repeated")
        raise ValueError(
            f"{_row(indices, row + 1)} is out of order. Many sparse ops require sorted indices.\n"
            "    Use `tf.sparse.reorder` to create a correctly ordered copy.\n\n"
        )


def _row(indices: Any, row: int) -> str:
    return f"indices[{row}] = [{','.join(map(str, indices[row].tolist()))}]"
