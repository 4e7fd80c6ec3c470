"""MonitoredTrainingSession: what its hooks see, when it stops, and from where it goes on."""

import logging
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import graphlog as tf


@pytest.fixture(autouse=True)
def graph() -> Any:
    with tf.Graph().as_default() as graph:
        yield graph


def counting() -> Any:
    step = tf.train.get_or_create_global_step()
    w = tf.Variable([1.0], name="w")
    loss = tf.reduce_sum(tf.square(w))
    return loss, tf.train.GradientDescentOptimizer(0.1).minimize(loss, global_step=step)


def test_it_stops_saves_and_goes_on(tmp_path: Path) -> None:
    for last, first in ((3, 0), (5, 3)):
        with tf.Graph().as_default():
            loss, train = counting()
            steps = 0
            hooks = [tf.train.StopAtStepHook(last_step=last), tf.train.NanTensorHook(loss)]
            with tf.train.MonitoredTrainingSession(
                checkpoint_dir=str(tmp_path), hooks=hooks, save_checkpoint_steps=2
            ) as session:
                while not session.should_stop():
                    session.run(train)
                    steps += 1
            assert steps == last - first
            assert tf.train.latest_checkpoint(str(tmp_path)) == str(tmp_path / f"model.ckpt-{last}")
    np.testing.assert_allclose(tf.train.load_variable(str(tmp_path), "w"), [0.8**5], rtol=1e-6)


def test_hooks_add_fetches_and_feeds(graph: tf.Graph) -> None:
    x = tf.placeholder(tf.float32, [], name="x")
    y = x * 2.0
    calls: list[Any] = []

    class Feeding(tf.train.SessionRunHook):
        def begin(self) -> None:
            calls.append("begin")
            self.z = y + 1.0

        def after_create_session(self, session: Any, coord: Any) -> None:
            calls.append(graph.finalized)

        def before_run(self, run_context: Any) -> Any:
            return tf.train.SessionRunArgs({"z": self.z}, feed_dict={x: 3.0})

        def after_run(self, run_context: Any, run_values: Any) -> None:
            calls.append(float(run_values.results["z"]))

        def end(self, session: Any) -> None:
            calls.append("end")

    with tf.train.MonitoredSession([Feeding()]) as session:
        assert session.run(y) == 6.0
        with pytest.raises(RuntimeError, match="Same tensor is fed"):
            session.run(y, {x: 1.0})
    assert calls == ["begin", True, 7.0, "end"]
    assert session.should_stop()
    with pytest.raises(RuntimeError, match="Run called even after should_stop requested"):
        session.run(y)


def test_a_loss_that_is_not_a_number_ends_it() -> None:
    loss = tf.constant(np.nan)
    with (
        pytest.raises(tf.train.NanLossDuringTrainingError),
        tf.train.MonitoredSession([tf.train.NanTensorHook(loss)]) as session,
    ):
        session.run(loss)


def test_an_end_of_data_ends_it_quietly() -> None:
    counter = tf.Variable(0, name="counter")
    count = counter.count_up_to(2)
    seen = []
    with tf.train.MonitoredSession() as session:
        while not session.should_stop():
            seen.append(int(session.run(count)))
    assert seen == [0, 1]


def test_values_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    loss, train = counting()
    hook = tf.train.LoggingTensorHook({"loss": loss}, every_n_iter=2, at_end=True)
    with caplog.at_level(logging.INFO, "graphlog"), tf.train.MonitoredSession([hook]) as session:
        for _ in range(3):
            session.run(train)
    assert len(caplog.messages) == 3
    assert caplog.messages[0].startswith("loss = ")


def test_what_hooks_refuse() -> None:
    with pytest.raises(ValueError, match="One of num_steps or last_step must be specified"):
        tf.train.StopAtStepHook()
    with pytest.raises(ValueError, match="exactly one of every_secs and every_steps"):
        tf.train.LoggingTensorHook([])
    with pytest.raises(RuntimeError, match="Global step should be created to use StopAtStepHook"):
        tf.train.MonitoredSession([tf.train.StopAtStepHook(1)])
