"""The functions of a graph's library as FunctionDefs, and the other way round."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping

from graphlog.core.function_graph import FunctionGraph
from graphlog.core.graph import Graph
from graphlog.core.op_definition import Argument, find_definition
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.graphdef.imports import add_graph_def
from graphlog.graphdef.node_attributes import OUTPUT_SHAPES, read_attributes
from graphlog.graphdef.node_defs import NodeKinds, shapes_value
from graphlog.graphdef.tensor_values import data_type
from graphlog.proto.graph_pb2 import FunctionDef, GraphDef, NodeDef, OpDef
from graphlog.proto.tensor_pb2 import TensorShapeProto

_INPUT_SHAPES = "_input_shapes"


def function_def(function: FunctionGraph, add_shapes: bool = False) -> FunctionDef:
    """A function as a FunctionDef.

    Args:
        function: the graph of its body.
        add_shapes: whether it lists the shapes of its tensors.

    Returns:
        The FunctionDef, whose nodes call the function's arguments and each other's outputs by name.
    """
    proto = FunctionDef()
    names = _Names()
    signature = proto.signature
    signature.name, signature.description = function.name, function.description
    arguments = {tensor: _add(signature.input_arg.add(), tensor, names) for tensor in function.inputs}
    results = [_add(signature.output_arg.add(), tensor, names) for tensor in function.outputs]
    operations = [op for op in function.get_operations() if not (op.outputs and op.outputs[0] in arguments)]
    nodes = {op: names.unique(op.name) for op in operations}
    shows_shapes = add_shapes and function.states_shapes
    kinds = NodeKinds(shows_shapes)
    for op in operations:
        inputs = [arguments.get(tensor) or _output(tensor, nodes) for tensor in op.inputs]
        inputs += sorted(f"^{nodes[item]}" for item in op.control_inputs if item in nodes)
        node = proto.node_def.add()
        kinds.fill(node, op)
        node.name = nodes[op]
        node.input.extend(inputs)
        if shows_shapes and not op.outputs:  # as TensorFlow does in functions, and only there
            node.attr[OUTPUT_SHAPES].CopyFrom(shapes_value(()))
        signature.is_stateful |= op.definition is not None and op.definition.is_stateful
    for name, tensor in zip(results, function.outputs, strict=True):
        proto.ret[name] = arguments.get(tensor) or _output(tensor, nodes)
    for op in function.control_outputs:
        signature.control_output.append(nodes[op])
        proto.control_ret[nodes[op]] = nodes[op]
    for index in range(len(function.inputs)):
        attributes = proto.arg_attr[index].attr
        if index < len(function.argument_names):
            attributes["_user_specified_name"].s = function.argument_names[index].encode()
    if not function.states_shapes:
        proto.attr["_disable_call_shape_inference"].b = True
    elif add_shapes and function.inputs:
        shapes = tuple([tensor.static_shape for tensor in function.inputs])
        proto.attr[_INPUT_SHAPES].CopyFrom(shapes_value(shapes))
    elif add_shapes:
        proto.attr[_INPUT_SHAPES].SetInParent()
    return proto


def function_graph(graph: Graph, serialized: bytes) -> FunctionGraph:
    """The graph of a function's body.

    Args:
        graph: the graph whose library holds the function.
        serialized: the FunctionDef.

    Raises:
        ValueError: it is damaged, or has a node that graphlog does not know.
    """
    proto = FunctionDef.FromString(serialized)
    function = FunctionGraph(proto.signature.name, graph, description=proto.signature.description)
    body = GraphDef()
    shapes = proto.attr[_INPUT_SHAPES].list.shape if _INPUT_SHAPES in proto.attr else ()
    for argument, shape in itertools.zip_longest(proto.signature.input_arg, shapes):
        body.node.append(_argument_node(argument, shape))
    first_outputs = {node.name: _first_outputs(node) for node in proto.node_def}
    for node in proto.node_def:
        copy = body.node.add()
        copy.CopyFrom(node)
        copy.input[:] = [_as_graph_input(item, first_outputs) for item in node.input]
    add_graph_def(function, body, name="")

    def tensor(item: str) -> Tensor:
        name = _as_graph_input(item, first_outputs)
        return function.get_tensor_by_name(name if ":" in name else f"{name}:0")

    function.argument_names = [argument.name for argument in proto.signature.input_arg]
    function.inputs = [tensor(name) for name in function.argument_names]
    function.outputs = [tensor(proto.ret[argument.name]) for argument in proto.signature.output_arg]
    function.control_outputs = [function.get_operation_by_name(name) for name in proto.control_ret.values()]
    return function


def _argument_node(argument: OpDef.ArgDef, shape: TensorShapeProto | None) -> NodeDef:
    node = NodeDef(name=argument.name, op="Placeholder")
    node.attr["dtype"].type = argument.type
    if shape is None:
        node.attr["shape"].shape.unknown_rank = True
    else:
        node.attr["shape"].shape.CopyFrom(shape)
    return node


def _first_outputs(node: NodeDef) -> dict[str, int]:
    """For each declared output of a node, which of its outputs is the first of those."""
    definition = find_definition(node.op)
    if definition is None:
        raise ValueError(
            f"graph_def is invalid at node {node.name!r}: No op named {node.op} in defined operations."
        )
    attributes = read_attributes(node, definition)
    positions, position = {}, 0
    for argument in definition.outputs:
        positions[argument.name] = position
        position += len(argument.dtypes(attributes))
    return positions


def _as_graph_input(item: str, first_outputs: Mapping[str, Mapping[str, int]]) -> str:
    """What a GraphDef calls what a function's nodes call ``node:output:number``."""
    node, _, rest = item.partition(":")
    output, _, number = rest.partition(":")
    if not output:
        return item
    try:
        return f"{node}:{first_outputs[node][output] + int(number or 0)}"
    except (KeyError, ValueError):
        raise ValueError(f"A function's input tensor '{item}' is no output of a node of it.") from None


def _add(argument: OpDef.ArgDef, tensor: Tensor, names: _Names) -> str:
    argument.name = names.unique(_as_argument(tensor.op.name))
    argument.type = data_type(tensor.dtype)
    return argument.name


def _output(tensor: Tensor, nodes: dict[Operation, str]) -> str:
    """What the inputs of other nodes call a tensor: by its place in a declared output."""
    position = tensor.value_index
    for argument, count in _declared_outputs(tensor.op):
        if position < count:
            return f"{nodes[tensor.op]}:{argument.name}:{position}"
        position -= count
    raise ValueError(f"Operation '{tensor.op.name}' of type {tensor.op.type!r} declares no such output.")


def _declared_outputs(op: Operation) -> list[tuple[Argument, int]]:
    assert op.definition is not None, "a function is made of operations that are known"
    return [(argument, len(argument.dtypes(op.attributes))) for argument in op.definition.outputs]


def _as_argument(name: str) -> str:
    """The name of an argument that is called after a node: small letters, digits and underscores."""
    return re.sub(r"[^a-z0-9]", "_", name.lower()).lstrip("_0123456789") or "unknown"


class _Names:
    """The names of a function's arguments, results and nodes, of which no two are alike."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def unique(self, name: str) -> str:
        """The name, with a number where it is taken."""
        found, number = name, 0
        while found in self._taken:
            found = f"{name}_{number}"
            number += 1
        self._taken.add(found)
        return found
