"""What nodes of a GraphDef have in common: most of them are like others, and are read once."""

from __future__ import annotations

from typing import Any

from graphlog.core.dtypes import DType
from graphlog.core.op_definition import OpDefinition, Signature, find_definition
from graphlog.core.shapes import StaticShape
from graphlog.graphdef.large_values import KEYS_OF_LEFT_OUT
from graphlog.graphdef.node_attributes import FRAMEWORK, OUTPUT_SHAPES, read_attributes
from graphlog.graphdef.tensor_values import static_shape
from graphlog.proto.graph_pb2 import NodeDef

# Larger nodes and values, in bytes, are not compared with others.
_LARGEST_COMPARED = 512

# The keys of a serialized NodeDef's first fields: a field's number times 8, and 2 for what has a length.
_NAME, _TYPE, _INPUT = 1 << 3 | 2, 2 << 3 | 2, 3 << 3 | 2


class KindOfNode:
    """What nodes that differ in nothing but names and inputs have in common.

    Attributes:
        definition: what graphlog knows of their type; None where nothing, or where a node only looks like
            an operation of that type.
        attributes: the attributes as plain data, which nobody may change.
        stated_shapes: the shapes that they say their outputs have; none where they say nothing.
        device: the device that they ask for.
        input_dtypes: the dtypes of the inputs, once it is checked.
        signature: the attributes as operations have them and the dtypes of the outputs, once the attributes
            were found to fit the number of inputs and outputs.
    """

    __slots__ = (
        "attributes", "definition", "device", "input_dtypes", "signature", "stated_shapes",
    )  # fmt: skip

    def __init__(
        self,
        definition: OpDefinition | None,
        attributes: dict[str, Any],
        stated_shapes: list[StaticShape],
        device: str,
    ) -> None:
        self.definition = definition
        self.attributes = attributes
        self.stated_shapes = stated_shapes
        self.device = device
        self.input_dtypes: list[DType] = []
        self.signature: Signature | None = None


class KindsOfNodes:
    """The kinds of nodes met in one GraphDef."""

    def __init__(self) -> None:
        self._kinds: dict[tuple[str, int, bytes], KindOfNode] = {}
        self._attributes: dict[tuple[Any, ...], dict[str, Any]] = {}

    def of(self, node: NodeDef) -> KindOfNode:
        """The kind of a node.

        Raises:
            ValueError: an attribute is missing, of another kind, or not allowed.
            TypeError: a dtype is not allowed.
        """
        # How many inputs there are is what its attributes are checked against.
        key = (node.op, len(node.input), _beside_names(node.SerializeToString()))
        kind = self._kinds.get(key)
        if kind is None:
            kind = self._read(node)
            if len(key[2]) <= _LARGEST_COMPARED:
                self._kinds[key] = kind
        return kind

    def _read(self, node: NodeDef) -> KindOfNode:
        attributes = node.attr
        is_picture = KEYS_OF_LEFT_OUT in attributes or FRAMEWORK in attributes
        definition = None if is_picture else find_definition(node.op)
        shapes = attributes[OUTPUT_SHAPES].list.shape if OUTPUT_SHAPES in attributes else ()
        return KindOfNode(
            definition,
            self._attributes_of(node, definition),
            [static_shape(shape) for shape in shapes],
            node.device,
        )

    def _attributes_of(self, node: NodeDef, definition: OpDefinition | None) -> dict[str, Any]:
        """The attributes of a node; the same for all whose shapes alone are different."""
        attributes = node.attr
        key: list[Any] = [node.op]
        for name in attributes:
            if name == OUTPUT_SHAPES:
                continue
            serialized = attributes[name].SerializeToString()
            if len(serialized) > _LARGEST_COMPARED:
                return read_attributes(node, definition)  # it is like no other
            key += (name, serialized)
        known = self._attributes.get(tuple(key))
        if known is None:
            known = self._attributes[tuple(key)] = read_attributes(node, definition)
        return known


def _beside_names(serialized: bytes) -> bytes:
    """A serialized node without name, type and inputs at its beginning; all of it where one is long."""
    start, size = 0, len(serialized)
    while start < size and serialized[start] in (_NAME, _TYPE, _INPUT):
        length = serialized[start + 1]
        if length > 127:  # it has a second byte
            length = length & 127 | serialized[start + 2] << 7
            if length >= 1 << 14:
                return serialized
            start += 1
        start += 2 + length
    return serialized[start:]
