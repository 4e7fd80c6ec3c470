"""Shape rules that several operations share, and the static arithmetic behind them."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from graphlog.core import shapes
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape


def unchanged(op: Operation) -> Sequence[StaticShape]:
    """The one output has the shape of the first input."""
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


def with_rank(shape: StaticShape, rank: int) -> StaticShape:
    """The shape, known to have ``rank`` dimensions.

    Raises:
        ValueError: it has another rank.
    """
    if shape is None:
        return (None,) * rank
    if len(shape) != rank:
        raise ValueError(f"Shape must be rank {rank} but is rank {len(shape)}")
    return shape


def axis_in_range(axis: int, rank: int) -> int:
    """The axis counted from the front.

    Raises:
        ValueError: there is no such axis.
    """
    if not -rank <= axis < rank:
        raise ValueError(f"axis = {axis} not in [{-rank}, {rank})")
    return axis % rank
