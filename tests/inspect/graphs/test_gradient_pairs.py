"""Which nodes compute the gradient of which."""

from pathlib import Path

import pytest

import graphlog as tf
from graphlog.graphdef.node_attributes import FORWARD_NODE
from graphlog.inspect.graphs.gradient_pairs import gradient_nodes, gradient_pairs
from graphlog.inspect.graphs.nodes import graph_nodes
from graphlog.proto.graph_pb2 import GraphDef
from tests.inspect.graph_samples import graph_of

TENSORFLOW = Path(__file__).parents[2] / "browser/golden/backprop/events.out.tfevents.0000000000.tensorflow"


def names_of_gradients(graph: object, name: str) -> list[str]:
    nodes = graph_nodes(graph)
    return [nodes.names[position] for position in gradient_nodes(nodes, name)]


def test_the_blogs_graph_of_tensorflow_is_paired() -> None:
    assert names_of_gradients(TENSORFLOW, "v") == [
        name for name in graph_nodes(TENSORFLOW).names if name.startswith("gradients") and "/v_grad/" in name
    ]
    assert names_of_gradients(TENSORFLOW, "v:0")
    assert names_of_gradients(TENSORFLOW, "a") == []
    with pytest.raises(KeyError):
        gradient_nodes(TENSORFLOW, "none")


def test_every_backward_node_of_a_model_finds_its_forward_node() -> None:
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, (2, 3), name="x")
        with tf.variable_scope("layer"):
            y = tf.tanh(tf.matmul(x, tf.get_variable("w", [3, 3])), name="y")
        with tf.name_scope("train"):
            tf.train.AdamOptimizer(0.1).minimize(tf.reduce_mean(y * y, name="loss"))
    nodes = graph_nodes(graph)
    pairs = gradient_pairs(nodes)
    assert pairs.scopes == ("train/gradients",)
    for position, name in enumerate(nodes.names):
        if "_grad/" in name and name.startswith("train/gradients/"):
            forward = nodes.names[pairs.forward[position]]
            assert name.startswith(f"train/gradients/{forward}_grad/")
            assert position in pairs.backward[pairs.forward[position]]
    assert "train/gradients/layer/y_grad/TanhGrad" in names_of_gradients(graph, "layer/y")
    assert pairs.is_backward("train/gradients/grad_ys_0")
    assert not pairs.is_backward("layer/y")


def test_second_derivatives_are_those_of_the_first() -> None:
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, (), name="x")
        y = tf.multiply(x, tf.sin(x, name="s"), name="y")
        (first,) = tf.gradients(y, x)
        tf.gradients(first, x)
    found = names_of_gradients(graph, "gradients/y_grad/Mul")
    assert found
    assert all(name.startswith("gradients_1/gradients/y_grad/Mul_grad/") for name in found)
    assert all(name.startswith("gradients") and "/s_grad/" in name for name in names_of_gradients(graph, "s"))


@pytest.mark.parametrize(
    ("backward", "forward"),
    [
        ("gradients/a/b_grad/Mul", "a/b"),
        ("gradients_7/a/b_grad/Mul", "a/b"),
        ("mine/a/b_grad/tuple/x", "a/b"),
        ("opt/deep/gradients/a/b_grad/Mul", "a/b"),
        ("gradient_tape/a/b/Mul", "a/b"),
        ("model/gradient_tape/a/b/x/y", "a/b"),
        ("gradients/none_grad/Mul", None),
        ("gradients/a/b_grad", None),
        ("a/b_grad/Mul", None),
        ("_grad/_grad/_grad", None),
        ("gradients/_grad/x", None),
    ],
)
def test_names_tell_whose_gradient_it_is(backward: str, forward: str | None) -> None:
    graph = graph_of(("a/b", "Mul", []), (backward, "Mul", []))
    assert gradient_pairs(graph).forward == ({} if forward is None else {1: 0})


def test_an_attribute_tells_where_names_do_not() -> None:
    graph = graph_of(("forward", "aten::mul", []), ("MulBackward0", "MulBackward0", []))
    graph.node[1].attr[FORWARD_NODE].s = b"forward"
    graph.node.add(name="wrong", op="x").attr[FORWARD_NODE].s = b"\xff"
    graph.node.add(name="number", op="x").attr[FORWARD_NODE].i = 3
    assert gradient_pairs(graph).forward == {1: 0}


def test_names_that_are_nothing_but_gradients_take_little_time() -> None:
    graph = GraphDef()
    graph.node.add(name="x_grad/" * 20_000 + "y", op="Mul")
    graph.node.add(name="gradient_tape/" * 10_000 + "y", op="Mul")
    assert gradient_pairs(graph).forward == {}
