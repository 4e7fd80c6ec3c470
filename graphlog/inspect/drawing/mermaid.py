"""A drawing as a flowchart of Mermaid, which GitHub and many editors show in Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from graphlog.inspect.drawing.boxes import COLLECTIONS, Box, DrawnGraph, Kind
from graphlog.inspect.drawing.placing import Direction, counted

_DIRECTIONS = {"up": "BT", "down": "TB", "left": "RL", "right": "LR"}
_SHAPES = {Kind.VARIABLE: ("[(", ")]"), Kind.CONSTANT: ("((", "))"), Kind.MISSING: ("[", "]")}
_PLAIN = frozenset(" .,:()/_+-*=?×…→∂")


def as_mermaid(graph: DrawnGraph, direction: Direction = "up") -> str:
    """A drawing as a flowchart whose scopes are subgraphs.

    The identifiers are numbers of boxes (``n5``). In labels all but letters, digits and plain signs is
    written as Mermaid's entity codes, so that no name ends its label or becomes HTML.
    """
    lines = [f"flowchart {_DIRECTIONS[direction]}", *_inside(graph)]
    for line in graph.lines:
        arrow = "-.->" if line.is_control else "-->"
        label = f'|"{escaped(line.label)}"|' if line.label else ""
        lines.append(f"  n{line.source} {arrow}{label} n{line.target}")
    backward = [f"n{box.number}" for box in graph.boxes if box.is_backward and not box.children]
    if backward:
        lines += [
            "  classDef backward fill:#fff1e0,stroke:#d9923f,color:#22272e",
            f"  class {','.join(backward)} backward",
        ]
    return "\n".join([*lines, ""])


def _inside(graph: DrawnGraph) -> Iterator[str]:
    waiting: list[tuple[int, str] | str] = [(child, "  ") for child in reversed(graph.boxes[0].children)]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            yield item
            continue
        number, indent = item
        box = graph.boxes[number]
        if not box.children:
            yield f"{indent}n{number}{_label(box)}"
            continue
        yield f'{indent}subgraph s{number}["{escaped(box.label)}"]'
        waiting.append(f"{indent}end")
        waiting += [(child, f"{indent}  ") for child in reversed(box.children)]


def _label(box: Box) -> str:
    if box.kind in COLLECTIONS:
        second, (start, stop) = counted(box.operation_count, "operation"), ("[", "]")
    else:
        second, (start, stop) = box.type, _SHAPES.get(box.kind, ("([", "])"))
    lines = [escaped(text) for text in (box.label, second, box.note) if text]
    return f'{start}"{"<br/>".join(lines)}"{stop}'


def escaped(text: str) -> str:
    """A text as part of a quoted label of Mermaid; never empty, since labels must not be."""
    return "".join(map(_escaped_character, text)) or " "


def _escaped_character(character: str) -> str:
    if character.isascii() and character.isalnum():
        return character
    if character in _PLAIN or (character.isalpha() and character.isprintable()):
        return character
    return f"#{ord(character)};"
