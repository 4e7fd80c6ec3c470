"""Norms of vectors and matrices."""

from __future__ import annotations

import math
from typing import Any

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.tensor import Tensor
from graphlog.ops.array import arrays, axes, joining, ranges, selection, shape_queries, unique
from graphlog.ops.control_flow import conditionals, functional
from graphlog.ops.linear_algebra import decompositions
from graphlog.ops.math import arithmetic, casts, comparisons, elementwise, reductions, roots
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.renamed_arguments import renamed_argument

_MATRIX_NORMS = ("euclidean", "fro", 1, 2, math.inf)
_AXES_ERROR = "'axis' must be None, an integer, or a tuple of 2 unique integers"


def norm(
    tensor: Any,
    ord: Any = "euclidean",
    axis: Any = None,
    keepdims: bool | None = None,
    name: str | None = None,
    keep_dims: bool | None = None,
) -> Tensor:
    """The norms of vectors or matrices.

    Args:
        tensor: a tensor of floats or complex numbers.
        ord: ``"euclidean"``, ``"fro"`` (of matrices), 1, 2, ``np.inf``, or another positive number p.
        axis: None for the norm of all elements as one vector, an axis for vectors along it, or two axes
            for matrices.
        keepdims: whether reduced axes stay, with size 1.
        name: the scope's name.
        keep_dims: the older name of ``keepdims``.

    Returns:
        A Tensor.

    Raises:
        ValueError: there is no such norm or axis.

    Source: ``tf.norm``.
    """
    keep = bool(renamed_argument("keepdims", keepdims, "keep_dims", keep_dims))
    of_matrices = isinstance(axis, list | tuple) and len(axis) == 2
    wanted = tuple(axis) if of_matrices else None if axis is None else (axis,)
    _check(ord, wanted, of_matrices)
    with name_scope(name, "norm", [tensor]):
        tensor = convert_to_tensor(tensor)
        if ord in ("fro", "euclidean", 2):
            result = _euclidean(tensor, ord, wanted, of_matrices)
        else:
            result = _other(tensor, ord, wanted, of_matrices)
        return result if keep else axes.squeeze(result, wanted)


def _check(ord: Any, axis: tuple[Any, ...] | None, of_matrices: bool) -> None:
    if axis is not None and (not all(isinstance(item, int) for item in axis) or len(set(axis)) != len(axis)):
        raise ValueError(_AXES_ERROR)
    if of_matrices:
        if ord not in _MATRIX_NORMS:
            raise ValueError(f"'ord' must be a supported matrix norm in {list(_MATRIX_NORMS)}, got {ord}")
    elif ord != "euclidean" and (isinstance(ord, str | complex) or ord <= 0):
        raise ValueError(f"'ord' must be a supported vector norm, got {ord}")


def _euclidean(tensor: Tensor, ord: Any, axis: tuple[int, ...] | None, of_matrices: bool) -> Tensor:
    if of_matrices and ord == 2:
        assert axis is not None
        return _greatest_singular_value(tensor, axis)
    squares = tensor * elementwise.conj(tensor)
    return roots.sqrt(reductions.reduce_sum(squares, axis, keepdims=True))


def _greatest_singular_value(tensor: Tensor, axis: tuple[int, ...]) -> Tensor:
    """The 2-norm of matrices: their two axes are moved to the end, and what is left of them back."""
    rank = shape_queries.rank(tensor)

    def counted_from_front(item: Tensor) -> Tensor:
        result: Tensor = conditionals.cond(item >= 0, lambda: item, lambda: item + rank)
        return result

    def place_before(item: Tensor) -> Tensor:
        places = selection.where_v2(comparisons.equal(before, item))
        return casts.cast(axes.squeeze(places), dtypes.int32)

    last = functional.map_fn(counted_from_front, convert_to_tensor(axis))
    all_axes = ranges.range(rank)
    before = joining.concat([unique.setdiff1d(all_axes, last).out, last], axis=0)
    after = functional.map_fn(place_before, all_axes)
    values = decompositions.Svd.operation(arrays.transpose(tensor, perm=before), compute_uv=False).outputs[0]
    greatest = reductions.reduce_max(elementwise.abs(values), axis=-1, keepdims=True)
    return arrays.transpose(axes.expand_dims(greatest, axis=-1), perm=after)


def _other(tensor: Tensor, ord: Any, axis: tuple[int, ...] | None, of_matrices: bool) -> Tensor:
    absolute = elementwise.abs(tensor)
    first = None if axis is None else axis[0]
    if ord == 1:
        sums = reductions.reduce_sum(absolute, first, keepdims=True)
        return reductions.reduce_max(sums, axis[-1], keepdims=True) if of_matrices and axis else sums
    if ord == math.inf:
        if of_matrices and axis:
            absolute = reductions.reduce_sum(absolute, axis[1], keepdims=True)
        return reductions.reduce_max(absolute, first, keepdims=True)
    powers = reductions.reduce_sum(arithmetic.pow(absolute, ord), axis, keepdims=True)
    return arithmetic.pow(powers, 1.0 / ord)
