"""What this part needs from parts above it, imported when it is first needed.

TensorFlow's vocabulary hangs ``as_graph_def`` and ``node_def`` on Graph and Operation, lets ``x + y`` build
an operation, and knows every operation type by name. What all that needs, the bridge to protobuf and the
operations, stands above this part and takes longer to import than this part and NumPy together. So the
package says here where it is to be found, and it is imported by whoever first asks for it.
"""

from __future__ import annotations

import functools
import importlib
from typing import TYPE_CHECKING, Any, Protocol, cast

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

    def function_graph(self, graph: Graph, serialized: bytes) -> Graph:
        """The FunctionGraph of a FunctionDef in the library of a graph."""

    def op_def(self, definition: OpDefinition) -> Any:
        """The OpDef of an operation type."""

    def shape_proto(self, shape: tuple[int | None, ...] | None) -> Any:
        """The TensorShapeProto of a static shape."""

    def variable_def(self, variable: Any, export_scope: str | None) -> Any:
        """The VariableDef of a variable."""


class _Places:
    """The names of the modules that hold the late parts; the package sets them when it is imported."""

    serializer = ""
    conversions = ""
    operators = ""
    operations = ""
    sparse_operators = ""


def set_late_parts(
    serializer: str, conversions: str, operators: str, operations: str, sparse_operators: str
) -> None:
    """Says which modules hold what this part needs from above.

    Args:
        serializer: offers the functions of ``Serializer``.
        conversions: registers how Python values become tensors.
        operators: fills in the operators of tensors.
        operations: registers every op definition.
        sparse_operators: fills in the operators of sparse tensors.
    """
    _Places.serializer, _Places.conversions = serializer, conversions
    _Places.operators, _Places.operations = operators, operations
    _Places.sparse_operators = sparse_operators


def serializer() -> Serializer:
    """What makes protobufs of graphs."""
    return cast(Serializer, importlib.import_module(_Places.serializer))


@functools.cache
def load_conversions() -> None:
    """Registers how Python values become tensors."""
    importlib.import_module(_Places.conversions)


@functools.cache
def load_operators() -> None:
    """Fills in the operators of tensors."""
    importlib.import_module(_Places.operators)


@functools.cache
def load_operations() -> None:
    """Registers every op definition that graphlog has."""
    importlib.import_module(_Places.operations)


@functools.cache
def load_sparse_operators() -> None:
    """Fills in the operators of sparse tensors."""
    importlib.import_module(_Places.sparse_operators)
