"""A GraphDef as part of a Graph."""

from __future__ import annotations

import functools
import heapq
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from graphlog.core import garbage_collection, names, shapes
from graphlog.core.default_graph import get_default_graph
from graphlog.core.dtypes import DType
from graphlog.core.graph import Graph
from graphlog.core.op_definition import OpDefinition, Signature
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape
from graphlog.core.tensor import Tensor
from graphlog.core.user_code import call_stack, called_from
from graphlog.graphdef.node_attributes import OUTPUT_SHAPES, guessed_dtypes
from graphlog.graphdef.node_kinds import KindOfNode, KindsOfNodes
from graphlog.proto.graph_pb2 import GraphDef, NodeDef

# The edges by which a loop goes round; they lead back to a node that comes first.
_LOOP_STARTS = ("Merge", "RefMerge")
_LOOP_ENDS = ("NextIteration", "RefNextIteration")

# The type of an operation that is an input and is not there.
MISSING = "Missing"

# No operation has a hundred thousand outputs, and memory is not taken for them on a stranger's word.
_MOST_DIGITS = 5

_LARGEST_SIZE = (1 << 63) - 1

# The number of what is no tensor, but an operation to run before.
# Behind TensorFlow's words.
_LOADED = "; graphlog.load_graph takes graphs of any operations, to look at them"
_CONTROL = -1


class _Edge(NamedTuple):
    """An input of a node: its text, the node it comes from (or None: the caller's tensor), which output."""

    item: str
    source: str | None
    number: int


def import_graph_def(
    graph_def: Any,
    input_map: Mapping[str, Tensor] | None = None,
    return_elements: Sequence[str] | None = None,
    name: str | None = None,
) -> list[Tensor | Operation] | None:
    """Adds the operations of a GraphDef to the default graph.

    Args:
        graph_def: a GraphDef, graphlog's or another library's, or its bytes.
        input_map: tensors to take instead of those of these names in the GraphDef.
        return_elements: names of operations and tensors of the GraphDef to return.
        name: the scope of the operations; ``import`` if None, none if empty.

    Returns:
        The elements asked for, or None.

    Raises:
        TypeError: ``graph_def`` is no GraphDef.
        ValueError: it is damaged, or has a node that graphlog does not know; the message names it.

    Source: ``tf.import_graph_def``.
    """
    return add_graph_def(get_default_graph(), graph_def, input_map, return_elements, name)


def add_graph_def(
    graph: Graph,
    graph_def: Any,
    input_map: Mapping[str, Tensor] | None = None,
    return_elements: Sequence[str] | None = None,
    name: str | None = None,
    allow_unknown: bool = False,
) -> list[Tensor | Operation] | None:
    """Adds the operations of a GraphDef to a graph: all of them, or none where one of them fails.

    Args:
        graph: the graph.
        graph_def: as for ``import_graph_def``, and so is what follows.
        input_map: see there.
        return_elements: see there.
        name: see there.
        allow_unknown: whether operations of types that graphlog does not know are added too; they can
            be looked at and written, but not run. So can an input that names no node, of which PyTorch
            writes some: it is one of an operation of type ``Missing``.

    Returns:
        The elements asked for, or None.
    """
    proto = _graph_def(graph_def)
    with (
        graph.name_scope("import" if name is None else name) as scope,
        garbage_collection.paused(),
        called_from(call_stack(2)),
    ):
        importer = _Importer(graph, proto, scope, dict(input_map or {}), allow_unknown)
        try:
            importer.run()
        except Exception:
            graph.take_back(reversed(importer.created.values()))
            raise
    graph.functions |= {item.signature.name: item.SerializeToString() for item in proto.library.function}
    if return_elements is None:
        return None
    return [importer.element(item) for item in return_elements]


def _graph_def(value: Any) -> GraphDef:
    if isinstance(value, GraphDef):
        return value
    serialized = value if isinstance(value, bytes) else None
    if serialized is None and type(value).__name__ == "GraphDef" and hasattr(value, "SerializeToString"):
        serialized = value.SerializeToString()
    if serialized is None:
        raise TypeError(f"graph_def must be a GraphDef proto, not {type(value).__name__}.")
    try:
        return GraphDef.FromString(serialized)
    except Exception as error:
        raise ValueError(f"These bytes are no GraphDef: {error}") from None


