"""Errors for names that are not there, which say what is there instead."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

_MOST_NAMES = 20


def missing(what: str, name: str, known: Sequence[str]) -> KeyError:
    """A KeyError that says what there is instead: what is alike first."""
    if not known:
        return UnknownNameError(f"{what} {name!r}, and none at all")
    alike = difflib.get_close_matches(name, known[:1000], _MOST_NAMES, 0.5)
    listed = list(dict.fromkeys([*alike, *known]))[:_MOST_NAMES]
    rest = f" and {len(known) - len(listed)} more" if len(known) > len(listed) else ""
    return UnknownNameError(f"{what} {name!r}; there is {', '.join(map(repr, listed))}{rest}")


class UnknownNameError(KeyError):
    """A KeyError whose message is shown as it is, not as a quoted key."""

    def __str__(self) -> str:
        return str(self.args[0])
