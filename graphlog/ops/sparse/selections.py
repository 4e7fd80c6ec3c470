"""Sparse tensors made of others: some of the elements, another shape, ids as columns; and the identity."""

from __future__ import annotations

import numbers
from collections.abc import Iterable
from typing import Any

import numpy as np

from graphlog.core import dtypes, shapes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.indexed_slices import IndexedSlices
from graphlog.core.shapes import merge, text
from graphlog.core.sparse_tensor import SparseTensor, as_sparse_tensor, is_sparse
from graphlog.core.tensor import Tensor
from graphlog.ops.array import (
    arrays,
    axes,
    filling,
    gathering,
    joining,
    packing,
    ranges,
    selection,
    shape_queries,
    slicing,
    unique,
)
from graphlog.ops.constants import constant
from graphlog.ops.control_flow import grouping
from graphlog.ops.debugging import asserts
from graphlog.ops.math import arithmetic, casts, reductions
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.shape_rules import with_rank
from graphlog.ops.sparse.densifying import sparse_tensor_to_dense
from graphlog.ops.sparse.known_values import known_value
from graphlog.ops.sparse.orders import sparse_reorder


def _int64(value: Any, name: str) -> Tensor:
    if isinstance(value, numbers.Integral):
        return convert_to_tensor(value, dtypes.int64, name=name)
    if not isinstance(value, Tensor):
        raise TypeError(f"{name} must be an integer value")
    return casts.cast(value, dtypes.int64)


def sparse_eye(
    num_rows: Any, num_columns: Any = None, dtype: Any = dtypes.float32, name: str | None = None
) -> SparseTensor:
    """A sparse matrix with ones on its diagonal.

    Args:
        num_rows: how many rows there are.
        num_columns: how many columns there are; as many as rows if None.
        dtype: the dtype of the ones.
        name: the scope's name.

    Returns:
        A SparseTensor.

    Raises:
        TypeError: a size is no integer.

    Source: ``tf.sparse.eye``.
    """
    with name_scope(name, "eye", [num_rows, num_columns]):
        rows = _int64(num_rows, "num_rows")
        columns = rows if num_columns is None else _int64(num_columns, "num_columns")
        length = arithmetic.minimum(rows, columns)
        places = ranges.range(length, dtype=dtypes.int64)
        indices = packing.stack([places, places], axis=1)
        return SparseTensor(indices, filling.ones(length, dtype=dtype), [rows, columns])


def sparse_expand_dims(sp_input: SparseTensor, axis: Any = None, name: str | None = None) -> SparseTensor:
    """A sparse tensor with one more dimension, of size 1.

    Args:
        sp_input: a SparseTensor of known rank.
        axis: where the new dimension stands; the last one if None.
        name: the scope's name.

    Returns:
        A SparseTensor.

    Raises:
        TypeError: the axis is no integer.

    Source: ``tf.sparse.expand_dims``.
    """
    rank = sp_input.dense_shape.shape[0]
    axis = -1 if axis is None else axis
    with name_scope(name, "expand_dims", [sp_input]):
        if isinstance(axis, numbers.Integral):
            axis = convert_to_tensor(axis, dtypes.int32, name="axis")
        elif not isinstance(axis, Tensor):
            raise TypeError("axis must be an integer value in range [-rank(sp_input) - 1, rank(sp_input)]")
        axis = selection.where_v2(axis >= 0, axis, axis + rank + 1)
        count = shape_queries.shape(sp_input.indices)[0]
        column = filling.zeros([count, 1], dtype=dtypes.int64)
        before = slicing.slice(sp_input.indices, [0, 0], [-1, axis])
        after = slicing.slice(sp_input.indices, [0, axis], [-1, -1])
        indices = joining.concat([before, column, after], axis=1)
        sizes_before = slicing.slice(sp_input.dense_shape, [0], [axis])
        sizes_after = slicing.slice(sp_input.dense_shape, [axis], [-1])
        new_size = convert_to_tensor([1], dtypes.int64, name="new_shape")
        sizes = joining.concat([sizes_before, new_size, sizes_after], axis=0)
        return SparseTensor(indices, sp_input.values, sizes)


def sparse_retain(sp_input: Any, to_retain: Any) -> SparseTensor:
    """Some of the elements of a sparse tensor.

    Args:
        sp_input: a SparseTensor or SparseTensorValue.
        to_retain: a vector of booleans: which elements stay.

    Returns:
        A SparseTensor of the same shape.

    Raises:
        TypeError: ``sp_input`` is not sparse.
        ValueError: there are not as many booleans as elements.

    Source: ``tf.sparse.retain``.
    """
    sparse = as_sparse_tensor(sp_input)
    retained = convert_to_tensor(to_retain)
    merge(sparse.values.static_shape, with_rank(retained.static_shape, 1))
    places = arrays.reshape(selection.where_v2(retained), [-1])
    indices = gathering.gather(sparse.indices, places)
    values = gathering.gather(sparse.values, places)
    return SparseTensor(indices, values, arrays.identity(sparse.dense_shape))


