"""Graph.as_graph_def, node_def and MetaGraphDefs."""

from typing import Any

import numpy as np
import pytest
from tensorboard.compat.proto import graph_pb2 as tensorboard_graph_pb2

import graphlog as tf
from graphlog.core.attributes import Function
from graphlog.graphdef.meta_graph import create_meta_graph_def
from graphlog.proto.graph_pb2 import GraphDef
from graphlog.proto.meta_graph_pb2 import MetaGraphDef


@pytest.fixture
def graph() -> Any:
    with tf.Graph().as_default() as graph:
        yield graph


def shapes_of(node: Any) -> list[Any]:
    return [
        None if shape.unknown_rank else [dim.size for dim in shape.dim]
        for shape in node.attr["_output_shapes"].list.shape
    ]


def test_an_empty_graph(graph: tf.Graph) -> None:
    proto = graph.as_graph_def()
    assert isinstance(proto, GraphDef)
    assert list(proto.node) == []
    assert proto.versions.producer == 134
    assert not proto.HasField("library")


def test_nodes_stand_in_the_order_they_were_built(graph: tf.Graph) -> None:
    x = tf.placeholder(tf.float32, (2, None), name="x")
    tf.add(x, 1.0, name="y")
    nodes = graph.as_graph_def().node
    assert [(node.name, node.op, list(node.input)) for node in nodes] == [
        ("x", "Placeholder", []),
        ("y/y", "Const", []),
        ("y", "Add", ["x", "y/y"]),
    ]
    assert nodes[2] == graph.get_operation_by_name("y").node_def
    assert sorted(nodes[2].attr) == ["T"]
    assert nodes[2].attr["T"].type == 1


def test_from_version_leaves_out_what_was_there_before(graph: tf.Graph) -> None:
    x = tf.constant(1.0, name="x")
    before = graph.version
    tf.negative(x, name="y")
    assert [node.name for node in graph.as_graph_def(from_version=before).node] == ["y"]
    assert [node.name for node in graph.as_graph_def(from_version=0).node] == ["x", "y"]
    assert list(graph.as_graph_def(from_version=graph.version).node) == []
    assert graph.as_graph_def(from_version=before).versions.producer == 134


def test_shapes_are_added_when_asked_for(graph: tf.Graph) -> None:
    x = tf.placeholder(tf.float32, (2, None), name="x")
    tf.placeholder(tf.float32, name="u")
    tf.unstack(x, name="parts")
    tf.no_op(name="nothing")
    assert not any("_output_shapes" in node.attr for node in graph.as_graph_def().node)
    nodes = {node.name: node for node in graph.as_graph_def(add_shapes=True).node}
    assert shapes_of(nodes["x"]) == [[2, -1]]
    assert shapes_of(nodes["u"]) == [None]
    assert shapes_of(nodes["parts"]) == [[-1], [-1]]
    assert "_output_shapes" not in nodes["nothing"].attr
    # It is said of the graph, and not kept in it.
    assert "_output_shapes" not in x.op.attributes
    x.set_shape((2, 3))
    assert shapes_of(graph.as_graph_def(add_shapes=True).node[0]) == [[2, 3]]


def test_inputs_name_the_port_unless_it_is_the_first(graph: tf.Graph) -> None:
    first, second = tf.unstack(tf.constant([1.0, 2.0]), name="parts")
    tf.add(second, first, name="y")
    assert list(graph.as_graph_def().node[-1].input) == ["parts:1", "parts"]


def test_control_inputs_come_last_and_sorted(graph: tf.Graph) -> None:
    x = tf.constant(1.0, name="x")
    others = [tf.no_op(name=name) for name in ("b", "a", "c")]
    with tf.control_dependencies(others):
        tf.negative(x, name="y")
    assert list(graph.as_graph_def().node[-1].input) == ["x", "^a", "^b", "^c"]


