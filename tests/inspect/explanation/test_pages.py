"""Explanations in notebooks and in TensorBoard: everything escaped, and as the libraries show it."""

import html.parser
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

import graphlog as tf
from graphlog.inspect.explanation.explanation import Explanation, GradientPath, Step, Total

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # of a library that TensorBoard brings along
    from tensorboard.plugin_util import markdown_to_safe_html

HOSTILE = "<script>alert(1)</script>\x1b[31m|*_`[x](javascript:a)"


@pytest.fixture(autouse=True)
def _fresh_graph() -> Iterator[None]:
    with tf.Graph().as_default():
        yield


def explained(name: str = "d") -> Explanation:
    """One logarithm of a tensor with a name that no graph would take."""
    one, tenth, ten = np.float32(1), np.float32(0.1), np.float32(10)
    values = {"t:0": np.asarray(2.30259), name: np.asarray(ten)}
    arrays = (np.asarray(tenth), np.asarray(one), np.asarray(tenth))
    step = Step("t", "Log", f"log({name})", "t:0", name, 0, False, f"1 / {name}", *arrays)
    total = Total(name, np.asarray(tenth), 1, (GradientPath((step,), np.asarray(tenth)),), "")
    gradients = {"t:0": np.asarray(one), name: np.asarray(tenth)}
    return Explanation(
        "t:0",
        (step,),
        (total,),
        values,
        gradients,
        {"t:0": "t", name: name},
        {"t:0": "Log", name: "Placeholder"},
    )


class Tags(html.parser.HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_nothing_of_a_hostile_name_reaches_a_screen_raw() -> None:
    explanation = explained(HOSTILE)
    assert "\x1b" not in str(explanation)
    assert "\\x1b[31m" in str(explanation)
    page = Tags(explanation._repr_html_())
    assert page.tags == {"p", "table", "thead", "tbody", "tr", "th", "td", "pre"}
    assert "<script>" in page.text
    shown = Tags(markdown_to_safe_html(explanation.markdown()))
    assert shown.tags == {"p", "table", "thead", "tbody", "tr", "th", "td"}
    assert "1 / <script>alert(1)</script>\\x1b[31m|*_`[x](javascript:a) = 0.1" in shown.text


def test_tensorboard_makes_a_table_and_a_list_of_it() -> None:
    x = tf.placeholder(tf.float32, (), name="x")
    y = tf.add(tf.multiply(x, x, name="s"), x, name="y")
    page = Tags(markdown_to_safe_html(tf.explain(y, x, {x: 3.0}).markdown()))
    assert {"table", "td", "li", "ul"} <= page.tags
    assert "∂s/∂x (input 0) = x = 3" in page.text
    assert "3 + 3 + 1 = 7" in page.text


@pytest.mark.parametrize("writer_class", [tf.FileWriter, tf.SummaryWriter])
def test_writers_write_it_as_text(writer_class: Any, tmp_path: Path) -> None:
    explanation = explained()
    with writer_class(str(tmp_path)) as writer:
        writer.add_explanation("how", explanation, 3)
    events = EventAccumulator(str(tmp_path)).Reload()
    (event,) = events.Tensors("how/text_summary")
    assert event.step == 3
    assert event.tensor_proto.string_val[0].decode() == explanation.markdown()
    assert events.SummaryMetadata("how/text_summary").plugin_data.plugin_name == "text"
