"""The examples that need JAX, run as a user runs them."""

import importlib.util
from pathlib import Path

import pytest

import graphlog as gl
from tests.examples.running import run

pytest.importorskip("jax")


def test_each_model_is_a_run(tmp_path: Path) -> None:
    printed = run("jax_models.py", tmp_path).splitlines()
    logs = tmp_path / "logs" / "jax_models"
    runs = {line.partition(":")[0] for line in printed if ": " in line and "left out" not in line}
    assert {path.name for path in logs.iterdir()} == runs
    assert len(printed) == 5
    for name in runs - {"branching"}:
        names = [op.name for op in gl.load_graph(logs / name).get_operations()]
        assert any(f"{op}".startswith("gradients/") for op in names), name


def test_four_frameworks_stand_side_by_side(tmp_path: Path) -> None:
    printed = run("four_frameworks.py", tmp_path).splitlines()
    installed = [name for name in ("numpy", "torch", "jax", "onnx") if importlib.util.find_spec(name)]
    assert {path.name for path in (tmp_path / "logs" / "four_frameworks").iterdir()} == set(installed)
    assert len(printed) == 4
    for line in printed:
        assert "left out" in line or "hidden/" in line
