"""Sums and products of the elements so far, along an axis."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import boolean, types
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.dtypes import DType
from graphlog.core.op_definition import GradientRule, Kernel, OpDefinition, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import bracketed
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.array import selection
from graphlog.ops.dtype_groups import INDICES, NUMBERS
from graphlog.ops.math import comparisons, elementwise
from graphlog.ops.name_scopes import name_scope


def _scan(accumulate: Callable[..., Any], start: Callable[[Any], Any]) -> Callable[[Operation], Kernel]:
    """The maker of a kernel.

    Args:
        accumulate: the NumPy function of an array and an axis.
        start: what an exclusive scan of a dtype begins with.

    Returns:
        A function from an Operation to its kernel.
    """

    def make_kernel(op: Operation) -> Kernel:
        exclusive, reverse = op.attributes["exclusive"], op.attributes["reverse"]

        def kernel(value: Any, axis: Any) -> Any:
            if axis.shape != ():
                raise ValueError(f"ScanOp: axis must be a scalar, not {bracketed(axis.shape)}")
            rank = value.ndim
            if not -rank <= axis < rank:
                raise ValueError(
                    f"ScanOp: Expected scan axis in the range [{-rank}, {rank}), but got {int(axis)}"
                )
            moved = np.moveaxis(value, int(axis), 0)
            if reverse:
                moved = moved[::-1]
            if exclusive:
                first = np.full_like(moved[:1], start(value.dtype))
                moved = np.concatenate([first, moved[:-1]])
            result = accumulate(moved, axis=0, dtype=value.dtype)
            if reverse:
                result = result[::-1]
            return np.ascontiguousarray(np.moveaxis(result, 0, int(axis)))

        return kernel

    return make_kernel


def _define(
    type: str, make_kernel: Callable[[Operation], Kernel], allowed: tuple[DType, ...], gradient: GradientRule
) -> OpDefinition:
    matrix = samples.float32([[1.5, 2.0, -3.0], [0.5, 1.0, 4.0]])
    # An exclusive sum of exponentials starts with the least number there is, which drowns all others.
    is_moderate = type != "CumulativeLogsumexp"
    return define_op(
        type,
        ["x: T", "axis: Tidx"],
        ["out: T"],
        attributes={
            "exclusive": boolean(False),
            "reverse": boolean(False),
            "T": types(*allowed),
            "Tidx": types(*INDICES, default=dtypes.int32),
        },
        shape=shape_rules.unchanged,
        make_kernel=make_kernel,
        gradient=gradient,
        samples=[
            Sample((matrix, samples.int32(1))),
            Sample((matrix.astype(np.float64), samples.int64(-2)), {"reverse": True}),
            Sample((matrix, samples.int32(1)), {"exclusive": True}, differentiable=is_moderate),
            Sample(
                (matrix[0], samples.int32(0)),
                {"exclusive": True, "reverse": True},
                differentiable=is_moderate,
            ),
            Sample((matrix, samples.int32(2)), raises="Expected scan axis in the range [-2, 2), but got 2"),
        ],
    )


def _cumsum_gradient(op: Operation, grad: Tensor) -> Any:
    exclusive, reverse = op.attributes["exclusive"], op.attributes["reverse"]
    return cumsum(grad, op.inputs[1], exclusive=exclusive, reverse=not reverse), None


def _cumprod_gradient(op: Operation, grad: Tensor) -> Any:
    """As in TensorFlow, this is NaN where an element is 0."""
    x, axis = op.inputs
    exclusive, reverse = op.attributes["exclusive"], op.attributes["reverse"]
    product = cumprod(x, axis, exclusive=exclusive, reverse=reverse)
    total = cumsum(product * grad, axis, exclusive=exclusive, reverse=not reverse)
    return total / x, None


def _cumulative_logsumexp_gradient(op: Operation, grad: Tensor) -> Any:
    """Positive and negative gradients are scanned apart, as logarithms."""
    x, axis = op.inputs
    exclusive, reverse = op.attributes["exclusive"], op.attributes["reverse"]
    least = np.finfo(grad.dtype.numpy_dtype).min
    logarithms = [
        selection.where_v2(comparisons.greater(grad, 0), elementwise.log(grad), least),
        selection.where_v2(comparisons.less(grad, 0), elementwise.log(-grad), least),
    ]
    positive, negative = [
        elementwise.exp(
            cumulative_logsumexp(item - op.outputs[0], axis=axis, reverse=not reverse, exclusive=exclusive)
            + x
        )
        for item in logarithms
    ]
    return positive - negative, None


def _log_add(value: Any, axis: int, dtype: Any) -> Any:
    return np.logaddexp.accumulate(value, axis=axis, dtype=dtype)


Cumsum = _define("Cumsum", _scan(np.cumsum, lambda dtype: 0), NUMBERS, _cumsum_gradient)
Cumprod = _define("Cumprod", _scan(np.cumprod, lambda dtype: 1), NUMBERS, _cumprod_gradient)
CumulativeLogsumexp = _define(
    "CumulativeLogsumexp",
    _scan(_log_add, lambda dtype: np.finfo(dtype).min),
    (dtypes.float16, dtypes.float32, dtypes.float64),
    _cumulative_logsumexp_gradient,
)


def cumsum(
    x: Any, axis: Any = 0, exclusive: bool = False, reverse: bool = False, name: str | None = None
) -> Tensor:
    """The sum of the elements so far, along an axis.

    Args:
        x: a tensor of numbers.
        axis: the axis, counted from the end where negative.
        exclusive: whether an element's own value is left out.
        reverse: whether to begin at the end.
        name: the operation's name.

    Returns:
        A Tensor of the shape and dtype of ``x``.

    Source: TensorFlow's ``Cumsum``.
    """
    return _scanned(Cumsum, x, axis, exclusive, reverse, name)


def cumprod(
    x: Any, axis: Any = 0, exclusive: bool = False, reverse: bool = False, name: str | None = None
) -> Tensor:
    """The product of the elements so far; see ``cumsum`` (TensorFlow's ``Cumprod``)."""
    return _scanned(Cumprod, x, axis, exclusive, reverse, name)


def cumulative_logsumexp(
    x: Any, axis: Any = 0, exclusive: bool = False, reverse: bool = False, name: str | None = None
) -> Tensor:
    """The logarithm of the sum of exponentials so far; see ``cumsum`` (``CumulativeLogsumexp``)."""
    return _scanned(CumulativeLogsumexp, x, axis, exclusive, reverse, name)


def _scanned(
    definition: OpDefinition, x: Any, axis: Any, exclusive: bool, reverse: bool, name: str | None
) -> Tensor:
    with name_scope(name, definition.type, [x]) as scope:
        tensor = convert_to_tensor(x, name="x")
        return definition(tensor, axis, exclusive=exclusive, reverse=reverse, name=scope)
