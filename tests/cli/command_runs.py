"""What the tests of commands share: what a command printed, and graphs to look into."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import graphlog as tf

STEPS = range(5)  # of the curves in the log


class Result(NamedTuple):
    status: int
    out: str
    err: str


Run = Callable[..., Result]


def blog_graph(shape: tuple[int, ...] = (1,)) -> Any:
    a, b, c, d = (tf.placeholder(tf.float32, shape, name=name) for name in "abcd")
    e = tf.add(a * b, c * tf.log(d, name="t"), name="e")
    with tf.variable_scope("layer"):
        tf.get_variable("weights", (3, 2))
    tf.gradients(e, [a, b, c, d])
    return e.graph


def two_models(folder: Path) -> tuple[Path, Path]:
    """A model, and the same in another scope with a wider layer and one more."""
    for name, scope, units in (("old", "net", [4]), ("new", "model", [8, 8, 8, 8])):
        with tf.Graph().as_default() as graph:
            with tf.variable_scope(scope):
                tensors = [tf.placeholder(tf.float32, (None, 3), name="x")]
                for number, width in enumerate(units):
                    tensors.append(tf.layers.dense(tensors[-1], width, name=f"layer{number}"))
            with tf.control_dependencies([tensors[-1].op] if name == "new" else []):
                tf.no_op(name="done")
        tf.FileWriter(folder / name, graph).close()
    return folder / "old", folder / "new"
