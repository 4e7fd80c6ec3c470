"""Which node of one graph is which node of another.

Names come first: two nodes of the same name and type are the same node, unless they may have been numbered
anew. What is left on both sides was renamed, or is new, or has another type. It is told by its place in the
graph (see ``node_fingerprints``), by its scope (see ``scope_matching``), and then from neighbour to
neighbour, from nodes that are known already. Each stage looks at each edge a constant number of times.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from functools import cached_property

from graphlog.inspect.differences.node_fingerprints import (
    WiredNodes,
    number_of,
    refined,
    without_details,
)
from graphlog.inspect.differences.scope_matching import (
    ScopeTree,
    counterparts,
    equal_scopes,
    pairs_within,
)
from graphlog.inspect.graphs.edges import CONTROL, MISSING

Pair = tuple[int, int]
Key = int | tuple[int, int]

# What makes a name unique.
_NUMBER = re.compile(r"_\d+$")

# How far around a node its surroundings are compared where the graphs differ further away.
_RADIUS = 2

# How many of the last parts of their names are compared to choose between nodes that are alike.
_PARTS_OF_NAMES = (3, 2, 1)


def matched_nodes(old: WiredNodes, new: WiredNodes) -> list[int]:
    """Finds the nodes of one graph in another.

    The result does not depend on the order of the nodes, but for nodes that nothing tells apart; and with
    the graphs exchanged it is the same, seen from the other side.

    Args:
        old: the nodes of one graph.
        new: the nodes of the other.

    Returns:
        For each node of ``old`` its position in ``new``, or MISSING. No position is there twice.
    """
    matching = _Matching(old, new)
    matching.by_name(is_certain=True)
    if matching.may_go_on():
        matching.by_equal_scopes(only_counted=True)
    if matching.may_go_on():
        matching.by_place()
    if matching.may_go_on():
        matching.by_surroundings()
    if matching.may_go_on():
        matching.by_equal_scopes(only_counted=False)
        matching.by_scopes()
    if matching.may_go_on():
        matching.by_name(is_certain=False)
        matching.by_neighbours(must_be_alike=False)
    matching.with_their_scopes()
    return matching.new_of


class _Matching:
    """What is known of two graphs so far."""

    def __init__(self, old: WiredNodes, new: WiredNodes) -> None:
        self._old, self._new = old, new
        self.new_of = [MISSING] * len(old.names)
        self.old_of = [MISSING] * len(new.names)
        # The nodes of the old graph that are known, and which of them was found how late.
        self._discovered: dict[int, int] = {}

    def may_go_on(self) -> bool:
        """Whether there are nodes left on both sides."""
        return len(self._discovered) < min(len(self.new_of), len(self.old_of))

    def by_name(self, is_certain: bool) -> None:
        """Takes nodes of the same name as the same: all that are left, or those of which it is certain."""
        found = _positions(self._new.names)
        pairs = []
        for name, old in _positions(self._old.names).items():
            new = found.get(name, MISSING)
            if self._both_free(old, new) and not (is_certain and self._is_doubtful(old, new)):
                pairs.append((old, new))
        for pair in sorted(pairs, key=lambda pair: self._old.names[pair[0]]):
            self._match(pair)

    def _is_doubtful(self, old: int, new: int) -> bool:
        """Whether nodes of one name may be others: of another type, or numbered anew.

        One more ``Const`` makes ``Const_1`` of what was ``Const``. That may be where a name is one of several
        that differ in their number, and neither what the nodes need nor what is made of them is the same.
        """
        if self._old.types[old] != self._new.types[new]:
            return True
        if self._old.content_of(old) == self._new.content_of(new):
            return False
        stem = _stem(self._old.names[old])
        return max(self._old_stems[stem], self._new_stems[stem]) > 1 and not self._is_same_place(old, new)

    def _is_same_place(self, old: int, new: int) -> bool:
        """Whether two nodes need the same, or the same is made of them; or both, but for shapes."""
        first, second = self._without_details
        return (
            self._old.upstream[old] == self._new.upstream[new]
            or self._old.downstream[old] == self._new.downstream[new]
            or (
                first.upstream[old] == second.upstream[new]
                and first.downstream[old] == second.downstream[new]
            )
        )

    @cached_property
    def _without_details(self) -> tuple[WiredNodes, WiredNodes]:
        return without_details(self._old), without_details(self._new)

    @cached_property
    def _old_stems(self) -> Counter[str]:
        return Counter(map(_stem, self._old.names))

    @cached_property
    def _new_stems(self) -> Counter[str]:
        return Counter(map(_stem, self._new.names))

    def by_place(self) -> None:
        """Takes nodes as the same that need the same, and that the same is made of."""
        old = [*zip(self._old.upstream, self._old.downstream, strict=True)]
        new = [*zip(self._new.upstream, self._new.downstream, strict=True)]
        self._match_unique(old, new)
        self.by_neighbours(must_be_alike=True)
        for count in _PARTS_OF_NAMES:
            self._match_unique(old, new, count)
            self.by_neighbours(must_be_alike=True)
        self._match_in_order(old, new)

    def by_equal_scopes(self, only_counted: bool) -> None:
        """Takes the nodes of scopes of equal content as the same; see ``equal_scopes``."""
        old, new = self._scopes()
        places = [
            (_places(first), _places(second))
            for first, second in ((self._old, self._new), self._without_details)
        ]
        if not only_counted:
            colours = self._colours()
            around = refined(self._old, colours[0]), refined(self._new, colours[1])
            places += [around, (self._old.labels, self._new.labels)]
        pairs = list(equal_scopes(old, new, places, only_counted))
        for first, second in pairs:
            if old.nodes[first] != MISSING:
                self._match((old.nodes[first], new.nodes[second]))
            pairs += [(child, new.children[second][name]) for name, child in old.children[first].items()]

    def by_scopes(self) -> None:
        """Takes nodes of the same name within a scope as the same; see ``pairs_within``."""
        old, new = self._scopes()
        for first, second in list(pairs_within(old, new, self._counterparts())):
            pair = old.nodes[first], new.nodes[second]
            if self._both_free(*pair) and not self._is_doubtful(*pair):
                self._match(pair)
        self.by_neighbours(must_be_alike=False)

    def with_their_scopes(self) -> None:
        """Takes nodes back that left what most of their scope went to, where their place there is free."""
        strays = [
            (old, self.new_of[old])
            for old in self._discovered
            if self._old.names[old] != self._new.names[self.new_of[old]]
        ]
        if not strays or len(self._discovered) == max(len(self.new_of), len(self.old_of)):
            return
        news = self._counterparts()
        olds = {new: old for old, new in news.items()}
        old_places, new_places = (
            {name: place for (name, _), place in _positions(nodes.names).items()}
            for nodes in (self._old, self._new)
        )
        for old, new in strays:
            scope = self._old.names[old].rpartition("/")[0]
            if news.get(scope, scope) == self._new.names[new].rpartition("/")[0]:
                continue
            home = new_places.get(_moved(self._old.names[old], news), MISSING)
            origin = old_places.get(_moved(self._new.names[new], olds), MISSING)
            is_home_free = (
                home != MISSING and self.old_of[home] == MISSING and self._are_alike(old, home, False)
            )
            is_origin_free = (
                origin != MISSING and self.new_of[origin] == MISSING and self._are_alike(origin, new, False)
            )
            if is_home_free or is_origin_free:
                self.new_of[old] = self.old_of[new] = MISSING
                del self._discovered[old]
                if is_home_free:
                    self._match((old, home))
                if is_origin_free:
                    self._match((origin, new))

    def _counterparts(self) -> dict[str, str]:
        return counterparts(
            (self._old.names[old], self._new.names[self.new_of[old]]) for old in self._discovered
        )

    def _scopes(self) -> tuple[ScopeTree, ScopeTree]:
        """The scopes of what is not known yet."""
        old, new = self._without_details
        return (
            ScopeTree(self._old, (item == MISSING for item in self.new_of), old.depths),
            ScopeTree(self._new, (item == MISSING for item in self.old_of), new.depths),
        )

    def by_surroundings(self) -> None:
        """Takes nodes as the same whose neighbourhoods are, and then those next to them."""
        old, new = self._colours()
        for _ in range(_RADIUS):
            old, new = refined(self._old, old), refined(self._new, new)
        for count in (0, *_PARTS_OF_NAMES):
            self._match_unique(old, new, count)
            self.by_neighbours(must_be_alike=True)

    def _colours(self) -> tuple[list[int], list[int]]:
        """The labels; of nodes that are known a number that is theirs alone."""
        old, new = [*self._old.labels], [*self._new.labels]
        for old_node in self._discovered:
            new_node = self.new_of[old_node]
            names = sorted([self._old.names[old_node], self._new.names[new_node]])
            old[old_node] = new[new_node] = number_of(names)
        return old, new

    def by_neighbours(self, must_be_alike: bool, start: Sequence[Pair] | None = None) -> None:
        """Goes from known nodes to their neighbours, as far as that leads.

        Args:
            must_be_alike: whether two nodes must have the same attributes, or only the same type.
            start: the known nodes to start from; by default all that stand next to one that is not known.
        """
        waiting = deque(self._border() if start is None else start)
        while waiting and self.may_go_on():
            pair = waiting.popleft()
            found = self._same_sources(pair, must_be_alike) + self._same_consumers(pair, must_be_alike)
            waiting.extend(found)

    def _border(self) -> list[Pair]:
        """The known nodes next to those of ``old`` that are not known, in the order of their discovery."""
        border = set()
        for node, new in enumerate(self.new_of):
            if new == MISSING:
                border.update([source for source, _ in self._old.inputs[node]])
                border.update([consumer for consumer, _, _ in self._old.consumers[node]])
        known = [node for node in border if node != MISSING and self.new_of[node] != MISSING]
        return [(node, self.new_of[node]) for node in sorted(known, key=self._discovered.__getitem__)]

    def _match(self, pair: Pair) -> None:
        old, new = pair
        self.new_of[old], self.old_of[new] = new, old
        self._discovered[old] = len(self._discovered)

    def _match_unique(self, old_keys: Sequence[Key], new_keys: Sequence[Key], name_parts: int = 0) -> None:
        """Takes as the same what alone on its side has a key, and alone on the other side, too.

        Args:
            old_keys: a key for each node.
            new_keys: the same.
            name_parts: how many of the last parts of the names belong to the keys.
        """
        old = _groups(old_keys, self.new_of, self._old.names, name_parts)
        new = _groups(new_keys, self.old_of, self._new.names, name_parts)
        shared = [key for key, nodes in old.items() if len(nodes) == 1 and len(new.get(key, ())) == 1]
        for key in sorted(shared):
            self._match((old[key][0], new[key][0]))

    def _match_in_order(self, old_keys: Sequence[Key], new_keys: Sequence[Key]) -> None:
        """Takes nodes of the same key as the same, one by one in the order of their names.

        Each time it goes on to the neighbours, so that of equal branches one as a whole is one of the others.
        """
        old = _groups(old_keys, self.new_of, self._old.names)
        new = _groups(new_keys, self.old_of, self._new.names)
        for key in sorted(old.keys() & new.keys()):
            in_old = deque(sorted(old[key], key=self._old.names.__getitem__))
            in_new = deque(sorted(new[key], key=self._new.names.__getitem__))
            while in_old and in_new:
                if self.new_of[in_old[0]] != MISSING:
                    in_old.popleft()
                elif self.old_of[in_new[0]] != MISSING:
                    in_new.popleft()
                else:
                    pair = (in_old.popleft(), in_new.popleft())
                    self._match(pair)
                    self.by_neighbours(must_be_alike=True, start=[pair])

    def _same_sources(self, pair: Pair, must_be_alike: bool) -> list[Pair]:
        """Matches what stands at the same input."""
        found = []
        old_edges, new_edges = self._old.inputs[pair[0]], self._new.inputs[pair[1]]
        for (old, old_port), (new, new_port) in zip(old_edges, new_edges, strict=False):
            if old_port != new_port or old_port == CONTROL or not self._both_free(old, new):
                continue
            if self._are_alike(old, new, must_be_alike):
                self._match((old, new))
                found.append((old, new))
        return found

    def _same_consumers(self, pair: Pair, must_be_alike: bool) -> list[Pair]:
        """Matches what alone of its kind takes the same output at the same input."""
        old = self._free_consumers(self._old, pair[0], self.new_of, must_be_alike)
        if not old:
            return []
        new = self._free_consumers(self._new, pair[1], self.old_of, must_be_alike)
        found = []
        for key in sorted(old.keys() & new.keys()):
            old_nodes, new_nodes = old[key], new[key]
            if len(old_nodes) == len(new_nodes) == 1 and self._both_free(old_nodes[0], new_nodes[0]):
                self._match((old_nodes[0], new_nodes[0]))
                found.append((old_nodes[0], new_nodes[0]))
        return found

    def _free_consumers(
        self, nodes: WiredNodes, node: int, matched: Sequence[int], must_be_alike: bool
    ) -> dict[tuple[int | str, int, int], list[int]]:
        kinds: Sequence[int | str] = nodes.labels if must_be_alike else nodes.types
        found: dict[tuple[int | str, int, int], list[int]] = {}
        for consumer, slot, port in nodes.consumers[node]:
            if matched[consumer] == MISSING:
                found.setdefault((kinds[consumer], slot, port), []).append(consumer)
        return found

    def _both_free(self, old: int, new: int) -> bool:
        return MISSING not in (old, new) and self.new_of[old] == self.old_of[new] == MISSING

    def _are_alike(self, old: int, new: int, must_be_alike: bool) -> bool:
        if must_be_alike:
            return self._old.labels[old] == self._new.labels[new]
        return self._old.types[old] == self._new.types[new]


def _moved(name: str, scopes: Mapping[str, str]) -> str:
    """The name with another scope."""
    scope, slash, last = name.rpartition("/")
    return scopes.get(scope, scope) + slash + last


def _places(nodes: WiredNodes) -> list[int]:
    return [hash(item) for item in zip(nodes.upstream, nodes.downstream, strict=True)]


def _stem(name: str) -> str:
    """The name without the number at its end."""
    return _NUMBER.sub("", name)


def _positions(names: Sequence[str]) -> dict[tuple[str, int], int]:
    """Where each name is, with how often it comes again: a damaged graph may have a name twice.

    The last of them, which inputs of that name mean, is paired with the last.
    """
    counts: Counter[str] = Counter()
    found = {}
    for position in range(len(names) - 1, -1, -1):
        name = names[position]
        found[name, counts[name]] = position
        counts[name] += 1
    return found


def _groups(
    keys: Sequence[Key], matched: Sequence[int], names: Sequence[str], name_parts: int = 0
) -> dict[tuple[Key, tuple[str, ...]], list[int]]:
    """The nodes that are not known yet, by their keys and the last parts of their names."""
    found: dict[tuple[Key, tuple[str, ...]], list[int]] = {}
    for node, counterpart in enumerate(matched):
        if counterpart == MISSING:
            parts = tuple(names[node].rsplit("/", name_parts)[-name_parts:]) if name_parts else ()
            found.setdefault((keys[node], parts), []).append(node)
    return found
