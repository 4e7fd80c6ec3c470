"""Every check of a graph finds a graph that has exactly this fault, and leaves a clean one alone."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import graphlog as tf
from graphlog.inspect.checks.findings import Severity
from graphlog.inspect.checks.graph import check_graph
from graphlog.inspect.checks.path import check_path
from graphlog.proto.graph_pb2 import GraphDef
from graphlog.proto.tensor_pb2 import DT_FLOAT
from tests.inspect.graph_samples import add_node, graph_of

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE
PARITY = sorted((Path(__file__).parents[2] / "parity/golden").glob("*.pbtxt"))
GOLDEN = [
    *sorted((Path(__file__).parents[2] / "browser/golden").glob("*/*tfevents*")),
    Path(__file__).parents[2] / "adapters/golden/saved_model.pb",
    Path(__file__).parents[2] / "adapters/golden/events.out.tfevents.1700000000.tensorflow",
]


def clean() -> GraphDef:
    """A graph without blemish."""
    return graph_of(("a", "Placeholder", []), ("s/b", "Neg", ["a"]), ("s/c", "Mul", ["a", "s/b:0", "^a"]))


def with_node(name: str, op: str = "Neg", *inputs: str) -> GraphDef:
    graph = clean()
    add_node(graph, name, op, inputs)
    return graph


def with_attribute(name: str, value: bytes) -> GraphDef:
    graph = clean()
    graph.node[1].attr[name].s = value
    return graph


def with_damaged_constant() -> GraphDef:
    graph = with_node("bad", "Const")
    graph.node[-1].attr["value"].tensor.dtype = DT_FLOAT
    graph.node[-1].attr["value"].tensor.tensor_content = b"123"
    return graph


def with_dtype(number: int) -> GraphDef:
    graph = clean()
    graph.node[1].attr["U"].list.type.append(number)  # type: ignore[arg-type]  # there is no such dtype
    return graph


def without_shapes() -> GraphDef:
    graph = clean()
    del graph.node[2].attr["_output_shapes"]
    return graph


def with_device(device: str) -> GraphDef:
    graph = clean()
    graph.node[1].device = device
    return graph


def with_function(*nodes: tuple[str, str, list[str]]) -> GraphDef:
    graph = clean()
    function = graph.library.function.add()
    function.signature.name = "f"
    function.signature.input_arg.add(name="x", type=DT_FLOAT)
    for name, op, inputs in nodes:
        function.node_def.add(name=name, op=op, input=inputs).attr["T"].type = DT_FLOAT
    return graph


def split(outputs: int, taken: int) -> GraphDef:
    graph = with_node("parts", "Unpack", "a")
    graph.node[-1].attr["num"].i = outputs
    graph.node[-1].attr["axis"].i = 0
    add_node(graph, "part", "Neg", [f"parts:{taken}"])
    return graph


FAULTS: dict[str, tuple[GraphDef, Severity, str, str]] = {
    "no nodes": (GraphDef(), ERROR, "empty-graph", ""),
    "an input from nowhere": (with_node("d", "Neg", "none:1"), ERROR, "dangling-input", "d"),
    "a control input from nowhere": (with_node("d", "NoOp", "^none"), ERROR, "dangling-input", "d"),
    "an input without a name": (with_node("d", "Neg", ""), ERROR, "dangling-input", "d"),
    "two nodes of one name": (with_node("a", "Placeholder"), ERROR, "duplicate-name", "a"),
    "a node that is a scope": (with_node("s", "Neg", "a"), NOTE, "name-is-scope", "s"),
    "a node that takes itself": (with_node("d", "Neg", "d"), ERROR, "self-loop", "d"),
    "a node without a name": (with_node("", "Neg", "a"), ERROR, "empty-name", ""),
    "a scope without a name": (with_node("s//d", "Neg", "a"), ERROR, "empty-scope", "s//d"),
    "a name that begins with a slash": (with_node("/d", "Neg", "a"), ERROR, "empty-scope", "/d"),
    "a node length": (with_node("length", "Neg", "a"), ERROR, "page-breaking-name", "length"),
    "a scope toString": (with_node("toString/x", "Neg", "a"), ERROR, "page-breaking-name", "toString/x"),
    "a name beyond ASCII": (with_node("größe", "Neg", "a"), WARNING, "non-ascii-name", "größe"),
    "a name with a space": (with_node("a b", "Neg", "a"), WARNING, "bad-characters", "a b"),
    "a name with HTML": (with_node("<b>", "Neg", "a"), WARNING, "bad-characters", "<b>"),
    "a name with an escape": (with_node("\x1b[2J", "Neg", "a"), ERROR, "escaped-characters", "\x1b[2J"),
    "a name with a quote": (with_node('d"', "Neg", "a"), ERROR, "escaped-characters", 'd"'),
    "two dashes": (with_node("d--e", "Neg", "a"), WARNING, "double-dash", "d--e"),
    "a deep name": (with_node("d/" * 51 + "e", "Neg", "a"), WARNING, "deep-nesting", "d/" * 51 + "e"),
    "an output that is not there": (with_node("d", "Neg", "a:1"), ERROR, "input-out-of-range", "d"),
    "an output beyond a list": (split(3, 3), ERROR, "input-out-of-range", "part"),
    "an output that is no number": (with_node("d", "Neg", "a:x"), ERROR, "input-out-of-range", "d"),
    "data after control": (with_node("d", "Mul", "^a", "a", "s/b"), ERROR, "control-before-data", "d"),
    "twice the same input": (with_node("d", "Mul", "a", "a:0"), NOTE, "collapsed-edges", "d"),
    "no type": (with_node("d", ""), ERROR, "missing-type", "d"),
    "a large value": (with_attribute("text", b"x" * 1100), WARNING, "large-attribute", "s/b"),
    "a text beyond ASCII": (with_attribute("text", "größe".encode()), WARNING, "non-ascii-text", "s/b"),
    "a damaged constant": (with_damaged_constant(), WARNING, "unreadable-attribute", "bad"),
    "a dtype that is none": (with_dtype(77), WARNING, "unreadable-attribute", "s/b"),
    "a placeholder outside of functions": (clean(), WARNING, "unreadable-attribute", "s/b"),
    "no shapes": (without_shapes(), WARNING, "missing-shapes", "s/c"),
    "a part of a device": (with_device("/cpu:0"), NOTE, "partial-device", "s/b"),
    "a called function": (with_node("d", "PartitionedCall"), NOTE, "function-not-expanded", "d"),
    "a fault in a function": (with_function(("y", "Neg", ["z"])), ERROR, "dangling-input", "f:y"),
}
FAULTS["a placeholder outside of functions"][0].node[1].attr["U"].placeholder = "T"


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_and_nothing_else(fault: str) -> None:
    graph, severity, code, subject = FAULTS[fault]
    assert [(item.severity, item.code, item.subject) for item in check_graph(graph)] == [
        (severity, code, subject)
    ]


@pytest.mark.parametrize(
    "graph",
    [
        clean(),
        with_device("/job:localhost/replica:0/task:0/device:CPU:0"),
        with_attribute("bytes", b"\xff\xfe"),
        with_attribute("text", b"x" * 1000),
        with_function(("y", "Neg", ["x"]), ("z", "Split", ["y:y:0"])),
        with_node("s/length", "Neg", "a"),
        with_node("d", "Unheard", "a"),
        split(3, 2),
    ],
)
def test_nothing_is_found_where_nothing_is_wrong(graph: GraphDef) -> None:
    assert check_graph(graph) == []


@pytest.mark.parametrize("name", ["__proto__", "__root__", "constructor", "valueOf", "hasOwnProperty"])
def test_names_that_javascript_has_are_told_at_the_root_only(name: str) -> None:
    assert "page-breaking-name" in {item.code for item in check_graph(with_node(name, "Neg", "a"))}
    assert "page-breaking-name" not in {item.code for item in check_graph(with_node(f"s/{name}", "Neg", "a"))}


def cycle(*nodes: tuple[str, str, list[str]]) -> list[str]:
    return [item.what for item in check_graph(graph_of(*nodes)) if item.code == "cycle"]


def test_a_cycle_is_told_with_its_way() -> None:
    (what,) = cycle(("a", "Neg", ["c"]), ("b", "Neg", ["a"]), ("c", "Neg", ["b"]), ("d", "Neg", ["c"]))
    assert what == "The node depends on itself: 'b' → 'c' → 'a' → 'b'."


def test_every_knot_of_cycles_is_told_once() -> None:
    nodes = [(f"n{index}", "Neg", [f"n{index ^ 1}", f"n{index}"]) for index in range(2000)]
    assert len(cycle(*nodes)) == 1000
    long = cycle(*[(f"n{index}", "Neg", [f"n{(index + 1) % 30_000}"]) for index in range(30_000)])
    assert len(long) == 1
    assert "… (30000 nodes)" in long[0]


@pytest.mark.parametrize("build", [tf.while_loop])
def test_the_loops_of_tensorflow_are_no_cycles(build: Callable[..., object]) -> None:
    with tf.Graph().as_default() as graph:
        build(lambda i: i < 3, lambda i: i + 1, [tf.constant(0)])
    found = {item.code for item in check_graph(graph) if item.severity is ERROR}
    assert any(operation.type == "NextIteration" for operation in graph.get_operations())
    assert found == set()


@pytest.mark.parametrize("path", [*GOLDEN, *PARITY[::10]], ids=lambda path: path.name)
def test_tensorflows_own_graphs_have_no_errors(path: Path) -> None:
    assert [item for item in check_path(path) if item.severity is ERROR] == []


def test_a_file_is_named_in_what_is_found(tmp_path: Path) -> None:
    path = tmp_path / "graph.pb"
    path.write_bytes(with_node("d", "Neg", "none").SerializeToString())
    (found,) = check_path(path)
    assert (found.code, found.file) == ("dangling-input", str(path))
    path.write_bytes(b"\x0a\x80")
    (found,) = check_path(path)
    assert (found.code, found.file, found.severity) == ("damaged-graph", str(path), ERROR)
    with pytest.raises(FileNotFoundError):
        check_path(tmp_path / "none.pb")


def test_hostile_names_are_kept_and_crash_nothing() -> None:
    graph = GraphDef()
    names = [
        "/" * 100_000,
        "a/" * 50_000,
        "x" * 100_000,
        "\x1b]0;title\x07",
        "<script>",
        "\u202e",
        "a",
        "a/b",
    ]
    for name in names:
        add_node(graph, name, "Neg", names)
    subjects = {item.subject for item in check_graph(graph)}
    assert set(names) <= subjects | {"a/b"}


def test_what_is_wrong_with_one_node_again_and_again_is_told_once_with_its_number() -> None:
    (found,) = check_graph(with_node("d", "Neg", *["none"] * 50_000))
    assert (found.code, found.subject, found.count) == ("dangling-input", "d", 50_000)


def test_of_many_dangling_inputs_of_a_node_the_first_are_named() -> None:
    found = check_graph(with_node("d", "Neg", *[f"none{number}" for number in range(50_000)]))
    assert {(item.code, item.subject) for item in found} == {("dangling-input", "d")}
    assert all(f"'none{number}'" in item.what for number, item in enumerate(found))
    assert [item.count for item in found] == [49_991] + [1] * 9


def test_of_many_nodes_with_one_fault_the_first_are_told_and_the_rest_is_counted() -> None:
    found = check_graph(graph_of(*[(f"n{number}", "Neg", ["none"]) for number in range(1500)]))
    found = [item for item in found if item.code == "dangling-input"]
    assert [item.subject for item in found] == [*(f"n{number}" for number in range(1000)), ""]
    assert [item.count for item in found] == [1] * 1000 + [500]


def test_progress_is_told() -> None:
    told: list[float] = []
    check_graph(with_function(("y", "Neg", ["x"])), told.append)
    assert told == [(number + 1) / 8 for number in range(8)]


def test_large_constants_are_told_by_their_size() -> None:
    with tf.Graph().as_default() as graph:
        tf.constant(np.arange(1000.0), name="big")
    (found,) = check_graph(graph)
    assert found.code == "large-attribute"
    assert "takes 8" in found.what
