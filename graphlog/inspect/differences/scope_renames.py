"""Renamed nodes taken together: a scope that was renamed as a whole is one rename."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

# Names with more parts than this are looked at up to here: a stranger's name may have a million.
_MOST_PARTS = 64

Names = tuple[str, str]


@dataclass(frozen=True)
class ScopeRename:
    """A scope whose nodes all moved into another scope.

    Attributes:
        old: the scope's name before, without a slash at its end; empty for the whole graph.
        new: its name after; empty where the nodes are in no scope any more.
        nodes: how many nodes are in it whose names differ in nothing else.
    """

    old: str
    new: str
    nodes: int


def scope_renames(pairs: Sequence[Names]) -> tuple[list[ScopeRename], list[Names]]:
    """Finds the scopes that were renamed as a whole.

    A scope was renamed as a whole where each node that was in it, and is still there, is in the new scope;
    each node of the new scope that was there before was in the old one; and two or more kept the rest of
    their names.

    Args:
        pairs: the old and the new name of each node that is in both graphs, also where they are the same.

    Returns:
        The scopes, the outermost where one is within another; and the names of nodes that were renamed and
        are not told by that.
    """
    renamed = [pair for pair in pairs if pair[0] != pair[1]]
    if not renamed:
        return [], []
    counts = Counter(change for pair in renamed for change in _changes(*pair))
    candidates = {change for change, count in counts.items() if count > 1}
    whole = _whole(candidates, pairs)
    moved: Counter[Names] = Counter()
    others = []
    for pair in renamed:
        change = next((change for change in _changes(*pair) if change in whole), None)
        if change is None:
            others.append(pair)
        else:
            moved[change] += 1
    return [ScopeRename(old, new, count) for (old, new), count in sorted(moved.items())], sorted(others)


def _changes(old: str, new: str) -> Iterator[Names]:
    """The renames of scopes, the outermost first, each of which alone would explain the names of a node.

    ``a/x/n`` and ``b/x/n`` are explained by ``a`` and ``b``, and by ``a/x`` and ``b/x``.
    """
    old_parts, new_parts = _parts(old), _parts(new)
    kept = 0
    for old_part, new_part in zip(reversed(old_parts), reversed(new_parts), strict=False):
        if old_part != new_part:
            break
        kept += 1
    for count in range(kept, -1, -1):
        yield "/".join(old_parts[: len(old_parts) - count]), "/".join(new_parts[: len(new_parts) - count])


def _parts(name: str) -> list[str]:
    return name.split("/", _MOST_PARTS)


def _whole(candidates: set[Names], pairs: Iterable[Names]) -> set[Names]:
    """Those changes after which no node is left behind, and that met none in the new scope."""
    if not candidates:
        return set()
    news = _only(candidates)
    olds = _only({(new, old) for old, new in candidates})
    broken: set[Names] = set()
    for old, new in pairs:
        for scope in _scopes(old):
            target = news.get(scope)
            if target is not None and not _is_in(new, target):
                broken.add((scope, target))
        for scope in _scopes(new):
            origin = olds.get(scope)
            if origin is not None and not _is_in(old, origin):
                broken.add((origin, scope))
    return {(old, new) for old, new in candidates - broken if news.get(old) == new and olds.get(new) == old}


def _only(changes: set[Names]) -> dict[str, str]:
    """Where each scope goes, of those that go to one place only."""
    counts = Counter(scope for scope, _ in changes)
    return {scope: target for scope, target in changes if counts[scope] == 1}


def _scopes(name: str) -> Iterator[str]:
    """The node's own name, which may be that of a scope, and the scopes that it is in, to the whole graph."""
    parts = _parts(name)
    for count in range(len(parts) + 1):
        yield "/".join(parts[:count])


def _is_in(name: str, scope: str) -> bool:
    return not scope or name == scope or name.startswith(f"{scope}/")
