"""debug_numerics: which operation made the first NaN or infinity, of what."""

import threading
from typing import Any

import numpy as np
import pytest

import graphlog as tf
from graphlog.runtime.numeric_watch import NumericsError
from graphlog.runtime.observation import STANDING_OBSERVERS


@pytest.fixture
def session() -> Any:
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_the_operation_that_makes_an_infinity_is_named(session: Any) -> None:
    x = tf.placeholder(tf.float32, [None], name="x")
    logarithm = tf.log(x, name="logarithm")
    total = tf.reduce_sum(tf.multiply(logarithm, 2.0), name="total")
    feeds = {x: np.array([0.0, 1.0, 4.0, 0.0])}
    assert session.run(total, feeds) == -np.inf
    with tf.debug_numerics(), pytest.raises(NumericsError) as raised:
        session.run(total, feeds)
    error = raised.value
    assert isinstance(error, tf.errors.InvalidArgumentError)
    assert error.op is logarithm.op
    assert error.forward_op is None
    first, node, output, given = str(error).splitlines()[:4]
    assert first == "'logarithm' computed infinity from finite inputs."
    assert node.startswith(f"\t [[node logarithm (op: Log, defined at {__file__}:")
    assert output == "\t output logarithm:0: float32 [4], 2 -inf, min 0.0, max 1.3862944"
    assert given == "\t input x:0: float32 [4], min 0.0, max 4.0"
    # Without it, the run works as before.
    assert session.run(total, feeds) == -np.inf


def test_nothing_happens_where_all_is_finite(session: Any) -> None:
    x = tf.placeholder(tf.float32, [2], name="x")
    w = tf.get_variable("w", initializer=[1.0, 2.0])
    loss = tf.reduce_sum(tf.log(x) * w)
    step = tf.train.AdamOptimizer(0.1).minimize(loss)
    with tf.debug_numerics():
        session.run(tf.global_variables_initializer())
        for _ in range(3):
            session.run([loss, step], {x: [1.0, 2.0]})


def test_an_operation_of_a_gradient_names_its_forward_operation(session: Any) -> None:
    x = tf.placeholder(tf.float32, [], name="x")
    with tf.name_scope("model"):
        y = tf.sqrt(x, name="root")
    (gradient,) = tf.gradients(y, x)
    with tf.debug_numerics():
        assert session.run(y, {x: 0.0}) == 0.0
        with pytest.raises(NumericsError, match="computed infinity from finite inputs") as raised:
            session.run(gradient, {x: 0.0})
    error = raised.value
    assert error.op is not None
    assert error.op.name == "gradients/model/root_grad/SqrtGrad"
    assert error.forward_op is y.op
    assert f"part of the gradient of [[node model/root (op: Sqrt, defined at {__file__}:" in str(error)


def test_gradients_in_a_scope_and_sums_of_gradients(session: Any) -> None:
    x = tf.placeholder(tf.float32, [], name="x")
    with tf.name_scope("outer"):
        y = tf.multiply(x, x, name="product") + tf.multiply(x, 3.0, name="triple")
        (gradient,) = tf.gradients(y, x)
        gradient = tf.identity(gradient)
    feeds: dict[Any, Any] = {gradient.op.inputs[0].op.inputs[0]: 3e38, x: 3e38}
    assert gradient.op.inputs[0].op.type == "AddN"
    with tf.debug_numerics(), pytest.raises(NumericsError) as raised:
        session.run(gradient, feeds)
    assert raised.value.op is gradient.op.inputs[0].op
    assert raised.value.forward_op is not None
    assert raised.value.forward_op.name == "outer/product"


def test_what_was_not_finite_before_is_nobodys_fault(session: Any) -> None:
    x = tf.placeholder(tf.float32, [2], name="x")
    mask = tf.constant([-np.inf, 0.0], name="mask")
    with tf.debug_numerics():
        assert session.run(tf.exp(x + mask), {x: [1.0, 0.0]}).tolist() == [0.0, 1.0]
        assert np.isnan(session.run(x * 2.0, {x: [np.nan, 1.0]})[0])
        # But who makes a NaN of infinities is to blame.
        with pytest.raises(NumericsError, match="'zero' computed NaN from inputs without NaN") as raised:
            session.run(tf.multiply(mask, x, name="zero"), {x: [0.0, 0.0]})
    assert "output zero:0: float32 [2], 1 NaN, 0.0" in str(raised.value)
    assert "input mask:0: float32 [2], 1 -inf, 0.0" in str(raised.value)


def test_infinities_may_be_allowed(session: Any) -> None:
    x = tf.placeholder(tf.float32, [], name="x")
    y = tf.log(x)
    with tf.debug_numerics(infinities=False):
        assert session.run(y, {x: 0.0}) == -np.inf
        with pytest.raises(NumericsError, match="'Log' computed NaN"):
            session.run(y, {x: -1.0})


def test_a_loop_stops_at_the_iteration(session: Any) -> None:
    x = tf.placeholder(tf.float32, [], name="x")
    _, power = tf.while_loop(
        lambda i, _: i < 10, lambda i, a: (i + 1, tf.square(a, name="again")), [tf.constant(0), x]
    )
    with tf.debug_numerics():
        assert session.run(power, {x: 1.0}) == 1.0
        with pytest.raises(NumericsError, match=r"input while/Identity_1:0: float32 \[\], 1e\+32") as raised:
            session.run(power, {x: 10.0})
    assert raised.value.op is not None
    assert raised.value.op.name == "while/again"


