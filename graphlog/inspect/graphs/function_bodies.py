"""The bodies of functions as graphs, and how their nodes name each other's outputs."""

from __future__ import annotations

from collections.abc import Callable

from graphlog.core.op_definition import find_definition
from graphlog.graphdef.node_attributes import read_attributes
from graphlog.proto.graph_pb2 import FunctionDef, GraphDef, NodeDef, OpDef

ARGUMENT, RESULT = "_Arg", "_Retval"


def function_body(function: FunctionDef) -> GraphDef:
    """The body of a function as a GraphDef, with a node for each argument and each result.

    Args:
        function: the function; nothing in it is checked.

    Returns:
        Nodes of type ``_Arg`` named like the arguments, the nodes of the body as they are, and nodes of type
        ``_Retval`` named like the results.
    """
    body = GraphDef()
    for index, argument in enumerate(function.signature.input_arg):
        node = _edge_of_body(body, ARGUMENT, argument, index)
        if index in function.arg_attr:
            attributes = function.arg_attr[index].attr
            for name in attributes:
                node.attr[name].CopyFrom(attributes[name])
    body.node.extend(function.node_def)
    for index, result in enumerate(function.signature.output_arg):
        node = _edge_of_body(body, RESULT, result, index)
        node.input.append(function.ret.get(result.name, ""))
    return body


def _edge_of_body(body: GraphDef, op_type: str, argument: OpDef.ArgDef, index: int) -> NodeDef:
    node = body.node.add(name=argument.name, op=op_type)
    node.attr["index"].i = index
    if argument.type_attr:
        node.attr["T"].placeholder = argument.type_attr
    else:
        node.attr["T"].type = argument.type
    return node


def output_number(op_type: str, read_node: Callable[[], NodeDef], text: str) -> int | None:
    """Which output of a node ``name:number`` is, the form that the bodies of functions use.

    Args:
        op_type: the type of the node.
        read_node: gives the node, where its attributes have to be looked at.
        text: what follows the node's name, without the first colon.

    Returns:
        The number of the output; of an operation that graphlog does not know, the number within its declared
        output; None where the text is no name of an output.
    """
    declared, _, number = text.partition(":")
    if not (number.isascii() and number.isdigit() and len(number) <= 6) and number:
        return None
    definition = find_definition(op_type)
    if definition is None:
        return int(number or 0)
    if definition.outputs and definition.outputs[0].name == declared:
        return int(number or 0)
    try:
        attributes, first = read_attributes(read_node(), definition), 0
    except (ValueError, TypeError):
        return None
    for argument in definition.outputs:
        if argument.name == declared:
            return first + int(number or 0)
        first += len(argument.dtypes(attributes))
    return None
