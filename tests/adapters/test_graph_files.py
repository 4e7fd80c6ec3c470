"""Graphs from files, of graphlog and of real TensorFlow."""

import os
from pathlib import Path

import numpy as np
import pytest
from google.protobuf import text_format

import graphlog as tf
from graphlog.adapters.graph_files import load_graph
from graphlog.graphdef.meta_graph import create_meta_graph_def
from graphlog.proto.graph_pb2 import GraphDef
from graphlog.readers.log import open_log

GOLDEN = Path(__file__).parent / "golden"
PARITY_GOLDEN = sorted((Path(__file__).parents[1] / "parity/golden").glob("*.pbtxt"))


@pytest.fixture
def graph() -> tf.Graph:
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, (2,), name="x")
        y = tf.add(tf.square(x), tf.constant([10.0, 20.0]), name="y")
        tf.gradients(y, x)
    return graph


def run(graph: tf.Graph) -> list[float]:
    with tf.Session(graph=graph) as session:
        return session.run("gradients/Square_grad/Mul_1:0", {"x:0": [1.5, -2.0]}).tolist()  # type: ignore[no-any-return]


@pytest.mark.parametrize("ending", [".pb", ".pbtxt", ".meta"])
def test_a_file_gives_back_the_graph(graph: tf.Graph, ending: str, tmp_path: Path) -> None:
    graph_def = graph.as_graph_def(add_shapes=True)
    message = create_meta_graph_def(graph_def) if ending == ".meta" else graph_def
    path = tmp_path / f"graph{ending}"
    if ending == ".pbtxt":
        path.write_text(text_format.MessageToString(message))
    else:
        path.write_bytes(message.SerializeToString())
    loaded = load_graph(path)
    assert loaded.as_graph_def(add_shapes=True) == graph_def
    assert run(loaded) == run(graph) == [3.0, -4.0]


@pytest.mark.parametrize("as_folder", [False, True])
def test_an_event_file_gives_back_the_graph(graph: tf.Graph, as_folder: bool, tmp_path: Path) -> None:
    tf.summary.FileWriter(tmp_path, graph).close()
    (file,) = tmp_path.iterdir()
    loaded = load_graph(tmp_path if as_folder else file)
    assert run(loaded) == run(graph)


def test_of_several_event_files_the_last_with_a_graph_counts(graph: tf.Graph, tmp_path: Path) -> None:
    tf.summary.FileWriter(tmp_path, graph, filename_suffix=".first").close()
    tf.summary.FileWriter(tmp_path, filename_suffix=".later").close()
    assert run(load_graph(tmp_path)) == run(graph)


def test_a_graph_after_damage_is_found(graph: tf.Graph, tmp_path: Path) -> None:
    tf.summary.FileWriter(tmp_path, graph).close()
    (file,) = tmp_path.iterdir()
    content = bytearray(file.read_bytes())
    content[20] ^= 1
    file.write_bytes(content)
    assert run(load_graph(file)) == run(graph)


def test_a_value_that_the_event_file_leaves_out_is_missed_only_when_run(tmp_path: Path) -> None:
    with tf.Graph().as_default() as graph:
        big = tf.constant(np.arange(1000.0), name="big")
        tf.reduce_sum(big, name="total")
    tf.summary.FileWriter(tmp_path, graph).close()
    loaded = load_graph(tmp_path)
    assert [op.name for op in loaded.get_operations()] == [op.name for op in graph.get_operations()]
    assert loaded.get_tensor_by_name("big:0").shape == (1000,)
    assert loaded.get_tensor_by_name("big:0").dtype == tf.float64
    with tf.Session(graph=loaded) as session:
        with pytest.raises(tf.errors.FailedPreconditionError, match="The value of 'big' was left out"):
            session.run("total:0")
        assert session.run("total:0", {"big:0": np.ones(1000)}) == 1000.0


