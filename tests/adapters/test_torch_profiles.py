"""profile_torch: what each operation of a module takes, forward and backward."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

import graphlog as gl
from graphlog.inspect.checks.graph import check_graph
from graphlog.inspect.checks.run_metadata import check_run_metadata

torch = pytest.importorskip("torch")

from tests.adapters import torch_modules  # noqa: E402

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "torch_models.py"
MODELS = runpy.run_path(str(EXAMPLE))["MODELS"]

# An export with PyTorch 2.10 says that the states of an LSTM have an axis more than they have.
SAYS_WRONG_SHAPES_OF_LSTMS = torch.__version__.startswith("2.10.")

# What is not run: it is there before, or is a name for something that another operation gives.
NOT_RUN = {"Placeholder", "Parameter", "Buffer", "Const", "Output", "Gradient", "SavedTensor"}


def stats_of(run_metadata: gl.RunMetadata) -> dict[str, Any]:
    """The statistics of each node; the trace is one that TensorBoard's page can show."""
    assert list(check_run_metadata("step", run_metadata.SerializeToString())) == []
    (device,) = run_metadata.step_stats.dev_stats
    assert device.device.endswith("/device:CPU:0")
    return {node.node_name: node for node in device.node_stats}


def shapes(node: Any) -> list[tuple[int, ...]]:
    return [tuple(size.size for size in output.tensor_description.shape.dim) for output in node.output]


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.filterwarnings("ignore:torch.export.export cannot take Branching")
def test_each_operation_was_run(name: str) -> None:
    module, args, kwargs, loss = MODELS[name]
    before = {key: value.clone() for key, value in module.state_dict().items()}
    graph, run_metadata = gl.profile_torch(module, args, kwargs, backward=loss)
    stats = stats_of(run_metadata)
    operations = {op.name: op for op in graph.get_operations()}
    assert set(stats) == {name for name, op in operations.items() if op.type not in NOT_RUN}
    for name, node in stats.items():
        if operations[name].type != "lstm" or not SAYS_WRONG_SHAPES_OF_LSTMS:
            assert shapes(node) == [tensor.static_shape for tensor in operations[name].outputs], name
        sizes = [output.tensor_description.allocation_description.allocated_bytes for output in node.output]
        assert sum(memory.total_bytes for memory in node.memory) == sum(sizes)
    assert all(torch.equal(value, before[key]) for key, value in module.state_dict().items())


def test_views_and_changes_in_place_take_no_memory() -> None:
    module = torch_modules.InPlace()
    _, run_metadata = gl.profile_torch(module, torch.ones(2, 3))
    stats = stats_of(run_metadata)
    assert {name for name, node in stats.items() if not node.memory} >= {"select", "add_", "add__1", "mul_"}
    assert stats["b/linear"].memory[0].total_bytes == 2 * 3 * 4
    assert module.calls == 0


def test_bodies_of_branches_are_run() -> None:
    graph, run_metadata = gl.profile_torch(torch_modules.Conditional(), torch.ones(1, 2))
    stats = stats_of(run_metadata)
    assert {"sum", "gt", "cond", "cond/true_graph_0/linear"} <= set(stats)
    assert "cond/false_graph_0/sub" in {op.name for op in graph.get_operations()} - set(stats)


@pytest.mark.filterwarnings("ignore:torch.export.export cannot take OutsidePyTorch")
def test_what_no_exporter_takes_is_measured_too() -> None:
    graph, run_metadata = gl.profile_torch(torch_modules.OutsidePyTorch(), torch.ones(3, 2))
    stats = stats_of(run_metadata)
    assert {"before/linear", "after/0/batch_norm", "after/1/dropout"} <= set(stats)
    assert set(stats) <= {op.name for op in graph.get_operations()}


def test_the_two_functions_give_one_graph() -> None:
    module, args, kwargs, loss = MODELS["dict_inputs_and_outputs"]
    graph, _ = gl.profile_torch(module, args, kwargs, backward=loss)
    assert graph.as_graph_def() == gl.from_torch(module, args, kwargs, backward=loss).as_graph_def()
    assert [finding for finding in check_graph(graph) if finding.severity != "note"] == []


def test_what_cannot_be_run_is_told() -> None:
    with pytest.raises(ValueError, match="Linear cannot be run with these inputs: "):
        gl.profile_torch(torch.nn.Linear(2, 2), torch.ones(3))
    with pytest.raises(TypeError, match=r"from_torch takes a torch\.nn\.Module, not int\."):
        gl.profile_torch(3)
