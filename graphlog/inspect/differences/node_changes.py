"""What is different between a node of one graph and the same node of another."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import eq
from typing import Any, Literal

import numpy as np

from graphlog.core.attributes import REQUIRED, Function
from graphlog.core.dtypes import DType
from graphlog.core.op_definition import find_definition
from graphlog.graphdef.large_values import KEYS_OF_LEFT_OUT
from graphlog.graphdef.node_attributes import OUTPUT_SHAPES
from graphlog.inspect.differences.node_fingerprints import WiredNodes, number_of
from graphlog.inspect.graphs.edges import CONTROL, MISSING, Edge
from graphlog.inspect.graphs.nodes import GraphNodes

Kind = Literal["type", "device", "shape", "dtype", "attribute", "input", "control inputs"]

# Attributes that hold names of nodes, or that follow them.
_GROUPS = "_class"
_NAMING = (_GROUPS, "shared_name", "frame_name")
_NOT_IN_LABELS = frozenset([*_NAMING, OUTPUT_SHAPES, KEYS_OF_LEFT_OUT])
_GROUP_PREFIX = "loc:@"


@dataclass(frozen=True)
class NodeChange:
    """One thing that is different at a node.

    Attributes:
        kind: what it is. An attribute that holds dtypes is ``"dtype"``.
        key: the name of the attribute; the number of the input, or of the output whose shape it is; or empty.
        old: the value in the old graph: plain data as of ``GraphNodes.attributes``, a shape as a tuple or
            None, the text of an input, or a tuple of the names of control inputs. ABSENT where there is none.
        new: the same in the new graph.
    """

    kind: Kind
    key: str
    old: Any
    new: Any


class _Absent:
    """In the place of a value that is not there; None is a value."""

    def __repr__(self) -> str:
        return "absent"


ABSENT = _Absent()


def wired_nodes(nodes: GraphNodes, labels: dict[tuple[str | bytes, ...], int]) -> WiredNodes:
    """What telling the nodes apart needs.

    Args:
        nodes: the nodes.
        labels: the labels that are known already; others are added.
    """
    return WiredNodes(
        nodes.names,
        nodes.types,
        nodes.serialized,
        lambda position: _label(nodes, position, labels),
        lambda: _inputs(nodes),
    )


def _inputs(nodes: GraphNodes) -> list[list[tuple[int, int]]]:
    edges = [*zip(nodes.edges.sources, nodes.edges.outputs, strict=True)]
    return [edges[start:stop] for start, stop in itertools.pairwise(nodes.edges.first)]


def _label(nodes: GraphNodes, position: int, known: dict[tuple[str | bytes, ...], int]) -> int:
    """A number for a node's type and attributes, without what follows names and what may be left out."""
    attributes = nodes.node_def(position).attr
    texts: list[str | bytes] = [nodes.types[position]]
    for name in sorted(attributes):
        if name not in _NOT_IN_LABELS:
            value = attributes[name]
            # A function may have another name.
            content = b"" if value.HasField("func") else value.SerializeToString(deterministic=True)
            texts += (name, content)
    key = tuple(texts)
    label = known.get(key)
    if label is None:
        label = known[key] = number_of(key)
    return label


def body_key(body: GraphNodes) -> tuple[Any, ...]:
    """What is equal for functions of the same body, whatever its order and the functions that it calls."""
    positions = range(len(body))
    return tuple(sorted((body.names[item], body.inputs[item], _label(body, item, {})) for item in positions))


def changed_between(
    old: GraphNodes, new: GraphNodes, new_of: Sequence[int], functions: Mapping[str, str]
) -> Iterator[tuple[int, int, tuple[NodeChange, ...]]]:
    """Compares the nodes that are in both graphs.

    Args:
        old: the nodes of one graph.
        new: the nodes of the other.
        new_of: for each node of ``old`` its position in ``new``, or MISSING.
        functions: the new names of functions that were renamed.

    Yields:
        For each node that is different its positions, and what is different.
    """
    comparison = _Comparison(old, new, new_of, functions)
    for position, found in enumerate(new_of):
        if found != MISSING:
            changes = tuple(comparison.changes(position, found))
            if changes:
                yield position, found, changes


