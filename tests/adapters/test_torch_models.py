"""from_torch: scopes, shapes, parameters, inputs and outputs; what exporters take and what they do not."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import pytest

import graphlog as gl
from graphlog.inspect.checks.graph import check_graph
from graphlog.inspect.graphs.nodes import graph_nodes
from graphlog.inspect.graphs.parameters import parameters

torch = pytest.importorskip("torch")

from tests.adapters import torch_modules  # noqa: E402


def named(graph: gl.Graph) -> dict[str, Any]:
    """The operations by name, of a graph in which nothing is wrong."""
    assert [finding for finding in check_graph(graph) if finding.severity != "note"] == []
    return {op.name: op for op in graph.get_operations()}


def inputs(operation: Any) -> list[str]:
    return [tensor.name.removesuffix(":0") for tensor in operation.inputs]


def shapes(operation: Any) -> list[Any]:
    return [tensor.static_shape for tensor in operation.outputs]


def test_a_network() -> None:
    module = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Sequential(torch.nn.ReLU()))
    graph = gl.from_torch(module, torch.ones(2, 3))
    operations = named(graph)
    assert {name: op.type for name, op in operations.items()} == {
        "0/weight": "Parameter",
        "0/bias": "Parameter",
        "input": "Placeholder",
        "0/linear": "linear",
        "1/0/relu": "relu",
        "output": "Output",
    }
    linear = operations["0/linear"]
    assert inputs(linear) == ["input", "0/weight", "0/bias"]
    assert linear.attributes == {
        "_framework": b"torch",
        "dtype": gl.float32,
        "overload": b"aten.linear.default",
    }
    assert shapes(linear) == [(2, 4)]
    assert shapes(operations["0/weight"]) == [(4, 3)]
    assert graph.get_collection("exported_by") == ["torch.export.export"]


def test_each_module_of_an_encoder_is_one_scope() -> None:
    module = torch_modules.encoder()
    operations = named(gl.from_torch(module, (torch.ones(3, 5, 16),)))
    scopes = {name.rpartition("/")[0] for name in operations}
    assert scopes == {"", *(name.replace(".", "/") for name, part in module.named_modules() if "." in name)}
    attention = operations["layers/1/self_attn/scaled_dot_product_attention"]
    assert attention.attributes["dropout_p"] == 0.1
    assert shapes(attention) == [(3, 2, 5, 8)]
    assert operations["layers/0/dropout/dropout"].attributes["train"] is True


def test_a_graph_goes_wherever_graphs_go(tmp_path: Path) -> None:
    graph = gl.from_torch(torch_modules.encoder(1), (torch.ones(3, 5, 16),))
    gl.FileWriter(str(tmp_path), graph).close()
    again = gl.load_graph(tmp_path)
    assert [(op.name, op.type, shapes(op)) for op in again.get_operations()] == [
        (op.name, op.type, shapes(op)) for op in graph.get_operations()
    ]


def test_what_is_changed_in_place_comes_from_the_change() -> None:
    operations = named(gl.from_torch(torch_modules.InPlace(), torch.ones(2, 3)))
    assert inputs(operations["a/linear_1"]) == ["b/linear", "a/weight", "a/bias"]
    assert inputs(operations["b/linear"]) == ["a/linear", "a/weight", "b/bias"]
    assert "b/weight" not in operations
    assert operations["calls"].type == "Buffer"
    output = operations["output"]
    assert inputs(output) == ["add__1"]
    assert [op.name for op in output.control_inputs] == ["mul_"]
    assert inputs(operations["mul_"]) == ["select"]


def test_buffers_are_no_parameters() -> None:
    module = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.BatchNorm2d(4))
    nodes = graph_nodes(gl.from_torch(module, torch.ones(1, 3, 5, 5)).as_graph_def())
    held = [found.count for position in range(len(nodes.names)) if (found := parameters(nodes, position))]
    assert sum(filter(None, held)) == sum(parameter.numel() for parameter in module.parameters())
    assert nodes.types.count("Buffer") == len(list(module.buffers()))


def test_nests_and_plain_values() -> None:
    module, x = torch_modules.Structured(), torch.ones(2, 3)
    operations = named(gl.from_torch(module, ({"x": x},), {"scale": torch.tensor(2.0)}))
    assert [name for name, op in operations.items() if op.type == "Placeholder"] == ["batch_x", "scale"]
    split = operations["split_with_sizes"]
    assert split.attributes["split_sizes"] == [1, 2]
    assert shapes(split) == [(2, 1), (2, 2)]
    assert [tensor.name for tensor in operations["cat"].inputs] == [
        "split_with_sizes:0",
        "split_with_sizes:1",
    ]
    assert operations["lifted_tensor_0"].attributes["values"] == b"[1.0, 2.0, 3.0]"
    outputs = {name: op for name, op in operations.items() if op.type == "Output"}
    assert list(outputs) == ["parts/0", "parts/1/0", "third", "count", "text"]
    assert outputs["parts/1/0"].inputs[0].name == "split_with_sizes:1"
    assert outputs["count"].attributes["values"] == b"3"
    assert outputs["text"].attributes["values"] == b"<b>\\xfc"
    file, _, line = operations["add"].attributes["source"].decode().rpartition(":")
    assert file == torch_modules.__file__
    assert "third = torch.cat" in Path(file).read_text().splitlines()[int(line) - 1]


def test_a_branch_on_numbers_is_told_of() -> None:
    with pytest.warns(UserWarning, match=r"draft_export: where Python looks at the numbers") as caught:
        graph = gl.from_torch(torch_modules.Branching(), torch.ones(1, 2))
    assert caught[0].filename == __file__
    operations = named(graph)
    assert graph.get_collection("exported_by") == ["torch.export.draft_export"]
    assert "positive/linear" in operations
    assert "sub" not in operations
    assert operations["item"].outputs[0].dtype is gl.bool


def test_a_branch_of_pytorchs_has_both_bodies() -> None:
    operations = named(gl.from_torch(torch_modules.Conditional(), torch.ones(1, 2)))
    body = "cond/true_graph_0"
    assert inputs(operations["cond"]) == ["gt", f"{body}/linear", "cond/false_graph_0/sub"]
    assert inputs(operations[f"{body}/x"]) == ["x"]
    assert {inputs(operations[name])[0] for name in inputs(operations[f"{body}/linear"])} == {
        "x",
        "positive/weight",
        "positive/bias",
    }


def test_what_no_exporter_takes_is_run() -> None:
    module = torch_modules.OutsidePyTorch()
    before = {name: tensor.clone() for name, tensor in module.state_dict().items()}
    torch.manual_seed(0)
    number = torch.rand(())
    torch.manual_seed(0)
    with pytest.warns(UserWarning, match=r"OutsidePyTorch \(.*numpy.*what the module called in a run"):
        graph = gl.from_torch(module, (torch.ones(4, 2),), {"pair": (torch.ones(1), 2)})
    operations = named(graph)
    assert graph.get_collection("exported_by") == ["a run of the module"]
    assert inputs(operations["before/linear"]) == ["x", "before/weight", "before/bias"]
    assert inputs(operations["numpy"]) == ["detach"]
    assert inputs(operations["clone"]) == ["constant"]
    assert operations["after/1/dropout"].inputs[0].op.name == "after/0/batch_norm"
    # y[0] = 0 changes y, and the view that is made of it afterwards is changed again
    assert inputs(operations["getitem"]) == ["setitem"]
    assert inputs(operations["mul_"]) == ["getitem"]
    assert inputs(operations["y"]) == ["setitem"]
    assert [op.name for op in operations["y"].control_inputs] == ["mul_"]
    assert inputs(operations["pair/0"]) == ["pair_0"]
    assert operations["pair/1"].attributes["values"] == b"2"
    assert operations["clone"].attributes["source"].startswith(torch_modules.__file__.encode())
    assert all(torch.equal(tensor, before[name]) for name, tensor in module.state_dict().items())
    assert torch.equal(torch.rand(()), number)
    assert not any(part._forward_hooks for part in module.modules())


def test_names_that_say_nothing_or_break_pages() -> None:
    operations = named(gl.from_torch(torch_modules.OddNames(), torch.ones(1, 2)))
    weights = [name for name, op in operations.items() if op.type == "Parameter"]
    assert len(weights) == 9
    assert len({name.rpartition("/")[0] for name in weights}) == 9
    for name in weights:
        assert inputs(operations[name.replace("weight", "linear")])[1] == name
    assert sum(op.type == "Output" for op in operations.values()) == 4
    assert operations["relu_1"].type == "relu"  # relu is a module's scope


def test_sizes_of_zero_and_odd_dtypes() -> None:
    operations = named(gl.from_torch(torch_modules.Casting(), torch.ones(0, 3)))
    assert [op.outputs[0].dtype.name for op in operations.values() if op.type == "Output"] == [
        "unknown",
        "bfloat16",
        "float32",
    ]
    assert shapes(operations["x"]) == [(0, 3)]


def test_outputs_that_are_no_tensors() -> None:
    with pytest.warns(UserWarning, match="cannot take NoTensor"):
        operations = named(gl.from_torch(torch_modules.NoTensor(), torch.ones(1)))
    assert operations["output"].attributes["values"].startswith(b"<object object")


def test_a_module_that_cannot_be_run_is_told() -> None:
    with pytest.raises(ValueError, match=r"Failing cannot be run .* inputs: ZeroDivisionError: no such"):
        gl.from_torch(torch_modules.Failing(), torch.ones(1))
    with pytest.raises(ValueError, match=r"Linear cannot be run with these inputs: TypeError: .*missing"):
        gl.from_torch(torch.nn.Linear(1, 1))


def test_a_compiled_module_is_taken_as_it_was() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what PyTorch loads for it uses what PyTorch deprecates
        compiled = torch.compile(torch.nn.Linear(1, 1))
    assert "linear" in named(gl.from_torch(compiled, torch.ones(1, 1)))


def test_what_is_no_module_is_told() -> None:
    with pytest.raises(TypeError, match=r"takes a torch.nn.Module, not function"):
        gl.from_torch(lambda x: x, torch.ones(1))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # TorchScript is deprecated
        compiled = torch.jit.script(torch.nn.Linear(1, 1))
    with pytest.raises(TypeError, match=r"before TorchScript compiles it"):
        gl.from_torch(compiled, torch.ones(1, 1))
    with pytest.raises(TypeError, match=r"TorchScript has compiled 0 in this Sequential"):
        gl.from_torch(torch.nn.Sequential(compiled), torch.ones(1, 1))


def test_no_escape_of_a_module_reaches_the_screen() -> None:
    with pytest.raises(ValueError, match=r"RuntimeError: \\x1b\[31mred"):
        gl.from_torch(torch_modules.Colouring(), torch.ones(1))


def test_sizes_that_depend_on_numbers_are_unknown() -> None:
    operations = named(gl.from_torch(torch_modules.Selecting(), torch.ones(3)))
    assert shapes(operations["nonzero"]) == [(None, 1)]


def test_deep_modules() -> None:
    module: Any = torch.nn.Linear(1, 1)
    for _ in range(40):
        module = torch.nn.Sequential(module)
    assert "/".join("0" * 40) + "/linear" in named(gl.from_torch(module, torch.ones(1, 1)))
