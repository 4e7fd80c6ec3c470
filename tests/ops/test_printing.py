"""``tf.print`` and ``tf.strings.format``: what TensorFlow 1.15.5 prints."""

import logging
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import graphlog as tf


def run(result: Any) -> Any:
    with tf.Session(graph=tf.get_default_graph()) as session:
        return session.run(result)


@pytest.fixture(autouse=True)
def graph() -> Any:
    with tf.Graph().as_default() as graph:
        yield graph


# What TensorFlow gives, recorded.
TEXTS = [
    ([[1.5, 2, 3, 4, 5, 6, 7], [1, 2, 3, 4, 5, 6, 7]], 3, "[[1.5 2 3 ... 5 6 7]\n [1 2 3 ... 5 6 7]]"),
    (np.arange(6), 3, "[0 1 2 3 4 5]"),
    (np.arange(7), 3, "[0 1 2 ... 4 5 6]"),
    (1.5, 3, "1.5"),
    ("s", 3, '"s"'),
    (["a", 'b"'], 3, '["a" "b\\""]'),
    (np.arange(8).reshape(2, 2, 2), 3, "[[[0 1]\n  [2 3]]\n\n [[4 5]\n  [6 7]]]"),
    (
        np.arange(27).reshape(3, 3, 3),
        1,
        "[[[0 ... 2]\n  ...\n  [6 ... 8]]\n\n ...\n\n [[18 ... 20]\n  ...\n  [24 ... 26]]]",
    ),
    (np.arange(12), -1, "[0 1 2 3 4 5 6 7 8 9 10 11]"),
    ([True, False], 3, "[1 0]"),
    (np.zeros(0), 3, "[]"),
    (np.zeros((2, 0)), 3, "[\n ...]"),
    (np.array([0.1, 1e-10, 1e20, np.nan]), 3, "[0.1 1e-10 1e+20 nan]"),
    ([0.1, 16777216.0, 1 / 3], 3, "[0.1 16777216 0.333333343]"),
    ([1 + 2j], 3, "[?]"),
    (np.array([0.1, 1 / 3], np.float16), 3, "[0.0999755859 0.333251953]"),
]


@pytest.mark.parametrize(("value", "summarize", "text"), TEXTS)
def test_tensors_as_text(value: Any, summarize: int, text: str) -> None:
    formatted = tf.strings.format("<{}>", tf.constant(value), summarize=summarize)
    assert run(formatted) == f"<{text}>".encode()


def test_nests_are_printed_with_their_tensors(capsys: pytest.CaptureFixture[str]) -> None:
    nest = {"k": tf.constant(3)}, [tf.constant("q"), "z"]
    op = tf.print("a", tf.constant([1, 2]), *nest, 4.5, "{}", sep="|", name="shown")
    assert [node.name for node in op.graph.get_operations()][-2:] == ["shown_format", "shown"]
    run(op)
    assert capsys.readouterr().err == "a|[1 2]|{'k': 3}|[\"q\", 'z']|4.5|{}\n"


def test_streams(capsys: pytest.CaptureFixture[str], caplog: Any, tmp_path: Path) -> None:
    text = tf.constant("only")
    path = tmp_path / "out.txt"
    with caplog.at_level(logging.INFO, logger="graphlog"):
        run(
            [
                tf.print(text, output_stream=sys.stdout, end="!\n"),
                tf.print(text, output_stream=logging.warning),
                tf.print(text, output_stream=f"file://{path}"),
            ]
        )
    assert capsys.readouterr().out == "only!\n"
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [("WARNING", "only")]
    assert path.read_text() == "only\n"
    with pytest.raises(ValueError, match="Unsupported output stream"):
        tf.print(text, output_stream="nowhere")


def test_as_many_placeholders_as_tensors() -> None:
    with pytest.raises(ValueError, match=r"2 placeholder\(s\) in template does not match 1"):
        tf.strings.format("{} {}", tf.constant(1))
