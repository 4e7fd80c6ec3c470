"""Operations that pass a tensor on, but no gradient back."""

from __future__ import annotations

from typing import Any

from graphlog.core.attributes import string, types
from graphlog.core.op_definition import NOT_DIFFERENTIABLE, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules

_SAMPLE = samples.float32([1.5, -2.0])


def _refuse(op: Operation, grad: Tensor) -> Any:
    message = op.attributes["message"].decode(errors="replace")
    raise LookupError(f"Gradient explicitly disabled. Reason: {message}")


StopGradient = define_op(
    "StopGradient",
    ["input: T"],
    ["output: T"],
    attributes={"T": types()},
    shape=shape_rules.unchanged,
    kernel=lambda value: value,
    gradient=NOT_DIFFERENTIABLE,
    # Its derivative is taken for zero, which the numerical one is not.
    samples=[Sample((_SAMPLE,), differentiable=False), Sample((samples.int32(3),))],
    returns_view=True,
)
PreventGradient = define_op(
    "PreventGradient",
    ["input: T"],
    ["output: T"],
    attributes={"T": types(), "message": string("")},
    shape=shape_rules.unchanged,
    kernel=lambda value: value,
    gradient=_refuse,
    # Asking for its derivative is an error.
    samples=[Sample((_SAMPLE,), {"message": "it has none"}, differentiable=False)],
    returns_view=True,
)


def stop_gradient(input: Any, name: str | None = None) -> Tensor:
    """A tensor of the same value that counts as a constant in gradients (TensorFlow's ``StopGradient``)."""
    return StopGradient(input, name=name)


def prevent_gradient(input: Any, message: str = "", name: str | None = None) -> Tensor:
    """A tensor of the same value by which nothing can be differentiated (``PreventGradient``)."""
    return PreventGradient(input, message=message, name=name)
