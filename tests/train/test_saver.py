"""Saver: what a checkpoint holds, which ones are kept, and what a damaged one says."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import graphlog as tf


@pytest.fixture
def graph() -> Any:
    with tf.Graph().as_default() as graph:
        yield graph


def two_variables() -> Any:
    return tf.Variable([1.0, 2.0], name="w"), tf.Variable(3, name="scope/b", dtype=tf.int64)


def initialized() -> Any:
    session = tf.Session()
    session.run(tf.global_variables_initializer())
    return session


def test_what_was_saved_is_restored_without_initialization(graph: tf.Graph, tmp_path: Path) -> None:
    w, b = two_variables()
    with initialized() as session:
        saver = tf.train.Saver()
        session.run([w.assign([5.0, -1.0]), b.assign_add(4)])
        number = graph.version
        path = saver.save(session, str(tmp_path / "model.ckpt"), global_step=12)
        assert path == str(tmp_path / "model.ckpt-12")
    with tf.Session() as session:
        saver.restore(session, path)
        np.testing.assert_array_equal(session.run(w), [5.0, -1.0])
        assert session.run(b) == 7
    assert graph.version == number
    assert sorted(item.name for item in tmp_path.iterdir()) == [
        "checkpoint",
        "model.ckpt-12.meta",
        "model.ckpt-12.npz",
    ]
    with np.load(path + ".npz") as archive:
        assert archive["scope/b"] == 7


def test_the_step_may_be_what_a_run_returned(graph: tf.Graph, tmp_path: Path) -> None:
    step = tf.train.get_or_create_global_step()
    with initialized() as session:
        fetched = session.run(step)
        assert isinstance(fetched, np.int64)
        path = tf.train.Saver().save(session, str(tmp_path / "model.ckpt"), global_step=fetched)
    assert path == str(tmp_path / "model.ckpt-0")


def test_the_step_may_be_a_variable_or_be_padded(graph: tf.Graph, tmp_path: Path) -> None:
    step = tf.train.get_or_create_global_step()
    with initialized() as session:
        session.run(step.assign_add(3))
        assert tf.train.Saver().save(session, str(tmp_path / "m"), step) == str(tmp_path / "m-3")
        padded = tf.train.Saver(pad_step_number=True).save(session, str(tmp_path / "m"), step)
        assert padded == str(tmp_path / "m-00000003")


def test_old_checkpoints_are_removed(graph: tf.Graph, tmp_path: Path) -> None:
    two_variables()
    with initialized() as session:
        saver = tf.train.Saver(max_to_keep=2)
        paths = [saver.save(session, str(tmp_path / "m"), step) for step in range(4)]
    assert saver.last_checkpoints == paths[2:]
    assert [tf.train.checkpoint_exists(path) for path in paths] == [False, False, True, True]
    assert tf.train.latest_checkpoint(str(tmp_path)) == paths[3]
    state = tf.train.get_checkpoint_state(str(tmp_path))
    assert state is not None
    assert state.model_checkpoint_path == paths[3]
    assert state.all_model_checkpoint_paths == paths[2:]
    other = tf.train.Saver(max_to_keep=1)
    other.recover_last_checkpoints(state.all_model_checkpoint_paths)
    assert other.last_checkpoints == paths[2:]


def test_one_checkpoint_in_a_while_is_kept(graph: tf.Graph, tmp_path: Path) -> None:
    two_variables()
    with initialized() as session:
        saver = tf.train.Saver(max_to_keep=1, keep_checkpoint_every_n_hours=-1.0)
        paths = [saver.save(session, str(tmp_path / "m"), step) for step in range(3)]
        kept = tf.train.Saver(max_to_keep=0)
        more = [kept.save(session, str(tmp_path / "k"), step) for step in range(7)]
    assert all(tf.train.checkpoint_exists(path) for path in paths + more)


def test_relative_paths_are_relative_to_the_folder(
    graph: tf.Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_variables()
    monkeypatch.chdir(tmp_path)
    os.mkdir("logs")
    with initialized() as session:
        tf.train.Saver().save(session, "logs/m")
    assert 'model_checkpoint_path: "m"' in Path("logs/checkpoint").read_text()
    assert tf.train.latest_checkpoint("logs") == "logs/m"
    assert tf.train.latest_checkpoint("nowhere") is None


@pytest.mark.parametrize("name", ["a b", 'q"uote', "back\\slash", "ünïcode", "tab\t"])
def test_any_path_comes_back_from_the_text_file(name: str) -> None:
    state = tf.train.CheckpointState(name, [name, "other"], [1.5, 2e9], 3.25)
    assert tf.train.CheckpointState.from_text(state.to_text()) == state


def test_variables_under_other_names_and_some_of_them(graph: tf.Graph, tmp_path: Path) -> None:
    w, b = two_variables()
    with initialized() as session:
        path = tf.train.Saver({"other": w}).save(session, str(tmp_path / "m"))
        assert tf.train.list_variables(path) == [("other", [2])]
        np.testing.assert_array_equal(tf.train.load_variable(str(tmp_path), "other"), [1.0, 2.0])
        reader = tf.train.NewCheckpointReader(path)
        assert reader.has_tensor("other")
        assert reader.get_variable_to_dtype_map() == {"other": tf.float32}
        with pytest.raises(tf.errors.NotFoundError, match="Key scope/b not found in checkpoint"):
            tf.train.Saver([b]).restore(session, path)


def test_variables_that_share_the_tensor_of_their_first_value(graph: tf.Graph, tmp_path: Path) -> None:
    first = tf.constant([1.0, 2.0])
    a, b = tf.Variable(first, name="a"), tf.Variable(first, name="b")
    with initialized() as session:
        session.run(b.assign([7.0, 8.0]))
        path = tf.train.Saver().save(session, str(tmp_path / "m"))
    with tf.Session() as session:
        tf.train.Saver().restore(session, path)
        np.testing.assert_array_equal(session.run([a, b]), [[1.0, 2.0], [7.0, 8.0]])


def test_what_cannot_be_saved_or_restored(graph: tf.Graph, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="No variables to save"):
        tf.train.Saver()
    two_variables()
    saver = tf.train.Saver()
    with pytest.raises(TypeError, match="Variable to save is not a Variable"):
        tf.train.Saver([tf.constant(1.0)])
    with tf.Session() as session:
        with pytest.raises(tf.errors.FailedPreconditionError):
            saver.save(session, str(tmp_path / "m"))
        assert not list(tmp_path.iterdir())
        with pytest.raises(ValueError, match="Can't load save_path when it is None"):
            saver.restore(session, None)
        with pytest.raises(ValueError, match=r"The passed save_path is not a valid checkpoint: .*m"):
            saver.restore(session, str(tmp_path / "m"))
        (tmp_path / "m.npz").write_bytes(b"no archive")
        with pytest.raises(tf.errors.DataLossError):
            saver.restore(session, str(tmp_path / "m"))
    with initialized() as session:
        with pytest.raises(ValueError, match=r"Parent directory of .* doesn't exist"):
            saver.save(session, str(tmp_path / "nowhere" / "deeper" / "m"))
        with pytest.raises(ValueError, match="'latest_filename' must not contain path components"):
            saver.save(session, str(tmp_path / "m"), latest_filename="a/b")
        path = saver.save(session, str(tmp_path / "m"))
    with tf.Graph().as_default(), tf.Session() as session:
        other = tf.Variable([1.0, 2.0, 3.0], name="w")
        with pytest.raises(tf.errors.InvalidArgumentError, match=r"lhs shape= \[3\] rhs shape= \[2\]"):
            tf.train.Saver([other]).restore(session, path)


def test_a_truncated_checkpoint_is_an_error(graph: tf.Graph, tmp_path: Path) -> None:
    two_variables()
    with initialized() as session:
        saver = tf.train.Saver()
        path = saver.save(session, str(tmp_path / "m"))
        whole = Path(path + ".npz").read_bytes()
        for length in range(0, len(whole), 7):
            Path(path + ".npz").write_bytes(whole[:length])
            with pytest.raises(tf.errors.DataLossError):
                saver.restore(session, path)


def test_write_graph(graph: tf.Graph, tmp_path: Path) -> None:
    tf.constant(1.0, name="one")
    path = tf.train.write_graph(graph, str(tmp_path / "new"), "graph.pbtxt")
    assert 'name: "one"' in Path(path).read_text()
    binary = tf.train.write_graph(graph.as_graph_def(), str(tmp_path), "graph.pb", as_text=False)
    assert Path(binary).read_bytes() == graph.as_graph_def().SerializeToString()
