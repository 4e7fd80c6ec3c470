"""``draw_graph``: a graph as a Drawing, which shows itself in a notebook and is saved in many formats."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Mapping
from pathlib import Path

from graphlog.inspect.drawing.box_texts import counted
from graphlog.inspect.drawing.boxes import DrawnGraph
from graphlog.inspect.drawing.drawn_graph import Notes, drawn_graph
from graphlog.inspect.drawing.formats.dot import as_dot
from graphlog.inspect.drawing.formats.graph_json import as_json
from graphlog.inspect.drawing.formats.mermaid import as_mermaid
from graphlog.inspect.drawing.formats.png import as_png
from graphlog.inspect.drawing.formats.svg import SvgPicture, draw_svg
from graphlog.inspect.drawing.layout.placing import Direction, check_direction
from graphlog.inspect.graphs.nodes import GraphSource


class Drawing:
    """A drawing of a graph: boxes for scopes and nodes, and lines between them.

    Attributes:
        graph: what is drawn.
        direction: where edges lead.
    """

    def __init__(self, graph: DrawnGraph, direction: Direction) -> None:
        check_direction(direction)
        self.graph = graph
        self.direction: Direction = direction

    @functools.cached_property
    def _picture(self) -> SvgPicture:
        return draw_svg(self.graph, self.direction)

    def svg(self) -> str:
        """The drawing as SVG: shapes and text, no script."""
        return self._picture.text

    def png(self, scale: float = 2.0) -> bytes:
        """The drawing as PNG.

        Args:
            scale: how many pixels make one of the SVG; less where a side would be longer than 12,000.

        Raises:
            ImportError: resvg-py (``pip install 'graphlog[draw]'``) is missing.
        """
        return as_png(self._picture.text, self._picture.width, self._picture.height, scale)

    def dot(self) -> str:
        """The drawing in Graphviz' language; scopes are clusters."""
        return as_dot(self.graph, self.direction)

    def mermaid(self) -> str:
        """The drawing as a flowchart of Mermaid; scopes are subgraphs."""
        return as_mermaid(self.graph, self.direction)

    def json(self) -> str:
        """The boxes and lines as JSON: see ``graphlog.inspect.drawing.formats.graph_json.as_json``."""
        return as_json(self.graph)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Writes the drawing to a file whose ending says in which format.

        Args:
            path: ends in ``.svg``, ``.png``, ``.dot`` or ``.gv``, ``.mmd`` or ``.mermaid``, or ``.json``.

        Returns:
            The path.

        Raises:
            ValueError: the ending is none of these.
            ImportError: PNG needs resvg-py.
        """
        path = Path(path)
        writer = _WRITERS.get(path.suffix.lower())
        if writer is None:
            raise ValueError(
                f"{path}: graphs are drawn in no format of the ending {path.suffix!r}, but in those of "
                f"{', '.join(_WRITERS)}."
            )
        content = writer(self)
        path.write_bytes(content.encode("utf-8", "backslashreplace") if isinstance(content, str) else content)
        return path

    def _repr_svg_(self) -> str:
        return self.svg()

    def __repr__(self) -> str:
        boxes, lines = len(self.graph.boxes) - 1, len(self.graph.lines)
        return (
            f"<Drawing of {counted(self.graph.operation_count, 'operation')}: "
            f"{boxes} boxes, {counted(lines, 'line')}>"
        )


_WRITERS: dict[str, Callable[[Drawing], str | bytes]] = {
    ".svg": Drawing.svg,
    ".png": Drawing.png,
    ".dot": Drawing.dot,
    ".gv": Drawing.dot,
    ".mmd": Drawing.mermaid,
    ".mermaid": Drawing.mermaid,
    ".json": Drawing.json,
}


def draw_graph(
    graph: GraphSource,
    path: str | os.PathLike[str] | None = None,
    depth: int | None = None,
    *,
    direction: Direction = "up",
    most_boxes: int | None = None,
    labels: Mapping[str, str] | None = None,
    edge_labels: Mapping[str | tuple[str, str], str] | None = None,
    aside: bool = True,
) -> Drawing:
    """Draws a graph, without a browser and without TensorBoard.

    Args:
        graph: a Graph, a GraphDef, or the path of what holds one (see ``gl.load_graph``).
        path: where to save the drawing; its ending says the format (see ``Drawing.save``). None for nowhere.
        depth: how many levels of scopes are shown, 1 for the outermost alone; None opens scopes from the
            outside in while there is room.
        direction: where edges lead: ``"up"``, as in TensorBoard, ``"down"``, ``"left"`` or ``"right"``.
        most_boxes: how many boxes there is room for; None for 60, or 2,000 where a depth is given. Where a
            scope has more in it, nodes of like names are shown as one box, and the last box holds all the
            others.
        labels: for a node's name one more line to be written on it, such as its value.
        edge_labels: for a tensor's name, or for it and the name of a node that takes it, what to write at
            that edge in the place of the shape.
        aside: whether nodes with very many edges stand at the side of their scope, without their lines; dot,
            mermaid and json have all lines.

    Returns:
        The Drawing. A notebook shows it.

    Raises:
        ValueError: ``depth``, ``direction`` or the ending of ``path`` is none that is known, or a file holds
            no graph.
        FileNotFoundError: there is no such file.
    """
    notes = Notes(labels or {}, edge_labels or {})
    drawing = Drawing(drawn_graph(graph, depth, most_boxes, notes, aside), direction)
    if path is not None:
        drawing.save(path)
    return drawing
