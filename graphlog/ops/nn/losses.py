"""L2Loss: half the sum of squares."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core.attributes import types
from graphlog.core.op_definition import Sample, define_op
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.dtype_groups import FLOATS_HALF_FIRST

L2Loss = define_op(
    "L2Loss",
    ["t: T"],
    ["output: T"],
    attributes={"T": types(*FLOATS_HALF_FIRST)},
    shape=shape_rules.scalar,
    kernel=lambda value: (np.add.reduce(np.square(value), axis=None) / 2).astype(value.dtype),
    gradient=lambda op, grad: op.inputs[0] * grad,
    samples=[
        Sample((samples.float32([[1.5, -2.0, 3.0], [0.5, 4.0, -1.0]]),)),
        Sample((samples.float64(2.5),)),
    ],
)


def l2_loss(t: Any, name: str | None = None) -> Tensor:
    """Half the sum of the squares of a tensor's elements, a scalar (TensorFlow's ``L2Loss``)."""
    return L2Loss(t, name=name)