def sparse_reset_shape(sp_input: Any, new_shape: Any = None) -> SparseTensor:
    """The same elements in a larger dense shape, or in the smallest that holds them.

    Args:
        sp_input: a SparseTensor or SparseTensorValue.
        new_shape: the new shape, nowhere smaller than the old one; if None the smallest that is possible.

    Returns:
        A SparseTensor.

    Raises:
        TypeError: ``sp_input`` is not sparse.
        ValueError: the new shape is too small, or has another rank.

    Source: ``tf.sparse.reset_shape``.
    """
    sparse = as_sparse_tensor(sp_input)
    indices, values = arrays.identity(sparse.indices), arrays.identity(sparse.values)
    sizes = arrays.identity(sparse.dense_shape)
    if new_shape is None:
        greatest = reductions.reduce_max(indices, axis=0)
        smallest = arithmetic.maximum(
            constant(0, dtype=dtypes.int64), arithmetic.add(greatest, filling.ones_like(sizes))
        )
        return SparseTensor(indices, values, smallest)
    wanted = casts.cast(convert_to_tensor(new_shape), dtypes.int64)
    merge(with_rank(wanted.static_shape, 1), sizes.static_shape)
    known, own = known_value(wanted), sparse.static_shape
    if known is not None and shapes.is_fully_defined(own):
        if not np.all(np.array(own) <= known):
            raise ValueError(
                "Requested new_shape should have dimension sizes >= sp_input.shape.  Found new_shape "
                f"({known}), sp_input.shape ({text(own)})."
            )
        return SparseTensor(indices, values, known)
    is_as_long = asserts.assert_equal(shape_queries.shape(sizes), shape_queries.shape(wanted))
    wanted = grouping.with_dependencies([is_as_long], wanted)
    wanted = grouping.with_dependencies([asserts.assert_less_equal(sizes, wanted)], wanted)
    return SparseTensor(indices, values, wanted)


def _id_lists(sp_ids: Any, vocab_size: Any) -> tuple[list[Any], list[Any]]:
    """The ids and vocabulary sizes as lists of equal length."""
    if is_sparse(sp_ids):
        if not isinstance(vocab_size, Tensor | numbers.Integral):
            raise TypeError(f"vocab_size has to be a Tensor or Python int. Found {type(vocab_size)}")
        return [sp_ids], [vocab_size]
    if not isinstance(sp_ids, Iterable):
        raise TypeError(f"sp_ids has to be a SparseTensor or list thereof. Found {type(sp_ids)}")
    if isinstance(vocab_size, Tensor) or not isinstance(vocab_size, Iterable):
        raise TypeError(f"vocab_size has to be a list of Tensors or Python ints. Found {type(vocab_size)}")
    ids, sizes = list(sp_ids), list(vocab_size)
    for size in sizes:
        if not isinstance(size, Tensor | numbers.Integral):
            raise TypeError(f"vocab_size has to be a list of Tensors or Python ints. Found {type(size)}")
    if len(ids) != len(sizes):
        raise ValueError("sp_ids and vocab_size have to have equal lengths.")
    return ids, sizes


def sparse_merge(
    sp_ids: Any, sp_values: Any, vocab_size: Any, name: str | None = None, already_sorted: bool = False
) -> SparseTensor:
    """A sparse tensor whose last indices are ids, from rows of ids and rows of values.

    Args:
        sp_ids: a SparseTensor of ids, or several, one for each new dimension.
        sp_values: a SparseTensor of values with elements in the same places.
        vocab_size: how many ids there are; one number for each tensor of ids.
        name: the scope's name.
        already_sorted: whether the elements need not be sorted.

    Returns:
        A SparseTensor, in the shape of the ids but with the vocabulary's size at the end.

    Raises:
        TypeError: something is not sparse, or a size is no integer.
        ValueError: there are not as many sizes as tensors of ids.

    Source: ``tf.sparse.merge``.
    """
    ids, sizes = _id_lists(sp_ids, vocab_size)
    with name_scope(name, "SparseMerge", [ids, sp_values]):
        ids = [as_sparse_tensor(item) for item in ids]
        values = as_sparse_tensor(sp_values)
        columns = [axes.expand_dims(casts.cast(item.values, dtypes.int64), axis=1) for item in ids]
        counts = [casts.cast(size, dtypes.int64) for size in sizes]
        kept = ids[0].indices[:, :-1]
        indices = joining.concat([kept, *columns], 1)
        shape = joining.concat([ids[0].dense_shape[:-1], counts], 0)
        result = SparseTensor(indices, values.values, shape)
        if already_sorted:
            return result
        ordered = sparse_reorder(result)
        return SparseTensor(ordered.indices, ordered.values, shape)


def sparse_to_indicator(sp_input: Any, vocab_size: Any, name: str | None = None) -> Tensor:
    """For each row of ids a row of booleans: which ids it has.

    Args:
        sp_input: a SparseTensor of ids.
        vocab_size: how many ids there are.
        name: the operation's name.

    Returns:
        A Tensor of booleans, in the shape of the ids but with the vocabulary's size at the end.

    Raises:
        TypeError: ``sp_input`` is not sparse.

    Source: ``tf.sparse.to_indicator``.
    """
    sparse = as_sparse_tensor(sp_input)
    with name_scope(name, "SparseToIndicator", [sparse]) as scope:
        count = shape_queries.shape(sparse.indices)[0]
        trues = filling.fill(axes.expand_dims(count, 0), True)
        marks = SparseTensor(sparse.indices, trues, sparse.dense_shape)
        merged = sparse_merge(sparse, marks, vocab_size, scope)
        return sparse_tensor_to_dense(merged, default_value=False, validate_indices=False, name=scope)


def sparse_mask(a: IndexedSlices, mask_indices: Any, name: str | None = None) -> IndexedSlices:
    """Rows without those of some indices.

    Args:
        a: IndexedSlices.
        mask_indices: a vector: the indices that are left out.
        name: the scope's name.

    Returns:
        IndexedSlices with the other rows.

    Source: ``tf.sparse_mask``.
    """
    with name_scope(name, "sparse_mask", [a, mask_indices]) as scope:
        indices, places = unique.setdiff1d(a.indices, mask_indices)
        values = gathering.gather(a.values, places, name=scope)
        return IndexedSlices(values, indices, a.dense_shape)
