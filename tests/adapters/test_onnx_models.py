"""from_onnx: operators, scopes, shapes, bodies and functions; large, odd and damaged models."""

from __future__ import annotations

import itertools
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import graphlog as gl
from graphlog.inspect.checks.graph import check_graph

onnx = pytest.importorskip("onnx")
helper, FLOAT, INT64, BOOL = onnx.helper, 1, 7, 9


def value(name: str, shape: Any = (2, 3), dtype: int = FLOAT) -> Any:
    return helper.make_tensor_value_info(name, dtype, shape)


def weight(name: str, shape: tuple[int, ...]) -> Any:
    return onnx.numpy_helper.from_array(np.ones(shape, np.float32), name)


def model(nodes: list[Any], inputs: list[Any], outputs: list[Any], weights: Any = (), **more: Any) -> Any:
    graph = helper.make_graph(nodes, "g", inputs, outputs, list(weights))
    return helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 18), helper.make_opsetid("own", 1)], **more
    )


def network() -> Any:
    nodes = [
        helper.make_node(
            "Gemm", ["x", "layers.0.weight", "layers.0.bias"], ["h"], "/layers/0/Gemm", transB=1
        ),
        helper.make_node("Relu", ["h"], ["r"], "/layers/1/Relu"),
        helper.make_node("Gemm", ["r", "w2"], ["y"], "/head/Gemm", alpha=0.5),
    ]
    weights = [weight("layers.0.weight", (4, 3)), weight("layers.0.bias", (4,)), weight("w2", (4, 5))]
    return model(nodes, [value("x")], [value("y", (2, 5))], weights)


def named(graph: gl.Graph) -> dict[str, Any]:
    """The operations by name, of a graph in which nothing is wrong."""
    assert [finding for finding in check_graph(graph) if finding.severity != "note"] == []
    return {op.name: op for op in graph.get_operations()}


def test_a_network() -> None:
    operations = named(gl.from_onnx(network()))
    assert {name: op.type for name, op in operations.items()} == {
        "x": "Placeholder",
        "layers/0/weight": "Parameter",
        "layers/0/bias": "Parameter",
        "head/w2": "Parameter",
        "layers/0/Gemm": "Gemm",
        "layers/1/Relu": "Relu",
        "head/Gemm": "Gemm",
        "y": "Output",
    }
    gemm = operations["layers/0/Gemm"]
    assert [tensor.op.name for tensor in gemm.inputs] == ["x", "layers/0/weight", "layers/0/bias"]
    assert gemm.attributes == {"_framework": b"onnx", "dtype": gl.float32, "transB": 1}
    assert operations["head/Gemm"].attributes["alpha"] == 0.5
    assert gemm.outputs[0].shape == [2, 4]  # inferred
    assert gemm.outputs[0].dtype is gl.float32
    assert operations["layers/0/weight"].attributes["shape"] == gl.TensorShape([4, 3])


@pytest.mark.parametrize(("rows", "found"), [(2, [2, 24]), ("batch", [None, 24])])
def test_shapes_that_follow_from_values_are_found(rows: Any, found: list[int | None]) -> None:
    nodes = [
        helper.make_node("Shape", ["x"], ["shape"]),
        helper.make_node("Slice", ["shape", "start", "stop"], ["rows"]),
        helper.make_node("Concat", ["rows", "columns"], ["wanted"], axis=0),
        helper.make_node("Reshape", ["x", "wanted"], ["flat"], name="flatten"),
        helper.make_node("Relu", ["flat"], ["y"]),
    ]
    numbers = {"start": 0, "stop": 1, "columns": 24}
    weights = [onnx.numpy_helper.from_array(np.array([number]), name) for name, number in numbers.items()]
    graph = gl.from_onnx(model(nodes, [value("x", (rows, 4, 6))], [value("y", (rows, 24))], weights))
    assert named(graph)["flatten"].outputs[0].shape.as_list() == found


def test_from_a_file_to_an_event_file(tmp_path: Path) -> None:
    onnx.save(network(), tmp_path / "model.onnx")
    graph = gl.from_onnx(tmp_path / "model.onnx")
    gl.FileWriter(str(tmp_path / "run"), graph).close()
    again = gl.load_graph(tmp_path / "run")
    assert [(op.name, op.type) for op in again.get_operations()] == [
        (op.name, op.type) for op in graph.get_operations()
    ]
    assert again.get_tensor_by_name("head/Gemm:0").shape == [2, 5]


