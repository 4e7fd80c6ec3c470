"""Logs and runs as small tables in a notebook. What comes from files is escaped."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from graphlog.core.printable import printable

if TYPE_CHECKING:
    from graphlog.readers.log import Log
    from graphlog.readers.run import Run
    from graphlog.readers.series import Series

_MOST_ROWS = 50


def log_table(log: Log) -> str:
    """The runs of a log with their files, none of which is read for it."""
    rows = [(name, len(log[name].files)) for name in log.runs[:_MOST_ROWS]]
    notes = [_more(len(log), "runs"), *(str(item) for item in log.problems[:_MOST_ROWS])]
    return _table(f"Log {log.path}", ("run", "event files"), rows, notes)


def run_table(run: Run) -> str:
    """The tags of a run, with how many values each has, and their steps."""
    rows: list[tuple[object, ...]] = []
    count = 0
    for kind, tags in run.tags().items():
        count += len(tags)
        for tag in tags[: _MOST_ROWS - len(rows)]:
            if kind == "run_metadata":
                rows.append((kind, tag, "", "", ""))
                continue
            values = getattr(run, kind)(tag)
            steps = f"{values.step.min()} to {values.step.max()}" if len(values) else ""
            last = f"{values.value[-1]:.6g}" if kind == "scalars" and len(values) else ""
            rows.append((kind, tag, len(values), steps, last))
    graphs = len(run.graphs())
    notes = [
        _more(count, "tags"),
        f"{graphs} graphs" if graphs else "",
        f"hyperparameters: {', '.join(f'{name} = {value}' for name, value in run.hparams.items())}"
        if run.hparams
        else "",
        *(str(item) for item in run.damage[:_MOST_ROWS]),
    ]
    return _table(f"Run {run.name}", ("kind", "tag", "values", "steps", "last value"), rows, notes)


def series_table(series: Series[Any]) -> str:
    """The steps of the values of a tag; their contents are not read."""
    rows = list(zip(series.step[:_MOST_ROWS].tolist(), series.wall_time[:_MOST_ROWS].tolist(), strict=True))
    return _table(f"Series {series.tag}", ("step", "wall time"), rows, [_more(len(series), "values")])


def _more(count: int, what: str) -> str:
    return f"… {count} {what} in all" if count > _MOST_ROWS else ""


def _table(title: str, header: Sequence[str], rows: Iterable[Sequence[object]], notes: Iterable[str]) -> str:
    head = "".join(f"<th>{_escaped(name)}</th>" for name in header)
    body = "".join(
        "<tr>" + "".join(f'<td style="text-align: left">{_escaped(cell)}</td>' for cell in row) + "</tr>"
        for row in rows
    )
    below = "".join(f"<div>{_escaped(note)}</div>" for note in notes if note)
    return (
        f"<div><strong>{_escaped(title)}</strong></div>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{below}"
    )


def _escaped(value: object) -> str:
    return html.escape(printable(str(value)))
