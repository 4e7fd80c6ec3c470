"""Graph, Operation and Tensor: what they tell, and what ``with`` blocks do to what is built inside them."""

import threading
from contextlib import ExitStack
from typing import Any

import numpy as np
import pytest

import graphlog as tf
from graphlog.core import default_stacks
from graphlog.core.default_graph import graph_of


@pytest.fixture
def graph() -> Any:
    with tf.Graph().as_default() as graph:
        yield graph


def const(name: str) -> Any:
    return tf.constant(1.0, name=name)


def control(tensor: Any) -> list[str]:
    return [op.name for op in tensor.op.control_inputs]


# Default graphs


def test_default_graphs_nest() -> None:
    outermost = tf.get_default_graph()
    assert tf.get_default_graph() is outermost
    first, second = tf.Graph(), tf.Graph()
    with first.as_default() as entered:
        assert entered is first is tf.get_default_graph()
        with second.as_default():
            assert const("x").graph is second
        assert tf.get_default_graph() is first
        with pytest.raises(AssertionError, match=r"Do not use tf\.reset_default_graph"):
            tf.reset_default_graph()
        with first.as_default():
            assert tf.get_default_graph() is first
    assert tf.get_default_graph() is outermost


def test_the_global_default_graph_can_be_reset() -> None:
    before = tf.get_default_graph()
    const("x")
    tf.reset_default_graph()
    assert tf.get_default_graph() is not before
    assert tf.get_default_graph().get_operations() == []


def test_the_default_graph_is_that_of_the_thread(graph: tf.Graph) -> None:
    seen: list[Any] = []

    def other() -> None:
        seen.append(tf.get_default_graph())
        with tf.Graph().as_default() as own:
            seen.append(tf.get_default_graph() is own)

    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    assert seen[0] is not graph
    assert seen[1] is True
    assert tf.get_default_graph() is graph


def test_blocks_that_are_left_in_the_wrong_order_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(default_stacks.graphs, "items", [])
    first, second = tf.Graph().as_default(), tf.Graph().as_default()
    first.__enter__()
    second.__enter__()
    with pytest.raises(AssertionError, match="Nesting violated"):
        first.__exit__(None, None, None)
    second.__exit__(None, None, None)


def test_operations_are_added_to_the_graph_of_their_inputs(graph: tf.Graph) -> None:
    x = const("x")
    with tf.Graph().as_default() as other:
        assert tf.add(x, 1.0).graph is graph
        assert (x + x).graph is graph
        assert other.get_operations() == []


def test_the_graph_of_values() -> None:
    with tf.Graph().as_default() as graph:
        x = const("x")
    assert graph_of([1.0, [x, 2.0], "text"]) is graph
    assert graph_of([x.op]) is graph
    assert graph_of([1.0, [2.0], []]) is None


