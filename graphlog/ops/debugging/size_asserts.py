"""assert_shapes: assertions that the sizes of several tensors agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from graphlog.core.conversion import convert_to_tensor
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.ops.array import shape_queries
from graphlog.ops.constants import constant
from graphlog.ops.control_flow import conditionals, grouping
from graphlog.ops.debugging import logging_ops
from graphlog.ops.debugging.shape_asserts import assert_rank, assert_rank_at_least, assert_rank_in
from graphlog.ops.math import comparisons
from graphlog.ops.name_scopes import control_dependencies, name_scope


class _Wanted(NamedTuple):
    """What is asked of a tensor: the sizes of its axes, or of the last ones."""

    tensor: Tensor
    has_more_axes: bool
    sizes: Any
    symbols: tuple[Any, ...]


def assert_shapes(
    shapes: Any,
    data: Sequence[Any] | None = None,
    summarize: int | None = None,
    message: str | None = None,
    name: str | None = None,
) -> Operation:
    """An operation that fails in a run unless tensors have given shapes, and equal sizes where asked.

    Args:
        shapes: pairs of a tensor and its shape, or a dict. A size is a number, a symbol that stands for
            the same number everywhere, or None or ``"."`` for any; ``"*"`` or ``...`` as the first of
            them stands for any number of axes. A vector of one may be a scalar.
        data: the tensors that the error shows; what is wrong if None.
        summarize: how many elements of each it shows; 3 if None.
        message: what the error begins with.
        name: the scope of the operations.

    Returns:
        The Operation; one that does nothing where all is known and right.

    Raises:
        ValueError: a shape is known and wrong, or is none.

    Source: ``tf.debugging.assert_shapes`` of TensorFlow 1.15.
    """
    pairs = shapes.items() if isinstance(shapes, Mapping) else shapes
    message = message or ""
    with name_scope(name, "assert_shapes", [shapes, data]):
        tensors = [(convert_to_tensor(x), shape) for x, shape in pairs if shape is not None]
        wanted = [_wanted(tensor, shape, message) for tensor, shape in tensors]
        ranks = [_rank_assertion(item, data, summarize, message, name) for item in wanted]
        sizes = _size_assertions(wanted, data, summarize, message)
        with control_dependencies([assertion for assertion in ranks if assertion is not None]):
            return grouping.group(*sizes)


def _wanted(tensor: Tensor, shape: Any, message: str) -> _Wanted:
    if not hasattr(shape, "__iter__"):
        raise ValueError(
            f"{message}.  Tensor {tensor.name}.  Specified shape must be an iterable.  An iterable has the "
            f"attribute `__iter__` or `__getitem__`.  Received specified shape: {shape}"
        )
    symbols = tuple(shape)
    for index, symbol in enumerate(symbols):
        if symbol in (..., "*") and index:
            raise ValueError(
                f"{message}.  Tensor {tensor.name} specified shape index {index}.  Symbol `...` or `*` for a "
                "variable number of unspecified dimensions is only allowed as the first entry"
            )
    has_more_axes = bool(symbols) and symbols[0] in (..., "*")
    if has_more_axes:
        symbols = symbols[1:]
    return _Wanted(tensor, has_more_axes, _sizes(tensor), symbols or (1,))


def _sizes(tensor: Tensor) -> Any:
    """The sizes of the axes, numbers where they are known; a scalar counts as a vector of one."""
    sizes: Any = shape_queries.shape(tensor)
    static = tensor.static_shape
    if static is None:
        is_scalar = comparisons.equal(shape_queries.rank(tensor), 0)
        return conditionals.cond(is_scalar, lambda: constant([1]), lambda: sizes)
    if not static:
        return (1,)
    return [sizes[axis] if size is None else size for axis, size in enumerate(static)]


def _rank_assertion(
    wanted: _Wanted, data: Sequence[Any] | None, summarize: int | None, message: str, name: str | None
) -> Operation | None:
    rank = len(wanted.symbols)
    if rank <= 1:
        if wanted.has_more_axes:
            return None
        return assert_rank_in(wanted.tensor, [0, 1], data, summarize, message, name)
    check = assert_rank_at_least if wanted.has_more_axes else assert_rank
    return check(wanted.tensor, rank, data, summarize, message, name)


def _size_assertions(
    wanted: Sequence[_Wanted], data: Sequence[Any] | None, summarize: int | None, message: str
) -> list[Operation]:
    assertions = []
    # Where a symbol stood first: the size, the tensor and the axis.
    first: dict[Any, tuple[Any, Tensor, int]] = {}
    for tensor, has_more_axes, sizes, symbols in wanted:
        for index, symbol in enumerate(symbols):
            if symbol is None or symbol == ".":
                continue
            axis = index - len(symbols) if has_more_axes else index
            if _is_number(symbol):
                expected, source = int(symbol), "Specified explicitly"
            elif symbol in first:
                expected, other, other_axis = first[symbol]
                source = f"Specified by tensor {other.name} dimension {other_axis}"
            else:
                first[symbol] = sizes[axis], tensor, axis
                continue
            size = sizes[axis]
            if _is_number(size) and _is_number(expected):
                if int(size) != int(expected):
                    raise ValueError(
                        f"{message}.  {source}.  Tensor {tensor.name} dimension {axis} must have size "
                        f"{expected}.  Received size {size}, shape {tensor.shape}"
                    )
                continue
            is_equal = comparisons.equal(convert_to_tensor(size), convert_to_tensor(expected))
            shown = data
            if shown is None:
                label = f"Tensor {tensor.name} dimension"
                sizes_now = shape_queries.shape(tensor)
                shown = [
                    message,
                    source,
                    label,
                    axis,
                    "must have size",
                    expected,
                    "Received shape: ",
                    sizes_now,
                ]
            assertions.append(logging_ops.Assert(is_equal, shown, summarize=summarize))
    return assertions


def _is_number(value: Any) -> bool:
    try:
        int(value)
    except (TypeError, ValueError):
        return False
    return True
