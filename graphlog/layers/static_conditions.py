"""Conditions that are known while the graph is built, and those that are not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphlog.core.tensor import Tensor
from graphlog.ops.control_flow import conditionals
from graphlog.ops.state.variables import Variable
from graphlog.ops.static_values import constant_value


def known_condition(condition: Any) -> bool | None:
    """The value of a condition; None where only a run can tell.

    Args:
        condition: a bool, 0 or 1, a boolean tensor or a variable.

    Raises:
        TypeError: it is something else.
    """
    if isinstance(condition, Variable):
        return None
    if isinstance(condition, Tensor):
        value = constant_value(condition)
        return None if value is None else bool(value)
    if condition in (0, 1):
        return bool(condition)
    raise TypeError(
        "`pred` must be a Tensor, or a Python bool, or 1 or 0. Found instead: " + str(type(condition))
    )


def smart_cond(condition: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
    """What one of two functions gives; a ``cond`` where only a run can tell which.

    Source: ``tf_utils.smart_cond`` of TensorFlow 1.15.
    """
    known = known_condition(condition)
    if known is None:
        return conditionals.cond(condition, true_fn=true_fn, false_fn=false_fn)
    return true_fn() if known else false_fn()
