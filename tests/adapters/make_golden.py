"""Makes the files of `golden/` with real TensorFlow 2.

python tests/adapters/make_golden.py
"""

import shutil
import tempfile
from pathlib import Path

import tensorflow as tf

GOLDEN = Path(__file__).parent / "golden"


class Model(tf.Module):
    """Two layers, with a branch that becomes a function of the library."""

    def __init__(self) -> None:
        self.w = tf.Variable([[1.0, -2.0], [0.5, 3.0]], name="w")

    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32, name="x")])
    def __call__(self, x: tf.Tensor) -> tf.Tensor:
        y = tf.matmul(x, self.w)
        return tf.cond(tf.reduce_sum(y) > 0.0, lambda: tf.nn.relu(y), lambda: -y)


def main() -> None:
    """Write a SavedModel's graph, and the graph of a Keras-style function as an event file."""
    model = Model()
    with tempfile.TemporaryDirectory() as folder:
        tf.saved_model.save(model, folder)
        shutil.copy(Path(folder) / "saved_model.pb", GOLDEN / "saved_model.pb")
    with tempfile.TemporaryDirectory() as folder:
        writer = tf.summary.create_file_writer(folder)
        with writer.as_default():
            tf.summary.graph(model.__call__.get_concrete_function().graph)
        writer.close()
        (event_file,) = Path(folder).glob("*tfevents*")
        shutil.copy(event_file, GOLDEN / "events.out.tfevents.1700000000.tensorflow")


if __name__ == "__main__":
    main()
