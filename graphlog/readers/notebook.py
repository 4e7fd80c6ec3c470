"""Tables of a notebook. What comes from files is escaped."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from graphlog.core.printable import printable

if TYPE_CHECKING:
    from graphlog.readers.series import Series

MOST_ROWS = 50
_LONGEST_TEXT = 1000  # letters


class Markup(str):
    """HTML that is put into a page as it is."""

    __slots__ = ()


def series_table(series: Series[Any]) -> str:
    """The steps of the values of a tag; their contents are not read."""
    rows = list(zip(series.step[:MOST_ROWS].tolist(), series.wall_time[:MOST_ROWS].tolist(), strict=True))
    return table(f"Series {series.tag}", ("step", "wall time"), rows, [more(len(series), "values")])


def more(count: int, what: str) -> str:
    """A note that not all are shown; empty where they are."""
    return f"… {count} {what} in all" if count > MOST_ROWS else ""


def table(title: str, header: Sequence[str], rows: Iterable[Sequence[object]], notes: Iterable[str]) -> str:
    """A table with a title above and notes below it.

    Args:
        title: the title.
        header: the names of the columns.
        rows: what stands in them, all of it escaped but Markup.
        notes: lines of text; empty ones are left out.
    """
    head = "".join(f'<th style="text-align: left">{escaped(name)}</th>' for name in header)
    body = "".join(
        "<tr>" + "".join(f'<td style="text-align: left">{escaped(cell)}</td>' for cell in row) + "</tr>"
        for row in rows
    )
    below = "".join(f"<div>{escaped(note)}</div>" for note in notes if note)
    return (
        f"<div><strong>{escaped(title)}</strong></div>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{below}"
    )


def escaped(value: object) -> str:
    """A value as text that a page shows as it is, cut where it is long; Markup is not changed."""
    if isinstance(value, Markup):
        return value
    text = str(value)
    return html.escape(printable(text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}…"))
