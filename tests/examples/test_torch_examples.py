"""The examples that need PyTorch, run as a user runs them."""

from pathlib import Path

import pytest

import graphlog as gl
from tests.examples.running import run

pytest.importorskip("torch")


def test_each_model_is_a_run(tmp_path: Path) -> None:
    printed = run("torch_models.py", tmp_path).splitlines()
    logs = tmp_path / "logs" / "torch_models"
    runs = {line.partition(":")[0] for line in printed if not line.startswith(" ")}
    assert {path.name for path in logs.iterdir()} == runs
    assert len(runs) == 5
    for name in runs:
        names = {op.name.partition("/")[0] for op in gl.load_graph(logs / name).get_operations()}
        assert {"loss", "gradients"} <= names


def test_pytorchs_graph_stands_beside_tensorflows(tmp_path: Path) -> None:
    printed = run("pytorch_and_tensorflow.py", tmp_path).splitlines()
    types = [line.split()[1].partition("(")[0] for line in printed if line.startswith(" ")]
    assert types[types.index("AddBackward0") :].count("AccumulateGrad") == 4
    assert "  d                                AccumulateGrad(LogBackward0:0)  gradient's norm 0.5" in printed
    logs = tmp_path / "logs" / "pytorch_and_tensorflow"
    assert {path.name for path in logs.iterdir()} == {"pytorch", "tensorflow"}
