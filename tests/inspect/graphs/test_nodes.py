"""The nodes of a graph as columns, from whatever holds it."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from google.protobuf import text_format
from google.protobuf.message import DecodeError
from hypothesis import given, settings
from hypothesis import strategies as st

import graphlog as tf
from graphlog.events.reading.message_fields import message_fields
from graphlog.graphdef.meta_graph import create_meta_graph_def
from graphlog.inspect.graphs.edges import CONTROL, MISSING, UNREADABLE, Edge
from graphlog.inspect.graphs.nodes import GraphNodes, UnreadValue, graph_nodes
from graphlog.proto.graph_pb2 import GraphDef
from graphlog.proto.meta_graph_pb2 import SavedModel
from graphlog.proto.tensor_pb2 import DT_FLOAT
from tests.inspect.graph_samples import add_node, graph_of

GOLDEN = Path(__file__).parents[2] / "adapters/golden"


@pytest.fixture
def graph() -> tf.Graph:
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, (2,), name="x")
        with tf.name_scope("layer"):
            product = tf.multiply(x, tf.constant([10.0, 20.0], name="w"), name="product")
        with tf.control_dependencies([product]):
            tf.identity(x, name="y")
    return graph


def as_pb(graph_def: GraphDef, folder: Path) -> Path:
    path = folder / "graph.pb"
    path.write_bytes(graph_def.SerializeToString())
    return path


def as_pbtxt(graph_def: GraphDef, folder: Path) -> Path:
    path = folder / "graph.pbtxt"
    path.write_text(text_format.MessageToString(graph_def))
    return path


def as_meta(graph_def: GraphDef, folder: Path) -> Path:
    path = folder / "model.meta"
    path.write_bytes(create_meta_graph_def(graph_def).SerializeToString())
    return path


def as_saved_model(graph_def: GraphDef, folder: Path) -> Path:
    model = SavedModel()
    model.meta_graphs.add().graph_def.CopyFrom(graph_def)
    (folder / "saved_model.pb").write_bytes(model.SerializeToString())
    return folder


def as_event_file(graph_def: GraphDef, folder: Path) -> Path:
    tf.summary.FileWriter(folder, graph_def=graph_def).close()
    return next(folder.iterdir())


def as_run_folder(graph_def: GraphDef, folder: Path) -> Path:
    as_event_file(graph_def, folder)
    return folder


FORMS: dict[str, Callable[[GraphDef, Path], object]] = {
    "pb": as_pb,
    "pbtxt": as_pbtxt,
    "meta": as_meta,
    "SavedModel": as_saved_model,
    "event file": as_event_file,
    "run's folder": as_run_folder,
    "GraphDef": lambda graph_def, folder: graph_def,
    "bytes": lambda graph_def, folder: graph_def.SerializeToString(),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_graph_gives_the_same_nodes(form: str, graph: tf.Graph, tmp_path: Path) -> None:
    nodes = graph_nodes(FORMS[form](graph.as_graph_def(add_shapes=True), tmp_path))
    assert nodes.names == ["x", "layer/w", "layer/product", "y"]
    assert nodes.types == ["Placeholder", "Const", "Mul", "Identity"]
    assert nodes.inputs == [(), (), ("x", "layer/w"), ("x", "^layer/product")]
    assert nodes.output_shapes(2) == [(2,)]
    assert nodes.attributes(2)["T"] is tf.float32
    assert graph_nodes(nodes) is nodes


def test_a_graph_knows_the_lines_that_built_it(graph: tf.Graph) -> None:
    nodes = graph_nodes(graph)
    assert nodes.names == [operation.name for operation in graph.get_operations()]
    (line, *_) = nodes.source_lines(0)
    assert line.rpartition(":")[0] == __file__
    assert nodes.attributes(1)["value"].tolist() == [10.0, 20.0]


def test_the_edges_lead_both_ways(graph: tf.Graph) -> None:
    edges = graph_nodes(graph).edges
    assert edges.inputs(3) == [Edge(0, 0, 3, 0, "x"), Edge(2, CONTROL, 3, 1, "^layer/product")]
    assert edges.consumers(2) == [edges.inputs(3)[1]]
    assert edges.consumers(0) == [Edge(0, 0, 2, 0, "x"), Edge(0, 0, 3, 0, "x")]
    assert edges.source_positions(3) == [0, 2]
    assert edges.source_positions(3, with_control=False) == [0]
    assert edges.target_positions(2) == [3]
    assert edges.target_positions(2, with_control=False) == []
    assert len(edges) == 4


@pytest.mark.parametrize(
    ("text", "source", "output"),
    [
        ("a", 0, 0),
        ("a:0", 0, 0),
        ("a:12", 0, 12),
        ("^a", 0, CONTROL),
        ("none", MISSING, 0),
        ("^none", MISSING, CONTROL),
        ("", MISSING, 0),
        ("a:99999999999999999999", 0, UNREADABLE),
        ("a:x", 0, UNREADABLE),
        ("a:-1", 0, UNREADABLE),
        ("a:٣", 0, UNREADABLE),
        ("::", MISSING, UNREADABLE),
    ],
)
def test_the_text_of_an_input_says_where_it_comes_from(text: str, source: int, output: int) -> None:
    nodes = graph_nodes(graph_of(("a", "Placeholder", []), ("b", "Neg", [text])))
    (edge,) = nodes.edges.inputs(1)
    assert (edge.source, edge.output, edge.text) == (source, output, text)


def test_of_nodes_with_one_name_the_last_counts() -> None:
    nodes = graph_nodes(graph_of(("a", "Abs", []), ("a", "Neg", []), ("b", "Neg", ["a"])))
    assert nodes.position("a") == nodes.position("a:1") == nodes.position("^a") == 1
    assert nodes.edges.inputs(2)[0].source == 1
    with pytest.raises(KeyError, match="no node 'c'"):
        nodes.position("c")


@pytest.mark.parametrize(
    ("file", "calls"),
    [("saved_model.pb", "StatefulPartitionedCall"), ("events.out.tfevents.1700000000.tensorflow", "")],
)
def test_the_functions_of_tensorflow_are_graphs_too(file: str, calls: str) -> None:
    nodes = graph_nodes(GOLDEN / file)
    assert len(nodes.functions) or not calls
    for name, body in nodes.functions.items():
        assert body.function_name == name
        assert "_Arg" in body.types
        assert all(edge.source != MISSING for index in range(len(body)) for edge in body.edges.inputs(index))
        assert all(
            edge.output != UNREADABLE for index in range(len(body)) for edge in body.edges.inputs(index)
        )


def test_a_function_has_nodes_for_its_arguments_and_results() -> None:
    graph = graph_of(("x", "Placeholder", []))
    function = graph.library.function.add()
    function.signature.name = "split"
    function.signature.input_arg.add(name="value", type=DT_FLOAT)
    function.signature.output_arg.add(name="second", type=DT_FLOAT)
    node = function.node_def.add(name="parts", op="Unpack", input=["value"])
    node.attr["T"].type, node.attr["num"].i, node.attr["axis"].i = DT_FLOAT, 2, 0
    unknown = function.node_def.add(name="who", op="Unheard", input=["parts:output:1"])
    unknown.attr["T"].placeholder = "T"
    function.ret["second"] = "who:out:3"
    body = graph_nodes(graph).functions["split"]
    assert list(zip(body.names, body.types, strict=True)) == [
        ("value", "_Arg"),
        ("parts", "Unpack"),
        ("who", "Unheard"),
        ("second", "_Retval"),
    ]
    assert body.edges.inputs(2) == [Edge(1, 1, 2, 0, "parts:output:1")]
    assert body.edges.inputs(3)[0].output == 3
    assert body.attributes(2)["T"] == UnreadValue(
        "placeholder", "An attribute of kind 'placeholder' has no value outside a function's body."
    )
    assert body.label(1) == "split:parts"


def test_an_attribute_that_cannot_be_read_says_why() -> None:
    graph = GraphDef()
    node = add_node(graph, "c", "Const", shape="1")
    node.attr["value"].tensor.dtype = DT_FLOAT
    node.attr["value"].tensor.tensor_shape.dim.add(size=4)
    node.attr["value"].tensor.tensor_content = b"123"
    value = graph_nodes(graph).attributes(0)["value"]
    assert value == UnreadValue("tensor", "4 elements of float32 do not take 3 bytes.")


@pytest.mark.parametrize(
    ("damaged", "message"),
    [
        (b"\x0a\xff\xff\xff\xff\x0f", "claims 4294967295 bytes, of which 0 are there"),
        (b"\x0a", "ends within the number at byte 1"),
        (b"\x0a" + b"\xff" * 11, "the number at byte 1 has no end"),
        (b"\x0b", "there is no field of a message at byte 0"),
        (b"\x0a\x03\x0a\x01\xff", "near the start"),
        (b"\x0a\x02\x0a\x00" * 2 + b"\x0a\x03\x0a\x01\xff", "near node 2"),
        (b"\x09", "no field of a message at byte 0"),
    ],
)
def test_bytes_that_are_no_graph_are_refused_with_the_place(damaged: bytes, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        graph_nodes(damaged)


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "graph.pb"
    path.write_bytes(b"\x0a\x05")
    with pytest.raises(ValueError, match=f"{path}.*claims 5 bytes"):
        graph_nodes(path)
    with pytest.raises(FileNotFoundError):
        graph_nodes(os.fspath(tmp_path / "none.pb"))
    with pytest.raises(TypeError, match="int is no graph"):
        graph_nodes(7)


@given(st.binary(max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_a_graph_or_refused(data: bytes) -> None:
    try:
        nodes = graph_nodes(data)
    except ValueError:
        return
    try:
        graph = GraphDef.FromString(data)
    except DecodeError:
        return  # in a part that is not read for its nodes
    assert nodes.names == [node.name for node in graph.node]


@given(st.lists(st.tuples(st.integers(1, 2000), st.binary(max_size=200)), max_size=5))
@settings(max_examples=100, deadline=None)
def test_the_fields_of_a_message_are_where_they_were_written(fields: list[tuple[int, bytes]]) -> None:
    message, number = GraphDef(), 0
    for number, content in fields:
        message.versions.producer = number
        message.library.gradient.add(function_name=content.hex())
    serialized = message.SerializeToString()
    found = {field.number: serialized[field.start : field.end] for field in message_fields(serialized)}
    expected = {}
    if fields:
        expected = {4: message.versions.SerializeToString(), 2: message.library.SerializeToString()}
    assert found == expected


def test_large_values_stay_in_the_file_until_they_are_asked_for() -> None:
    with tf.Graph().as_default() as graph:
        tf.constant(np.arange(100_000.0), name="big")
    nodes = GraphNodes(graph.as_graph_def().SerializeToString())
    assert nodes.size(0) > 800_000
    assert nodes.output_shapes(0) == [(100_000,)]
    assert nodes.attributes(0)["value"][-1] == 99_999.0
