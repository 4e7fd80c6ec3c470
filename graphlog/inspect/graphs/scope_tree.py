"""The scopes of a graph as a tree: what is in each, what it gives to others, what it weighs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from graphlog.core import garbage_collection
from graphlog.core.shapes import StaticShape
from graphlog.inspect.graphs.edges import CONTROL, MISSING
from graphlog.inspect.graphs.nodes import GraphNodes, GraphSource, graph_nodes
from graphlog.inspect.graphs.parameters import VARIABLE_TYPES, parameters

# Deeper scopes are counted in the one above: a name may be nothing but slashes.
DEEPEST = 100

_OUTPUTS_KEPT = 8

# Types whose nodes nobody takes a tensor from, since they have none.
_WITHOUT_OUTPUT = frozenset({"NoOp", "Assert", "SaveV2", "Save", "MergeV2Checkpoints", "_Retval", "PrintV2"})
_WITHOUT_OUTPUT_PREFIXES = (
    *("AssignAddVariable", "AssignSubVariable", "AssignVariable"),
    *("ResourceApply", "ResourceScatter", "ResourceSparseApply"),
)


@dataclass(frozen=True)
class ScopeOutput:
    """A tensor that a scope gives to the nodes outside of it, or that nobody takes.

    Attributes:
        name: ``node:output``.
        shape: its shape, as far as it is known.
        is_shape_stated: whether the file says anything about the shape.
    """

    name: str
    shape: StaticShape
    is_shape_stated: bool


@dataclass(frozen=True)
class Scope:
    """A scope, a node, or both: ``A`` may be a node where there is ``A/B``.

    Attributes:
        name: the full name; empty for the whole graph.
        label: the last part of it.
        depth: how many scopes it is in; 0 for the whole graph.
        type: the operation type of the node of this name; empty where there is none.
        position: the position of that node; None where there is none.
        operation_count: the number of nodes in it, itself included.
        operations: how many nodes of each type there are.
        parameter_count: elements of its variables (see ``graph_parameters``).
        parameter_bytes: what these take in memory.
        unknown_parameters: how many variables there are whose size is not known; they count 0 above.
        stored_bytes: what its nodes take in the serialized GraphDef.
        outputs: the first few of the tensors that others take from it, or nobody.
        output_count: how many these are.
        child_count: the number of scopes and nodes directly in it.
    """

    name: str
    label: str
    depth: int
    type: str
    position: int | None
    operation_count: int
    operations: Mapping[str, int]
    parameter_count: int
    parameter_bytes: int
    unknown_parameters: int
    stored_bytes: int
    outputs: tuple[ScopeOutput, ...]
    output_count: int
    child_count: int


def scope_tree(source: GraphSource, depth: int = 1, within: str = "") -> list[Scope]:
    """The scopes of a graph down to a depth.

    Args:
        source: a graph, or what holds one (see ``graph_nodes``).
        depth: how many levels below the first one to list; at most ``DEEPEST``. What lies deeper is counted.
        within: the scope to begin with; empty for the whole graph.

    Returns:
        The scopes and nodes, each before what is in it, in the order of the graph. The first is the whole
        graph, or the scope ``within``.

    Raises:
        KeyError: there is no scope ``within``.
    """
    nodes = graph_nodes(source)
    if depth < 0:
        raise ValueError(f"The depth of a tree is 0 or more, not {depth}.")
    base = within.count("/") + 1 if within else 0
    with garbage_collection.paused():
        tree = _Tree(nodes, min(base + depth, DEEPEST))
        root = tree.find(within)
        tree.weigh()
        tree.find_outputs()
        return [tree.scope(number, nodes) for number in tree.preorder(root)]


@dataclass(slots=True)
class _Entry:
    """A scope that is being counted."""

    parent: int
    label: str
    depth: int
    position: int | None = None
    operations: dict[str, int] = field(default_factory=dict)
    count: int = 0
    stored: int = 0
    parameter_count: int = 0
    parameter_bytes: int = 0
    unknown: int = 0
    children: list[int] = field(default_factory=list)
    child_count: int = 0
    outputs: list[tuple[int, int]] = field(default_factory=list)
    output_count: int = 0


class _Tree:
    """The scopes of a graph down to a depth; each has a number, larger than that of what it is in."""

    def __init__(self, nodes: GraphNodes, deepest: int) -> None:
        self._nodes = nodes
        self._entries = [_Entry(parent=-1, label="", depth=0)]
        self._numbers: dict[tuple[int, str], int] = {}
        # For each node the deepest scope that it is in.
        self._homes: list[int] = []
        unlisted: set[tuple[int, str]] = set()  # what lies in the deepest scopes
        for position, name in enumerate(nodes.names):
            *scopes, rest = name.split("/", deepest)
            number = 0
            for label in scopes:
                number = self._number(number, label)
            if len(scopes) < deepest:
                number = self._number(number, rest)
                self._entries[number].position = position
            else:
                unlisted.add((number, rest.partition("/")[0]))
            self._homes.append(number)
        for number, _ in unlisted:
            self._entries[number].child_count += 1

    def _number(self, parent: int, label: str) -> int:
        key = (parent, label)
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self._entries)
            self._entries.append(_Entry(parent, label, self._entries[parent].depth + 1))
            self._entries[parent].children.append(number)
            self._entries[parent].child_count += 1
        return number

    def find(self, name: str) -> int:
        """The number of a scope."""
        number: int | None = 0
        for label in name.rstrip("/").split("/", DEEPEST) if name else ():
            number = None if number is None else self._numbers.get((number, label))
        if number is None:
            raise KeyError(f"The graph has no scope {name!r}.")
        return number

    def weigh(self) -> None:
        """Counts what is in each scope."""
        nodes, entries = self._nodes, self._entries
        for position, home in enumerate(self._homes):
            entry, kind = entries[home], nodes.types[position]
            entry.count += 1
            entry.stored += nodes.size(position)
            entry.operations[kind] = entry.operations.get(kind, 0) + 1
            if kind in VARIABLE_TYPES or kind == "Const":
                self._weigh_parameters(entry, position)
        for entry in reversed(entries[1:]):
            parent = entries[entry.parent]
            parent.count += entry.count
            parent.stored += entry.stored
            parent.parameter_count += entry.parameter_count
            parent.parameter_bytes += entry.parameter_bytes
            parent.unknown += entry.unknown
            for kind, count in entry.operations.items():
                parent.operations[kind] = parent.operations.get(kind, 0) + count

    def _weigh_parameters(self, entry: _Entry, position: int) -> None:
        held = parameters(self._nodes, position)
        if held is not None:
            entry.parameter_count += held.count or 0
            entry.parameter_bytes += held.bytes or 0
            entry.unknown += held.count is None

    def find_outputs(self) -> None:
        """Finds the tensors that leave each scope."""
        nodes, entries, homes = self._nodes, self._entries, self._homes
        edges = nodes.edges
        taken = bytearray(len(nodes))
        # The scope up to which a tensor has left its scopes already, by (node, output).
        left: dict[tuple[int, int], set[int]] = {}
        for target in range(len(nodes)):
            target_home = homes[target]
            for number in range(edges.first[target], edges.first[target + 1]):
                source, output = edges.sources[number], edges.outputs[number]
                if source == MISSING or output == CONTROL:
                    continue
                taken[source] = 1
                home = homes[source]
                if home != target_home:
                    self._leave(source, max(output, 0), home, target_home, left)
        for position, home in enumerate(homes):
            if not taken[position] and not _has_no_output(nodes.types[position]):
                number = home
                while number >= 0:
                    _add_output(entries[number], (position, 0))
                    number = entries[number].parent

    def _leave(
        self, source: int, output: int, home: int, target: int, left: dict[tuple[int, int], set[int]]
    ) -> None:
        entries = self._entries
        already = left.setdefault((source, output), set())
        while True:
            while entries[target].depth > entries[home].depth:
                target = entries[target].parent
            if home == target or home in already:
                return
            already.add(home)
            _add_output(entries[home], (source, output))
            home = entries[home].parent

    def preorder(self, root: int) -> Iterator[int]:
        """The numbers of a scope and of all in it, each before what is in it."""
        waiting = [root]
        while waiting:
            number = waiting.pop()
            yield number
            waiting.extend(reversed(self._entries[number].children))

    def scope(self, number: int, nodes: GraphNodes) -> Scope:
        """A scope as others see it."""
        entry = self._entries[number]
        labels, above = [], number
        while above > 0:
            labels.append(self._entries[above].label)
            above = self._entries[above].parent
        return Scope(
            name="/".join(reversed(labels)),
            label=entry.label,
            depth=entry.depth,
            type="" if entry.position is None else nodes.types[entry.position],
            position=entry.position,
            operation_count=entry.count,
            operations=dict(sorted(entry.operations.items(), key=_by_count))
            if len(entry.operations) > 1
            else entry.operations,
            parameter_count=entry.parameter_count,
            parameter_bytes=entry.parameter_bytes,
            unknown_parameters=entry.unknown,
            stored_bytes=entry.stored,
            outputs=tuple([_output(nodes, *item) for item in entry.outputs]),
            output_count=entry.output_count,
            child_count=entry.child_count,
        )


def _by_count(item: tuple[str, int]) -> tuple[int, str]:
    return -item[1], item[0]


def _has_no_output(op_type: str) -> bool:
    return op_type in _WITHOUT_OUTPUT or op_type.startswith(_WITHOUT_OUTPUT_PREFIXES)


def _add_output(entry: _Entry, tensor: tuple[int, int]) -> None:
    entry.output_count += 1
    if len(entry.outputs) < _OUTPUTS_KEPT:
        entry.outputs.append(tensor)


def _output(nodes: GraphNodes, position: int, output: int) -> ScopeOutput:
    stated = nodes.output_shapes(position)
    shape = stated[output] if output < len(stated) else None
    return ScopeOutput(f"{nodes.names[position]}:{output}", shape, output < len(stated))
