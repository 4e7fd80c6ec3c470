"""Parts of GraphDefs, and GraphDefs without variables: what ``tf.graph_util`` offers."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import numpy as np

from graphlog.core.dtypes import int32, string
from graphlog.core.graph import Graph
from graphlog.core.operation import Operation
from graphlog.core.shapes import TensorShape
from graphlog.graphdef.attribute_values import set_attribute
from graphlog.proto.graph_pb2 import AttrValue, GraphDef, NodeDef
from graphlog.proto.tensor_pb2 import DT_INT32

_log = logging.getLogger("graphlog")

_VARIABLES = ("Variable", "VariableV2", "VarHandleOp")
# What a handle may pass through on its way from a variable to who reads it.
_PASSING = ("Switch", "Enter", "Exit", "Identity", "Merge", "NextIteration")
_SAID_TO_BE_VARIABLES = {
    *("Assign", "AssignAdd", "AssignSub", "Queue", "ScatterAdd", "ScatterSub", "ScatterUpdate"),
    *("TruncatedNormal", "Variable", "VariableV2"),
}


_INT32 = AttrValue(type=DT_INT32)


def _source(item: str) -> str:
    return item[1:] if item.startswith("^") else item.partition(":")[0]


def extract_sub_graph(graph_def: Any, dest_nodes: Sequence[str]) -> GraphDef:
    """The nodes that some nodes depend on, and these themselves.

    Args:
        graph_def: a GraphDef.
        dest_nodes: the names of those nodes, as a list.

    Returns:
        A new GraphDef, with the nodes in their order.

    Raises:
        TypeError: an argument is of another kind.
        AssertionError: there is no node of such a name.

    Source: ``tf.graph_util.extract_sub_graph``.
    """
    if type(graph_def).__name__ != "GraphDef":
        raise TypeError("graph_def must be a graph_pb2.GraphDef proto.")
    if isinstance(dest_nodes, str):
        raise TypeError("dest_nodes must be a list.")
    nodes = {node.name: node for node in graph_def.node}
    for name in dest_nodes:
        if name not in nodes:
            raise AssertionError(f"{name} is not in graph")
    kept: set[str] = set()
    waiting = list(dest_nodes)
    while waiting:
        name = waiting.pop()
        if name in kept or name not in nodes:
            continue
        kept.add(name)
        waiting += [_source(item) for item in nodes[name].input]
        # Reading an attribute that is not there would add it.
        has_class = "_class" in nodes[name].attr
        groups = [group.decode() for group in nodes[name].attr["_class"].list.s] if has_class else []
        waiting += [group[5:] for group in groups if group.startswith("loc:@")]
    found = GraphDef(versions=graph_def.versions, library=graph_def.library)
    found.node.extend([node for node in graph_def.node if node.name in kept])
    return found


def convert_variables_to_constants(
    sess: Any,
    input_graph_def: Any,
    output_node_names: Sequence[str],
    variable_names_whitelist: Collection[str] | None = None,
    variable_names_blacklist: Collection[str] | None = None,
) -> GraphDef:
    """The part of a graph that some nodes depend on, with constants in the place of variables.

    Args:
        sess: the Session that has the variables' values.
        input_graph_def: the GraphDef of its graph.
        output_node_names: the names of those nodes.
        variable_names_whitelist: the names of the variables to replace; all if None.
        variable_names_blacklist: the names of those to leave.

    Returns:
        A new GraphDef.

    Raises:
        ValueError: what a variable is read from is no variable.

    Source: ``tf.graph_util.convert_variables_to_constants``.
    """
    part = extract_sub_graph(input_graph_def, output_node_names)
    nodes = {node.name: node for node in part.node}
    values = _values(sess, part, variable_names_whitelist, variable_names_blacklist)
    handles = _handles(nodes, values)
    _log.info("Froze %d variables.", len(values))
    frozen = GraphDef(library=part.library)
    for node in part.node:
        if node.name in values:
            frozen.node.append(_constant(node.name, node.attr["dtype"], values[node.name]))
        elif node.name in handles:
            passing = frozen.node.add()
            passing.CopyFrom(node)
            passing.attr.pop("_output_shapes", None)
            passing.attr["T"].CopyFrom(handles[node.name])
        elif node.op == "ReadVariableOp" and _source(node.input[0]) in {*values, *handles}:
            frozen.node.append(
                _with_class(NodeDef(op="Identity", name=node.name, input=node.input[:1]), node)
            )
            frozen.node[-1].attr["T"].CopyFrom(node.attr["dtype"])
        elif node.op == "ResourceGather" and _source(node.input[0]) in {*values, *handles}:
            frozen.node.extend(_gathering(node))
        else:
            frozen.node.append(node)
    _log.info("Converted %d variables to const ops.", len(values))
    return frozen


def _values(
    sess: Any, part: GraphDef, wanted: Collection[str] | None, unwanted: Collection[str] | None
) -> dict[str, Any]:
    """The values of the variables, by the names of their nodes."""
    tensors = {}
    for node in part.node:
        is_wanted = wanted is None or node.name in wanted
        if node.op in _VARIABLES and is_wanted and node.name not in (unwanted or ()):
            suffix = "/Read/ReadVariableOp:0" if node.op == "VarHandleOp" else ":0"
            tensors[node.name] = node.name + suffix
    return dict(zip(tensors, sess.run(list(tensors.values())), strict=True)) if tensors else {}


def _handles(nodes: dict[str, NodeDef], values: dict[str, Any]) -> dict[str, AttrValue]:
    """The dtypes of variables by the nodes that their handles pass through."""
    found: dict[str, AttrValue] = {}
    for node in nodes.values():
        if node.op not in ("ReadVariableOp", "ResourceGather"):
            continue
        waiting = [_source(node.input[0])]
        while waiting:
            name = waiting.pop()
            source = nodes[name]
            if source.op in _PASSING and name not in found:
                found[name] = node.attr["dtype"]
                both = source.input[:2] if source.op == "Merge" else source.input[:1]
                waiting += [_source(item) for item in both]
            elif source.op not in (*_PASSING, "VarHandleOp"):
                raise ValueError("Cannot find the variable that is an input to the ReadVariableOp.")
    return found


def _constant(name: str, dtype: AttrValue, value: Any) -> NodeDef:
    node = NodeDef(op="Const", name=name)
    node.attr["dtype"].CopyFrom(dtype)
    set_attribute(node.attr["value"], np.asarray(value))
    return node


def _with_class(node: NodeDef, model: NodeDef) -> NodeDef:
    if "_class" in model.attr:
        node.attr["_class"].CopyFrom(model.attr["_class"])
    return node


def _gathering(node: NodeDef) -> list[NodeDef]:
    if node.attr["batch_dims"].i:
        raise ValueError("batch_dims != 0 is not supported by freeze_graph.")
    axis = _constant(f"{node.name}/axis", _INT32, np.int32(0))
    gather = NodeDef(op="GatherV2", name=node.name, input=[*node.input[:2], axis.name])
    gather.attr["Tparams"].CopyFrom(node.attr["dtype"])
    gather.attr["Tindices"].CopyFrom(node.attr["Tindices"])
    gather.attr["Taxis"].CopyFrom(_INT32)
    return [axis, _with_class(gather, node)]


def remove_training_nodes(input_graph: Any, protected_nodes: Iterable[str] | None = None) -> GraphDef:
    """A graph without its CheckNumerics, and without Identities that no control input names.

    Args:
        input_graph: a GraphDef.
        protected_nodes: the names of nodes that stay.

    Returns:
        A new GraphDef.

    Source: ``tf.graph_util.remove_training_nodes``.
    """
    kept = set(protected_nodes or ())
    first = _without(
        input_graph,
        {node.name for node in input_graph.node if node.op == "CheckNumerics" and node.name not in kept},
    )
    named_by_control = {item[1:] for node in first.node for item in node.input if item.startswith("^")}
    has_control = {node.name for node in first.node if any(item.startswith("^") for item in node.input)}
    kept |= named_by_control | has_control
    return _without(
        first, {node.name for node in first.node if node.op == "Identity" and node.name not in kept}
    )


def _without(graph_def: Any, removed: set[str]) -> GraphDef:
    """A graph without some nodes: whoever took their output takes their input."""
    sources = {node.name: node.input[0] for node in graph_def.node if node.name in removed}

    def resolved(item: str) -> str:
        while _source(item) in sources and not item.startswith("^"):
            item = sources[_source(item)]
        return item

    found = GraphDef()
    for node in graph_def.node:
        if node.name not in removed:
            copy = found.node.add()
            copy.CopyFrom(node)
            copy.input[:] = [resolved(item) for item in node.input]
    return found


def must_run_on_cpu(node: Any, pin_variables_on_cpu: bool = False) -> bool:
    """Whether TensorFlow has an operation for processors only (``tf.graph_util.must_run_on_cpu``).

    Args:
        node: an Operation or a NodeDef.
        pin_variables_on_cpu: whether variables count as such.
    """
    node_def = node.node_def if isinstance(node, Operation) else node
    if pin_variables_on_cpu and node_def.op in _SAID_TO_BE_VARIABLES:
        return True
    attribute = {"Const": "dtype", "DynamicStitch": "T", "ParallelDynamicStitch": "T", "Cast": "SrcT"}
    if node_def.op not in attribute:
        return False
    dtype = node_def.attr[attribute[node_def.op]].type
    return bool(dtype == int32.number or (node_def.op == "Const" and dtype == string.number))


def tensor_shape_from_node_def_name(graph: Graph, input_name: str) -> TensorShape:
    """The static shape of a tensor by the name under which a NodeDef lists it."""
    return graph.get_tensor_by_name(input_name if ":" in input_name else f"{input_name}:0").shape
