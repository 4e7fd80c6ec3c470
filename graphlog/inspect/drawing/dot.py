"""A drawing in the DOT language of Graphviz."""

from __future__ import annotations

from collections.abc import Iterator

from graphlog.inspect.drawing.boxes import COLLECTIONS, Box, DrawnGraph, Kind
from graphlog.inspect.drawing.placing import Direction, counted
from graphlog.inspect.drawing.text_sizes import printable

_DIRECTIONS = {"up": "BT", "down": "TB", "left": "RL", "right": "LR"}
_SHAPES = {Kind.CONSTANT: "circle", Kind.MISSING: "box", Kind.VARIABLE: "cylinder"}


def as_dot(graph: DrawnGraph, direction: Direction = "up") -> str:
    """A drawing as a digraph whose scopes are clusters.

    The identifiers are numbers of boxes (``n5``), so that no name can be taken for anything else; names and
    types are labels, and the full name is the tooltip.
    """
    lines = [
        "digraph {",
        f"  rankdir={_DIRECTIONS[direction]};",
        "  compound=true;",
        *_inside(graph),
    ]
    for line in graph.lines:
        attributes = [f"label={quoted(line.label)}"] if line.label else []
        if line.is_control:
            attributes.append("style=dashed")
        told = f" [{', '.join(attributes)}]" if attributes else ""
        lines.append(f"  n{line.source} -> n{line.target}{told};")
    return "\n".join([*lines, "}", ""])


def _inside(graph: DrawnGraph) -> Iterator[str]:
    """All boxes in their scopes; without recursion, since scopes may lie very deep."""
    waiting: list[tuple[int, str] | str] = [(child, "  ") for child in reversed(graph.boxes[0].children)]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            yield item
            continue
        number, indent = item
        box = graph.boxes[number]
        if not box.children:
            yield f"{indent}n{number} [{_attributes(box)}];"
            continue
        yield f"{indent}subgraph cluster_{number} {{"
        yield f"{indent}  label={quoted(box.label)}; tooltip={quoted(printable(box.name))}; style=rounded;"
        waiting.append(f"{indent}}}")
        waiting += [(child, f"{indent}  ") for child in reversed(box.children)]


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
