"""What ``tf.debugging.assert_shapes`` refuses; the graphs that it builds stand in tests/parity."""

from typing import Any

import numpy as np
import pytest

import graphlog as tf


@pytest.mark.parametrize(
    ("shapes", "message"),
    [
        ({"a": ("N", 3)}, "Tensor a:0 must have rank 2"),
        ({"a": ("N",), "b": ("N", 1)}, "Tensor b:0 dimension 0 must have size 2.  Received size 3"),
        ({"a": (5,)}, "Specified explicitly.  Tensor a:0 dimension 0 must have size 5"),
        ({"a": 5}, "Specified shape must be an iterable"),
        ({"b": ("N", "*")}, "is only allowed as the first entry"),
    ],
)
def test_what_is_known_to_be_wrong(shapes: dict[str, Any], message: str) -> None:
    with tf.Graph().as_default():
        tensors = {"a": tf.zeros([2], name="a"), "b": tf.zeros([3, 1], name="b")}
        with pytest.raises(ValueError, match=message.replace(".", r"\.").replace("*", r"\*")):
            tf.debugging.assert_shapes([(tensors[name], shape) for name, shape in shapes.items()])


def test_what_a_run_finds() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, [None], name="x")
        assertion = tf.debugging.assert_shapes([(x, ("N",)), (tf.zeros([3]), ("N",))], message="sizes")
        session.run(assertion, {x: np.zeros(3)})
        with pytest.raises(tf.errors.InvalidArgumentError, match="Specified by tensor x:0 dimension 0"):
            session.run(assertion, {x: np.zeros(2)})
