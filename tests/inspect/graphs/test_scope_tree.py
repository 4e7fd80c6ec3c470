"""The tree of scopes: counts, outputs, parameters."""

import numpy as np
import pytest

import graphlog as tf
from graphlog.inspect.graphs.nodes import graph_nodes
from graphlog.inspect.graphs.parameters import Parameters, parameters
from graphlog.inspect.graphs.scope_tree import DEEPEST, Scope, ScopeOutput, scope_tree
from graphlog.proto.graph_pb2 import GraphDef
from tests.inspect.graph_samples import add_node, graph_of


@pytest.fixture
def model() -> tf.Graph:
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, (None, 4), name="x")
        with tf.variable_scope("dense"):
            weights = tf.get_variable("w", [4, 3])
            hidden = tf.matmul(x, weights, name="product")
        with tf.name_scope("loss"), tf.name_scope("inner"):
            tf.reduce_sum(hidden, name="total")
            tf.negative(hidden, name="other")
    return graph


def scope(scopes: list[Scope], name: str) -> Scope:
    (found,) = [item for item in scopes if item.name == name]
    return found


def test_the_tree_lists_scopes_before_what_is_in_them(model: tf.Graph) -> None:
    scopes = scope_tree(model, depth=2)
    assert [(item.depth, item.name) for item in scopes] == [
        (0, ""),
        (1, "x"),
        (1, "dense"),
        (2, "dense/w"),
        (2, "dense/product"),
        (1, "loss"),
        (2, "loss/inner"),
    ]
    assert [item.label for item in scopes[3:5]] == ["w", "product"]


def test_a_scope_counts_what_is_in_it_at_any_depth(model: tf.Graph) -> None:
    whole, *_ = scope_tree(model, depth=0)
    operations = model.get_operations()
    assert whole.operation_count == len(operations)
    assert whole.operations == {
        kind: sum(operation.type == kind for operation in operations)
        for kind in {operation.type for operation in operations}
    }
    assert list(whole.operations.values()) == sorted(whole.operations.values(), reverse=True)
    assert whole.stored_bytes == sum(node.ByteSize() for node in model.as_graph_def(add_shapes=True).node)
    assert whole.child_count == 3


def test_a_scope_counts_its_parameters(model: tf.Graph) -> None:
    scopes = scope_tree(model, depth=2)
    for name, count in [("", 12), ("dense", 12), ("dense/w", 12), ("loss", 0), ("x", 0)]:
        found = scope(scopes, name)
        assert (found.parameter_count, found.parameter_bytes, found.unknown_parameters) == (
            count,
            4 * count,
            0,
        )


def test_a_scope_gives_what_others_take_from_it_or_nobody(model: tf.Graph) -> None:
    scopes = scope_tree(model, depth=3)
    product = ScopeOutput("dense/product:0", (None, 3), True)
    assert scope(scopes, "dense/product").outputs == (product,)
    assert scope(scopes, "dense").outputs == (product, ScopeOutput("dense/w/Assign:0", (4, 3), True))
    results = (
        ScopeOutput("loss/inner/total:0", (), True),
        ScopeOutput("loss/inner/other:0", (None, 3), True),
    )
    assert scope(scopes, "loss/inner").outputs == scope(scopes, "loss").outputs == results
    assert scope(scopes, "").outputs[1:] == results
    assert scope(scopes, "x").outputs == (ScopeOutput("x:0", (None, 4), True),)


def test_many_outputs_are_counted_and_the_first_listed() -> None:
    graph = graph_of(*[(f"s/n{index}", "Placeholder", []) for index in range(20)])
    found = scope(scope_tree(graph), "s")
    assert found.output_count == 20
    assert [item.name for item in found.outputs] == [f"s/n{index}:0" for index in range(8)]


