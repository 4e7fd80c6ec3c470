"""Embeddings: rows of tables, looked up by number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphlog.core import dtypes, shapes
from graphlog.core.conversion import convert_n_to_tensor, convert_to_tensor
from graphlog.core.shapes import StaticShape, TensorShape
from graphlog.core.tensor import Tensor
from graphlog.ops import constants
from graphlog.ops.array import (
    arrays,
    dynamic_stitch,
    gathering,
    joining,
    packing,
    partitioning,
    ranges,
    shape_queries,
)
from graphlog.ops.math import arithmetic, casts, clipping, comparisons, reductions
from graphlog.ops.name_scopes import colocate_with, name_scope


def embedding_lookup(
    params: Any,
    ids: Any,
    partition_strategy: str = "mod",
    name: str | None = None,
    validate_indices: bool = True,
    max_norm: Any = None,
) -> Tensor:
    """The rows of a table that numbers choose.

    Args:
        params: the table, or a list of tables among which the rows are divided.
        ids: the numbers, int32 or int64.
        partition_strategy: with several tables, whether row ``i`` is in table ``i % count`` (``"mod"``) or
            each table has a run of rows (``"div"``).
        name: the operation's name.
        validate_indices: is not used, as in TensorFlow.
        max_norm: the greatest Euclidean norm of a row, to which longer ones are scaled down; None for none.

    Returns:
        A Tensor of the shape of ``ids`` followed by that of a row. Its gradient by the tables is
        IndexedSlices.

    Raises:
        ValueError: there is no table, or no such strategy.

    Source: ``tf.nn.embedding_lookup``.
    """
    if params is None:
        raise ValueError("params must be specified")
    if isinstance(params, list | tuple) and not params:
        raise ValueError("Need at least one param")
    if hasattr(params, "partitions"):
        params = list(params)
    given = params if isinstance(params, list) else [params]
    with name_scope(name, "embedding_lookup", [*given, ids]) as scope:
        # Resource variables are read row by row.
        has_resources = any(getattr(table, "is_resource", False) for table in given)
        tables = given if has_resources else convert_n_to_tensor(given, name="params")
        ids = convert_to_tensor(ids, name="ids")
        if len(tables) == 1:
            with colocate_with(tables[0].op):
                rows = _clipped(gathering.gather(tables[0], ids, name=scope), ids, max_norm)
            return arrays.identity(rows)
        flat = arrays.reshape(ids, [-1])
        order = ranges.range(shape_queries.size(flat))
        assignments, rows_of_tables = _divided(tables, flat, partition_strategy)
        rows = _gathered(tables, casts.cast(assignments, dtypes.int32), rows_of_tables, order, scope)
        return _clipped(_in_shape_of(ids, rows, tables), ids, max_norm)


def _divided(tables: Sequence[Tensor], flat: Tensor, strategy: str) -> tuple[Tensor, Tensor]:
    """For each number, the table that has its row, and the row's number there."""
    count = len(tables)
    if strategy == "mod":
        return flat % count, flat // count
    if strategy != "div":
        raise ValueError("Unrecognized partition strategy: " + strategy)
    shapes_of_tables = [table.shape.as_tuple() for table in tables]
    sizes: list[Any] = [None if shape is None else shape[0] for shape in shapes_of_tables]
    if None not in sizes and sum(sizes):
        total = constants.constant(sum(sizes), flat.dtype)
    else:
        tensors: list[Any] = []
        for table, size in zip(tables, sizes, strict=True):
            if size is not None:
                tensors.append(size)
                continue
            with colocate_with(table.op):
                tensors.append(shape_queries.shape(table)[0])
        total = reductions.reduce_sum(casts.cast(packing.stack(tensors), flat.dtype))
    each, extras = total // count, total % count
    # The first tables have one row more where the rows cannot be divided evenly.
    assignments = arithmetic.maximum(flat // (each + 1), (flat - extras) // each)
    rows = comparisons.where(assignments < extras, flat % (each + 1), (flat - extras) % each)
    return assignments, rows


def _gathered(
    tables: Sequence[Tensor], assignments: Tensor, rows: Tensor, order: Tensor, scope: str
) -> Tensor:
    """The rows from all tables, in the order in which they were asked for."""
    count = len(tables)
    wanted = partitioning.dynamic_partition(rows, assignments, count)
    places = partitioning.dynamic_partition(order, assignments, count)
    results = []
    for table, numbers in zip(tables, wanted, strict=True):
        with colocate_with(table.op):
            results.append(gathering.gather(table, numbers))
    return dynamic_stitch.parallel_dynamic_stitch(places, results, name=scope)


def _in_shape_of(ids: Tensor, rows: Tensor, tables: Sequence[Tensor]) -> Tensor:
    """The rows with the axes of ``ids`` in front."""
    row: StaticShape = None
    for table in tables:
        shape = table.shape.as_tuple()
        row = shapes.merge(row, None if shape is None else shape[1:])
    sizes: Any = TensorShape(row)
    if not shapes.is_fully_defined(row):
        with colocate_with(tables[0].op):
            table_sizes = shape_queries.shape(tables[0])
        sizes = table_sizes[1:]
    result = arrays.reshape(rows, joining.concat([shape_queries.shape(ids), sizes], 0))
    result.set_shape(ids.shape.concatenate(row))
    return result


def _clipped(rows: Tensor, ids: Tensor, max_norm: Any) -> Tensor:
    if max_norm is None:
        return rows
    first, last = ids.shape.rank, rows.shape.rank
    if first and last:
        axes: Any = list(range(first, last))
    else:
        axes = ranges.range(first or shape_queries.rank(ids), last or shape_queries.rank(rows))
    result: Tensor = clipping.clip_by_norm(rows, max_norm, axes=axes)
    return result