@pytest.mark.parametrize("path", PARITY_GOLDEN, ids=lambda path: path.stem)
def test_every_graph_of_tensorflow_is_loaded_whole(path: Path) -> None:
    golden = text_format.Parse(path.read_text(), GraphDef())
    loaded = load_graph(path).as_graph_def(add_shapes=True)
    names = [node.name for node in loaded.node]
    assert sorted(names) == sorted(node.name for node in golden.node)
    theirs = {node.name: node for node in golden.node}
    for node in loaded.node:
        assert (node.op, list(node.input)) == (theirs[node.name].op, list(theirs[node.name].input))


def test_a_saved_model_of_tensorflow_2_can_be_looked_at() -> None:
    loaded = load_graph(GOLDEN)
    types = {op.type for op in loaded.get_operations()}
    assert {"VarHandleOp", "StatefulPartitionedCall", "Placeholder"} <= types
    assert any("call" in name for name in loaded.functions)
    call = next(op for op in loaded.get_operations() if op.type == "StatefulPartitionedCall")
    with (
        tf.Session(graph=loaded) as session,
        pytest.raises(tf.errors.UnimplementedError, match="knows no operation type"),
    ):
        session.run(call)
    library = loaded.as_graph_def().library
    assert {function.signature.name for function in library.function} == set(loaded.functions)


def test_an_event_file_of_tensorflow_2_can_be_looked_at() -> None:
    loaded = load_graph(GOLDEN / "events.out.tfevents.1700000000.tensorflow")
    assert {"MatMul", "If"} & {op.type for op in loaded.get_operations()}


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("graph.pb", b"\xff\xff\xff", "holds no GraphDef"),
        ("graph.pb", b"", "holds no graph, or one without nodes"),
        ("graph.pbtxt", b"node { name: 'a' op: 1 }", "holds no GraphDef"),
        ("graph.pbtxt", b"\xff", "holds no GraphDef"),
        ("saved_model.pb", b"", "is a SavedModel without graphs"),
        ("graph.meta", b"", "holds no graph"),
        ("events.out.tfevents.1", b"", "holds no graph"),
        (
            "graph.pbtxt",
            b"node { name: 'a' op: 'Foo' input: '!' }",
            "invalid at node 'a': Input tensor '!' not found",
        ),
        (
            "graph.pbtxt",
            b"node { name: 'a' op: 'Foo' } node { name: 'a' op: 'Foo' }",
            "another node has the same",
        ),
        ("graph.pbtxt", b"node { name: 'a' op: 'Foo' input: 'a' }", "part of a cycle"),
        (
            "graph.pbtxt",
            b"node { name: 'a' op: 'Foo' } node { name: 'b' op: 'Foo' input: 'a:9999999' }",
            "node 'b'",
        ),
    ],
)
def test_bad_files(name: str, content: bytes, message: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ValueError, match=message):
        load_graph(tmp_path / name)


def test_missing_files(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load_graph(tmp_path / "nothing.pb")
    with pytest.raises(FileNotFoundError, match="neither a SavedModel nor an event file"):
        load_graph(tmp_path)


@pytest.mark.skipif(os.name != "posix", reason="other systems have no such files")
def test_what_may_never_end_is_not_read(tmp_path: Path, graph: tf.Graph) -> None:
    pipe = tmp_path / "events.out.tfevents.9"
    os.mkfifo(pipe)
    with pytest.raises(OSError, match="neither a file nor a folder"):
        load_graph(pipe)
    with pytest.raises(OSError, match="neither a file nor a folder"):
        load_graph("/dev/zero")
    with pytest.raises(FileNotFoundError, match="neither a SavedModel nor an event file"):
        load_graph(tmp_path)
    tf.summary.FileWriter(tmp_path, graph).close()
    assert run(load_graph(tmp_path)) == run(graph)


def test_inputs_that_pytorch_names_and_does_not_write() -> None:
    log = Path(__file__).parents[1] / "readers/golden/torch"
    loaded = load_graph(log)
    missing = [operation for operation in loaded.get_operations() if operation.type == "Missing"]
    assert missing
    assert all(operation.outputs[0].consumers() for operation in missing)
    logged = open_log(log)["."].graph()
    assert logged.as_graph_def(add_shapes=True) == loaded.as_graph_def(add_shapes=True)
