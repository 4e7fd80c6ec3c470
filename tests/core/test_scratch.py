"""What is built in a graph for a while leaves no trace."""

from collections.abc import Callable
from typing import Any

import pytest

import graphlog as tf
from graphlog.core.scratch import taken_back


def loop_gradients(x: Any) -> None:
    y = tf.while_loop(lambda value: value < 10, lambda value: value * x, [x])
    tf.gradients(y, x)


BUILDERS: list[Callable[[Any], object]] = [
    lambda x: tf.square(x, name="square"),
    lambda x: tf.gradients(x * x, x),
    lambda x: tf.Variable(1.0, name="v"),
    lambda x: tf.add_to_collection("mine", x),
    lambda x: tf.add_to_collection("new", x),
    lambda x: x.set_shape((3,)),
    lambda x: tf.cond(x[0] > 0, lambda: x, lambda: -x),
    loop_gradients,
]


@pytest.mark.parametrize("build", BUILDERS)
def test_a_graph_is_what_it_was(build: Callable[[Any], object]) -> None:
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, (None,), name="x")
        tf.add_to_collection("mine", 1)
        mine = tf.get_collection_ref("mine")
        before, names = graph.as_graph_def(add_shapes=True), tf.square(x, name="next").name
        with taken_back(graph):
            if build is loop_gradients:
                x = tf.constant(2.0)
            build(x)
        assert [op.name for op in graph.get_operations()] == ["x", "next"]
        assert graph.as_graph_def(add_shapes=True).node[0] == before.node[0]
        assert not graph.get_tensor_by_name(names).consumers()
        assert mine == [1]
        assert graph.get_all_collection_keys() == ["mine"]
        assert tf.square(x if x.op.name == "x" else 1.0, name="square").op.name == "square"


def test_a_loop_is_what_it_was_before_its_gradient() -> None:
    with tf.Graph().as_default() as graph:
        p = tf.placeholder(tf.float32, (), name="p")
        y = tf.while_loop(lambda value: value < 10, lambda value: value * p, [p])
        before = graph.as_graph_def(add_shapes=True)
        with taken_back(graph):
            (inside,) = tf.gradients(y, p)
            with tf.Session() as session:
                first = session.run(inside, {p: 2.0})
        assert graph.as_graph_def(add_shapes=True) == before
        (again,) = tf.gradients(y, p)
        with tf.Session() as session:
            assert session.run(again, {p: 2.0}) == first


def test_an_error_takes_all_back_and_comes_through() -> None:
    with tf.Graph().as_default() as graph:
        graph.finalize()
        with pytest.raises(ZeroDivisionError), taken_back(graph):
            tf.constant(1.0 / (len([tf.constant(1.0)]) - 1))
        assert not graph.get_operations()
        assert graph.finalized


def test_scopes_and_blocks_around_do_not_reach_into_it() -> None:
    with tf.Graph().as_default() as graph:
        first = tf.no_op(name="first")
        with tf.name_scope("outer"), tf.control_dependencies([first]), tf.device("/device:CPU:1"):
            with taken_back(graph):
                inner = tf.constant(1.0, name="inner").op
                assert (inner.name, inner.control_inputs, inner.device) == ("inner", (), "")
            assert tf.constant(1.0, name="after").op.name == "outer/after"
