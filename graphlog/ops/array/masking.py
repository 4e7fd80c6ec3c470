"""Rows chosen by booleans, and booleans that say how long each row is."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import dtypes, shapes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.tensor import Tensor
from graphlog.ops.array import arrays, axes, gathering, joining, ranges, shape_queries
from graphlog.ops.constants import constant
from graphlog.ops.math import arithmetic, casts, comparisons, reductions
from graphlog.ops.name_scopes import name_scope


def boolean_mask(tensor: Any, mask: Any, name: str = "boolean_mask", axis: int | None = None) -> Tensor:
    """The elements or slices of a tensor for which a mask holds.

    Args:
        tensor: a tensor.
        mask: booleans, whose shape is that of some axes of ``tensor``.
        name: the scope of the operations.
        axis: the first of those axes; 0 if None.

    Returns:
        A Tensor in which one axis stands in place of those of the mask.

    Raises:
        ValueError: the mask is a scalar, of unknown rank, or does not fit.

    Source: ``tf.boolean_mask``.
    """
    with name_scope(name, values=[tensor, mask]):
        tensor = convert_to_tensor(tensor, name="tensor")
        mask = convert_to_tensor(mask, name="mask")
        mask_shape = mask.static_shape
        if mask_shape == ():
            raise ValueError("mask cannot be scalar.")
        if mask_shape is None:
            raise ValueError(
                "Number of mask dimensions must be specified, even if some dimensions are None.  E.g. "
                "shape=[None] is ok, but shape=None is not."
            )
        first = 0 if axis is None else axis
        last = first + len(mask_shape)
        shape = tensor.shape
        shape[first:last].assert_is_compatible_with(mask_shape)
        count = reductions.reduce_prod(shape_queries.shape(tensor)[first:last], [0])
        before = shape_queries.shape(tensor)[:first]
        after = shape_queries.shape(tensor)[last:]
        flat = arrays.reshape(tensor, joining.concat([before, [count], after], 0))
        size = shapes.element_count(shape[first:last].as_tuple())
        flat.set_shape(shape[:first].concatenate([size]).concatenate(shape[last:]))
        flat_mask = arrays.reshape(mask, [-1])
        indices = axes.squeeze(comparisons.where(flat_mask), axis=[1])
        return gathering.gather(flat, indices, axis=first)


def sequence_mask(
    lengths: Any, maxlen: Any = None, dtype: Any = dtypes.bool_, name: str | None = None
) -> Tensor:
    """Rows that hold as many leading Trues as each length says.

    Args:
        lengths: an integer tensor.
        maxlen: the length of the rows, a scalar; the greatest length if None.
        dtype: the dtype of the result.
        name: the scope of the operations.

    Returns:
        A Tensor of the shape of ``lengths`` and one axis more.

    Raises:
        ValueError: ``maxlen`` is no scalar.

    Source: ``tf.sequence_mask``.
    """
    with name_scope(name, "SequenceMask", [lengths, maxlen]):
        lengths = convert_to_tensor(lengths)
        if maxlen is None:
            limit = reductions.reduce_max(lengths, all_axes(lengths))
            limit = arithmetic.maximum(constant(0, limit.dtype), limit)
        else:
            limit = convert_to_tensor(maxlen)
        if limit.static_shape not in (None, ()):
            raise ValueError("maxlen must be scalar for sequence_mask")
        numbers = ranges.Range(constant(0, limit.dtype), limit, constant(1, limit.dtype))
        column = casts.Cast(axes.expand_dims(lengths, -1), DstT=limit.dtype)
        result = numbers < column
        if dtype is None or result.dtype.base_dtype == dtypes.as_dtype(dtype):
            return result
        return casts.Cast(result, DstT=dtype)


def all_axes(tensor: Tensor) -> Tensor:
    """The numbers of all axes of a tensor, as an int32 vector."""
    if tensor.static_shape is not None:
        return constant(np.arange(len(tensor.static_shape)), dtypes.int32)
    return ranges.Range(0, shape_queries.rank(tensor), 1)
