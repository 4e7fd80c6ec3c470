"""Feeds that are no arrays of numbers: the error says for which tensor."""

from typing import Any

import pytest

import graphlog as tf


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ([[1], [2, 3]], ValueError),
        ([1 << 70], ValueError),
        ([float("nan")], ValueError),
        ((item for item in [1]), TypeError),
        (object(), TypeError),
    ],
)
def test_what_cannot_be_fed_is_named(value: Any, kind: type[Exception]) -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.int32, [None], name="x")
        with pytest.raises(kind, match=r"for Tensor 'x:0', which has dtype int32\)"):
            session.run(tf.identity(x), {x: value})
