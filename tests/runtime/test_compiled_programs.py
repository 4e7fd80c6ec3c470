"""Compiled programs against the interpreter: the same values, bit for bit, in the same kind of array."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphlog as tf
from graphlog.core.session_state import SessionState
from graphlog.runtime.plan import Plan
from graphlog.runtime.runner import Runner

_SIZES = (1, 2, 3)
DTYPES = (tf.float32, tf.float64, tf.int32)

UNARY: list[Callable[[Any], Any]] = [
    tf.negative, tf.square, tf.abs, tf.sign, tf.identity, tf.stop_gradient, tf.zeros_like, tf.ones_like,
    tf.transpose, tf.nn.relu, tf.shape, tf.size,
    lambda x: tf.reshape(x, [-1]),
    lambda x: tf.expand_dims(x, 0),
    lambda x: tf.reduce_sum(x),
    lambda x: tf.reduce_max(x, axis=[]),
    lambda x: tf.reduce_mean(x, keepdims=True),
    lambda x: tf.reduce_sum(x, axis=-1) if x.shape.ndims else x,
    lambda x: tf.reduce_sum(x, axis=0, keepdims=True) if x.shape.ndims else x,
    lambda x: tf.reduce_mean(x, axis=0) if x.shape.ndims else x,
    lambda x: tf.reduce_sum(x, axis=-1, keepdims=True) if x.shape.ndims else x,
    lambda x: tf.reduce_max(x, axis=-1, keepdims=True) - tf.reduce_min(x) if x.shape.ndims else x,
    lambda x: tf.tile(x, [2] + [1] * (x.shape.ndims - 1)) if x.shape.ndims else x,
    lambda x: x * tf.tile(x[..., :1], [1] * (x.shape.ndims - 1) + [x.shape.as_list()[-1] or 2])
    if x.shape.ndims else x,
    lambda x: tf.broadcast_to(x[:1], tf.shape(x)) - x if x.shape.ndims else x,
    lambda x: tf.gradients(tf.reduce_sum(x, axis=-1) ** 2, x)[0] * x if x.shape.ndims else x,
    lambda x: tf.add_n([x, x]),
    lambda x: x * tf.fill([2, 1], tf.constant(3, x.dtype)),
    lambda x: tf.constant(np.full(3, 2), x.dtype) - x,
    lambda x: tf.cast(x, tf.float64),
    lambda x: x * 1,
    lambda x: tf.add_n([x, x, -x]),
    lambda x: x[:1] if x.shape.ndims else x,
    lambda x: tf.concat([x, x], 0) if x.shape.ndims else x,
    lambda x: tf.unstack(x, axis=0)[0] if x.shape.ndims and x.shape.dims[0].value else x,
]  # fmt: skip
FLOATING: list[Callable[[Any], Any]] = [
    tf.tanh, tf.exp, tf.sigmoid, tf.nn.softplus, tf.sqrt, tf.floor, tf.reciprocal,
    lambda x: tf.gradients(tf.reduce_max(x, axis=-1), x)[0] if x.shape.ndims else x,
    lambda x: tf.gradients(tf.nn.relu(x), x, x)[0],
]  # fmt: skip
BINARY: list[Callable[[Any, Any], Any]] = [
    tf.add, tf.subtract, tf.multiply, tf.maximum, tf.minimum, tf.squared_difference,
    lambda x, y: tf.where(x > y, x, y) if x.shape.as_list() == y.shape.as_list() else x,
    lambda x, y: tf.cast(tf.less(x, y), x.dtype),
    lambda x, y: tf.where_v2(x > y, x, y),
    lambda x, y: tf.div(x, y) if x.dtype.is_floating else x - y,
    lambda x, y: tf.matmul(x, y, transpose_b=True) if x.shape.ndims == y.shape.ndims == 2 else x,
    lambda x, y: tf.matmul(x, y, transpose_a=True) if x.shape.ndims == y.shape.ndims == 2 else y,
]  # fmt: skip


LOSSES: list[Callable[[Any, Any], Any]] = [
    lambda x, y: tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=x),
    lambda x, y: tf.gradients(tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=x), x)[0],
]


def _array(data: st.DataObject, shape: Sequence[int], dtype: Any) -> Any:
    numbers = (
        st.integers(-4, 4) if dtype.is_integer else st.sampled_from([-2.5, -0.0, 0.0, 0.5, 1.0, 3.0, np.inf])
    )
    size = int(np.prod(shape))
    values = data.draw(st.lists(numbers, min_size=size, max_size=size))
    return np.array(values, dtype.as_numpy_dtype).reshape(shape)


class _RandomGraph:
    """A graph that hypothesis draws, with feeds, variables and things to fetch."""

    def __init__(self, data: st.DataObject) -> None:
        self.feeds: dict[Any, Any] = {}
        self.tensors: list[Any] = []
        self.variables: list[Any] = []
        dtype = data.draw(st.sampled_from(DTYPES))
        for _ in range(data.draw(st.integers(1, 4))):
            shape = data.draw(st.lists(st.sampled_from(_SIZES), max_size=2))
            array = _array(data, shape, dtype)
            kind = data.draw(st.sampled_from(["feed", "loose feed", "constant", "variable"]))
            if kind == "constant":
                self.tensors.append(tf.constant(array))
            elif kind == "variable":
                variable = tf.Variable(array)
                self.variables.append(variable)
                how = data.draw(st.sampled_from(["read", "itself", "assigned"]))
                if how == "assigned":
                    self.tensors.append(tf.assign(variable, _array(data, shape, dtype)))
                else:
                    self.tensors.append(variable.read_value() if how == "read" else variable)
            else:
                static = [None] * len(shape) if kind == "loose feed" else shape
                placeholder = tf.placeholder(dtype, static)
                self.feeds[placeholder] = array
                self.tensors.append(placeholder)
        for _ in range(data.draw(st.integers(1, 14))):
            self._grow(data)
        self.tensors = [tf.convert_to_tensor(tensor) for tensor in self.tensors]

    def _grow(self, data: st.DataObject) -> None:
        x = data.draw(st.sampled_from(self.tensors))
        y = data.draw(st.sampled_from(self.tensors))
        x = tf.convert_to_tensor(x)
        unary = UNARY + (FLOATING if x.dtype.is_floating else [])
        try:
            if data.draw(st.booleans()) or tf.convert_to_tensor(y).dtype.base_dtype != x.dtype.base_dtype:
                self.tensors.append(data.draw(st.sampled_from(unary))(x))
            else:
                y = tf.convert_to_tensor(y)
                are_matrices = x.dtype.is_floating and x.shape.ndims == y.shape.ndims == 2
                self.tensors.append(
                    data.draw(st.sampled_from(BINARY + (LOSSES if are_matrices else [])))(x, y)
                )
        except ValueError:
            pass  # The shapes do not fit.


def bits(values: Sequence[Any]) -> list[Any]:
    """What must be equal. Of two NaNs the processor passes on the first, so that their signs may differ."""
    return [
        value
        if value is None
        else (type(value), value.dtype, value.shape, np.where(value == value, value, np.nan).tobytes())
        for value in values
    ]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_compiled_and_interpreted_runs_agree_bit_for_bit(data: st.DataObject) -> None:
    with tf.Graph().as_default():
        graph = _RandomGraph(data)
        fetches = data.draw(st.lists(st.sampled_from(graph.tensors), min_size=1, max_size=5))
        fetched_twice = data.draw(st.booleans())
        elements = list(dict.fromkeys(fetches))
        feeds = dict(graph.feeds)
        session = tf.Session()
        session.run(tf.global_variables_initializer())
        if data.draw(st.booleans()):
            # Any value may be fed, also one that is computed from others.
            extra = data.draw(st.sampled_from(graph.tensors))
            if extra not in feeds and not extra.op.type.startswith("Variable"):
                try:
                    feeds[extra] = session.run(extra, graph.feeds)
                except tf.errors.InvalidArgumentError:
                    return
        arrays = [np.asarray(value) for value in feeds.values()]
        state: SessionState = session._state
        try:
            expected = bits(Plan(elements, list(feeds), state).run(dict(zip(feeds, arrays, strict=True))))
        except tf.errors.InvalidArgumentError:
            # Shapes that only a run knows. The compiled program fails too.
            expected = None
        before = [array.tobytes() for array in arrays]
        runner = Runner(elements, list(feeds), state)
        for _ in range(4):
            if expected is None:
                with pytest.raises(tf.errors.InvalidArgumentError):
                    runner.run(arrays)
                continue
            values = runner.run(arrays)
            assert bits(values) == expected
            for value in values:
                if isinstance(value, np.ndarray):
                    value.fill(7)  # The caller's own: nobody sees it.
        assert expected is None or all(runner._programs.values())
        assert [array.tobytes() for array in arrays] == before
        if fetched_twice and expected is not None:
            first, second = session.run([elements[0], elements[0]], feeds)
            assert bits([first]) == bits([second]) == expected[:1]


@pytest.fixture(autouse=True)
def graph() -> Iterator[None]:
    """A graph of its own for each test."""
    with tf.Graph().as_default():
        yield


def _twice(session: tf.Session, fetches: Any, feeds: Any = None) -> Any:
    """The values of a run that is compiled."""
    session.run(fetches, feeds)
    return session.run(fetches, feeds)


def test_programs_of_other_shapes_and_dtypes_of_feeds() -> None:
    x = tf.placeholder(tf.float32, (None, 3))
    y = tf.reduce_sum(x * 2 + tf.ones_like(x), axis=0)
    with tf.Session() as session:
        for rows in (4, 1, 0, 4, 7, *range(30)):
            for dtype in (np.float32, np.float64, np.int8):
                array = np.arange(rows * 3).reshape(rows, 3).astype(dtype)
                expected = (array.astype(np.float32) * 2 + 1).sum(axis=0)
                np.testing.assert_array_equal(_twice(session, y, {x: array}), expected)


@pytest.mark.parametrize(
    "change", [np.asfortranarray, lambda a: a[::-1][::-1], lambda a: np.repeat(a, 2, 1)[:, ::2]]
)
def test_feeds_of_any_layout(change: Callable[[Any], Any]) -> None:
    x = tf.placeholder(tf.float32, (3, 4))
    y = tf.tanh(x) @ tf.transpose(x) + 1.0
    array = np.linspace(-1, 1, 12, dtype=np.float32).reshape(3, 4)
    with tf.Session() as session:
        expected = session.run(y, {x: array})
        np.testing.assert_array_equal(_twice(session, y, {x: change(array)}), expected)


def test_read_only_feeds_and_feeds_that_are_changed_afterwards() -> None:
    x = tf.placeholder(tf.float32, (2,))
    variable = tf.Variable(tf.zeros(2))
    assign = tf.assign(variable, x)
    array = np.array([1, 2], np.float32)
    array.flags.writeable = False
    with tf.Session() as session:
        value = _twice(session, assign, {x: array})
        value[:] = 9
        np.testing.assert_array_equal(session.run(variable), [1, 2])
        own = np.array([3, 4], np.float32)
        fetched, passed_on = _twice(session, [x, tf.identity(x)], {x: own})
        _twice(session, assign, {x: own})
        own[:] = 0
        np.testing.assert_array_equal(session.run(variable), [3, 4])
        np.testing.assert_array_equal(fetched, [3, 4])
        np.testing.assert_array_equal(passed_on, [3, 4])


def test_results_without_dimensions_are_scalars() -> None:
    x = tf.placeholder(tf.float32, ())
    with tf.Session() as session:
        for value in _twice(session, [x, x + 1.0, -x, tf.exp(x), tf.reduce_sum(x), tf.identity(x)], {x: 2}):
            assert type(value) is np.float32


def test_a_failure_names_the_operation_its_inputs_and_the_line() -> None:
    x = tf.placeholder(tf.int32, (2,), name="numerator")
    y = tf.placeholder(tf.int32, (2,), name="denominator")
    quotient = tf.floordiv(x + 1, y)
    with tf.Session() as session:
        _twice(session, quotient, {x: [1, 2], y: [1, 1]})
        for _ in range(2):
            with pytest.raises(tf.errors.InvalidArgumentError) as raised:
                session.run(quotient, {x: [1, 2], y: [1, 0]})
            message = str(raised.value)
            assert "Integer division by zero" in message
            assert "(op: FloorDiv, defined at " in message
            assert __file__ in message
            assert "input denominator:0: int32 [2]" in message
        np.testing.assert_array_equal(session.run(quotient, {x: [1, 2], y: [1, 1]}), [2, 3])


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_an_interrupted_run_leaves_variables_whole(error: type[BaseException]) -> None:
    raises = False

    def function(value: Any) -> Any:
        if raises:
            raise error
        return value

    first, second = tf.Variable([1.0, 2.0]), tf.Variable([10.0])
    step = tf.assign_add(first, [1.0, 1.0])
    with tf.control_dependencies([step]):
        through = tf.py_func(function, [first.read_value()], tf.float32)
        with tf.control_dependencies([through]):
            last = tf.assign_add(second, [1.0])
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        _twice(session, last)
        raises = True
        with pytest.raises((KeyboardInterrupt, tf.errors.OpError)):
            session.run(last)
        np.testing.assert_array_equal(session.run(first), [4, 5])
        np.testing.assert_array_equal(session.run(second), [12])
        raises = False
        session.run(last)
        np.testing.assert_array_equal(session.run(second), [13])


def test_one_session_runs_from_many_threads() -> None:
    x = tf.placeholder(tf.float32, (64, 64))
    y = x
    for _ in range(20):
        y = tf.tanh(y @ x) + x
    wrong: list[int] = []
    with tf.Session() as session:
        arrays = [np.random.default_rng(index).random((64, 64), np.float32) * 0.1 for index in range(4)]
        expected = [session.run(y, {x: array}) for array in arrays]

        def work(index: int) -> None:
            for _ in range(30):
                if not np.array_equal(session.run(y, {x: arrays[index]}), expected[index]):
                    wrong.append(index)

        threads = [threading.Thread(target=work, args=[index]) for index in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not wrong


def test_a_value_that_a_function_keeps_stays_as_it_was() -> None:
    kept: list[Any] = []
    x = tf.placeholder(tf.float32, (8,))
    doubled = tf.negative(x * 2.0)

    def keep(value: Any) -> Any:
        kept.append(value)
        return value[0]

    result = tf.py_func(keep, [doubled], tf.float32)
    with tf.Session() as session:
        for number in range(4):
            session.run(result, {x: np.full(8, number, np.float32)})
    np.testing.assert_array_equal([value[0] for value in kept], [0, -2, -4, -6])


def _types_of_steps(fetches: Any, feeds: dict[Any, Any]) -> list[str]:
    """What the program of a run computes."""
    with tf.Session() as session:
        _twice(session, fetches, feeds)
        (program,) = [
            program
            for runner in session._runners.values()
            for program in runner._programs.values()
            if program is not None
        ]
        return [step.op.type for step in program.program.steps]


def test_what_operands_repeat_is_left_to_broadcasting() -> None:
    x = tf.placeholder(tf.float32, (None, 3))
    total = tf.reduce_sum(tf.log(tf.reduce_sum(tf.exp(x), axis=1)))
    types = _types_of_steps(tf.gradients(total, x), {x: np.arange(6.0).reshape(2, 3)})
    assert "Tile" not in types
    # What is fetched is repeated, and so is what is repeated more than broadcasting does.
    for multiples in ([1, 3], [2, 1]):
        tiled = tf.tile(tf.exp(x), multiples)
        assert "Tile" in _types_of_steps([tiled + 1.0, tiled * tiled], {x: np.ones((2, 3))})


def test_work_that_the_shapes_decide_is_not_done() -> None:
    x = tf.placeholder(tf.float32, (None, 3))
    b = tf.placeholder(tf.float32, (3,))
    loss = tf.reduce_sum(x * b + b)
    gradients = tf.gradients(loss, [x, b])
    types = _types_of_steps(gradients, {x: np.ones((2, 3)), b: np.ones(3)})
    assert "BroadcastGradientArgs" not in types
    assert "Shape" not in types
    assert "Reshape" not in types
    assert len(types) <= 5
