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

    with tf.train.MonitoredSession(hooks=[Feeding()]) as session:
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
        tf.train.MonitoredSession(hooks=[tf.train.NanTensorHook(loss)]) as session,
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
    with caplog.at_level(logging.INFO, "graphlog"), tf.train.MonitoredSession(hooks=[hook]) as session:
        for _ in range(3):
            session.run(train)
    assert len([message for message in caplog.messages if message.startswith("loss = ")]) == 3


def test_what_hooks_refuse() -> None:
    with pytest.raises(ValueError, match="One of num_steps or last_step must be specified"):
        tf.train.StopAtStepHook()
    with pytest.raises(ValueError, match="exactly one of every_n_iter and every_n_secs"):
        tf.train.LoggingTensorHook([])
    with pytest.raises(RuntimeError, match="Global step should be created to use StopAtStepHook"):
        tf.train.MonitoredSession(hooks=[tf.train.StopAtStepHook(1)])


def test_summaries_and_speed_are_written(tmp_path: Path) -> None:
    loss, train = counting()
    tf.summary.scalar("loss", loss)
    final = tf.train.FinalOpsHook(loss)
    with tf.train.MonitoredTrainingSession(
        checkpoint_dir=str(tmp_path), save_summaries_steps=2, log_step_count_steps=2, hooks=[final]
    ) as session:
        for _ in range(5):
            session.run(train)
    tf.summary.FileWriterCache.clear()
    (path,) = tmp_path.glob("*tfevents*")
    tags: list[str] = []
    for event in tf.train.summary_iterator(str(path)):
        tags += [f"{value.tag} {event.step}" for value in event.summary.value]
    assert [tag for tag in tags if tag.startswith("loss")] == ["loss 1", "loss 3", "loss 5"]
    assert any(tag.startswith("global_step/sec") for tag in tags)
    assert (tmp_path / "graph.pbtxt").is_file()
    np.testing.assert_allclose(final.final_ops_values, 0.8**10, rtol=1e-6)


def test_a_scaffold_initializes_with_a_function_and_listeners_are_told(tmp_path: Path) -> None:
    _, train = counting()
    told: list[Any] = []

    class Listener(tf.train.CheckpointSaverListener):
        def after_save(self, session: Any, global_step_value: int) -> bool:
            told.append(global_step_value)
            return global_step_value >= 3

    (w,) = tf.trainable_variables()
    scaffold = tf.train.Scaffold(init_fn=lambda scaffold, session: w.load([7.0], session))
    hook = tf.train.CheckpointSaverHook(
        str(tmp_path), save_steps=1, scaffold=scaffold, listeners=[Listener()]
    )
    creator = tf.train.ChiefSessionCreator(scaffold=scaffold)
    with tf.train.MonitoredSession(session_creator=creator, hooks=[hook]) as session:
        np.testing.assert_array_equal(session.run(w), [7.0])
        while not session.should_stop():
            session.run(train)
    assert told == [0, 1, 2, 3]


def test_a_session_manager_prepares_and_recovers(tmp_path: Path) -> None:
    _, train = counting()
    saver = tf.train.Saver()
    ready = tf.report_uninitialized_variables()
    init = tf.global_variables_initializer()
    manager = tf.train.SessionManager(ready_op=ready)
    with pytest.raises(RuntimeError, match="Model is not initialized"):
        manager.prepare_session("")
    with manager.prepare_session("", init_op=init, saver=saver, checkpoint_dir=str(tmp_path)) as session:
        session.run(train)
        saver.save(session, str(tmp_path / "m"))
    session, is_restored = manager.recover_session("", saver=saver, checkpoint_dir=str(tmp_path))
    assert is_restored
    np.testing.assert_allclose(session.run("w:0"), [0.8])
    with pytest.raises(RuntimeError, match="did not make model ready"):
        manager.prepare_session("", init_op=tf.trainable_variables()[0].initializer)


def test_runs_are_fed_and_profiled(tmp_path: Path) -> None:
    x = tf.placeholder(tf.float32, [], name="x")
    step = tf.train.get_or_create_global_step()
    count = tf.assign_add(step, 1)
    y = x * 2.0
    hooks = [
        tf.train.FeedFnHook(lambda: {x: 4.0}),
        tf.train.ProfilerHook(save_steps=1, output_dir=str(tmp_path)),
        tf.train.GlobalStepWaiterHook(0),
    ]
    with tf.train.SingularMonitoredSession(hooks=hooks) as session:
        assert [session.run([y, count])[0] for _ in range(3)] == [8.0, 8.0, 8.0]
    tf.summary.FileWriterCache.clear()
    assert list(tmp_path.glob("timeline-*.json"))
