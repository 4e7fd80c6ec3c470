"""Rounding to whole numbers, and the next floating-point number."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.op_definition import Kernel, OpDefinition, Sample
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.ops import samples
from graphlog.ops.array import arrays, filling, shape_queries
from graphlog.ops.dtype_groups import FLOATS, SIGNED_NUMBERS
from graphlog.ops.math import broadcasting, reductions
from graphlog.ops.math.elementwise_definitions import INTEGERS, define_binary, define_unary
from graphlog.ops.name_scopes import control_dependencies


def _no_gradient(op: Operation, grad: Tensor) -> None:
    """A step function has the derivative 0, which TensorFlow leaves out."""
    return


def _round(x: Any) -> Any:
    if x.dtype.kind == "c":
        raise TypeError("a complex number is not rounded")
    return np.array(x) if x.dtype.kind in "iu" else np.rint(x)


# None of them is near a number where the value jumps.
_SAMPLES = (
    Sample((samples.float32([[-1.7, 0.3], [2.2, -0.8]]),)),
    Sample((samples.float64([0.1, -3.2]),)),
    Sample((samples.float32([0.5, 1.5, -2.5]),), differentiable=False),
)


def _define(type: str, kernel: Kernel) -> OpDefinition:
    return define_unary(type, kernel, FLOATS, _no_gradient, _SAMPLES)


Floor = _define("Floor", np.floor)
Ceil = _define("Ceil", np.ceil)
Rint = _define("Rint", np.rint)
Round = define_unary("Round", _round, SIGNED_NUMBERS, _no_gradient, _SAMPLES + INTEGERS)


def _next_after_gradient(op: Operation, grad: Tensor) -> Any:
    x1, x2 = op.inputs
    sizes = [shape_queries.shape(tensor) for tensor in (x1, x2)]
    axes = broadcasting.BroadcastGradientArgs.operation(*sizes).outputs
    with control_dependencies([grad]):
        slopes = filling.ones(sizes[0], dtype=x1.dtype), filling.zeros(sizes[1], dtype=x2.dtype)
        return tuple(
            arrays.reshape(reductions.reduce_sum(slope * grad, axis), size)
            for slope, axis, size in zip(slopes, axes, sizes, strict=True)
        )


NextAfter = define_binary(
    "NextAfter",
    np.nextafter,
    (dtypes.float64, dtypes.float32),
    _next_after_gradient,
    [
        # The second one only says in which direction; the first one moves in steps.
        Sample((samples.float32([[1.5], [-2.0]]), samples.float32([2.0, 0.5])), differentiable=False),
        Sample((samples.float64([1.5, 3.0]), samples.float64([2.0, 0.5])), differentiable=False),
    ],
    names=("x1", "x2", "output"),
    default=dtypes.float32,
)


def floor(x: Any, name: str | None = None) -> Tensor:
    """The greatest whole number that is not above each element, as a float (TensorFlow's ``Floor``).

    Args:
        x: a tensor of floats.
        name: the operation's name.

    Returns:
        A Tensor of the same shape and dtype. The same holds for the other functions here.
    """
    return Floor(x, name=name)


def ceil(x: Any, name: str | None = None) -> Tensor:
    """The least whole number that is not below each element, as a float (TensorFlow's ``Ceil``)."""
    return Ceil(x, name=name)


def rint(x: Any, name: str | None = None) -> Tensor:
    """The nearest whole number, an even one if two are equally near (TensorFlow's ``Rint``)."""
    return Rint(x, name=name)


def round(x: Any, name: str | None = None) -> Tensor:
    """The nearest whole number, an even one if two are equally near; integers as they are (``Round``)."""
    tensor = convert_to_tensor(x, name="x")
    return tensor if tensor.dtype.is_integer else Round(tensor, name=name)


def nextafter(x1: Any, x2: Any, name: str | None = None) -> Tensor:
    """The floating-point number after each of ``x1``, towards ``x2`` (TensorFlow's ``NextAfter``)."""
    return NextAfter(x1, x2, name=name)
