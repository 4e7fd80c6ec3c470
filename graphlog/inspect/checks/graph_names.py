"""Names of nodes that TensorBoard's page, or TensorFlow, cannot deal with."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from graphlog.graphdef.page_names import PAGE_BREAKING
from graphlog.inspect.checks.findings import Finding, error, note, shortened, warning
from graphlog.inspect.graphs.nodes import GraphNodes

_VALID = re.compile(r"[A-Za-z0-9.][A-Za-z0-9_.\\/>-]*", re.ASCII)
_ESCAPED = frozenset("\"'\\")  # in the text format that the page reads
_DEEPEST = 50


def check_names(nodes: GraphNodes) -> Iterator[Finding]:
    """Checks the names of nodes: each by itself, and beside the others."""
    first_seen: dict[str, int] = {}
    for position, name in enumerate(nodes.names):
        subject = nodes.label(position)
        if not name:
            yield error(
                "empty-name", subject, f"Node {position} (from 0) has no name.", "Give every node a name."
            )
            continue
        if name in first_seen:
            yield error(
                "duplicate-name",
                subject,
                f"Nodes {first_seen[name]} and {position} (from 0) have this name; only the last is shown.",
                "Rename one of them.",
            )
        first_seen.setdefault(name, position)
        yield from _check_one(name, subject)
    in_order = sorted(nodes.positions)
    for name, position in nodes.positions.items():
        following = bisect_left(in_order, f"{name}/")
        if name and following < len(in_order) and in_order[following].startswith(f"{name}/"):
            yield note(
                "name-is-scope",
                nodes.label(position),
                f"There are nodes below {shortened(name + '/')}: the page shows this one as "
                f"{shortened(name + '/(' + name.rpartition('/')[2] + ')')}.",
                "Rename the node or the scope if that confuses.",
            )


def _check_one(name: str, subject: str) -> Iterator[Finding]:
    root, is_in_scope, _ = name.partition("/")
    if root in PAGE_BREAKING:
        yield error(
            "page-breaking-name",
            subject,
            f"A {'scope' if is_in_scope else 'node'} at the root is called {root!r}, which is a name of the "
            "page's own scripts: they fail.",
            "Put it into a scope, or rename it.",
        )
    if not name.isprintable() or _ESCAPED & set(name):
        yield error(
            "escaped-characters",
            subject,
            "The name has quotes, backslashes or control characters, which the page shows as escapes.",
            "Rename the node.",
        )
    elif not name.isascii():
        yield warning(
            "non-ascii-name",
            subject,
            "The name has letters beyond ASCII, which some versions of TensorBoard show as escapes such as "
            "\\303\\244, and no TensorFlow takes.",
            "Write the name in ASCII.",
        )
    elif name.startswith("/") or name.endswith("/") or "//" in name:
        yield error(
            "empty-scope",
            subject,
            "A part of the name between slashes is empty; where it is the first, no graph is shown at all.",
            "Give every scope a name, and the node a name within it.",
        )
    elif not _VALID.fullmatch(name):
        yield warning(
            "bad-characters",
            subject,
            "TensorFlow allows letters, digits and ._-/> in a name; it starts with a letter, digit or dot.",
            "Rename the node.",
        )
    if "--" in name:
        yield warning(
            "double-dash",
            subject,
            "The page puts '--' between two names to name the edge between them.",
            "Write the name with single dashes.",
        )
    if name.count("/") > _DEEPEST:
        yield warning(
            "deep-nesting",
            subject,
            f"The node lies {name.count('/')} scopes deep; nobody can open all these.",
            f"Use at most {_DEEPEST}.",
        )
