"""Variables whose first values come from a checkpoint: by name, by variable, by scope."""

from pathlib import Path

import numpy as np
import pytest

import graphlog as tf


@pytest.fixture
def checkpoint(tmp_path: Path) -> str:
    with tf.Graph().as_default(), tf.Session() as session:
        with tf.variable_scope("old"):
            tf.get_variable("w", initializer=[1.0, 2.0])
            tf.get_variable("deep/b", initializer=3.0)
        tf.get_variable("alone", initializer=4)
        session.run(tf.global_variables_initializer())
        return str(tf.train.Saver().save(session, str(tmp_path / "m")))


def test_names_variables_and_scopes(checkpoint: str) -> None:
    with tf.Graph().as_default() as graph, tf.Session() as session:
        with tf.variable_scope("new"):
            w = tf.get_variable("w", [2])
            b = tf.get_variable("deep/b", [], use_resource=True)
        alone = tf.get_variable("one", [], tf.int32)
        other = tf.get_variable("other", [2])
        tf.train.init_from_checkpoint(checkpoint, {"old/": "new/", "alone": "one"})
        tf.train.init_from_checkpoint(str(Path(checkpoint).parent), {"old/w": other})
        assert graph.get_operation_by_name("checkpoint_initializer").type == "RestoreV2"
        session.run(tf.global_variables_initializer())
        values = session.run([w, b, alone, other])
    np.testing.assert_array_equal(values[0], [1.0, 2.0])
    assert values[1:3] == [3.0, 4]
    np.testing.assert_array_equal(values[3], [1.0, 2.0])


def test_what_does_not_fit(checkpoint: str) -> None:
    with tf.Graph().as_default():
        tf.get_variable("w", [3])
        with pytest.raises(ValueError, match="doesn't match with shape of tensor"):
            tf.train.init_from_checkpoint(checkpoint, {"old/w": "w"})
        with pytest.raises(ValueError, match="Tensor gone is not found"):
            tf.train.init_from_checkpoint(checkpoint, {"gone": "w"})
        with pytest.raises(ValueError, match="should map to scope only"):
            tf.train.init_from_checkpoint(checkpoint, {"old/w": "nowhere/"})
