"""Assertions about the ranks and dtypes of tensors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.dtypes import DType, as_dtype
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.ops.array import arrays, shape_queries, slicing
from graphlog.ops.control_flow import conditionals, grouping
from graphlog.ops.debugging import logging_ops
from graphlog.ops.debugging.asserts import static_value
from graphlog.ops.math import comparisons, logic, reductions
from graphlog.ops.name_scopes import name_scope


def assert_rank(
    x: Any,
    rank: Any,
    data: Sequence[Any] | None = None,
    summarize: int | None = None,
    message: str | None = None,
    name: str | None = None,
) -> Operation:
    """An operation that fails in a run unless a tensor has a rank.

    Args:
        x: a tensor.
        rank: an int32 scalar.
        data: the tensors that the error shows; the shape of ``x`` if None.
        summarize: how many elements of each it shows; 3 if None.
        message: what the error begins with.
        name: the scope of the operations.

    Returns:
        The Operation; one that does nothing where the rank is known and right.

    Raises:
        ValueError: the rank is known and wrong.
        TypeError: ``rank`` is no int32.

    Source: ``tf.debugging.assert_rank`` of TensorFlow 1.15.
    """
    with name_scope(name, "assert_rank", [x, rank, *(data or ())]):
        return _assert_rank(x, [rank], "rank", _equal_to_first, data, summarize, message)


def assert_rank_at_least(
    x: Any,
    rank: Any,
    data: Sequence[Any] | None = None,
    summarize: int | None = None,
    message: str | None = None,
    name: str | None = None,
) -> Operation:
    """``assert_rank`` for a rank of at least ``rank`` (``tf.debugging.assert_rank_at_least``)."""
    with name_scope(name, "assert_rank_at_least", [x, rank, *(data or ())]):
        return _assert_rank(x, [rank], "rank at least", _at_least_first, data, summarize, message)


def assert_rank_in(
    x: Any,
    ranks: Iterable[Any],
    data: Sequence[Any] | None = None,
    summarize: int | None = None,
    message: str | None = None,
    name: str | None = None,
) -> Operation:
    """``assert_rank`` for one of several ranks (``tf.debugging.assert_rank_in``)."""
    ranks = list(ranks)
    with name_scope(name, "assert_rank_in", [x, *ranks, *(data or ())]):
        return _assert_rank(x, ranks, "rank in", _equal_to_any, data, summarize, message)


def _equal_to_first(rank: Any, wanted: Sequence[Any]) -> Any:
    return comparisons.equal(rank, wanted[0]) if isinstance(rank, Tensor) else rank == wanted[0]


def _at_least_first(rank: Any, wanted: Sequence[Any]) -> Any:
    return comparisons.greater_equal(rank, wanted[0]) if isinstance(rank, Tensor) else rank >= wanted[0]


def _equal_to_any(rank: Any, wanted: Sequence[Any]) -> Any:
    if not isinstance(rank, Tensor):
        return rank in wanted
    if not wanted:
        return convert_to_tensor(False)
    result = comparisons.equal(wanted[0], rank)
    for item in wanted[1:]:
        result = logic.logical_or(result, comparisons.equal(item, rank))
    return result


def _assert_rank(
    x: Any,
    ranks: Sequence[Any],
    what: str,
    holds: Callable[[Any, Sequence[Any]], Any],
    data: Sequence[Any] | None,
    summarize: int | None,
    message: str | None,
) -> Operation:
    x = convert_to_tensor(x, name="x")
    ranks = [convert_to_tensor(rank, name="rank") for rank in ranks]
    if data is None:
        shape = shape_queries.shape(x)
        data = [message or "", f"Tensor {x.name} must have {what}", *ranks, "Received shape: ", shape]
    for rank in ranks:
        assert_type(rank, dtypes.int32)
    known = [static_value(rank) for rank in ranks]
    if all(value is not None for value in known):
        if any(value.ndim for value in known):
            raise ValueError("Rank must be a scalar.")
        if x.static_shape is not None:
            wanted = [int(value) for value in known]
            if not holds(len(x.static_shape), wanted):
                listed = tuple(wanted) if what == "rank in" else wanted[0]
                raise ValueError(
                    f"{message or ''}.  Tensor {x.name} must have {what} {listed}.  Received rank "
                    f"{len(x.static_shape)}, shape {x.shape}"
                )
            return grouping.no_op(name="static_checks_determined_all_ok")
    condition = holds(shape_queries.rank(x), ranks)
    for rank, value in zip(ranks, known, strict=True):
        if value is None:
            check = assert_rank(rank, 0, data=["Rank must be a scalar. Received rank: ", rank])
            condition = grouping.with_dependencies([check], condition)
    return logging_ops.Assert(condition, data, summarize=summarize)


def assert_scalar(tensor: Any, name: str | None = None, message: str | None = None) -> Tensor:
    """The tensor; ValueError unless it is known to be a scalar (``tf.debugging.assert_scalar``)."""
    with name_scope(name, "assert_scalar", [tensor]) as scope:
        scalar = convert_to_tensor(tensor, name=scope)
        if scalar.static_shape != ():
            raise ValueError(
                f"{message or ''}Expected scalar shape for {scalar.name}, saw shape: {scalar.shape}."
            )
        return scalar


def assert_integer(x: Any, message: str | None = None, name: str | None = None) -> Operation:
    """An operation that does nothing; TypeError unless ``x`` has integers.

    Source: ``tf.debugging.assert_integer``.
    """
    with name_scope(name, "assert_integer", [x]):
        x = convert_to_tensor(x, name="x")
        if not x.dtype.is_integer:
            raise TypeError(
                f'{message or ""}  Expected "x" to be integer type.  Found: {x.name} of dtype {x.dtype!r}'
            )
        return grouping.no_op("statically_determined_was_integer")


def assert_type(tensor: Any, tf_type: Any, message: str | None = None, name: str | None = None) -> Operation:
    """An operation that does nothing; TypeError unless a tensor has a dtype.

    Source: ``tf.debugging.assert_type``.
    """
    with name_scope(name, "assert_type", [tensor]):
        tensor = convert_to_tensor(tensor, name="tensor")
        if tensor.dtype is not as_dtype(tf_type):
            raise TypeError(f"{message or ''}  {tensor.name} must be of type {as_dtype(tf_type)!r}")
        return grouping.no_op("statically_determined_correct_type")


def assert_same_float_dtype(tensors: Sequence[Any] | None = None, dtype: Any = None) -> DType:
    """The one floating-point dtype of some tensors; ValueError where there is none.

    Args:
        tensors: the tensors; None among them counts for nothing.
        dtype: the dtype that they must have.

    Source: ``tf.debugging.assert_same_float_dtype``.
    """
    wanted = None if dtype is None else as_dtype(dtype)
    first = None
    for tensor in tensors or ():
        if tensor is None:
            continue
        if not hasattr(tensor, "dtype"):
            tensor = convert_to_tensor(tensor)
        found = as_dtype(tensor.dtype).base_dtype
        if wanted is None:
            wanted, first = found, tensor
        elif found is not wanted:
            origin = "" if first is None else f" as {first.name}"
            raise ValueError(f"{tensor.name}, type={found!r}, must be of the same type ({wanted!r}){origin}.")
    if wanted is None:
        return dtypes.float32
    if not wanted.is_floating:
        raise ValueError(f"Expected floating point type, got {wanted!r}.")
    return wanted


def assert_proper_iterable(values: Any) -> None:
    """Raises TypeError for what is no list of values (``tf.debugging.assert_proper_iterable``)."""
    if isinstance(values, Tensor | np.ndarray | str | bytes):
        raise TypeError(f'Expected argument "values" to be a "proper" iterable.  Found: {type(values)}')
    if not hasattr(values, "__iter__"):
        raise TypeError(f'Expected argument "values" to be iterable.  Found: {type(values)}')


def is_numeric_tensor(tensor: Any) -> bool:
    """Whether it is a tensor of numbers (``tf.debugging.is_numeric_tensor``)."""
    if not isinstance(tensor, Tensor):
        return False
    dtype = tensor.dtype
    known = (dtypes.int8, dtypes.int16, dtypes.int32, dtypes.int64, dtypes.uint8)
    others = (dtypes.qint8, dtypes.qint32, dtypes.quint8, dtypes.complex64)
    return dtype in (dtypes.float32, dtypes.float64, *known, *others)


def is_non_decreasing(x: Any, name: str | None = None) -> Tensor:
    """Whether no element is smaller than the one before, as a boolean scalar.

    Args:
        x: a tensor of numbers, taken in the order of its elements.
        name: the scope of the operations.

    Raises:
        TypeError: it has no numbers.

    Source: ``tf.math.is_non_decreasing``.
    """
    with name_scope(name, "is_non_decreasing", [x]):
        difference = _differences(x)
        zero = convert_to_tensor(0, difference.dtype)
        return reductions.reduce_all(comparisons.less_equal(zero, difference))


def is_strictly_increasing(x: Any, name: str | None = None) -> Tensor:
    """Whether each element is larger than the one before (``tf.math.is_strictly_increasing``)."""
    with name_scope(name, "is_strictly_increasing", [x]):
        difference = _differences(x)
        zero = convert_to_tensor(0, difference.dtype)
        return reductions.reduce_all(comparisons.less(zero, difference))


def _differences(x: Any) -> Tensor:
    x = arrays.reshape(x, [-1])
    if not is_numeric_tensor(x):
        raise TypeError(f"Expected x to be numeric, instead found: {x}")
    is_short = comparisons.less(shape_queries.size(x), 2)
    count = shape_queries.shape(x) - 1

    def difference() -> Any:
        end = [1] + count  # noqa: RUF005 - count is a tensor
        return slicing.strided_slice(x, [1], end) - slicing.strided_slice(x, [0], count)

    result: Tensor = conditionals.cond(
        is_short, lambda: convert_to_tensor(np.array([], x.dtype.as_numpy_dtype)), difference
    )
    return result
