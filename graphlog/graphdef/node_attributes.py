"""The attributes of a NodeDef, checked against the definition of its operation."""

from __future__ import annotations

from typing import Any

from graphlog.core.attributes import REQUIRED
from graphlog.core.dtypes import DType, unknown
from graphlog.core.op_definition import OpDefinition
from graphlog.graphdef.attribute_values import attribute
from graphlog.proto.graph_pb2 import NodeDef

OUTPUT_SHAPES = "_output_shapes"

# The attribute that names the framework whose operation a node is a picture of, whatever its type is called.
FRAMEWORK = "_framework"

# The attribute that names the forward operation which a node of a backward pass belongs to.
FORWARD_NODE = "_forward_node"

_FIELDS = {"int": "i", "float": "f", "bool": "b", "string": "s"}

# Where operations that graphlog does not know usually say which dtype they give.
_DTYPE_ATTRIBUTES = ("dtype", "DstT", "Tout", "output_types", "out_type", "output_dtype", "T", "Tparams")


def read_attributes(node: NodeDef, definition: OpDefinition | None) -> dict[str, Any]:
    """The attributes of a node as plain data, with defaults filled in.

    Args:
        node: the node.
        definition: the definition of its operation, or None where there is none.

    Returns:
        The attributes by name, without the shapes of its outputs.

    Raises:
        ValueError: an attribute is missing, of another kind, or not allowed.
        TypeError: a dtype is not allowed.
    """
    if definition is not None:
        _check_kinds(definition, node)
    attributes = {name: attribute(value) for name, value in node.attr.items() if name != OUTPUT_SHAPES}
    _check_undeclared(attributes)
    if definition is None:
        return attributes
    for name, declared in definition.attributes.items():
        if attributes.get(name) is None:
            if declared.default is REQUIRED:
                raise ValueError(f"NodeDef missing attr '{name}' from Op {definition.type}")
            attributes[name] = declared.default
        attributes[name] = declared.check(attributes[name], name, definition.type)
    return attributes


def _check_kinds(definition: OpDefinition, node: NodeDef) -> None:
    for name, declared in definition.attributes.items():
        kind = node.attr[name].WhichOneof("value") if name in node.attr else None
        wanted = "list" if declared.kind.startswith("list(") else _FIELDS.get(declared.kind, declared.kind)
        if kind not in (None, wanted):
            raise ValueError(
                f"attr '{name}' has a value of kind {kind!r} where {declared.kind!r} is expected"
            )


def _check_undeclared(attributes: dict[str, Any]) -> None:
    """Checks those attributes that any operation may have, and that mean something here."""
    groups = attributes.get("_class", [])
    if not (isinstance(groups, list) and all(isinstance(group, bytes) for group in groups)):
        raise ValueError("attr '_class' is no list of strings")
    if not isinstance(attributes.get("_gradient_op_type", b""), bytes):
        raise ValueError("attr '_gradient_op_type' is no string")


def output_shapes(node: NodeDef) -> list[Any]:
    """The shapes that a node says its outputs have; an empty list where it says nothing."""
    shapes = attribute(node.attr[OUTPUT_SHAPES]) if OUTPUT_SHAPES in node.attr else None
    return shapes if isinstance(shapes, list) else []


def guessed_dtypes(node: NodeDef, attributes: dict[str, Any], least: int) -> list[DType]:
    """The dtypes of the outputs of an operation that graphlog does not know.

    A GraphDef does not say how many outputs a node has, so the shapes listed for them, and the outputs
    that other nodes take, have to do.

    Args:
        node: the node.
        attributes: its attributes.
        least: how many outputs other nodes take.

    Returns:
        A dtype for each output, ``unknown`` where none is to be found.
    """
    count = max(least, len(output_shapes(node)))
    for name in _DTYPE_ATTRIBUTES:
        value = attributes.get(name)
        if isinstance(value, DType):
            return [value] * count
        if isinstance(value, list) and len(value) >= count and all(isinstance(item, DType) for item in value):
            return value
    return [unknown] * count
