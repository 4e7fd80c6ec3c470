"""Assertions and Print: what they say when something does not hold."""

from typing import Any

import numpy as np
import pytest

import graphlog as tf

KNOWN = [
    (
        lambda: tf.assert_equal([1, 2], [1, 3]),
        tf.errors.InvalidArgumentError,
        "Condition x == y did not hold",
    ),
    (
        lambda: tf.assert_less(3.0, 2.0, message="mine"),
        tf.errors.InvalidArgumentError,
        "mine\nCondition x < y",
    ),
    (lambda: tf.assert_positive([0]), tf.errors.InvalidArgumentError, "Condition x > 0"),
    (lambda: tf.assert_rank(tf.ones([2]), 2), ValueError, "must have rank 2.  Received rank 1, shape"),
    (lambda: tf.assert_rank_at_least(tf.ones([2]), 2), ValueError, "must have rank at least 2"),
    (lambda: tf.assert_rank_in(tf.ones([2]), (0, 2)), ValueError, r"must have rank in \(0, 2\)"),
    (lambda: tf.assert_integer(1.5), TypeError, 'Expected "x" to be integer type'),
    (lambda: tf.assert_type(1.5, tf.int32), TypeError, "must be of type tf.int32"),
    (lambda: tf.assert_scalar([1]), ValueError, "Expected scalar shape"),
    (lambda: tf.assert_same_float_dtype([tf.constant(1)]), ValueError, "Expected floating point type"),
    (lambda: tf.assert_proper_iterable("text"), TypeError, 'to be a "proper" iterable'),
]


@pytest.mark.parametrize(("build", "error", "message"), KNOWN)
def test_what_is_known_to_be_wrong_is_refused_when_built(build: Any, error: Any, message: str) -> None:
    with tf.Graph().as_default(), pytest.raises(error, match=message):
        build()


RUNNING = [
    (lambda x: tf.assert_equal(x, 2.0), [2.0, 2.0], [2.0, 3.0]),
    (lambda x: tf.assert_none_equal(x, 2.0), [1.0], [2.0]),
    (lambda x: tf.assert_greater(x, 1.0), [2.0], [1.0]),
    (lambda x: tf.assert_greater_equal(x, 1.0), [1.0], [0.5]),
    (lambda x: tf.assert_less_equal(x, 1.0), [1.0], [1.5]),
    (lambda x: tf.assert_negative(x), [-1.0], [0.0]),
    (lambda x: tf.assert_non_negative(x), [0.0], [-1.0]),
    (lambda x: tf.assert_non_positive(x), [0.0], [1.0]),
    (lambda x: tf.assert_near(x, 1.0), [1.0 + 1e-7], [1.1]),
    (lambda x: tf.assert_rank(x, 1), [1.0], 1.0),
    (lambda x: tf.assert_rank_at_least(x, 1), [[1.0]], 1.0),
    (lambda x: tf.assert_rank_in(x, [0, 1]), 1.0, [[1.0]]),
    (lambda x: tf.Assert(tf.reduce_all(x > 0.0), [x]), [1.0], [-1.0]),
]


@pytest.mark.parametrize(("build", "good", "bad"), RUNNING)
def test_what_turns_out_wrong_fails_the_run(build: Any, good: Any, bad: Any) -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32)
        with tf.control_dependencies([build(x)]):
            y = tf.identity(x)
        np.testing.assert_array_equal(session.run(y, {x: good}), np.float32(good))
        with pytest.raises(tf.errors.InvalidArgumentError, match="assertion failed"):
            session.run(y, {x: bad})


def test_the_error_shows_the_data() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, (None,), name="x")
        check = tf.assert_less(x, 3.0, message="too large", summarize=2)
        with pytest.raises(tf.errors.InvalidArgumentError) as raised:
            session.run(check, {x: [1.0, 4.5, 0.1]})
        shown = ["too large", "Condition x < y did not hold element-wise:", "x (x:0) = ", "1 4.5..."]
        expected = " ".join(["assertion failed:", *(f"[{item}]" for item in shown)])
        assert raised.value.message.startswith(expected)


@pytest.mark.parametrize(
    ("value", "count", "text"),
    [
        (np.arange(12.0).reshape(2, 2, 3), 3, "[[[0 1 2]]...]"),
        (np.arange(12.0).reshape(2, 2, 3), 7, "[[[0 1 2][3 4 5]][[6...]]...]"),
        (np.arange(6).reshape(2, 3), -1, "[[0 1 2][3 4 5]]"),
        (np.float32(1 / 3), 3, "[0.333333343]"),
        (np.float64(1 / 3), 3, "[0.33333333333333331]"),
        (np.array([True, False]), 3, "[1 0]"),
        (np.array([1e10, 1e-10, np.nan, np.inf], np.float32), 3, "[1e+10 1e-10 nan...]"),
        (np.zeros((0, 2)), 3, "[]"),
        (np.array([b"ab", b"c"], object), 3, "[ab c]"),
    ],
)
def test_print_shows_arrays_as_tensorflow_does(
    value: Any, count: int, text: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        y = tf.Print(tf.constant(1.0), [tf.constant(value)], message="here ", summarize=count)
        assert session.run(y) == 1.0
    assert capfd.readouterr().err == f"here {text}\n"


def test_print_stops_after_the_first_few(capfd: pytest.CaptureFixture[str]) -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        y = tf.Print(tf.constant(1), [tf.constant(2)], first_n=2)
        for _ in range(4):
            session.run(y)
    assert capfd.readouterr().err == "[2]\n[2]\n"
