"""from_autograd: the define-by-run graph."""

from __future__ import annotations

from typing import Any

import pytest

import graphlog as gl
from graphlog.inspect.checks.graph import check_graph

torch = pytest.importorskip("torch")

from tests.adapters import torch_modules  # noqa: E402


def listed(graph: gl.Graph) -> dict[str, tuple[str, list[str]]]:
    """Types and inputs by name, of a graph in which nothing is wrong."""
    assert [finding for finding in check_graph(graph) if finding.severity != "note"] == []
    return {op.name: (op.type, [tensor.name for tensor in op.inputs]) for op in graph.get_operations()}


def test_the_blogs_graph() -> None:
    values = {"a": 2.0, "b": 3.0, "c": 5.0, "d": 10.0}
    variables = {name: torch.tensor([value], requires_grad=True) for name, value in values.items()}
    a, b, c, d = variables.values()
    e = a * b + c * torch.log(d)
    e.backward(retain_graph=True)
    graph = gl.from_autograd(e, variables)
    assert listed(graph) == {
        "grad_output": ("Placeholder", []),
        "AddBackward0": ("AddBackward0", ["grad_output:0"]),
        "MulBackward0": ("MulBackward0", ["AddBackward0:0"]),
        "MulBackward0_1": ("MulBackward0", ["AddBackward0:1"]),
        "LogBackward0": ("LogBackward0", ["MulBackward0_1:1"]),
        "a": ("AccumulateGrad", ["MulBackward0:0"]),
        "b": ("AccumulateGrad", ["MulBackward0:1"]),
        "c": ("AccumulateGrad", ["MulBackward0_1:0"]),
        "d": ("AccumulateGrad", ["LogBackward0:0"]),
    }
    leaf = graph.get_operation_by_name("d")
    assert leaf.attributes["gradient_norm"] == 0.5
    assert leaf.attributes["variable"] == b"d"
    assert leaf.attributes["variable_shape"] == [1]
    assert leaf.attributes["variable_dtype"] is gl.float32


def test_a_modules_parameters_lie_in_their_scopes() -> None:
    module = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.ReLU(), torch.nn.Linear(4, 2))
    graph = gl.from_autograd(module(torch.ones(2, 3)).pow(3).sum(), module)
    operations = listed(graph)
    assert {name for name, (op_type, _) in operations.items() if op_type == "AccumulateGrad"} == {
        "0/weight",
        "0/bias",
        "2/weight",
        "2/bias",
    }
    power = graph.get_operation_by_name("PowBackward0")
    assert power.attributes["exponent"] == 3
    assert power.inputs[0].shape == [2, 2]
    assert "gradient_norm" not in graph.get_operation_by_name("0/bias").attributes
    assert graph.get_operation_by_name("0/bias").inputs[0].shape == [4]


def test_gradients_that_arrive_from_several_sides() -> None:
    x = torch.ones(2, requires_grad=True)
    parts = (x * 2).unbind(0)
    operations = listed(gl.from_autograd({"sum": parts[0] + parts[1], "first": parts[0]}))
    assert operations["UnbindBackward0"][1] == ["grad_output_1:0", "AddBackward0:0", "AddBackward0:1"]
    assert operations["AccumulateGrad"] == ("AccumulateGrad", ["MulBackward0:0"])


def test_ten_thousand_nodes_in_a_row() -> None:
    x = start = torch.ones(1, requires_grad=True)
    for _ in range(10_000):
        x = x * 1.001
    graph = gl.from_autograd(x, {"ä/b": start})
    assert len(graph.get_operations()) == 10_002
    assert graph.get_operations()[-1].name == "x__b"


def test_functions_of_a_users_own_and_freed_graphs() -> None:
    x = torch.ones(3, requires_grad=True)
    y = torch_modules.Double.apply(x).exp().sum()
    y.backward()
    assert [op_type for op_type, _ in listed(gl.from_autograd(y)).values()] == [
        "Placeholder",
        "SumBackward0",
        "ExpBackward0",
        "DoubleBackward",
        "AccumulateGrad",
    ]


def test_hooks_of_saved_tensors_do_not_run() -> None:
    def refuse(_: Any) -> Any:
        raise AssertionError("unpacked")

    x = torch.ones(3, requires_grad=True)
    with torch.autograd.graph.saved_tensors_hooks(lambda tensor: tensor, refuse):
        y = (x * x).exp()
    assert "ExpBackward0" in listed(gl.from_autograd(y))


def test_what_has_no_graph_is_told() -> None:
    with pytest.raises(ValueError, match="no tensor has a grad_fn"):
        gl.from_autograd(torch.ones(1, requires_grad=True))
    with pytest.raises(TypeError, match="takes tensors, not float"):
        gl.from_autograd([torch.ones(1), 1.0])
    with pytest.raises(TypeError, match="names is a module or a dict from names to tensors, not list"):
        gl.from_autograd(torch.ones(1, requires_grad=True) * 2, ["a"])
