"""What is different between two graphs: nodes added, removed, renamed and changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from operator import eq
from typing import Any, TypeVar

from graphlog.core import garbage_collection
from graphlog.inspect.differences.node_changes import NodeChange, body_key, changed_between, wired_nodes
from graphlog.inspect.differences.node_matching import matched_nodes
from graphlog.inspect.differences.scope_renames import ScopeRename, scope_renames
from graphlog.inspect.graphs.nodes import GraphNodes, GraphSource, graph_nodes

_Item = TypeVar("_Item")


@dataclass(frozen=True)
class ListedNode:
    """A node that is in one of the graphs only.

    Attributes:
        name: its name.
        type: its operation type.
    """

    name: str
    type: str


@dataclass(frozen=True)
class NodeRename:
    """A node that has another name.

    Attributes:
        old: its name in the old graph.
        new: its name in the new graph.
        type: its operation type in the new graph.
    """

    old: str
    new: str
    type: str


@dataclass(frozen=True)
class FunctionRename:
    """A function of the library that has another name, and the same body.

    Attributes:
        old: its name in the old graph.
        new: its name in the new graph.
    """

    old: str
    new: str


@dataclass(frozen=True)
class ChangedNode:
    """A node that is in both graphs, and not the same.

    Attributes:
        old_name: its name in the old graph.
        name: its name in the new graph.
        type: its operation type in the new graph.
        changes: what is different, without the name.
    """

    old_name: str
    name: str
    type: str
    changes: tuple[NodeChange, ...]


@dataclass(frozen=True)
class GraphDiff:
    """What is different between an old and a new graph; each list is sorted by name.

    Attributes:
        removed: nodes that only the old graph has.
        added: nodes that only the new graph has.
        renamed_scopes: scopes that were renamed as a whole. Nothing in ``renamed`` is told by these.
        renamed: other nodes that have another name, but the same type and place.
        changed: nodes that are not the same but for their names.
        removed_functions: the names of functions that only the old graph's library has.
        added_functions: the names of functions that only the new graph's library has.
        renamed_functions: functions that have another name.
        changed_functions: by its name in the new graph, for each function of both that is not the same what
            is different in its body.
    """

    removed: tuple[ListedNode, ...] = ()
    added: tuple[ListedNode, ...] = ()
    renamed_scopes: tuple[ScopeRename, ...] = ()
    renamed: tuple[NodeRename, ...] = ()
    changed: tuple[ChangedNode, ...] = ()
    removed_functions: tuple[str, ...] = ()
    added_functions: tuple[str, ...] = ()
    renamed_functions: tuple[FunctionRename, ...] = ()
    changed_functions: Mapping[str, GraphDiff] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether the graphs are the same."""
        return not any(vars(self).values())

    def by_scope(self, depth: int | None = None) -> dict[str, GraphDiff]:
        """What is different within each scope.

        A node belongs to the scope that its name in the new graph is in, or in the old one if it was removed;
        a renamed scope to the one around it. Functions belong to the whole graph, whose name is empty.

        Args:
            depth: how many parts of a scope's name count; all if None.

        Returns:
            By the name of the scope, sorted, those in which something is different.
        """
        removed = _grouped(self.removed, lambda item: item.name, depth)
        added = _grouped(self.added, lambda item: item.name, depth)
        renamed_scopes = _grouped(self.renamed_scopes, lambda item: item.new, depth)
        renamed = _grouped(self.renamed, lambda item: item.new, depth)
        changed = _grouped(self.changed, lambda item: item.name, depth)
        scopes = {*removed, *added, *renamed_scopes, *renamed, *changed}
        if self.removed_functions or self.added_functions or self.renamed_functions or self.changed_functions:
            scopes.add("")
        return {
            scope: replace(
                self if not scope else GraphDiff(),
                removed=removed.get(scope, ()),
                added=added.get(scope, ()),
                renamed_scopes=renamed_scopes.get(scope, ()),
                renamed=renamed.get(scope, ()),
                changed=changed.get(scope, ()),
            )
            for scope in sorted(scopes)
        }

    def __repr__(self) -> str:
        counts = ", ".join(f"{len(value)} {name}" for name, value in vars(self).items() if value)
        return f"<GraphDiff: {counts or 'no difference'}>"


