"""What a notebook shows of a graph."""

from __future__ import annotations

import logging

from graphlog.core.graph import Graph

# Beyond, the way by a GraphDef takes seconds, which nobody asked for who only ended a cell with a graph.
_MOST_OPERATIONS = 50_000


def notebook_svg(graph: Graph) -> str | None:
    """A drawing of a graph as SVG.

    Args:
        graph: the graph.

    Returns:
        The SVG; None where the graph is empty, is very large or cannot be drawn: a notebook then shows its
        plain text.
    """
    if not 0 < graph.version <= _MOST_OPERATIONS:
        return None
    try:
        from graphlog.inspect.drawing.drawing import draw_graph

        return draw_graph(graph).svg()
    except Exception:
        # A cell that only names a graph must never fail.
        logging.getLogger(__name__).debug("The graph could not be drawn.", exc_info=True)
        return None
