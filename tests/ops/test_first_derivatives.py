"""Derivatives that samples cannot check: TensorFlow defines no second one, or not by every input."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import graphlog as tf
from tests.numerical import numerical_gradient

POSITIVE = np.array([[0.5, 2.0, 3.5], [1.25, 7.0, 0.25]])
CASES: dict[str, tuple[Callable[..., Any], tuple[Any, ...], tuple[int, ...]]] = {
    # The function, its arguments, and by which of them TensorFlow derives.
    "softsign": (tf.nn.softsign, (POSITIVE - 1.0,), (0,)),
    "igamma": (tf.igamma, (POSITIVE, np.array([1.5, 0.5, 4.0])), (0, 1)),
    "igamma of large numbers": (tf.igamma, (np.array([150.0, 300.0]), np.array([140.0, 320.0])), (0, 1)),
    "igammac": (tf.igammac, (np.array([[2.5], [0.5]]), np.array([1.5, 0.5, 4.0])), (0, 1)),
    "zeta": (tf.zeta, (np.array([[1.5], [3.0]]), np.array([0.75, 2.0])), (1,)),
    "polygamma": (tf.polygamma, (np.array([[0.0], [2.0]]), np.array([0.75, 2.0])), (1,)),
    "betainc": (tf.betainc, (POSITIVE, POSITIVE + 0.5, POSITIVE / 8), (2,)),
    "betainc of scalars": (tf.betainc, (np.array(2.5), np.array(0.5), np.array([0.25, 0.75])), (2,)),
}


@pytest.mark.parametrize(("function", "values", "by"), CASES.values(), ids=CASES.keys())
def test_first_derivatives_are_those_of_central_differences(
    function: Callable[..., Any], values: tuple[Any, ...], by: tuple[int, ...]
) -> None:
    arguments = [np.asarray(value, np.float64) for value in values]
    with tf.Graph().as_default(), tf.Session() as session:
        xs = [tf.placeholder(tf.float64, argument.shape) for argument in arguments]
        y = function(*xs)
        weights = np.random.default_rng(1).normal(size=y.shape.as_list())
        total = tf.reduce_sum(y * weights)
        feeds = dict(zip(xs, arguments, strict=True))
        for place in by:
            found = session.run(tf.gradients(total, xs[place])[0], feeds)

            def at(point: Any, place: int = place) -> float:
                return float(session.run(total, {**feeds, xs[place]: point}))

            expected = numerical_gradient(at, arguments[place])
            np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


def test_what_tensorflow_does_not_derive_is_none_or_an_error() -> None:
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float64, (2,))
        assert tf.gradients(tf.zeta(x, tf.ones_like(x)), x) == [None]
        assert tf.gradients(tf.betainc(x, x + 1.0, tf.constant([0.5, 0.5], tf.float64)), x) == [None]
        slope = tf.gradients(tf.nn.softsign(x), x)[0]
        with pytest.raises(
            LookupError, match=r"No gradient defined for operation .* \(op type: SoftsignGrad\)"
        ):
            tf.gradients(slope, x)


@pytest.mark.parametrize("function", [tf.nn.relu, tf.nn.relu6])
def test_what_passes_through_a_relu_is_a_product(function: Callable[[Any], Any]) -> None:
    # Recorded from TensorFlow 1.15.5, where zero times infinity is no number, and minus one times zero is -0.
    features = np.array([-1, -1, -1, 0, np.nan, 2], np.float32)
    grads = np.array([np.inf, np.nan, -1, -1, 2, 3], np.float32)
    expected = np.array([np.nan, np.nan, -0.0, -0.0, 0.0, 3.0], np.float32)
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, [6])
        fetch = tf.gradients(function(x), x, grads)[0]
        for _ in range(3):
            found = session.run(fetch, {x: features})
            np.testing.assert_array_equal(found, expected)
            np.testing.assert_array_equal(np.signbit(found[2:]), np.signbit(expected[2:]))