def diff_graphs(old: GraphSource, new: GraphSource) -> GraphDiff:
    """Compares two graphs.

    Nodes of the same name and type are the same node, unless they may have been numbered anew (``Const`` and
    ``Const_1``). Of what is left on both sides, nodes of the same place in the graph were renamed (see
    ``node_matching``); all else was added or removed. Functions of other names and the same body were
    renamed. Two graphs that only list their nodes in another order do not differ. An input that comes from a
    renamed node is no change, nor is an attribute that names one, or a renamed function; the order of inputs
    matters also where the operation is commutative.

    What one of the graphs leaves out is no difference: shapes of outputs, values too large for an event file,
    and attributes that have their default.

    Args:
        old: a path that ``gl.load_graph`` takes, a Graph, a GraphDef or its bytes, or GraphNodes.
        new: the same.

    Returns:
        The differences.

    Raises:
        FileNotFoundError: there is no such file, or the folder holds no graph.
        ValueError: the file or the bytes hold no graph; the message says where.
        TypeError: it is none of these.
    """
    if old is new:
        return GraphDiff()
    with garbage_collection.paused():  # millions of small tuples, none of which is part of a cycle
        return _diff(graph_nodes(old), graph_nodes(new))


def _diff(old: GraphNodes, new: GraphNodes) -> GraphDiff:
    """What is different, the functions too."""
    renamed = _renamed_functions(old.functions, new.functions)
    new_names = {item.old: item.new for item in renamed}
    shared = {name: name for name in sorted(old.functions.keys() & new.functions.keys())}
    bodies = {
        name: _diff_nodes(old.functions[old_name], new.functions[name], new_names)
        for old_name, name in (shared | new_names).items()
    }
    return replace(
        _diff_nodes(old, new, new_names),
        removed_functions=tuple(sorted(old.functions.keys() - new.functions.keys() - new_names.keys())),
        added_functions=tuple(sorted(new.functions.keys() - old.functions.keys() - set(new_names.values()))),
        renamed_functions=tuple(renamed),
        changed_functions={name: diff for name, diff in bodies.items() if not diff.is_empty},
    )


def _renamed_functions(old: Mapping[str, GraphNodes], new: Mapping[str, GraphNodes]) -> list[FunctionRename]:
    """Functions of other names and equal bodies; of several equal ones the first by name is the first."""
    left: dict[Any, list[str]] = {}
    for name in sorted(new.keys() - old.keys(), reverse=True):
        left.setdefault(body_key(new[name]), []).append(name)
    found = []
    for name in sorted(old.keys() - new.keys()) if left else ():
        names = left.get(body_key(old[name]))
        if names:
            found.append(FunctionRename(name, names.pop()))
    return found


def _diff_nodes(old: GraphNodes, new: GraphNodes, functions: Mapping[str, str]) -> GraphDiff:
    """What is different, without the functions; the new names of renamed functions are given."""
    everywhere = range(len(old))
    if len(old) == len(new) and all(
        map(eq, map(old.serialized, everywhere), map(new.serialized, everywhere))
    ):
        return GraphDiff()
    labels: dict[tuple[str | bytes, ...], int] = {}
    matched = matched_nodes(wired_nodes(old, labels), wired_nodes(new, labels))
    pairs = [(position, found) for position, found in enumerate(matched) if found >= 0]
    known_in_new = {found for _, found in pairs}
    names = {(old.names[position], new.names[found]): new.types[found] for position, found in pairs}
    renamed_scopes, renamed = scope_renames(list(names))
    changed = changed_between(old, new, matched, functions)
    return GraphDiff(
        removed=_sorted(
            ListedNode(old.names[position], old.types[position])
            for position, found in enumerate(matched)
            if found < 0
        ),
        added=_sorted(
            ListedNode(new.names[position], new.types[position])
            for position in range(len(new))
            if position not in known_in_new
        ),
        renamed_scopes=tuple(renamed_scopes),
        renamed=tuple(NodeRename(*pair, names[pair]) for pair in renamed),
        changed=tuple(
            ChangedNode(old.names[position], new.names[found], new.types[found], changes)
            for position, found, changes in sorted(changed, key=lambda item: new.names[item[1]])
        ),
    )


def _sorted(nodes: Iterable[ListedNode]) -> tuple[ListedNode, ...]:
    return tuple(sorted(nodes, key=lambda node: node.name))


def _grouped(
    items: Iterable[_Item], name_of: Callable[[_Item], str], depth: int | None
) -> dict[str, tuple[_Item, ...]]:
    """The items of each scope."""
    found: dict[str, list[_Item]] = {}
    for item in items:
        parts = name_of(item).split("/")[:-1]
        found.setdefault("/".join(parts[:depth]), []).append(item)
    return {scope: tuple(group) for scope, group in found.items()}
