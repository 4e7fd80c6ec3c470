"""Conditionals and loops when they are run: what exists, what fails, and how long it may go on."""

import threading
from typing import Any

import numpy as np
import pytest

import graphlog as tf

NO_FUNCTION: Any = 5


def failing(message: str) -> tf.Tensor:
    """A scalar whose operation fails when it is run."""
    return tf.check_numerics(tf.constant(np.nan), message)


def name_of_failed(error: tf.errors.OpError) -> str:
    assert error.op is not None
    return error.op.name


def test_a_branch_that_is_not_taken_does_not_run() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        pred = tf.placeholder(tf.bool, ())
        y = tf.cond(pred, lambda: tf.constant(1.0), lambda: failing("the other branch"))
        assert session.run(y, {pred: True}) == 1.0
        with pytest.raises(tf.errors.InvalidArgumentError, match="the other branch") as raised:
            session.run(y, {pred: False})
        assert name_of_failed(raised.value) == "cond/CheckNumerics"


def test_operations_of_a_branch_wait_for_each_other_only_where_it_is_taken() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        pred = tf.placeholder(tf.bool, ())
        count = tf.Variable(0, name="count")
        step = tf.cond(pred, lambda: tf.group(tf.assign_add(count, 1)), lambda: tf.no_op())
        session.run(count.initializer)
        for value in (True, False, True):
            session.run(step, {pred: value})
        assert session.run(count) == 2


def test_what_is_inside_cannot_be_fetched() -> None:
    with tf.Graph().as_default() as graph, tf.Session() as session:
        x = tf.placeholder(tf.float32, ())
        tf.cond(x > 0, lambda: x * 2.0, lambda: x)
        tf.while_loop(lambda i: i < 3, lambda i: i + 1, [0])
        for name in ("cond/mul", "while/add", "while/Merge"):
            with pytest.raises(ValueError, match=f"Operation '{name}' has been marked as not fetchable"):
                session.run(graph.get_tensor_by_name(f"{name}:0"), {x: 1.0})
        with pytest.raises(ValueError, match=r"may not be fed"):
            session.run(x, {"while/add:0": 3})


def test_an_imported_loop_runs_and_hides_its_inside() -> None:
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, (), name="x")
        result = tf.while_loop(lambda i, p: i < 4, lambda i, p: (i + 1, p * x), [0, x])[1]
        grad = tf.gradients(result, x)[0]
    with tf.Graph().as_default() as imported, tf.Session() as session:
        tf.import_graph_def(graph.as_graph_def(), name="")
        assert session.run([result.name, grad.name], {"x:0": 2.0}) == [32.0, 80.0]
        for name in ("while/Merge:0", "while/Enter:0", "while/add:0"):
            with pytest.raises(ValueError, match="has been marked as not fetchable"):
                session.run(name, {"x:0": 2.0})
        with pytest.raises(ValueError, match="nothing is known of the loop of 'while/Exit_1'"):
            tf.gradients(imported.get_tensor_by_name(result.name), imported.get_tensor_by_name("x:0"))


def test_a_value_that_does_not_exist_is_an_error() -> None:
    from graphlog.ops.control_flow.control_flow_ops import merge, switch

    with tf.Graph().as_default(), tf.Session() as session:
        pred = tf.placeholder(tf.bool, ())
        false, true = switch(tf.constant(3.0), pred)
        both = merge([false * 2.0, true])
        assert session.run([true, *both], {pred: True}) == [3.0, 3.0, 1]
        assert session.run([false, *both], {pred: False}) == [3.0, 6.0, 0]
        with pytest.raises(tf.errors.InvalidArgumentError, match=r"Retval\[0\] does not have value"):
            session.run(true, {pred: False})


def test_values_of_two_loops_do_not_mix() -> None:
    with tf.Graph().as_default():
        kept: list[tf.Tensor] = []

        def body(i: tf.Tensor) -> tf.Tensor:
            kept.append(i)
            return i + 1

        tf.while_loop(lambda i: i < 3, body, [0])
        with pytest.raises(ValueError, match=r"Cannot use 'while/Identity' as input to '.*' because"):
            kept[0] * 2
        with pytest.raises(ValueError, match="because they are in different while loops"):
            tf.while_loop(lambda i: i < 3, lambda i: i + kept[0], [0])


def test_a_long_loop_takes_neither_stack_nor_memory() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        n = tf.placeholder(tf.int32, ())
        total = tf.while_loop(
            lambda i, s: i < n, lambda i, s: (i + 1, s + tf.cast(i, tf.int64)), [0, tf.constant(0, tf.int64)]
        )
        assert session.run(total[1], {n: 100_000}) == 4999950000


def test_a_loop_in_a_branch_that_is_not_taken_does_not_run() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        n = tf.placeholder(tf.int32, ())

        def loop() -> Any:
            return tf.while_loop(lambda i, x: i < n, lambda i, x: (i + 1, failing("in the loop")), [0, 1.0])[
                1
            ]

        y = tf.cond(n > 0, loop, lambda: tf.constant(7.0))
        assert session.run(y, {n: 0}) == 7.0
        with pytest.raises(tf.errors.InvalidArgumentError, match="in the loop") as raised:
            session.run(y, {n: 1})
        assert name_of_failed(raised.value) == "cond/while/CheckNumerics"


