"""Operations on the bits of integers."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import types
from graphlog.core.op_definition import NOT_DIFFERENTIABLE, Kernel, OpDefinition, Sample, define_op
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.math.elementwise_definitions import define_binary, define_unary

_INTEGERS = (
    *(dtypes.int8, dtypes.int16, dtypes.int32, dtypes.int64),
    *(dtypes.uint8, dtypes.uint16, dtypes.uint32, dtypes.uint64),
)
_ONE = (Sample((samples.int32([[5, -3], [0, 1 << 30]]),)), Sample((np.uint8(200),)))
_TWO = (
    Sample((samples.int32([[5, -3], [0, 7]]), samples.int32([3, 2]))),
    # Shifts are limited to the width of the type, less one.
    Sample((np.array([1, 1, -100, 100], np.int8), np.array([3, 9, 9, -1], np.int8))),
    Sample((samples.int64(6), samples.int64([1, 2]))),
)


def _define_pair(type: str, kernel: Kernel) -> OpDefinition:
    return define_binary(type, kernel, _INTEGERS, NOT_DIFFERENTIABLE, _TWO)


def _shift(function: Kernel) -> Kernel:
    """A shift by at most the width of the type less one, and at least 0, as in TensorFlow."""

    def kernel(x: Any, y: Any) -> Any:
        return function(x, np.clip(y, 0, 8 * y.dtype.itemsize - 1))

    return kernel


_BITS_OF_BYTES = np.array([byte.bit_count() for byte in range(256)], np.uint8)


def _count(x: Any) -> Any:
    octets = np.array(x)[..., np.newaxis].view(np.uint8)
    return _BITS_OF_BYTES[octets].sum(axis=-1, dtype=np.uint8)


BitwiseAnd = _define_pair("BitwiseAnd", np.bitwise_and)
BitwiseOr = _define_pair("BitwiseOr", np.bitwise_or)
BitwiseXor = _define_pair("BitwiseXor", np.bitwise_xor)
LeftShift = _define_pair("LeftShift", _shift(np.left_shift))
RightShift = _define_pair("RightShift", _shift(np.right_shift))
Invert = define_unary("Invert", np.invert, _INTEGERS, NOT_DIFFERENTIABLE, _ONE)
PopulationCount = define_op(
    "PopulationCount",
    ["x: T"],
    ["y: uint8"],
    attributes={"T": types(*_INTEGERS)},
    shape=shape_rules.unchanged,
    kernel=_count,
    gradient=NOT_DIFFERENTIABLE,
    samples=_ONE,
)


def bitwise_and(x: Any, y: Any, name: str | None = None) -> Tensor:
    """The bits that are set in both, element by element (TensorFlow's ``BitwiseAnd``).

    Args:
        x: a tensor of integers.
        y: a tensor of the same dtype whose shape broadcasts with that of ``x``.
        name: the operation's name.

    Returns:
        A Tensor of that dtype. The same holds for the other functions here.
    """
    return BitwiseAnd(x, y, name=name)


def bitwise_or(x: Any, y: Any, name: str | None = None) -> Tensor:
    """The bits that are set in at least one of the two (TensorFlow's ``BitwiseOr``)."""
    return BitwiseOr(x, y, name=name)


def bitwise_xor(x: Any, y: Any, name: str | None = None) -> Tensor:
    """The bits that are set in exactly one of the two (TensorFlow's ``BitwiseXor``)."""
    return BitwiseXor(x, y, name=name)


def invert(x: Any, name: str | None = None) -> Tensor:
    """The bits that are not set (TensorFlow's ``Invert``)."""
    return Invert(x, name=name)


def left_shift(x: Any, y: Any, name: str | None = None) -> Tensor:
    """The bits of ``x`` moved ``y`` places up; zeros come in (TensorFlow's ``LeftShift``)."""
    return LeftShift(x, y, name=name)


def right_shift(x: Any, y: Any, name: str | None = None) -> Tensor:
    """The bits of ``x`` moved ``y`` places down; copies of the sign come in (TensorFlow's ``RightShift``)."""
    return RightShift(x, y, name=name)
