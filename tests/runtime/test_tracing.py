"""RunOptions and RunMetadata: what a traced run says of each operation."""

import threading
import time
from typing import Any

import numpy as np
import pytest

import graphlog as tf

FULL = tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE)


@pytest.fixture
def session() -> Any:
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def stats_by_name(run_metadata: Any) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    (device,) = run_metadata.step_stats.dev_stats
    for stats in device.node_stats:
        found.setdefault(stats.node_name, []).append(stats)
    return found


def traced(session: Any, fetches: Any, feed_dict: Any = None) -> tuple[Any, dict[str, list[Any]]]:
    run_metadata = tf.RunMetadata()
    values = session.run(fetches, feed_dict, options=FULL, run_metadata=run_metadata)
    return values, stats_by_name(run_metadata)


def test_each_operation_says_when_it_ran_and_how_long(session: Any) -> None:
    x = tf.placeholder(tf.float32, [300, 300], name="x")
    y = tf.matmul(x, x, name="y")
    z = tf.reduce_sum(y, name="z")
    before = time.time_ns()
    run_metadata = tf.RunMetadata()
    value = session.run(z, {x: np.ones((300, 300))}, options=FULL, run_metadata=run_metadata)
    after = time.time_ns()
    assert value == 300.0**3
    (device,) = run_metadata.step_stats.dev_stats
    assert device.device == "/job:localhost/replica:0/task:0/device:CPU:0"
    # The fed placeholder does not run.
    assert [stats.node_name for stats in device.node_stats] == ["y", "Const", "z"]
    for stats in device.node_stats:
        assert before <= stats.scheduled_nanos <= stats.all_start_nanos
        assert 0 <= stats.op_start_rel_nanos <= stats.op_end_rel_nanos <= stats.all_end_rel_nanos
        assert stats.all_start_nanos + stats.all_end_rel_nanos <= after
        assert stats.all_start_micros == stats.all_start_nanos // 1000
        assert stats.all_end_rel_micros == max(1, stats.all_end_rel_nanos // 1000)
        assert device.thread_names[stats.thread_id] == threading.current_thread().name
    starts = [stats.all_start_nanos for stats in device.node_stats]
    assert starts == sorted(starts)
    assert [stats.timeline_label for stats in device.node_stats] == [
        "y = MatMul(x, x)",
        "Const = Const()",
        "z = Sum(y, Const)",
    ]


def test_outputs_have_dtype_shape_and_bytes(session: Any) -> None:
    x = tf.placeholder(tf.float64, [None, 3], name="x")
    parts = tf.split(tf.square(x, name="square"), 3, axis=1, name="parts")
    words = tf.identity(tf.constant([["a", "bcd"]], name="words"), name="same")
    _, stats = traced(session, [*parts, words], {x: np.ones((2, 3))})
    (output,) = stats["square"][0].output
    assert output.tensor_description.dtype == tf.float64.as_datatype_enum
    assert [dim.size for dim in output.tensor_description.shape.dim] == [2, 3]
    assert output.tensor_description.allocation_description.requested_bytes == 48
    assert [item.slot for item in stats["parts"][0].output] == [0, 1, 2]
    assert all(
        item.tensor_description.HasField("shape") for nodes in stats.values() for item in nodes[0].output
    )
    assert stats["same"][0].output[0].tensor_description.dtype == tf.string.as_datatype_enum
    assert stats["same"][0].output[0].tensor_description.allocation_description.requested_bytes == 2 * 8 + 4


def test_memory_is_what_an_operation_takes_and_not_what_it_looks_at(session: Any) -> None:
    x = tf.placeholder(tf.float32, [100], name="x")
    squared = tf.square(x, name="squared")
    view = tf.reshape(tf.identity(squared, name="same"), [10, 10], name="view")
    doubled = tf.add(view, view, name="doubled")
    _, stats = traced(session, tf.negative(doubled, name="last"), {x: np.ones(100)})
    assert [node.memory[0].total_bytes for node in (stats["squared"][0], stats["doubled"][0])] == [400, 400]
    assert not stats["same"][0].memory
    assert not stats["view"][0].memory
    assert stats["view"][0].output[0].tensor_description.allocation_description.requested_bytes == 400
    # What nobody needs any more is released, and what is fetched is not.
    assert [record.alloc_bytes for record in stats["squared"][0].memory[0].allocation_records] == [400, -400]
    assert [record.alloc_bytes for record in stats["last"][0].memory[0].allocation_records] == [400]


def test_constants_and_variables_are_persistent(session: Any) -> None:
    w = tf.get_variable("w", initializer=np.ones((3, 2), np.float32))
    total = tf.add(w, tf.ones([3, 2], name="ones"), name="total")
    session.run(tf.global_variables_initializer())
    _, stats = traced(session, [total, tf.assign(w, total, name="update")])
    assert stats["w"][0].memory_stats.persistent_memory_size == 24
    assert not stats["w"][0].memory
    assert not stats["w/read"][0].memory
    assert stats["ones"][0].memory_stats.persistent_memory_size == 24
    assert stats["update"][0].output[0].tensor_description.dtype == tf.float32.as_datatype_enum


def test_a_loop_records_every_iteration(session: Any) -> None:
    x = tf.placeholder(tf.float32, [], name="x")
    _, power = tf.while_loop(
        lambda i, _: i < 3, lambda i, a: (i + 1, tf.multiply(a, x, name="times")), [0, 1.0]
    )
    value, stats = traced(session, power, {x: 2.0})
    assert value == 8.0
    assert len(stats["while/times"]) == 3
    assert len(stats["while/Less"]) == 4
    assert len(stats["while/Exit_1"]) == 1
    # What passes a value on, too, and what is constant.
    assert len(stats["while/Identity"]) == 3
    assert len(stats["while/NextIteration"]) == 3
    assert stats["while/times"][0].timeline_label == "while/times = Mul(while/Identity_1, while/times/Enter)"


def test_of_a_branch_only_what_runs_is_recorded(session: Any) -> None:
    x = tf.placeholder(tf.float32, [], name="x")
    y = tf.cond(x > 0, lambda: tf.exp(x, name="up"), lambda: tf.negative(x, name="down"))
    value, stats = traced(session, y, {x: -2.0})
    assert value == 2.0
    assert "cond/down" in stats
    assert "cond/up" not in stats
    # One side of a Switch has no value.
    assert [item.slot for item in stats["cond/down/Switch"][0].output] == [0]


def test_a_traced_run_gives_what_others_give(session: Any) -> None:
    x = tf.placeholder(tf.float32, [None, 4], name="x")
    w = tf.get_variable("w", [4, 4])
    loss = tf.reduce_mean(tf.square(tf.tanh(x @ w)))
    fetches = {"loss": loss, "gradients": [tf.gradients(loss, w)[0]], "op": loss.op}
    session.run(tf.global_variables_initializer())
    feeds = {x: np.random.default_rng(1).standard_normal((5, 4))}
    values, _ = traced(session, fetches, feeds)
    for _ in range(3):
        again = session.run(fetches, feeds)
        assert again["loss"] == values["loss"]
        np.testing.assert_array_equal(again["gradients"][0], values["gradients"][0])
        assert again["op"] is values["op"] is None


def test_what_was_there_is_replaced(session: Any) -> None:
    run_metadata = tf.RunMetadata()
    run_metadata.step_stats.dev_stats.add(device="old")
    one = tf.constant(1.0, name="one")
    for _ in range(2):
        session.run(one, options=FULL, run_metadata=run_metadata)
        assert [len(device.node_stats) for device in run_metadata.step_stats.dev_stats] == [1]
    session.run(one, run_metadata=run_metadata)
    assert run_metadata == tf.RunMetadata()


@pytest.mark.parametrize("level", ["SOFTWARE_TRACE", "HARDWARE_TRACE"])
def test_every_level_but_none_traces(session: Any, level: str) -> None:
    run_metadata = tf.RunMetadata()
    one = tf.constant(1.0, name="one")
    session.run(
        one, options=tf.RunOptions(trace_level=getattr(tf.RunOptions, level)), run_metadata=run_metadata
    )
    assert list(stats_by_name(run_metadata)) == ["one"]
    session.run(one, options=tf.RunOptions(), run_metadata=run_metadata)
    assert not run_metadata.step_stats.dev_stats
    session.run(one, options=FULL)  # Nobody wants to know.


def test_the_graph_that_ran(session: Any) -> None:
    x = tf.placeholder(tf.float32, [], name="x")
    y = tf.square(x, name="y")
    tf.negative(y, name="not_needed")
    run_metadata = tf.RunMetadata()
    options = tf.RunOptions(output_partition_graphs=True)
    session.run(y, {x: 2.0}, options=options, run_metadata=run_metadata)
    (partition,) = run_metadata.partition_graphs
    assert [node.name for node in partition.node] == ["x", "y"]
    assert not run_metadata.HasField("step_stats")


def test_a_callable_takes_options_too(session: Any) -> None:
    x = tf.placeholder(tf.float32, [], name="x")
    call = session.make_callable(tf.square(x, name="y"), [x], accept_options=True)
    run_metadata = tf.RunMetadata()
    assert call(3.0, options=FULL, run_metadata=run_metadata) == 9.0
    assert list(stats_by_name(run_metadata)) == ["y"]
    with pytest.raises(TypeError, match="nonsense"):
        call(3.0, nonsense=1)


def test_what_is_no_option_is_refused(session: Any) -> None:
    one = tf.constant(1.0)
    with pytest.raises(TypeError, match=r"options must be a tf\.RunOptions"):
        session.run(one, options="full")
    with pytest.raises(TypeError, match=r"run_metadata must be a tf\.RunMetadata"):
        session.run(one, options=FULL, run_metadata={})


def test_an_operation_that_fails_is_named_in_a_traced_run(session: Any) -> None:
    x = tf.placeholder(tf.float32, name="x")
    y = tf.add(x, tf.constant([1.0, 2.0]), name="total")
    run_metadata = tf.RunMetadata()
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"Incompatible shapes.*\n.*total.*test_tracing"):
        session.run(y, {x: np.ones(3)}, options=FULL, run_metadata=run_metadata)
    assert session.run(y, {x: np.ones(2)}).tolist() == [2.0, 3.0]


def test_threads_trace_their_own_runs(session: Any) -> None:
    x = tf.placeholder(tf.float32, [], name="x")
    ys = [tf.add(x, float(number), name=f"y{number}") for number in range(4)]
    found: dict[int, set[str]] = {}

    def work(number: int) -> None:
        for _ in range(20):
            value, stats = traced(session, ys[number], {x: 1.0})
            assert value == 1.0 + number
            found.setdefault(number, set()).update(stats)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {number: {f"y{number}", f"y{number}/y"} for number in range(4)}


def test_a_function_of_a_dataset_is_not_part_of_the_graph_that_is_traced(session: Any) -> None:
    dataset = tf.data.Dataset.range(3).map(lambda value: tf.square(value, name="inside"))
    value = tf.data.make_one_shot_iterator(dataset).get_next()
    result, stats = traced(session, tf.identity(value, name="outside"))
    assert result == 0
    assert "outside" in stats
    assert "inside" not in stats


def test_a_run_without_a_trace_is_not_observed(session: Any) -> None:
    assert session.run(tf.constant(2.0)) == 2.0
    assert "_observed_runs" not in vars(session)