def test_threads_run_one_loop_at_once() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float64, (), name="x")
        stack = tf.TensorArray(tf.float64, size=50)
        _, stack = tf.while_loop(lambda i, t: i < 50, lambda i, t: (i + 1, t.write(i, x)), [0, stack])
        total = tf.reduce_sum(stack.stack())
        grad = tf.gradients(total, x)[0]
        results: dict[int, Any] = {}

        def run(value: int) -> None:
            results[value] = [session.run([total, grad], {x: float(value)}) for _ in range(5)]

        threads = [threading.Thread(target=run, args=(value,)) for value in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert results == {value: [[50.0 * value, 50.0]] * 5 for value in range(4)}


@pytest.mark.parametrize(
    ("build", "error", "message"),
    [
        (lambda: tf.cond(True, lambda: 1, lambda: 2), TypeError, "pred must not be a Python bool"),
        (lambda: tf.cond(tf.constant(True), None, lambda: 2), TypeError, "true_fn argument required"),
        (lambda: tf.cond(tf.constant(True), lambda: 1, NO_FUNCTION), TypeError, "false_fn must be callable"),
        (
            lambda: tf.cond(tf.constant(True), lambda: None, lambda: 2),
            ValueError,
            "true_fn must have a return",
        ),
        (lambda: tf.cond(tf.constant(True), lambda: 1, lambda: 2.0), ValueError, "must have the same type"),
        (
            lambda: tf.cond(tf.constant(True), lambda: [1, 2], lambda: 2),
            ValueError,
            "Incompatible return values",
        ),
        (
            lambda: tf.cond(tf.constant(True), lambda: [1, 2], lambda: (1, 2)),
            TypeError,
            "Incompatible return types",
        ),
        (lambda: tf.case([(True, lambda: 1)]), TypeError, "pred must be a Tensor"),
        (lambda: tf.case(5), TypeError, "fns must be a list, tuple, or dict"),
        (lambda: tf.while_loop(NO_FUNCTION, lambda i: i, [0]), TypeError, "cond must be callable"),
        (lambda: tf.while_loop(lambda: True, lambda: 0, []), ValueError, "No loop variables provided"),
        (
            lambda: tf.while_loop(lambda i: i < 3, lambda i: [i, i], [0]),
            ValueError,
            "same number of elements",
        ),
        (
            lambda: tf.while_loop(lambda i: i < 3, lambda i: tf.cast(i, tf.float32), [0]),
            ValueError,
            "incompatible with expected",
        ),
        (
            lambda: tf.while_loop(lambda x: True, lambda x: tf.concat([x, x], 0), [tf.ones([2])]),
            ValueError,
            r"enters the loop with shape \(2,\), but has shape \(4,\) after one iteration",
        ),
        (
            lambda: tf.while_loop(lambda x: True, lambda x: x, [tf.ones([2])], [tf.TensorShape([3])]),
            ValueError,
            "The shape invariant specified for ones:0 is not compatible",
        ),
    ],
)
def test_what_cannot_be_built_says_why(build: Any, error: Any, message: str) -> None:
    with tf.Graph().as_default(), pytest.raises(error, match=message):
        build()


def test_case_without_default_fails_where_no_condition_holds() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        k = tf.placeholder(tf.int32, ())
        y = tf.case([(k > 5, lambda: tf.constant(1)), (k > 3, lambda: tf.constant(2))])
        assert [session.run(y, {k: value}) for value in (6, 4)] == [1, 2]
        with pytest.raises(tf.errors.InvalidArgumentError, match="None of conditions evaluated as True"):
            session.run(y, {k: 0})


TENSOR_ARRAY_FAILURES = [
    (
        lambda a: a.write(3, 1.0).stack(),
        "Tried to write to index 3 but array is not resizeable and size is: 2",
    ),
    (lambda a: a.write(0, 1.0).write(0, 2.0).stack(), "has already been written to"),
    (lambda a: a.read(5), "Tried to read from index 5 but array size is: 2"),
    (lambda a: a.read(0), "Could not read from TensorArray index 0"),
    (lambda a: a.split([1.0, 2.0, 3.0], [1, 1]).stack(), "Expected sum of lengths to be equal"),
    (lambda a: a.unstack([1.0, 2.0, 3.0]).stack(), "and the TensorArray is not marked as dynamically"),
]


@pytest.mark.parametrize(("use", "message"), TENSOR_ARRAY_FAILURES)
def test_wrong_use_of_a_tensor_array_says_why(use: Any, message: str) -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        result = use(tf.TensorArray(tf.float32, 2, infer_shape=False))
        with pytest.raises(tf.errors.InvalidArgumentError, match=message):
            session.run(result)


def test_an_element_is_cleared_when_it_is_read() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        array = tf.TensorArray(tf.float32, 1).write(0, 3.0)
        first = array.read(0)
        with tf.control_dependencies([first]):
            second = array.read(0)
        assert session.run(first) == 3.0
        with pytest.raises(tf.errors.InvalidArgumentError, match="Could not read index 0 twice"):
            session.run(second)


def test_arrays_of_different_shapes_are_refused_when_built() -> None:
    with tf.Graph().as_default():
        array = tf.TensorArray(tf.float32, 2).write(0, [1.0, 2.0])
        with pytest.raises(ValueError, match=r"Inconsistent shapes: saw \(3,\) but expected \(2,\)"):
            array.write(1, [1.0, 2.0, 3.0])
