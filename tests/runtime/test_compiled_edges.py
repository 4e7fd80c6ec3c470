"""Where a compiled program could differ from an interpreted one: the first run against the later ones."""

from __future__ import annotations

import collections
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import graphlog as tf
from graphlog.core.op_definition import Sample, define_op
from graphlog.ops import shape_rules


@pytest.fixture(autouse=True)
def graph() -> Iterator[None]:
    """A graph of its own for each test."""
    with tf.Graph().as_default():
        yield


@pytest.mark.parametrize(
    "function",
    [
        lambda x: tf.reduce_sum(x, 0),
        lambda x: tf.reduce_mean(x),
        lambda x: tf.reduce_max(x, 1),
        lambda x: tf.matmul(x, x),
        lambda x: tf.nn.relu(x),
    ],
)
def test_what_an_assignment_returns_is_read_first(function: Any) -> None:
    variable = tf.Variable(np.arange(4, dtype=np.float32).reshape(2, 2) - 1)
    value = np.array([[1, -2], [3, 4]], np.float32)
    fetch = function(tf.assign(variable, value))
    with tf.Session() as session:
        session.run(variable.initializer)
        first, *others = [session.run(fetch) for _ in range(4)]
    for other in others:
        np.testing.assert_array_equal(other, first)


@pytest.mark.parametrize("use_resource", [False, True])
def test_a_variable_of_another_shape_than_its_static_one(use_resource: bool) -> None:
    variable = tf.get_variable("v", initializer=np.zeros(4, np.float32), use_resource=use_resource)
    fed = tf.placeholder(tf.float32, [None])
    if use_resource:
        assign = variable.assign(fed)
    else:
        assign = tf.assign(variable, fed, validate_shape=False)
    fetches = [tf.reduce_sum(tf.square(variable - 1.0)), tf.reduce_mean(variable)]
    with tf.Session() as session:
        session.run(variable.initializer)
        for value in ([0, 0, 0, 0], [3], [3, 4, 5, 6, 7], [2, 2, 2, 2]):
            session.run(assign.op, {fed: value})
            array = np.array(value, np.float32)
            for _ in range(3):
                expected = [np.square(array - 1).sum(), array.mean()]
                np.testing.assert_array_equal(session.run(fetches), expected)


def test_a_shape_that_only_set_shape_knows_is_not_relied_on() -> None:
    x = tf.placeholder(tf.float32, [None])
    y = tf.py_func(lambda value: value, [x], tf.float32)
    y.set_shape([4])
    total = tf.reduce_sum(y * 3.0)
    with tf.Session() as session:
        assert [session.run(total, {x: [1.0]}) for _ in range(3)] == [3.0, 3.0, 3.0]


def test_what_a_tensor_array_gives_back_is_the_callers_own() -> None:
    x = tf.placeholder(tf.float32, [3])
    array = tf.TensorArray(tf.float32, 1, clear_after_read=False).write(0, x)
    fetches = [array.read(0), array.read(0)]
    with tf.Session() as session:
        fed = np.ones(3, np.float32)
        for _ in range(3):
            first, second = session.run(fetches, {x: fed})
            first[:] = 5
            np.testing.assert_array_equal(second, [1, 1, 1])
            np.testing.assert_array_equal(fed, [1, 1, 1])


@pytest.mark.parametrize("way", ["run", "make_callable"])
def test_feeds_that_are_unlike_those_of_the_run_before(way: str) -> None:
    x = tf.placeholder(tf.float32, [None, None])
    y = tf.reduce_sum(tf.tanh(x) * 2.0, axis=0)
    array = np.linspace(-1, 1, 12, dtype=np.float32).reshape(3, 4)
    feeds: list[Any] = [
        array,
        array.astype(np.float64),
        array.tolist(),
        array.T,
        np.asfortranarray(array),
        array[::2],
        array[:, ::2],
        array[:0],
        array[:, :0],
        array.astype(">f4"),
        array.view(np.recarray),
        np.broadcast_to(array[0], (3, 4)),
        np.zeros((3, 4), np.int8),
    ]
    with tf.Session() as session:
        function = session.make_callable(y, [x])
        for fed in [feed for other in feeds for feed in (array, array, other, other, array)]:
            values = np.array(fed, np.float32, order="C")
            found = session.run(y, {x: fed}) if way == "run" else function(fed)
            expected = session.run(y, {x: values.tolist()}) if values.size else np.zeros(values.shape[1])
            np.testing.assert_array_equal(found, expected)
        for wrong in ([1.0], np.zeros(3, np.float32), "text"):
            with pytest.raises(ValueError, match="Tensor 'Placeholder:0'"):
                session.run(y, {x: wrong})


