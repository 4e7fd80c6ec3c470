"""Softmax and its logarithm."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core.attributes import types
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.errors import InvalidArgumentError
from graphlog.core.op_definition import OpDefinition, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape
from graphlog.core.tensor import Tensor
from graphlog.ops import samples
from graphlog.ops.array import arrays, joining, ranges, shape_queries
from graphlog.ops.dtype_groups import FLOATS_HALF_FIRST
from graphlog.ops.math import arithmetic, comparisons, elementwise, reductions
from graphlog.ops.renamed_arguments import renamed_argument
from graphlog.ops.static_values import constant_value


def _softmax_shape(op: Operation) -> list[StaticShape]:
    shape = op.inputs[0].static_shape
    if shape == ():
        raise ValueError("Shape must be at least rank 1 but is rank 0")
    return [shape]


# Typed loosely: NumPy's types know the arguments of ``reduce`` only by name.
_maximum: Any = np.maximum


def shifted(logits: Any) -> Any:
    """Logits less their maximum along the last axis, so that no exponential overflows."""
    return logits - _maximum.reduce(logits, -1, None, None, True, -np.inf)


def _check(logits: Any) -> None:
    if logits.ndim == 0:
        raise ValueError("logits must have >= 1 dimension, got []")


def _softmax(logits: Any) -> Any:
    _check(logits)
    exponentials = np.exp(shifted(logits))
    exponentials *= np.reciprocal(np.add.reduce(exponentials, axis=-1, keepdims=True))
    return exponentials


def _log_softmax(logits: Any) -> Any:
    _check(logits)
    result = shifted(logits)
    result -= np.log(np.add.reduce(np.exp(result), axis=-1, keepdims=True))
    return result


def _softmax_gradient(op: Operation, grad: Tensor) -> Tensor:
    probabilities = op.outputs[0]
    total = reductions.reduce_sum(grad * probabilities, -1, keepdims=True)
    return (grad - total) * probabilities


def _log_softmax_gradient(op: Operation, grad: Tensor) -> Tensor:
    probabilities = elementwise.exp(op.outputs[0])
    return grad - reductions.reduce_sum(grad, -1, keepdims=True) * probabilities


_SAMPLES = (
    Sample((samples.float32([[1.5, -2.0, 3.0], [0.5, 4.0, -1.0]]),)),
    Sample((samples.float64([0.5, 0.25]),)),
    Sample((np.zeros((2, 0), np.float32),)),
    Sample((samples.float32(1.5),), raises="logits must have >= 1 dimension"),
)

Softmax = define_op(
    "Softmax",
    ["logits: T"],
    ["softmax: T"],
    attributes={"T": types(*FLOATS_HALF_FIRST)},
    shape=_softmax_shape,
    kernel=_softmax,
    gradient=_softmax_gradient,
    samples=_SAMPLES,
)
LogSoftmax = define_op(
    "LogSoftmax",
    ["logits: T"],
    ["logsoftmax: T"],
    attributes={"T": types(*FLOATS_HALF_FIRST)},
    shape=_softmax_shape,
    kernel=_log_softmax,
    gradient=_log_softmax_gradient,
    samples=_SAMPLES,
)


def softmax(logits: Any, axis: Any = None, name: str | None = None, dim: Any = None) -> Tensor:
    """Probabilities in the proportions of the exponentials of logits.

    Args:
        logits: a tensor of floating-point numbers, of at least one axis.
        axis: the axis along which they add up to 1; the last if None.
        name: the operation's name.
        dim: the older name of ``axis``.

    Returns:
        A Tensor of the same shape and dtype.

    Raises:
        InvalidArgumentError: there is no such axis.
        ValueError: the logits are a scalar, or both names of an argument are given.

    Source: TensorFlow's ``Softmax``; for another axis than the last, between two transpositions.
    """
    return _along(Softmax, logits, axis_or_last(axis, dim), name)


def log_softmax(logits: Any, axis: Any = None, name: str | None = None, dim: Any = None) -> Tensor:
    """The logarithm of ``softmax``, which stays finite where probabilities vanish (``LogSoftmax``)."""
    return _along(LogSoftmax, logits, axis_or_last(axis, dim), name)


def axis_or_last(axis: Any, dim: Any) -> Any:
    """The axis, under whichever of its names it is given; the last if under none."""
    given = renamed_argument("axis", axis, "dim", dim)
    return -1 if given is None else given


def _along(definition: OpDefinition, logits: Any, axis: Any, name: str | None) -> Tensor:
    logits = convert_to_tensor(logits)
    shape = logits.static_shape
    is_tensor = isinstance(axis, Tensor)
    if not is_tensor and (axis == -1 or (shape is not None and axis == len(shape) - 1)):
        return definition(logits, name=name)
    if shape is None:
        raise TypeError("An axis other than the last needs logits of known rank.")
    rank = len(shape)
    known = constant_value(axis) if is_tensor else axis
    if known is not None and not -rank <= known < rank:
        raise InvalidArgumentError(
            None,
            None,
            f"Dimension ({known}) must be in the range [{-rank}, {rank}) where {rank} is the number of "
            "dimensions in the input.",
        )
    rank_tensor = shape_queries.rank(logits)
    if is_tensor:
        axis = comparisons.where(comparisons.less(axis, 0), axis + rank_tensor, axis)
    elif axis < 0:
        axis = axis + rank_tensor
    last_rank = shape_queries.rank(logits)
    axis = axis % rank
    swapped = _swapped(logits, axis, arithmetic.subtract(last_rank, 1))
    result = _swapped(definition(swapped), axis, arithmetic.subtract(last_rank, 1), name)
    result.set_shape(shape)
    return result


def _swapped(value: Tensor, axis: Any, last: Tensor, name: str | None = None) -> Tensor:
    """A tensor with two of its axes exchanged."""
    order = joining.concat([ranges.range(axis), [last], ranges.range(axis + 1, last), [axis]], 0)
    return arrays.transpose(value, order, name=name or "transpose")
