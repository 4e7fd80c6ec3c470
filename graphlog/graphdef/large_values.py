"""A GraphDef small enough for TensorBoard's page."""

from __future__ import annotations

from typing import Any, TypeVar

from google.protobuf.message import Message

GraphDefType = TypeVar("GraphDefType", bound=Message)

# The attribute in which a node lists its values that were left out.
KEYS_OF_LEFT_OUT = "_too_large_attrs"
# As much of an attribute as the page shows, in bytes of the serialized AttrValue.
LARGEST_VALUE = 1024


def leave_out_large_values(graph_def: GraphDefType, limit: int = LARGEST_VALUE) -> GraphDefType:
    """Copies a graph without the large attribute values of its nodes, such as the elements of big constants.

    TensorBoard sends a graph to the browser as it finds it. A node whose values were left out lists their
    keys in the attribute ``_too_large_attrs``, and the page says that they are too large to show.

    Args:
        graph_def: a GraphDef, of this package or of any other. It is not changed, and the values that are
            left out are not copied on the way.
        limit: the largest size that stays, in bytes of the serialized AttrValue.

    Returns:
        A new message of the same class, with the nodes of the functions in its library treated alike.
    """
    small = type(graph_def)()
    _copy_fields(graph_def, small, leave_out=("node", "library"))
    _copy_nodes(graph_def.node, small.node, limit)  # type: ignore[attr-defined]  # a GraphDef has nodes
    if graph_def.HasField("library"):
        _copy_library(graph_def.library, small.library, limit)  # type: ignore[attr-defined]  # and a library
    return small


def _copy_library(library: Any, small: Any, limit: int) -> None:
    small.SetInParent()
    _copy_fields(library, small, leave_out=("function",))
    for function in library.function:
        small_function = small.function.add()
        _copy_fields(function, small_function, leave_out=("node_def",))
        _copy_nodes(function.node_def, small_function.node_def, limit)


def _copy_nodes(nodes: Any, small_nodes: Any, limit: int) -> None:
    for node in nodes:
        small_node = small_nodes.add()
        if node.ByteSize() <= limit:  # then no value of it is larger
            small_node.CopyFrom(node)
        else:
            _copy_fields(node, small_node, leave_out=("attr",))
            _copy_attributes(node.attr, small_node.attr, limit)


def _copy_attributes(attributes: Any, small_attributes: Any, limit: int) -> None:
    left_out = []
    for key in sorted(attributes):
        if attributes[key].ByteSize() <= limit:
            small_attributes[key].CopyFrom(attributes[key])
        else:
            left_out.append(key.encode())
    if left_out:
        small_attributes[KEYS_OF_LEFT_OUT].list.s.extend(left_out)


def _copy_fields(source: Any, target: Any, leave_out: tuple[str, ...]) -> None:
    """Copies every field that is set and known to the class, whatever its kind, except some."""
    for field, value in source.ListFields():
        if field.name in leave_out:
            continue
        if isinstance(value, Message):
            getattr(target, field.name).CopyFrom(value)
        elif hasattr(value, "MergeFrom"):  # repeated, or a map
            getattr(target, field.name).MergeFrom(value)
        else:
            setattr(target, field.name, value)