class _Importer:
    """One call of ``add_graph_def``."""

    def __init__(
        self, graph: Graph, proto: GraphDef, scope: str, input_map: dict[str, Tensor], allow_unknown: bool
    ) -> None:
        self._graph = graph
        self._scope = scope
        self._allow_unknown = allow_unknown
        self._input_map = {_canonical(name): tensor for name, tensor in input_map.items()}
        self._nodes = _by_name(proto)
        taken = {_canonical(item) for node in proto.node for item in node.input} if self._input_map else ()
        unknown = [
            name for name in self._input_map if _source_name(name) not in self._nodes and name not in taken
        ]
        if unknown:
            raise ValueError(f"Attempted to map inputs that were not found in graph_def: {unknown}")
        # By the names of their nodes, in the order in which they were added.
        self.created: dict[str, Operation] = {}
        self._taken_names = frozenset(item.name for item in graph.get_operations())
        # What an input that is the name of a node and nothing more stands for.
        self._first_outputs: dict[str, Tensor] = {}
        # The inputs of each node that does not stand after its inputs, and of all that come after it.
        self._edges: dict[str, list[_Edge]] = {}
        self._kinds = KindsOfNodes()
        # Inputs that lead back in a loop: which input of which operation is still to be set, and to what.
        self._back_edges: list[tuple[Operation, int, NodeDef, _Edge]] = []

    def run(self) -> None:
        """Creates the operations, each after its inputs, and apart from that in the order they are in."""
        nodes = iter(list(self._nodes.values()))
        for node in nodes:
            if not self._create_in_place(node):
                self._create_in_order([node, *nodes])

    def _create_in_place(self, node: NodeDef) -> bool:
        """Creates the operation of a node that stands after all its inputs; False for any other."""
        items = node.input
        if not self._input_map:
            try:
                inputs = [*map(self._first_outputs.__getitem__, items)]
            except KeyError:
                pass  # some of them are written in another way, or come later
            else:
                self._create(node, inputs)
                return True
        edges = self._edges_to(node)
        if any(edge.source is not None and edge.source not in self.created for edge in edges):
            return False
        self._create_with_edges(node, edges)
        return True

    def _create_in_order(self, nodes: Sequence[NodeDef]) -> None:
        """Creates the other operations when one does not stand after its inputs."""
        for node in nodes:
            self._edges[node.name] = self._edges_to(node)
        for name in self._order():
            self._create_with_edges(self._nodes[name], self._edges[name])
        if len(self.created) < len(self._nodes):
            left = next(name for name in self._nodes if name not in self.created)
            raise _invalid(self._nodes[left], "it is part of a cycle, or follows one")
        for operation, index, node, edge in self._back_edges:
            operation.update_input(index, self._tensor(node, edge))

    def _order(self) -> Iterator[str]:
        """The nodes, each after its inputs; without those that are part of a cycle, or follow one."""
        positions = {name: position for position, name in enumerate(self._edges)}
        waiting: dict[str, int] = {}
        consumers: dict[str, list[str]] = {}
        for name, edges in self._edges.items():
            sources = {edge.source for edge in edges if edge.source in positions}
            if self._nodes[name].op in _LOOP_STARTS:
                sources = {source for source in sources if self._nodes[source].op not in _LOOP_ENDS}
            waiting[name] = len(sources)
            for source in sources:
                consumers.setdefault(source, []).append(name)
        return _sorted(positions, waiting, consumers)

    def element(self, name: str) -> Tensor | Operation:
        """The imported operation or tensor of that name in the GraphDef."""
        operation_name, _, index = name.partition(":")
        operation = self.created.get(operation_name)
        if operation is None:
            raise ValueError(f"Requested return_element {name!r} not found in graph_def.")
        return self._output(operation, int(index), name) if index else operation

    def _edges_to(self, node: NodeDef) -> list[_Edge]:
        """The inputs of a node. Operations are created for those that name no node."""
        edges = [self._edge(node, item) for item in node.input]
        for item, source, _ in edges:
            if source is not None and source not in self._nodes:
                missing = NodeDef(name=source, op=MISSING)
                try:
                    names.check_operation_name(source)
                except ValueError:
                    raise _no_source(node, item) from None
                self._nodes[source] = missing
                self._create(missing, [])
        return edges

    def _edge(self, node: NodeDef, item: str) -> _Edge:
        """An input of a node."""
        if self._input_map and _canonical(item) in self._input_map:
            return _Edge(item, None, _CONTROL if item.startswith("^") else 0)
        if item.startswith("^"):
            source, number = item[1:], _CONTROL
        else:
            source, _, index = item.partition(":")
            number = _output_number(node, item, index) if index else 0
        if source not in self._nodes and not self._allow_unknown:
            raise _no_source(node, item)
        return _Edge(item, source, number)

    @functools.cached_property
    def _outputs_taken(self) -> dict[str, int]:
        """How many outputs of each node others take."""
        taken: dict[str, int] = {}
        for node in self._nodes.values():
            for edge in (self._edge(node, item) for item in node.input):
                if edge.source is not None:
                    taken[edge.source] = max(1 + edge.number, taken.get(edge.source, 0))
        return taken

    def _create_with_edges(self, node: NodeDef, edges: Sequence[_Edge]) -> None:
        back_edges: Sequence[tuple[int, _Edge]] = ()
        if node.op in _LOOP_STARTS:
            inputs, back_edges = self._loop_inputs(node, edges)
        else:
            inputs = [self._tensor(node, edge) for edge in edges if edge.number != _CONTROL]
        operation = self._create(node, inputs)
        self._back_edges += [(operation, index, node, edge) for index, edge in back_edges]
        if len(inputs) != len(edges):
            operation.add_control_inputs([self._control(edge) for edge in edges if edge.number == _CONTROL])

    def _create(self, node: NodeDef, inputs: list[Tensor]) -> Operation:
        try:
            kind = self._kinds.of(node)
        except (TypeError, ValueError) as error:
            raise _invalid(node, str(error)) from None
        definition = kind.definition
        signature = kind.signature or self._signature(node, kind)
        node_name = node.name
        if definition is not None:
            if [tensor.dtype for tensor in inputs] != kind.input_dtypes:
                _check_inputs(node, inputs, kind.input_dtypes)
            operation = self._graph.add_operation(definition, inputs, self._free_name(node_name), signature)
        else:
            dtypes = guessed_dtypes(node, kind.attributes, self._outputs_taken.get(node_name, 0))
            operation = self._graph.create_op(
                node.op,
                inputs,
                dtypes=dtypes,
                name=self._free_name(node_name) + "/",
                attributes=signature.attributes,
            )
        self.created[node_name] = operation
        if kind.device:
            operation.device = kind.device
        outputs = operation.outputs
        if [tensor.static_shape for tensor in outputs] != kind.stated_shapes:
            # Else the sizes are not beyond bounds, since a GraphDef cannot hold such.
            self._set_shapes(node, operation, kind.stated_shapes)
        if outputs:
            self._first_outputs[node_name] = outputs[0]
        return operation

    def _signature(self, node: NodeDef, kind: KindOfNode) -> Signature:
        """Checks a node that is the first of its kind; returns what all operations of the kind have."""
        attributes, definition = kind.attributes, kind.definition
        if "_class" in attributes:
            attributes = {**attributes, "_class": [self._in_scope(group) for group in attributes["_class"]]}
        output_dtypes: list[DType] = []
        if definition is not None:
            _check_counts(node, definition, attributes)
            kind.input_dtypes = [
                dtype for argument in definition.inputs for dtype in argument.dtypes(attributes)
            ]
            output_dtypes = list(definition.output_dtypes(attributes))
        elif not self._allow_unknown:
            raise _invalid(node, f"No op named {node.op} in defined operations{_LOADED}")
        kind.signature = Signature(attributes, output_dtypes)
        return kind.signature

    def _free_name(self, name: str) -> str:
        """A node's name in the scope, verbatim; another one where the graph has it already."""
        full_name = self._scope + name
        if full_name in self._taken_names:
            return self._graph.unique_name(name)
        return self._graph.verbatim_name(full_name)

    def _in_scope(self, group: bytes) -> bytes:
        prefix = b"loc:@"
        return prefix + self._scope.encode() + group[len(prefix) :] if group.startswith(prefix) else group

    def _loop_inputs(
        self, node: NodeDef, edges: Sequence[_Edge]
    ) -> tuple[list[Tensor], list[tuple[int, _Edge]]]:
        """The data inputs, and those that lead back in a loop, in whose place another one stands for now."""
        data = [edge for edge in edges if edge.number != _CONTROL]
        operations = self.created
        back = [
            (index, edge)
            for index, edge in enumerate(data)
            if edge.source is not None and edge.source not in operations
        ]
        waiting = {index for index, _ in back}
        known = [edge for index, edge in enumerate(data) if index not in waiting]
        if back and not known:
            raise _invalid(node, "all its inputs lead back to it")
        return [
            self._tensor(node, known[0] if index in waiting else edge) for index, edge in enumerate(data)
        ], back

    def _tensor(self, node: NodeDef, edge: _Edge) -> Tensor:
        item, source, number = edge
        if source is None:
            return self._input_map[_canonical(item)]
        operation = self.created[source]
        if number < len(operation.outputs):
            return operation.outputs[number]
        return self._output(operation, number, item, node)

    def _output(self, operation: Operation, index: int, name: str, node: NodeDef | None = None) -> Tensor:
        if index < len(operation.outputs):
            return operation.outputs[index]
        problem = f"Input tensor '{name}' is output {index} of a node with {len(operation.outputs)} outputs"
        raise ValueError(problem) if node is None else _invalid(node, problem)

    def _control(self, edge: _Edge) -> Operation:
        if edge.source is None:
            return self._input_map[_canonical(edge.item)].op
        return self.created[edge.source]

    def _set_shapes(self, node: NodeDef, operation: Operation, stated: list[StaticShape]) -> None:
        """Adds the shapes that the node says its outputs have, and checks their sizes."""
        _check_sizes(node, operation)
        for tensor, shape in zip(operation.outputs, stated, strict=False):
            if tensor.static_shape == shape:
                continue
            try:
                tensor.set_shape(shape)
            except (TypeError, ValueError):
                raise _invalid(
                    node,
                    f"its output has shape {shapes.bracketed(tensor.static_shape)}, but "
                    f"{OUTPUT_SHAPES} says {shape}",
                ) from None


