"""Embeddings of rows of ids: what a sparse tensor of ids looks up in a table, put together row by row."""

from __future__ import annotations

from typing import Any

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.shapes import StaticShape, TensorShape
from graphlog.core.sparse_tensor import SparseTensor
from graphlog.core.tensor import Tensor
from graphlog.ops.array import (
    arrays,
    axes,
    filling,
    gathering,
    joining,
    packing,
    shape_queries,
    slicing,
    unique,
)
from graphlog.ops.math import (
    arithmetic,
    casts,
    comparisons,
    division,
    logic,
    reductions,
    roots,
    segments,
    sparse_segments,
)
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.nn.embedding import embedding_lookup
from graphlog.ops.sparse.empty_rows import sparse_fill_empty_rows
from graphlog.ops.sparse.orders import sparse_reshape
from graphlog.ops.sparse.selections import sparse_retain

_COMBINED = {
    "sum": sparse_segments.sparse_segment_sum,
    "mean": sparse_segments.sparse_segment_mean,
    "sqrtn": sparse_segments.sparse_segment_sqrt_n,
}


def embedding_lookup_sparse(
    params: Any,
    sp_ids: SparseTensor,
    sp_weights: SparseTensor | None,
    partition_strategy: str = "mod",
    name: str | None = None,
    combiner: str | None = None,
    max_norm: Any = None,
) -> Tensor:
    """For each row of ids, the sum or mean of the rows of a table that they choose.

    Args:
        params: the table, or a list of tables among which the rows are divided.
        sp_ids: a SparseTensor of int32 or int64 ids, with at least one in each row.
        sp_weights: how much each counts, a SparseTensor like ``sp_ids``; 1 if None.
        partition_strategy: as for ``embedding_lookup``.
        name: the operation's name.
        combiner: ``"sum"``, ``"mean"`` (by the sum of the weights), or ``"sqrtn"`` (the sum over the square
            root of the sum of the squared weights); ``"mean"`` if None.
        max_norm: the greatest Euclidean norm of a row, to which longer ones are scaled down; None for none.

    Returns:
        A Tensor with a row for each row of ids.

    Raises:
        TypeError: the ids or the weights are no SparseTensor.
        ValueError: there is no such combiner, or ids and weights do not fit.

    Source: ``tf.nn.embedding_lookup_sparse``.
    """
    combiner = "mean" if combiner is None else combiner
    if combiner not in _COMBINED:
        raise ValueError("combiner must be one of 'mean', 'sqrtn' or 'sum'")
    tables = params if isinstance(params, list) else [params]
    if not isinstance(sp_ids, SparseTensor):
        raise TypeError("sp_ids must be SparseTensor")
    if sp_weights is not None:
        _check_weights(sp_ids, sp_weights)
    with name_scope(name, "embedding_lookup_sparse", [*tables, sp_ids]) as scope:
        rows = casts.cast(sp_ids.indices[:, 0], dtypes.int32)
        ids, places = unique.unique(sp_ids.values)
        found = embedding_lookup(tables, ids, partition_strategy=partition_strategy, max_norm=max_norm)
        if found.dtype.base_dtype in (dtypes.float16, dtypes.bfloat16):
            found = casts.cast(found, dtypes.float32)
        if sp_weights is None:
            return _COMBINED[combiner](found, places, rows, name=scope)
        return _weighted(found, places, rows, sp_weights, combiner, scope)


def _check_weights(ids: SparseTensor, weights: Any) -> None:
    if not isinstance(weights, SparseTensor):
        raise TypeError("sp_weights must be either None or SparseTensor")
    for own, other in (
        (ids.values, weights.values),
        (ids.indices, weights.indices),
        (ids.dense_shape, weights.dense_shape),
    ):
        own.shape.assert_is_compatible_with(other.shape)


def _weighted(
    found: Tensor, places: Tensor, rows: Tensor, sp_weights: SparseTensor, combiner: str, scope: str
) -> Tensor:
    weights = casts.cast(sp_weights.values, found.dtype)
    found = gathering.gather(found, places)
    ones = filling.fill(axes.expand_dims(shape_queries.rank(found) - 1, 0), 1)
    column_shape = joining.concat([shape_queries.shape(weights), ones], 0)
    known = weights.static_shape
    weights = arrays.reshape(weights, column_shape)
    if found.static_shape is not None:
        weights.set_shape(TensorShape(known).concatenate((1,) * (len(found.static_shape) - 1)))
    found = found * weights
    if combiner == "sum":
        return segments.segment_sum(found, rows, name=scope)
    total = segments.segment_sum(found, rows)
    if combiner == "mean":
        return division.div(total, segments.segment_sum(weights, rows), name=scope)
    squares = segments.segment_sum(arithmetic.pow(weights, 2), rows)
    return division.div(total, roots.sqrt(squares), name=scope)


