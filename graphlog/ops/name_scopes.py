"""``tf.name_scope`` and its neighbours: ``with`` blocks on the default graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from graphlog.core.default_graph import get_default_graph, graph_of


@contextmanager
def name_scope(
    name: str | None, default_name: str | None = None, values: Iterable[Any] | None = None
) -> Iterator[str]:
    """Puts the operations of a ``with`` block into a scope of the graph of ``values``.

    Args:
        name: the scope's name; see ``Graph.name_scope``.
        default_name: the name where ``name`` is None.
        values: tensors whose graph becomes the default one inside the block.

    Yields:
        The scope's full name with a final ``/``.

    Raises:
        ValueError: ``values`` are given but no name, they belong to several graphs, or the name is
            not valid.
        TypeError: the name is no string.

    Source: ``tf.name_scope``.
    """
    chosen = default_name if name is None else name
    if chosen is not None and not isinstance(chosen, str):
        raise TypeError(f"The name of a scope is a string, not {chosen!r}.")
    if chosen is None and values is not None:
        raise ValueError(f"At least one of name ({name}) and default_name ({default_name}) must be provided.")
    graph = (graph_of(values) if values is not None else None) or get_default_graph()
    with graph.as_default(), graph.name_scope(chosen) as scope:
        yield scope


def container(container_name: str) -> AbstractContextManager[str]:
    """``Graph.container`` of the default graph."""
    return get_default_graph().container(container_name)


def control_dependencies(control_inputs: Iterable[Any] | None) -> AbstractContextManager[None]:
    """``Graph.control_dependencies`` of the default graph."""
    return get_default_graph().control_dependencies(control_inputs)


def colocate_with(op: Any, ignore_existing: bool = False) -> AbstractContextManager[None]:
    """``Graph.colocate_with`` of the default graph."""
    return get_default_graph().colocate_with(op, ignore_existing)


def device(device_name_or_function: Any) -> AbstractContextManager[None]:
    """``Graph.device`` of the default graph."""
    return get_default_graph().device(device_name_or_function)
