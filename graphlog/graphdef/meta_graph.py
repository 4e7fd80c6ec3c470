"""MetaGraphDef: a GraphDef together with the definitions of its operations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from google.protobuf.message import Message

from graphlog.core.graph_keys import GraphKeys
from graphlog.core.names import without_scope
from graphlog.core.op_definition import find_definition
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.graphdef.op_defs import op_def
from graphlog.proto.graph_pb2 import GraphDef
from graphlog.proto.meta_graph_pb2 import CollectionDef, MetaGraphDef
from graphlog.proto.variable_pb2 import SaveSliceInfoDef, VariableDef

# The collections of variables, which stand in a MetaGraphDef as messages.
VARIABLE_COLLECTIONS = (
    *(GraphKeys.GLOBAL_VARIABLES, GraphKeys.TRAINABLE_VARIABLES, GraphKeys.MOVING_AVERAGE_VARIABLES),
    *(GraphKeys.LOCAL_VARIABLES, GraphKeys.MODEL_VARIABLES, GraphKeys.GLOBAL_STEP),
    GraphKeys.METRIC_VARIABLES,
)


def create_meta_graph_def(
    graph_def: GraphDef,
    collections: Mapping[Any, Sequence[Any]] | None = None,
    saver_def: Any = None,
    export_scope: str | None = None,
) -> MetaGraphDef:
    """A MetaGraphDef of a graph.

    Args:
        graph_def: the graph.
        collections: the graph's collections. Variables are listed as VariableDefs, other tensors and
            operations by name, and strings and numbers as they are; a collection with anything else in it
            is left out.
        saver_def: the SaverDef of a Saver, or None.
        export_scope: the scope that is left out at the beginning of names.

    Returns:
        The MetaGraphDef, with the definitions of all types of operations that graphlog knows.
    """
    meta_graph = MetaGraphDef(graph_def=graph_def)
    functions = [node for function in graph_def.library.function for node in function.node_def]
    for type in sorted({node.op for node in [*graph_def.node, *functions]}):
        definition = find_definition(type)
        if definition is not None:
            meta_graph.meta_info_def.stripped_op_list.op.append(op_def(definition))
    if saver_def is not None:
        meta_graph.saver_def.CopyFrom(saver_def)
    for name, values in sorted((collections or {}).items(), key=lambda entry: str(entry[0])):
        listed = _collection(name, values, export_scope) if isinstance(name, str) else None
        if listed is not None:
            meta_graph.collection_def[name].CopyFrom(listed)
    return meta_graph


def _collection(name: str, values: Sequence[Any], scope: str | None) -> CollectionDef | None:
    found = CollectionDef()
    if name in VARIABLE_COLLECTIONS and all(_is_variable(value) for value in values):
        messages = [variable_def(value, scope).SerializeToString() for value in values]
        found.bytes_list.value.extend(messages)
    elif all(isinstance(value, Message) for value in values):
        found.bytes_list.value.extend([value.SerializeToString() for value in values])
    elif all(isinstance(value, Tensor | Operation) or _is_variable(value) for value in values):
        found.node_list.value.extend([without_scope(value.name, scope) for value in values])
    elif all(isinstance(value, str | bytes) for value in values):
        found.bytes_list.value.extend(
            [value.encode() if isinstance(value, str) else value for value in values]
        )
    elif all(isinstance(value, int) for value in values):
        found.int64_list.value.extend(values)
    elif all(isinstance(value, float) for value in values):
        found.float_list.value.extend(values)
    else:
        return None
    return found


def _is_variable(value: Any) -> bool:
    return hasattr(value, "initializer") and hasattr(value, "initial_value") and hasattr(value, "op")


def variable_def(variable: Any, export_scope: str | None = None) -> VariableDef:
    """A variable as a message: the names of its operations, without a scope at their beginning."""

    def name_of(item: Any) -> str:
        return "" if item is None else without_scope(item.name, export_scope)

    is_resource = bool(getattr(variable, "is_resource", False))
    message = VariableDef(
        variable_name=name_of(variable.handle if is_resource else variable),
        initial_value_name=name_of(variable.initial_value),
        initializer_name=name_of(variable.initializer),
        snapshot_name=name_of(variable._snapshot),
        is_resource=is_resource,
        trainable=variable.trainable,
        synchronization=variable.synchronization.value,
        aggregation=variable.aggregation.value,
    )
    part = getattr(variable, "_save_slice_info", None)
    if part is not None:
        message.save_slice_info_def.CopyFrom(
            SaveSliceInfoDef(
                full_name=without_scope(part.full_name, export_scope),
                full_shape=part.full_shape,
                var_offset=part.var_offset,
                var_shape=part.var_shape,
            )
        )
    return message
