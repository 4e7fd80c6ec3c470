"""Steps of training, compiled against interpreted: the variables stay equal, bit for bit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import graphlog as tf
from graphlog.core.session_state import SessionState
from graphlog.runtime.plan import Plan
from graphlog.runtime.runner import Runner
from tests.runtime.test_compiled_programs import bits

_ACTIVATIONS = (tf.nn.relu, tf.nn.relu6, tf.nn.elu, tf.nn.selu, tf.nn.softplus, tf.nn.softsign, tf.sigmoid)
_OPTIMIZERS: tuple[Callable[[], Any], ...] = (
    lambda: tf.train.GradientDescentOptimizer(0.1),
    lambda: tf.train.MomentumOptimizer(0.1, 0.9),
    lambda: tf.train.MomentumOptimizer(0.1, 0.9, use_nesterov=True),
    lambda: tf.train.AdamOptimizer(),
    lambda: tf.train.AdagradOptimizer(0.1),
    lambda: tf.train.RMSPropOptimizer(0.1),
    lambda: tf.train.FtrlOptimizer(0.1),
)
_INPUTS, _STEPS = 3, 5


def _loss(name: str, labels: Any, scores: Any) -> Any:
    if name == "softmax":
        return tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels=labels, logits=scores))
    if name == "sparse":
        classes = tf.argmax(labels, 1)
        return tf.reduce_sum(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=classes, logits=scores))
    return tf.reduce_mean(tf.square(scores - labels))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_training_agrees_bit_for_bit(data: st.DataObject) -> None:
    dtype = data.draw(st.sampled_from([tf.float32, tf.float64]))
    hidden, classes = data.draw(st.integers(1, 5)), data.draw(st.integers(1, 4))
    random = np.random.default_rng(data.draw(st.integers(0, 1000)))
    activation = data.draw(st.sampled_from(_ACTIVATIONS))
    optimizer = data.draw(st.sampled_from(_OPTIMIZERS))
    name = data.draw(st.sampled_from(["softmax", "sparse", "squares"]))
    use_resource, has_static_batch = data.draw(st.booleans()), data.draw(st.booleans())
    batches = data.draw(st.lists(st.integers(0, 4), min_size=1, max_size=2))

    def numbers(*shape: int) -> Any:
        return random.normal(size=shape).astype(dtype.as_numpy_dtype)

    with tf.Graph().as_default():
        batch = batches[0] if has_static_batch else None
        images, labels = tf.placeholder(dtype, [batch, _INPUTS]), tf.placeholder(dtype, [batch, classes])

        def layer(name: str, value: Any, rows: int, columns: int) -> Any:
            weights, bias = (
                tf.get_variable(f"{name}_{part}", initializer=numbers(*shape), use_resource=use_resource)
                for part, shape in (("weights", (rows, columns)), ("bias", (columns,)))
            )
            return tf.matmul(value, weights) + bias

        scores = layer("second", activation(layer("first", images, _INPUTS, hidden)), hidden, classes)
        loss = _loss(name, labels, scores)
        step = optimizer().minimize(loss)
        elements = [loss, step]
        variables = [variable.read_value() for variable in tf.global_variables()]
        initializer = tf.global_variables_initializer()
    sessions = [tf.Session(graph=images.graph) for _ in range(2)]
    states: list[SessionState] = [session._state for session in sessions]
    for session in sessions:
        session.run(initializer)
    feeds = [images, labels]
    plan, runner = Plan(elements, feeds, states[0]), Runner(elements, feeds, states[1])
    for number in range(_STEPS):
        rows = batches[0] if has_static_batch else batches[number % len(batches)]
        arrays = [
            numbers(rows, _INPUTS),
            np.eye(classes, dtype=dtype.as_numpy_dtype)[np.arange(rows) % classes],
        ]
        if data.draw(st.booleans()) and rows:
            arrays[0][0, 0] = data.draw(st.sampled_from([np.inf, -0.0, np.nan, 1e30]))
        expected = plan.run(dict(zip(feeds, arrays, strict=True)))
        assert bits(runner.run(arrays)) == bits(expected)
        interpreted, compiled = (session.run(variables) for session in sessions)
        assert bits(compiled) == bits(interpreted)
    assert runner.latest is not None or len(set(batches)) > 1
