"""A graph, or what holds one, as the boxes and lines of a drawing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from graphlog.core.printable import printable
from graphlog.core.shapes import StaticShape
from graphlog.inspect.drawing.boxes import Box, DrawnGraph, Kind, Line
from graphlog.inspect.drawing.visible_boxes import VisibleBoxes, set_aside
from graphlog.inspect.graphs.edges import CONTROL, MISSING
from graphlog.inspect.graphs.gradient_pairs import gradient_pairs
from graphlog.inspect.graphs.nodes import GraphNodes, GraphSource, graph_nodes

# How many boxes a drawing has if nothing else is asked for, and if a depth is.
MOST_BOXES, MOST_BOXES_AT_DEPTH = 60, 2000
_MOST_TENSORS_NAMED = 16


@dataclass(frozen=True)
class Notes:
    """Texts to be written into a drawing.

    Attributes:
        labels: for a node (or its first tensor) one more line to be written on it.
        edge_labels: for a tensor, or a tensor and the node that takes it, what is written at its edges in the
            place of the shape.
    """

    labels: Mapping[str, str] = field(default_factory=dict)
    edge_labels: Mapping[str | tuple[str, str], str] = field(default_factory=dict)


def drawn_graph(
    source: GraphSource,
    depth: int | None = None,
    most_boxes: int | None = None,
    notes: Notes | None = None,
    aside: bool = True,
) -> DrawnGraph:
    """The boxes and lines of a drawing.

    Args:
        source: a graph, or what holds one (see ``graph_nodes``).
        depth: how many levels of scopes are shown; None for as many as there is room for.
        most_boxes: how many boxes there is room for; None for 60, or 2,000 where a depth is given.
        notes: texts to be written into it.
        aside: whether boxes with very many lines are put at the side, without their lines.

    Returns:
        The boxes and lines.

    Raises:
        ValueError: ``depth`` or ``most_boxes`` is less than 1.
    """
    if depth is not None and depth < 1:
        raise ValueError(f"A drawing shows 1 level or more: depth must not be {depth}.")
    if most_boxes is None:
        most_boxes = MOST_BOXES if depth is None else MOST_BOXES_AT_DEPTH
    if most_boxes < 1:
        raise ValueError(f"A drawing has 1 box or more: most_boxes must not be {most_boxes}.")
    notes = notes or Notes()
    nodes = graph_nodes(source)
    visible = VisibleBoxes(nodes, depth, most_boxes, gradient_pairs(nodes).scopes)
    lines = _lines(nodes, visible, notes)
    for box in visible.boxes:
        box.note = printable(notes.labels.get(box.name, notes.labels.get(f"{box.name}:0", "")))
    if aside:
        set_aside(visible.boxes, ((line.source, line.target) for line in lines))
    return DrawnGraph(visible.boxes, lines, len(nodes))


def _lines(nodes: GraphNodes, visible: VisibleBoxes, notes: Notes) -> list[Line]:
    edges = nodes.edges
    sources = np.asarray(edges.sources, np.int64)
    outputs = np.asarray(edges.outputs, np.int64)
    targets = np.repeat(np.arange(len(nodes)), np.diff(np.asarray(edges.first)))
    owners = np.asarray([*visible.owners, 0], np.int64)
    is_missing = sources == MISSING
    if is_missing.any():
        owners[-1] = _add_missing(nodes, visible.boxes, targets[is_missing])
    start, end = owners[sources], owners[targets]
    # Edges inside of a box that stands for many nodes are not seen; those of a node with itself are.
    is_single = np.asarray([box.operation_count == 1 for box in visible.boxes])
    seen = np.flatnonzero((start != end) | is_single[start])
    if not len(seen):
        return []
    is_control = outputs == CONTROL
    keys = (start * len(visible.boxes) + end) * 2 + is_control
    seen = seen[np.argsort(keys[seen], kind="stable")]
    changes = np.flatnonzero(np.diff(keys[seen])) + 1
    lines = []
    for together in np.split(seen, changes):
        first = int(together[0])
        line = Line(int(start[first]), int(end[first]), bool(is_control[first]), edge_count=len(together))
        if not line.is_control and not is_missing[first]:
            _describe(line, nodes, together, sources, outputs, targets, notes)
        lines.append(line)
    return lines


def _add_missing(nodes: GraphNodes, boxes: list[Box], targets: np.ndarray) -> int:
    """Adds a box for the inputs that the graph has no node for."""
    names = {
        edge.text
        for target in targets[:100]
        for edge in nodes.edges.inputs(int(target))
        if edge.source == MISSING
    }
    label = names.pop() if len(names) == 1 else f"{len(targets)} inputs"
    box = Box(len(boxes), 0, Kind.MISSING, label, printable(label), "missing", operation_count=0)
    boxes.append(box)
    boxes[0].children.append(box.number)
    return box.number


def _describe(
    line: Line,
    nodes: GraphNodes,
    together: np.ndarray,
    sources: np.ndarray,
    outputs: np.ndarray,
    targets: np.ndarray,
    notes: Notes,
) -> None:
    """Says which tensors a line carries, and what is written at it."""
    pairs = np.unique(np.stack([sources[together], outputs[together]], axis=1), axis=0)
    line.tensor_count = len(pairs)
    line.tensors = tuple(
        f"{nodes.names[position]}:{output}" for position, output in pairs[:_MOST_TENSORS_NAMED].tolist()
    )
    if len(pairs) > 1:
        line.label = f"{len(pairs)} tensors"
        return
    position, output = pairs[0].tolist()
    tensor, target = line.tensors[0], nodes.names[int(targets[together[0]])]
    label = notes.edge_labels.get((tensor, target), notes.edge_labels.get(tensor))
    if label is None:
        shapes = nodes.output_shapes(position)
        label = shape_label(shapes[output]) if 0 <= output < len(shapes) else ""
    line.label = printable(label)


def shape_label(shape: StaticShape) -> str:
    """A shape as TensorBoard writes it: ``2×3``, ``?`` for an unknown size, ``scalar``; empty if unknown."""
    if shape is None:
        return ""
    return "×".join("?" if size is None else str(size) for size in shape) or "scalar"
