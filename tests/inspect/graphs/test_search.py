"""Finding nodes: by name, by type, near others, on paths between others."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphlog.inspect.graphs.nodes import graph_nodes
from graphlog.inspect.graphs.search import (
    Neighbour,
    SearchTimeoutError,
    find_nodes,
    neighbourhood,
    nodes_between,
    shortest_path,
)
from graphlog.proto.graph_pb2 import GraphDef
from tests.inspect.graph_samples import graph_of

#   a ─ b ─ c ─ e        and f, which waits for c only
#    └─── d ──┘
DIAMOND = graph_of(
    ("a", "Placeholder", []),
    ("b", "Neg", ["a"]),
    ("c", "Abs", ["b"]),
    ("d", "Neg", ["a"]),
    ("e", "Add", ["c", "d:0"]),
    ("f", "NoOp", ["^c"]),
)


@pytest.mark.parametrize(
    ("pattern", "op_type", "found"),
    [
        ("", "", "abcdef"),
        ("[ab]", "", "ab"),
        ("^(?!a)", "Neg", "bd"),
        ("", "Neg", "bd"),
        ("e$", "Neg", ""),
        ("", "Ne", ""),
    ],
)
def test_nodes_are_found_by_name_and_type(pattern: str, op_type: str, found: str) -> None:
    assert "".join("abcdef"[position] for position in find_nodes(DIAMOND, pattern, op_type)) == found


@pytest.mark.parametrize("pattern", ["(a|aa)+$", "(a|a)+b", "(.*a){20}b", "(a?){40}a{40}b"])
def test_a_hostile_pattern_is_stopped(pattern: str) -> None:
    graph = graph_of((f"{'a' * 5000}!", "Neg", []))
    with pytest.raises(SearchTimeoutError, match="repetitions inside repetitions"):
        find_nodes(graph, pattern, seconds=0.1)


def test_the_time_is_that_of_all_names_together() -> None:
    graph = graph_of(*[(f"{'a' * 21}{index}", "Neg", []) for index in range(5000)])
    with pytest.raises(SearchTimeoutError, match=r"at node [1-9]"):
        find_nodes(graph, "(a|aa)+$", seconds=0.5)


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("(", "is no regular expression"),
        ("a" * 1001, "at most 1000"),
        ("a{99999999999999999999}", "is no regular expression"),
    ],
)
def test_what_is_no_pattern_is_refused(pattern: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        find_nodes(DIAMOND, pattern)


@pytest.mark.parametrize(
    ("name", "up", "down", "found"),
    [
        ("c", 0, 0, {"c": 0}),
        ("c", 1, 1, {"b": -1, "c": 0, "e": 1, "f": 1}),
        ("c", 9, 0, {"a": -2, "b": -1, "c": 0}),
        ("a:0", 5, 2, {"a": 0, "b": 1, "c": 2, "d": 1, "e": 2}),
    ],
)
def test_the_neighbourhood_has_distances(name: str, up: int, down: int, found: dict[str, int]) -> None:
    expected = [Neighbour("abcdef".index(letter), distance) for letter, distance in sorted(found.items())]
    assert neighbourhood(DIAMOND, name, up, down) == expected


def test_control_edges_can_be_left_out() -> None:
    assert [item.position for item in neighbourhood(DIAMOND, "c", down=1, with_control=False)] == [2, 4]
    assert shortest_path(DIAMOND, "a", "f") == [0, 1, 2, 5]
    assert shortest_path(DIAMOND, "a", "f", with_control=False) == []


def test_paths_lead_along_the_edges() -> None:
    assert shortest_path(DIAMOND, "a", "e") == [0, 3, 4]
    assert nodes_between(DIAMOND, "a", "e") == [0, 1, 2, 3, 4]
    assert shortest_path(DIAMOND, "e", "a") == nodes_between(DIAMOND, "e", "a") == []
    assert shortest_path(DIAMOND, "b", "b") == nodes_between(DIAMOND, "b", "b") == [1]
    with pytest.raises(KeyError, match="no node 'z'"):
        shortest_path(DIAMOND, "a", "z")


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=30))
@settings(max_examples=100, deadline=None)
def test_paths_are_those_that_powers_of_the_matrix_tell(pairs: list[tuple[int, int]]) -> None:
    inputs: dict[int, list[str]] = {index: [] for index in range(10)}
    for source, target in pairs:
        inputs[target].append(f"n{source}")
    nodes = graph_nodes(graph_of(*[(f"n{index}", "Neg", inputs[index]) for index in range(10)]))
    # reached[n, i, j]: whether n edges or fewer lead from i to j.
    reached = [np.eye(10, dtype=bool)]
    edges = np.eye(10, dtype=bool)
    edges[tuple(np.array(pairs, int).reshape(-1, 2).T)] = True
    while len(reached) < 10:
        reached.append(reached[-1] @ edges)
    path = shortest_path(nodes, "n0", "n9")
    length = next((steps for steps in range(10) if reached[steps][0, 9]), None)
    assert len(path) == (0 if length is None else length + 1)
    assert all(edges[pair] for pair in itertools.pairwise(path))
    between = reached[-1][0] & reached[-1][:, 9]
    assert nodes_between(nodes, "n0", "n9") == np.flatnonzero(between).tolist()


def test_a_long_chain_needs_no_recursion() -> None:
    graph = GraphDef()
    graph.node.add(name="0", op="Neg")
    for index in range(1, 20_000):
        graph.node.add(name=str(index), op="Neg", input=[str(index - 1)])
    nodes = graph_nodes(graph)
    assert len(shortest_path(nodes, "0", "19999")) == len(nodes_between(nodes, "0", "19999")) == 20_000
