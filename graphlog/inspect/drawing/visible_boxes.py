"""Which scopes and nodes of a graph are drawn: scopes are opened from the outside in, while there is room."""

from __future__ import annotations

import heapq
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from graphlog.core.printable import printable
from graphlog.inspect.drawing.boxes import Box, Kind
from graphlog.inspect.graphs.nodes import GraphNodes
from graphlog.inspect.graphs.parameters import BUFFER_TYPE, VARIABLE_TYPES

_NUMBERED = re.compile(r"_?\d+$")
_FEWEST_OF_A_SERIES, _FEWEST_OF_A_SERIES_AT_ONCE = 5, 8
# What a scope shows that has more in it than there is room for.
_FEWEST_SHOWN = 12

# The last part of a name, what it stands for, and the nodes in it.
_Group: TypeAlias = tuple[str, Kind, list[int]]


class VisibleBoxes:
    """The boxes of a drawing, found from the names of a graph's nodes.

    Only scopes that are opened are looked into, so a large graph takes little longer than a small one.

    Args:
        nodes: the graph.
        depth: how many levels are shown; None for as many as there is room for.
        most_boxes: how many boxes there is room for.
        backward_scopes: the scopes that gradients are computed in.

    Attributes:
        boxes: the boxes, the whole graph first, each scope before what is in it.
        owners: for each node the number of the box that stands for it.
    """

    def __init__(
        self, nodes: GraphNodes, depth: int | None, most_boxes: int, backward_scopes: Sequence[str]
    ) -> None:
        self._nodes = nodes
        self._backward_scopes = frozenset(backward_scopes)
        self.boxes = [Box(0, -1, Kind.SCOPE, "", "", operation_count=len(nodes))]
        self.owners = [0] * len(nodes)
        self._members: dict[int, list[int]] = {0: list(range(len(nodes)))}
        # The scopes to open next, those of the outer levels first, then the smaller ones.
        waiting = [(0, 0, 0)]
        shown = 0
        while waiting:
            level, _, number = heapq.heappop(waiting)
            if depth is not None and level >= depth:
                continue
            groups = self._groups(number)
            if depth is None:
                groups = _with_series(groups, self._nodes.types)
            room = most_boxes - shown
            if len(groups) > room:
                if number and (depth is None or room < _FEWEST_SHOWN):
                    continue
                groups = _gathered(groups, max(room, _FEWEST_SHOWN))
            shown += len(groups)
            self._open(number, groups)
            for child in self.boxes[number].children:
                if self.boxes[child].kind is Kind.COLLAPSED:
                    heapq.heappush(waiting, (level + 1, self.boxes[child].operation_count, child))
        self._sort()
        self._describe()

    def _groups(self, number: int) -> list[_Group]:
        """What is directly in a scope: the last part of its name, its kind, and the nodes in it."""
        names, box = self._nodes.names, self.boxes[number]
        start = len(box.name) + 1 if number else 0
        found: dict[str, list[int]] = {}
        own: list[int] = []
        nested: set[str] = set()
        for position in self._members[number]:
            name = names[position]
            if len(name) < start:
                own.append(position)
                continue
            end = name.find("/", start)
            label = name[start:] if end < 0 else name[start:end]
            found.setdefault(label, []).append(position)
            if end >= 0:
                nested.add(label)
        groups = [
            (label, Kind.COLLAPSED if label in nested else Kind.OPERATION, members)
            for label, members in found.items()
        ]
        if own:
            groups.insert(0, (f"({box.label})", Kind.OPERATION, own))
        return groups

    def _open(self, number: int, groups: list[_Group]) -> None:
        """Puts a box for each group into a scope."""
        scope = self.boxes[number]
        scope.kind = Kind.SCOPE
        for label, kind, members in groups:
            name = f"{scope.name}/{label}" if number else label
            if kind is Kind.OPERATION:
                name = self._nodes.names[members[-1]]
            child = Box(len(self.boxes), number, kind, name, printable(label), operation_count=len(members))
            if kind is Kind.OPERATION:
                child.type = self._nodes.types[members[-1]]
                child.kind = kind_of(child.type)
            child.is_backward = scope.is_backward or name in self._backward_scopes
            self.boxes.append(child)
            scope.children.append(child.number)
            self._members[child.number] = members
        del self._members[number]

    def _sort(self) -> None:
        """Numbers the boxes anew so that each scope is followed by all that is in it."""
        order, waiting = [], [0]
        while waiting:
            number = waiting.pop()
            order.append(number)
            waiting += reversed(self.boxes[number].children)
        new = {old: place for place, old in enumerate(order)}
        for box in self.boxes:
            box.number = new[box.number]
            box.parent = new.get(box.parent, -1)
            box.children = [new[child] for child in box.children]
        self.boxes = [self.boxes[old] for old in order]
        self._members = {new[old]: members for old, members in self._members.items()}

    def _describe(self) -> None:
        types = self._nodes.types
        for number, members in self._members.items():
            box = self.boxes[number]
            for position in members:
                self.owners[position] = number
            if box.kind is Kind.COLLAPSED and len(members) == 1:
                self._show_only_node(box, members[0])
            if box.kind is Kind.COLLAPSED:
                counts = Counter(types[position] for position in members)
                box.structure = " ".join(f"{kind}:{count}" for kind, count in sorted(counts.items()))

    def _show_only_node(self, box: Box, position: int) -> None:
        """Shows the only node of a scope in the place of the scope."""
        start = len(self.boxes[box.parent].name) + 1 if box.parent else 0
        box.name, box.type = self._nodes.names[position], self._nodes.types[position]
        box.label, box.kind = printable(box.name[start:]), kind_of(box.type)


