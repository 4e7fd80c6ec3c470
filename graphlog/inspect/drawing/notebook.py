"""What a notebook shows of a graph, a run and a log."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from graphlog.core.graph import Graph

if TYPE_CHECKING:
    from graphlog.readers.log import Log
    from graphlog.readers.run import Run

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


def run_page(run: Run) -> str:
    """A page of a run: see ``graphlog.inspect.pages.run``."""
    from graphlog.inspect.pages.run import run_page

    return run_page(run)


def log_page(log: Log) -> str:
    """A page of a log: see ``graphlog.inspect.pages.log``."""
    from graphlog.inspect.pages.log import log_page

    return log_page(log)
