"""SummaryWriter.add_graph of PyTorch modules, called as PyTorch's own writer is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import graphlog as gl

torch = pytest.importorskip("torch")

X = torch.ones(2, 3)


@pytest.mark.parametrize(
    ("module", "given", "taken"),
    [
        (torch.nn.Linear(3, 4), X, ["input"]),
        (torch.nn.Linear(3, 4), (X,), ["input"]),
        (torch.nn.Bilinear(3, 3, 4), (X, X), ["input1", "input2"]),
        (torch.nn.Bilinear(3, 3, 4), [X, X], ["input1", "input2"]),
    ],
)
def test_modules(tmp_path: Path, module: Any, given: Any, taken: list[str]) -> None:
    with gl.SummaryWriter(tmp_path) as writer:
        writer.add_graph(module, given)
    operations = gl.load_graph(tmp_path).get_operations()
    assert [op.name for op in operations if op.type == "Placeholder"] == taken
    assert {op.name for op in operations} >= {"weight", "bias", "output"}


def test_what_cannot_be_run_is_told(tmp_path: Path) -> None:
    with gl.SummaryWriter(tmp_path) as writer:
        with pytest.raises(ValueError, match=r"Linear cannot be run with these inputs: TypeError"):
            writer.add_graph(torch.nn.Linear(3, 4))
        with pytest.raises(TypeError, match=r"from_torch takes a torch.nn.Module, not Tensor"):
            writer.add_graph(X)