def test_many_threads_build_one_graph(graph: tf.Graph) -> None:
    def build() -> None:
        with graph.as_default():
            for _ in range(200):
                tf.identity(x, name="y")

    x = const("x")
    threads = [threading.Thread(target=build) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    names = [op.name for op in graph.get_operations()]
    assert len(set(names)) == len(names) == 801
    assert len(x.consumers()) == 800


# What a graph tells


def test_version_counts_operations(graph: tf.Graph) -> None:
    assert graph.version == 0
    x = const("x")
    assert graph.version == 1
    tf.add(x, 1.0)
    assert graph.version == 3
    assert graph.graph_def_versions.producer == 134


def test_operations_are_listed_in_the_order_they_were_added(graph: tf.Graph) -> None:
    names = ["b", "a", "c"]
    operations = [const(name).op for name in names]
    listed = graph.get_operations()
    assert listed == operations
    listed.clear()  # a copy
    assert graph.get_operations() == operations


class StandIn:
    def __init__(self, element: Any) -> None:
        self.element = element

    def _as_graph_element(self) -> Any:
        return self.element


def test_graph_elements(graph: tf.Graph) -> None:
    x = const("s/x")
    for same in (x, "s/x:0", b"s/x:0", StandIn(x)):
        assert graph.as_graph_element(same) is x
        assert graph.as_graph_element(same, allow_operation=False) is x
    for same in (x.op, "s/x", b"s/x", StandIn(x.op)):
        assert graph.as_graph_element(same) is x.op
        assert graph.as_graph_element(same, allow_tensor=False) is x.op
    assert graph.get_tensor_by_name("s/x:0") is x
    assert graph.get_operation_by_name("s/x") is x.op


@pytest.mark.parametrize("name", ["x:", "x:-1", "x:+0", "x:0:0", "x:a", "x:²", ":", "x: 0"])
def test_names_that_are_no_tensors(graph: tf.Graph, name: str) -> None:
    const("x")
    with pytest.raises(ValueError, match="is not a valid one"):
        graph.get_tensor_by_name(name)


def test_the_text_of_tensors_and_operations(graph: tf.Graph) -> None:
    a = tf.placeholder(tf.float32, (2, None), name="a")
    assert str(a) == 'Tensor("a:0", shape=(2, ?), dtype=float32)'
    assert repr(a) == "<tf.Tensor 'a:0' shape=(2, ?) dtype=float32>"
    assert repr(a.op) == "<tf.Operation 'a' type=Placeholder>"
    unknown = tf.placeholder(tf.int32, name="u")
    assert str(unknown) == 'Tensor("u:0", dtype=int32)'
    assert repr(unknown) == "<tf.Tensor 'u:0' shape=<unknown> dtype=int32>"
    assert str(tf.no_op()) == 'name: "NoOp"\nop: "NoOp"\n'


def test_what_a_tensor_tells(graph: tf.Graph) -> None:
    a = tf.placeholder(tf.float32, (2,), name="a")
    parts = tf.unstack(a)
    assert (parts[1].name, parts[1].value_index) == ("unstack:1", 1)
    assert parts[1].op.outputs == parts[1].op.values() == tuple(parts)
    assert a.graph is a.op.graph is graph
    assert a.dtype is tf.float32
    assert {a: 1}[a] == 1
    assert a == a
    assert a != parts[0]


def test_consumers_are_listed_once_for_each_input(graph: tf.Graph) -> None:
    a = const("a")
    b = tf.add(a, a, name="b")
    tf.add(a, b, name="c")
    with graph.control_dependencies([a]):
        tf.no_op()
    assert [op.name for op in a.consumers()] == ["b", "b", "c"]
    assert [op.name for op in b.consumers()] == ["c"]
    a.consumers().clear()  # a copy
    assert len(a.consumers()) == 3


def test_attributes(graph: tf.Graph) -> None:
    a = tf.placeholder(tf.float32, (2, None), name="a")
    assert a.op.get_attr("dtype") is tf.float32
    assert a.op.get_attr("shape") == (2, None)
    assert tf.reduce_sum(a, axis=0, keepdims=True).op.get_attr("keep_dims") is True
    assert a.op.node_def.attr["dtype"].type == 1
    assert a.op.op_def.name == "Placeholder"


def function_of_the_user() -> Any:
    return tf.log(const("inner"))


def test_the_traceback_is_the_users(graph: tf.Graph) -> None:
    y = function_of_the_user()
    frames = y.op.traceback
    assert (frames[-1].filename, frames[-1].name) == (__file__, "function_of_the_user")
    assert (frames[-2].filename, frames[-2].name) == (__file__, "test_the_traceback_is_the_users")
    assert frames[-1].line == 'return tf.log(const("inner"))'
    assert (y.op.inputs[0].op.traceback[-1].name, y.op.inputs[0].op.traceback[-2].name) == (
        "const",
        "function_of_the_user",
    )
    (gradient,) = tf.gradients(y, y.op.inputs[0])
    assert gradient is not None
    assert gradient.op.traceback[-1].name == "test_the_traceback_is_the_users"


# Collections


def test_collections(graph: tf.Graph) -> None:
    x = const("x")
    for value in (x, x, "text"):
        graph.add_to_collection("mine", value)
    graph.add_to_collection(tf.GraphKeys.SUMMARIES, x)
    assert graph.get_collection("mine") == [x, x, "text"]
    assert graph.get_collection("none") == []
    graph.get_collection("mine").append(1)  # a copy
    assert graph.get_collection("mine") == [x, x, "text"]
    graph.get_collection_ref("mine").append(1)  # not a copy
    assert graph.get_collection("mine") == [x, x, "text", 1]
    graph.get_collection_ref("new").append(2)
    assert graph.get_collection("new") == [2]
    assert sorted(graph.get_all_collection_keys()) == ["mine", "new", "summaries"]
    assert tf.Graph().get_all_collection_keys() == []


# Finalizing


def test_a_finalized_graph_can_be_run_and_written_but_not_changed(graph: tf.Graph) -> None:
    x = const("x")
    assert graph.finalized is False
    graph.finalize()
    assert graph.finalized is True
    refusals: list[Any] = [
        lambda: const("y"),
        lambda: tf.gradients(x, x),
        lambda: graph.add_to_collection("mine", x),
        lambda: tf.import_graph_def(graph.as_graph_def()),
    ]
    for refused in refusals:
        with pytest.raises(RuntimeError, match="Graph is finalized and cannot be modified"):
            refused()
    assert graph.version == 1
    assert tf.Session(graph=graph).run(x) == 1.0
    assert len(graph.as_graph_def().node) == 1


# Control dependencies


def test_control_inputs(graph: tf.Graph) -> None:
    """The lists were read off TensorFlow 1.15.5."""
    a, b = const("a"), const("b")
    with graph.control_dependencies([a]):
        x = tf.identity(b)
        y = tf.identity(x)
        assert control(x) == ["a"]
        assert control(y) == []  # x waits for a already
        assert control(tf.identity(a)) == []  # a is its input
        assert control(tf.add(x, b)) == []
        with graph.control_dependencies([b, a]):
            p = const("p")
            assert sorted(control(p)) == ["a", "b"]
            assert control(tf.identity(p)) == []
            assert control(tf.identity(y)) == ["b"]
            with graph.control_dependencies(None):
                n = const("n")
                assert control(n) == []
                with graph.control_dependencies([x]):
                    assert control(const("m")) == [x.op.name]
                assert control(tf.identity(p)) == []
            assert sorted(control(const("v"))) == ["a", "b"]
            assert sorted(control(tf.identity(n))) == ["a", "b"]
    assert control(const("w")) == []


@pytest.mark.parametrize("given", [["a"], ["a:0"], ["a", "a:0", "a"]])
def test_control_inputs_by_name_and_once(graph: tf.Graph, given: list[str]) -> None:
    const("a")
    with graph.control_dependencies(given):
        assert control(const("b")) == ["a"]


def test_nested_control_inputs(graph: tf.Graph) -> None:
    a = const("a")
    with graph.control_dependencies([]):
        assert control(const("z")) == []
    with graph.control_dependencies([a]):
        with graph.control_dependencies([a]):
            assert control(const("b")) == ["a"]
        d = const("d")
        with graph.control_dependencies([d]):
            assert control(const("e")) == ["a", "d"]
            assert control(tf.identity(d)) == []
            assert control(tf.identity(a)) == ["d"]


def test_group_waits_for_everything(graph: tf.Graph) -> None:
    a, b = const("a"), const("b")
    grouped = tf.group(a, [b.op, [a]], name="all")
    assert (grouped.name, grouped.type, grouped.outputs) == ("all", "NoOp", ())
    assert [op.name for op in grouped.control_inputs] == ["a", "b"]


# Devices


@pytest.mark.parametrize(
    ("blocks", "device"),
    [
        (["/cpu:0"], "/device:CPU:0"),
        (["/gpu:1"], "/device:GPU:1"),
        (["/CPU:0"], "/device:CPU:0"),
        (["cpu:0"], "/device:CPU:0"),
        (["/device:cpu:0"], "/device:CPU:0"),
        (["/device:GPU:*"], "/device:GPU:*"),
        (["/device:XLA_CPU:0"], "/device:XLA_CPU:0"),
        (["/job:w"], "/job:w"),
        (["/job:a/replica:0/task:3/device:GPU:7"], "/job:a/replica:0/task:3/device:GPU:7"),
        (["/job:w/task:1", "/gpu:0"], "/job:w/task:1/device:GPU:0"),
        (["/gpu:0", "/job:w"], "/job:w/device:GPU:0"),
        (["/gpu:0", "/cpu:0"], "/device:CPU:0"),
        (["/job:a/task:0", "/task:2"], "/job:a/task:2"),
        (["/replica:1", "/job:z"], "/job:z/replica:1"),
        (["/job:a", ""], "/job:a"),
        (["/job:w", None], ""),
        (["/job:w", None, "/cpu:1"], "/device:CPU:1"),
        ([""], ""),
        (["/job:w", lambda op: "/gpu:3"], "/job:w/device:GPU:3"),
        (["/cpu:0", lambda op: "/gpu:0" if op.type == "Const" else ""], "/device:GPU:0"),
        # A function has the last word on what the blocks inside it ask for.
        ([lambda op: "/gpu:3", "/cpu:1"], "/gpu:3"),
        ([lambda op: op.device + "/task:3", "/cpu:1"], "/device:CPU:1/task:3"),
    ],
)
def test_devices(graph: tf.Graph, blocks: list[Any], device: str) -> None:
    with ExitStack() as stack:
        for block in blocks:
            stack.enter_context(tf.device(block))
        x = const("x")
    assert x.device == x.op.device == device
    assert x.op.node_def.device == device
    assert const("y").device == ""


# Colocation


def test_colocation(graph: tf.Graph) -> None:
    """Read off TensorFlow 1.15.5."""
    with tf.device("/cpu:0"):
        a = const("a")
    b = const("b")

    def placed() -> tuple[str, Any]:
        op = const("c").op
        return op.device, op.attributes.get("_class")

    with tf.device("/gpu:1"):
        with graph.colocate_with(a):
            c = const("c0")
            assert (c.device, c.op.get_attr("_class")) == ("/device:CPU:0", [b"loc:@a"])
            assert c.op.colocation_groups() == [b"loc:@a"]
            with tf.device("/gpu:2"):
                assert placed() == ("/device:CPU:0", [b"loc:@a"])
        with graph.colocate_with(b.op):
            assert placed() == ("", [b"loc:@b"])
        with graph.colocate_with(a), graph.colocate_with(b):
            assert placed() == ("/device:CPU:0", [b"loc:@a", b"loc:@b"])
        with graph.colocate_with(a), graph.colocate_with(b, ignore_existing=True):
            assert placed() == ("", [b"loc:@b"])
        with graph.colocate_with(a), graph.colocate_with(None, ignore_existing=True):
            assert placed() == ("", None)
        with graph.colocate_with(c):
            assert placed() == ("/device:CPU:0", [b"loc:@a"])
        d = const("d")
    assert (d.device, d.op.colocation_groups()) == ("/device:GPU:1", [b"loc:@d"])
    with pytest.raises(ValueError, match="Trying to reset colocation"):
        graph.colocate_with(None)


# What may be fed and fetched


def test_what_may_be_fed_and_fetched(graph: tf.Graph) -> None:
    a = tf.placeholder(tf.float32, (2,), name="a")
    b = tf.square(a, name="b")
    c = tf.square(b, name="c")
    graph.prevent_feeding(a)
    graph.prevent_fetching(b.op)
    assert (graph.is_feedable(a), graph.is_feedable(b)) == (False, True)
    assert [graph.is_fetchable(item) for item in (a, b, b.op, c)] == [True, False, False, True]
    with tf.Session() as session:
        with pytest.raises(ValueError, match="may not be fed"):
            session.run(c, {a: [1, 2]})
        for fetch in (b, b.op, "b:0", [c, [b]]):
            with pytest.raises(ValueError, match="has been marked as not fetchable"):
                session.run(fetch, {b: [1, 2]})
        np.testing.assert_array_equal(session.run(c, {b: [1, 2]}), [1, 4])


# Operations without a definition


def test_a_foreign_operation_is_part_of_the_graph_but_cannot_be_run(graph: tf.Graph) -> None:
    x = const("x")
    op = graph.create_op("Aten", [x], [tf.float32, tf.int32], "foreign", {"k": 3}, [(2, None), None])
    assert (op.definition, op.op_def) == (None, None)
    assert [tensor.static_shape for tensor in op.outputs] == [(2, None), None]
    assert op.node_def.attr["k"].i == 3
    y = tf.square(op.outputs[0])
    with tf.Session() as session:
        with pytest.raises(tf.errors.UnimplementedError, match="knows no operation type 'Aten'"):
            session.run(y)
        np.testing.assert_array_equal(session.run(y, {op.outputs[0]: [[2.0], [3.0]]}), [[4.0], [9.0]])
    with pytest.raises(TypeError, match="give the dtypes of its outputs"):
        graph.create_op("Aten", [x])
    assert graph.version == 3


def test_collections_of_several_names() -> None:
    graph = tf.Graph()
    graph.add_to_collections(["a", "b", "a"], 1)
    graph.add_to_collections("a", 2)
    assert (graph.get_collection("a"), graph.get_collection("b")) == ([1, 2], [1])
    assert graph.collections == ["a", "b"]
    graph.clear_collection("a")
    assert graph.get_collection("a") == []


@pytest.mark.parametrize("name", ["/gpu", "/GPU:*", "/device:GPU:*"])
def test_a_device_without_a_number_is_any(name: str) -> None:
    with tf.Graph().as_default(), tf.device(name):
        assert tf.constant(1.0).op.device == "/device:GPU:*"