class _Comparison:
    """Two graphs, and which nodes of them are the same."""

    def __init__(
        self, old: GraphNodes, new: GraphNodes, new_of: Sequence[int], functions: Mapping[str, str]
    ) -> None:
        self._old, self._new, self._new_of = old, new, new_of
        self._functions = functions
        self._matched_in_new = {found for found in new_of if found != MISSING}
        self._new_names = {
            name: new.names[new_of[position]]
            for name, position in old.positions.items()
            if new_of[position] != MISSING
        }
        # The names that do not mean the same node in both graphs.
        self._ambiguous = {
            name
            for name in old.positions.keys() | new.positions.keys()
            if name not in old.positions
            or name not in new.positions
            or new_of[old.positions[name]] != new.positions[name]
        }

    def changes(self, old: int, new: int) -> Iterator[NodeChange]:
        """What is different between a node and its counterpart."""
        if self._old.types[old] != self._new.types[new]:
            yield NodeChange("type", "", self._old.types[old], self._new.types[new])
        if self._old.devices[old] != self._new.devices[new]:
            yield NodeChange("device", "", self._old.devices[old], self._new.devices[new])
        if self._old.serialized(old) != self._new.serialized(new):
            yield from self._changed_attributes(old, new)
        if self._ambiguous or self._old.inputs[old] != self._new.inputs[new]:
            yield from self._changed_inputs(old, new)

    def _changed_attributes(self, old: int, new: int) -> Iterator[NodeChange]:
        old_node, new_node = self._old.node_def(old), self._new.node_def(new)
        for node in (old_node, new_node):
            for name in ("name", "input"):
                node.ClearField(name)
        if old_node == new_node:
            return
        shapes = list(self._changed_shapes(old, new))
        yield from shapes
        before, after = self._old.attributes(old), self._new.attributes(new)
        left_out = {*before.get(KEYS_OF_LEFT_OUT, ()), *after.get(KEYS_OF_LEFT_OUT, ())}
        for name in sorted(before.keys() | after.keys()):
            if name in (OUTPUT_SHAPES, KEYS_OF_LEFT_OUT) or name.encode() in left_out:
                continue
            if name == "shape" and shapes:  # told already
                continue
            old_value, new_value = before.get(name, ABSENT), after.get(name, ABSENT)
            if self._is_same_attribute(name, old_value, new_value, old, new):
                continue
            kind: Kind = "dtype" if _holds_dtypes(old_value) or _holds_dtypes(new_value) else "attribute"
            yield NodeChange(kind, name, old_value, new_value)

    def _changed_shapes(self, old: int, new: int) -> Iterator[NodeChange]:
        """The outputs whose shapes are stated in both graphs, and are not the same."""
        before, after = self._old.output_shapes(old), self._new.output_shapes(new)
        if before and after:
            for number in range(max(len(before), len(after))):
                old_shape = before[number] if number < len(before) else ABSENT
                new_shape = after[number] if number < len(after) else ABSENT
                if old_shape != new_shape:
                    yield NodeChange("shape", str(number), old_shape, new_shape)

    def _is_same_attribute(self, name: str, before: Any, after: Any, old: int, new: int) -> bool:
        if is_same_value(self._with_new_functions(before), after):
            return True
        if before is ABSENT or after is ABSENT:
            return is_same_value(
                _default(self._old.types[old], name) if before is ABSENT else before,
                _default(self._new.types[new], name) if after is ABSENT else after,
            )
        return name in _NAMING and self._is_renamed(before, after, old, new)

    def _with_new_functions(self, value: Any) -> Any:
        """The value with the new names of functions."""
        if isinstance(value, Function):
            return Function(self._functions.get(value.name, value.name), value.attributes)
        if isinstance(value, list):
            return [self._with_new_functions(item) for item in value]
        return value

    def _is_renamed(self, before: Any, after: Any, old: int, new: int) -> bool:
        """Whether what two naming attributes hold differs as the names of the nodes do."""
        if isinstance(before, list) and isinstance(after, list):
            return len(before) == len(after) and all(
                self._is_renamed(*values, old, new)
                for values in zip(sorted(before), sorted(after), strict=True)
            )
        if not (isinstance(before, bytes) and isinstance(after, bytes)):
            return False
        old_text = before.decode(errors="replace").removeprefix(_GROUP_PREFIX)
        new_text = after.decode(errors="replace").removeprefix(_GROUP_PREFIX)
        position = self._old.positions.get(old_text)
        if position is not None and self._new_of[position] != MISSING:
            return self._new.names[self._new_of[position]] == new_text
        return _moved(old_text, self._old.names[old], self._new.names[new]) == new_text

    def _changed_inputs(self, old: int, new: int) -> Iterator[NodeChange]:
        old_texts, new_texts = self._old.inputs[old], self._new.inputs[new]
        if len(old_texts) == len(new_texts) and all(map(eq, map(self._new_names.get, old_texts), new_texts)):
            return
        if old_texts == new_texts and self._ambiguous.isdisjoint(map(_source_name, old_texts)):
            return
        before, after = self._old.edges.inputs(old), self._new.edges.inputs(new)
        old_data = [edge for edge in before if not edge.is_control]
        new_data = [edge for edge in after if not edge.is_control]
        for index in range(max(len(old_data), len(new_data))):
            old_edge = old_data[index] if index < len(old_data) else None
            new_edge = new_data[index] if index < len(new_data) else None
            if old_edge is None or new_edge is None or not self._is_same_edge(old_edge, new_edge):
                yield NodeChange("input", str(index), _text(old_edge), _text(new_edge))
        old_control = {self._old_source(edge): edge.text[1:] for edge in before if edge.is_control}
        new_control = {self._new_source(edge): edge.text[1:] for edge in after if edge.is_control}
        if old_control.keys() != new_control.keys():
            yield NodeChange(
                "control inputs",
                "",
                tuple(sorted(old_control.values())),
                tuple(sorted(new_control.values())),
            )

    def _is_same_edge(self, old: Edge, new: Edge) -> bool:
        return self._old_source(old) == self._new_source(new) and (
            old.output == new.output if old.output >= CONTROL else old.text == new.text
        )

    def _old_source(self, edge: Edge) -> int | str:
        """Where an edge comes from: a position in the new graph, or a name that is in one graph only."""
        found = MISSING if edge.source == MISSING else self._new_of[edge.source]
        return _source_name(edge.text) if found == MISSING else found

    def _new_source(self, edge: Edge) -> int | str:
        """The same for an edge of the new graph."""
        return edge.source if edge.source in self._matched_in_new else _source_name(edge.text)


