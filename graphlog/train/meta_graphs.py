"""Graphs with their collections and Savers, as files: ``tf.train.export_meta_graph`` and its counterpart."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from google.protobuf import text_format
from google.protobuf.message import DecodeError

from graphlog.core.default_graph import get_default_graph
from graphlog.core.graph import Graph
from graphlog.core.graph_keys import GraphKeys
from graphlog.core.names import in_scope, without_scope
from graphlog.core.op_definition import find_definition
from graphlog.core.operation import Operation
from graphlog.core.printable import described
from graphlog.core.tensor import Tensor
from graphlog.core.tensorflow_version import TENSORFLOW_GIT_VERSION, TENSORFLOW_VERSION
from graphlog.graphdef.imports import add_graph_def
from graphlog.graphdef.meta_graph import VARIABLE_COLLECTIONS, create_meta_graph_def
from graphlog.graphdef.op_defs import op_def
from graphlog.ops.state.variable_collections import global_variables
from graphlog.ops.state.variables import Variable
from graphlog.proto.graph_pb2 import GraphDef, NodeDef
from graphlog.proto.meta_graph_pb2 import CollectionDef, MetaGraphDef, SaverDef
from graphlog.proto.variable_pb2 import VariableDef
from graphlog.train.graph_files import write_graph
from graphlog.train.saver import Saver

_UNBOUND = "$unbound_inputs_"

# Collections of messages that TensorFlow turns into objects that graphlog does not have.
_LEFT_OUT = ("cond_context", "while_context", "queue_runners")


def export_meta_graph(
    filename: str | None = None,
    meta_info_def: Any = None,
    graph_def: GraphDef | None = None,
    saver_def: SaverDef | None = None,
    collection_list: Sequence[str] | None = None,
    as_text: bool = False,
    graph: Graph | None = None,
    export_scope: str | None = None,
    clear_devices: bool = False,
    clear_extraneous_savers: bool = False,
    strip_default_attrs: bool = False,
    save_debug_info: bool = False,
    unbound_inputs_col_name: str = "unbound_inputs",
) -> MetaGraphDef:
    """A graph with its collections, as a MetaGraphDef, and in a file where one is named.

    Args:
        filename: the file, or None.
        meta_info_def: a MetaInfoDef protobuf with what else is to be said, or None.
        graph_def: the graph's GraphDef, where another one than that of ``graph`` is meant.
        saver_def: the SaverDef of the Saver that belongs to it.
        collection_list: the names of the collections; all if None.
        as_text: whether the file is protobuf's text format, or its binary one.
        graph: the graph; the default one if None.
        export_scope: the scope to export, which is left out of all names; everything if None. Inputs from
            elsewhere are listed in a collection, and must be given to ``import_meta_graph``.
        clear_devices: whether the devices of operations are left out.
        clear_extraneous_savers: whether the collection of Savers is left out.
        strip_default_attrs: whether attributes that have their default are left out.
        save_debug_info: accepted for TensorFlow's sake.
        unbound_inputs_col_name: the name of the collection of inputs from elsewhere.

    Returns:
        The MetaGraphDef.

    Raises:
        OSError: the file cannot be written.

    Source: ``tf.train.export_meta_graph``.
    """
    graph = graph or get_default_graph()
    if not isinstance(graph, Graph):
        raise TypeError(f"graph must be a Graph, not {described(graph)}.")
    written = GraphDef()
    written.CopyFrom(graph_def if graph_def is not None else graph.as_graph_def(add_shapes=True))
    keys = list(graph.get_all_collection_keys() if collection_list is None else collection_list)
    collections = {
        key: graph.get_collection(key, export_scope)
        for key in keys
        if not (clear_extraneous_savers and key == GraphKeys.SAVERS)
    }
    for key in collections.keys() & {GraphKeys.SAVERS}:
        collections[key] = [saver.to_proto(export_scope) for saver in collections[key]]
    if export_scope:
        unbound = _leave_scope(written, export_scope)
        if unbound:
            collections[unbound_inputs_col_name] = unbound
    for node in written.node:
        if clear_devices:
            node.device = ""
        if strip_default_attrs:
            _strip_defaults(node)
    collections = {key: values for key, values in collections.items() if values}
    meta_graph = create_meta_graph_def(written, collections, saver_def, export_scope)
    if meta_info_def is not None:
        meta_graph.meta_info_def.MergeFrom(meta_info_def)
    meta_graph.meta_info_def.tensorflow_version = TENSORFLOW_VERSION
    meta_graph.meta_info_def.tensorflow_git_version = TENSORFLOW_GIT_VERSION
    meta_graph.meta_info_def.stripped_default_attrs = strip_default_attrs
    if filename:
        write_graph(meta_graph, os.path.dirname(filename), os.path.basename(filename), as_text)
    return meta_graph


def _leave_scope(graph_def: GraphDef, scope: str) -> list[str]:
    """Keeps the nodes of a scope, without it in their names.

    Returns:
        What their inputs from elsewhere are called from now on.
    """
    prefix = scope.rstrip("/") + "/"
    kept = [node for node in graph_def.node if node.name.startswith(prefix)]
    unbound: list[str] = []
    for node in kept:
        node.name = without_scope(node.name, scope)
        for index, item in enumerate(node.input):
            if item.lstrip("^").startswith(prefix):
                node.input[index] = without_scope(item, scope)
            else:
                node.input[index] = re.sub(r"(\^?)(.*)", rf"\g<1>{_UNBOUND}\g<2>", item, count=1)
                unbound.append(node.input[index])
        if "_class" in node.attr:
            groups = [group.decode() for group in node.attr["_class"].list.s]
            inside = [group for group in groups if group.removeprefix("loc:@").startswith(prefix)]
            node.attr["_class"].list.s[:] = [without_scope(group, scope).encode() for group in inside]
            if not inside:
                del node.attr["_class"]
    remaining = [NodeDef.FromString(node.SerializeToString()) for node in kept]
    del graph_def.node[:]
    graph_def.node.extend(remaining)
    return list(dict.fromkeys(unbound))


def _strip_defaults(node: NodeDef) -> None:
    definition = find_definition(node.op)
    if definition is None:
        return
    for attribute in op_def(definition).attr:
        is_set = attribute.HasField("default_value") and attribute.name in node.attr
        if is_set and node.attr[attribute.name] == attribute.default_value:
            del node.attr[attribute.name]


def saver_def_without_scope(saver_def: SaverDef, scope: str | None) -> SaverDef | None:
    """A SaverDef without a scope in its names; None where it is not of that scope."""
    if scope and not saver_def.save_tensor_name.startswith(scope):
        return None
    found = SaverDef()
    found.CopyFrom(saver_def)
    found.filename_tensor_name = without_scope(found.filename_tensor_name, scope)
    found.save_tensor_name = without_scope(found.save_tensor_name, scope)
    found.restore_op_name = without_scope(found.restore_op_name, scope)
    return found


def import_meta_graph(
    meta_graph_or_file: MetaGraphDef | str | os.PathLike[str],
    clear_devices: bool = False,
    import_scope: str | None = None,
    input_map: Mapping[str, Tensor] | None = None,
    restore_collections_predicate: Callable[[str], bool] = lambda key: True,
    unbound_inputs_col_name: str = "unbound_inputs",
) -> Saver | None:
    """Adds a graph and its collections to the default graph.

    Args:
        meta_graph_or_file: a MetaGraphDef, or a file such as ``model.ckpt.meta``, binary or text.
        clear_devices: whether the devices of operations are left out.
        import_scope: the scope of the operations; none if None.
        input_map: tensors to take instead of those of these names.
        restore_collections_predicate: which collections are wanted, by name.
        unbound_inputs_col_name: the name of the collection of inputs that ``input_map`` must give.

    Returns:
        The Saver that belongs to it, which restores the variables; one of all variables where none does;
        None where there are no variables.

    Raises:
        OSError: the file cannot be read.
        ValueError: it holds no MetaGraphDef, or inputs are missing.

    Source: ``tf.train.import_meta_graph``. Operations of types that graphlog does not know are added too;
    to run them is an error. Conditionals and loops come without what TensorFlow needs to differentiate them.
    """
    saver, _ = import_with_elements(
        meta_graph_or_file,
        clear_devices,
        import_scope,
        input_map,
        restore_collections_predicate,
        unbound_inputs_col_name,
    )
    return saver


def import_with_elements(
    meta_graph_or_file: Any,
    clear_devices: bool = False,
    import_scope: str | None = None,
    input_map: Mapping[str, Tensor] | None = None,
    restore_collections_predicate: Callable[[str], bool] = lambda key: True,
    unbound_inputs_col_name: str = "unbound_inputs",
    return_elements: Sequence[str] | None = None,
) -> tuple[Saver | None, list[Tensor | Operation] | None]:
    """``import_meta_graph``, and the operations and tensors of some names in it."""
    graph = get_default_graph()
    meta_graph = _meta_graph(meta_graph_or_file)
    unbound = [item.decode() for item in meta_graph.collection_def[unbound_inputs_col_name].bytes_list.value]
    missing = [name for name in unbound if name not in (input_map or {})]
    if missing:
        raise ValueError(
            f"Graph contains unbound inputs: {', '.join(missing)}. Must provide these inputs through "
            "input_map."
        )
    if clear_devices:
        for node in meta_graph.graph_def.node:
            node.device = ""
    scope = graph.unique_name(import_scope, mark_as_used=False) if import_scope else ""
    elements = add_graph_def(
        graph, meta_graph.graph_def, input_map, return_elements, import_scope or "", allow_unknown=True
    )
    variables: dict[bytes, Any] = {}
    keys = sorted(meta_graph.collection_def, key=lambda key: (key != GraphKeys.TRAINABLE_VARIABLES, key))
    for key in keys:
        if key not in (unbound_inputs_col_name, *_LEFT_OUT) and restore_collections_predicate(key):
            for value in _members(key, meta_graph.collection_def[key], graph, scope, variables):
                graph.add_to_collection(key, value)
    saver: Saver | None = None
    if meta_graph.HasField("saver_def"):
        saver = Saver(saver_def=meta_graph.saver_def, name=scope)
    elif global_variables(scope or None):
        saver = Saver()
    return saver, elements


def _meta_graph(source: Any) -> MetaGraphDef:
    meta_graph = MetaGraphDef()
    if type(source).__name__ == "MetaGraphDef":
        meta_graph.ParseFromString(source.SerializeToString())
        return meta_graph
    path = os.fspath(source)
    if not os.path.isfile(path):
        raise OSError(f"File {path} does not exist.")
    with open(path, "rb") as file:
        content = file.read()
    try:
        meta_graph.ParseFromString(content)
    except DecodeError:
        try:
            text_format.Parse(content.decode(), meta_graph)
        except (text_format.ParseError, UnicodeDecodeError, RecursionError) as error:
            raise ValueError(f"Cannot parse file {path}: {error}.") from None
    return meta_graph


def _members(
    key: str, collection: CollectionDef, graph: Graph, scope: str, variables: dict[bytes, Any]
) -> list[Any]:
    kind = collection.WhichOneof("kind")
    if kind is None:
        return []
    values = list(getattr(collection, kind).value)
    if kind == "node_list":
        return [graph.as_graph_element(in_scope(value, scope)) for value in values]
    if kind == "bytes_list" and key in VARIABLE_COLLECTIONS:
        # A variable is one object in all its collections.
        for value in values:
            if value not in variables:
                variables[value] = _variable(VariableDef.FromString(value), scope)
        return [variables[value] for value in values]
    if kind == "bytes_list" and key == GraphKeys.SAVERS:
        return [Saver(saver_def=SaverDef.FromString(value), name=scope) for value in values]
    return values


def _variable(variable_def: VariableDef, scope: str) -> Variable:
    if variable_def.is_resource:
        from graphlog.ops.resources.variables import ResourceVariable

        return ResourceVariable.from_proto(variable_def, scope)
    return Variable.from_proto(variable_def, scope)
