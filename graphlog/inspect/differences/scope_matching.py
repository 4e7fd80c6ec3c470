"""Which scope of one graph is which scope of another, by what is in them.

Names make a tree: ``a/b`` is in ``a``, and may be a node and a scope of other nodes. Only nodes that are not
known yet are in it. Scopes of equal content are the same, the largest first; of several, those at the same
place in the graph, or with the same number at the end of their names. A scope that is like none is the one
that most of its nodes went into, or else the one beside it that it has most in common with. So many nodes
are told at once, also where one node is tied to all others, and all shapes are other ones.

Source: J.-R. Falleri et al., "Fine-grained and accurate source code differencing" (2014), for going from
equal parts of a tree to what they are in.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import product

from graphlog.inspect.differences.node_fingerprints import WiredNodes, number_of
from graphlog.inspect.graphs.edges import MISSING

Pair = tuple[int, int]
_Key = Callable[[int], int | str]
_Groups = Mapping[int | str, list[int]]

# Names with more parts than this are in one scope from here on: a stranger's name may have a million.
_MOST_PARTS = 64

# So much memory scopes may take, in letters of their names, and in a tree some times its nodes more: where
# names have many parts, all of them other ones, the scopes would take hundreds of times what the graph does.
_ROOM = 1 << 27
_ROOM_OF_A_SCOPE = 500
_TIMES_ITS_NODES = 4

# Of how many scopes within one each is compared with each.
_MOST_COMPARED = 64

# What two scopes must have in common at least, of 1.
_LEAST_LIKENESS = 0.5

_DIGITS = re.compile(r"(\d+)")
_NUMBER = re.compile(r"_?\d+$")

_ROOT = 0


class ScopeTree:
    """The scopes of one graph; a scope is a number, and 0 is the whole graph.

    Args:
        nodes: the nodes of the graph.
        is_free: says of each node whether it is not known yet.
        depths: how far each node is from the start of the graph.

    Attributes:
        paths: the full name of each scope.
        nodes: the position of the node of that name, or MISSING.
        parents: the scope that each is in.
        children: the scopes in each, by the last part of their names.
        contents: a number for each that is equal for equal types and names within it, whatever its own name.
        sizes: how many nodes that are not known yet each has, with itself.
        extents: how many scopes each has, with itself: fewer than the scope that it is in.
        depths: the largest depth of a node in each.
    """

    def __init__(self, nodes: WiredNodes, is_free: Iterable[bool], depths: Sequence[int]) -> None:
        self._nodes = nodes
        self.paths = [""]
        self.nodes = [MISSING]
        self.parents = [MISSING]
        self.children: list[dict[str, int]] = [{}]
        letters = sum(map(len, nodes.names)) + _ROOM_OF_A_SCOPE * len(nodes.names)
        self._room = _ROOM + _TIMES_ITS_NODES * letters
        for position, free in enumerate(is_free):
            if free:
                self._add(position)
        self.contents = [0] * len(self.paths)
        self.sizes = [0] * len(self.paths)
        self.extents = [1] * len(self.paths)
        self.depths = [0 if node == MISSING else depths[node] for node in self.nodes]
        for scope in range(len(self.paths) - 1, -1, -1):  # what is in a scope was added after it
            found = sorted((name, self.contents[child]) for name, child in self.children[scope].items())
            self.contents[scope] = number_of([self.type_of(scope), *(f"{item}" for item in found)])
            self.sizes[scope] = (self.nodes[scope] != MISSING) + sum(
                map(self.sizes.__getitem__, self.children[scope].values())
            )
            if scope != _ROOT:
                parent = self.parents[scope]
                self.extents[parent] += self.extents[scope]
                self.depths[parent] = max(self.depths[parent], self.depths[scope])

    def _add(self, position: int) -> None:
        scope = _ROOT
        # Where there is no more room for scopes, a name is in none.
        for part in self._nodes.names[position].split("/", _MOST_PARTS if self._room > 0 else 0):
            child = self.children[scope].get(part)
            if child is None:
                child = self.children[scope][part] = len(self.paths)
                self.paths.append(f"{self.paths[scope]}/{part}" if scope else part)
                self.nodes.append(MISSING)
                self.parents.append(scope)
                self.children.append({})
                self._room -= _ROOM_OF_A_SCOPE + len(self.paths[child])
            scope = child
        self.nodes[scope] = position

    def type_of(self, scope: int) -> str:
        """The type of a scope's own node; empty where it is a scope only."""
        return "" if self.nodes[scope] == MISSING else self._nodes.types[self.nodes[scope]]

    def sums(self, fingerprints: Sequence[int]) -> list[int]:
        """For each scope a number for the fingerprints of the nodes in it."""
        found = [0 if node == MISSING else fingerprints[node] for node in self.nodes]
        for scope in range(len(found) - 1, _ROOT, -1):
            found[self.parents[scope]] += found[scope]
        return found

    def in_order(self, scopes: Iterable[int]) -> list[int]:
        """As they follow each other in the graph; side by side by their names, the numbers by their size."""
        return sorted(scopes, key=lambda scope: (self.depths[scope], _natural(self.paths[scope])))

    def last_number(self, scope: int) -> str:
        """The digits that come last in a scope's name."""
        numbers = _DIGITS.findall(self.paths[scope])
        return numbers[-1] if numbers else ""

    def features(self, scope: int) -> Counter[str]:
        """What a scope has, to compare it with another: types and names of the nodes in it."""
        found: Counter[str] = Counter()
        waiting = [(scope, "")]
        while waiting:
            inner, name = waiting.pop()
            if self.nodes[inner] != MISSING:
                found[self.type_of(inner)] += 1
                found[f"{self.type_of(inner)} {_NUMBER.sub('', name)}"] += 1
            waiting += [(child, part) for part, child in self.children[inner].items()]
        return found


