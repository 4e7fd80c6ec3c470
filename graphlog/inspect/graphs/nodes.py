"""The nodes of a graph as columns: what everything that looks into graphs reads."""

from __future__ import annotations

import functools
import os
from array import array
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from google.protobuf.message import DecodeError

from graphlog.adapters.graph_files import read_graph_bytes
from graphlog.core import garbage_collection
from graphlog.core.graph import Graph
from graphlog.core.shapes import StaticShape
from graphlog.events.reading.message_fields import BYTES, message_fields
from graphlog.graphdef.attribute_values import attribute
from graphlog.graphdef.node_attributes import OUTPUT_SHAPES
from graphlog.graphdef.tensor_values import static_shape
from graphlog.inspect.graphs.edges import Edges
from graphlog.inspect.graphs.function_bodies import function_body
from graphlog.inspect.graphs.source_lines import source_lines_of
from graphlog.proto.graph_pb2 import AttrValue, FunctionDef, FunctionDefLibrary, NodeDef
from graphlog.readers.graphs import LoggedGraph

GraphSource: TypeAlias = "GraphNodes | Graph | LoggedGraph | str | os.PathLike[str] | bytes | Any"

# Fields of a GraphDef, and of its FunctionDefLibrary.
_NODE, _LIBRARY, _DEBUG_INFO = 1, 2, 5


@dataclass(frozen=True)
class UnreadValue:
    """An attribute's value that is no plain data.

    Attributes:
        kind: the field of the AttrValue that is set, such as ``"tensor"`` or ``"placeholder"``.
        reason: why it was not read.
    """

    kind: str
    reason: str


class GraphNodes:
    """The nodes of a graph, or of a function's body, as columns; a node is its position in them.

    Names, types, inputs and devices are read once. Attributes are parsed from the serialized GraphDef when
    they are asked for, so a graph of some hundred thousand nodes takes little more than its file. Nothing is
    checked: a stranger's graph is shown as it is, with its duplicate names and dangling inputs.

    Args:
        serialized: the GraphDef.
        graph: the Graph that it was made of, if there is one: it knows the lines of the user's code.

    Attributes:
        names: the name of each node, as in the file.
        types: its operation type.
        inputs: the texts of its inputs (``"a"``, ``"a:1"``, ``"^a"``; in functions ``"a:out:0"``).
        devices: the device it asks for, or an empty string.
        positions: the position of each name; of several nodes of one name the last one's.
        function_name: the function whose body this is; empty for a graph.

    Raises:
        ValueError: the bytes are no GraphDef, or a node's text is not UTF-8.
    """

    def __init__(self, serialized: bytes, graph: Graph | None = None, function_name: str = "") -> None:
        self._serialized = serialized
        self._graph = graph
        self._starts, self._stops = array("Q"), array("Q")
        self._libraries: list[bytes] = []
        self._debug_infos: list[bytes] = []
        self.function_name = function_name
        self.names: list[str] = []
        self.types: list[str] = []
        self.inputs: list[tuple[str, ...]] = []
        self.devices: list[str] = []
        with garbage_collection.paused():
            self._read()
            self.positions = {name: position for position, name in enumerate(self.names)}

    def _read(self) -> None:
        serialized, parse, shared = self._serialized, NodeDef.FromString, dict[str, str]()
        try:
            for number, wire_type, start, stop in message_fields(serialized):
                if wire_type != BYTES:
                    continue
                if number == _NODE:
                    node = parse(serialized[start:stop])
                    self._starts.append(start)
                    self._stops.append(stop)
                    self.names.append(node.name)
                    self.types.append(shared.setdefault(node.op, node.op))
                    self.inputs.append(tuple(node.input))
                    self.devices.append(shared.setdefault(node.device, node.device))
                elif number == _LIBRARY:
                    self._libraries.append(serialized[start:stop])
                elif number == _DEBUG_INFO:
                    self._debug_infos.append(serialized[start:stop])
        except (DecodeError, ValueError) as error:
            where = f"node {len(self.names)} (from 0), at byte {start}" if self.names else "the start"
            raise ValueError(f"These bytes are no GraphDef, near {where}: {error}") from None

    def __len__(self) -> int:
        return len(self.names)

    def __repr__(self) -> str:
        return f"<GraphNodes of {len(self)} nodes>"

    def position(self, name: str) -> int:
        """The position of a node by its name, or by that of a tensor of it (``"a:1"``, ``"^a"``).

        Raises:
            KeyError: there is no such node.
        """
        found = self.positions.get(name)
        if found is None:
            found = self.positions.get(name.removeprefix("^").partition(":")[0])
        if found is None:
            raise KeyError(f"The graph has no node {name!r}.")
        return found

    def label(self, position: int) -> str:
        """The name of a node; in a function's body ``function:name``."""
        name = self.names[position]
        return f"{self.function_name}:{name}" if self.function_name else name

    def size(self, position: int) -> int:
        """How many bytes the node takes in the serialized GraphDef."""
        return self._stops[position] - self._starts[position]

    def serialized(self, position: int) -> bytes:
        """The serialized NodeDef of a node."""
        return self._serialized[self._starts[position] : self._stops[position]]

    def node_def(self, position: int) -> NodeDef:
        """The NodeDef of a node, parsed anew by each call."""
        return NodeDef.FromString(self.serialized(position))

    def has_attribute(self, position: int, name: str) -> bool:
        """Whether a node has an attribute, without parsing the node where its bytes show that it has not."""
        start, stop = self._starts[position], self._stops[position]
        return self._serialized.find(name.encode(), start, stop) >= 0 and name in self.node_def(position).attr

    def attributes(self, position: int) -> dict[str, Any]:
        """The attributes of a node, sorted by name, as plain data (see ``graphlog.core.attributes``).

        What cannot be read, such as a damaged tensor or the placeholder in a function's body, is an
        ``UnreadValue``.
        """
        attributes = self.node_def(position).attr
        return {name: plain_value(attributes[name]) for name in sorted(attributes)}

    def output_shapes(self, position: int) -> list[StaticShape]:
        """The shapes of a node's outputs as far as the node itself states them; else an empty list.

        They stand in ``_output_shapes``; for constants, placeholders and variables in value or shape.
        """
        node = self.node_def(position)
        if OUTPUT_SHAPES in node.attr:
            return [static_shape(shape) for shape in node.attr[OUTPUT_SHAPES].list.shape]
        for name in ("value", "shape"):
            value = node.attr.get(name)
            if value is not None and value.HasField("tensor") and node.op == "Const":
                return [static_shape(value.tensor.tensor_shape)]
            if value is not None and value.HasField("shape") and node.op in _TYPES_WITH_SHAPE:
                return [static_shape(value.shape)]
        return []

    def source_lines(self, position: int) -> list[str]:
        """The lines of code that built a node, ``file:line``, the innermost first; empty where unknown."""
        return self._lines_by_name(self.names[position])

    @functools.cached_property
    def _lines_by_name(self) -> Callable[[str], list[str]]:
        return source_lines_of(self._graph, self._debug_infos, self.function_name)

    @functools.cached_property
    def edges(self) -> Edges:
        """Which node each input comes from, and the consumers of each node."""
        return Edges(self)

    @functools.cached_property
    def functions(self) -> Mapping[str, GraphNodes]:
        """The bodies of the functions in the library, by name, each read when it is asked for.

        An argument is a node of type ``_Arg``, and a result one of type ``_Retval``.
        """
        return _Functions(self._libraries, self._debug_infos)


