"""Explanations fit the terminal that they are printed to."""

import pytest

import graphlog as tf


def explained() -> str:
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, (2, 3), name="x")
        loss = tf.reduce_sum(tf.square(tf.tanh(x, name="hidden"), name="squares"), name="loss")
        return str(tf.explain(loss, x, {x: [[0.0, 1.0, 2.0], [0.5, 0.5, 0.5]]}))


@pytest.mark.parametrize("columns", [60, 80])
def test_a_narrow_terminal_gets_the_steps_one_below_the_other(
    columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    wide = explained()
    assert "operation" in wide
    monkeypatch.setenv("COLUMNS", str(columns))
    narrow = explained()
    steps, derivation = narrow.rsplit("\n\n", 1)
    assert max(map(len, steps.split("\n"))) <= columns
    assert derivation in wide
    assert "\nhidden = tanh(x)\n  value " in narrow
    monkeypatch.setenv("COLUMNS", "500")
    assert explained() == wide
