"""Shape rules of operations on the matrices in the last two axes of a tensor."""

from __future__ import annotations

from typing import Any

from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape
from graphlog.ops.shape_rules import merged_size, with_rank, with_rank_at_least


def smaller_size(rows: int | None, columns: int | None) -> int | None:
    """How long the diagonal of a matrix is, as far as that follows."""
    if 0 in (rows, columns):
        return 0
    return None if rows is None or columns is None else min(rows, columns)


def square_matrices(shape: StaticShape) -> tuple[StaticShape, int | None]:
    """The shape of the batch, and the size of its square matrices.

    Raises:
        ValueError: there are no matrices, or they are not square.
    """
    if with_rank_at_least(shape, 2) is None:
        return None, None
    assert shape is not None
    return shape[:-2], merged_size(shape[-2], shape[-1])


def square(op: Operation) -> list[StaticShape]:
    """The one output has the shape of the first input: square matrices."""
    batch, size = square_matrices(op.inputs[0].static_shape)
    return [None if batch is None else (*batch, size, size)]


def product(op: Operation) -> list[StaticShape]:
    """The one output is the product of two matrices, turned as ``transpose_a`` and ``transpose_b`` say."""
    sizes = []
    for tensor, flag in zip(op.inputs, ("transpose_a", "transpose_b"), strict=True):
        rows, columns = with_rank(tensor.static_shape, 2)
        sizes.append((columns, rows) if op.attributes[flag] else (rows, columns))
    merged_size(sizes[0][1], sizes[1][0])
    return [(sizes[0][0], sizes[1][1])]


def check_matrices(*values: Any) -> None:
    """Raises ValueError unless all are batches of matrices of one batch shape."""
    for index, value in enumerate(values):
        if value.ndim < 2:
            raise ValueError(f"Input tensor {index} must have rank >= 2, got {value.ndim}")
    if len({value.ndim for value in values}) > 1:
        raise ValueError("All input tensors must have the same rank.")
    if len({value.shape[:-2] for value in values}) > 1:
        raise ValueError("All input tensors must have the same outer dimensions.")


def check_square(value: Any) -> None:
    """Raises ValueError unless it is a batch of square matrices."""
    check_matrices(value)
    if value.shape[-2] != value.shape[-1]:
        raise ValueError("Input matrix must be square.")


def adjoint(value: Any) -> Any:
    """The array with its matrices transposed and conjugated."""
    return value.swapaxes(-2, -1).conj()
