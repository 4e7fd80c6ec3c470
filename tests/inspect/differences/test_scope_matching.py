"""The scopes of graphs from a hostile hand."""

from __future__ import annotations

from graphlog.inspect.differences.node_fingerprints import WiredNodes
from graphlog.inspect.differences.scope_matching import ScopeTree, counterparts


def test_scopes_that_are_all_other_ones_take_bounded_memory() -> None:
    names = [f"a{number}/" + "x/" * 62 + "node" for number in range(20_000)]
    types = ["Const"] * len(names)
    nodes = WiredNodes(names, types, lambda _: b"", lambda _: 0, lambda: [()] * len(names))
    tree = ScopeTree(nodes, [True] * len(names), [0] * len(names))
    assert len(tree.paths) < 500_000  # of 1,280,001
    assert sorted(tree.nodes)[1 - len(names) :] == list(range(1, len(names)))
    assert tree.sizes[0] == len(names)
    found = counterparts((name, f"b{name}") for name in names)
    assert 64 <= len(found) < 500_000
    assert found["a0"] == "ba0"
