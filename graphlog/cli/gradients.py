"""``graphlog gradients``: whether the gradients that a log holds are healthy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphlog.cli.gradient_advice import ADVICE, NORM
from graphlog.cli.number_texts import plural
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
    from graphlog.inspect.gradients.health import HealthFinding, VariableHealth
    from graphlog.inspect.gradients.series import Column

_SPARKLINE_WIDTH = 20
_MOST_PLACES = 6
# What ends a training stands in red, what hampers it in yellow.
_STYLES = dict.fromkeys(["nan", "inf", "exploding"], "red") | dict.fromkeys(["dead", "vanishing"], "yellow")


def gradients(
    path: Annotated[str, typer.Argument(metavar="PATH", help="An event file, a folder, a pattern or a URL.")],
    json: AsJson = False,
) -> int:
    """Judge gradients: vanishing, exploding, dead, NaN.

    Says for each variable from which step on, what that means, and what to try. SummaryWriter.add_gradients
    and tf.summary.gradients write what is needed. The curves of a run share one logarithmic scale.

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
    for number, (name, variables) in enumerate(found.items()):
        if len(found) > 1:
            print("\n" * bool(number), end="")
            print_styled(name, "bold")
        _print_table(variables)
    if not found:
        print_styled(
            "No gradients are logged here. SummaryWriter.add_gradients writes them in a training loop, "
            "tf.summary.gradients in a graph.",
            "",
        )
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
        norms = [item.series.norm for item in variables]
        least, most = _limits(norms)
        for row, curve in zip(rows, norms, strict=True):
            row.append(sparkline(curve, width, log=True, minimum=least, maximum=most))
    styles = [_STYLES.get(item.verdict, "") for item in variables]
    print_table(head, rows, right=["norm first", "norm last"], styles=styles)


def _limits(norms: Sequence[Column]) -> tuple[float | None, float | None]:
    """The least and the largest norm that has a finite logarithm, so that curves can be compared."""
    import numpy as np

    every = np.concatenate(norms)
    every = every[np.isfinite(every) & (every > 0)]
    return (float(every.min()), float(every.max())) if len(every) else (None, None)


def _cells(item: VariableHealth) -> list[object]:
    norms = item.series.norm
    worst = item.findings[0] if item.findings else None
    return [
        item.variable,
        ", ".join(map(_name, dict.fromkeys(finding.verdict for finding in item.findings))) or item.verdict,
        "-" if worst is None else _steps(worst).replace("step ", ""),
        _norm_text(norms[0]) if len(norms) else "-",
        _norm_text(norms[-1]) if len(norms) else "-",
    ]


def _norm_text(norm: float) -> str:
    return "NaN" if norm != norm else f"{norm:.3g}"


def _name(verdict: str) -> str:
    return "NaN" if verdict == "nan" else verdict


def _steps(finding: HealthFinding) -> str:
    """When it was so."""
    first, last = finding.from_step, finding.to_step
    if finding.to_the_end:
        return f"from step {first:,} on"
    return f"at step {first:,}" if first == last else f"from step {first:,} to {last:,}"


def _print_advice(found: Mapping[str, Sequence[VariableHealth]]) -> None:
    """Prints for each kind of illness where it is, what it means, and what to try."""
    is_ill = False
    for verdict, advice in ADVICE.items():
        if places := _places(found, verdict):
            is_ill = True
            print()
            print_styled(_name(verdict), f"bold {_STYLES[verdict]}")
            print_paragraph("; ".join(places), "Where:")
            print_paragraph(advice.meaning, "What it means:")
            print_paragraph(advice.remedy, "What to try:")
    if is_ill:
        print(f"\n{NORM}")


def _places(found: Mapping[str, Sequence[VariableHealth]], verdict: str) -> list[str]:
    """Where and when it is the worst, or came before that; what began together is told together, in order."""
    together: dict[tuple[int, str, str], list[str]] = {}
    for run, variables in found.items():
        for item in variables:
            for finding in item.findings:
                is_told = finding is item.findings[0] or finding.from_step < item.findings[0].from_step
                if is_told and finding.verdict == verdict:
                    began = finding.from_step, _steps(finding), run
                    together.setdefault(began, []).append(item.variable)
    places = []
    for (_, steps, run), names in sorted(together.items(), key=lambda item: item[0][0]):
        is_all = len(names) == len(found[run]) > 1
        where = f"all {len(names):,} variables" if is_all else _listed(names)
        places.append(f"{where}{f' of {run}' if len(found) > 1 else ''}, {steps}")
    more = len(places) - _MOST_PLACES
    return [*places[:_MOST_PLACES], *([f"and {more:,} more"] if more > 0 else [])]


def _listed(names: Sequence[str]) -> str:
    if len(names) > _MOST_PLACES:
        names = [*names[: _MOST_PLACES - 1], f"{len(names) - _MOST_PLACES + 1:,} more"]
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _as_data(item: VariableHealth) -> dict[str, Any]:
    return {
        "variable": item.variable,
        "verdict": item.verdict,
        "findings": item.findings,
        "source": item.series.source,
        "step": item.series.step,
        "l2_norm": item.series.l2_norm,
    }
