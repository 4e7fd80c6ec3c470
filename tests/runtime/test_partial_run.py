"""Runs in several steps."""

from typing import Any

import pytest

import graphlog as tf


class Setting:
    def __init__(self) -> None:
        self.a = tf.placeholder(tf.float32, (), name="a")
        self.b = tf.placeholder(tf.float32, (), name="b")
        self.c = tf.placeholder(tf.float32, (), name="c")
        self.sum = tf.add(self.a, self.b, name="sum")
        self.product = tf.multiply(self.sum, self.c, name="product")


@pytest.fixture
def setting() -> Any:
    with tf.Graph().as_default():
        yield Setting()


def test_a_later_step_goes_on_from_an_earlier_one(setting: Setting) -> None:
    with tf.Session() as session:
        handle = session.partial_run_setup([setting.sum, setting.product], [setting.a, setting.b, setting.c])
        total = session.partial_run(handle, setting.sum, {setting.a: 1, setting.b: 2})
        assert total == 3.0
        assert session.partial_run(handle, setting.product, {setting.c: total * 17}) == 3 * 3 * 17


def test_an_operation_runs_once(setting: Setting) -> None:
    counter = tf.Variable(0.0, name="counter")
    bumped = tf.assign_add(counter, 1.0)
    with tf.control_dependencies([bumped]):
        first, second = tf.identity(setting.a), tf.identity(setting.b)
    with tf.Session() as session:
        session.run(counter.initializer)
        handle = session.partial_run_setup([first, second], [setting.a, setting.b])
        assert session.partial_run(handle, first, {setting.a: 5}) == 5
        assert session.partial_run(handle, second, {setting.b: 6}) == 6
        assert session.run(counter) == 1.0


def test_what_was_not_declared_is_refused(setting: Setting) -> None:
    with tf.Session() as session:
        with pytest.raises(tf.errors.InvalidArgumentError, match="Must run 'setup'"):
            session.partial_run("nothing", setting.sum)
        handle = session.partial_run_setup([setting.sum], [setting.a, setting.b])
        with pytest.raises(tf.errors.InvalidArgumentError, match="product:0 was not declared"):
            session.partial_run(handle, setting.product)
        with pytest.raises(tf.errors.InvalidArgumentError, match="c:0 was not declared"):
            session.partial_run(handle, [], {setting.c: 1})
        assert session.partial_run(handle, setting.sum, {setting.a: 1, setting.b: 2}) == 3
        with pytest.raises(tf.errors.InvalidArgumentError, match="was fetched already"):
            session.partial_run(handle, setting.sum)


def test_a_missing_feed_is_told(setting: Setting) -> None:
    with tf.Session() as session:
        handle = session.partial_run_setup([setting.sum], [setting.a, setting.b])
        with pytest.raises(tf.errors.InvalidArgumentError, match="feed a value for placeholder tensor 'b'"):
            session.partial_run(handle, setting.sum, {setting.a: 1})
