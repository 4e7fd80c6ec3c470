"""Derivatives that users give, Hessians, and checks of derivatives."""

from typing import Any

import numpy as np
import pytest

import graphlog as tf


def test_a_custom_gradient_takes_the_place_of_the_own_one() -> None:
    @tf.custom_gradient
    def log1pexp(x: Any) -> Any:
        """Says what it does."""
        e = tf.exp(x)
        return tf.log(1 + e), lambda dy: dy * (1 - 1 / (1 + e))

    assert log1pexp.__doc__ == "Says what it does."
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, (2,))
        y = log1pexp(x)
        values, grad = session.run([y, tf.gradients(y, x)[0]], {x: [0.0, 100.0]})
    np.testing.assert_allclose(values, [np.log(2), np.inf])
    np.testing.assert_allclose(grad, [0.5, 1.0])


def test_a_custom_gradient_of_several_tensors() -> None:
    @tf.custom_gradient
    def two(a: Any, b: Any) -> Any:
        return (a * b, a + b), lambda da, db: (da * 10.0, db * 20.0)

    with tf.Graph().as_default(), tf.Session() as session:
        a, b = tf.constant(2.0), tf.constant(3.0)
        p, q = two(a, b)
        assert session.run([p, q, *tf.gradients([p, q], [a, b])]) == [6.0, 5.0, 10.0, 20.0]


def test_a_custom_gradient_with_variables_must_take_them() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        w = tf.Variable(3.0, name="w")

        @tf.custom_gradient
        def without(x: Any) -> Any:
            return x * w, lambda dy: dy

        @tf.custom_gradient
        def scaled(x: Any) -> Any:
            return x * w, lambda dy, variables=None: (dy * 7.0, [dy * 5.0 for _ in variables])

        x = tf.constant(2.0)
        with pytest.raises(TypeError, match="must accept a keyword argument 'variables'"):
            without(x)
        y = scaled(x)
        session.run(w.initializer)
        assert session.run([y, *tf.gradients(y, [x, w])]) == [6.0, 7.0, 5.0]
        with pytest.raises(ValueError, match="keywords"):
            scaled(x=x)


def test_registered_gradients_and_overrides() -> None:
    @tf.RegisterGradient("TestHundredfold")
    def hundredfold(op: tf.Operation, grad: tf.Tensor) -> tf.Tensor:
        return grad * 100.0

    with tf.Graph().as_default() as graph, tf.Session() as session:
        x = tf.constant(3.0)
        with graph.gradient_override_map({"Square": "TestHundredfold"}):
            y = tf.square(x)
        assert session.run(tf.gradients(y, x)[0]) == 100.0


def test_hessians_are_the_second_derivatives() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float64, (None,))
        (hessian,) = tf.hessians(tf.reduce_sum(x**3.0) * x[0], x)
        found = session.run(hessian, {x: [1.0, 2.0, 3.0]})
    expected = np.diag([12.0, 12.0, 18.0])
    expected[0, 1:] = expected[1:, 0] = [12.0, 27.0]
    np.testing.assert_allclose(found, expected)


def test_second_derivatives_of_loops_are_refused() -> None:
    with tf.Graph().as_default():
        x = tf.constant(2.0)
        _, y = tf.while_loop(lambda i, y: i < 3, lambda i, y: (i + 1, y * x), [0, x])
        (grad,) = tf.gradients(y, x)
        with pytest.raises(TypeError, match="Second-order gradient for while loops not supported"):
            tf.gradients(grad, x)


def test_a_loop_variable_is_no_place_to_differentiate_by() -> None:
    with tf.Graph().as_default():
        x = tf.constant(2.0)

        def body(y: Any) -> Any:
            return tf.gradients(y * y, x)[0]

        with pytest.raises(ValueError, match="Cannot compute gradient inside while loop"):
            tf.while_loop(lambda y: y < 3.0, body, [x])


def test_no_gradient_flows_through_a_loop_that_says_so() -> None:
    with tf.Graph().as_default():
        x = tf.constant(2.0)
        _, y = tf.while_loop(lambda i, y: i < 3, lambda i, y: (i + 1, y * x), [0, x], back_prop=False)
        assert tf.gradients(y, x) == [None]


@pytest.mark.parametrize("dtype", [tf.float32, tf.float64, tf.complex64])
def test_compute_gradient_gives_both_jacobians(dtype: Any) -> None:
    with tf.Graph().as_default(), tf.Session():
        x = tf.placeholder(dtype, (2, 2), name="x")
        y = tf.matmul(x, x)
        computed, numerical = tf.test.compute_gradient(x, (2, 2), y, (2, 2))
        assert computed.shape == ((8, 8) if dtype.is_complex else (4, 4))
        np.testing.assert_allclose(computed, numerical, atol=2e-2)
        assert tf.test.compute_gradient_error([x], [(2, 2)], y, (2, 2)) < 2e-2


def test_compute_gradient_of_gathered_rows() -> None:
    with tf.Graph().as_default(), tf.Session():
        x = tf.placeholder(tf.float64, (3, 2))
        y = tf.gather(x, [2, 0, 2])
        assert tf.test.compute_gradient_error(x, (3, 2), y, (3, 2), np.ones((3, 2))) < 1e-8


def test_check_gradients_finds_the_wrong_element() -> None:
    @tf.custom_gradient
    def wrong(x: Any) -> Any:
        return tf.square(x), lambda dy: dy * 2.0 * x * [1.0, 1.0, 1.5]

    with tf.Graph().as_default():
        x = tf.placeholder(tf.float64, (2, 3), name="x")
        z = tf.placeholder(tf.float64, (), name="z")
        w = tf.placeholder(tf.float64, (2,), name="w")
        good, bad, unused = tf.check_gradients(
            wrong(x) * z, [z, x, w], {x: [[1.0, 2.0, 0.0], [4.0, 5.0, 6.0]], z: 2.0, w: [1.0, 2.0]}
        )
    assert good.is_correct
    assert good.elements == 1
    assert unused.is_correct
    assert not bad.is_correct
    assert (bad.name, bad.elements, bad.worst_index) == ("x:0", 6, (1, 2))
    assert bad.computed == pytest.approx(36.0)
    assert bad.numerical == pytest.approx(24.0)
    assert str(bad).startswith("x:0: WRONG, worst at [1, 2]: 36 computed, 24 numerical")


def test_check_gradients_of_variables_in_the_default_session() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        w = tf.Variable([[0.5, -1.0], [2.0, 0.1]], name="w")
        x = tf.placeholder(tf.float32, (3, 2))
        loss = tf.reduce_sum(tf.tanh(tf.matmul(x, w)))
        session.run(w.initializer)
        checks = tf.check_gradients(loss, [w, x], {x: np.arange(6.0).reshape(3, 2)})
        assert all(check.is_correct for check in checks), list(map(str, checks))
        np.testing.assert_allclose(session.run(w), [[0.5, -1.0], [2.0, 0.1]], rtol=1e-6)
