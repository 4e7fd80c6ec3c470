"""IndexedSlices as dense tensors, and tensors as IndexedSlices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor, register_tensor_conversion_function
from graphlog.core.dtypes import DType, as_dtype
from graphlog.core.indexed_slices import IndexedSlices
from graphlog.core.tensor import Tensor
from graphlog.ops.array import gathering, joining
from graphlog.ops.math import arithmetic, casts, unsorted_segments


def _dense(value: IndexedSlices, dtype: DType | None, name: str | None, as_ref: bool) -> Tensor:
    if dtype is not None and dtype.base_dtype is not value.dtype.base_dtype:
        raise ValueError(
            f"Tensor conversion requested dtype {dtype.name} for IndexedSlices with dtype {value.dtype.name}"
        )
    if value.dense_shape is None:
        raise ValueError(f"Tensor conversion requested for IndexedSlices without dense_shape: {value}")
    rows = value.dense_shape[0]
    return unsorted_segments.unsorted_segment_sum(value.values, value.indices, rows, name=name)


register_tensor_conversion_function(IndexedSlices, _dense)


def convert_to_tensor_or_indexed_slices(
    value: Any, dtype: Any = None, name: str | None = None
) -> Tensor | IndexedSlices:
    """The value as a Tensor; IndexedSlices as they are.

    Args:
        value: IndexedSlices, or what can be converted to a tensor.
        dtype: the dtype that it must have.
        name: the name of a constant that is added.

    Returns:
        A Tensor or IndexedSlices.

    Raises:
        ValueError: IndexedSlices have another dtype.

    Source: ``tf.convert_to_tensor_or_indexed_slices``.
    """
    if not isinstance(value, IndexedSlices):
        return convert_to_tensor(value, dtype, name)
    if dtype is not None and as_dtype(dtype).base_dtype is not value.dtype.base_dtype:
        raise ValueError(
            f"Tensor conversion requested dtype {as_dtype(dtype).name} for Tensor with dtype "
            f"{value.dtype.name}: {str(value)!r}"
        )
    return value


def added(slices: Sequence[Tensor | IndexedSlices]) -> Tensor | IndexedSlices:
    """The sum of tensors and IndexedSlices.

    Args:
        slices: at least two, of one shape.

    Returns:
        IndexedSlices with the rows of all, or a Tensor where one of them is a Tensor.

    Source: ``aggregate_indexed_slices_gradients`` of TensorFlow 1.15, whose nodes these are.
    """
    if any(isinstance(item, Tensor) for item in slices):
        return arithmetic.AddN(list(slices))
    parts = [item for item in slices if isinstance(item, IndexedSlices)]
    parts = [_flat(part) for part in with_one_index_type(parts)]
    values = joining.concat([part.values for part in parts], axis=0)
    indices = joining.concat([part.indices for part in parts], axis=0)
    return IndexedSlices(values, indices, parts[0].dense_shape)


def with_one_index_type(parts: Sequence[IndexedSlices]) -> list[IndexedSlices]:
    """The slices as they are, or with int64 indices where some are int32 and some int64."""
    if len({part.indices.dtype for part in parts}) == 1:
        return list(parts)
    return [
        IndexedSlices(part.values, casts.cast(part.indices, dtypes.int64), part.dense_shape) for part in parts
    ]


def _flat(slices: IndexedSlices) -> IndexedSlices:
    """The slices with a Tensor of values, where they have slices of values."""
    if isinstance(slices.values, Tensor):
        return slices
    inner = _flat(slices.values)
    return IndexedSlices(inner.values, gathering.gather(slices.indices, inner.indices), inner.dense_shape)
