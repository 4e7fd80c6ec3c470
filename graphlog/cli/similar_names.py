"""Names that may have been meant by one that is not there."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

_MOST = 3
# Comparing letter by letter takes about 20 microseconds a name.
_MOST_COMPARED = 5000


def similar_names(names: Iterable[str], wanted: Sequence[str]) -> str:
    """A sentence that names those that are like wanted ones which are not there; empty if none is.

    Args:
        names: the names of the nodes; their scopes may be meant, too.
        wanted: what was asked for; empty texts are passed over.
    """
    known = _with_scopes(names)
    missing = [name for name in wanted if name and name not in known]
    found = [like for name in missing for like in _like(name, known)]
    return f" Did you mean {' or '.join(found)}?" if found else ""


def _with_scopes(names: Iterable[str]) -> dict[str, None]:
    found = dict.fromkeys(names)
    found |= {name.rpartition("/")[0]: None for name in [*found]}
    found.pop("", None)
    return found


def _like(name: str, known: dict[str, None]) -> list[str]:
    """Those of that label in another scope, those that hold it, else those with nearly the same letters."""
    small = name.lower()
    same_label = [other for other in known if other.lower() == small or other.lower().endswith(f"/{small}")]
    holding = [other for other in known if small in other.lower()]
    near = difflib.get_close_matches(name, [*known][:_MOST_COMPARED], _MOST) if not holding else []
    return [*dict.fromkeys([*same_label, *sorted(holding, key=len), *near])][:_MOST]