def is_same_value(old: Any, new: Any) -> bool:
    """Whether two values of attributes are the same; NaN is the same as NaN."""
    if isinstance(old, np.ndarray) and isinstance(new, np.ndarray):
        return (
            old.dtype == new.dtype
            and old.shape == new.shape
            and bool(np.array_equal(old, new, equal_nan=old.dtype.kind in "fc"))
        )
    if isinstance(old, list | tuple) and isinstance(new, list | tuple):
        return len(old) == len(new) and all(map(is_same_value, old, new))
    if isinstance(old, float) and isinstance(new, float):
        return old == new or (old != old and new != new)
    return type(old) is type(new) and bool(old == new)


def _default(op_type: str, name: str) -> Any:
    """The default of an attribute; ABSENT where there is none, or the type is not known."""
    definition = find_definition(op_type)
    declared = None if definition is None else definition.attributes.get(name)
    return ABSENT if declared is None or declared.default is REQUIRED else declared.default


def _holds_dtypes(value: Any) -> bool:
    return isinstance(value, DType) or (isinstance(value, list) and any(map(_holds_dtypes, value)))


def _moved(text: str, old: str, new: str) -> str:
    """A text with the rename that led from one name to another: that of the names' first parts."""
    old_parts, new_parts = old.split("/"), new.split("/")
    while old_parts and new_parts and old_parts[-1] == new_parts[-1]:
        old_parts.pop()
        new_parts.pop()
    parts = text.split("/")
    if parts[: len(old_parts)] != old_parts:
        return text
    return "/".join(new_parts + parts[len(old_parts) :])


def _source_name(text: str) -> str:
    return text.removeprefix("^").partition(":")[0]


def _text(edge: Edge | None) -> Any:
    return ABSENT if edge is None else edge.text