def test_a_tensor_that_several_take_leaves_a_scope_once() -> None:
    graph = graph_of(("a/x", "Neg", []), ("b/y", "Neg", ["a/x"]), ("b/z", "Neg", ["a/x", "^a/x"]))
    found = scope(scope_tree(graph), "a")
    assert [item.name for item in found.outputs] == ["a/x:0"]
    assert found.output_count == 1


def test_one_scope_is_looked_at(model: tf.Graph) -> None:
    assert [item.name for item in scope_tree(model, depth=1, within="loss/inner")] == [
        "loss/inner",
        "loss/inner/Const",
        "loss/inner/total",
        "loss/inner/other",
    ]
    assert scope_tree(model, within="loss")[0] == scope(scope_tree(model), "loss")
    with pytest.raises(KeyError, match="no scope 'none'"):
        scope_tree(model, within="none")
    with pytest.raises(ValueError, match="0 or more"):
        scope_tree(model, depth=-1)


def test_a_node_may_be_a_scope_too() -> None:
    scopes = scope_tree(graph_of(("A", "Neg", []), ("A/B", "Abs", ["A"])), depth=2)
    assert [(item.name, item.type, item.position, item.operation_count) for item in scopes] == [
        ("", "", None, 2),
        ("A", "Neg", 0, 2),
        ("A/B", "Abs", 1, 1),
    ]


@pytest.mark.parametrize(
    ("kind", "shape", "dtype", "held"),
    [
        ("VariableV2", [2, 3], 1, Parameters((2, 3), tf.float32, 6, 24)),
        ("Variable", [], 2, Parameters((), tf.float64, 1, 8)),
        ("VarHandleOp", [0, 5], 3, Parameters((0, 5), tf.int32, 0, 0)),
        ("VarHandleOp", [-1, 5], 1, Parameters((None, 5), tf.float32, None, None)),
        ("VariableV2", None, 1, Parameters(None, tf.float32, None, None)),
        ("VariableV2", [7], 99, Parameters((7,), None, 7, None)),
        ("Placeholder", [2], 1, None),
    ],
)
def test_the_parameters_of_a_node(kind: str, shape: list[int] | None, dtype: int, held: Parameters) -> None:
    graph = GraphDef()
    node = graph.node.add(name="v", op=kind)
    node.attr["dtype"].type = dtype  # type: ignore[assignment]  # 99 is none on purpose
    if shape is not None:
        node.attr["shape"].shape.SetInParent()
        for size in shape:
            node.attr["shape"].shape.dim.add(size=size)
    assert parameters(graph_nodes(graph), 0) == held
    whole = scope_tree(graph, depth=0)[0]
    assert whole.unknown_parameters == (held is not None and held.count is None)


def test_the_constants_of_a_frozen_graph_are_parameters() -> None:
    with tf.Graph().as_default() as graph, tf.Session() as session:
        x = tf.placeholder(tf.float32, (1, 4), name="x")
        for name, is_resource in [("old", False), ("new", True)]:
            variable = tf.get_variable(name, [4, 2], use_resource=is_resource)
            x = tf.matmul(tf.matmul(x, variable), np.ones((2, 4), np.float32), name=f"{name}_y")
        session.run(tf.global_variables_initializer())
        frozen = tf.graph_util.convert_variables_to_constants(session, graph.as_graph_def(), ["new_y"])
    whole = scope_tree(frozen, depth=0)[0]
    assert set(whole.operations) == {"Placeholder", "Const", "Identity", "MatMul"}
    assert (whole.parameter_count, whole.parameter_bytes) == (16, 64)


def test_a_name_that_is_nothing_but_slashes_is_no_trouble() -> None:
    graph = GraphDef()
    add_node(graph, "/" * 100_000, "Neg")
    add_node(graph, "a/" * 50_000 + "b", "Neg", ["/" * 100_000])
    scopes = scope_tree(graph, depth=1_000_000)
    assert max(item.depth for item in scopes) == DEEPEST
    assert scopes[0].operation_count == 2
