"""What is different between two graphs, as lines of text grouped by scope."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from graphlog.cli.number_texts import plural
from graphlog.cli.output import shown

if TYPE_CHECKING:
    from graphlog.inspect.graph_diff import GraphDiff
    from graphlog.inspect.node_changes import NodeChange


def graph_diff_lines(diff: GraphDiff, most: int, depth: int = 1) -> list[str]:
    """The lines: ``-`` for what only the old graph has, ``+`` for the new, ``~`` changed, ``>`` renamed.

    Args:
        diff: the differences.
        most: how many of each scope to list.
        depth: how many parts of a scope's name to group by.
    """
    lines: list[str] = []
    for scope, part in diff.by_scope(depth).items():
        own = [*_lines(part)]
        lines.append(f"{shown(scope)}/" if scope else "outside of scopes" if own else "functions")
        lines += [f"  {line}" for line in own[:most]]
        if len(own) > most:
            lines.append(f"  … and {len(own) - most:,} more; --most shows more")
    for sign, names in (("-", diff.removed_functions), ("+", diff.added_functions)):
        lines += [f"{sign} function {shown(name)}" for name in names]
    for name, body in diff.changed_functions.items():
        lines.append(f"~ function {shown(name)}")
        lines += [f"  {line}" for line in graph_diff_lines(body, most, depth)]
    return lines


def _lines(diff: GraphDiff) -> Iterator[str]:
    for scope in diff.renamed_scopes:
        yield f"> {shown(scope.old)}/ is now {shown(scope.new)}/ ({plural(scope.nodes, 'node')})"
    for renamed in diff.renamed:
        yield f"> {shown(renamed.old)} is now {shown(renamed.new)} ({shown(renamed.type)})"
    for node in diff.removed:
        yield f"- {shown(node.name)} ({shown(node.type)})"
    for node in diff.added:
        yield f"+ {shown(node.name)} ({shown(node.type)})"
    for changed in diff.changed:
        texts = "; ".join(map(_change_text, changed.changes))
        yield f"~ {shown(changed.name)} ({shown(changed.type)}): {texts}"


def _change_text(change: NodeChange) -> str:
    kind = "shape of output" if change.kind == "shape" else change.kind
    name = f"{kind} {change.key}" if change.key else kind
    return f"{shown(name)} {_value_text(change.old)} → {_value_text(change.new)}"


def _value_text(value: Any) -> str:
    from graphlog.inspect.graph_node_details import value_text

    return shown(value) if isinstance(value, str) else shown(value_text(value))
