"""Passed gradients, recomputation, and tapes."""

import numpy as np
import pytest

import graphlog as tf


def test_a_gradient_is_passed_by() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.constant([0.3, 1.7])
        y = tf.grad_pass_through(tf.round)(x)
        (grad,) = tf.gradients(y * x, x)
        np.testing.assert_array_equal(session.run(y), [0.0, 2.0])
        np.testing.assert_allclose(session.run(grad), [0.3, 3.7])


def test_a_recomputed_gradient_is_the_same() -> None:
    with tf.Graph().as_default() as graph, tf.Session() as session:
        x = tf.constant([0.3, 1.7])
        y = tf.recompute_grad(lambda v: tf.sin(v) * v)(x)
        (grad,) = tf.gradients(y, x)
        assert len([op for op in graph.get_operations() if op.type == "Sin"]) == 2
        expected = np.cos([0.3, 1.7]) * [0.3, 1.7] + np.sin([0.3, 1.7])
        np.testing.assert_allclose(session.run(grad), expected, rtol=1e-6)


def test_a_tape_gives_gradients_in_the_nest_of_the_sources() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        x, y = tf.constant(3.0), tf.constant(2.0)
        with tf.GradientTape() as tape:
            tape.watch([x])
            z = x * x * y
        grads = tape.gradient(z, {"x": x, "y": y})
        assert session.run(grads) == {"x": 12.0, "y": 9.0}
        with pytest.raises(RuntimeError, match="non-persistent"):
            tape.gradient(z, x)