# VarHandleOp is left out: its output is a handle, whose shape is that of a scalar.
_TYPES_WITH_SHAPE = ("Placeholder", "PlaceholderV2", "PlaceholderWithDefault", "Variable", "VariableV2")


class _Functions(Mapping[str, GraphNodes]):
    """The functions of a library."""

    def __init__(self, libraries: list[bytes], debug_infos: list[bytes]) -> None:
        self._definitions: dict[str, FunctionDef] = {}
        self._read: dict[str, GraphNodes] = {}
        self._debug_infos = debug_infos
        for serialized in libraries:
            try:
                functions = FunctionDefLibrary.FromString(serialized).function
            except DecodeError as error:
                raise ValueError(f"The graph's library of functions is damaged: {error}") from None
            self._definitions |= {function.signature.name: function for function in functions}

    def __getitem__(self, name: str) -> GraphNodes:
        if name not in self._read:
            body = function_body(self._definitions[name])
            nodes = GraphNodes(body.SerializeToString(), function_name=name)
            nodes._debug_infos = self._debug_infos
            self._read[name] = nodes
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._definitions)

    def __len__(self) -> int:
        return len(self._definitions)


def plain_value(value: AttrValue) -> Any:
    """The plain data of an AttrValue, or an ``UnreadValue``; None for one that holds nothing."""
    try:
        return attribute(value)
    except ValueError as error:
        return UnreadValue(value.WhichOneof("value") or "", str(error))


def graph_nodes(source: GraphSource) -> GraphNodes:
    """The nodes of a graph, whatever holds it.

    Args:
        source: what ``gl.load_graph`` takes (a path), a Graph, a GraphDef of any library, the bytes of one,
            a graph of a run (``Run.graphs``), or GraphNodes, which are returned as they are.

    Returns:
        The nodes.

    Raises:
        FileNotFoundError: there is no such file, or the folder holds no graph.
        ValueError: the file or the bytes hold no graph; the message says where.
        TypeError: ``source`` is none of these.
    """
    if isinstance(source, GraphNodes):
        return source
    if isinstance(source, bytes):
        return GraphNodes(source)
    if isinstance(source, LoggedGraph):
        serialized = source.serialized()
        try:
            return GraphNodes(serialized)
        except ValueError as error:
            raise source.damaged(error) from None
    if isinstance(source, Graph):
        return GraphNodes(source.as_graph_def(add_shapes=True).SerializeToString(), source)
    if isinstance(source, str | os.PathLike):
        try:
            return GraphNodes(read_graph_bytes(source))
        except ValueError as error:
            place, text = os.fspath(source), str(error)
            raise ValueError(text if text.startswith(f"{place} ") else f"{place}: {text}") from None
    if type(source).__name__ == "GraphDef" and hasattr(source, "SerializeToString"):
        return GraphNodes(source.SerializeToString())
    raise TypeError(f"{type(source).__name__} is no graph, GraphDef or path of one.")
