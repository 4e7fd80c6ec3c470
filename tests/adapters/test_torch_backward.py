"""from_torch with a loss: the backward pass beside an unchanged forward pass."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

import graphlog as gl
from graphlog.inspect.checks.graph import check_graph
from graphlog.inspect.graphs.gradient_pairs import gradient_pairs

torch = pytest.importorskip("torch")

from tests.adapters import torch_modules  # noqa: E402

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "torch_models.py"
MODELS = runpy.run_path(str(EXAMPLE))["MODELS"]


def described(graph: gl.Graph) -> dict[str, Any]:
    return {
        op.name: (op.type, [tensor.name for tensor in op.inputs], dict(op.attributes))
        for op in graph.get_operations()
    }


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.filterwarnings("ignore:torch.export.export cannot take Branching")
def test_models(name: str) -> None:
    module, args, kwargs, loss = MODELS[name]
    forward = described(gl.from_torch(module, args, kwargs))
    graph = gl.from_torch(module, args, kwargs, backward=loss)
    both = described(graph)
    assert [finding for finding in check_graph(graph) if finding.severity != "note"] == []
    added = {name for name in both if name not in forward}
    assert {name.partition("/")[0] for name in added} == {"loss", "gradients"}
    assert {name: both[name] for name in forward} == forward
    pairs = gradient_pairs(graph)
    names = list(both)
    backward = {position for position, name in enumerate(names) if name.startswith("gradients/")}
    assert {names[position] for position in backward - set(pairs.forward)} == {"gradients/grad_ys_0"}
    assert all(names[position] in forward or "loss/" in names[position] for position in pairs.backward)
    with_gradient = {
        name.removeprefix("gradients/").removesuffix("_grad")
        for name, (op_type, *_) in both.items()
        if op_type == "Gradient"
    }
    assert with_gradient == {
        path.replace(".", "/")
        for path, parameter in module.named_parameters()
        if name != "data_dependent_branch" or not path.startswith("otherwise")
    }


def test_a_dropout_keeps_its_mask() -> None:
    module = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Dropout())
    operations = described(gl.from_torch(module, torch.ones(2, 3), backward=lambda y: y.sum()))
    saved = "gradients/1/dropout_grad/SavedTensor"
    assert operations[saved][:2] == ("SavedTensor", ["1/dropout:0"])
    assert operations[saved][2]["operation"] == b"native_dropout"
    assert operations["gradients/1/dropout_grad/native_dropout_backward"][1][1] == f"{saved}:0"
    # the gradient of a product is computed from the product's own input
    assert operations["gradients/0/linear_grad/mm"][1][1] == "input:0"


def test_a_shared_weight_gets_the_sum() -> None:
    operations = described(
        gl.from_torch(torch_modules.InPlace(), torch.ones(2, 3), backward=lambda y: y.sum())
    )
    assert operations["gradients/a/weight_grad"][1] == ["gradients/a/weight_sum/add_1:0"]
    assert operations["gradients/a/weight_sum/add"][2]["_forward_node"] == b"a/weight"


def test_a_module_that_returns_its_loss() -> None:
    graph = gl.from_torch(torch_modules.OwnLoss(), torch.ones(3, 2), backward=True)
    assert "gradients_1/gradients/weight_grad" in described(graph)
    assert len(gradient_pairs(graph).backward) > 3
    with_own = described(gl.from_torch(torch_modules.OwnLoss(), torch.ones(3, 2), backward=lambda y: y * 2))
    assert with_own["loss_1/mul"][1] == ["mean:0"]
    assert "loss/weight" in with_own


def test_a_loss_with_modules_and_targets_of_its_own() -> None:
    target = torch.zeros(2, dtype=torch.int64)
    criterion = torch.nn.CrossEntropyLoss(weight=torch.ones(3))
    module = torch.nn.Linear(4, 3)
    operations = described(
        gl.from_torch(module, torch.ones(2, 4), backward=lambda y: criterion(y.float(), target))
    )
    assert operations["output"][1] == ["linear:0"]  # float() changes nothing
    assert operations["loss/output"][1] == ["loss/cross_entropy_loss:0"]


def test_a_loss_that_is_no_number_is_told() -> None:
    module = torch.nn.Linear(2, 2)
    with pytest.raises(ValueError, match=r"and the loss function returns a tensor of shape \[1, 2\]"):
        gl.from_torch(module, torch.ones(1, 2), backward=lambda y: y)
    with pytest.raises(ValueError, match=r"and the loss function returns nothing of that kind"):
        gl.from_torch(module, torch.ones(1, 2), backward=lambda y: None)
    with pytest.raises(ValueError, match=r"and Linear returns a tensor of shape \[1, 2\]"):
        gl.from_torch(module, torch.ones(1, 2), backward=True)


def test_where_there_is_no_backward_pass_the_forward_pass_is_shown() -> None:
    with pytest.warns(UserWarning, match="cannot take|no backward") as caught:
        graph = gl.from_torch(
            torch_modules.OutsidePyTorch(), torch.ones(4, 2), backward=lambda out: out["y"].sum()
        )
    assert [str(warning.message)[:30] for warning in caught] == [
        "There is no backward pass: Run",
        "torch.export.export cannot tak",
    ]
    assert "before/linear" in described(graph)
    with pytest.warns(UserWarning, match=r"no backward pass: .*bad loss"):
        graph = gl.from_torch(torch.nn.Linear(2, 2), torch.ones(1, 2), backward=_bad_loss)
    assert list(described(graph)) == ["weight", "bias", "input", "linear", "output"]


def _bad_loss(_: Any) -> Any:
    raise LookupError("bad loss")


def test_when_pytorch_changes_the_forward_pass_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch._functorch.aot_autograd as private

    monkeypatch.delattr(private, "aot_export_joint_with_descriptors")
    with pytest.warns(UserWarning, match=r"cannot trace the backward pass, .*: ImportError"):
        graph = gl.from_torch(torch.nn.Linear(2, 2), torch.ones(1, 2), backward=lambda y: y.sum())
    assert not any(name.startswith("gradients/") for name in described(graph))


def test_where_nothing_requires_a_gradient_that_is_told() -> None:
    module = torch.nn.Linear(2, 2).requires_grad_(False)
    with pytest.warns(UserWarning, match="that the loss depends on requires a gradient") as caught:
        graph = gl.from_torch(module, torch.ones(1, 2), backward=lambda y: y.sum())
    assert caught[0].filename == __file__
    assert not any(name.startswith("gradients") for name in described(graph))
    x = torch.ones(1, 2, requires_grad=True)
    assert "gradients/input_grad" in described(gl.from_torch(module, x, backward=lambda y: y.sum()))


def test_the_module_stays_as_it_was() -> None:
    module = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.BatchNorm1d(2), torch.nn.Dropout())
    module[1].eval()
    before = {name: tensor.clone() for name, tensor in module.state_dict().items()}
    operations = described(gl.from_torch(module, torch.ones(3, 2), backward=lambda y: y.sum()))
    assert operations["1/batch_norm"][2]["training"] is False
    assert operations["2/dropout"][2]["train"] is True
    assert [part.training for part in module] == [True, False, True]
    assert all(torch.equal(tensor, before[name]) for name, tensor in module.state_dict().items())
    assert all(parameter.grad is None for parameter in module.parameters())


def test_modes_and_checkpoints_are_seen_through() -> None:
    module = torch_modules.Modes()
    operations = described(gl.from_torch(module, torch.ones(2, 2), backward=True))
    assert operations["mixed/linear"][2]["dtype"] is gl.bfloat16
    assert {name for name in operations if name.endswith("weight_grad")} == {
        "gradients/mixed/weight_grad",
        "gradients/again/weight_grad",
    }
