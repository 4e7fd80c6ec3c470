"""``graphlog gradients``: whether the gradients that a log holds are healthy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphlog.cli.gradient_advice import ADVICE, NORM
from graphlog.cli.number_texts import number_text, plural
from graphlog.cli.options import AsJson
from graphlog.cli.output import (
    FINE,
    FOUND,
    print_json,
    print_paragraph,
    print_styled,
    print_table,
    room_for_curve,
)
from graphlog.cli.unread import tell_unread
from graphlog.cli.waiting import progress

if TYPE_CHECKING:
    from graphlog.inspect.gradients.health import Finding, VariableHealth

_SPARKLINE_WIDTH = 20
_MOST_PLACES = 6


def gradients(
    path: Annotated[str, typer.Argument(metavar="PATH", help="An event file, a folder, a pattern or a URL.")],
    json: AsJson = False,
) -> int:
    """Judge gradients: vanishing, exploding, dead, NaN.

    Says for each variable from which step on, what that means, and what to try. SummaryWriter.add_gradients
    writes what is needed.

    Exit status 1 says that one is not healthy, or that something could not be read.
    """
    from graphlog.inspect.gradients.health import gradient_health
    from graphlog.readers.log import open_log

    log = open_log(path)
    found = {run.name: gradient_health(run) for run in progress(log.values(), "reading runs", len(log))}
    found = {name: variables for name, variables in found.items() if variables}
    ill = sum(item.verdict != "healthy" for variables in found.values() for item in variables)
    if json:
        print_json({name: list(map(_as_data, variables)) for name, variables in found.items()})
        return max(tell_unread(log), FOUND if ill else FINE)
    for name, variables in found.items():
        if len(found) > 1:
            print_styled(name, "bold")
        _print_table(variables)
    if not found:
        print("No gradients are logged here. In a training loop, SummaryWriter.add_gradients writes them.")
        return tell_unread(log)
    _print_advice(found)
    count = sum(map(len, found.values()))
    print(f"{plural(count, 'variable')}: {count - ill:,} healthy, {ill:,} not")
    return max(tell_unread(log), FOUND if ill else FINE)


def _print_table(variables: Sequence[VariableHealth]) -> None:
    from graphlog.inspect.sparklines import sparkline

    head = ["variable", "verdict", "steps", "norm first", "norm last"]
    rows = [_cells(item) for item in variables]
    width = room_for_curve(head, rows, _SPARKLINE_WIDTH)
    if width:
        head = [*head, "norms"]
        for row, item in zip(rows, variables, strict=True):
            row.append(sparkline(item.series.l2_norm, width, log=True))
    print_table(head, rows, right=["norm first", "norm last"])


def _cells(item: VariableHealth) -> list[object]:
    norms = item.series.l2_norm
    worst = item.findings[0] if item.findings else None
    return [
        item.variable,
        ", ".join(map(_name, dict.fromkeys(finding.verdict for finding in item.findings))) or item.verdict,
        "-" if worst is None else _steps(worst),
        number_text(float(norms[0])) if len(norms) else "-",
        number_text(float(norms[-1])) if len(norms) else "-",
    ]


def _name(verdict: str) -> str:
    return "NaN" if verdict == "nan" else verdict


def _steps(finding: Finding) -> str:
    return f"from {finding.from_step:,} " + ("on" if finding.to_the_end else f"to {finding.to_step:,}")


def _print_advice(found: Mapping[str, Sequence[VariableHealth]]) -> None:
    """Prints for each kind of illness where it is, what it means, and what to try."""
    places: dict[str, list[str]] = {}
    for run, variables in found.items():
        for item in variables:
            for finding in item.findings[:1]:
                where = item.variable if len(found) == 1 else f"{item.variable} of {run}"
                places.setdefault(finding.verdict, []).append(f"{where}, {_steps(finding)}")
    for verdict in sorted(places, key=[*ADVICE].index):
        print()
        print_styled(_name(verdict), "bold red")
        listed = places[verdict]
        more = f"; and {len(listed) - _MOST_PLACES:,} more" if len(listed) > _MOST_PLACES else ""
        print_paragraph("; ".join(listed[:_MOST_PLACES]) + more, "Where:")
        print_paragraph(ADVICE[verdict].meaning, "What it means:")
        print_paragraph(ADVICE[verdict].remedy, "What to try:")
    if places:
        print(f"\n{NORM}")


def _as_data(item: VariableHealth) -> dict[str, Any]:
    return {
        "variable": item.variable,
        "verdict": item.verdict,
        "findings": item.findings,
        "source": item.series.source,
        "step": item.series.step,
        "l2_norm": item.series.l2_norm,
    }
