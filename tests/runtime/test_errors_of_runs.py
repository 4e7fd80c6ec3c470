"""An error says which operation failed, on what, and which line built it, however it was run."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import graphlog as tf

GOOD, BAD = [0, 1], [0, 7]


def picked(indices: Any, values: Any = None) -> Any:
    return tf.gather(tf.constant([1.0, 2.0]) if values is None else values, indices, name="picked")


def in_a_loop(indices: Any) -> Any:
    parts = tf.while_loop(
        lambda i, _: i < 2, lambda i, a: (i + 1, a + picked(indices[i])), [tf.constant(0), tf.constant(0.0)]
    )
    return parts[1]


def in_a_branch(indices: Any) -> Any:
    return tf.cond(tf.size(indices) > 0, lambda: picked(indices), lambda: tf.constant([0.0]))


def in_a_map(indices: Any) -> Any:
    return tf.map_fn(picked, indices, dtype=tf.float32)


def in_a_function_of_a_dataset(indices: Any) -> Any:
    dataset = tf.data.Dataset.from_tensors(indices).map(picked)
    iterator = tf.data.make_initializable_iterator(dataset)
    with tf.control_dependencies([iterator.initializer]):
        return iterator.get_next()


def before(session: Any, fetch: Any, feed: Any, values: Any, times: int) -> Any:
    for _ in range(times):
        session.run(fetch, {feed: GOOD})
    return session.run(fetch, {feed: values})


WAYS: dict[str, Callable[[Any, Any, Any, Any], Any]] = {
    "interpreted": lambda session, fetch, feed, values: before(session, fetch, feed, values, 0),
    "compiled": lambda session, fetch, feed, values: before(session, fetch, feed, values, 3),
    "callable": lambda session, fetch, feed, values: session.make_callable(fetch, [feed])(values),
    "traced": lambda session, fetch, feed, values: session.run(
        fetch, {feed: values}, tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE), tf.RunMetadata()
    ),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("build", [picked, in_a_loop, in_a_branch, in_a_map, in_a_function_of_a_dataset])
def test_the_operation_its_inputs_and_its_line(build: Callable[[Any], Any], way: str) -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        indices = tf.placeholder(tf.int32, [None], name="indices")
        fetch = build(indices)
        with pytest.raises(tf.errors.InvalidArgumentError) as raised:
            WAYS[way](session, fetch, indices, BAD)
    message = str(raised.value)
    assert re.match(r"indices.* = 7 is not in \[0, 2\)\n", message)
    assert re.search(
        rf"\[\[node (.*/)?picked(_\d)? \(op: GatherV2, defined at {__file__}:\d+\) \]\]", message
    )
    assert re.search(r"\t input .*: float32 \[2\]\n", message)
    assert re.search(r"\t input .*: int32 \[2?\]\n", message)
    assert raised.value.op is not None
    assert raised.value.op.type == "GatherV2"
    assert raised.value.op.name in message


@pytest.mark.parametrize("way", WAYS)
def test_shapes_that_do_not_fit(way: str) -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, name="x")
        total = tf.add(x, tf.constant([1.0, 2.0], name="two"), name="total")
        with pytest.raises(tf.errors.InvalidArgumentError) as raised:
            WAYS[way](session, total * 2.0, x, np.ones(3))
    first, node, *inputs = str(raised.value).splitlines()
    assert first == "Incompatible shapes: [3] vs. [2]"
    assert node.startswith("\t [[node total (op: Add, defined at ")
    assert inputs[:2] == ["\t input x:0: float32 [3]", "\t input two:0: float32 [2]"]
