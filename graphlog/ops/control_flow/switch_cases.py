"""``switch_case``: one of several functions, chosen by number."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from graphlog.core.printable import described
from graphlog.core.tensor import Tensor
from graphlog.ops.control_flow import conditionals
from graphlog.ops.math import comparisons
from graphlog.ops.name_scopes import name_scope


def switch_case(
    branch_index: Tensor,
    branch_fns: Any,
    default: Callable[[], Any] | None = None,
    name: str | None = "switch_case",
) -> Any:
    """What the function of that number gives.

    Args:
        branch_index: the number, an integer scalar.
        branch_fns: functions without arguments in a list, pairs of numbers and functions, or a dict of them.
        default: the function for all other numbers; the last one if None.
        name: the scope of the operations.

    Returns:
        Tensors in the form that the functions return, all of them the same.

    Raises:
        TypeError: the number is no integer tensor, or a function cannot be called.
        ValueError: there are no functions, or a number is left out.

    Source: ``tf.switch_case``. TensorFlow adds a ``Case`` with functions of the graph's library; here the
    functions are built into the graph, as ``tf.case`` does.
    """
    actions = _actions(branch_index, branch_fns)
    last = actions.pop() if default is None else default
    with name_scope(name, "case", [branch_index]):
        function: Callable[[], Any] = last
        for number in range(len(actions) - 1, -1, -1):
            is_chosen = comparisons.equal(branch_index, number)
            function = functools.partial(
                conditionals.cond, is_chosen, true_fn=actions[number], false_fn=function
            )
        return function()


def _actions(branch_index: Any, branch_fns: Any) -> list[Callable[[], Any]]:
    if not isinstance(branch_index, Tensor):
        raise TypeError(f"branch_index must a Tensor, got {type(branch_index)}")
    if not branch_index.dtype.is_integer:
        raise TypeError(f"branch_index must an integer Tensor, got {branch_index.dtype}")
    if not branch_fns:
        raise ValueError("Must provide at least one item in branch_fns")
    if not isinstance(branch_fns, list | tuple | dict):
        raise TypeError("branch_fns must be a list, tuple, or dict")
    pairs = list(branch_fns.items()) if isinstance(branch_fns, dict) else list(branch_fns)
    if all(callable(item) for item in pairs):
        pairs = list(enumerate(pairs))
    for pair in pairs:
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise TypeError("Each entry in branch_fns must be a 2-tuple")
        key, action = pair
        if not isinstance(key, int):
            raise TypeError(f"key must be a Python `int`, got {type(key)}")
        if not callable(action):
            raise TypeError(f"fn for key {key} must be callable. Got {described(action)}.")
    keys = sorted(key for key, _ in pairs)
    if keys != list(range(len(keys))):
        raise ValueError(
            f"branch indices (keys) must form contiguous range of [0 to {len(keys)}) but found "
            f"{{{','.join(map(str, keys))}}}"
        )
    return [dict(pairs)[key] for key in keys]
