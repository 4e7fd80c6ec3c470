"""Which graph operations are added to: the default one, or that of the tensors at hand."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from typing import Any

from graphlog.core import default_stacks
from graphlog.core.graph import Graph
from graphlog.core.tensor import Tensor

_default_graph: Graph | None = None
_default_graph_lock = threading.Lock()


def get_default_graph() -> Graph:
    """The graph of the innermost ``with graph.as_default()`` of this thread, or else the global one."""
    global _default_graph
    top = default_stacks.graphs.top
    if top is not None:
        return top
    with _default_graph_lock:
        if _default_graph is None:
            _default_graph = Graph()
        return _default_graph


def reset_default_graph() -> None:
    """Puts a new, empty graph in place of the global default graph.

    Raises:
        AssertionError: it is called inside a ``with graph.as_default()`` block.
    """
    global _default_graph
    if default_stacks.graphs.top is not None:
        raise AssertionError(
            "Do not use tf.reset_default_graph() to clear nested graphs. If you need a cleared graph, "
            "exit the nesting and create a new graph."
        )
    _default_graph = None


def building_graph(tensor: Tensor) -> Graph:
    """The graph that operations on a tensor are added to: its own, or that of the function being built."""
    function = default_stacks.graphs.top
    return function if function is not None and function.captures_tensors else tensor.op.graph


def graph_of(values: Iterable[Any]) -> Graph | None:
    """The graph of the tensors, operations and variables among ``values``, also within lists.

    Returns:
        The graph, or None where there are none; that of the function that is being built, if one is.

    Raises:
        ValueError: they belong to several graphs.
    """
    function = default_stacks.graphs.top
    if function is not None and function.captures_tensors:
        return function
    first: Any = None
    for value in _flat(values):
        if isinstance(getattr(value, "graph", None), Graph):
            if first is None:
                first = value
            elif value.graph is not first.graph:
                raise ValueError(
                    f"{value} must be from the same graph as {first}. "
                    "Build both within one `with graph.as_default():`."
                )
    return None if first is None else first.graph


def _flat(values: Iterable[Any]) -> Iterator[Any]:
    for value in values:
        if isinstance(value, list | tuple):
            yield from _flat(value)
        else:
            yield value
