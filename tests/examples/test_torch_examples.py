"""The examples that need PyTorch, run as a user runs them."""

import subprocess
import sys
from pathlib import Path

import pytest

import graphlog as gl

pytest.importorskip("torch")

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def run(name: str, folder: Path) -> list[str]:
    """Run an example in a folder and return the lines that it printed; a word on stderr fails the test."""
    finished = subprocess.run(
        [sys.executable, str(EXAMPLES / name)], cwd=folder, capture_output=True, text=True, timeout=300
    )
    assert (finished.returncode, finished.stderr) == (0, "")
    return finished.stdout.splitlines()


def test_each_model_is_a_run(tmp_path: Path) -> None:
    printed = run("torch_models.py", tmp_path)
    logs = tmp_path / "logs" / "torch_models"
    runs = {line.partition(":")[0] for line in printed if not line.startswith(" ")}
    assert {path.name for path in logs.iterdir()} == runs
    assert len(runs) == 5
    for name in runs:
        names = {op.name.partition("/")[0] for op in gl.load_graph(logs / name).get_operations()}
        assert {"loss", "gradients"} <= names


def test_pytorchs_graph_stands_beside_tensorflows(tmp_path: Path) -> None:
    printed = run("pytorch_and_tensorflow.py", tmp_path)
    types = [line.split()[1].partition("(")[0] for line in printed if line.startswith(" ")]
    assert types[types.index("AddBackward0") :].count("AccumulateGrad") == 4
    assert "  d                                AccumulateGrad(LogBackward0:0)  gradient's norm 0.5" in printed
    logs = tmp_path / "logs" / "pytorch_and_tensorflow"
    assert {path.name for path in logs.iterdir()} == {"pytorch", "tensorflow"}
