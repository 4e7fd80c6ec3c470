"""What is said of one layer and the next in the same words stands together."""

import pytest

import graphlog as tf
from graphlog.cli.alike_texts import alike
from graphlog.cli.graph_diff_lines import graph_diff_lines
from graphlog.inspect.differences.graph import diff_graphs


@pytest.mark.parametrize(
    ("texts", "groups"),
    [
        ([], []),
        (["a", "b", "a"], [[0, 2], [1]]),
        (["layer1/x", "layer2/y", "layer3/x"], [[0, 2], [1]]),
        (["layer2 of layer1", "layer3 of layer2", "layer3 of layer1"], [[0, 1, 2]]),
        (["layer2 of layer1", "layer3 of layer5"], [[0], [1]]),
        (["layer1: float32 0.25", "layer2: float32 0.25", "layer3: float32 0.75"], [[0, 1], [2]]),
        (["9" * 5000, "8" * 5000], [[0], [1]]),
    ],
)
def test_texts_that_differ_in_one_number_stand_together(texts: list[str], groups: list[list[int]]) -> None:
    assert alike(texts) == groups


def chain(activation: str) -> tf.Graph:
    with tf.Graph().as_default() as graph:
        tensor = tf.placeholder(tf.float32, (None,), name="x")
        for number in range(1, 6):
            with tf.name_scope(f"layer{number}"):
                tensor = getattr(tf, activation)(2.0 * tensor)
    return graph


def test_a_change_of_every_layer_is_told_once() -> None:
    diff = diff_graphs(chain("sin"), chain("cos"))
    lines = graph_diff_lines(diff, most=20)
    assert lines[0] == "layer1/"
    assert lines[1:] == [
        *("  - layer1/Sin (Sin)", "  + layer1/Cos (Cos)"),
        "layer2/, and likewise layer3/, layer4/, layer5/",
        *("  - layer2/Sin (Sin)", "  + layer2/Cos (Cos)"),
        "  ~ layer2/mul (Mul): input 1 layer1/Sin → layer1/Cos",
    ]
