"""Variables in a session, and what is refused."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import graphlog as tf


def test_reading_before_initialization_names_the_variable_and_the_reader() -> None:
    with tf.Graph().as_default() as graph, tf.Session(graph=graph) as session:
        w = tf.Variable([1.0, 2.0], name="w")
        doubled = w * 2.0
        with pytest.raises(tf.errors.FailedPreconditionError) as raised:
            session.run(doubled)
        assert raised.value.message.startswith("Attempting to use uninitialized value w\n")
        assert f"[[node w/read (op: Identity, defined at {__file__}:" in raised.value.message
        with pytest.raises(tf.errors.FailedPreconditionError, match="uninitialized value w"):
            session.run(w)
        with pytest.raises(tf.errors.FailedPreconditionError, match="uninitialized value w"):
            session.run(tf.assign_add(w, [1.0, 1.0]))


def test_values_are_neither_shared_with_what_is_fed_nor_with_what_is_fetched() -> None:
    with tf.Graph().as_default() as graph, tf.Session(graph=graph) as session:
        w = tf.Variable(tf.zeros([2]))
        p = tf.placeholder(tf.float32, [2])
        fed = np.array([1.0, 2.0], np.float32)
        fetched = session.run(tf.assign(w, p), {p: fed})
        fed[:] = 7.0
        fetched[:] = 8.0
        assert session.run(w).tolist() == [1.0, 2.0]


def test_sessions_do_not_share_values() -> None:
    with tf.Graph().as_default() as graph:
        w = tf.Variable(1.0)
        with tf.Session(graph=graph) as first, tf.Session(graph=graph) as second:
            for session in (first, second):
                session.run(w.initializer)
            first.run(tf.assign(w, 5.0))
            assert (first.run(w), second.run(w)) == (5.0, 1.0)


def test_a_failed_assignment_leaves_the_value() -> None:
    with tf.Graph().as_default() as graph, tf.Session(graph=graph) as session:
        w = tf.Variable([1.0, 2.0])
        p = tf.placeholder(tf.float32)
        session.run(w.initializer)
        with pytest.raises(tf.errors.InvalidArgumentError, match=r"lhs shape= \[2\] rhs shape= \[3\]"):
            session.run(tf.assign(w, p), {p: [1.0, 2.0, 3.0]})
        with pytest.raises(tf.errors.InvalidArgumentError, match="must be the same size"):
            session.run(tf.assign_add(w, p), {p: [1.0, 2.0, 3.0]})
        assert session.run(w).tolist() == [1.0, 2.0]


def test_load_eval_and_names() -> None:
    with tf.Graph().as_default() as graph, tf.Session(graph=graph) as session:
        w = tf.Variable([1.0, 2.0], name="w")
        w.load([8.0, 9.0], session)
        assert w.eval().tolist() == [8.0, 9.0]
        w.load([1.0, 9.0])
        assert session.run("w:0").tolist() == [1.0, 9.0]
        assert session.run("w") is None


def test_uninitialized_variables_are_reported() -> None:
    with tf.Graph().as_default() as graph, tf.Session(graph=graph) as session:
        w = tf.Variable(1.0, name="w")
        tf.Variable(2.0, name="v")
        session.run(w.initializer)
        assert session.run(tf.report_uninitialized_variables()).tolist() == [b"v"]
        assert session.run([tf.is_variable_initialized(w), w.initialized_value()]) == [True, 1.0]
        with pytest.raises(tf.errors.FailedPreconditionError, match="uninitialized value v"):
            session.run(tf.assert_variables_initialized())


def test_counting_stops_at_the_limit() -> None:
    with tf.Graph().as_default() as graph, tf.Session(graph=graph) as session:
        counter = tf.Variable(0)
        count = counter.count_up_to(1)
        session.run(counter.initializer)
        assert session.run(count) == 0
        with pytest.raises(tf.errors.OutOfRangeError, match="Reached limit of 1"):
            session.run(count)


def test_a_chain_of_many_operations_between_variables_is_rebuilt() -> None:
    with tf.Graph().as_default() as graph, tf.Session(graph=graph) as session:
        value: Any = tf.Variable(1.0)
        for _ in range(2000):
            value = value + 1.0
        last = tf.Variable(value)
        session.run(last.initializer)
        assert session.run(last) == 2001.0


REFUSED: list[tuple[Callable[[Any, Any], Any], type[Exception], str]] = [
    (lambda w, p: tf.Variable(p), ValueError, "initial_value must have a shape specified: Tensor"),
    (lambda w, p: tf.Variable(), ValueError, "initial_value must be specified."),
    (lambda w, p: tf.Variable(1.0, collections="a"), ValueError, "must be a list, tuple, or set. Got a of"),
    (lambda w, p: tf.Variable(1.0, constraint=3), ValueError, "The `constraint` argument must be a"),  # type: ignore[arg-type]
    (lambda w, p: tf.Variable(1.0, aggregation=9), ValueError, "Invalid variable aggregation mode: 9"),
    (
        lambda w, p: tf.Variable(1.0, synchronization=9),
        ValueError,
        "Invalid variable synchronization mode: 9",
    ),
    (lambda w, p: tf.assign(w, [1.0, 2.0, 3.0]), ValueError, "Dimension 0 in both shapes must be equal"),
    (
        lambda w, p: tf.assign(w.value(), [1.0, 2.0]),
        TypeError,
        "requires that input 'ref' be a mutable tensor",
    ),
    (lambda w, p: list(w), TypeError, "'Variable' object is not iterable."),
    (lambda w, p: w.scatter_add(3), TypeError, "sparse_delta is not IndexedSlices: 3"),
    (lambda w, p: tf.convert_to_tensor(w, tf.int32), ValueError, "Incompatible type conversion requested"),
    (lambda w, p: tf.variable_scope(None), TypeError, "If default_name is None then name_or_scope is"),
    (lambda w, p: tf.variable_scope("a", reuse=3), ValueError, "The reuse parameter must be True or False"),
    (lambda w, p: tf.variable_scope(3).__enter__(), TypeError, "name_or_scope must be a string"),  # type: ignore[arg-type]
    (lambda w, p: tf.get_variable("v", [2], initializer=3.0), ValueError, "do not specify shape."),
    (lambda w, p: tf.get_variable("v", initializer=3.0, dtype=tf.int32), ValueError, "don't match."),
    (lambda w, p: tf.get_variable("v", [None, 2]), ValueError, "The initializer passed is not valid."),
    (lambda w, p: tf.get_variable("v", [2], tf.complex64), ValueError, "An initializer for variable v of"),
    (
        lambda w, p: tf.get_variable("v", [2], custom_getter=3),
        ValueError,
        "custom_getter which is not callable",
    ),
    (
        lambda w, p: tf.get_variable("v", [2], partitioner=lambda shape, dtype: [1, 1]),
        ValueError,
        "does not match the Variable's rank",
    ),
    (
        lambda w, p: tf.random_uniform([2], dtype=tf.int32),
        ValueError,
        "Must specify maxval for integer dtype",
    ),
    (lambda w, p: tf.random_uniform([2], dtype=tf.bool), ValueError, "Invalid dtype tf.bool"),
    (lambda w, p: tf.random_normal_initializer(dtype=tf.int32), ValueError, "Expected floating point type"),
    (lambda w, p: tf.constant_initializer([1, 2, 3])([2]), ValueError, "Too many elements provided."),
    (lambda w, p: tf.constant_initializer(p), TypeError, "Invalid type for initial value"),
    (lambda w, p: tf.orthogonal_initializer()([3]), ValueError, "must be at least two-dimensional"),
]


@pytest.mark.parametrize(("build", "error", "message"), REFUSED)
def test_what_is_refused(build: Callable[[Any, Any], Any], error: type[Exception], message: str) -> None:
    with tf.Graph().as_default():
        w = tf.Variable([1.0, 2.0], name="w")
        with pytest.raises(error) as raised:
            build(w, tf.placeholder(tf.float32))
    assert message in str(raised.value)
