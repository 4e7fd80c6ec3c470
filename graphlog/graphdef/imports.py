"""A GraphDef as part of a Graph."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from typing import Any

from graphlog.core import names, shapes
from graphlog.core.graph import Graph, get_default_graph
from graphlog.core.op_definition import OpDefinition, find_definition
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.graphdef.large_values import KEYS_OF_LEFT_OUT
from graphlog.graphdef.node_attributes import OUTPUT_SHAPES, guessed_dtypes, output_shapes, read_attributes
from graphlog.proto.graph_pb2 import GraphDef, NodeDef

# The edges by which a loop goes round; they lead back to a node that comes first.
_LOOP_STARTS = ("Merge", "RefMerge")
_LOOP_ENDS = ("NextIteration", "RefNextIteration")

# No operation has a hundred thousand outputs, and memory is not taken for them on a stranger's word.
_MOST_DIGITS = 5

_LARGEST_SIZE = (1 << 63) - 1


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
            be looked at and written, but not run.

    Returns:
        The elements asked for, or None.
    """
    proto = _graph_def(graph_def)
    with graph.name_scope("import" if name is None else name) as scope:
        importer = _Importer(graph, proto, scope, dict(input_map or {}), allow_unknown)
        try:
            importer.run()
        except Exception:
            graph.take_back(reversed(importer.created))
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
        self._nodes: dict[str, NodeDef] = {}
        for node in proto.node:
            _check_name(node)
            if node.name in self._nodes:
                raise _invalid(node, "another node has the same name")
            self._nodes[node.name] = node
        unknown = [name for name in self._input_map if _source_name(name) not in self._nodes]
        if unknown:
            raise ValueError(f"Attempted to map inputs that were not found in graph_def: {unknown}")
        self._operations: dict[str, Operation] = {}
        self._taken_names = frozenset(item.name for item in graph.get_operations())
        self._outputs_taken: dict[str, int] = {}
        # Inputs that lead back in a loop: which input of which operation is still to be set, and to what.
        self._back_edges: list[tuple[Operation, int, NodeDef, str]] = []
        self.created: list[Operation] = []

    def run(self) -> None:
        """Creates the operations, each after its inputs, and apart from that in the order they are in."""
        waiting: dict[str, int] = {}
        consumers: dict[str, list[str]] = {}
        for node in self._nodes.values():
            found = {self._source(node, item) for item in node.input}
            sources = {source for source in found if source is not None}
            if node.op in _LOOP_STARTS:
                sources = {source for source in sources if self._nodes[source].op not in _LOOP_ENDS}
            waiting[node.name] = len(sources)
            for source in sources:
                consumers.setdefault(source, []).append(node.name)
        order = list(waiting)
        positions = {name: position for position, name in enumerate(order)}
        ready = [positions[name] for name, count in waiting.items() if count == 0]
        while ready:
            name = order[heapq.heappop(ready)]
            self._operations[name] = self._create(self._nodes[name])
            for consumer in consumers.get(name, ()):
                waiting[consumer] -= 1
                if waiting[consumer] == 0:
                    heapq.heappush(ready, positions[consumer])
        for name in self._nodes:
            if name not in self._operations:
                raise _invalid(self._nodes[name], "it is part of a cycle, or follows one")
        for operation, index, node, item in self._back_edges:
            operation.update_input(index, self._tensor(node, item))

    def element(self, name: str) -> Tensor | Operation:
        """The imported operation or tensor of that name in the GraphDef."""
        operation_name, _, index = name.partition(":")
        operation = self._operations.get(operation_name)
        if operation is None:
            raise ValueError(f"Requested return_element {name!r} not found in graph_def.")
        return self._output(operation, int(index), name) if index else operation

    def _source(self, node: NodeDef, item: str) -> str | None:
        """The node that an input comes from, or None where the caller has given another tensor."""
        if _canonical(item) in self._input_map:
            return None
        source = _source_name(item)
        if source not in self._nodes:
            raise _invalid(node, f"Input tensor '{item}' not found in graph_def")
        taken = 0 if item.startswith("^") else 1 + _output_number(node, item)
        self._outputs_taken[source] = max(taken, self._outputs_taken.get(source, 0))
        return source

    def _create(self, node: NodeDef) -> Operation:
        definition = None if KEYS_OF_LEFT_OUT in node.attr else find_definition(node.op)
        if definition is None and not self._allow_unknown:
            raise _invalid(node, f"No op named {node.op} in defined operations")
        try:
            attributes = read_attributes(node, definition)
        except (TypeError, ValueError) as error:
            raise _invalid(node, str(error)) from None
        if "_class" in attributes:
            attributes["_class"] = [self._in_scope(group) for group in attributes["_class"]]
        inputs, back_edges = self._inputs(node)
        if definition is not None:
            _check_counts(node, definition, attributes)
            _check_inputs(node, definition, inputs, attributes)
        operation = self._graph.create_op(
            node.op,
            inputs,
            dtypes=None
            if definition is not None
            else guessed_dtypes(node, attributes, self._outputs_taken.get(node.name, 0)),
            name=self._free_name(node),
            attributes=attributes,
        )
        self.created.append(operation)
        _check_sizes(node, operation)
        self._back_edges += [(operation, index, node, item) for index, item in back_edges]
        control = [self._control(node, item) for item in node.input if item.startswith("^")]
        operation.add_control_inputs(control)
        operation.device = node.device or operation.device
        self._set_shapes(node, operation)
        return operation

    def _free_name(self, node: NodeDef) -> str:
        """The node's name in the scope, verbatim; another one where the graph has it already."""
        name = self._scope + node.name
        if name in self._taken_names:
            name = self._graph.unique_name(node.name)
        return name + "/"

    def _in_scope(self, group: bytes) -> bytes:
        prefix = b"loc:@"
        return prefix + self._scope.encode() + group[len(prefix) :] if group.startswith(prefix) else group

    def _inputs(self, node: NodeDef) -> tuple[list[Tensor], list[tuple[int, str]]]:
        """The data inputs, and those that lead back in a loop, in whose place another one stands for now."""
        items = [item for item in node.input if not item.startswith("^")]
        back = [
            (index, item)
            for index, item in enumerate(items)
            if _canonical(item) not in self._input_map and _source_name(item) not in self._operations
        ]
        waiting = {index for index, _ in back}
        known = [item for index, item in enumerate(items) if index not in waiting]
        if back and not known:
            raise _invalid(node, "all its inputs lead back to it")
        return [
            self._tensor(node, known[0] if index in waiting else item) for index, item in enumerate(items)
        ], back

    def _tensor(self, node: NodeDef, item: str) -> Tensor:
        given = self._input_map.get(_canonical(item))
        if given is not None:
            return given
        return self._output(self._operations[_source_name(item)], _output_number(node, item), item, node)

    def _output(self, operation: Operation, index: int, name: str, node: NodeDef | None = None) -> Tensor:
        if index < len(operation.outputs):
            return operation.outputs[index]
        problem = f"Input tensor '{name}' is output {index} of a node with {len(operation.outputs)} outputs"
        raise ValueError(problem) if node is None else _invalid(node, problem)

    def _control(self, node: NodeDef, item: str) -> Operation:
        given = self._input_map.get(_canonical(item))
        return given.op if given is not None else self._operations[item[1:]]

    def _set_shapes(self, node: NodeDef, operation: Operation) -> None:
        """Adds the shapes that the node says its outputs have."""
        for tensor, shape in zip(operation.outputs, output_shapes(node), strict=False):
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