def kind_of(op_type: str) -> Kind:
    """How a node of a type is drawn."""
    if op_type == "Const":
        return Kind.CONSTANT
    if op_type in VARIABLE_TYPES or op_type == BUFFER_TYPE:
        return Kind.VARIABLE
    if op_type.startswith("Placeholder") or op_type == "_Arg":
        return Kind.PLACEHOLDER
    if op_type.endswith("Summary") or op_type.endswith("SummaryV2"):
        return Kind.SUMMARY
    return Kind.OPERATION


def _gathered(groups: list[_Group], room: int) -> list[_Group]:
    """No more groups than there is room for: series of like names first, then all the rest in one."""
    series: dict[str, list[_Group]] = {}
    for group in groups:
        series.setdefault(_NUMBERED.sub("", group[0]), []).append(group)
    gathered: list[_Group] = []
    for stem, members in series.items():
        if len(members) >= _FEWEST_OF_A_SERIES:
            gathered.append(_series_of(stem, members))
        else:
            gathered += members
    if len(gathered) <= room:
        return gathered
    gathered.sort(key=lambda group: -len(group[2]))
    rest = gathered[room - 1 :]
    positions = sorted(position for _, _, inside in rest for position in inside)
    return [*gathered[: room - 1], (f"{len(rest)} others", Kind.OTHERS, positions)]


def _with_series(groups: list[_Group], types: Sequence[str]) -> list[_Group]:
    """The groups with nodes of one type, whose names differ in a number only, as one where they are many."""
    series: dict[tuple[str, str], list[_Group]] = {}
    for group in groups:
        label, kind, members = group
        if kind is Kind.OPERATION:
            series.setdefault((_NUMBERED.sub("", label), types[members[-1]]), []).append(group)
    large = {key: found for key, found in series.items() if len(found) >= _FEWEST_OF_A_SERIES_AT_ONCE}
    if not large:
        return groups
    kept: list[_Group] = []
    for group in groups:
        label, kind, members = group
        found = large.get((_NUMBERED.sub("", label), types[members[-1]])) if kind is Kind.OPERATION else None
        if found is None:
            kept.append(group)
        elif found[0] is group:
            kept.append(_series_of(_NUMBERED.sub("", label), found))
    return kept


def _series_of(stem: str, groups: Sequence[_Group]) -> _Group:
    positions = [position for _, _, inside in groups for position in inside]
    return f"{stem}… ×{len(groups)}", Kind.SERIES, positions


def set_aside(boxes: Sequence[Box], pairs: Iterator[tuple[int, int]]) -> None:
    """Marks the boxes that have so many neighbours that their lines would hide everything else.

    Args:
        boxes: all boxes, each scope before what is in it.
        pairs: source and target of each line.
    """
    degrees: dict[int, set[int]] = {}
    for source, target in pairs:
        degrees.setdefault(source, set()).add(target)
        degrees.setdefault(target, set()).add(source)
    for scope in boxes:
        if len(scope.children) < _FEWEST_WITH_ASIDE:
            continue
        leaves = [boxes[number] for number in scope.children if boxes[number].type]
        for box in leaves:
            neighbours = len(degrees.get(box.number, ()))
            if neighbours >= (_NO_OP_ASIDE if box.type == "NoOp" else _DEGREE_ASIDE):
                box.is_aside = True
                box.note = box.note or f"{neighbours} neighbors"


_FEWEST_WITH_ASIDE, _DEGREE_ASIDE, _NO_OP_ASIDE = 12, 25, 5
