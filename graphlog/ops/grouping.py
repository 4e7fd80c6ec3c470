"""NoOp, and operations that run others."""

from __future__ import annotations

from typing import Any

from graphlog.core.graph import get_default_graph
from graphlog.core.op_definition import Sample, define_op
from graphlog.core.operation import Operation
from graphlog.ops import shape_rules

NoOp = define_op(
    "NoOp",
    [],
    [],
    shape=shape_rules.no_outputs,
    kernel=lambda: (),
    samples=[Sample()],
)


def no_op(name: str | None = None) -> Operation:
    """An operation that does nothing (TensorFlow's ``NoOp``)."""
    return NoOp.operation(name=name)


def group(*inputs: Any, name: str | None = None) -> Operation:
    """One operation that runs all of ``inputs``.

    Args:
        *inputs: operations and tensors, also in nested lists.
        name: the operation's name.

    Returns:
        The Operation, which has no outputs.

    Source: ``tf.group``.
    """
    graph = get_default_graph()
    with graph.control_dependencies(_flat(inputs)):
        return NoOp.operation(name=name or "group_deps")


def _flat(values: Any) -> list[Any]:
    flat: list[Any] = []
    for value in values:
        flat.extend(_flat(value) if isinstance(value, list | tuple) else [value])
    return flat
