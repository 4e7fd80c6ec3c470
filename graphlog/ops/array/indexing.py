"""``x[...]`` on a tensor."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.dtypes import as_dtype
from graphlog.core.shapes import Dimension
from graphlog.core.tensor import Tensor
from graphlog.ops.array import masking, packing, slicing
from graphlog.ops.array.slice_ranges import MASKS
from graphlog.ops.constants import constant
from graphlog.ops.math import casts
from graphlog.ops.name_scopes import name_scope

newaxis = None

# Some Pythons write x[:] with this number in place of an end that is left out.
_NO_END = sys.maxsize


def _check_index(index: Any) -> None:
    if isinstance(index, int | Dimension):
        return
    found = getattr(index, "dtype", None)
    try:
        is_integer = found is not None and as_dtype(found).base_dtype in (dtypes.int32, dtypes.int64)
    except TypeError:
        is_integer = False
    if not is_integer or (index.shape and len(index.shape) == 1):
        raise TypeError(
            "Only integers, slices (`:`), ellipsis (`...`), tf.newaxis (`None`) and scalar tf.int32/tf.int64 "
            f"tensors are valid indices, got {index!r}"
        )


def _is_left_out(bound: Any) -> bool:
    return bound is None or (not isinstance(bound, Tensor) and bound == _NO_END)


class _Entries:
    """The entries between the brackets, as the inputs and masks of a strided slice."""

    def __init__(self, entries: Sequence[Any]) -> None:
        self.begin: list[Any] = []
        self.end: list[Any] = []
        self.strides: list[Any] = []
        self.masks = dict.fromkeys(MASKS, 0)
        for index, entry in enumerate(entries):
            self._add(entry, 1 << index)

    def _add(self, entry: Any, bit: int) -> None:
        begin, end, stride = 0, 0, 1
        if isinstance(entry, slice):
            begin = self._bound(entry.start, "begin_mask", bit)
            end = self._bound(entry.stop, "end_mask", bit)
            if entry.step is not None:
                _check_index(entry.step)
                stride = entry.step
        elif entry is Ellipsis:
            self.masks["ellipsis_mask"] |= bit
        elif entry is None:
            self.masks["new_axis_mask"] |= bit
        else:
            _check_index(entry)
            begin, end = entry, entry + 1
            self.masks["shrink_axis_mask"] |= bit
        self.begin.append(begin)
        self.end.append(end)
        self.strides.append(stride)

    def _bound(self, bound: Any, mask: str, bit: int) -> Any:
        if _is_left_out(bound):
            self.masks[mask] |= bit
            return 0
        _check_index(bound)
        return bound

    def packed(self) -> list[Tensor]:
        """Begin, end and strides as vectors of one dtype."""
        if not self.begin:
            return [constant([], dtypes.int32)] * 3
        vectors = [packing.stack(values) for values in (self.begin, self.end, self.strides)]
        if any(vector.dtype is dtypes.int64 for vector in vectors):
            return [
                vector if vector.dtype is dtypes.int64 else casts.Cast(vector, DstT=dtypes.int64)
                for vector in vectors
            ]
        return vectors


def get_item(tensor: Tensor, key: Any) -> Tensor:
    """What ``tensor[key]`` gives.

    Args:
        tensor: a tensor.
        key: an integer, a slice, an ellipsis, None for a new axis, an int32 or int64 scalar tensor, or a
            tuple of these; or booleans, which choose rows.

    Returns:
        A Tensor of the same dtype.

    Raises:
        TypeError: the key is of another kind.
        ValueError: an index is out of bounds, or there are too many.

    Source: TensorFlow's ``StridedSlice``.
    """
    is_mask = isinstance(key, bool)
    if isinstance(key, Tensor | np.ndarray):
        is_mask = as_dtype(key.dtype).base_dtype is dtypes.bool_
    if is_mask:
        return masking.boolean_mask(tensor, key)
    entries = _Entries(key if isinstance(key, list | tuple) else [key])
    values = [tensor, *entries.begin, *entries.end, *entries.strides]
    with name_scope(None, "strided_slice", values) as scope:
        return slicing.StridedSlice(tensor, *entries.packed(), name=scope, **entries.masks)