def equal_scopes(
    old: ScopeTree, new: ScopeTree, places: Sequence[tuple[Sequence[int], Sequence[int]]], only_counted: bool
) -> Iterator[Pair]:
    """The scopes of two or more nodes whose contents are equal, the largest first, none within another.

    Args:
        old: the scopes of one graph.
        new: the scopes of the other.
        places: fingerprints of the nodes of both graphs by which to choose among several, the best first.
        only_counted: whether to leave out contents that one graph has more often than the other, unless a
            fingerprint tells which is which.
    """
    in_old, in_new = _by_content(old), _by_content(new)
    sums = [(old.sums(first), new.sums(second)) for first, second in places]
    taken_old, taken_new = [False] * len(old.paths), [False] * len(new.paths)
    shared = in_old.keys() & in_new.keys()
    for content in sorted(shared, key=lambda item: (-old.extents[in_old[item][0]], item)):
        left = [scope for scope in in_old[content] if not taken_old[scope]]
        right = [scope for scope in in_new[content] if not taken_new[scope]]
        pairs = list(_chosen(old, new, left, right, sums, only_counted))
        yield from pairs
        if len(pairs) == min(len(left), len(right)):
            left, right = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
        # Where it is open which scope is which, what is in them is left open, too.
        for scope in left:
            _take(old, scope, taken_old)
        for scope in right:
            _take(new, scope, taken_new)


def _by_content(tree: ScopeTree) -> _Groups:
    some = (scope for scope, size in enumerate(tree.sizes) if size > 1)
    return _grouped(some, tree.contents.__getitem__)


def _take(tree: ScopeTree, scope: int, taken: list[bool]) -> None:
    waiting = [scope]
    while waiting:
        inner = waiting.pop()
        taken[inner] = True
        waiting += tree.children[inner].values()


def _chosen(
    old: ScopeTree,
    new: ScopeTree,
    left: Sequence[int],
    right: Sequence[int],
    sums: Sequence[tuple[Sequence[int], Sequence[int]]],
    only_counted: bool,
) -> Iterator[Pair]:
    """Which of several scopes of equal content is which."""
    if len(left) == len(right) == 1:
        yield left[0], right[0]
        return
    keys: list[tuple[_Key, _Key]] = [(first.__getitem__, second.__getitem__) for first, second in sums]
    is_counted = len(left) == len(right)
    if not is_counted and not only_counted:
        keys.append((old.last_number, new.last_number))
    for old_key, new_key in keys:
        pairs = list(_of_equal_keys(old, new, _grouped(left, old_key), _grouped(right, new_key)))
        yield from pairs
        left, right = _rest(left, right, pairs)
    if is_counted or not only_counted:
        yield from zip(old.in_order(left), new.in_order(right), strict=False)


def _rest(left: Sequence[int], right: Sequence[int], pairs: Sequence[Pair]) -> tuple[list[int], list[int]]:
    first, second = {pair[0] for pair in pairs}, {pair[1] for pair in pairs}
    return [item for item in left if item not in first], [item for item in right if item not in second]


def _grouped(scopes: Iterable[int], key_of: _Key) -> _Groups:
    found: dict[int | str, list[int]] = {}
    for scope in scopes:
        found.setdefault(key_of(scope), []).append(scope)
    return found


