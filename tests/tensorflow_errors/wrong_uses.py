"""What goes wrong, and what TensorFlow 1.15.5 says about it: the types and messages were read off it.

Where graphlog's message goes on, with what to do, only the beginning is compared.
"""

from collections.abc import Callable
from typing import Any

import pytest

import graphlog as tf


class Setting:
    """A graph with a session and a few tensors to do wrong things with."""

    def __init__(self) -> None:
        self.graph = tf.Graph()
        with self.graph.as_default():
            self.x = tf.placeholder(tf.float32, (2,), name="x")
            self.s = tf.placeholder(tf.float32, (), name="s")
            self.y3 = tf.placeholder(tf.float32, (3,), name="y3")
            self.i = tf.placeholder(tf.int32, (2,), name="i")
            self.n = tf.placeholder(tf.int32, (), name="n")
            self.u = tf.placeholder(tf.float32, name="u")
            self.p = tf.placeholder(tf.float32, (None, 3), name="p")
            self.text = tf.placeholder(tf.string, (2,), name="text")
        with tf.Graph().as_default():
            self.elsewhere = tf.placeholder(tf.float32, (), name="z")
        self.session = tf.Session(graph=self.graph)
        self.run = self.session.run


Case = tuple[Callable[[Setting], Any], type[BaseException], str]


def each_of(cases: dict[str, Case]) -> pytest.MarkDecorator:
    """Has a test take the cases one by one."""
    return pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in cases.items()])


def assert_raises(setting: Setting, case: Case) -> None:
    """Does what is wrong, and compares the beginning of what is said about it."""
    act, kind, message = case
    with pytest.raises(kind) as raised:
        act(setting)
    said = raised.value.args[0] if isinstance(raised.value, KeyError) else str(raised.value)
    assert said.startswith(message)