def test_whatever_takes_graphs_takes_the_file(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    onnx.save(network(), path)
    assert len(gl.load_graph(path).get_operations()) == 8
    with gl.SummaryWriter(tmp_path / "run") as writer:
        writer.add_onnx_graph(str(path))
    assert len(gl.load_graph(tmp_path / "run").get_operations()) == 8


def test_scopes_of_pytorchs_exporter() -> None:
    first, second = (
        helper.make_node("MatMul", [source, "w"], [result], "node_mm") for source, result in ("xy", "yz")
    )
    for node, scopes in ((first, ["", "block", "block.0", "mm"]), (second, ["", "block", "block.1", "mm_1"])):
        node.metadata_props.add(key="pkg.torch.onnx.name_scopes", value=str(scopes))
    graph = gl.from_onnx(
        model([first, second], [value("x", (3, 3))], [value("z", (3, 3))], [weight("w", (3, 3))])
    )
    assert set(named(graph)) == {"x", "block/0/w", "block/0/node_mm", "block/1/node_mm", "z"}


def test_names_that_say_nothing_or_break_pages() -> None:
    nodes = [
        helper.make_node("Relu", ["x"], ["constructor"]),
        helper.make_node("Relu", ["constructor"], ["length"], "length"),
        helper.make_node("Relu", ["length"], ["c"], "ü <b>&'\x1b[31m/--x"),
        helper.make_node("Relu", ["c"], ["y"], "length"),
    ]
    graph = gl.from_onnx(model(nodes, [value("x")], [value("y")]))
    assert list(named(graph)) == ["x", "Relu_0", "length_", "x_b_31m/-x", "length__1", "y"]


def branches() -> Any:
    def body(op: str) -> Any:
        return helper.make_graph(
            [helper.make_node(op, ["x"], [f"{op}_out"], op)], op, [], [value(f"{op}_out")]
        )

    choose = helper.make_node(
        "If", ["condition"], ["y"], "choose", then_branch=body("Relu"), else_branch=body("Neg")
    )
    return model([choose], [value("condition", (), BOOL), value("x")], [value("y")])


def test_branches_are_scopes() -> None:
    operations = named(gl.from_onnx(branches()))
    assert operations["choose/then_branch/Relu"].inputs[0].op.name == "x"
    assert {tensor.op.name for tensor in operations["choose"].inputs} == {
        "condition",
        "choose/then_branch/Relu",
        "choose/else_branch/Neg",
    }


def test_loops_are_scopes() -> None:
    body = helper.make_graph(
        [
            helper.make_node("Add", ["state", "step"], ["next"], "add"),
            helper.make_node("Identity", ["on"], ["go"], "go"),
        ],
        "body",
        [value("i", (), INT64), value("on", (), BOOL), value("state")],
        [value("go", (), BOOL), value("next")],
        [weight("step", (2, 3))],
    )
    loop = helper.make_node("Loop", ["count", "", "x"], ["y"], "loop", body=body)
    operations = named(gl.from_onnx(model([loop], [value("count", (), INT64), value("x")], [value("y")])))
    assert operations["loop/body/add"].inputs[1].op.name == "loop/body/step"
    assert operations["loop/body/state"].inputs[0].op.name == "x"
    assert [tensor.op.name for tensor in operations["loop"].inputs[2:]] == ["loop/body/go", "loop/body/add"]


def test_functions_are_scopes() -> None:
    function = helper.make_function(
        "own",
        "Double",
        ["a"],
        ["b"],
        [helper.make_node("Add", ["a", "a"], ["b"], "add")],
        [helper.make_opsetid("", 18)],
    )
    nodes = [
        helper.make_node("Double", ["x"], ["y"], "twice", domain="own"),
        helper.make_node("Relu", ["y"], ["z"], "r"),
    ]
    operations = named(gl.from_onnx(model(nodes, [value("x")], [value("z")], functions=[function])))
    assert operations["twice/add"].type == "Add"
    assert operations["r"].inputs[0].op.name == "twice/add"


def test_constants_and_attributes() -> None:
    nodes = [
        helper.make_node("Constant", [], ["small"], "small", value=weight("", (3,))),
        helper.make_node("Constant", [], ["large"], "large", value=weight("", (2, 30000))),
        helper.make_node("Constant", [], ["axes"], "axes", value_ints=[1, 2]),
        helper.make_node(
            "Custom", ["x", "", "small", "large"], ["y", "", "z"], "c", domain="own", texts=["a"], f=[0.5]
        ),
    ]
    operations = named(gl.from_onnx(model(nodes, [value("x", ("batch", 3))], [value("y", None), value("z")])))
    np.testing.assert_array_equal(operations["small"].attributes["value"], np.ones(3))
    assert operations["small"].outputs[0].shape == [3]
    assert operations["large"].attributes["value"] == b"float32 [2, 30000], left out"
    assert operations["axes"].outputs[0].dtype is gl.int64
    assert operations["c"].attributes == {
        "_framework": b"onnx",
        "domain": b"own",
        "f": [0.5],
        "texts": [b"a"],
    }
    assert len(operations["c"].outputs) == 3
    assert operations["x"].outputs[0].shape.as_list() == [None, 3]


def test_weights_of_two_gigabytes_elsewhere_are_left_alone(tmp_path: Path) -> None:
    tensor = weight("w2", (4, 5))
    tensor.ClearField("raw_data")
    tensor.dims[:] = [2**29, 2]
    tensor.data_location = onnx.TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="weights.bin")
    with (tmp_path / "weights.bin").open("wb") as file:
        os.truncate(file.fileno(), 2**32)
    nodes = [helper.make_node("MatMul", ["x", "w2"], ["y"], "mm")]
    large = model(nodes, [value("x", (2, 2**29))], [value("y", (2, 2))], [tensor])
    (tmp_path / "model.onnx").write_bytes(large.SerializeToString())
    operations = named(gl.from_onnx(tmp_path / "model.onnx"))
    assert operations["w2"].outputs[0].shape == [2**29, 2]