def _source_name(item: str) -> str:
    return item[1:] if item.startswith("^") else item.partition(":")[0]


def _output_number(node: NodeDef, item: str, index: str) -> int:
    """Which output of its source an input is."""
    if not (index.isascii() and index.isdigit() and len(index) <= _MOST_DIGITS):
        raise _invalid(node, f"Input tensor '{item}' has no valid output number")
    return int(index)


def _sorted(
    positions: dict[str, int], waiting: dict[str, int], consumers: dict[str, list[str]]
) -> Iterator[str]:
    """The nodes, each as soon as no node that it waits for is left; the one that stands first comes first."""
    order = list(positions)
    ready = [positions[name] for name, count in waiting.items() if count == 0]
    while ready:
        name = order[heapq.heappop(ready)]
        yield name
        for consumer in consumers.get(name, ()):
            waiting[consumer] -= 1
            if waiting[consumer] == 0:
                heapq.heappush(ready, positions[consumer])


def _by_name(proto: GraphDef) -> dict[str, NodeDef]:
    """The nodes of a GraphDef, whose names are checked."""
    nodes: dict[str, NodeDef] = {}
    for node in proto.node:
        name = node.name
        try:
            names.check_operation_name(name)
        except ValueError as error:
            raise _invalid(node, str(error)) from None
        if name in nodes:
            raise _invalid(node, "another node has the same name")
        nodes[name] = node
    return nodes


