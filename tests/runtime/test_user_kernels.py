"""The kernels of a user's own operations: what they give is checked, and what they raise is told."""

from __future__ import annotations

import itertools
import traceback
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import graphlog as tf
from graphlog.core.attributes import types

_numbers = itertools.count()


def run(kernel: Callable[..., Any], outputs: int = 1) -> list[Any]:
    """What an operation of a new type with this kernel gives for [1.0, 2.0]."""
    define = tf.define_op(
        f"OfAUser{next(_numbers)}",
        ["x: T"],
        [f"y{index}: T" for index in range(outputs)],
        attributes={"T": types(tf.float32)},
        shape=lambda op: [op.inputs[0].static_shape] * outputs,
        kernel=kernel,
        samples=[tf.Sample(([1.0, 2.0],))],
    )
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, [2], name="x")
        operation = define.operation(x, name="mine")
        values: list[Any] = session.run(operation.outputs, {x: [1.0, 2.0]})
        return values


@pytest.mark.parametrize(
    ("kernel", "outputs", "message"),
    [
        (lambda x: x.astype(np.float64), 1, "an array of float64, but expected was float32: use astype"),
        (lambda x: x[:1], 1, r"an array of shape \[1\], but expected was \[2\]"),
        (lambda x: [1.0, 2.0], 1, "a list of 2, but expected was an array"),
        (lambda x: (x, x), 1, "a tuple of 2, but expected was an array"),
        (lambda x: x, 2, "a ndarray of 1, but expected was a tuple of 2 arrays"),
        (lambda x: (x, x, x), 2, "a tuple of 3, but expected was a tuple of 2 arrays"),
        (lambda x: None, 1, "NoneType'>, but expected was an array of float32"),
        (lambda x: "text", 1, "str'>, but expected was an array of float32"),
        (lambda: 1.0, 1, "raised TypeError: .*takes 0 positional arguments"),
    ],
)
def test_a_result_that_does_not_fit_is_told(kernel: Any, outputs: int, message: str) -> None:
    with pytest.raises(tf.errors.InvalidArgumentError, match=message) as caught:
        run(kernel, outputs)
    assert "[[node mine (op: OfAUser" in caught.value.message
    assert "input x:0: float32 [2]" in caught.value.message


def test_a_result_that_fits_is_taken() -> None:
    np.testing.assert_array_equal(run(lambda x: x * 2)[0], [2.0, 4.0])
    np.testing.assert_array_equal(run(lambda x: (x, x + 1), outputs=2), [[1.0, 2.0], [2.0, 3.0]])


def test_what_a_users_kernel_raises_is_kept_with_its_line() -> None:
    def kernel(x: Any) -> Any:
        raise ValueError("not today")

    with pytest.raises(tf.errors.InvalidArgumentError, match="not today") as caught:
        run(kernel)
    assert isinstance(caught.value.__cause__, ValueError)


def test_what_graphlogs_kernel_raises_is_one_traceback() -> None:
    x = tf.placeholder(tf.float32)
    product = tf.matmul(x, x)
    with tf.Session() as session, pytest.raises(tf.errors.InvalidArgumentError) as caught:
        session.run(product, {x: [[1.0, 2.0]]})
    assert "".join(traceback.format_exception(caught.value)).count("Traceback") == 1


def test_an_interrupt_leaves_the_variables_as_they_were_last_and_the_next_run_works() -> None:
    calls = []

    def interrupted_once(x: Any) -> Any:
        calls.append(x)
        if len(calls) == 1:
            raise KeyboardInterrupt
        return x

    with tf.Graph().as_default(), tf.Session() as session:
        variable = tf.Variable([1.0])
        with tf.control_dependencies([tf.assign_add(variable, [1.0])]):
            y = tf.py_func(interrupted_once, [tf.constant(2.0)], tf.float32)
        session.run(tf.global_variables_initializer())
        with pytest.raises(KeyboardInterrupt):
            session.run(y)
        assert session.run(variable) == [2.0]
        assert session.run(y) == 2.0
        assert session.run(variable) == [3.0]


def test_a_fetch_of_none_says_where_it_may_come_from() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        x, y = tf.constant(1.0), tf.constant(2.0)
        with pytest.raises(TypeError, match=r"Fetch argument None has invalid type .*gradients gives None"):
            session.run(tf.gradients(y, x))


def test_a_feed_list_is_a_list() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, [2])
        with pytest.raises(TypeError, match="feed_list must be a list of tensors"):
            session.make_callable(x, x)  # type: ignore[arg-type]
