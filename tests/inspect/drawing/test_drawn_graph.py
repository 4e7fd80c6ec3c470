"""Which boxes and lines are drawn."""

import pytest

import graphlog as tf
from graphlog.inspect.drawing.boxes import DrawnGraph, Kind
from graphlog.inspect.drawing.drawn_graph import Notes, drawn_graph, shape_label
from graphlog.proto.graph_pb2 import GraphDef
from tests.inspect.drawing.graphs import blog_graph, graph_def


def lines_of(drawn: DrawnGraph) -> list[tuple[str, str, str]]:
    return sorted(
        (drawn.boxes[line.source].name, drawn.boxes[line.target].name, "^" if line.is_control else line.label)
        for line in drawn.lines
    )


def test_the_blogs_graph_collapsed() -> None:
    drawn = drawn_graph(blog_graph(), 1)
    gradients = ["gradients", "gradients_1", "gradients_2", "gradients_3"]
    assert sorted(box.name for box in drawn.boxes[1:]) == sorted([*"abcdutve", *gradients])
    assert [box.name for box in drawn.boxes if box.is_backward] == gradients
    assert {box.name: box.operation_count for box in drawn.boxes if box.name in gradients} == {
        "gradients": 5,
        "gradients_1": 5,
        "gradients_2": 5,
        "gradients_3": 7,
    }
    assert len(drawn.lines) == 16
    assert {label for *_, label in lines_of(drawn)} == {"1"}


def test_the_blogs_graph_opened() -> None:
    graph = blog_graph()
    drawn = drawn_graph(graph)
    shown = [box.name for box in drawn.boxes if box.type]
    assert sorted(shown) == sorted(operation.name for operation in graph.get_operations())
    expected = sorted(
        {
            (tensor.op.name, operation.name)
            for operation in graph.get_operations()
            for tensor in operation.inputs
        }
    )
    assert sorted((source, target) for source, target, label in lines_of(drawn) if label != "^") == expected


def test_a_node_and_a_scope_of_one_name() -> None:
    drawn = drawn_graph(graph_def(("a", "Add"), ("a/b", "Const"), ("a/c", "Const")))
    assert [(box.label, box.kind, box.parent) for box in drawn.boxes[1:]] == [
        ("a", Kind.SCOPE, 0),
        ("(a)", Kind.OPERATION, 1),
        ("b", Kind.CONSTANT, 1),
        ("c", Kind.CONSTANT, 1),
    ]


def test_a_scope_of_one_operation_is_shown_as_that() -> None:
    (_, box) = drawn_graph(graph_def(("outer/inner/x", "Add")), 1).boxes
    assert (box.label, box.type, box.kind) == ("outer/inner/x", "Add", Kind.OPERATION)


def test_lines_are_joined_and_counted() -> None:
    drawn = drawn_graph(
        graph_def(
            ("a/x", "Split"),
            ("a/y", "Add"),
            ("b/z", "Mul", "a/x", "a/x:1", "a/y", "^a/x"),
            ("b/w", "Neg", "b/z"),
        ),
        1,
    )
    assert [(line.is_control, line.tensor_count, line.edge_count) for line in drawn.lines] == [
        (False, 3, 3),
        (True, 0, 1),
    ]
    assert drawn.lines[0].tensors == ("a/x:0", "a/x:1", "a/y:0")
    assert drawn.lines[0].label == "3 tensors"


def test_missing_inputs_and_loops_are_shown() -> None:
    drawn = drawn_graph(graph_def(("a", "Add", "gone:1", "a")))
    assert [(box.name, box.kind) for box in drawn.boxes[1:]] == [
        ("a", Kind.OPERATION),
        ("gone:1", Kind.MISSING),
    ]
    assert [(source, target) for source, target, _ in lines_of(drawn)] == [("a", "a"), ("gone:1", "a")]


def test_duplicate_names_are_one_box() -> None:
    drawn = drawn_graph(graph_def(("a", "Add"), ("a", "Mul"), ("b", "Neg", "a")))
    assert [(box.name, box.type, box.operation_count) for box in drawn.boxes[1:]] == [
        ("a", "Mul", 2),
        ("b", "Neg", 1),
    ]


def test_many_nodes_of_like_names_are_a_series() -> None:
    nodes = [(f"Add_{number}", "Add") for number in range(30)]
    drawn = drawn_graph(graph_def(("x", "Const"), *nodes))
    assert [(box.label, box.operation_count) for box in drawn.boxes[1:]] == [("x", 1), ("Add… ×30", 30)]
    assert len(drawn_graph(graph_def(*nodes), 1).boxes) == 31


@pytest.mark.parametrize("depth", [None, 1, 3])
def test_no_more_boxes_than_there_is_room_for(depth: int | None) -> None:
    flat = GraphDef()
    for number in range(5000):
        flat.node.add(
            name=f"{'abcdefg'[number % 7] * (number + 1)}/x" if number % 2 else f"n{number}n", op="Add"
        )
    drawn = drawn_graph(flat, depth, most_boxes=50)
    assert len(drawn.boxes) <= 51
    assert sum(box.operation_count for box in drawn.boxes if not box.children) == 5000


def test_a_very_deep_scope() -> None:
    drawn = drawn_graph(graph_def(("a/" * 5000 + "x", "Add"), ("a/" * 5000 + "y", "Add")), 10**9, 4000)
    assert len(drawn.boxes) <= 4002
    assert drawn.boxes[-1].operation_count == 2


def test_a_node_of_many_edges_stands_aside() -> None:
    nodes = [(f"{letter}", "Assign") for letter in "abcdefghijklmnop"]
    made = graph_def(*nodes, ("init", "NoOp", *(f"^{name}" for name, _ in nodes)))
    assert [box.name for box in drawn_graph(made, 1).boxes if box.is_aside] == ["init"]
    assert drawn_graph(made, 1).shown_lines() == []
    assert not any(box.is_aside for box in drawn_graph(made, 1, aside=False).boxes)


def test_labels() -> None:
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, (2, None), name="x")
        tf.negative(x, name="y")
        tf.abs(x, name="z")
    notes = Notes({"x": "3.5", "y:0": "-3.5"}, {("x:0", "z"): "∂ 1"})
    drawn = drawn_graph(graph, notes=notes)
    assert {box.name: box.note for box in drawn.boxes[1:]} == {"x": "3.5", "y": "-3.5", "z": ""}
    assert lines_of(drawn) == [("x", "y", "2×?"), ("x", "z", "∂ 1")]


@pytest.mark.parametrize(
    ("shape", "label"), [(None, ""), ((), "scalar"), ((2, 3), "2×3"), ((None, 3), "?×3"), ((0,), "0")]
)
def test_shapes(shape: tuple[int | None, ...] | None, label: str) -> None:
    assert shape_label(shape) == label


@pytest.mark.parametrize("arguments", [{"depth": 0}, {"depth": -1}, {"most_boxes": 0}])
def test_bad_arguments(arguments: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="1"):
        drawn_graph(graph_def(("a", "Add")), **arguments)  # type: ignore[arg-type]