def _output_number(node: NodeDef, item: str) -> int:
    """Which output of its source an input is."""
    _, _, index = item.partition(":")
    if not index:
        return 0
    if not (index.isascii() and index.isdigit() and len(index) <= _MOST_DIGITS):
        raise _invalid(node, f"Input tensor '{item}' has no valid output number")
    return int(index)


def _check_name(node: NodeDef) -> None:
    try:
        names.check_operation_name(node.name)
    except ValueError as error:
        raise _invalid(node, str(error)) from None


def _canonical(name: str) -> str:
    return name.removesuffix(":0")


def _invalid(node: NodeDef, problem: str) -> ValueError:
    return ValueError(f"graph_def is invalid at node {node.name!r}: {problem}.")


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


def _check_inputs(
    node: NodeDef, definition: OpDefinition, inputs: Sequence[Tensor], attributes: Mapping[str, Any]
) -> None:
    wanted = [dtype for argument in definition.inputs for dtype in argument.dtypes(attributes)]
    if len(wanted) != len(inputs):
        raise _invalid(node, f"{node.op} takes {len(wanted)} inputs, but has {len(inputs)}")
    for tensor, dtype in zip(inputs, wanted, strict=True):
        if not dtype.is_compatible_with(tensor.dtype):
            raise _invalid(node, f"input {tensor.name} is {tensor.dtype.name}, not {dtype.name}")
