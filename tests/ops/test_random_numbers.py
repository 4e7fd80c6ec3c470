"""Random numbers: the generator, and when numbers repeat. Their values are checked by the parity programs."""

from typing import Any

import numpy as np
import pytest

import graphlog as tf
from graphlog.ops.random import philox

# The known answers of the paper's authors for Philox4x32-10: counter, key, output.
KNOWN = [
    (0, 0, "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ((1 << 128) - 1, (1 << 64) - 1, "408f276d 41c83b0e a20bc7c6 6d5451fd"),
]


@pytest.mark.parametrize(("counter", "key", "expected"), KNOWN)
def test_known_answers(counter: int, key: int, expected: str) -> None:
    (block,) = philox.Stream(key, counter).blocks(np.array([0]))
    assert " ".join(f"{number:08x}" for number in block.tolist()) == expected


def test_the_counter_carries_over() -> None:
    whole = philox.Stream(5, (1 << 64) - 2).blocks(np.arange(4))
    for index in range(4):
        (block,) = philox.Stream(5, (1 << 64) - 2 + index).blocks(np.array([0]))
        assert block.tolist() == whole[index].tolist()


def drawn(graph_seed: int | None, seed: int | None) -> list[Any]:
    """Two runs in one session, and one in another."""
    with tf.Graph().as_default() as graph:
        tf.set_random_seed(graph_seed)
        numbers = tf.random_uniform([4], seed=seed)
        with tf.Session(graph=graph) as first, tf.Session(graph=graph) as second:
            return [first.run(numbers).tolist(), first.run(numbers).tolist(), second.run(numbers).tolist()]


@pytest.mark.parametrize(("graph_seed", "seed"), [(1, None), (None, 2), (1, 2), (0, 0)])
def test_with_a_seed_sessions_draw_the_same_and_runs_go_on(graph_seed: int | None, seed: int | None) -> None:
    first, second, other_session = drawn(graph_seed, seed)
    assert first == other_session
    assert first != second
    assert drawn(graph_seed, seed)[:2] == [first, second]


def test_without_a_seed_each_session_draws_others() -> None:
    first, second, other_session = drawn(None, None)
    assert first != other_session
    assert first != second


@pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
def test_the_derivative_of_gamma_numbers_moves_their_quantile(dtype: tf.DType) -> None:
    # A number and its derivative by alpha together stay at one quantile: igamma(alpha, x) is constant.
    with tf.Graph().as_default() as graph:
        alpha = tf.constant([0.5, 2.5, 9.0], dtype)
        numbers = tf.random_gamma([5], alpha, dtype=dtype, seed=1)
        slopes = [tf.gradients(numbers[index], alpha)[0] for index in range(5)]
        with tf.Session(graph=graph) as session:
            x, by_alpha = session.run([numbers, slopes])
        a, step = np.array([0.5, 2.5, 9.0]), 1e-4
        moved = [
            tf.igamma(tf.constant(a + sign * step), x + sign * step * np.array(by_alpha)) for sign in (1, -1)
        ]
        with tf.Session(graph=graph) as session:
            up, down = session.run(moved)
    np.testing.assert_allclose(up, down, atol=1e-6)


def test_large_samples_have_the_moments_of_their_distributions() -> None:
    with tf.Graph().as_default() as graph, tf.Session(graph=graph) as session:
        tf.set_random_seed(5)
        normal, truncated, gamma, poisson = session.run(
            [
                tf.random_normal([20000]),
                tf.truncated_normal([20000]),
                tf.random_gamma([20000], 3.0),
                tf.random_poisson([2.0, 40.0], [20000]),
            ]
        )
    assert np.abs(truncated).max() < 2
    for sample, mean, variance in [
        (normal, 0, 1),
        (truncated, 0, 0.774),
        (gamma, 3, 3),
        (poisson[:, 0], 2, 2),
        (poisson[:, 1], 40, 40),
    ]:
        assert abs(sample.mean() - mean) < 0.05 * np.sqrt(variance)
        assert abs(sample.var() / variance - 1) < 0.05