def test_a_gradient_through_a_loop(session: Any) -> None:
    x = tf.placeholder(tf.float32, [], name="x")
    _, value = tf.while_loop(
        lambda i, _: i < 2, lambda i, a: (i + 1, tf.sqrt(a, name="root")), [tf.constant(0), x]
    )
    (gradient,) = tf.gradients(value, x)
    with tf.debug_numerics():
        assert session.run(gradient, {x: 1.0}) == 0.25
        with pytest.raises(NumericsError) as raised:
            session.run(gradient, {x: 0.0})
    assert raised.value.forward_op is not None
    assert raised.value.forward_op.name == "while/root"


def test_a_branch(session: Any) -> None:
    x = tf.placeholder(tf.float32, [], name="x")
    y = tf.cond(x > 0, lambda: tf.log(x, name="up"), lambda: tf.log(-x, name="down"))
    with tf.debug_numerics():
        assert session.run(y, {x: 1.0}) == 0.0
        with pytest.raises(NumericsError, match="'cond/down' computed infinity"):
            session.run(y, {x: 0.0})


@pytest.mark.parametrize("use_resource", [False, True])
def test_a_variable_keeps_its_last_finite_value(session: Any, use_resource: bool) -> None:
    w = tf.get_variable("w", initializer=[1e38, 1.0], use_resource=use_resource)
    x = tf.placeholder(tf.float32, [2], name="x")
    step = tf.train.GradientDescentOptimizer(10.0).minimize(tf.reduce_sum(w * x))
    session.run(tf.global_variables_initializer())
    with tf.debug_numerics():
        with pytest.raises(NumericsError, match=r"ApplyGradientDescent.*computed infinity") as raised:
            session.run(step, {x: [-3e37, 1.0]})
        assert session.run(w).tolist() == [np.float32(1e38), 1.0]
    assert "[2], min 1.0, max 1e+38" in str(raised.value)


def test_one_session_of_several(session: Any) -> None:
    y = tf.log(tf.constant(0.0))
    with tf.Session() as other, tf.debug_numerics(other):
        assert session.run(y) == -np.inf
        with pytest.raises(NumericsError):
            other.run(y)


def test_every_way_to_run(session: Any) -> None:
    x = tf.placeholder(tf.float32, [], name="x")
    y = tf.log(x, name="y")
    call = session.make_callable(y, [x])
    with tf.debug_numerics():
        with pytest.raises(NumericsError):
            call(0.0)
        with pytest.raises(NumericsError):
            y.eval({x: 0.0})
        handle = session.partial_run_setup([y], [x])
        with pytest.raises(NumericsError):
            session.partial_run(handle, y, {x: 0.0})
        run_metadata = tf.RunMetadata()
        options = tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE)
        with pytest.raises(NumericsError):
            session.run(y, {x: 0.0}, options=options, run_metadata=run_metadata)
        assert session.run(y, {x: 1.0}, options=options, run_metadata=run_metadata) == 0.0
        assert [node.node_name for node in run_metadata.step_stats.dev_stats[0].node_stats] == ["y"]
    assert call(0.0) == -np.inf


def test_runs_of_other_threads_are_watched(session: Any) -> None:
    y = tf.log(tf.constant(0.0), name="y")
    errors: list[Exception] = []

    def work() -> None:
        try:
            session.run(y)
        except tf.errors.InvalidArgumentError as error:
            errors.append(error)

    with tf.debug_numerics():
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    assert [type(error) for error in errors] == [NumericsError]


def test_a_hook_of_a_monitored_session() -> None:
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [], name="x")
        y = tf.log(x, name="y")
        tf.train.get_or_create_global_step()
        hooks: Any = [tf.debug_numerics()]
        with tf.train.MonitoredSession(hooks=hooks) as session:
            assert session.run(y, {x: 1.0}) == 0.0
            assert len(STANDING_OBSERVERS) == 1
        assert not STANDING_OBSERVERS
        hooks = [tf.debug_numerics()]
        with pytest.raises(NumericsError), tf.train.MonitoredSession(hooks=hooks) as session:
            session.run(y, {x: 0.0})
        assert not STANDING_OBSERVERS
        session = tf.train.MonitoredSession()
        with tf.debug_numerics(session), pytest.raises(NumericsError):
            session.run(y, {x: 0.0})
        session.close()


def test_complex_and_half_numbers_and_data_from_elsewhere(session: Any) -> None:
    z = tf.placeholder(tf.complex64, [None], name="z")
    big = tf.placeholder(tf.int32, [], name="big")
    queue = tf.FIFOQueue(3, tf.float32, shapes=[[]])
    enqueue = queue.enqueue(tf.constant(np.nan))
    with tf.debug_numerics():
        with pytest.raises(NumericsError, match="largest absolute value 1e"):
            session.run(tf.square(z), {z: [1e30, 1.0]})
        with pytest.raises(NumericsError, match=r"input big:0: int32 \[\], 100000"):
            session.run(tf.cast(big, tf.float16), {big: 100000})
        session.run(enqueue)
        assert np.isnan(session.run(queue.dequeue()))
        value = tf.data.make_one_shot_iterator(tf.data.Dataset.from_tensors(np.inf)).get_next()
        assert session.run(value) == np.inf
