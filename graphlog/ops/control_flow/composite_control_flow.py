"""Switch, Merge and the like for IndexedSlices: one operation for each of their parts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from graphlog.core.indexed_slices import IndexedSlices
from graphlog.core.tensor import Tensor
from graphlog.ops import indexed_slices
from graphlog.ops.array import ranges, shape_queries
from graphlog.ops.control_flow import control_flow_ops
from graphlog.ops.name_scopes import colocate_with, name_scope

Value = Tensor | IndexedSlices


def parts(value: IndexedSlices) -> list[Tensor]:
    """The tensors that IndexedSlices are made of."""
    found = [value.values, value.indices]
    return found if value.dense_shape is None else [*found, value.dense_shape]


def map_parts(function: Callable[[Tensor], Tensor], value: IndexedSlices) -> IndexedSlices:
    """IndexedSlices of what a function makes of their parts."""
    return IndexedSlices(*[function(part) for part in parts(value)])


def switch(value: IndexedSlices, pred: Tensor, name: str = "Switch") -> tuple[IndexedSlices, IndexedSlices]:
    """IndexedSlices on one of two sides (see ``control_flow_ops.switch_value``)."""
    with colocate_with(value, ignore_existing=True), name_scope(name, "Switch", [value, pred]):
        sides = [control_flow_ops.Switch.operation(part, pred).outputs for part in parts(value)]
    return IndexedSlices(*[side[0] for side in sides]), IndexedSlices(*[side[1] for side in sides])


def merge(values: Sequence[Value], name: str | None = None) -> tuple[IndexedSlices, Tensor]:
    """The one of several values that exists, as IndexedSlices (see ``control_flow_ops.merge``).

    Raises:
        ValueError: some of them have a ``dense_shape`` and others have not.
    """
    with name_scope(name, "Merge", list(values)):
        slices = indexed_slices.with_one_index_type([as_indexed_slices(value) for value in values])
        columns = [parts(item) for item in slices]
        if len({len(column) for column in columns}) > 1:
            raise ValueError(f"Some of the merge inputs have a dense_shape and others have not: {values}")
        merged = [control_flow_ops.Merge.operation(list(row)).outputs for row in zip(*columns, strict=True)]
    return IndexedSlices(*[outputs[0] for outputs in merged]), merged[0][1]


def as_indexed_slices(value: Value) -> IndexedSlices:
    """A tensor as IndexedSlices of all its rows; IndexedSlices as they are."""
    if isinstance(value, IndexedSlices):
        return value
    sizes = shape_queries.shape(value, optimize=False)
    return IndexedSlices(value, ranges.range(0, sizes[0]), sizes)