def test_what_is_no_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        gl.from_onnx(tmp_path / "missing.onnx")
    damaged = tmp_path / "damaged.onnx"
    damaged.write_bytes(network().SerializeToString()[:-7])
    with pytest.raises(ValueError, match=r"damaged.onnx holds no ONNX model"):
        gl.from_onnx(damaged)
    damaged.write_bytes(b"")
    with pytest.raises(ValueError, match=r"damaged.onnx holds no graph"):
        gl.from_onnx(damaged)
    with pytest.raises(TypeError, match=r"takes a path or an onnx.ModelProto, not int"):
        gl.from_onnx(3)
    dangling = model([helper.make_node("Relu", ["nowhere"], ["y"], "r")], [value("x")], [value("y")])
    with pytest.raises(
        ValueError, match=r"The model: node 'r' takes 'nowhere', which nothing before it gives"
    ):
        gl.from_onnx(dangling)


def test_functions_that_call_themselves_end() -> None:
    function = helper.make_function(
        "own",
        "F",
        ["a"],
        ["b"],
        [helper.make_node("F", ["a"], ["b"], "f", domain="own")],
        [helper.make_opsetid("", 18)],
    )
    nodes = [helper.make_node("F", ["x"], ["y"], "f", domain="own")]
    with pytest.raises(ValueError, match="stand more than 32 deep"):
        gl.from_onnx(model(nodes, [value("x")], [value("y")], functions=[function]))


@pytest.mark.parametrize("calls", [1, 2])
def test_functions_that_call_others_twice_each_end(calls: int) -> None:
    def function(number: int) -> Any:
        inner = "Relu" if number == 31 else f"F{number + 1}"
        names = ["a", *(f"t{index}" for index in range(calls - 1)), "b"]
        body = [
            helper.make_node(inner, [first], [second], f"n{index}", domain="" if number == 31 else "own")
            for index, (first, second) in enumerate(itertools.pairwise(names))
        ]
        domains = [helper.make_opsetid("", 18), helper.make_opsetid("own", 1)]
        return helper.make_function("own", f"F{number}", ["a"], ["b"], body, domains)

    nodes = [helper.make_node("F0", ["x"], ["y"], "f", domain="own")]
    functions = [function(number) for number in range(32)]
    made = model(nodes, [value("x")], [value("y")], functions=functions)
    if calls == 1:
        assert len(gl.from_onnx(made).get_operations()) == 3
    else:
        with pytest.raises(ValueError, match=r"call each other so often that it has 4,294,967,296 operators"):
            gl.from_onnx(made)


@pytest.mark.parametrize(
    "text", ["[{[]: 1}]", "[1][0]", "[" * 5000, "['a', " * 30_000 + "]", "[...]", "[9" + "9" * 5000]
)
def test_scopes_that_are_no_list_of_texts_are_left_out(text: str) -> None:
    node = helper.make_node("Relu", ["x"], ["y"], "r")
    node.metadata_props.add(key="pkg.torch.onnx.name_scopes", value=text)
    assert "r" in named(gl.from_onnx(model([node], [value("x")], [value("y")])))


def test_a_weight_of_negative_size_has_an_unknown_one() -> None:
    tensor = onnx.TensorProto(name="w", data_type=onnx.TensorProto.FLOAT, dims=[-1, 3])
    nodes = [helper.make_node("Add", ["x", "w"], ["y"], "add")]
    operations = named(gl.from_onnx(model(nodes, [value("x")], [value("y")], [tensor])))
    assert operations["w"].outputs[0].shape.as_list() == [None, 3]


@pytest.mark.parametrize("seed", range(40))
def test_damage_gives_a_graph_or_a_clear_error(seed: int, tmp_path: Path) -> None:
    generator = np.random.default_rng(seed)
    data = bytearray(branches().SerializeToString() if seed % 2 else network().SerializeToString())
    for _ in range(int(generator.integers(1, 4))):
        data[generator.integers(len(data))] ^= 1 << int(generator.integers(8))
    path = tmp_path / "model.onnx"
    path.write_bytes(data)
    error = ""
    try:
        gl.from_onnx(path).as_graph_def(add_shapes=True).SerializeToString()
    except ValueError as raised:
        error = str(raised)
    assert not error or str(path) in error
