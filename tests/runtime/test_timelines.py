"""Timeline: traces as Chrome's tracing page takes them."""

import json
from typing import Any

import pytest

import graphlog as tf
from graphlog import timeline


@pytest.fixture
def step_stats() -> Any:
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, [2], name="x")
        first, second = tf.split(tf.square(x, name="y"), 2, name="parts")
        z = tf.add(first, second, name="z")
        run_metadata = tf.RunMetadata()
        options = tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE)
        session.run(z, {x: [1.0, 2.0]}, options=options, run_metadata=run_metadata)
    return run_metadata.step_stats


def events_of(step_stats: Any, **options: bool) -> dict[str, list[dict[str, Any]]]:
    before = step_stats.SerializeToString(deterministic=True)
    text = timeline.Timeline(step_stats).generate_chrome_trace_format(**options)
    assert step_stats.SerializeToString(deterministic=True) == before
    found: dict[str, list[dict[str, Any]]] = {}
    for event in json.loads(text)["traceEvents"]:
        found.setdefault(event["ph"], []).append(event)
    return found


def test_each_operation_is_an_event(step_stats: Any) -> None:
    events = events_of(step_stats)
    assert [event["args"]["name"] for event in events["M"]] == [
        "Allocators",
        "/job:localhost/replica:0/task:0/device:CPU:0 Compute",
        "/job:localhost/replica:0/task:0/device:CPU:0 Tensors",
    ]
    arguments = [event["args"] for event in events["X"]]
    assert {"name": "y", "op": "Square", "input0": "x"} in arguments
    assert {"name": "z", "op": "Add", "input0": "parts", "input1": "parts:1"} in arguments
    for event, stats in zip(events["X"], step_stats.dev_stats[0].node_stats, strict=True):
        assert event["cat"] == "Op"
        assert (event["ts"], event["dur"]) == (stats.all_start_micros, stats.all_end_rel_micros)
    assert set(events) == {"M", "X"} | ({"s", "t"} & set(events))


def test_operations_at_the_same_time_have_lanes_of_their_own_and_arrows(step_stats: Any) -> None:
    nodes = step_stats.dev_stats[0].node_stats
    for node in nodes:
        node.all_start_micros, node.all_end_rel_micros = 1000, 10
    events = events_of(step_stats)
    assert sorted(event["tid"] for event in events["X"]) == list(range(len(nodes)))
    flows = {event["name"]: (event["pid"], event["ts"], event["id"]) for event in events["s"]}
    assert flows["parts:1"][:2] == (1, 1010)
    assert {event["id"] for event in events["t"]} == {event["id"] for event in events["s"]}
    assert "s" not in events_of(step_stats, show_dataflow=False)


def test_tensors_and_their_memory(step_stats: Any) -> None:
    events = events_of(step_stats, show_memory=True)
    assert {"y", "parts", "parts:1", "z"} <= {event["name"] for event in events["N"]}
    assert {event["name"] for event in events["N"]} == {event["name"] for event in events["D"]}
    snapshot = next(event for event in events["O"] if event["name"] == "y")
    assert "dtype: DT_FLOAT" in snapshot["args"]["snapshot"]["tensor_description"]
    memory = [event["args"]["cpu"] for event in events["C"]]
    assert max(memory) >= 8
    assert memory[-1] == 0


def test_what_is_no_trace_of_an_operation() -> None:
    run_metadata = tf.RunMetadata()
    run_metadata.step_stats.dev_stats.add(device="/host:CPU").node_stats.add(node_name="y:MatMul")
    (event,) = events_of(run_metadata.step_stats)["X"]
    assert event["args"] == {"name": "y:MatMul", "op": "unknown"}