def safe_embedding_lookup_sparse(
    embedding_weights: Any,
    sparse_ids: SparseTensor,
    sparse_weights: SparseTensor | None = None,
    combiner: str = "mean",
    default_id: int | None = None,
    name: str | None = None,
    partition_strategy: str = "div",
    max_norm: Any = None,
) -> Tensor:
    """``embedding_lookup_sparse`` that takes rows without ids, invalid ids, and more than two dimensions.

    Ids below 0 are left out, and so are those whose weight is not positive, unless they are summed.

    Args:
        embedding_weights: the table, or a list of tables among which the rows are divided.
        sparse_ids: a SparseTensor of ids.
        sparse_weights: how much each counts, a SparseTensor like ``sparse_ids``; 1 if None.
        combiner: as for ``embedding_lookup_sparse``.
        default_id: the id of rows that have none; their embedding is 0 if None.
        name: the operation's name.
        partition_strategy: as for ``embedding_lookup``.
        max_norm: as for ``embedding_lookup_sparse``.

    Returns:
        A Tensor, in the shape of the ids but for the last dimension, which becomes that of a row.

    Raises:
        ValueError: there is no table.

    Source: ``tf.nn.safe_embedding_lookup_sparse``.
    """
    given = embedding_weights if isinstance(embedding_weights, list) else [embedding_weights]
    if embedding_weights is None or not given:
        raise ValueError(f"Missing embedding_weights {embedding_weights}.")
    dtype = None if sparse_weights is None else sparse_weights.dtype
    tables = [convert_to_tensor(table, dtype) for table in given]
    with name_scope(name, "embedding_lookup", [*tables, sparse_ids, sparse_weights]) as scope:
        sizes = sparse_ids.dense_shape
        known_rank = sizes.shape[0].value
        rank: Any = shape_queries.size(sizes) if known_rank is None else known_rank
        ids, weights = _as_rows(sparse_ids, sparse_weights, rank)
        ids, weights = _pruned(ids, weights, combiner)
        ids, is_empty = sparse_fill_empty_rows(ids, default_id or 0)
        if weights is not None:
            weights, _ = sparse_fill_empty_rows(weights, 1.0)
        result = embedding_lookup_sparse(
            tables,
            ids,
            weights,
            combiner=combiner,
            partition_strategy=partition_strategy,
            name=None if default_id is None else scope,
            max_norm=max_norm,
        )
        if default_id is None:
            column = arrays.reshape(is_empty, [-1, 1])
            is_empty = arrays.tile(column, packing.stack([1, shape_queries.shape(result)[1]]))
            result = comparisons.where(is_empty, filling.zeros_like(result), result, name=scope)
        leading = slicing.slice(casts.cast(sizes, dtypes.int32), [0], [rank - 1])
        row = slicing.slice(shape_queries.shape(result), [1], [-1])
        final = arrays.reshape(result, joining.concat([leading, row], 0))
        final.set_shape(_final_shape(known_rank, result.static_shape))
        return final


def _as_rows(
    ids: SparseTensor, weights: SparseTensor | None, rank: Any
) -> tuple[SparseTensor, SparseTensor | None]:
    """Ids and weights as matrices."""
    count = reductions.reduce_prod(slicing.slice(ids.dense_shape, [0], [rank - 1]))
    last = gathering.gather(ids.dense_shape, rank - 1)
    rows = sparse_reshape(ids, [count, last])
    if weights is None:
        return rows, None
    return rows, SparseTensor(rows.indices, weights.values, rows.dense_shape)


def _pruned(
    ids: SparseTensor, weights: SparseTensor | None, combiner: str
) -> tuple[SparseTensor, SparseTensor | None]:
    """Ids and weights without those that are not valid."""
    is_valid = comparisons.greater_equal(ids.values, 0)
    if weights is None:
        return sparse_retain(ids, is_valid), None
    is_valid = logic.logical_and(is_valid, filling.ones_like(weights.values, dtype=dtypes.bool_))
    ids, weights = sparse_retain(ids, is_valid), sparse_retain(weights, is_valid)
    if combiner != "sum":
        is_positive = comparisons.greater(weights.values, 0)
        ids, weights = sparse_retain(ids, is_positive), sparse_retain(weights, is_positive)
    return ids, weights


def _final_shape(rank: int | None, result: StaticShape) -> StaticShape:
    leading = None if rank is None else (None,) * (rank - 1)
    return None if leading is None or result is None else leading + result[1:]
