"""What the definitions of elementwise operations share: of one input, of two, and of gradients."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from graphlog.core.attributes import types
from graphlog.core.dtypes import DType
from graphlog.core.op_definition import (
    GradientRule,
    Kernel,
    NotDifferentiable,
    OpDefinition,
    Sample,
    define_op,
)
from graphlog.core.operation import Operation
from graphlog.ops import samples, shape_rules
from graphlog.ops.dtype_groups import FLOATS_AND_COMPLEX
from graphlog.ops.samples import MATRIX

SIGNED = (
    Sample((samples.float32([[-1.5, 0.25], [2.0, -0.75]]),)),
    Sample((samples.float64([0.1, -3.0]),)),
    Sample((samples.float32(0.5),)),
)
POSITIVE = (
    Sample((samples.float32([[1.5, 0.25], [2.0, 0.75]]),)),
    Sample((samples.float64([0.1, 3.0]),)),
)
# Between -1 and 1.
SMALL = (
    Sample((samples.float32([[-0.75, 0.25], [0.5, -0.125]]),)),
    Sample((samples.float64([0.1, -0.9]),)),
    Sample((samples.float32(0.5),)),
)
INTEGERS = (Sample((samples.int32([-3, 0, 5]),)),)
COMPLEX = (Sample((samples.complex64([0.5 + 0.25j, -0.75j]),)),)

_ROW = samples.float32([2.0, 0.5, -1.5])
_COLUMN = samples.float32([[3.0], [-0.25]])
PAIRS = (
    Sample((MATRIX, MATRIX[::-1].copy() + samples.float32(0.1))),
    Sample((MATRIX, _ROW)),
    Sample((samples.float64(2.5), _COLUMN.astype(np.float64))),
    Sample((_COLUMN, _ROW)),
)
INTEGER_PAIRS = (Sample((samples.int32([7, -7, 5]), samples.int32([2, 2, -3]))),)


def specialized_to_floats(function: np.ufunc) -> Callable[[Operation], Kernel | None]:
    """A universal function as the kernel where the inputs are floats, which need none of the checks."""
    return lambda op: function if op.inputs[0].dtype.base_dtype.is_floating else None


def define_unary(
    type: str,
    kernel: Kernel,
    allowed: tuple[DType, ...],
    gradient: GradientRule | NotDifferentiable | None,
    samples: Sequence[Sample] = SIGNED,
    specialize: Callable[[Operation], Kernel | None] | None = None,
) -> OpDefinition:
    """Defines an operation ``y = f(x)``."""
    return define_op(
        type,
        ["x: T"],
        ["y: T"],
        attributes={"T": types(*allowed)},
        shape=shape_rules.unchanged,
        kernel=kernel,
        specialize=specialize,
        gradient=gradient,
        samples=samples,
    )


def define_binary(
    type: str,
    kernel: Kernel,
    allowed: tuple[DType, ...],
    gradient: GradientRule | NotDifferentiable | None,
    samples: Sequence[Sample] = PAIRS + INTEGER_PAIRS,
    names: tuple[str, str, str] = ("x", "y", "z"),
    default: DType | None = None,
    specialize: Callable[[Operation], Kernel | None] | None = None,
) -> OpDefinition:
    """Defines an operation ``z = f(x, y)`` that broadcasts its inputs."""
    first, second, output = names
    return define_op(
        type,
        [f"{first}: T", f"{second}: T"],
        [f"{output}: T"],
        attributes={"T": types(*allowed, default=default)},
        shape=shape_rules.broadcast,
        kernel=kernel,
        specialize=specialize,
        gradient=gradient,
        samples=samples,
    )


def define_gradient_from_output(type: str, kernel: Kernel, gradient: GradientRule) -> OpDefinition:
    """Defines the gradient ``z = dy * f'(x)`` of a function whose derivative follows from its output."""
    return define_op(
        type,
        ["y: T", "dy: T"],
        ["z: T"],
        attributes={"T": types(*FLOATS_AND_COMPLEX)},
        shape=shape_rules.unchanged,
        kernel=kernel,
        gradient=gradient,
        samples=[
            Sample((samples.float32([0.5, -0.25, 0.75]), samples.float32([1.0, 2.0, -3.0]))),
            Sample((samples.float64([[0.5], [-0.9]]), samples.float64([[0.1], [4.0]]))),
        ],
    )
