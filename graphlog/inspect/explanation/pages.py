"""An explanation as HTML, for notebooks, and as Markdown, for TensorBoard's text dashboard."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from graphlog.inspect.explanation.tables import HEAD, derivations, rows, title

if TYPE_CHECKING:
    from graphlog.inspect.explanation.explanation import Explanation

# What Markdown, or a table in it, would take for a sign of its own.
_MARKDOWN_SIGNS = re.compile(r"([\\`*_{}\[\]()#+.!|~-])")


def as_html(explanation: Explanation) -> str:
    """A paragraph, a table of the steps, and the derivations."""
    parts = [f"<p>{_lines(title(explanation).split(chr(10)))}</p>"]
    if explanation.steps:
        head = "".join(f"<th>{html.escape(cell)}</th>" for cell in HEAD)
        body = "".join(
            "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>"
            for row in rows(explanation)
        )
        parts.append(f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>")
    lines = [line for derivation in derivations(explanation) for line in derivation]
    parts.append(f"<pre>{html.escape(chr(10).join(lines))}</pre>")
    return "\n".join(parts)


def _lines(texts: list[str]) -> str:
    return "<br>".join(map(html.escape, texts))


def as_markdown(explanation: Explanation) -> str:
    """The same as in a notebook."""
    parts = ["  \n".join(map(_escaped, title(explanation).split("\n")))]
    if explanation.steps:
        lines = [HEAD, ["---"] * len(HEAD), *([_escaped(cell) for cell in row] for row in rows(explanation))]
        parts.append("\n".join(f"| {' | '.join(line)} |" for line in lines))
    for derivation in derivations(explanation):
        first, *others = map(_escaped, (line.strip() for line in derivation))
        parts.append("\n".join([first, *([""] if others else []), *(f"- {line}" for line in others)]))
    return "\n\n".join(parts)


def _escaped(text: str) -> str:
    """A text that Markdown shows as it is."""
    return _MARKDOWN_SIGNS.sub(r"\\\1", html.escape(text, quote=False))
