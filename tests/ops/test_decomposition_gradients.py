"""The gradients of decompositions, whose own rules hold for symmetric matrices or known shapes only."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import graphlog as tf
from tests.numerical import numerical_gradient

RANDOM = np.random.default_rng(5)
SQUARE = RANDOM.normal(size=(2, 3, 3)) + 2 * np.eye(3)
TALL, WIDE = SQUARE[:, :, :2].copy(), SQUARE[:, :2].copy()


def symmetric(x: Any) -> Any:
    return tf.matmul(x, x, transpose_b=True) + tf.eye(3, dtype=tf.float64)


def squares(values: Any) -> list[Any]:
    return [tf.square(value) for value in values]


CASES = [
    pytest.param(lambda x: [tf.cholesky(symmetric(x))], SQUARE, id="cholesky"),
    pytest.param(lambda x: [tf.linalg.logdet(symmetric(x))], SQUARE, id="logdet"),
    pytest.param(lambda x: list(tf.qr(x)), SQUARE, id="qr"),
    pytest.param(lambda x: list(tf.qr(x)), TALL, id="tall qr"),
    pytest.param(lambda x: squares(tf.svd(x)), SQUARE, id="svd"),
    pytest.param(lambda x: squares(tf.svd(x)), TALL, id="tall svd"),
    pytest.param(lambda x: squares(tf.svd(x)), WIDE, id="wide svd"),
    pytest.param(lambda x: [tf.svd(x, compute_uv=False)], WIDE, id="singular values"),
    pytest.param(lambda x: [tf.matrix_solve_ls(x, x[..., :1], 0.5)], TALL, id="tall least squares"),
    pytest.param(lambda x: [tf.linalg.lstsq(x, x[..., :1])], WIDE, id="wide least squares"),
    pytest.param(lambda x: [tf.linalg.pinv(x)], TALL, id="pseudo-inverse"),
    pytest.param(
        lambda x: [tf.gather(x**3, [[1, 0], [0, 0]], axis=1, batch_dims=1)], SQUARE, id="batch gather"
    ),
    pytest.param(lambda x: [tf.norm(x, axis=[1, 2]), tf.norm(x, ord=3.0, axis=0)], SQUARE, id="norms"),
]


@pytest.mark.parametrize(("function", "point"), CASES)
def test_first_and_second_derivatives_are_numerical_ones(
    function: Callable[[Any], list[Any]], point: np.ndarray[Any, Any]
) -> None:
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float64, point.shape)
        weights = np.random.default_rng(6)
        total = tf.add_n([tf.reduce_sum(y * weights.normal(size=y.shape.as_list())) for y in function(x)])
        (first,) = tf.gradients(total, x)
        objective = tf.reduce_sum(tf.sin(first))
        (second,) = tf.gradients(objective, x)
        with tf.Session() as session:
            for value, grad in ((total, first), (objective, second)):

                def evaluated(at: Any, y: Any = value) -> float:
                    return float(session.run(y, {x: at}))

                expected = numerical_gradient(evaluated, point)
                np.testing.assert_allclose(session.run(grad, {x: point}), expected, rtol=1e-5, atol=1e-6)
