"""What is different between two graphs, as lines of text grouped by scope."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from graphlog.cli.alike_texts import alike
from graphlog.cli.number_texts import plural
from graphlog.cli.output import shown

if TYPE_CHECKING:
    from graphlog.inspect.differences.graph import ChangedNode, GraphDiff, ListedNode
    from graphlog.inspect.differences.node_changes import NodeChange


# So many names of a long list are told.
_FEW = 3
# So many types of nodes are told of a scope.
_FEW_TYPES = 4


def graph_diff_summary(diff: GraphDiff) -> str:
    """How much is different, in one line."""
    renamed = len(diff.renamed) + sum(scope.nodes for scope in diff.renamed_scopes)
    counts = len(diff.added), len(diff.changed), renamed
    others = "{:,} added (+), {:,} changed (~), {:,} renamed (>)".format(*counts)
    text = f"{plural(len(diff.removed), 'node')} removed (-), {others}"
    functions = len(diff.removed_functions) + len(diff.added_functions) + len(diff.changed_functions)
    return text + (f"; {plural(functions, 'function')} not the same" if functions else "")


def graph_diff_lines(diff: GraphDiff, most: int, depth: int = 1) -> list[str]:
    """The lines: ``-`` for what only the old graph has, ``+`` for the new, ``~`` changed, ``>`` renamed.

    Args:
        diff: the differences.
        most: how many of each scope to list; where there are more, lines that differ in one number only stand
            as one, nodes that were added or removed are counted by the scopes in it, and those that changed
            in the same way stand in one line. Scopes whose lines differ in one number only are told once.
        depth: how many parts of a scope's name to group by.
    """
    lines: list[str] = []
    renames = _Renames(diff)
    parts = [(scope, _part_lines(part, renames, most, depth)) for scope, part in diff.by_scope(depth).items()]
    for places in alike("\n".join([scope, *own]) for scope, own in parts):
        scope, own = parts[places[0]]
        names = [f"{shown(parts[place][0])}/" for place in places[1:]]
        title = f"{shown(scope)}/" if scope else "outside of scopes" if own else "functions"
        lines.append(f"{title}, and likewise {_few(names)}" if names else title)
        lines += [f"  {line}" for line in own[:most]]
        if len(own) > most:
            lines.append(f"  … and {len(own) - most:,} more; --most shows more")
    for sign, functions in (("-", diff.removed_functions), ("+", diff.added_functions)):
        lines += [f"{sign} function {shown(name)}" for name in functions]
    for name, body in diff.changed_functions.items():
        lines.append(f"~ function {shown(name)}")
        lines += [f"  {line}" for line in graph_diff_lines(body, most, depth)]
    return lines


def _part_lines(part: GraphDiff, renames: _Renames, most: int, depth: int) -> list[str]:
    """The lines of one scope; where there are too many, shorter ones."""
    lines = [*_lines(part, renames)]
    if len(lines) > most:
        lines = _without_alike(lines)
    if len(lines) > most:
        lines = _without_alike([*_lines(part, renames, depth + 1)])
    return lines


def _without_alike(lines: Sequence[str]) -> list[str]:
    return [
        f"{lines[places[0]]}; and {len(places) - 1:,} alike" if len(places) > 1 else lines[places[0]]
        for places in alike(lines)
    ]


def _lines(diff: GraphDiff, renames: _Renames, depth: int | None = None) -> Iterator[str]:
    for scope in diff.renamed_scopes:
        old, new = (f"{shown(name)}/" if name else "the whole graph" for name in (scope.old, scope.new))
        yield f"> {old} is now {new} ({plural(scope.nodes, 'node')})"
    for renamed in diff.renamed:
        yield f"> {shown(renamed.old)} is now {shown(renamed.new)} ({shown(renamed.type)})"
    yield from _listed("-", diff.removed, depth)
    yield from _listed("+", diff.added, depth)
    alike: dict[object, list[tuple[ChangedNode, str]]] = {}
    for node in diff.changed:
        text = "; ".join(_change_text(change, renames) for change in node.changes)
        alike.setdefault(node.name if depth is None else text, []).append((node, text))
    for nodes in alike.values():
        node, text = nodes[0]
        if len(nodes) == 1:
            yield f"~ {shown(node.name)} ({shown(node.type)}): {text}"
        else:
            yield f"~ {len(nodes):,} nodes: {text}: {_few([changed.name for changed, _ in nodes])}"


def _listed(sign: str, nodes: Sequence[ListedNode], depth: int | None) -> Iterator[str]:
    """A line for each node; or, to a depth of scopes, one for those of a scope."""
    if depth is None:
        yield from (f"{sign} {shown(node.name)} ({shown(node.type)})" for node in nodes)
        return
    scopes: dict[str, list[ListedNode]] = {}
    for node in nodes:
        scopes.setdefault("/".join(node.name.split("/")[:-1][:depth]), []).append(node)
    for scope, found in scopes.items():
        if len(found) == 1 or not scope:
            yield from _listed(sign, found, None)
        else:
            types = Counter(node.type for node in found).most_common()
            texts = [f"{count:,} {shown(name)}" for name, count in types[:_FEW_TYPES]]
            texts += ["…"] if len(types) > _FEW_TYPES else []
            yield f"{sign} {plural(len(found), 'node')} in {shown(scope)}/ ({', '.join(texts)})"


class _Renames:
    """The new names of what has another name.

    Args:
        diff: the differences of whole graphs.
    """

    def __init__(self, diff: GraphDiff) -> None:
        self._nodes = {item.old: item.new for item in diff.renamed}
        self._scopes = {item.old: item.new for item in diff.renamed_scopes}

    def __call__(self, name: str) -> str:
        """The new name of a node."""
        if name in self._nodes or not self._scopes:
            return self._nodes.get(name, name)
        scope, rest = name, ""
        while scope not in self._scopes and scope:
            scope, _, label = scope.rpartition("/")
            rest = f"{label}/{rest}" if rest else label
        if scope not in self._scopes:
            return name
        return "/".join(part for part in (self._scopes[scope], rest) if part)


def _change_text(change: NodeChange, renames: _Renames) -> str:
    if change.kind == "shape":
        old, new = (_shape_text(value) for value in (change.old, change.new))
        return f"output {shown(change.key)} has the shape {new}, was {old}"
    if change.kind == "control inputs" and isinstance(change.old, tuple) and isinstance(change.new, tuple):
        return _sets_text(dict.fromkeys(map(renames, change.old)), dict.fromkeys(change.new))
    name = f"{change.kind} {change.key}" if change.key else change.kind
    return f"{shown(name)} {_value_text(change.old)} → {_value_text(change.new)}"


def _sets_text(old: dict[str, None], new: dict[str, None]) -> str:
    """What a node waits for now, and no more."""
    parts = []
    for words, names in (
        ("waits also for", [name for name in new if name not in old]),
        ("no longer waits for", [name for name in old if name not in new]),
    ):
        if names:
            parts.append(f"{words} {_few(names)}")
    return "; ".join(parts) or "waits for the same in another order"


def _few(names: Sequence[str]) -> str:
    more = [f"{len(names) - _FEW:,} more"] if len(names) > _FEW else []
    return ", ".join([*map(shown, names[:_FEW]), *more])


def _shape_text(shape: Any) -> str:
    from graphlog.cli.graph import shape_text

    return shape_text(shape) if shape is None or isinstance(shape, tuple) else "none"


def _value_text(value: Any) -> str:
    from graphlog.inspect.graphs.node_details import value_text

    return shown(value) if isinstance(value, str) else shown(value_text(value))
