"""The attributes of a NodeDef, checked against the definition of its operation."""

from __future__ import annotations

from typing import Any

from graphlog.core.attributes import REQUIRED
from graphlog.core.dtypes import DType, unknown
from graphlog.core.op_definition import OpDefinition
from graphlog.core.shapes import StaticShape
from graphlog.graphdef.attribute_values import attribute
from graphlog.graphdef.tensor_values import static_shape
from graphlog.proto.graph_pb2 import NodeDef

OUTPUT_SHAPES = "_output_shapes"

# The attribute that names the framework whose operation a node is a picture of, whatever its type is called.
FRAMEWORK = "_framework"

_FIELDS = {"int": "i", "float": "f", "bool": "b", "string": "s"}

# Where operations that graphlog does not know usually say which dtype they give.
_DTYPE_ATTRIBUTES = ("dtype", "DstT", "Tout", "output_types", "out_type", "output_dtype", "T", "Tparams")


# Larger values, in bytes, are not compared with others.
_LARGEST_COMPARED = 512


class KindOfNode:
    """What nodes of one type and with the same attributes have in common.

    Attributes:
        attributes: the attributes as plain data, which nobody may change.
        input_dtypes: the dtypes of the inputs, once it is checked.
        output_dtypes: those of the outputs, likewise.
        is_checked: whether the attributes were found to fit the number of inputs and outputs.
    """

    __slots__ = ("attributes", "input_dtypes", "is_checked", "output_dtypes")

    def __init__(self, attributes: dict[str, Any]) -> None:
        self.attributes = attributes
        self.input_dtypes: list[DType] = []
        self.output_dtypes: list[DType] = []
        self.is_checked = False


class KindsOfNodes:
    """The kinds of nodes met in one GraphDef: most of its nodes are like others, and are read once."""

    def __init__(self) -> None:
        self._known: dict[tuple[Any, ...], KindOfNode] = {}
        self._shapes: dict[bytes, list[StaticShape]] = {}

    def output_shapes(self, node: NodeDef) -> list[StaticShape]:
        """The shapes that a node says its outputs have; an empty list where it says nothing."""
        value = node.attr.get(OUTPUT_SHAPES)
        if value is None:
            return []
        serialized = value.SerializeToString()
        shapes = self._shapes.get(serialized)
        if shapes is None:
            shapes = self._shapes[serialized] = [static_shape(item) for item in value.list.shape]
        return shapes

    def of(self, node: NodeDef, definition: OpDefinition | None) -> KindOfNode:
        """The kind of a node; the arguments and errors are those of ``read_attributes``."""
        attributes = node.attr
        key: list[Any] = [node.op]
        for name in attributes:
            if name == OUTPUT_SHAPES:
                continue
            serialized = attributes[name].SerializeToString()
            if len(serialized) > _LARGEST_COMPARED:
                return KindOfNode(read_attributes(node, definition))  # it is like no other
            key += (name, serialized)
        # How many inputs there are is what its attributes are checked against.
        key.append(len(node.input))
        known = tuple(key)
        kind = self._known.get(known)
        if kind is None:
            kind = self._known[known] = KindOfNode(read_attributes(node, definition))
        return kind


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
