"""Logic of booleans, and tests of numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core.attributes import Attribute, types
from graphlog.core.dtypes import DType
from graphlog.core.op_definition import NOT_DIFFERENTIABLE, Kernel, OpDefinition, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.dtype_groups import FLOATS, NUMBERS

_PAIRS = (
    Sample((samples.boolean([[True, True], [False, False]]), samples.boolean([True, False]))),
    Sample((samples.boolean(True), samples.boolean(False))),
)


def _define_logical(type: str, kernel: Kernel) -> OpDefinition:
    return define_op(
        type,
        ["x: bool", "y: bool"],
        ["z: bool"],
        shape=shape_rules.broadcast,
        kernel=kernel,
        gradient=NOT_DIFFERENTIABLE,
        samples=_PAIRS,
    )


def _define_test(type: str, kernel: Kernel, allowed: tuple[DType, ...] = FLOATS) -> OpDefinition:
    """Defines an operation ``y = f(x)`` of floats that gives booleans."""
    return define_op(
        type,
        ["x: T"],
        ["y: bool"],
        attributes={"T": types(*allowed)},
        shape=shape_rules.unchanged,
        kernel=kernel,
        samples=[Sample((samples.float32([1.5, np.nan, -np.inf]),)), Sample((samples.float64(0),))],
    )


def _approximate_equal(op: Operation) -> Kernel:
    tolerance = op.attributes["tolerance"]
    return lambda x, y: np.abs(np.subtract(x, y)) < tolerance


LogicalAnd = _define_logical("LogicalAnd", np.logical_and)
LogicalOr = _define_logical("LogicalOr", np.logical_or)
LogicalNot = define_op(
    "LogicalNot",
    ["x: bool"],
    ["y: bool"],
    shape=shape_rules.unchanged,
    kernel=np.logical_not,
    gradient=NOT_DIFFERENTIABLE,
    samples=[Sample((samples.boolean([True, False]),))],
)
IsNan = _define_test("IsNan", np.isnan)
IsInf = _define_test("IsInf", np.isinf)
IsFinite = _define_test("IsFinite", np.isfinite)
ApproximateEqual = define_op(
    "ApproximateEqual",
    ["x: T", "y: T"],
    ["z: bool"],
    attributes={"T": types(*NUMBERS), "tolerance": Attribute("float", 9.999999747378752e-06)},
    shape=shape_rules.merged,
    make_kernel=_approximate_equal,
    gradient=NOT_DIFFERENTIABLE,
    samples=[
        Sample((samples.float32([1.0, 2.0]), samples.float32([1.0, 2.5]))),
        Sample((samples.float64([1.0, 2.0]), samples.float64([1.5, 4.5])), {"tolerance": 1.0}),
    ],
)


def logical_and(x: Any, y: Any, name: str | None = None) -> Tensor:
    """Whether both hold, element by element with broadcasting (TensorFlow's ``LogicalAnd``).

    Args:
        x: a tensor of booleans.
        y: likewise.
        name: the operation's name.

    Returns:
        A Tensor of booleans. The same holds for the other functions here.
    """
    return LogicalAnd(x, y, name=name)


def logical_or(x: Any, y: Any, name: str | None = None) -> Tensor:
    """Whether at least one of the two holds (TensorFlow's ``LogicalOr``)."""
    return LogicalOr(x, y, name=name)


def logical_not(x: Any, name: str | None = None) -> Tensor:
    """Whether it does not hold (TensorFlow's ``LogicalNot``)."""
    return LogicalNot(x, name=name)


def logical_xor(x: Any, y: Any, name: str | None = "LogicalXor") -> Tensor:
    """Whether exactly one of the two holds; made of the other three operations, as in TensorFlow."""
    either = LogicalOr(x, y)
    return LogicalAnd(either, LogicalNot(LogicalAnd(x, y)), name=name)


def is_nan(x: Any, name: str | None = None) -> Tensor:
    """Whether each float is NaN (TensorFlow's ``IsNan``)."""
    return IsNan(x, name=name)


def is_inf(x: Any, name: str | None = None) -> Tensor:
    """Whether each float is infinite, with either sign (TensorFlow's ``IsInf``)."""
    return IsInf(x, name=name)


def is_finite(x: Any, name: str | None = None) -> Tensor:
    """Whether each float is neither infinite nor NaN (TensorFlow's ``IsFinite``)."""
    return IsFinite(x, name=name)
