"""First values of variables that depend on other variables, and the scope in which they are built."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from graphlog.core.default_graph import get_default_graph
from graphlog.core.graph_keys import GraphKeys
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.ops.state import state_ops

if TYPE_CHECKING:
    from graphlog.ops.state.variables import Variable

_VARIABLES = ("Variable", "VariableV2", "VarHandleOp")
# What reads a variable without needing its value, or is left as it is by TensorFlow.
_LEFT_ALONE = ("IsVariableInitialized", "VarIsInitializedOp", "ReadVariableOp", "If")


@contextmanager
def init_scope() -> Iterator[None]:
    """Builds the operations of a ``with`` block outside of all control dependencies (``tf.init_scope``).

    Conditionals and loops are left with them; the name scope stays.
    """
    with get_default_graph().init_scope():
        yield


def initialized_value(variable: Variable) -> Tensor:
    """A tensor of a variable's value, or of its first value where it has none yet."""
    from graphlog.ops.control_flow import conditionals

    with init_scope():
        value: Tensor = conditionals.cond(
            state_ops.is_variable_initialized(variable), variable.read_value, lambda: variable.initial_value
        )
        return value


def with_initialized_variables(initial_value: Tensor, scope: str) -> Tensor:
    """A first value that reads other variables only where they have been initialized.

    The operations between those variables and the value are built a second time, on the variables'
    ``initialized_value``. A value that is computed in a loop is left as it is.

    Args:
        initial_value: the value.
        scope: the name scope of the variable, with a final ``/``; new operations are named after it.

    Returns:
        A tensor of the same dtype; ``initial_value`` itself where it reads no variable.
    """
    if _has_cycle(initial_value.op):
        return initial_value
    replaced: dict[Operation, Operation] = {}
    # Depth first, without recursion: graphs are deeper than Python's stack.
    stack = [(initial_value.op, False)]
    while stack:
        op, inputs_are_done = stack.pop()
        if op in replaced:
            continue
        if inputs_are_done:
            replaced[op] = _on_replaced_inputs(op, replaced, scope)
        elif op.type in _LEFT_ALONE:
            replaced[op] = op
        elif op.type in _VARIABLES:
            variable = _known_variable(op)
            replaced[op] = op if variable is None else variable.initialized_value().op
        else:
            stack.append((op, True))
            stack.extend((tensor.op, False) for tensor in reversed(op.inputs))
    return replaced[initial_value.op].outputs[initial_value.value_index]


def _on_replaced_inputs(op: Operation, replaced: dict[Operation, Operation], scope: str) -> Operation:
    inputs = [replaced[tensor.op].outputs[tensor.value_index] for tensor in op.inputs]
    if all(new is old for new, old in zip(inputs, op.inputs, strict=True)):
        return op
    return op.graph.create_op(
        "Switch" if op.type == "RefSwitch" else op.type,
        inputs,
        [tensor.dtype for tensor in op.outputs] if op.definition is None else None,
        name=f"{op.name}_{scope}".replace(":", "_"),
        attributes=op.attributes,
    )


def _known_variable(op: Operation) -> Any:
    """The variable of an operation, if it stands in one of the usual collections."""
    for key in (GraphKeys.GLOBAL_VARIABLES, GraphKeys.LOCAL_VARIABLES):
        for variable in op.graph.get_collection(key):
            if getattr(variable, "op", None) is op and hasattr(variable, "initialized_value"):
                return variable
    return None


def _has_cycle(root: Operation) -> bool:
    """Whether an operation depends on one that depends on itself, as in a loop."""
    is_finished: dict[Operation, bool] = {}
    stack = [(root, False)]
    while stack:
        op, needs_are_done = stack.pop()
        if needs_are_done:
            is_finished[op] = True
        elif op not in is_finished:
            is_finished[op] = False
            stack.append((op, True))
            needed = [*(tensor.op for tensor in op.inputs), *op.control_inputs]
            if any(is_finished.get(item) is False for item in needed):
                return True
            stack.extend((item, False) for item in reversed(needed))
    return False


def check_is_outside_control_flow(initial_value: Tensor, scope: str) -> None:
    """Raises ValueError where a first value is computed inside a conditional or a loop.

    Args:
        initial_value: the value.
        scope: the name of the variable, for the error message.
    """
    if initial_value.op.control_flow_context is not None:
        raise ValueError(
            f"Initializer for variable {scope} is from inside a control-flow construct, such as a loop or "
            "conditional. When creating a variable inside a loop or conditional, use a lambda as the "
            "initializer."
        )
