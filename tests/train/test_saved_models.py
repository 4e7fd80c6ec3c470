"""SavedModels: what is written, and what is found again."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import graphlog as tf


def saved(folder: Path) -> str:
    """Write a model with a variable and a table, and return its folder."""
    path = str(folder / "model")
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, [None, 2], name="x")
        w = tf.get_variable("w", initializer=[[1.0], [2.0]])
        y = tf.matmul(x, w, name="y")
        vocabulary = folder / "words.txt"
        vocabulary.write_text("a\nb\n")
        table = tf.contrib.lookup.index_table_from_file(str(vocabulary))
        word = tf.placeholder(tf.string, [], name="word")
        tf.identity(table.lookup(word), name="number")
        session.run([tf.global_variables_initializer(), tf.tables_initializer()])
        session.run(w.assign([[3.0], [4.0]]))
        tf.saved_model.simple_save(session, path, {"x": x}, {"y": y}, tf.tables_initializer())
        vocabulary.unlink()
    return path


def test_a_model_is_loaded_with_its_signature(tmp_path: Path) -> None:
    path = saved(tmp_path)
    assert tf.saved_model.contains_saved_model(path)
    assert (Path(path) / "variables" / "variables.npz").is_file()
    for scope in (None, "loaded"):
        with tf.Graph().as_default(), tf.Session() as session:
            loaded = tf.saved_model.loader.load(
                session, [tf.saved_model.tag_constants.SERVING], path, import_scope=scope
            )
            signature = loaded.signature_def[tf.saved_model.DEFAULT_SERVING_SIGNATURE_DEF_KEY]
            assert tf.saved_model.is_valid_signature(signature)
            x, y = (
                tf.saved_model.get_tensor_from_tensor_info(info, import_scope=scope)
                for info in (signature.inputs["x"], signature.outputs["y"])
            )
            assert (x.dtype, x.shape.as_list()) == (tf.float32, [None, 2])
            np.testing.assert_array_equal(session.run(y, {x: [[1.0, 1.0]]}), [[7.0]])
            prefix = f"{scope}/" if scope else ""
            assert session.run(f"{prefix}number:0", {f"{prefix}word:0": "b"}) == 1


def test_several_graphs_in_one(tmp_path: Path) -> None:
    folder = str(tmp_path / "m")
    builder = tf.saved_model.builder.SavedModelBuilder(folder)
    with pytest.raises(AssertionError, match="has not been saved yet"):
        builder.add_meta_graph([tf.saved_model.SERVING])
    with tf.Graph().as_default(), tf.Session() as session:
        v = tf.Variable(1.0, name="v", use_resource=True)
        session.run(tf.global_variables_initializer())
        signature = tf.saved_model.regression_signature_def(tf.placeholder(tf.string, name="e"), v + 1.0)
        builder.add_meta_graph_and_variables(session, ["train"], {"regress": signature})
        with pytest.raises(AssertionError, match="has already been saved"):
            builder.add_meta_graph_and_variables(session, ["train"])
    with tf.Graph().as_default():
        tf.Variable(0.0, name="v", use_resource=True)
        builder.add_meta_graph(["serve", "gpu"], strip_default_attrs=True)
    builder.save(as_text=True)
    with tf.Graph().as_default(), tf.Session() as session:
        tf.saved_model.load(session, ["gpu", "serve"], folder)
        (variable,) = tf.global_variables()
        assert variable.is_resource
        assert session.run(variable) == 1.0
        with pytest.raises(RuntimeError, match="could not be found in SavedModel"):
            tf.saved_model.load(session, ["serve"], folder)


def test_what_cannot_be_saved_or_loaded(tmp_path: Path) -> None:
    (tmp_path / "something").write_text("")
    with pytest.raises(AssertionError, match="isn't empty"):
        tf.saved_model.Builder(str(tmp_path))
    with tf.Session() as session, pytest.raises(OSError, match="SavedModel file does not exist"):
        tf.saved_model.load(session, ["serve"], str(tmp_path))
    with pytest.raises(ValueError, match="inputs cannot be None or empty"):
        tf.saved_model.predict_signature_def({}, {})
    signature: Any = tf.saved_model.build_signature_def(method_name="other")
    assert not tf.saved_model.is_valid_signature(signature)
