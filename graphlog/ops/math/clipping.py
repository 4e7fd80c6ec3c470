"""Keeping tensors, most often gradients, within bounds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.default_graph import get_default_graph
from graphlog.core.indexed_slices import IndexedSlices
from graphlog.core.tensor import Tensor
from graphlog.ops.array import arrays, filling, packing, ranges, shape_queries
from graphlog.ops.constants import constant
from graphlog.ops.math import arithmetic, casts, comparisons, logic, reductions, roots
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.nn import losses


def clip_by_value(t: Any, clip_value_min: Any, clip_value_max: Any, name: str | None = None) -> Any:
    """A tensor with each element moved into an interval.

    Args:
        t: a tensor, or IndexedSlices.
        clip_value_min: the least value, as a number or a tensor that broadcasts to the shape of ``t``.
        clip_value_max: the greatest value.
        name: the operation's name.

    Returns:
        A Tensor, or IndexedSlices, like ``t``.

    Raises:
        ValueError: a bound has a greater shape than ``t``.

    Source: ``tf.clip_by_value``.
    """
    with name_scope(name, "clip_by_value", [t, clip_value_min, clip_value_max]) as scope:
        values = _values(t, "t")
        below = arithmetic.minimum(values, clip_value_max)
        values.shape.merge_with(below.shape)
        clipped = arithmetic.maximum(below, clip_value_min, name=scope)
        values.shape.merge_with(clipped.shape)
    return _like(t, clipped)


def clip_by_norm(t: Any, clip_norm: Any, axes: Any = None, name: str | None = None) -> Any:
    """A tensor scaled down to a greatest Euclidean norm, where its norm is greater.

    Args:
        t: a tensor of floats, or IndexedSlices.
        clip_norm: the greatest norm, a positive scalar.
        axes: the axes along which norms are taken; all if None.
        name: the operation's name.

    Returns:
        A Tensor, or IndexedSlices, like ``t``.

    Source: ``tf.clip_by_norm``.
    """
    with name_scope(name, "clip_by_norm", [t, clip_norm]) as scope:
        values = _values(t, "t")
        squares = reductions.reduce_sum(values * values, axes, keepdims=True)
        # The root is taken where it has a derivative.
        is_positive = squares > 0
        safe = comparisons.where(is_positive, squares, filling.ones_like(squares))
        norm = comparisons.where(is_positive, roots.sqrt(safe), squares)
        scaled = values * clip_norm
        values.shape.merge_with(scaled.shape)
        clipped = arrays.identity(scaled / arithmetic.maximum(norm, clip_norm), name=scope)
    return _like(t, clipped)


def clip_by_average_norm(t: Any, clip_norm: Any, name: str | None = None) -> Tensor:
    """A tensor scaled down to a greatest norm per element; see ``clip_by_norm``.

    Source: ``tf.clip_by_average_norm``.
    """
    with name_scope(name, "clip_by_average_norm", [t, clip_norm]) as scope:
        t = convert_to_tensor(t, name="t")
        count = casts.cast(shape_queries.size(t), dtypes.float32)
        inverse = roots.rsqrt(reductions.reduce_sum(t * t, ranges.range(shape_queries.rank(t))))
        return arrays.identity(
            t * clip_norm * arithmetic.minimum(inverse * count, constant(1.0) / clip_norm), name=scope
        )


def global_norm(t_list: Sequence[Any], name: str | None = None) -> Tensor:
    """The Euclidean norm of all elements of several tensors together.

    Args:
        t_list: tensors, IndexedSlices, and None, which counts nothing.
        name: the scope of the operations.

    Returns:
        A scalar Tensor.

    Raises:
        TypeError: ``t_list`` is no sequence.

    Source: ``tf.global_norm``.
    """
    t_list = _as_list(t_list)
    with name_scope(name, "global_norm", t_list):
        halves = []
        for value in _numbered_values(t_list):
            if value is not None:
                with get_default_graph().colocate_with(value):
                    halves.append(losses.l2_loss(value))
        half = reductions.reduce_sum(packing.stack(halves))
        return roots.sqrt(half * constant(2.0, half.dtype), name="global_norm")


def clip_by_global_norm(
    t_list: Sequence[Any], clip_norm: Any, use_norm: Any = None, name: str | None = None
) -> tuple[list[Any], Tensor]:
    """Several tensors, all scaled by one number so that their global norm is at most ``clip_norm``.

    Args:
        t_list: tensors, IndexedSlices and None.
        clip_norm: the greatest norm, a positive scalar.
        use_norm: the global norm, where it is known already.
        name: the scope of the operations.

    Returns:
        The list of scaled tensors, and the global norm before. All are NaN where that is not finite.

    Raises:
        TypeError: ``t_list`` is no sequence.

    Source: ``tf.clip_by_global_norm``.
    """
    t_list = _as_list(t_list)
    norm = global_norm(t_list, name) if use_norm is None else use_norm
    with name_scope(name, "clip_by_global_norm", [*t_list, clip_norm]) as scope:
        limited = clip_norm * arithmetic.minimum(1.0 / norm, constant(1.0, norm.dtype) / clip_norm)
        scale = comparisons.where(logic.is_finite(norm), limited, constant(float("nan"), norm.dtype))
        clipped: list[Any] = []
        for index, (given, value) in enumerate(zip(t_list, _numbered_values(t_list), strict=True)):
            if value is None:
                clipped.append(None)
                continue
            with get_default_graph().colocate_with(value):
                # TensorFlow's name: the scope, which ends in a slash, once more.
                scaled = arrays.identity(value * scale, name=f"{scope}_{index}")
            clipped.append(_like(given, scaled))
    return clipped, norm


def _as_list(values: Any) -> list[Any]:
    if not isinstance(values, Sequence) or isinstance(values, str | bytes):
        raise TypeError("t_list should be a sequence")
    return list(values)


def _numbered_values(tensors: Sequence[Any]) -> list[Tensor | None]:
    return [None if item is None else _values(item, f"t_{index}") for index, item in enumerate(tensors)]


def _values(value: Any, name: str) -> Tensor:
    return convert_to_tensor(value.values if isinstance(value, IndexedSlices) else value, name=name)


def _like(given: Any, values: Tensor) -> Any:
    """The values with the indices of what was given, where it had some."""
    if isinstance(given, IndexedSlices):
        return IndexedSlices(values, given.indices, given.dense_shape)
    return values
