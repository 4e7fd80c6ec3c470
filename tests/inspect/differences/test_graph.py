"""diff_graphs: what was added, removed, changed and renamed, and nothing else."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphlog as tf
from graphlog.core.dtypes import float32, float64
from graphlog.inspect.differences.graph import (
    ChangedNode,
    FunctionRename,
    GraphDiff,
    ListedNode,
    NodeRename,
    diff_graphs,
)
from graphlog.inspect.differences.node_changes import ABSENT, NodeChange
from graphlog.inspect.differences.scope_renames import ScopeRename
from graphlog.proto.graph_pb2 import GraphDef, NodeDef

# How long an example takes says nothing here.
UNTIMED = settings(deadline=None)


def node(name: str, op: str, *inputs: str, device: str = "", **numbers: int) -> NodeDef:
    made = NodeDef(name=name, op=op, input=inputs, device=device)
    for attribute, number in numbers.items():
        made.attr[attribute].i = number
    return made


def graph_def(*nodes: NodeDef) -> GraphDef:
    return GraphDef(node=nodes)


def copied(graph: GraphDef) -> GraphDef:
    made = GraphDef()
    made.CopyFrom(graph)
    return made


def renamed(graph: GraphDef, rename: Callable[[str], str]) -> GraphDef:
    """The graph with other names, wherever they stand."""
    made = copied(graph)
    for item in made.node:
        item.name = rename(item.name)
        for index, text in enumerate(item.input):
            name, colon, port = text.removeprefix("^").partition(":")
            item.input[index] = "^" * text.startswith("^") + rename(name) + colon + port
        if "_class" in item.attr:
            groups = item.attr["_class"].list.s
            groups[:] = [b"loc:@" + rename(group[5:].decode()).encode() for group in groups]
    return made


def layers(count: int, scope: str = "layer") -> GraphDef:
    """Layers that are all the same, one after the other."""
    nodes, last = [node("x", "Placeholder")], "x"
    for index in range(count):
        inside = f"{scope}_{index}"
        nodes += [
            node(f"{inside}/weights", "VariableV2"),
            node(f"{inside}/product", "MatMul", last, f"{inside}/weights"),
            node(f"{inside}/relu", "Relu", f"{inside}/product"),
        ]
        last = f"{inside}/relu"
    return graph_def(*nodes)


def branches(count: int) -> GraphDef:
    """Branches that are all the same, one beside the other."""
    nodes = [node("x", "Placeholder")]
    for index in range(count):
        nodes += [node(f"b_{index}/neg", "Neg", "x"), node(f"b_{index}/exp", "Exp", f"b_{index}/neg")]
    return graph_def(*nodes, node("sum", "AddN", *(f"b_{index}/exp" for index in range(count))))


@st.composite
def graphs(draw: st.DrawFn) -> GraphDef:
    """Graphs without cycles, of few types, so that much in them looks alike."""
    nodes: list[NodeDef] = []
    stem = draw(st.sampled_from(["n", "n_"]))
    for index in range(draw(st.integers(1, 12))):
        sources = draw(st.lists(st.sampled_from(nodes), max_size=3)) if nodes else []
        texts = []
        for source in sources:
            prefix, port = draw(st.sampled_from([("", ""), ("", ""), ("", ":1"), ("^", "")]))
            texts.append(prefix + source.name + port)
        scope = draw(st.sampled_from(["", "a/", "b/", "a/c/"]))
        op = draw(st.sampled_from(["Foo", "Bar"]))
        nodes.append(node(f"{scope}{stem}{index}", op, *dict.fromkeys(texts), k=draw(st.integers(0, 1))))
    return graph_def(*draw(st.permutations(nodes)))


def mirrored(diff: GraphDiff) -> GraphDiff:
    """The difference as it is when the graphs are exchanged."""
    changed = [
        ChangedNode(
            item.name,
            item.old_name,
            next((change.old for change in item.changes if change.kind == "type"), item.type),
            tuple(NodeChange(change.kind, change.key, change.new, change.old) for change in item.changes),
        )
        for item in diff.changed
    ]
    scopes = [ScopeRename(item.new, item.old, item.nodes) for item in diff.renamed_scopes]
    renamed = [NodeRename(item.new, item.old, item.type) for item in diff.renamed]
    return GraphDiff(
        removed=diff.added,
        added=diff.removed,
        renamed_scopes=tuple(sorted(scopes, key=lambda item: (item.old, item.new))),
        renamed=tuple(sorted(renamed, key=lambda item: item.old)),
        changed=tuple(sorted(changed, key=lambda item: item.name)),
    )


# Properties


@UNTIMED
@given(graphs(), st.randoms(use_true_random=False))
def test_a_graph_is_itself_in_any_order(graph: GraphDef, random: Any) -> None:
    nodes = list(graph.node)
    random.shuffle(nodes)
    assert diff_graphs(graph, graph_def(*nodes)).is_empty


@UNTIMED
@given(graphs())
def test_other_names_are_renames_only(graph: GraphDef) -> None:
    diff = diff_graphs(graph, renamed(graph, lambda name: "other_" + name.replace("/", "_")))
    assert (diff.removed, diff.added, diff.changed) == ((), (), ())
    assert len(diff.renamed) + sum(scope.nodes for scope in diff.renamed_scopes) == len(graph.node)


@UNTIMED
@given(graphs(), st.data())
def test_a_node_less_is_exactly_that(graph: GraphDef, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(graph.node) - 1))
    gone = graph.node[index]
    less = copied(graph)
    del less.node[index]
    listed = (ListedNode(gone.name, gone.op),)
    assert diff_graphs(graph, less) == GraphDiff(removed=listed)
    assert diff_graphs(less, graph) == GraphDiff(added=listed)


@UNTIMED
@given(graphs(), st.data())
def test_a_changed_node_is_exactly_that(graph: GraphDef, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(graph.node) - 1))
    kind = data.draw(st.sampled_from(["type", "device", "attribute", "input"]))
    other = copied(graph)
    item = other.node[index]
    if kind == "type":
        item.op = "Other"
        change = NodeChange("type", "", graph.node[index].op, "Other")
    elif kind == "device":
        item.device = "/device:GPU:0"
        change = NodeChange("device", "", "", "/device:GPU:0")
    elif kind == "attribute":
        item.attr["k"].i = 7
        change = NodeChange("attribute", "k", graph.node[index].attr["k"].i, 7)
    else:
        first_control = sum(not text.startswith("^") for text in item.input)
        texts = sorted(item.input, key=lambda text: text.startswith("^"))
        item.input[:] = [*texts[:first_control], graph.node[0].name, *texts[first_control:]]
        change = NodeChange("input", str(first_control), ABSENT, graph.node[0].name)
    expected = ChangedNode(item.name, item.name, item.op, (change,))
    assert diff_graphs(graph, other) == GraphDiff(changed=(expected,))


@UNTIMED
@given(graphs(), graphs(), st.booleans())
def test_exchanged_graphs_differ_in_the_same(first: GraphDef, second: GraphDef, other_names: bool) -> None:
    if other_names:
        second = renamed(second, lambda name: name.replace("n", "m"))
    assert diff_graphs(second, first) == mirrored(diff_graphs(first, second))


# Cases

A = node("a", "Placeholder")
B = node("b", "Neg", "a", k=1)
C = node("s/c", "Add", "a", "b")
SMALL = graph_def(A, B, C)


def changed(name: str, op: str, *changes: NodeChange) -> GraphDiff:
    return GraphDiff(changed=(ChangedNode(name, name, op, changes),))


CASES = {
    "nothing": (SMALL, GraphDiff()),
    "exchanged inputs of a commutative operation": (
        graph_def(A, B, node("s/c", "Add", "b", "a")),
        changed("s/c", "Add", NodeChange("input", "0", "a", "b"), NodeChange("input", "1", "b", "a")),
    ),
    "another output": (
        graph_def(A, B, node("s/c", "Add", "a", "b:1")),
        changed("s/c", "Add", NodeChange("input", "1", "b", "b:1")),
    ),
    "the first output, written out": (graph_def(A, B, node("s/c", "Add", "a:0", "b")), GraphDiff()),
    "a control input": (
        graph_def(A, B, node("s/c", "Add", "a", "b", "^b")),
        changed("s/c", "Add", NodeChange("control inputs", "", (), ("b",))),
    ),
    "an attribute more": (
        graph_def(A, node("b", "Neg", "a", k=1, m=2), C),
        changed("b", "Neg", NodeChange("attribute", "m", ABSENT, 2)),
    ),
    "an input fewer": (
        graph_def(A, B, node("s/c", "Add", "a")),
        changed("s/c", "Add", NodeChange("input", "1", "b", ABSENT)),
    ),
    "a renamed node": (
        graph_def(A, node("other", "Neg", "a", k=1), node("s/c", "Add", "a", "other")),
        GraphDiff(renamed=(NodeRename("b", "other", "Neg"),)),
    ),
    "a renamed node that is not the same": (
        graph_def(A, node("other", "Neg", "a", k=5), node("s/c", "Add", "a", "other")),
        GraphDiff(
            renamed=(NodeRename("b", "other", "Neg"),),
            changed=(ChangedNode("b", "other", "Neg", (NodeChange("attribute", "k", 1, 5),)),),
        ),
    ),
    "another node in its place": (
        graph_def(A, node("other", "Exp", "a"), node("s/c", "Add", "a", "other")),
        GraphDiff(
            removed=(ListedNode("b", "Neg"),),
            added=(ListedNode("other", "Exp"),),
            changed=(ChangedNode("s/c", "s/c", "Add", (NodeChange("input", "1", "b", "other"),)),),
        ),
    ),
    "a node between": (
        graph_def(A, B, node("d", "Exp", "b"), node("s/c", "Add", "a", "d")),
        GraphDiff(
            added=(ListedNode("d", "Exp"),),
            changed=(ChangedNode("s/c", "s/c", "Add", (NodeChange("input", "1", "b", "d"),)),),
        ),
    ),
    "no node": (
        graph_def(),
        GraphDiff(removed=(ListedNode("a", "Placeholder"), ListedNode("b", "Neg"), ListedNode("s/c", "Add"))),
    ),
    "another scope, with one node": (
        graph_def(A, B, node("t/c", "Add", "a", "b")),
        GraphDiff(renamed=(NodeRename("s/c", "t/c", "Add"),)),
    ),
    "all in a scope": (
        renamed(SMALL, lambda name: f"import/{name}"),
        GraphDiff(renamed_scopes=(ScopeRename("", "import", 3),)),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_different(case: str) -> None:
    other, expected = CASES[case]
    assert diff_graphs(SMALL, other) == expected
    assert diff_graphs(other, SMALL) == mirrored(expected)
    assert diff_graphs(SMALL, other).is_empty == (case in ("nothing", "the first output, written out"))


def test_a_renamed_scope_is_told_once_with_the_rest_of_what_is_in_it() -> None:
    old = layers(3, "old")
    new = renamed(old, lambda name: name.replace("old_1/", "net/middle/").replace("old_2/relu", "old_2/act"))
    new.node[4].name = "net/middle/kernel"
    new.node[5].input[1] = "net/middle/kernel"
    diff = diff_graphs(old, new)
    assert diff == GraphDiff(
        renamed_scopes=(ScopeRename("old_1", "net/middle", 2),),
        renamed=(
            NodeRename("old_1/weights", "net/middle/kernel", "VariableV2"),
            NodeRename("old_2/relu", "old_2/act", "Relu"),
        ),
    )


def test_a_scope_whose_nodes_all_moved_is_one_rename() -> None:
    old = layers(4)
    new = renamed(old, lambda name: name.replace("layer_2/", "net/layer_2/"))
    expected = GraphDiff(renamed_scopes=(ScopeRename("layer_2", "net/layer_2", 3),))
    assert diff_graphs(old, new) == expected
    assert list(expected.by_scope()) == ["net"]


@pytest.mark.parametrize("count", [1000])
@pytest.mark.parametrize("build", [layers, branches])
def test_a_thousand_equal_parts(build: Callable[[int], GraphDef], count: int) -> None:
    old = build(count)
    new = renamed(old, lambda name: name.replace("layer_", "block_").replace("b_", "branch_"))
    diff = diff_graphs(old, new)
    assert (diff.removed, diff.added, diff.changed, diff.renamed) == ((), (), (), ())
    assert len(diff.renamed_scopes) == count
    assert all(scope.old.partition("_")[2] == scope.new.partition("_")[2] for scope in diff.renamed_scopes)
    less = copied(new)
    gone = less.node[count]
    del less.node[count]
    diff = diff_graphs(old, less)
    assert [item.type for item in diff.removed] == [gone.op]
    assert diff.added == ()


def test_attributes_that_name_nodes_follow_renames() -> None:
    w = node("w", "VariableV2")
    w.attr["_class"].list.s.append(b"loc:@w")
    w.attr["shared_name"].s = b"w"
    read = node("w/read", "Identity", "w")
    read.attr["_class"].list.s.append(b"loc:@w")
    old = graph_def(w, read)
    new = renamed(old, lambda name: "scope/" + name)
    new.node[0].attr["shared_name"].s = b"scope/w"
    assert diff_graphs(old, new) == GraphDiff(renamed_scopes=(ScopeRename("", "scope", 2),))
    new.node[0].attr["shared_name"].s = b"other"
    assert [change.key for item in diff_graphs(old, new).changed for change in item.changes] == [
        "shared_name"
    ]


def test_shapes_and_dtypes() -> None:
    def graph(size: int, dtype: tf.DType) -> tf.Graph:
        with tf.Graph().as_default() as built:
            x = tf.placeholder(dtype, [None, size], name="x")
            tf.tanh(x, name="y")
        return built

    diff = diff_graphs(graph(3, tf.float32), graph(4, tf.float64))
    assert {item.name: item.changes for item in diff.changed} == {
        "x": (
            NodeChange("shape", "0", (None, 3), (None, 4)),
            NodeChange("dtype", "dtype", float32, float64),
        ),
        "y": (NodeChange("shape", "0", (None, 3), (None, 4)), NodeChange("dtype", "T", float32, float64)),
    }


def test_what_a_file_leaves_out_is_no_difference(tmp_path: Path) -> None:
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, [None, 500], name="x")
        tf.matmul(x, tf.constant(np.ones((500, 3), np.float32), name="large"), name="product")
    with tf.summary.FileWriter(str(tmp_path / "run"), graph):
        pass
    bare = graph.as_graph_def()
    for item in bare.node:
        if item.op == "MatMul":  # its default
            del item.attr["transpose_a"]
    (tmp_path / "graph.pb").write_bytes(bare.SerializeToString())
    assert diff_graphs(graph, tmp_path / "run").is_empty
    assert diff_graphs(tmp_path / "graph.pb", graph).is_empty
    assert diff_graphs(tmp_path / "run", tf.load_graph(tmp_path / "graph.pb")).is_empty


def test_constants_of_other_values() -> None:
    def graph(value: float) -> tf.Graph:
        with tf.Graph().as_default() as built:
            tf.constant([1.0, value, np.nan], name="c")
        return built

    assert diff_graphs(graph(2.0), graph(2.0)).is_empty
    (change,) = diff_graphs(graph(2.0), graph(3.0)).changed[0].changes
    assert (change.kind, change.key) == ("attribute", "value")
    assert (change.old[1], change.new[1]) == (2.0, 3.0)


def test_loops_are_told_by_their_place() -> None:
    def graph(name: str) -> tf.Graph:
        with tf.Graph().as_default() as built:
            tf.while_loop(lambda i, x: i < 10, lambda i, x: (i + 1, tf.exp(x) * 2), [0, 1.0], name=name)
        return built

    old, new = graph("while"), graph("again")
    diff = diff_graphs(old, new)
    scope = (ScopeRename("while", "again", len(old.get_operations())),)
    assert diff == GraphDiff(renamed_scopes=scope)


def test_damaged_graphs_are_compared_all_the_same() -> None:
    cycle = graph_def(
        node("a", "Foo", "c"), node("b", "Foo", "a"), node("c", "Foo", "b"), node("d", "Bar", "c")
    )
    other = renamed(cycle, lambda name: name * 2)
    assert diff_graphs(cycle, cycle).is_empty
    assert diff_graphs(cycle, other).changed == ()
    twice = graph_def(A, A, node("b", "Neg", "missing"), node("c", "Neg", "a:x"))
    assert diff_graphs(twice, copied(twice)).is_empty
    assert diff_graphs(twice, graph_def(A, *twice.node[2:])) == GraphDiff(
        removed=(ListedNode("a", "Placeholder"),)
    )


def test_functions() -> None:
    def graph(name: str, op: str) -> GraphDef:
        made = graph_def(A)
        function = made.library.function.add()
        function.signature.name = name
        function.node_def.add(name="n", op=op)
        return made

    assert diff_graphs(graph("f", "Neg"), graph("f", "Neg")).is_empty
    diff = diff_graphs(graph("f", "Neg"), graph("g", "Exp"))
    assert (diff.removed_functions, diff.added_functions) == (("f",), ("g",))
    assert diff.by_scope() == {"": diff}
    diff = diff_graphs(graph("f", "Neg"), graph("f", "Exp"))
    assert diff.changed_functions == {"f": changed("n", "Exp", NodeChange("type", "", "Neg", "Exp"))}
    assert diff.by_scope() == {"": diff}


def test_functions_that_are_numbered_anew() -> None:
    def graph(number: int, op: str = "Neg") -> GraphDef:
        made = graph_def(A, node("call", "PartitionedCall", "a"))
        made.node[1].attr["f"].func.name = f"outer_{number}"
        outer, inner = made.library.function.add(), made.library.function.add()
        outer.signature.name, inner.signature.name = f"outer_{number}", f"inner_{number}"
        outer.node_def.add(name="n", op="PartitionedCall").attr["f"].func.name = f"inner_{number}"
        inner.node_def.add(name="n", op=op)
        return made

    renamed_outer, renamed_inner = FunctionRename("outer_3", "outer_4"), FunctionRename("inner_3", "inner_4")
    diff = diff_graphs(graph(3), graph(4))
    assert diff == GraphDiff(renamed_functions=(renamed_inner, renamed_outer))
    diff = diff_graphs(graph(3), graph(4, "Exp"))
    assert (diff.removed_functions, diff.added_functions) == (("inner_3",), ("inner_4",))
    assert diff.renamed_functions == (renamed_outer,)
    assert [item.name for item in diff.changed_functions["outer_4"].changed] == ["n"]


def test_differences_by_scope() -> None:
    old = graph_def(node("a/b/x", "Foo"), node("a/y", "Foo", k=1), node("z", "Foo"))
    new = graph_def(node("a/c/x", "Bar"), node("a/y", "Foo", k=2), node("z", "Foo"))
    diff = diff_graphs(old, new)
    assert {scope: repr(part) for scope, part in diff.by_scope().items()} == {
        "a": "<GraphDiff: 1 changed>",
        "a/b": "<GraphDiff: 1 removed>",
        "a/c": "<GraphDiff: 1 added>",
    }
    assert diff.by_scope(depth=1) == {"a": diff}
    assert diff.by_scope(depth=0) == {"": diff}


def test_nodes_that_are_numbered_anew() -> None:
    def graph(has_more: bool) -> tf.Graph:
        with tf.Graph().as_default() as built:
            x = tf.placeholder(tf.float32, [3], name="x")
            hidden = x * tf.constant(5.0) if has_more else x
            tf.reduce_sum(tf.exp(hidden) * tf.constant(2.0), name="y")
        return built

    diff = diff_graphs(graph(False), graph(True))
    assert (diff.removed, diff.added) == ((), (ListedNode("Const", "Const"), ListedNode("mul", "Mul")))
    assert diff.renamed == (
        NodeRename("Const", "Const_1", "Const"),
        NodeRename("Const_1", "Const_2", "Const"),
        NodeRename("mul", "mul_1", "Mul"),
    )
    assert [item.name for item in diff.changed] == ["Exp"]


def test_what_is_no_graph() -> None:
    with pytest.raises(TypeError, match="int is no graph"):
        diff_graphs(SMALL, 3)
