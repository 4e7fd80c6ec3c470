from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tensorboard.backend import process_graph
from tensorboard.compat.proto import graph_pb2 as tensorboard_graph_pb2

from graphlog.graphdef.large_values import leave_out_large_values
from graphlog.proto import graph_pb2

SIZES = st.dictionaries(st.sampled_from(["value", "dtype", "shape", "_class", "data"]), st.integers(0, 3000))


def graph_of(sizes_of_nodes: list[dict[str, int]]) -> graph_pb2.GraphDef:
    graph = graph_pb2.GraphDef()
    graph.versions.producer = 134
    graph.versions.bad_consumers.append(7)
    for index, sizes in enumerate(sizes_of_nodes):
        node = graph.node.add(name=f"n{index}", op="Const", input=["^m"], device="/device:CPU:0")
        node.experimental_debug_info.original_node_names.append("o")
        for key, size in sizes.items():
            node.attr[key].s = b"x" * size
    return graph


@given(st.lists(SIZES, max_size=4), st.integers(1, 2000))
@settings(deadline=None)
def test_nodes_become_what_tensorboard_would_make_of_them(sizes: list[dict[str, int]], limit: int) -> None:
    graph = graph_of(sizes)
    expected = tensorboard_graph_pb2.GraphDef.FromString(graph.SerializeToString())
    process_graph.prepare_graph_for_ui(expected, limit_attr_size=limit)
    for node in expected.node:  # TensorBoard lists keys in any order
        if "_too_large_attrs" in node.attr:
            node.attr["_too_large_attrs"].list.s.sort()
    small = leave_out_large_values(graph, limit)
    assert tensorboard_graph_pb2.GraphDef.FromString(small.SerializeToString()) == expected
    assert graph == graph_of(sizes)  # untouched


@pytest.mark.parametrize(
    ("size_of_bytes", "stays"), [(1021, True), (1022, False)], ids=["1024 bytes", "1025 bytes"]
)
def test_the_limit_is_1024_bytes_of_the_serialized_value(size_of_bytes: int, stays: bool) -> None:
    graph = graph_of([{"value": size_of_bytes, "dtype": 3}])
    attributes = leave_out_large_values(graph).node[0].attr
    assert ("value" in attributes) is stays
    assert attributes["dtype"].s == b"xxx"
    assert list(attributes["_too_large_attrs"].list.s) == ([] if stays else [b"value"])


def test_functions_in_the_library_are_treated_alike() -> None:
    graph = graph_of([])
    function = graph.library.function.add()
    function.signature.name = "f"
    function.signature.output_arg.add(name="y", type_attr="T")
    function.attr["_noinline"].b = True
    function.arg_attr[0].attr["_user"].s = b"x"
    function.ret["y"] = "n0:output:0"
    function.node_def.append(graph_of([{"value": 5000}]).node[0])
    graph.library.gradient.add(function_name="f", gradient_func="g")

    expected = graph_pb2.GraphDef()
    expected.CopyFrom(graph)
    attributes = expected.library.function[0].node_def[0].attr
    del attributes["value"]
    attributes["_too_large_attrs"].list.s.append(b"value")
    assert leave_out_large_values(graph) == expected


@pytest.mark.parametrize(
    "fill",
    [
        lambda graph: graph.library.SetInParent(),
        lambda graph: graph.versions.SetInParent(),
        lambda graph: graph.debug_info.files.append("train.py"),
    ],
    ids=["empty library", "empty versions", "debug info"],
)
def test_the_rest_of_a_graph_is_kept(fill: Callable[[graph_pb2.GraphDef], object]) -> None:
    graph = graph_pb2.GraphDef()
    fill(graph)
    assert leave_out_large_values(graph).SerializeToString() == graph.SerializeToString()


def test_a_graph_of_another_package_stays_of_its_class() -> None:
    graph = tensorboard_graph_pb2.GraphDef()
    graph.node.add(name="n").attr["value"].s = bytes(5000)
    small = leave_out_large_values(graph)
    assert isinstance(small, tensorboard_graph_pb2.GraphDef)
    assert list(small.node[0].attr) == ["_too_large_attrs"]
