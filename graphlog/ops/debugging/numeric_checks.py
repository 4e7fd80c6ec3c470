"""Checks, in a run, that numbers are finite."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import string, types
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.default_graph import get_default_graph
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.control_flow import grouping
from graphlog.ops.dtype_groups import FLOATS
from graphlog.ops.name_scopes import colocate_with, control_dependencies, name_scope
from graphlog.ops.renamed_arguments import renamed_argument


def _check(op: Operation) -> Kernel:
    message = op.attributes["message"].decode(errors="replace")

    def kernel(value: Any) -> Any:
        if not np.isfinite(value).all():
            found = [name for name, test in (("Inf", np.isinf), ("NaN", np.isnan)) if test(value).any()]
            raise ValueError(f"{message} : Tensor had {' and '.join(found)} values")
        return value

    return kernel


def _check_gradient(op: Operation, grad: Tensor) -> Tensor:
    # The message stands there as Python prints bytes, as in TensorFlow.
    message = op.attributes["message"]
    return check_numerics(
        grad, f"Not a number (NaN) or infinity (Inf) values detected in gradient. {message!r}"
    )


CheckNumerics = define_op(
    "CheckNumerics",
    ["tensor: T"],
    ["output: T"],
    attributes={"T": types(*FLOATS), "message": string()},
    shape=shape_rules.unchanged,
    make_kernel=_check,
    gradient=_check_gradient,
    is_stateful=True,
    returns_view=True,
    samples=[
        Sample((samples.float32([[1.5, -2.0]]),), {"message": "x"}),
        Sample((samples.float64([np.nan, 1]),), {"message": "x"}, raises="x : Tensor had NaN values"),
        Sample(
            (samples.float32([np.nan, -np.inf]),),
            {"message": "x"},
            raises="x : Tensor had Inf and NaN values",
        ),
    ],
)


def check_numerics(tensor: Any, message: str, name: str | None = None) -> Tensor:
    """A tensor of the same value; the run fails if an element is infinite or NaN.

    Args:
        tensor: a tensor of floats.
        message: what the error says first.
        name: the operation's name.

    Returns:
        The Tensor.

    Source: TensorFlow's ``CheckNumerics``.
    """
    return CheckNumerics(tensor, message=message, name=name)


def verify_tensor_all_finite(
    t: Any = None, msg: str | None = None, name: str | None = None, x: Any = None, message: str | None = None
) -> Tensor:
    """As ``check_numerics``, but the result is the tensor itself, which waits for the check.

    Args:
        t: a tensor of floats.
        msg: what the error says first.
        name: the scope's name.
        x: the newer name of ``t``.
        message: the newer name of ``msg``.

    Returns:
        The Tensor.

    Source: ``tf.verify_tensor_all_finite``.
    """
    value = renamed_argument("x", x, "t", t)
    message = renamed_argument("message", message, "msg", msg)
    with name_scope(name, "VerifyFinite", [value]):
        tensor = convert_to_tensor(value, name="x")
        with colocate_with(tensor):
            check = check_numerics(tensor, message=message or "")
            return grouping.with_dependencies([check], tensor)


def add_check_numerics_ops() -> Operation:
    """An operation that checks every float of the graph, in the order in which they are computed.

    Returns:
        The Operation, to be run with the others.

    Raises:
        ValueError: the graph has conditionals or loops, whose parts are not all computed.

    Source: ``tf.add_check_numerics_ops``.
    """
    checks: list[Tensor] = []
    for op in get_default_graph().get_operations():
        for output in op.outputs:
            if output.dtype not in (dtypes.float16, dtypes.float32, dtypes.float64):
                continue
            if op.control_flow_context is not None:
                raise ValueError(
                    "`tf.add_check_numerics_ops() is not compatible with TensorFlow control flow operations "
                    "such as `tf.cond()` or `tf.while_loop()`."
                )
            with control_dependencies(checks):
                checks = [check_numerics(output, message=f"{op.name}:{output.value_index}")]
    return grouping.group(*checks)
