"""A drawing in the DOT language of Graphviz."""

from __future__ import annotations

from graphlog.core.printable import printable
from graphlog.inspect.drawing.box_texts import counted
from graphlog.inspect.drawing.boxes import COLLECTIONS, Box, DrawnGraph, Kind
from graphlog.inspect.drawing.layout.placing import RANK_DIRECTIONS, Direction

_SHAPES = {Kind.CONSTANT: "circle", Kind.MISSING: "box", Kind.VARIABLE: "cylinder"}


def as_dot(graph: DrawnGraph, direction: Direction = "up") -> str:
    """A drawing as a digraph whose scopes are clusters.

    The identifiers are numbers of boxes (``n5``), so that no name can be taken for anything else; names and
    types are labels, and the full name is the tooltip.
    """
    lines = [
        "digraph {",
        f"  rankdir={RANK_DIRECTIONS[direction]};",
        "  compound=true;",
        *graph.nested_text(_box, _cluster, "}"),
    ]
    for line in graph.lines:
        attributes = [f"label={quoted(line.label)}"] if line.label else []
        if line.is_control:
            attributes.append("style=dashed")
        told = f" [{', '.join(attributes)}]" if attributes else ""
        lines.append(f"  n{line.source} -> n{line.target}{told};")
    return "\n".join([*lines, "}", ""])


def _box(box: Box) -> str:
    return f"n{box.number} [{_attributes(box)}];"


def _cluster(box: Box) -> list[str]:
    label, tooltip = quoted(box.label), quoted(printable(box.name))
    return [f"subgraph cluster_{box.number} {{", f"  label={label}; tooltip={tooltip}; style=rounded;"]


def _attributes(box: Box) -> str:
    lines = [box.label]
    if box.kind in COLLECTIONS:
        lines.append(counted(box.operation_count, "operation"))
        shape = "box, style=rounded"
    else:
        lines.append(printable(box.type))
        shape = _SHAPES.get(box.kind, "ellipse")
    if box.note:
        lines.append(box.note)
    color = ', color="#d9923f"' if box.is_backward else ""
    return f"label={quoted(chr(10).join(lines))}, tooltip={quoted(printable(box.name))}, shape={shape}{color}"


def quoted(text: str) -> str:
    """A text as a string of DOT that is shown as it is: no escape, no entity, no end of the string."""
    escaped = text.replace("&", "&amp;").replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
