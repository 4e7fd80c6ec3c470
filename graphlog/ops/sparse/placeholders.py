"""Placeholders of sparse tensors."""

from __future__ import annotations

from typing import Any

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.sparse_tensor import SparseTensor
from graphlog.core.tensor import Tensor
from graphlog.ops.placeholders import placeholder


def sparse_placeholder(dtype: Any, shape: Any = None, name: str | None = None) -> SparseTensor:
    """A sparse tensor whose value is given to each run by its ``feed_dict``.

    What is fed is a SparseTensorValue, or a tuple of the indices, the values and the shape.

    Args:
        dtype: the dtype of the values.
        shape: the shape of the whole; a list with Nones says how many dimensions there are, and None
            nothing.
        name: what the names of the three placeholders begin with.

    Returns:
        The SparseTensor. Where the whole shape is known it is a constant.

    Source: ``tf.sparse_placeholder``.
    """
    sizes, rank = _sizes_and_rank(shape, None if name is None else f"{name}/shape")
    if sizes is None:
        sizes = placeholder(dtypes.int64, [rank], None if name is None else f"{name}/shape")
    values = placeholder(dtype, [None], None if name is None else f"{name}/values")
    indices = placeholder(dtypes.int64, [None, rank], None if name is None else f"{name}/indices")
    return SparseTensor(indices, values, sizes)


def _sizes_and_rank(shape: Any, name: str | None) -> tuple[Tensor | None, int | None]:
    if shape is None:
        return None, None
    if isinstance(shape, Tensor):
        return convert_to_tensor(shape, dtypes.int64, name=name), shape.shape[0].value
    sizes = list(shape)
    if None in sizes:
        return None, len(sizes)
    return convert_to_tensor(shape, dtypes.int64, name=name), len(sizes)