def test_an_array_that_changes_its_shape_between_runs() -> None:
    x = tf.placeholder(tf.float32, [None])
    y = tf.reduce_sum(x * 2.0)
    with tf.Session() as session:
        for size in (4, 4, 4, 2, 4, 7):
            fed = np.ones(8, np.float32)
            fed.resize(size, refcheck=False)
            assert session.run(y, {x: fed}) == 2 * size


def test_a_closed_session_does_not_run_what_is_prepared() -> None:
    x = tf.placeholder(tf.float32, [2])
    session = tf.Session()
    function = session.make_callable(x + 1.0, [x])
    fetch, fed = x * 2.0, np.ones(2, np.float32)
    for _ in range(3):
        session.run(fetch, {x: fed})
        function(fed)
    session.close()
    with pytest.raises(RuntimeError, match="closed Session"):
        session.run(fetch, {x: fed})
    with pytest.raises(RuntimeError, match="closed Session"):
        function(fed)


def test_fetches_and_feeds_of_one_key_are_told_apart() -> None:
    a, b = tf.placeholder(tf.float32, []), tf.placeholder(tf.float32, [])
    with tf.Session() as session:
        for _ in range(3):
            assert session.run([a, b], {a: 1, b: 2}) == [1, 2]
            assert session.run([a], {a: 1, b: 2}) == [1]
            assert session.run((a,), {a: 1}) == (1,)
            assert session.run(a, {a: 1}) == 1
            with pytest.raises(TypeError):
                session.run([a, None], {a: 1})


def test_equal_structures_of_other_types_stay_what_they_are() -> None:
    a, b = tf.constant(1.0), tf.constant(2.0)
    Pair = collections.namedtuple("Pair", "a b")
    with tf.Session() as session:
        assert type(session.run([Pair(a, b)])[0]) is Pair
        assert type(session.run([(a, b)])[0]) is tuple
        assert type(session.run(((a, b),))[0]) is tuple
        assert type(session.run((Pair(a, b),))[0]) is Pair


def test_random_poolings_of_one_input_are_not_one() -> None:
    x = tf.random_uniform([1, 30, 30, 1], seed=1)
    first, second = (
        tf.nn.fractional_max_pool(x, [1, 1.44, 1.73, 1], pseudo_random=False)[1] for _ in range(2)
    )
    with tf.Session() as session:
        drawn = [session.run([first, second]) for _ in range(10)]
    # By chance they may be equal now and then.
    assert any(not np.array_equal(*pair) for pair in drawn[2:])


def test_an_operation_that_others_wait_for_fails_every_time() -> None:
    index = tf.placeholder(tf.int32, [])
    with tf.control_dependencies([tf.gather(tf.constant([1, 2]), index)]):
        result = tf.identity(index)
    with tf.Session() as session:
        for _ in range(3):
            with pytest.raises(tf.errors.InvalidArgumentError):
                session.run(result, {index: 5})
            assert session.run(result, {index: 1}) == 1


def test_a_users_kernel_runs_each_time_whosever_shape_rule_it_has() -> None:
    calls = []

    def kernel(x: Any) -> Any:
        calls.append(x)
        return np.float32(len(calls))

    Count = define_op(  # noqa: N806
        "CountOfCalls",
        ["x: float32"],
        ["y: float32"],
        shape=shape_rules.unchanged,
        kernel=kernel,
        samples=[Sample((np.float32(1),))],
    )
    counted = Count(tf.constant(1.0))
    with tf.Session() as session:
        assert [session.run(counted) for _ in range(4)] == [1, 2, 3, 4]


def test_an_empty_name_is_the_types() -> None:
    x = tf.constant(1.0)
    with tf.name_scope("scope"):
        assert tf.add(x, x, name="").op.name == tf.add(x, 1.0, name="").op.name.removesuffix("_1")
