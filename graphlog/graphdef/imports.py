"""A GraphDef as part of a Graph."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

from graphlog.core import names, shapes
from graphlog.core.attributes import REQUIRED
from graphlog.core.graph import Graph, get_default_graph
from graphlog.core.op_definition import OpDefinition, find_definition
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.graphdef.attribute_values import attribute
from graphlog.proto.graph_pb2 import GraphDef, NodeDef

_SHAPES = "_output_shapes"


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
    proto = _graph_def(graph_def)
    graph = get_default_graph()
    with graph.name_scope("import" if name is None else name) as scope:
        importer = _Importer(graph, proto, scope, dict(input_map or {}))
        importer.run()
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
    """One call of ``import_graph_def``."""

    def __init__(self, graph: Graph, proto: GraphDef, scope: str, input_map: dict[str, Tensor]) -> None:
        self._graph = graph
        self._scope = scope
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

    def run(self) -> None:
        """Creates the operations, each after its inputs."""
        waiting: dict[str, int] = {}
        consumers: dict[str, list[str]] = {}
        for node in self._nodes.values():
            sources = {self._source(node, item) for item in node.input} - {None}
            waiting[node.name] = len(sources)
            for source in sources:
                consumers.setdefault(source, []).append(node.name)  # type: ignore[arg-type]
        ready = deque(name for name, count in waiting.items() if count == 0)
        while ready:
            name = ready.popleft()
            self._operations[name] = self._create(self._nodes[name])
            for consumer in consumers.get(name, ()):
                waiting[consumer] -= 1
                if waiting[consumer] == 0:
                    ready.append(consumer)
        for name in self._nodes:
            if name not in self._operations:
                raise _invalid(self._nodes[name], "it is part of a cycle, or follows one")

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
        return source

    def _create(self, node: NodeDef) -> Operation:
        definition = find_definition(node.op)
        if definition is None:
            raise _invalid(node, f"No op named {node.op} in defined operations")
        try:
            attributes = {name: attribute(value) for name, value in node.attr.items() if name != _SHAPES}
            _check_attributes(definition, attributes)
        except (TypeError, ValueError) as error:
            raise _invalid(node, str(error)) from None
        inputs = [self._tensor(node, item) for item in node.input if not item.startswith("^")]
        _check_inputs(node, definition, inputs, attributes)
        name = self._scope + node.name + "/"
        operation = self._graph.create_op(node.op, inputs, name=name, attributes=attributes)
        control = [self._control(node, item) for item in node.input if item.startswith("^")]
        operation.control_inputs = tuple(dict.fromkeys([*operation.control_inputs, *control]))
        operation.device = node.device or operation.device
        self._set_shapes(node, operation)
        return operation

    def _tensor(self, node: NodeDef, item: str) -> Tensor:
        given = self._input_map.get(_canonical(item))
        if given is not None:
            return given
        source, _, index = item.partition(":")
        if index and not index.isdigit():
            raise _invalid(node, f"Input tensor '{item}' has no valid output number")
        return self._output(self._operations[source], int(index or 0), item, node)

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
        if _SHAPES not in node.attr:
            return
        said = attribute(node.attr[_SHAPES])
        for tensor, shape in zip(operation.outputs, said, strict=False):
            try:
                tensor.set_shape(shape)
            except (TypeError, ValueError):
                raise _invalid(
                    node,
                    f"its output has shape {shapes.bracketed(tensor.static_shape)}, but "
                    f"{_SHAPES} says {shape}",
                ) from None


def _source_name(item: str) -> str:
    return item[1:] if item.startswith("^") else item.partition(":")[0]


def _check_name(node: NodeDef) -> None:
    try:
        names.check_operation_name(node.name)
    except ValueError as error:
        raise _invalid(node, str(error)) from None


def _canonical(name: str) -> str:
    return name.removesuffix(":0")


def _invalid(node: NodeDef, problem: str) -> ValueError:
    return ValueError(f"graph_def is invalid at node {node.name!r}: {problem}.")


def _check_attributes(definition: OpDefinition, attributes: dict[str, Any]) -> None:
    """Checks the declared attributes, and fills in defaults."""
    for name, declared in definition.attributes.items():
        if attributes.get(name) is None:
            if declared.default is REQUIRED:
                raise ValueError(f"NodeDef missing attr '{name}' from Op {definition.type}")
            attributes[name] = declared.default
        attributes[name] = declared.check(attributes[name], name, definition.type)


def _check_inputs(
    node: NodeDef, definition: OpDefinition, inputs: Sequence[Tensor], attributes: Mapping[str, Any]
) -> None:
    wanted = [dtype for argument in definition.inputs for dtype in argument.dtypes(attributes)]
    if len(wanted) != len(inputs):
        raise _invalid(node, f"{node.op} takes {len(wanted)} inputs, but has {len(inputs)}")
    for tensor, dtype in zip(inputs, wanted, strict=True):
        if not dtype.is_compatible_with(tensor.dtype):
            raise _invalid(node, f"input {tensor.name} is {tensor.dtype.name}, not {dtype.name}")
