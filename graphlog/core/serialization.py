"""Where the methods that return protobufs find the part that makes them.

TensorFlow's vocabulary hangs ``as_graph_def`` and ``node_def`` on Graph and Operation. The bridge to
protobuf, ``graphlog.graphdef``, stands above this part and takes longer to import than all of it, so
the package lends a function that imports the bridge when one of those methods is first called.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from graphlog.core.graph import Graph
    from graphlog.core.op_definition import OpDefinition
    from graphlog.core.operation import Operation


class Serializer(Protocol):
    """What ``graphlog.graphdef`` offers to this part."""

    def graph_def(self, graph: Graph, from_version: int | None, add_shapes: bool) -> Any:
        """The GraphDef of a graph."""

    def node_def(self, operation: Operation) -> Any:
        """The NodeDef of an operation."""

    def op_def(self, definition: OpDefinition) -> Any:
        """The OpDef of an operation type."""


_loader: Callable[[], Serializer] | None = None


def set_serializer(loader: Callable[[], Serializer]) -> None:
    """Says where the serializer comes from; the package calls this once, when it is imported."""
    global _loader
    _loader = loader


def serializer() -> Serializer:
    """The serializer, imported when first asked for."""
    if _loader is None:
        raise RuntimeError("No serializer is set: import graphlog, not graphlog.core alone.")
    return _loader()