def _canonical(name: str) -> str:
    return name.removesuffix(":0")


def _invalid(node: NodeDef, problem: str) -> ValueError:
    return ValueError(f"graph_def is invalid at node {node.name!r}: {problem}.")


def _no_source(node: NodeDef, item: str) -> ValueError:
    return _invalid(node, f"Input tensor '{item}' not found in graph_def")


def _check_counts(node: NodeDef, definition: OpDefinition, attributes: Mapping[str, Any]) -> None:
    """Checks the attributes that say how many tensors there are, before so many are made."""
    for arguments, most in ((definition.inputs, len(node.input)), (definition.outputs, 10**_MOST_DIGITS)):
        for argument in arguments:
            count = attributes[argument.number_attribute] if argument.number_attribute else 0
            if count > most:
                raise _invalid(node, f"attr '{argument.number_attribute}' is {count}, of at most {most}")


def _check_sizes(node: NodeDef, operation: Operation) -> None:
    """Checks that the sizes which follow from those in the GraphDef are still such as a GraphDef can hold."""
    for tensor in operation.outputs:
        for size in tensor.static_shape or ():
            if size is not None and not 0 <= size <= _LARGEST_SIZE:
                shape = shapes.bracketed(tensor.static_shape)
                raise _invalid(node, f"its output has shape {shape}, which is beyond bounds")


def _check_inputs(node: NodeDef, inputs: Sequence[Tensor], wanted: Sequence[DType]) -> None:
    if len(wanted) != len(inputs):
        raise _invalid(node, f"{node.op} takes {len(wanted)} inputs, but has {len(inputs)}")
    for tensor, dtype in zip(inputs, wanted, strict=True):
        if tensor.dtype is not dtype and not dtype.is_compatible_with(tensor.dtype):
            raise _invalid(node, f"input {tensor.name} is {tensor.dtype.name}, not {dtype.name}")
