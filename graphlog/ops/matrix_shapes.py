"""Shape rules of operations on the matrices in the last two axes of a tensor."""

from __future__ import annotations

from typing import Any

from graphlog.core import shapes
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape


def at_least_rank(shape: StaticShape, rank: int) -> StaticShape:
    """The shape; ValueError where it is known to have fewer than ``rank`` dimensions."""
    if shape is not None and len(shape) < rank:
        raise ValueError(f"Shape must be at least rank {rank} but is rank {len(shape)}")
    return shape


def merged_size(first: int | None, second: int | None) -> int | None:
    """What both say of one size; ValueError where they contradict each other."""
    if first is not None and second is not None and first != second:
        raise ValueError(f"Dimensions must be equal, but are {first} and {second}")
    return second if first is None else first


def merged_batch(first: StaticShape, second: StaticShape) -> StaticShape:
    """What both say of one shape; ValueError, in TensorFlow's words, where they contradict each other."""
    if first is None or second is None:
        return second if first is None else first
    if len(first) != len(second):
        raise ValueError(f"Shapes must be equal rank, but are {len(first)} and {len(second)}")
    for axis, (own, other) in enumerate(zip(first, second, strict=True)):
        if own is not None and other is not None and own != other:
            raise ValueError(
                f"Dimension {axis} in both shapes must be equal, but are {own} and {other}. Shapes are "
                f"{shapes.bracketed(first)} and {shapes.bracketed(second)}."
            )
    return shapes.merge(first, second)


def square_matrices(shape: StaticShape) -> tuple[StaticShape, int | None]:
    """The shape of the batch, and the size of its square matrices.

    Raises:
        ValueError: there are no matrices, or they are not square.
    """
    if at_least_rank(shape, 2) is None:
        return None, None
    assert shape is not None
    return shape[:-2], merged_size(shape[-2], shape[-1])


def square(op: Operation) -> list[StaticShape]:
    """The one output has the shape of the first input: square matrices."""
    batch, size = square_matrices(op.inputs[0].static_shape)
    return [None if batch is None else (*batch, size, size)]


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
