"""What optimizers refuse, and an optimizer of a user's own."""

from typing import Any

import numpy as np
import pytest

import graphlog as tf


@pytest.fixture(autouse=True)
def graph() -> Any:
    with tf.Graph().as_default() as graph:
        yield graph


def test_what_is_refused() -> None:
    x = tf.placeholder(tf.float32, [])
    descent = tf.train.GradientDescentOptimizer(0.1)
    with pytest.raises(ValueError, match="No variables to optimize"):
        descent.minimize(x)
    w = tf.Variable(1.0, name="w")
    with pytest.raises(ValueError, match="No gradients provided for any variable, check your graph"):
        descent.minimize(x)
    with pytest.raises(ValueError, match="gate_gradients must be one of"):
        descent.minimize(w * x, gate_gradients=7)
    with pytest.raises(ValueError, match=r"Invalid type tf\.int32 for"):
        descent.minimize(tf.constant(1))
    with pytest.raises(ValueError, match="No variables provided"):
        descent.apply_gradients([])
    with pytest.raises(ValueError, match="No gradients provided for any variable"):
        descent.apply_gradients([(None, w)])
    with pytest.raises(NotImplementedError, match="Trying to optimize unsupported type"):
        descent.apply_gradients([(x, "w")])
    with pytest.raises(ValueError, match="Must specify the optimizer name"):
        tf.train.GradientDescentOptimizer(0.1, name="")
    with pytest.raises(ValueError, match="initial_accumulator_value must be positive"):
        tf.train.AdagradOptimizer(0.1, initial_accumulator_value=0.0)
    with pytest.raises(ValueError, match=r"learning_rate_power 0\.500000 needs to be negative or zero"):
        tf.train.FtrlOptimizer(0.1, learning_rate_power=0.5)


def test_gradients_by_a_tensor_are_given_but_not_applied() -> None:
    x = tf.constant([1.0, 2.0])
    descent = tf.train.GradientDescentOptimizer(0.1)
    ((grad, target),) = descent.compute_gradients(tf.reduce_sum(x * x), [x])
    assert target is x
    with tf.Session() as session:
        np.testing.assert_array_equal(session.run(grad), [2.0, 4.0])
    with pytest.raises(NotImplementedError, match="Trying to update a Tensor"):
        descent.apply_gradients([(grad, x)])


def test_an_uninitialized_variable_is_not_trained() -> None:
    w = tf.Variable(1.0, name="w")
    train = tf.train.GradientDescentOptimizer(0.1).minimize(w * w)
    with (
        tf.Session() as session,
        pytest.raises(tf.errors.FailedPreconditionError, match="Attempting to use uninitialized value w"),
    ):
        session.run(train)


def test_an_optimizer_of_a_users_own() -> None:
    class SignDescent(tf.train.Optimizer):
        def __init__(self, rate: float) -> None:
            super().__init__(use_locking=False, name="SignDescent")
            self._rate = rate

        def _apply_dense(self, grad: Any, var: Any) -> Any:
            return var.assign_sub(self._rate * tf.sign(grad))

    w = tf.Variable([1.0, -2.0], name="w")
    train = SignDescent(0.5).minimize(tf.reduce_sum(w * w))
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        session.run(train)
        np.testing.assert_array_equal(session.run(w), [0.5, -1.5])


def test_a_program_learns() -> None:
    random = np.random.default_rng(1)
    inputs = random.normal(size=(64, 4)).astype(np.float32)
    targets = inputs @ np.array([[1.0], [-2.0], [0.5], [3.0]], np.float32) + 0.25
    x, y = tf.placeholder(tf.float32, [None, 4]), tf.placeholder(tf.float32, [None, 1])
    hidden = tf.layers.dense(x, 16, activation=tf.nn.relu)
    loss = tf.losses.mean_squared_error(y, tf.layers.dense(hidden, 1))
    train = tf.train.AdamOptimizer(0.02).minimize(loss)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        first = session.run(loss, {x: inputs, y: targets})
        for _ in range(200):
            session.run(train, {x: inputs, y: targets})
        assert session.run(loss, {x: inputs, y: targets}) < first / 50
