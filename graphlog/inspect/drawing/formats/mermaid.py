"""A drawing as a flowchart of Mermaid, which GitHub and many editors show in Markdown."""

from __future__ import annotations

from graphlog.inspect.drawing.box_texts import counted
from graphlog.inspect.drawing.boxes import COLLECTIONS, Box, DrawnGraph, Kind
from graphlog.inspect.drawing.layout.placing import RANK_DIRECTIONS, Direction

_SHAPES = {Kind.VARIABLE: ("[(", ")]"), Kind.CONSTANT: ("((", "))"), Kind.MISSING: ("[", "]")}
_PLAIN = frozenset(" .,:()/_+-*=?×…→∂")


def as_mermaid(graph: DrawnGraph, direction: Direction = "up") -> str:
    """A drawing as a flowchart whose scopes are subgraphs.

    The identifiers are numbers of boxes (``n5``). In labels all but letters, digits and plain signs is
    written as Mermaid's entity codes, so that no name ends its label or becomes HTML.
    """
    lines = [f"flowchart {RANK_DIRECTIONS[direction]}", *graph.nested_text(_box, _subgraph, "end")]
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


def _box(box: Box) -> str:
    return f"n{box.number}{_label(box)}"


def _subgraph(box: Box) -> list[str]:
    return [f'subgraph s{box.number}["{escaped(box.label)}"]']


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