def _of_equal_keys(old: ScopeTree, new: ScopeTree, left: _Groups, right: _Groups) -> Iterator[Pair]:
    """The scopes of equal keys, one by one in their order, where there are as many on both sides."""
    for key, group in left.items():
        if len(group) == len(right.get(key, ())):
            yield from zip(old.in_order(group), new.in_order(right[key]), strict=True)


def _natural(path: str) -> list[tuple[int, str]]:
    # Longer numbers are larger; their digits are not read, as there may be a million.
    parts = _DIGITS.split(path)
    return [(len(part.lstrip("0")) if index % 2 else 0, part) for index, part in enumerate(parts)]


def counterparts(names: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The scopes that most of what is known of one scope went into.

    Args:
        names: the names in both graphs of each node that is known.

    Returns:
        For the names of scopes of one graph those of the other; none of them twice.
    """
    votes: Counter[tuple[str, str]] = Counter()
    room = _ROOM
    for first, second in names:
        if room < 0:
            break
        parts = first.split("/", _MOST_PARTS), second.split("/", _MOST_PARTS)
        for depth in range(1, min(map(len, parts))):
            vote = "/".join(parts[0][:-depth]), "/".join(parts[1][:-depth])
            room -= 0 if vote in votes else _ROOM_OF_A_SCOPE + len(vote[0]) + len(vote[1])
            votes[vote] += 1
    found: dict[str, str] = {}
    taken: set[str] = set()
    for old, new in sorted(votes, key=lambda item: (-votes[item], sorted(item))):
        if old not in found and new not in taken:
            found[old] = new
            taken.add(new)
    return found


def pairs_within(old: ScopeTree, new: ScopeTree, known: Mapping[str, str]) -> Iterator[Pair]:
    """From scopes that are the same to those in them: of the same names, and then those most alike.

    Args:
        old: the scopes of one graph.
        new: the scopes of the other.
        known: the names of scopes that are the same.

    Yields:
        The scopes that are the same, also those that were known.
    """
    in_old, in_new = ({path: scope for scope, path in enumerate(tree.paths)} for tree in (old, new))
    found = {
        in_old[first]: in_new[second]
        for first, second in known.items()
        if first in in_old and second in in_new
    }
    found[_ROOT] = _ROOT
    taken = set(found.values())
    waiting = list(found)
    for scope in waiting:
        other = found[scope]
        yield scope, other
        left = [(name, child) for name, child in old.children[scope].items() if child not in found]
        right = {name: child for name, child in new.children[other].items() if child not in taken}
        pairs = [(child, right[name]) for name, child in left if name in right]
        rest = _rest([child for _, child in left], list(right.values()), pairs)
        pairs += _most_alike(old, new, *rest)
        for first, second in pairs:
            found[first] = second
            taken.add(second)
            waiting.append(first)


def _most_alike(old: ScopeTree, new: ScopeTree, left: Sequence[int], right: Sequence[int]) -> list[Pair]:
    """Of some scopes those that have most in common, so far as it is enough."""
    groups = _like_groups(old, left), _like_groups(new, right)
    if not all(groups) or max(map(len, groups)) > _MOST_COMPARED:
        return []
    features = (
        [old.features(group[0]) for group in groups[0]],
        [new.features(group[0]) for group in groups[1]],
    )
    ranked = []
    for first, second in product(range(len(groups[0])), range(len(groups[1]))):
        likeness = _likeness(features[0][first], features[1][second])
        if likeness >= _LEAST_LIKENESS:
            contents = sorted([old.contents[groups[0][first][0]], new.contents[groups[1][second][0]]])
            ranked.append((-likeness, first + second, contents, first, second))
    pairs: list[Pair] = []
    for *_, first, second in sorted(ranked):
        some = list(zip(groups[0][first], groups[1][second], strict=False))
        del groups[0][first][: len(some)], groups[1][second][: len(some)]
        pairs += some
    return pairs


def _like_groups(tree: ScopeTree, scopes: Iterable[int]) -> list[list[int]]:
    """The scopes of two or more nodes, those of equal content together, in their order."""
    some = tree.in_order(scope for scope in scopes if tree.sizes[scope] > 1)
    return list(_grouped(some, tree.contents.__getitem__).values())


def _likeness(first: Counter[str], second: Counter[str]) -> float:
    """How much two scopes have in common, up to 1.

    Source: L. R. Dice, "Measures of the amount of ecologic association between species" (1945).
    """
    return 2 * (first & second).total() / (first.total() + second.total())
