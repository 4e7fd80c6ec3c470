"""Which value of a variable an operation sees in a run that also changes the variable."""

from typing import Any

import numpy as np
import pytest

import graphlog as tf


@pytest.fixture
def session() -> Any:
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_what_waits_for_an_update_sees_the_new_value(session: tf.Session) -> None:
    w = tf.Variable(1.0, name="w")
    before = w * 10.0
    with tf.control_dependencies([before]):
        update = w.assign_add(1.0)
    with tf.control_dependencies([update]):
        after = w * 10.0
        nested = tf.identity(after) + w
    session.run(w.initializer)
    assert session.run([before, after, nested]) == [10.0, 20.0, 22.0]
    assert session.run([nested, before]) == [33.0, 20.0]


def test_what_waits_for_nothing_keeps_the_value_that_was_read(session: tf.Session) -> None:
    a, b = tf.Variable([2.0, 3.0], name="a"), tf.Variable([5.0, 7.0], name="b")
    loss = tf.reduce_sum(a * b)
    grads = tf.gradients(loss, [a, b])
    steps = [variable.assign(variable - grad) for variable, grad in zip((a, b), grads, strict=True)]
    session.run(tf.global_variables_initializer())
    for fetches in (steps, steps[::-1]):
        values = session.run([a, b])
        session.run(fetches)
        np.testing.assert_array_equal(session.run(a), values[0] - values[1])
        np.testing.assert_array_equal(session.run(b), values[1] - values[0])


def test_each_update_is_seen_by_what_waits_for_it(session: tf.Session) -> None:
    w = tf.Variable(1.0, name="w")
    first = w.assign(w * 3.0)
    with tf.control_dependencies([first]):
        middle = w + 0.5
    with tf.control_dependencies([middle]):
        second = w.assign(w * 5.0)
    with tf.control_dependencies([second]):
        last = w + 0.25
    session.run(w.initializer)
    assert session.run([w.value() + 0.0, middle, last]) == [1.0, 3.5, 15.25]


def test_a_kernel_for_known_shapes_sees_the_new_value_too(session: tf.Session) -> None:
    variable = tf.Variable(np.eye(2, dtype=np.float32))
    before = tf.matmul(variable, np.ones((2, 2), np.float32))
    with tf.control_dependencies([tf.assign(variable, variable + 1.0)]):
        after = tf.matmul(variable, np.ones((2, 2), np.float32))
    for _ in range(4):
        session.run(variable.initializer)
        np.testing.assert_array_equal(session.run([before, after])[1], [[3, 3], [3, 3]])


def test_a_fed_read_stays_fed(session: tf.Session) -> None:
    w = tf.Variable(1.0, name="w")
    with tf.control_dependencies([w.assign_add(1.0)]):
        after = w * 10.0
    session.run(w.initializer)
    assert session.run(after, {w.value(): 7.0}) == 70.0


def test_inside_a_conditional(session: tf.Session) -> None:
    w = tf.Variable(1.0, name="w")
    choice = tf.placeholder(tf.bool, [])
    update = w.assign_add(1.0)
    with tf.control_dependencies([update]):
        result = tf.cond(choice, lambda: w * 10.0, lambda: w * 100.0)
    session.run(w.initializer)
    assert session.run(result, {choice: True}) == 20.0
    assert session.run(result, {choice: False}) == 300.0
