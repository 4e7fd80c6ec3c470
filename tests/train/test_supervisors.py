"""Supervisor: what it writes, saves and stops; and clusters, of which one process is all there is."""

from pathlib import Path
from typing import Any

import pytest

import graphlog as tf


def counting() -> Any:
    step = tf.train.get_or_create_global_step()
    loss = tf.reduce_sum(tf.square(tf.Variable([1.0], name="w")))
    tf.summary.scalar("loss", loss)
    return tf.train.GradientDescentOptimizer(0.1).minimize(loss, global_step=step)


def test_it_trains_saves_and_goes_on(tmp_path: Path) -> None:
    for first in (0, 3):
        with tf.Graph().as_default():
            train = counting()
            supervisor = tf.train.Supervisor(logdir=str(tmp_path), save_summaries_secs=0.01)
            with supervisor.managed_session() as session:
                assert session.run(supervisor.global_step) == first
                for _ in range(3):
                    if not supervisor.should_stop():
                        session.run(train)
                supervisor.summary_computed(session, session.run(supervisor.summary_op))
        assert supervisor.should_stop()
        assert tf.train.latest_checkpoint(str(tmp_path)) == str(tmp_path / f"model.ckpt-{first + 3}")
    tags = {
        value.tag
        for path in tmp_path.glob("*tfevents*")
        for event in tf.train.summary_iterator(str(path))
        for value in event.summary.value
    }
    assert "loss" in tags


def test_an_error_in_the_block_is_raised_and_an_end_of_data_is_not(tmp_path: Path) -> None:
    with tf.Graph().as_default():
        counting()
        supervisor = tf.train.Supervisor(logdir=None)
        with supervisor.managed_session(), pytest.raises(ValueError, match="mine"):
            raise ValueError("mine")
        with supervisor.managed_session():
            raise tf.errors.OutOfRangeError(None, None, "over")


def test_a_loop_until_it_stops() -> None:
    with tf.Graph().as_default():
        train = counting()
        supervisor = tf.train.Supervisor()
        calls: list[int] = []

        def step(session: Any, most: int) -> None:
            session.run(train)
            calls.append(1)
            if len(calls) == most:
                supervisor.request_stop()

        tf.train.basic_train_loop(supervisor, step, args=(4,))
        assert len(calls) == 4


def test_a_cluster_of_one() -> None:
    server = tf.train.Server.create_local_server()
    with tf.Graph().as_default(), tf.Session(server.target) as session:
        assert session.run(tf.constant(1)) == 1
    with pytest.raises(NotImplementedError, match="cannot join a cluster of 2 tasks"):
        tf.train.Server({"ps": ["a:1"], "worker": ["b:1"]}, job_name="worker", task_index=0)
    with pytest.raises(NotImplementedError):
        server.join()
    with pytest.raises(ValueError, match="No such job in cluster"):
        tf.train.ClusterSpec({"ps": ["a:1"]}).num_tasks("worker")
