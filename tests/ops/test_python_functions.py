"""``tf.py_func``: Python functions as operations."""

import gc
from typing import Any

import numpy as np
import pytest

import graphlog as tf


def run(result: Any, feeds: Any = None) -> Any:
    with tf.Session(graph=tf.get_default_graph()) as session:
        return session.run(result, feeds)


@pytest.fixture(autouse=True)
def graph() -> Any:
    with tf.Graph().as_default() as graph:
        yield graph


def test_function_gets_arrays_and_gives_arrays() -> None:
    x = tf.placeholder(tf.float32, [2])
    y, n = tf.py_func(lambda x, s: (x * 2, len(s)), [x, "abc"], [tf.float32, tf.int64])
    values = run([y, n], {x: [1.0, 2.0]})
    np.testing.assert_array_equal(values[0], [2.0, 4.0])
    assert values[1] == 3
    assert (y.op.type, y.shape.rank, n.op is y.op) == ("PyFunc", None, True)
    assert y.op.inputs[1].op.name == "PyFunc/input_1"


def test_function_without_state_is_another_operation() -> None:
    y = tf.py_func(lambda: 3.0, [], tf.float64, stateful=False)
    assert y.op.type == "PyFuncStateless"
    assert run(y) == 3.0


def test_operation_without_outputs_runs_for_its_effect() -> None:
    seen: list[Any] = []
    op = tf.py_func(seen.append, [tf.constant(3)], [])
    assert run(op) is None
    assert seen == [3]


def test_function_may_write_to_what_it_gets() -> None:
    def first_is_five(x: Any) -> Any:
        x[0] = 5
        return x

    x = tf.constant([1, 2])
    y = tf.py_func(first_is_five, [x], tf.int32)
    values = run([x, y])
    assert [value.tolist() for value in values] == [[1, 2], [5, 2]]


def test_strings_come_back_as_bytes() -> None:
    y, z = tf.py_func(lambda: ("é", np.array([b"a", b"bc"])), [], [tf.string, tf.string])
    assert run([y])[0] == "é".encode()
    assert run(z).tolist() == [b"a", b"bc"]


def test_graph_keeps_its_functions() -> None:
    y = tf.py_func(lambda: np.float32(2), [], tf.float32)
    gc.collect()
    assert run(y) == 2


def test_graph_def_calls_the_same_function_in_this_process(graph: tf.Graph) -> None:
    tf.numpy_function(lambda: np.float32(2), [], tf.float32, name="two")
    with tf.Graph().as_default():
        tf.import_graph_def(graph.as_graph_def(), name="")
        assert run("two:0") == 2


@pytest.mark.parametrize(
    ("function", "error", "message"),
    [
        (lambda: 1 / 0, tf.errors.UnknownError, "ZeroDivisionError: division by zero"),
        (lambda: int("x"), tf.errors.InvalidArgumentError, "ValueError: invalid literal"),
        (lambda: next(iter([])), tf.errors.OutOfRangeError, "StopIteration"),
        (lambda: 1.0, tf.errors.InvalidArgumentError, "is double, but expects float"),
        (lambda: (), tf.errors.InvalidArgumentError, "returns 0 values, but expects to see 1 values."),
    ],
)
def test_failures_say_what_happened(function: Any, error: type[Exception], message: str) -> None:
    y = tf.py_func(function, [], tf.float32)
    with pytest.raises(error, match=message) as raised:
        run(y)
    assert f"defined at {__file__}:" in str(raised.value)


def test_only_functions_can_be_called() -> None:
    with pytest.raises(ValueError, match="Expected func to be callable"):
        tf.py_func(3, [], tf.float32)  # type: ignore[arg-type]


def test_a_py_function_gets_arrays_that_offer_numpy() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.constant([1.0, 2.0])
        double, number = tf.py_function(
            lambda v, n: (v.numpy() * 2, int(n) + 1), [x, 3], [tf.float32, tf.int64]
        )
        assert double.op.type == "EagerPyFunc"
        found = session.run([double, number])
        np.testing.assert_array_equal(found[0], [2.0, 4.0])
        assert (found[1], found[1].dtype) == (4, np.int64)
        with pytest.raises(ValueError, match="Expected func to be callable"):
            tf.py_function(1, [], tf.float32)  # type: ignore[arg-type]
