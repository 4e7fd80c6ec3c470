"""MetaGraphDef: a GraphDef together with the definitions of its operations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graphlog.core.op_definition import find_definition
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.graphdef.op_defs import op_def
from graphlog.proto.graph_pb2 import GraphDef
from graphlog.proto.meta_graph_pb2 import CollectionDef, MetaGraphDef


def create_meta_graph_def(
    graph_def: GraphDef, collections: Mapping[Any, Sequence[Any]] | None = None
) -> MetaGraphDef:
    """A MetaGraphDef of a graph.

    Args:
        graph_def: the graph.
        collections: the graph's collections; those of tensors and operations are listed by name.

    Returns:
        The MetaGraphDef, with the definitions of all types of operations that graphlog knows.
    """
    meta_graph = MetaGraphDef(graph_def=graph_def)
    functions = [node for function in graph_def.library.function for node in function.node_def]
    for type in sorted({node.op for node in [*graph_def.node, *functions]}):
        definition = find_definition(type)
        if definition is not None:
            meta_graph.meta_info_def.stripped_op_list.op.append(op_def(definition))
    for name, values in sorted((collections or {}).items(), key=lambda entry: str(entry[0])):
        if isinstance(name, str) and all(isinstance(value, Tensor | Operation) for value in values):
            names = CollectionDef.NodeList(value=[value.name for value in values])
            meta_graph.collection_def[name].node_list.CopyFrom(names)
    return meta_graph
