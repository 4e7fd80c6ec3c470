"""Shape rules that several operations share, and the static arithmetic behind them."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from graphlog.core import shapes
from graphlog.core.operation import Operation
from graphlog.core.shapes import RankedShape, StaticShape


def unchanged(op: Operation) -> Sequence[StaticShape]:
    """The one output has the shape of the first input."""
    return [op.inputs[0].static_shape]


def unchanged_with_scalars(op: Operation) -> Sequence[StaticShape]:
    """The first input's shape; all other inputs are scalars."""
    for tensor in op.inputs[1:]:
        with_rank(tensor.static_shape, 0)
    return [op.inputs[0].static_shape]


def scalar(op: Operation) -> Sequence[StaticShape]:
    """The one output is a scalar."""
    return [()]


def no_outputs(op: Operation) -> Sequence[StaticShape]:
    """There is no output."""
    return []


def broadcast(op: Operation) -> Sequence[StaticShape]:
    """The one output has the shape to which both inputs are broadcast."""
    first, second = op.inputs[0].static_shape, op.inputs[1].static_shape
    return [first if first == second and first is not None else broadcast_shape(first, second)]


def merged(op: Operation) -> Sequence[StaticShape]:
    """All inputs have one shape, which is the output's."""
    return [functools.reduce(shapes.merge, (tensor.static_shape for tensor in op.inputs))]


def broadcast_shape(first: StaticShape, second: StaticShape) -> StaticShape:
    """The shape to which two arrays are broadcast.

    Raises:
        ValueError: two sizes differ, and neither is 1.
    """
    if first is None or second is None:
        return None
    rank = max(len(first), len(second))
    padded = [(1,) * (rank - len(shape)) + shape for shape in (first, second)]
    return tuple([_broadcast_size(a, b) for a, b in zip(*padded, strict=True)])


def _broadcast_size(first: int | None, second: int | None) -> int | None:
    if first == second or second == 1:
        return first
    if first == 1:
        return second
    if first is None or second is None:
        # An unknown size can only be 1 or that of the other input.
        return second if first is None else first
    raise ValueError(f"Dimensions must be equal, but are {first} and {second}")


def with_rank(shape: StaticShape, rank: int) -> RankedShape:
    """The shape, known to have ``rank`` dimensions.

    Raises:
        ValueError: it has another rank, or no shape has so many dimensions.
    """
    if shape is None:
        if rank > shapes.MOST_DIMENSIONS:
            raise ValueError(f"Shape must be at most rank {shapes.MOST_DIMENSIONS} but is rank {rank}")
        return (None,) * rank
    if len(shape) != rank:
        raise ValueError(f"Shape must be rank {rank} but is rank {len(shape)}")
    return shape


def with_rank_at_least(shape: StaticShape, rank: int) -> StaticShape:
    """The shape; ValueError where it is known to have fewer than ``rank`` dimensions."""
    if shape is not None and len(shape) < rank:
        raise ValueError(f"Shape must be at least rank {rank} but is rank {len(shape)}")
    return shape


def merged_size(first: int | None, second: int | None) -> int | None:
    """What both say of one size; ValueError where they contradict each other."""
    if first is not None and second is not None and first != second:
        raise ValueError(f"Dimensions must be equal, but are {first} and {second}")
    return second if first is None else first


def divided_size(size: int | None, divisor: int) -> int | None:
    """A size over a divisor; ValueError where it cannot be divided evenly."""
    if size is not None and size % divisor:
        raise ValueError(f"Dimension size must be evenly divisible by {divisor} but is {size}")
    return None if size is None else size // divisor


def merged_shape(first: StaticShape, second: StaticShape) -> StaticShape:
    """``shapes.merge`` whose ValueError has the words of TensorFlow's shape functions, not its Python's."""
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


def common_shape(first: StaticShape, second: StaticShape) -> StaticShape:
    """What is known of a shape that is one or the other."""
    if first is None or second is None or len(first) != len(second):
        return None
    return tuple([a if a == b else None for a, b in zip(first, second, strict=True)])


def axis_in_range(axis: int, rank: int) -> int:
    """The axis counted from the front.

    Raises:
        ValueError: there is no such axis.
    """
    if not -rank <= axis < rank:
        raise ValueError(f"axis = {axis} not in [{-rank}, {rank})")
    return axis % rank
