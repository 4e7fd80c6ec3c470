"""What a drawing shows, before it has a place: boxes in boxes, and lines between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What a box stands for."""

    SCOPE = "scope"  # its inside is shown
    COLLAPSED = "collapsed"  # a scope whose inside is not shown
    SERIES = "series"  # many nodes of one scope whose names differ in a number only
    OTHERS = "others"  # the rest of a scope that has too much in it
    OPERATION = "operation"
    CONSTANT = "constant"
    VARIABLE = "variable"
    PLACEHOLDER = "placeholder"
    SUMMARY = "summary"
    MISSING = "missing"  # inputs that the graph has no node for


# Kinds that stand for several operations.
COLLECTIONS = frozenset({Kind.COLLAPSED, Kind.SERIES, Kind.OTHERS})


@dataclass(slots=True)
class Box:
    """A scope, a node, or several nodes that are shown as one.

    Attributes:
        number: its place in ``DrawnGraph.boxes``.
        parent: the number of the scope it is in; -1 for the whole graph, which is box 0.
        kind: what it stands for.
        name: the full name of the scope or node.
        label: what is written on it.
        type: the operation type; empty for anything but a node.
        operation_count: how many operations are in it.
        is_backward: whether it computes gradients.
        is_aside: whether it stands at the side of its scope, its lines left out, since it has too many.
        note: one more line to be written on it, such as a value.
        structure: equal for boxes that have the same operations in them; empty for nodes.
        children: the numbers of the boxes in it.
    """

    number: int
    parent: int
    kind: Kind
    name: str
    label: str
    type: str = ""
    operation_count: int = 1
    is_backward: bool = False
    is_aside: bool = False
    note: str = ""
    structure: str = ""
    children: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Line:
    """All edges of one kind between two boxes.

    Attributes:
        source: the number of the box that the edges come from.
        target: the number of the box that they go to.
        is_control: whether they only say what must run before.
        tensors: the names of the tensors they carry, the first few; empty for control edges.
        tensor_count: how many different tensors these are.
        edge_count: how many edges of the graph these are.
        label: what is written at it: the tensor's shape, or how many tensors there are.
    """

    source: int
    target: int
    is_control: bool
    tensors: tuple[str, ...] = ()
    tensor_count: int = 0
    edge_count: int = 1
    label: str = ""


@dataclass(slots=True)
class DrawnGraph:
    """The boxes and lines of a drawing.

    Attributes:
        boxes: the whole graph first, each scope before what is in it.
        lines: between boxes that have no boxes in them.
        operation_count: how many operations the graph has.
    """

    boxes: list[Box]
    lines: list[Line]
    operation_count: int

    def ancestors(self, number: int) -> Iterator[int]:
        """A box, the scope it is in, and so on up to the whole graph."""
        while number >= 0:
            yield number
            number = self.boxes[number].parent

    def nested_text(
        self, box_text: Callable[[Box], str], start: Callable[[Box], list[str]], end: str
    ) -> Iterator[str]:
        """All boxes as lines of a language in which scopes stand around what is in them.

        Args:
            box_text: the line of a box that has no boxes in it.
            start: the lines before what is in a scope.
            end: the line after that.

        Returns:
            The lines, indented.
        """
        # Without recursion, since scopes may lie very deep.
        waiting: list[tuple[int, str] | str] = [(child, "  ") for child in reversed(self.boxes[0].children)]
        while waiting:
            item = waiting.pop()
            if isinstance(item, str):
                yield item
                continue
            number, indent = item
            box = self.boxes[number]
            if not box.children:
                yield indent + box_text(box)
                continue
            yield from [indent + line for line in start(box)]
            waiting.append(indent + end)
            waiting += [(child, f"{indent}  ") for child in reversed(box.children)]

    def shown_lines(self) -> list[Line]:
        """The lines without those of boxes that stand aside."""
        boxes = self.boxes
        return [
            line for line in self.lines if not boxes[line.source].is_aside and not boxes[line.target].is_aside
        ]
