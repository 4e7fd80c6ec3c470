"""Assertions about the values of tensors, checked when they are built where that can be, else in a run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from graphlog.core.conversion import convert_to_tensor
from graphlog.core.errors import InvalidArgumentError
from graphlog.core.operation import Operation
from graphlog.core.partials import partial_of
from graphlog.core.tensor import Tensor
from graphlog.ops.control_flow import grouping
from graphlog.ops.debugging import logging_ops
from graphlog.ops.math import comparisons, elementwise, reductions
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.static_values import constant_value

# TensorFlow's Python code knows the values of these at most.
_FOLDED = frozenset(
    ("Const", "Shape", "Size", "Rank", "Range", "Cast", "Concat", "ConcatV2", "ConcatOffset", "Pack", "Fill")
)

_Compare = Callable[[Any, Any], Any]


def static_value(tensor: Any) -> Any:
    """A tensor's value where TensorFlow's Python code knows it before a run, else None."""
    if isinstance(tensor, Tensor) and tensor.op.type in _FOLDED:
        return constant_value(tensor)
    return None


def _shown(value: Any) -> str:
    known = static_value(value)
    return str(value if known is None else known)


class _Comparison(NamedTuple):
    default_name: str
    symbol: str
    compare: _Compare
    compare_arrays: _Compare


_EQUAL = _Comparison("assert_equal", "==", comparisons.equal, np.equal)
_NONE_EQUAL = _Comparison("assert_none_equal", "!=", comparisons.not_equal, np.not_equal)
_LESS = _Comparison("assert_less", "<", comparisons.less, np.less)
_LESS_EQUAL = _Comparison("assert_less_equal", "<=", comparisons.less_equal, np.less_equal)
_GREATER = _Comparison("assert_greater", ">", comparisons.greater, np.greater)
_GREATER_EQUAL = _Comparison("assert_greater_equal", ">=", comparisons.greater_equal, np.greater_equal)


def _binary(
    comparison: _Comparison,
    x: Any,
    y: Any,
    data: Sequence[Any] | None = None,
    summarize: int | None = None,
    message: str | None = None,
    name: str | None = None,
) -> Operation:
    default_name, symbol, compare, compare_arrays = comparison
    with name_scope(name, default_name, [x, y, data]):
        x = convert_to_tensor(x, name="x")
        y = convert_to_tensor(y, name="y")
        if data is None:
            data = [
                f"Condition x {symbol} y did not hold element-wise:",
                *(f"x ({x.name}) = ", x),
                *(f"y ({y.name}) = ", y),
            ]
        if message is not None:
            data = [message, *data]
        condition = reductions.reduce_all(compare(x, y))
        known_x, known_y = static_value(x), static_value(y)
        if known_x is not None and known_y is not None and not np.all(compare_arrays(known_x, known_y)):
            shown = "\n".join(map(_shown, data)) or f"Condition x {symbol} y did not hold."
            raise InvalidArgumentError(None, None, shown)
        return logging_ops.Assert(condition, data, summarize=summarize)


def assert_equal(
    x: Any,
    y: Any,
    data: Sequence[Any] | None = None,
    summarize: int | None = None,
    message: str | None = None,
    name: str | None = None,
) -> Operation:
    """An operation that fails in a run unless ``x == y`` holds element by element.

    Args:
        x: a tensor.
        y: a tensor of the same dtype, to whose shape ``x`` can be broadcast or the reverse.
        data: the tensors that the error shows; ``x`` and ``y`` if None.
        summarize: how many elements of each it shows; 3 if None.
        message: what the error begins with.
        name: the scope of the operations.

    Returns:
        The Operation; let others depend on it by ``control_dependencies``. The same holds for the other
        assertions.

    Raises:
        InvalidArgumentError: both values are known already, and it does not hold.

    Source: ``tf.debugging.assert_equal`` of TensorFlow 1.15.
    """
    with name_scope(name, "assert_equal", [x, y, data]):
        if x is y:
            return grouping.no_op()
    return _binary(_EQUAL, x, y, data, summarize, message, name)


@partial_of(_binary, _NONE_EQUAL)
def assert_none_equal() -> None:
    """``assert_equal`` for ``x != y`` (``tf.debugging.assert_none_equal``)."""


@partial_of(_binary, _LESS)
def assert_less() -> None:
    """``assert_equal`` for ``x < y`` (``tf.debugging.assert_less``)."""


@partial_of(_binary, _LESS_EQUAL)
def assert_less_equal() -> None:
    """``assert_equal`` for ``x <= y`` (``tf.debugging.assert_less_equal``)."""


@partial_of(_binary, _GREATER)
def assert_greater() -> None:
    """``assert_equal`` for ``x > y`` (``tf.debugging.assert_greater``)."""


@partial_of(_binary, _GREATER_EQUAL)
def assert_greater_equal() -> None:
    """``assert_equal`` for ``x >= y`` (``tf.debugging.assert_greater_equal``)."""


def _against_zero(
    kind: tuple[str, str],
    x: Any,
    data: Sequence[Any] | None = None,
    summarize: int | None = None,
    message: str | None = None,
    name: str | None = None,
) -> Operation:
    default_name, symbol = kind
    with name_scope(name, default_name, [x, data]):
        x = convert_to_tensor(x, name="x")
        if data is None:
            texts = [f"Condition x {symbol} 0 did not hold element-wise:", f"x ({x.name}) = "]
            # TensorFlow lets the two texts of assert_non_positive run into each other.
            data = [message or "", *(["".join(texts)] if symbol == "<=" else texts), x]
        zero = convert_to_tensor(0, x.dtype.base_dtype)
        less, more = (x, zero) if symbol.startswith("<") else (zero, x)
        check = assert_less_equal if symbol.endswith("=") else assert_less
        return check(less, more, data=data, summarize=summarize)


@partial_of(_against_zero, ("assert_negative", "<"))
def assert_negative() -> None:
    """``assert_equal`` for ``x < 0`` (``tf.debugging.assert_negative``)."""


@partial_of(_against_zero, ("assert_positive", ">"))
def assert_positive() -> None:
    """``assert_equal`` for ``x > 0`` (``tf.debugging.assert_positive``)."""


@partial_of(_against_zero, ("assert_non_negative", ">="))
def assert_non_negative() -> None:
    """``assert_equal`` for ``x >= 0`` (``tf.debugging.assert_non_negative``)."""


@partial_of(_against_zero, ("assert_non_positive", "<="))
def assert_non_positive() -> None:
    """``assert_equal`` for ``x <= 0`` (``tf.debugging.assert_non_positive``)."""


def assert_near(
    x: Any,
    y: Any,
    rtol: Any = None,
    atol: Any = None,
    data: Sequence[Any] | None = None,
    summarize: int | None = None,
    message: str | None = None,
    name: str | None = None,
) -> Operation:
    """``assert_equal`` for ``|x - y| < atol + rtol |y|``.

    Args:
        x: a tensor of floating-point numbers.
        y: a tensor of the same dtype.
        rtol: the relative tolerance; ten times the distance from 1 to the next number if None.
        atol: the absolute tolerance; likewise.
        data: as for ``assert_equal``.
        summarize: as for ``assert_equal``.
        message: as for ``assert_equal``.
        name: the scope of the operations.

    Returns:
        The Operation.

    Source: ``tf.debugging.assert_near`` of TensorFlow 1.15.
    """
    with name_scope(name, "assert_near", [x, y, rtol, atol, data]):
        x = convert_to_tensor(x, name="x")
        y = convert_to_tensor(y, x.dtype.base_dtype, name="y")
        if not (x.dtype.is_floating or x.dtype.is_complex):
            raise TypeError(f"assert_near compares floating-point numbers, not {x.dtype.name}.")
        default = 10 * np.finfo(x.dtype.as_numpy_dtype).eps
        rtol = convert_to_tensor(default if rtol is None else rtol, x.dtype.base_dtype, name="rtol")
        atol = convert_to_tensor(default if atol is None else atol, x.dtype.base_dtype, name="atol")
        if data is None:
            data = [
                message or "",
                f"x and y not equal to tolerance rtol = {rtol}, atol = {atol}",
                *(f"x ({x.name}) = ", x, f"y ({y.name}) = ", y),
            ]
        tolerance = atol + rtol * elementwise.abs(y)
        difference = elementwise.abs(x - y)
        condition = reductions.reduce_all(comparisons.less(difference, tolerance))
        return logging_ops.Assert(condition, data, summarize=summarize)