def test_devices_and_neighbours(graph: tf.Graph) -> None:
    with tf.device("/gpu:1"):
        x = tf.constant(1.0, name="x")
    with graph.colocate_with(x):
        tf.negative(x, name="y")
    first, second = graph.as_graph_def().node
    assert (first.device, second.device) == ("/device:GPU:1", "/device:GPU:1")
    assert list(second.attr["_class"].list.s) == [b"loc:@x"]


def test_attributes_of_a_foreign_operation(graph: tf.Graph) -> None:
    attributes = {
        "flag": True,
        "count": 2,
        "rate": 0.5,
        "text": b"t",
        "dtype": tf.int8,
        "shape": tf.TensorShape([1, None]),
        "value": np.arange(3),
        "body": Function("f", {"T": tf.float32}),
        "sizes": [1, 2],
        "empty": [],
    }
    graph.create_op("Foreign", [], [], "f", attributes)
    found = graph.as_graph_def().node[0].attr
    assert {name: found[name].WhichOneof("value") for name in found} == {
        **{"flag": "b", "count": "i", "rate": "f", "text": "s", "dtype": "type", "shape": "shape"},
        **{"value": "tensor", "body": "func", "sizes": "list", "empty": "list"},
    }


def test_the_proto_is_a_copy(graph: tf.Graph) -> None:
    x = tf.constant(1.0, name="x")
    graph.as_graph_def().node[0].name = "changed"
    x.op.node_def.attr["dtype"].type = 3
    assert x.op.name == "x"
    assert graph.as_graph_def().node[0].attr["dtype"].type == 1


def test_tensorboard_reads_it(graph: tf.Graph) -> None:
    x = tf.placeholder(tf.float32, (2, None), name="x")
    tf.gradients(tf.tanh(x), x)
    proto = graph.as_graph_def(add_shapes=True)
    theirs = tensorboard_graph_pb2.GraphDef.FromString(proto.SerializeToString())
    assert str(theirs) == str(proto)


# Meta graphs


def test_a_meta_graph_lists_the_definitions_that_are_used(graph: tf.Graph) -> None:
    x = tf.placeholder(tf.float32, (), name="x")
    _ = tf.tanh(x) * tf.tanh(x) + 1.0
    meta_graph = create_meta_graph_def(graph.as_graph_def())
    assert isinstance(meta_graph, MetaGraphDef)
    assert meta_graph.graph_def == graph.as_graph_def()
    listed = meta_graph.meta_info_def.stripped_op_list.op
    assert [op.name for op in listed] == ["AddV2", "Const", "Mul", "Placeholder", "Tanh"]
    assert list(listed)[-1] == graph.get_operation_by_name("Tanh").op_def
    assert not meta_graph.collection_def


def test_a_meta_graph_lists_collections_of_tensors_and_operations_by_name(graph: tf.Graph) -> None:
    x = tf.constant(1.0, name="x")
    graph.add_to_collection("mixed", x)
    graph.add_to_collection("mixed", x.op)
    graph.add_to_collection("summaries", x)
    graph.add_to_collection("data", {"cannot": "be named"})
    graph.add_to_collection(("no", "string"), x)
    collections = {name: graph.get_collection(name) for name in graph.get_all_collection_keys()}
    found = create_meta_graph_def(graph.as_graph_def(), collections).collection_def
    assert {name: list(found[name].node_list.value) for name in found} == {
        "mixed": ["x:0", "x"],
        "summaries": ["x:0"],
    }


def test_a_meta_graph_of_operations_without_a_definition(graph: tf.Graph) -> None:
    graph.create_op("Foreign", [], [tf.float32], "f")
    tf.no_op()
    proto = graph.as_graph_def()
    proto.library.function.add().node_def.add(name="inner", op="Neg")
    listed = create_meta_graph_def(proto).meta_info_def.stripped_op_list.op
    assert [op.name for op in listed] == ["Neg", "NoOp"]
