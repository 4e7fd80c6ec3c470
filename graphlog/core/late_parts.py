"""What this part needs from parts above it, imported when it is first needed.

TensorFlow's vocabulary hangs ``as_graph_def`` and ``node_def`` on Graph and Operation, lets ``x + y`` build
an operation, and knows every operation type by name. What all that needs, the bridge to protobuf and the
operations, stands above this part and takes longer to import than this part and NumPy together. So the
package says here where it is to be found, and it is imported by whoever first asks for it.
"""

from __future__ import annotations

import functools
import importlib
from dataclasses import dataclass
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


class ArrayProtocols(Protocol):
    """What NumPy's functions do with tensors."""

    def universal_function(self, ufunc: Any, method: str, inputs: Any, kwargs: Any) -> Any:
        """What ``__array_ufunc__`` gives."""

    def array_function(self, function: Any, args: Any, kwargs: Any) -> Any:
        """What ``__array_function__`` gives."""


class Drawings(Protocol):
    """What ``graphlog.inspect.drawing`` offers to this part and the readers."""

    def notebook_svg(self, graph: Graph) -> str | None:
        """What a notebook shows of a graph; None for its plain text."""

    def run_page(self, run: Any) -> str:
        """What a notebook shows of a run."""

    def log_page(self, log: Any) -> str:
        """What a notebook shows of a log."""


@dataclass(frozen=True)
class LateParts:
    """The names of the modules that hold what this part needs from above.

    Attributes:
        serializer: offers the functions of ``Serializer``.
        conversions: registers how Python values become tensors.
        operators: fills in the operators of tensors.
        operations: registers every op definition.
        sparse_operators: fills in the operators of sparse tensors.
        array_protocols: offers the functions of ``ArrayProtocols``.
        drawings: offers the functions of ``Drawings``.
    """

    serializer: str
    conversions: str
    operators: str
    operations: str
    sparse_operators: str
    array_protocols: str
    drawings: str


_modules: LateParts


def set_late_parts(modules: LateParts) -> None:
    """Says which modules hold what this part needs from above; the package does when it is imported."""
    global _modules
    _modules = modules


def serializer() -> Serializer:
    """What makes protobufs of graphs."""
    return cast(Serializer, importlib.import_module(_modules.serializer))


@functools.cache
def drawings() -> Drawings:
    """What draws graphs."""
    return cast(Drawings, importlib.import_module(_modules.drawings))


def array_protocols() -> ArrayProtocols:
    """What hands NumPy's functions of tensors to operations."""
    return cast(ArrayProtocols, importlib.import_module(_modules.array_protocols))


@functools.cache
def load_conversions() -> None:
    """Registers how Python values become tensors."""
    importlib.import_module(_modules.conversions)


@functools.cache
def load_operators() -> None:
    """Fills in the operators of tensors."""
    importlib.import_module(_modules.operators)


@functools.cache
def load_operations() -> None:
    """Registers every op definition that graphlog has."""
    importlib.import_module(_modules.operations)


@functools.cache
def load_sparse_operators() -> None:
    """Fills in the operators of sparse tensors."""
    importlib.import_module(_modules.sparse_operators)
