"""tf.import_graph_def: names, maps and order as TensorFlow 1.15.5 has them, and graphs that are damaged."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tensorboard.compat.proto import graph_pb2 as tensorboard_graph_pb2

import graphlog as tf
from graphlog.graphdef.imports import add_graph_def
from graphlog.proto.graph_pb2 import GraphDef, NodeDef

# How long an example takes says nothing here.
UNTIMED = settings(deadline=None)

FLOAT, DOUBLE, INT32, STRING = 1, 2, 3, 7


def node(name: str, op: str, *inputs: str, **types: int) -> NodeDef:
    made = NodeDef(name=name, op=op, input=inputs)
    for attribute, number in types.items():
        made.attr[attribute].type = number  # type: ignore[assignment]
    return made


def graph_def(*nodes: NodeDef) -> GraphDef:
    return GraphDef(node=nodes, versions={"producer": 134})


A = node("a", "Placeholder", dtype=FLOAT)
B = node("b", "Neg", "a", T=FLOAT)
C = node("c", "Add", "b", "a:0", T=FLOAT)
SMALL = graph_def(A, B, C)


@pytest.fixture
def graph() -> Any:
    with tf.Graph().as_default() as graph:
        yield graph


def names(graph: tf.Graph) -> list[str]:
    return [op.name for op in graph.get_operations()]


# What is built


@pytest.mark.parametrize(
    ("name", "prefix"), [(None, "import/"), ("", ""), ("p", "p/"), ("p/", "p/"), ("p/q", "p/q/")]
)
def test_the_prefix(graph: tf.Graph, name: str | None, prefix: str) -> None:
    assert tf.import_graph_def(SMALL, name=name) is None
    assert names(graph) == [f"{prefix}a", f"{prefix}b", f"{prefix}c"]
    c = graph.get_operation_by_name(f"{prefix}c")
    assert [tensor.name for tensor in c.inputs] == [f"{prefix}b:0", f"{prefix}a:0"]
    assert graph.get_name_scope() == ""


def test_importing_again_and_within_a_scope(graph: tf.Graph) -> None:
    tf.import_graph_def(SMALL)
    tf.import_graph_def(SMALL)
    with tf.name_scope("s"):
        tf.import_graph_def(SMALL, name="p")
    assert names(graph)[3:] == ["import_1/a", "import_1/b", "import_1/c", "s/p/a", "s/p/b", "s/p/c"]


def test_imported_names_are_taken(graph: tf.Graph) -> None:
    tf.import_graph_def(SMALL, name="")
    assert tf.placeholder(tf.float32, name="a").op.name == "a_1"
    assert tf.placeholder(tf.float32, name="B").op.name == "B_1"
    tf.import_graph_def(SMALL)
    with tf.name_scope("import/"):
        assert tf.placeholder(tf.float32, name="a").op.name == "import/a_1"


def test_names_that_differ_in_case_only_stay_as_they_are(graph: tf.Graph) -> None:
    tf.import_graph_def(graph_def(A, node("A", "Neg", "a", T=FLOAT)), name="")
    assert names(graph) == ["a", "A"]


def test_nodes_stay_in_their_order(graph: tf.Graph) -> None:
    x = node("x", "Placeholder", dtype=FLOAT)
    y = node("y", "Neg", "x", T=FLOAT)
    tf.import_graph_def(graph_def(A, B, x, C, y), name="")
    assert names(graph) == ["a", "b", "x", "c", "y"]


def test_nodes_may_come_before_their_inputs(graph: tf.Graph) -> None:
    tf.import_graph_def(graph_def(C, B, A), name="")
    assert names(graph) == ["a", "b", "c"]
    assert tf.Session().run("c:0", {"a:0": 5.0}) == 0.0


@UNTIMED
@given(st.permutations(range(6)))
def test_nodes_in_any_order_make_the_same_graph(order: list[int]) -> None:
    nodes = [A, B, C, node("d", "NoOp", "^c", "^a"), node("e", "Neg", "c", "^d", T=FLOAT), node("f", "NoOp")]
    with tf.Graph().as_default() as graph:
        tf.import_graph_def(graph_def(*[nodes[position] for position in order]), name="")
    made = {item.name: item for item in graph.as_graph_def().node}
    assert sorted(made) == ["a", "b", "c", "d", "e", "f"]
    assert list(made["d"].input) == ["^a", "^c"]
    assert list(made["e"].input) == ["c", "^d"]


def test_return_elements(graph: tf.Graph) -> None:
    returned = tf.import_graph_def(SMALL, name="p", return_elements=["c:0", "a", "b:0", "c"])
    assert returned == [
        graph.get_tensor_by_name("p/c:0"),
        graph.get_operation_by_name("p/a"),
        graph.get_tensor_by_name("p/b:0"),
        graph.get_operation_by_name("p/c"),
    ]
    assert tf.import_graph_def(SMALL, return_elements=[]) == []


@pytest.mark.parametrize("element", ["zz", "zz:0", "a:1", "a:x"])
def test_return_elements_that_are_not_there(graph: tf.Graph, element: str) -> None:
    with pytest.raises(ValueError, match=rf"'{element}'|invalid literal"):
        tf.import_graph_def(SMALL, return_elements=[element])


@pytest.mark.parametrize(
    ("mapped", "inputs"),
    [
        (["a"], ["import/b:0", "k:0"]),
        (["a:0"], ["import/b:0", "k:0"]),
        (["b"], ["k:0", "import/a:0"]),
        (["b:0", "a"], ["k:0", "k:0"]),
    ],
)
def test_input_map(graph: tf.Graph, mapped: list[str], inputs: list[str]) -> None:
    k = tf.constant(2.0, name="k")
    tf.import_graph_def(SMALL, input_map=dict.fromkeys(mapped, k))
    # The node itself is imported all the same.
    assert names(graph) == ["k", "import/a", "import/b", "import/c"]
    assert [tensor.name for tensor in graph.get_operation_by_name("import/c").inputs] == inputs


def test_input_map_of_a_node_that_is_not_there_needs_no_node(graph: tf.Graph) -> None:
    k = tf.constant(2.0, name="k")
    with pytest.raises(ValueError, match="Attempted to map inputs that were not found in graph_def"):
        tf.import_graph_def(SMALL, input_map={"zz": k})
    with pytest.raises(ValueError, match=r"node 'b': input Const:0 is string, not float32"):
        tf.import_graph_def(SMALL, input_map={"a": tf.constant("text")})


def test_surroundings_apply_to_what_is_imported(graph: tf.Graph) -> None:
    gate = tf.no_op(name="gate")
    placed = graph_def(A, B, NodeDef(name="n", op="NoOp", device="/device:GPU:1"))
    with graph.control_dependencies([gate]), tf.device("/cpu:0"):
        tf.import_graph_def(placed, name="")
    assert graph.get_operation_by_name("a").control_inputs == (gate,)
    assert [op.device for op in graph.get_operations()][1:] == ["/device:CPU:0"] * 2 + ["/device:GPU:1"]


def test_several_outputs_and_defaults(graph: tf.Graph) -> None:
    unpack = node("u", "Unpack", "a", T=FLOAT)
    unpack.attr["num"].i = 2
    tf.import_graph_def(graph_def(A, unpack, node("s", "Sub", "u:1", "u", T=FLOAT)), name="")
    assert graph.get_operation_by_name("u").get_attr("axis") == 0  # not in the NodeDef
    assert tf.Session().run("s:0", {"a:0": [1.0, 5.0]}) == 4.0


def test_attributes_that_graphlog_does_not_know_are_kept(graph: tf.Graph) -> None:
    marked = node("n", "NoOp")
    marked.attr["_mine"].s = b"text"
    tf.import_graph_def(graph_def(marked), name="")
    assert graph.get_operation_by_name("n").get_attr("_mine") == b"text"


@pytest.mark.parametrize("form", ["graphlog", "tensorboard", "bytes"])
def test_forms_of_a_graph_def(graph: tf.Graph, form: str) -> None:
    serialized = SMALL.SerializeToString()
    forms = {
        "graphlog": SMALL,
        "tensorboard": tensorboard_graph_pb2.GraphDef.FromString(serialized),
        "bytes": serialized,
    }
    tf.import_graph_def(forms[form], name="")
    assert names(graph) == ["a", "b", "c"]


@pytest.mark.parametrize("value", [None, "text", 3, A, [SMALL], {}], ids=type)
def test_what_is_no_graph_def(graph: tf.Graph, value: Any) -> None:
    with pytest.raises(TypeError, match="graph_def must be a GraphDef proto"):
        tf.import_graph_def(value)


def test_an_empty_graph_def(graph: tf.Graph) -> None:
    assert tf.import_graph_def(b"", return_elements=[]) == []
    assert graph.version == 0


def test_shapes_that_the_nodes_state_are_added(graph: tf.Graph) -> None:
    stated = node("a", "Placeholder", dtype=FLOAT)
    stated.attr["_output_shapes"].list.shape.add().dim.add(size=3)
    tf.import_graph_def(graph_def(stated, B), name="")
    assert graph.get_tensor_by_name("a:0").static_shape == (3,)
    assert graph.get_tensor_by_name("b:0").static_shape == (3,)
    assert "_output_shapes" not in graph.get_operation_by_name("a").attributes


# What is damaged


def with_attribute(made: NodeDef, name: str, **value: Any) -> NodeDef:
    copy = NodeDef()
    copy.CopyFrom(made)
    for field, item in value.items():
        setattr(copy.attr[name], field, item)
    return copy


def shape_contradiction() -> NodeDef:
    made = node("b", "Neg", "k", T=FLOAT)
    made.attr["_output_shapes"].list.shape.add().dim.add(size=3)
    return made


def constant() -> NodeDef:
    made = node("k", "Const", dtype=FLOAT)
    made.attr["value"].tensor.dtype = FLOAT  # type: ignore[assignment]
    made.attr["value"].tensor.float_val.append(1.0)
    return made


def bad_constant() -> NodeDef:
    made = constant()
    made.attr["value"].tensor.tensor_content = b"123"
    return made


DAMAGED = {
    "an unknown op": ([node("a", "Foo")], "'a'.*No op named Foo"),
    "no op": ([node("a", "")], "'a'"),
    "a missing attribute": ([A, node("b", "Neg", "a")], "'b'.*missing attr 'T' from Op Neg"),
    "an attribute of another kind": ([A, with_attribute(node("b", "Neg", "a"), "T", i=1)], "'b'"),
    "an attribute that is a text": ([with_attribute(A, "dtype", s=b"float")], "'a'"),
    "a dtype that is none": ([node("a", "Placeholder", dtype=77)], "'a'"),
    "a dtype that is not allowed": ([A, node("b", "Neg", "a", T=STRING)], "'b'"),
    "a value that cannot be read": ([bad_constant()], "'k'"),
    "an input that is not there": ([node("a", "Neg", "z", T=FLOAT)], "'a'.*'z' not found"),
    "a control input that is not there": ([node("a", "NoOp", "^z")], r"'a'.*'\^z' not found"),
    "a control input with a port": ([A, node("b", "NoOp", "^a:0")], r"'b'.*'\^a:0' not found"),
    "an input without a name": ([node("b", "Neg", "", T=FLOAT)], "'b'.*'' not found"),
    "a name that is used twice": ([A, A], "'a'.*same name"),
    "a name that is not valid": ([node("a b", "NoOp")], "'a b'"),
    "no name": ([node("", "NoOp")], "''"),
    "a cycle": ([node("a", "Neg", "b", T=FLOAT), node("b", "Neg", "a", T=FLOAT)], "'[ab]'.*cycle"),
    "an operation that waits for itself": ([node("a", "NoOp", "^a")], "'a'.*cycle"),
    "a port that is not there": ([A, node("b", "Neg", "a:1", T=FLOAT)], "'b'.*'a:1'"),
    "a huge port": ([A, node("b", "Neg", f"a:{10**30}", T=FLOAT)], "'b'"),
    "a port below zero": ([A, node("b", "Neg", "a:-1", T=FLOAT)], "'b'.*'a:-1'"),
    "a port that is no number": ([A, node("b", "Neg", "a:x", T=FLOAT)], "'b'.*'a:x'"),
    "too many inputs": ([A, node("b", "Neg", "a", "a", T=FLOAT)], "'b'.*takes 1 inputs, but has 2"),
    "too few inputs": ([A, node("b", "Add", "a", T=FLOAT)], "'b'.*takes 2 inputs, but has 1"),
    "another dtype": ([A, node("b", "Neg", "a", T=DOUBLE)], "'b'.*is float32, not float64"),
    "an output of an operation without any": ([node("n", "NoOp"), node("b", "Neg", "n", T=FLOAT)], "'b'"),
    "a shape that contradicts": ([constant(), shape_contradiction()], r"'b'.*\[\].*_output_shapes"),
}


@pytest.mark.parametrize(("nodes", "message"), DAMAGED.values(), ids=DAMAGED)
def test_damaged_graphs_are_refused_by_the_name_of_the_node(
    graph: tf.Graph, nodes: list[NodeDef], message: str
) -> None:
    for proto in (graph_def(*nodes), graph_def(*nodes[::-1])):
        with pytest.raises(ValueError, match=message):
            tf.import_graph_def(proto, name="")
    # All of a graph is imported, or nothing.
    assert graph.get_operations() == []
    assert graph.get_name_scope() == ""


def test_a_failed_import_leaves_what_was_there(graph: tf.Graph) -> None:
    k = tf.constant(2.0, name="k")
    broken = graph_def(A, B, C, node("z", "Neg", "a", "b", T=FLOAT))
    with pytest.raises(ValueError, match="'z'"):
        tf.import_graph_def(broken, input_map={"a": k})
    assert names(graph) == ["k"]
    assert k.consumers() == []
    assert tf.Session().run(tf.negative(k)) == -2.0


def test_shapes_that_do_not_fit_name_the_node(graph: tf.Graph) -> None:
    def placeholder(name: str, size: int) -> NodeDef:
        made = node(name, "Placeholder", dtype=FLOAT)
        made.attr["shape"].shape.dim.add(size=size)
        return made

    with pytest.raises(ValueError, match="Dimensions must be equal, but are 2 and 3 for 'import/z'"):
        tf.import_graph_def(
            graph_def(placeholder("x", 2), placeholder("y", 3), node("z", "Add", "x", "y", T=FLOAT))
        )


@pytest.mark.parametrize("cut", [1, 5, 20, -1])
def test_truncated_bytes(graph: tf.Graph, cut: int) -> None:
    with pytest.raises(ValueError, match="These bytes are no GraphDef"):
        tf.import_graph_def(SMALL.SerializeToString()[:cut])


def test_a_chain_of_100000_nodes(graph: tf.Graph) -> None:
    count = 100_000
    nodes = [A, *(node(f"n{i}", "Neg", f"n{i - 1}" if i else "a", T=FLOAT) for i in range(count))]
    tf.import_graph_def(graph_def(*nodes), name="")
    assert graph.version == count + 1
    assert tf.Session().run(f"n{count - 1}:0", {"a:0": 2.0}) == 2.0


def sample_graph() -> bytes:
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, (None, 3), name="x")
        y = tf.tanh(x * 2.0 + tf.constant([1.0, 2.0, 3.0]), name="y")
        total = tf.reduce_sum(tf.stack([y, y]), axis=[0, 1], name="total")
        with tf.control_dependencies([total]):
            tf.reshape(y, [-1], name="flat")
        tf.gradients(total, x)
        return bytes(graph.as_graph_def(add_shapes=True).SerializeToString())


SAMPLE = sample_graph()


def imports_or_is_refused(data: Any) -> None:
    with tf.Graph().as_default() as graph:
        try:
            tf.import_graph_def(data, name="")
        except (ValueError, TypeError):
            return
        graph.as_graph_def(add_shapes=True)


# What is damaged once in a while gives all that can go wrong; most of it, protobuf refuses at once.
MUTATIONS = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@MUTATIONS
@given(st.lists(st.tuples(st.integers(0, len(SAMPLE) - 1), st.integers(0, 255)), min_size=1, max_size=4))
def test_bytes_that_are_overwritten(changes: list[tuple[int, int]]) -> None:
    data = bytearray(SAMPLE)
    for position, value in changes:
        data[position] = value
    imports_or_is_refused(bytes(data))


def drop(proto: GraphDef, draw: Callable[[Any], Any]) -> None:
    del proto.node[draw(st.integers(0, len(proto.node) - 1))]


def repeat(proto: GraphDef, draw: Callable[[Any], Any]) -> None:
    proto.node.append(proto.node[draw(st.integers(0, len(proto.node) - 1))])


def swap_attributes(proto: GraphDef, draw: Callable[[Any], Any]) -> None:
    first, second = (draw(st.sampled_from(list(proto.node))) for _ in range(2))
    for name in list(second.attr):
        first.attr[name].CopyFrom(second.attr[name])


def swap_values(proto: GraphDef, draw: Callable[[Any], Any]) -> None:
    values = [(made, name) for made in proto.node for name in made.attr]
    (first, name), (second, other) = draw(st.sampled_from(values)), draw(st.sampled_from(values))
    first.attr[name].CopyFrom(second.attr[other])


def drop_attribute(proto: GraphDef, draw: Callable[[Any], Any]) -> None:
    made = draw(st.sampled_from([item for item in proto.node if item.attr] or [NodeDef()]))
    for name in sorted(made.attr)[:1]:
        del made.attr[name]


def change_input(proto: GraphDef, draw: Callable[[Any], Any]) -> None:
    made = draw(st.sampled_from(list(proto.node)))
    new = draw(st.sampled_from([item.name for item in proto.node]) | st.text(max_size=4))
    port = draw(st.sampled_from(["", ":0", ":1", ":", ":²"]))
    made.input.append(draw(st.sampled_from(["", "^"])) + new + port)
    if draw(st.booleans()):
        del made.input[0]


def change_op(proto: GraphDef, draw: Callable[[Any], Any]) -> None:
    made, other = (draw(st.sampled_from(list(proto.node))) for _ in range(2))
    made.op = other.op


def change_name(proto: GraphDef, draw: Callable[[Any], Any]) -> None:
    draw(st.sampled_from(list(proto.node))).name = draw(st.text(max_size=4))


DAMAGES = [drop, repeat, swap_attributes, swap_values, drop_attribute, change_input, change_op, change_name]


@MUTATIONS
@given(st.lists(st.sampled_from(DAMAGES), min_size=1, max_size=3), st.data())
def test_nodes_that_are_mixed_up(damages: list[Callable[..., None]], data: st.DataObject) -> None:
    proto = GraphDef.FromString(SAMPLE)
    for damage in damages:
        damage(proto, data.draw)
    imports_or_is_refused(proto)


@pytest.mark.parametrize("length", [1, 127, 128, 300, (1 << 14) - 1, 1 << 14, 1 << 16])
def test_long_names(length: int) -> None:
    name = "n" * length
    with tf.Graph().as_default() as graph:
        tf.negative(tf.placeholder(tf.float32, (2,), name=name), name=name + "_1")
        tf.negative(tf.placeholder(tf.int32, (), name=name + "_2"), name="short")
        tf.negative(graph.get_tensor_by_name(name + ":0"), name="also_short")
    written = graph.as_graph_def(add_shapes=True)
    with tf.Graph().as_default() as again:
        tf.import_graph_def(written, name="")
    assert again.as_graph_def(add_shapes=True) == written


def test_a_missing_input_stands_before_what_takes_it() -> None:
    proto = graph_def(node("a", "Foo", "b:2"), node("c", "Foo", "a", "^gone"))
    graph = tf.Graph()
    add_graph_def(graph, proto, name="", allow_unknown=True)
    found = {item.name: (item.type, len(item.outputs)) for item in graph.get_operations()}
    assert list(found.items()) == [
        ("b", ("Missing", 3)),
        ("a", ("Foo", 1)),
        ("gone", ("Missing", 0)),
        ("c", ("Foo", 0)),
    ]
    with pytest.raises(ValueError, match="node 'a': No op named Foo"):
        add_graph_def(tf.Graph(), graph_def(node("a", "Foo")), name="")
    with pytest.raises(ValueError, match="node 'b': Input tensor 'a' not found"):
        add_graph_def(tf.Graph(), graph_def(B), name="")
