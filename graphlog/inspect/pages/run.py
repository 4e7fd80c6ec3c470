"""A run as a page: its tags with their curves, the health of its gradients, and its graph."""

from __future__ import annotations

import base64
import logging
from collections.abc import Iterator

from graphlog.inspect.drawing.drawing import draw_graph
from graphlog.inspect.gradients.health import VariableHealth, gradient_health
from graphlog.inspect.gradients.series import variable_of
from graphlog.inspect.graphs.nodes import graph_nodes
from graphlog.inspect.pages.curves import curves_svg
from graphlog.readers.notebook import MOST_ROWS, Markup, escaped, more, table
from graphlog.readers.run import Run

_MOST_CURVES = 24
_MOST_VARIABLES = 8
_MOST_BOXES = 24
# A cell that only names a run must not take long: beyond these, drawing and judging take seconds.
_MOST_OPERATIONS = 20_000
_LARGEST_DRAWING = 1 << 22  # letters; names may have a million
_MOST_HISTOGRAMS = 2_000
_MOST_POINTS = 1_000_000

_CURVE_SIZE = (150, 26)  # pixels


def run_page(run: Run) -> str:
    """What a notebook shows of a run.

    Args:
        run: the run, which is read for it.

    Returns:
        HTML, without scripts, all that comes from files escaped.
    """
    return f"<div>{_tags(run)}{_gradients(run)}{_graph(run)}</div>"


def _tags(run: Run) -> str:
    """The tags, with how many values each has, their steps, and the curves of the first scalars."""
    tags = run.tags()
    rows = [row for kind, names in tags.items() for row in _rows(run, kind, names[:MOST_ROWS])][:MOST_ROWS]
    graphs = len(run.graphs())
    parameters = ", ".join(f"{name} = {value}" for name, value in [*run.hparams.items()][:MOST_ROWS])
    notes = [
        more(sum(map(len, tags.values())), "tags"),
        f"{graphs} graphs" if graphs else "",
        f"hyperparameters: {parameters}" if parameters else "",
        *(str(item) for item in run.damage[:MOST_ROWS]),
    ]
    return table(f"Run {run.name}", ("kind", "tag", "values", "steps", "last value", "curve"), rows, notes)


def _rows(run: Run, kind: str, tags: list[str]) -> Iterator[tuple[object, ...]]:
    for number, tag in enumerate(tags):
        if kind == "run_metadata":
            yield kind, tag, "", "", "", ""
            continue
        values = getattr(run, kind)(tag)
        steps = f"{values.step.min()} to {values.step.max()}" if len(values) else ""
        if kind != "scalars" or not len(values):
            yield kind, tag, len(values), steps, "", ""
            continue
        curve = curves_svg([values], *_CURVE_SIZE) if number < _MOST_CURVES else ""
        yield kind, tag, len(values), steps, f"{values.value[-1]:.6g}", curve


def _gradients(run: Run) -> str:
    """Which gradients are not healthy; empty where the run has none, or so many that judging takes long."""
    tags = run.tags()
    histograms = [tag for tag in tags.get("histograms", []) if variable_of(tag) is not None]
    if (
        sum(len(run.histograms(tag)) for tag in histograms) > _MOST_HISTOGRAMS
        or sum(map(len, run.curves())) > _MOST_POINTS
    ):
        return ""
    judged = gradient_health(run)
    ill = [item for item in judged if item.findings]
    if not judged:
        return ""
    rows = [(item.variable, item.verdict, _findings(item)) for item in ill[:_MOST_VARIABLES]]
    count = len(judged) - len(ill)
    notes = [
        f"… {len(ill) - len(rows)} more that are not healthy" if len(ill) > len(rows) else "",
        f"{count} of {len(judged)} gradients are healthy",
    ]
    if not rows:
        return f'<div style="margin-top: 1em"><strong>Gradients</strong></div><div>{notes[-1]}</div>'
    shown = table("Gradients", ("variable", "verdict", "when"), rows, notes)
    return f'<div style="margin-top: 1em">{shown}</div>'


def _findings(health: VariableHealth) -> str:
    return "; ".join(
        f"{item.verdict} from step {item.from_step}" + ("" if item.to_the_end else f" to step {item.to_step}")
        for item in health.findings
    )


def _graph(run: Run) -> str:
    """A drawing of the graph with its scopes closed as far as there is no room; empty where there is none."""
    shown = run.shown_graph()
    if shown is None:
        return ""
    try:
        nodes = graph_nodes(shown)
        if len(nodes) > _MOST_OPERATIONS:
            return f"<div>The graph has {len(nodes)} operations: draw_graph draws it.</div>"
        svg = draw_graph(nodes, most_boxes=_MOST_BOXES).svg()
        if len(svg) > _LARGEST_DRAWING:
            return "<div>The names of the graph are too long to draw it here: draw_graph draws it.</div>"
    except Exception:
        # A cell that only names a run must never fail: the run's damage tells what is wrong.
        logging.getLogger(__name__).debug("The graph could not be drawn.", exc_info=True)
        return ""
    # An image of its own, so that nothing in it is part of the page.
    data = base64.b64encode(svg.encode("utf-8", "backslashreplace")).decode()
    title = escaped(f"Graph of {len(nodes)} operations")
    return Markup(
        f'<div style="margin-top: 1em"><strong>{title}</strong></div>'
        f'<div style="max-height: 40em; overflow: auto"><img alt="{title}" '
        f'style="max-width: 100%; border-radius: 4px" src="data:image/svg+xml;base64,{data}"></div>'
    )
