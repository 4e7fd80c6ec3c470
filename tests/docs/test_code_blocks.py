"""Every Python block of the documentation runs, page by page, in the order in which it stands.

A block that imports a framework which is not installed is left out.
"""

import importlib.util
import re
from pathlib import Path

import pytest

import graphlog as tf

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
# The block shows code that stands in the package, without its imports.
NOT_PROGRAMS = ("Tanh = define_op",)
# What graphlog shows graphs of, and does not need.
FRAMEWORKS = re.compile(r"^(?:import|from) (torch|jax|flax|equinox|onnx)\b", re.MULTILINE)


def python_blocks(page: Path) -> list[str]:
    blocks = re.findall(r"^```python\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    return [
        block
        for block in blocks
        if not any(mark in block for mark in NOT_PROGRAMS)
        and all(importlib.util.find_spec(name) for name in FRAMEWORKS.findall(block))
    ]


@pytest.mark.parametrize("page", [page for page in PAGES if python_blocks(page)], ids=lambda page: page.name)
def test_blocks_run(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, object] = {}
    with tf.Graph().as_default():
        for number, block in enumerate(python_blocks(page)):
            exec(compile(block, f"{page.name}, block {number}", "exec"), namespace)
