"""The gradient of a concatenation, where it is given as rows (IndexedSlices)."""

from __future__ import annotations

from collections.abc import Sequence

from graphlog.core.indexed_slices import IndexedSlices
from graphlog.core.tensor import Tensor
from graphlog.ops.array import axes, filling, gathering, joining, shape_queries, slicing
from graphlog.ops.constants import constant
from graphlog.ops.math import arithmetic, casts, comparisons, logic
from graphlog.ops.static_values import constant_value


def parts(grad: IndexedSlices, values: Sequence[Tensor], axis: Tensor) -> list[IndexedSlices]:
    """The part of the gradient that each concatenated tensor gets.

    Args:
        grad: the gradient of the concatenation.
        values: the tensors that were put together.
        axis: along which axis, a scalar.

    Returns:
        For each tensor, IndexedSlices.

    Raises:
        ValueError: the axis is not known before a run.

    Source: the nodes are those of the gradient of ``ConcatV2`` in TensorFlow 1.15.
    """
    position = axis % shape_queries.rank(values[0])
    known = constant_value(axis)
    if known is None:
        raise ValueError("Can only compute IndexedSlices gradient with statically-known concat_dim")
    static_axis = int(known)
    if static_axis < 0:
        rank = constant_value(shape_queries.rank(values[0]))
        if rank is None:
            raise ValueError(
                "Can only compute IndexedSlices gradient with negative concat_dim when first value rank is "
                "statically-known."
            )
        static_axis %= int(rank)
    sizes = [shape_queries.shape(value) for value in values]
    if static_axis > 0:
        return _columns(grad, sizes, position)
    return _rows(grad, sizes, position)


def _columns(grad: IndexedSlices, sizes: Sequence[Tensor], axis: Tensor) -> list[IndexedSlices]:
    """Every tensor gets all rows, of each the part that came from it."""
    rank = shape_queries.shape(sizes[0])
    mask = joining.concat(
        [filling.fill(axes.expand_dims(axis, 0), 0), [1], filling.fill(rank - axis - 1, 0)], 0
    )
    begin = filling.fill(rank, 0)
    found = []
    for size in sizes:
        wanted = joining.concat([[-1], slicing.slice(size, [1], [-1])], 0)
        found.append(IndexedSlices(slicing.slice(grad.values, begin, wanted), grad.indices, size))
        begin = arithmetic.add(begin, size * mask)
    return found


def _rows(grad: IndexedSlices, sizes: Sequence[Tensor], axis: Tensor) -> list[IndexedSlices]:
    """Every tensor gets the rows that came from it, counted from its own first row."""
    start = constant(0, dtype=grad.indices.dtype)
    found = []
    for size in sizes:
        length = casts.cast(gathering.gather(size, axis), grad.indices.dtype)
        end = start + length
        is_own = logic.logical_and(grad.indices >= start, grad.indices < end)
        chosen = axes.squeeze(comparisons.where(is_own), axis=[1])
        indices = gathering.gather(grad.indices, chosen) - start
        found.append(IndexedSlices(gathering.gather(grad.values, chosen), indices, size))
        start = end
    return found
