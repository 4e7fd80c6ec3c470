"""Everything there is to know of one node."""

import numpy as np
import pytest

import graphlog as tf
from graphlog.core.attributes import Function
from graphlog.core.shapes import TensorShape
from graphlog.inspect.graphs.node_details import NodeInput, NodeOutput, node_details, value_text
from graphlog.inspect.graphs.nodes import UnreadValue
from graphlog.proto.graph_pb2 import GraphDef
from tests.inspect.graph_samples import add_node, graph_of


def test_a_node_of_a_graph_tells_all() -> None:
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, (None, 4), name="x")
        first = tf.identity(x, name="first")
        with tf.device("/cpu:0"), tf.control_dependencies([first]):
            parts = tf.split(x, 2, axis=1, name="parts")
        tf.add(parts[1], parts[1], name="sum")
        with tf.control_dependencies([parts[0]]):
            tf.no_op(name="after")
    details = node_details(graph, "parts:1")
    assert (details.name, details.type, details.position) == ("parts", "Split", 4)
    assert details.device == graph.get_operation_by_name("parts").device != ""
    assert details.attributes == {
        "T": "float32",
        "_output_shapes": "[(?, 2), (?, 2)]",
        "num_split": "2",
    }
    assert details.inputs == (
        NodeInput("parts/split_dim", "parts/split_dim", 0, "int32", ()),
        NodeInput("x", "x", 0, "float32", (None, 4)),
    )
    assert node_details(graph, "parts/split_dim").control_inputs == ("first",)
    assert details.outputs == (
        NodeOutput("parts:0", "float32", (None, 2), ()),
        NodeOutput("parts:1", "float32", (None, 2), ("sum", "sum")),
    )
    assert details.control_consumers == ("after",)
    assert details.source_lines[0].startswith(__file__)
    assert details.parameters is None
    assert details.stored_bytes == graph.as_graph_def(add_shapes=True).node[4].ByteSize()


def test_a_node_of_unknown_type_tells_what_its_surroundings_say() -> None:
    graph = graph_of(("a", "Unheard", ["none:3"]), ("b", "Neg", ["a:2"]))
    details = node_details(graph, "a")
    assert details.inputs == (NodeInput("none:3", None, 3, "", None),)
    assert [(item.name, item.dtype, item.shape, item.consumers) for item in details.outputs] == [
        ("a:0", "float32", (), ()),
        ("a:1", "float32", None, ()),
        ("a:2", "float32", None, ("b",)),
    ]
    with pytest.raises(KeyError, match="no node 'c'"):
        node_details(graph, "c")


def test_a_number_of_outputs_is_not_taken_on_a_strangers_word() -> None:
    graph = GraphDef()
    node = add_node(graph, "s", "Split")
    node.attr["num_split"].i = 1 << 40
    add_node(graph, "t", "Neg", ["s:999999"])
    assert len(node_details(graph, "s").outputs) <= 1000
    assert node_details(graph, "t").inputs[0].output == 999_999


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "(nothing)"),
        (tf.float32, "float32"),
        (True, "True"),
        (7, "7"),
        (0.5, "0.5"),
        (b"SAME", "'SAME'"),
        (b"\x1b[2J<b>", r"'\x1b[2J<b>'"),
        (b"\xff\x00", r"2 bytes b'\xff\x00'"),
        (TensorShape([None, 3]), "(?, 3)"),
        (TensorShape(None), "<unknown>"),
        (np.array(1.5), "float64 1.5"),
        (np.arange(3, dtype=np.int32), "int32 of shape (3,): 0, 1, 2"),
        (np.arange(20), "int64 of shape (20,): 0, 1, 2, 3, 4, 5, 6, 7, and 12 more"),
        (np.array([b"a"], object), "string of shape (1,): 'a'"),
        ([1, 2], "[1, 2]"),
        (list(range(10)), "[0, 1, 2, 3, 4, 5, 6, 7, and 2 more]"),
        (Function("body", {}), "function body"),
        (UnreadValue("tensor", "it is damaged"), "(tensor: it is damaged)"),
    ],
)
def test_attributes_are_readable(value: object, text: str) -> None:
    assert value_text(value) == text


def test_a_huge_value_takes_neither_time_nor_room() -> None:
    repeated = np.broadcast_to(np.float32(1), (10**6, 10**6))
    assert value_text(repeated).endswith("and 999999999992 more")
    assert len(value_text(b"x" * 10**7)) <= 201
    assert len(value_text([b"x" * 1000] * 1000)) == 200
