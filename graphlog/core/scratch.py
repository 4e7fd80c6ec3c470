"""Building in a graph for a while only: what a ``with`` block adds is gone afterwards."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from graphlog.core.graph import Graph
from graphlog.core.operation import Operation


@contextmanager
def taken_back(graph: Graph) -> Iterator[None]:
    """Makes a graph the default one, and takes back all that a ``with`` block changes in it.

    The block begins outside of all scopes and ``with`` blocks around it. What it adds may be run inside of
    it. A finalized graph may be built in, too. Other threads that build in the graph wait meanwhile.

    Args:
        graph: the graph.
    """
    with graph._lock:
        operations = graph.get_operations()
        wiring = [_wiring(op) for op in operations]
        changing: list[Any] = [graph, *_contexts(operations)]
        contents = [(item, _copied(vars(item))) for item in changing]
        # The lists themselves are the user's (``get_collection_ref``).
        collections = [(items, list(items)) for items in graph._collections.values()]
        graph.finalized = False
        try:
            with ExitStack() as stack:
                stack.enter_context(graph.as_default())
                stack.enter_context(graph.control_dependencies(None))
                stack.enter_context(graph.device(None))
                stack.enter_context(graph.colocate_with(None, ignore_existing=True))
                stack.enter_context(graph.name_scope(None))
                yield
        finally:
            for item, content in contents:
                vars(item).update(content)
                for name in vars(item).keys() - content.keys():
                    delattr(item, name)
            for items, previous in collections:
                items[:] = previous
            for op, inputs, control_inputs, outputs in wiring:
                op.inputs, op.control_inputs = inputs, control_inputs
                for tensor, (shape, consumers) in zip(op.outputs, outputs, strict=True):
                    tensor.static_shape, tensor._consumers = shape, consumers


def _wiring(op: Operation) -> tuple[Operation, Any, Any, list[tuple[Any, list[Operation]]]]:
    """What an operation is joined with."""
    outputs = [(tensor.static_shape, list(tensor._consumers)) for tensor in op.outputs]
    return op, op.inputs, op.control_inputs, outputs


def _contexts(operations: Iterable[Operation]) -> list[Any]:
    """The branches and loops that operations are in, and those around them."""
    found: dict[Any, None] = {}
    for op in operations:
        context: Any = op.control_flow_context
        while context is not None and context not in found:
            found[context] = None
            context = context.outer_context
    return list(found)


def _copied(content: dict[str, Any]) -> dict[str, Any]:
    """What an object holds, with copies of the containers in it."""
    return {
        name: copy.copy(value) if isinstance(value, dict | list | set) else value
        for name, value in content.items()
    }
