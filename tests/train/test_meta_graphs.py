"""Graphs in .meta files: a program that imports one finds its tensors, collections and values."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import graphlog as tf
from graphlog.proto.meta_graph_pb2 import MetaGraphDef


def trained(folder: Path) -> str:
    """Train a small model for a step, and return the prefix of its checkpoint."""
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, [None, 2], name="x")
        with tf.variable_scope("layer"):
            w = tf.get_variable("w", initializer=[[1.0], [2.0]])
        y = tf.matmul(x, w, name="y")
        loss = tf.reduce_mean(tf.square(y), name="loss")
        step = tf.train.get_or_create_global_step()
        train = tf.train.AdamOptimizer(0.1).minimize(loss, step, name="train")
        tf.add_to_collection("outputs", y)
        tf.add_to_collection("words", "one")
        tf.add_to_collection("numbers", 7)
        session.run(tf.global_variables_initializer())
        session.run(train, {x: [[1.0, 2.0]]})
        return str(tf.train.Saver(max_to_keep=2).save(session, str(folder / "m"), 3))


def test_a_program_goes_on_from_the_file(tmp_path: Path) -> None:
    path = trained(tmp_path)
    values = np.load(path + ".npz")
    with tf.Graph().as_default() as graph, tf.Session() as session:
        saver = tf.train.import_meta_graph(path + ".meta")
        assert saver is not None
        saver.restore(session, tf.train.latest_checkpoint(str(tmp_path)))
        (w,) = tf.trainable_variables()
        assert w is tf.global_variables()[0]
        assert (w.op.name, w.shape, w.trainable) == ("layer/w", [2, 1], True)
        np.testing.assert_array_equal(session.run(w), values["layer/w"])
        x, y = graph.get_tensor_by_name("x:0"), graph.get_tensor_by_name("y:0")
        assert tf.get_collection("outputs") == [y]
        assert tf.get_collection("words") == [b"one"]
        assert tf.get_collection("numbers") == [7]
        before = session.run("loss:0", {x: [[1.0, 2.0]]})
        session.run("train", {x: [[1.0, 2.0]]})
        assert session.run("loss:0", {"x:0": [[1.0, 2.0]]}) < before
        assert session.run(tf.train.get_global_step()) == 2
        more = tf.train.GradientDescentOptimizer(0.1).minimize(graph.get_tensor_by_name("loss:0"))
        session.run(more, {x: [[1.0, 2.0]]})
        assert saver.save(session, str(tmp_path / "n"), write_meta_graph=False) == str(tmp_path / "n")


def test_what_is_exported_again_is_the_same(tmp_path: Path) -> None:
    path = trained(tmp_path)
    first = MetaGraphDef.FromString(Path(path + ".meta").read_bytes())
    with tf.Graph().as_default():
        saver = tf.train.import_meta_graph(first)
        assert saver is not None
        second = tf.train.export_meta_graph(str(tmp_path / "t"), saver_def=saver.saver_def, as_text=True)
    assert second == first
    with tf.Graph().as_default():
        assert tf.train.import_meta_graph(str(tmp_path / "t")) is not None


def test_a_graph_in_a_scope(tmp_path: Path) -> None:
    path = trained(tmp_path)
    with tf.Graph().as_default() as graph, tf.Session() as session:
        saver = tf.train.import_meta_graph(path + ".meta", import_scope="copy", clear_devices=True)
        assert saver is not None
        saver.restore(session, path)
        assert [item.op.name for item in tf.trainable_variables()] == ["copy/layer/w"]
        y = graph.get_tensor_by_name("copy/y:0")
        assert session.run(y, {"copy/x:0": [[0.0, 0.0]]}) == 0.0


def test_a_scope_of_a_graph_with_an_input_from_elsewhere() -> None:
    with tf.Graph().as_default():
        x = tf.constant(2.0, name="x")
        with tf.name_scope("part"):
            v = tf.Variable(3.0, name="v")
            tf.multiply(x, v, name="product")
        part = tf.train.export_meta_graph(export_scope="part", strip_default_attrs=True)
    assert [node.name for node in part.graph_def.node][-1] == "product"
    with tf.Graph().as_default() as graph, tf.Session() as session:
        with pytest.raises(ValueError, match=r"Graph contains unbound inputs: \$unbound_inputs_x"):
            tf.train.import_meta_graph(part)
        tf.train.import_meta_graph(
            part, import_scope="new", input_map={"$unbound_inputs_x": tf.constant(5.0)}
        )
        session.run(tf.global_variables_initializer())
        assert session.run(graph.get_tensor_by_name("new/product:0")) == 15.0


def test_files_that_hold_no_meta_graph(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="does not exist"):
        tf.train.import_meta_graph(str(tmp_path / "none.meta"))
    (tmp_path / "m.meta").write_bytes(b"\xff\xfe no graph")
    with pytest.raises(ValueError, match=r"Cannot parse file .*m\.meta"):
        tf.train.import_meta_graph(str(tmp_path / "m.meta"))


def test_a_saver_is_built_once() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        v: Any = tf.Variable(1.0)
        saver = tf.train.Saver(defer_build=True)
        with pytest.raises(RuntimeError, match=r"`build\(\)` should be called before save"):
            saver.save(session, "m")
        saver.build()
        number = v.graph.version
        saver.build()
        assert v.graph.version == number
        with pytest.raises(ValueError, match="will be restored with two names"):
            tf.train.Saver({"a": v, "b": v})
