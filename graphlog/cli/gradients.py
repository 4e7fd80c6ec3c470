"""``graphlog gradients``: whether the gradients that a log holds are healthy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphlog.cli.number_texts import number_text, plural
from graphlog.cli.options import AsJson
from graphlog.cli.output import FINE, FOUND, print_json, print_table, progress, shown

if TYPE_CHECKING:
    from graphlog.inspect.gradient_health import VariableHealth

_SPARKLINE_WIDTH = 20


def gradients(
    path: Annotated[str, typer.Argument(help="An event file, a folder, a pattern or a URL.")],
    json: AsJson = False,
) -> int:
    """Judge the gradients of each variable: vanishing, exploding, dead, NaN, and from which step.

    Exit status 1 says that one is not healthy.
    """
    from graphlog.inspect.gradient_health import gradient_health
    from graphlog.readers.log import open_log

    log = open_log(path)
    found = {run.name: gradient_health(run) for run in progress(log.values(), "reading runs", len(log))}
    found = {name: variables for name, variables in found.items() if variables}
    ill = sum(item.verdict != "healthy" for variables in found.values() for item in variables)
    if json:
        print_json({name: list(map(_as_data, variables)) for name, variables in found.items()})
        return FOUND if ill else FINE
    for name, variables in found.items():
        if len(found) > 1:
            print(shown(name))
        head = ["variable", "verdict", "steps", "norm first", "norm last", "norm"]
        print_table(head, map(_cells, variables), right=["norm first", "norm last"])
    if not found:
        print("No gradients are logged here: SummaryWriter.add_gradients writes them.")
    else:
        count = sum(map(len, found.values()))
        print(f"{plural(count, 'variable')}, {ill} not healthy")
    return FOUND if ill else FINE


def _cells(item: VariableHealth) -> list[object]:
    from graphlog.inspect.sparklines import sparkline

    norms = item.series.l2_norm
    worst = item.findings[0] if item.findings else None
    steps = "-"
    if worst is not None:
        end = "on" if worst.to_the_end else f"to {worst.to_step:,}"
        steps = f"from {worst.from_step:,} {end}"
    return [
        item.variable,
        ", ".join(dict.fromkeys(finding.verdict for finding in item.findings)) or item.verdict,
        steps,
        number_text(float(norms[0])) if len(norms) else "-",
        number_text(float(norms[-1])) if len(norms) else "-",
        sparkline(norms, _SPARKLINE_WIDTH, log=True) if len(norms) else "",
    ]


def _as_data(item: VariableHealth) -> dict[str, Any]:
    return {
        "variable": item.variable,
        "verdict": item.verdict,
        "findings": item.findings,
        "source": item.series.source,
        "step": item.series.step,
        "l2_norm": item.series.l2_norm,
    }
