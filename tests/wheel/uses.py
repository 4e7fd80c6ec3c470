"""What is tried in an environment that holds graphlog's wheel: a program, the commands, each extra's use.

    python uses.py README.md [EXTRA ...]

runs in an empty folder. The extras are those that have to be there; of all others, what they are for works if
their module happens to be there, and otherwise ends in an error that names the extra.
"""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

import numpy as np

import graphlog as gl

COMMANDS = (
    "--version",
    "inspect graphs",
    "graph graphs",
    "scalars scalars --csv points.csv",
    "gradients gradients",
    "diff scalars scalars",
    "check scalars",
    "repair scalars -o repaired.tfevents",
    "export graphs -o graph.pbtxt",
    "export graphs -o graph.svg",
    "convert graph.pbtxt converted",
    "convert points.csv converted",
)


def run_program(readme: Path) -> None:
    """The blog's program, as a user runs it."""
    text = readme.read_text(encoding="utf-8")
    found = re.search(r"^```python\n(import graphlog as tf\n.*?)^```", text, re.DOTALL | re.MULTILINE)
    assert found
    Path("program.py").write_text(found[1], encoding="utf-8")
    assert "de/dd:  0.5" in output("program.py")


def run_commands() -> None:
    """Every command, on logs that graphlog writes."""
    with gl.SummaryWriter("scalars") as writer:
        writer.add_scalar_series("loss", np.arange(3), np.array([3.0, 2.0, 1.0]))
    with gl.SummaryWriter("gradients") as writer:
        for step in range(3):
            writer.add_gradients({"weights": np.ones(4)}, step)
    for command in COMMANDS:
        arguments = command.split()
        if arguments[0] == "repair":
            arguments[1] = str(next(Path(arguments[1]).iterdir()))
        print(f"  graphlog {command}: {output('-m', 'graphlog', *arguments).splitlines()[0]}")
    run_view()


def run_view() -> None:
    """TensorBoard answers at the address that is printed."""
    command = [sys.executable, "-m", "graphlog", "view", "graphs", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            print(f"  graphlog view graphs: {line.strip()}")
            address = line.split(" at ")[1].split(" ")[0]
            with urllib.request.urlopen(f"{address}data/runs", timeout=60) as answer:
                assert answer.status == 200
        finally:
            process.terminate()  # a shell that runs this in the background has interrupts ignored


def output(*arguments: str) -> str:
    """What Python prints; it must end well."""
    found = subprocess.run([sys.executable, *arguments], text=True, capture_output=True, timeout=120)
    assert found.returncode == 0, (arguments, found.stdout, found.stderr)
    return found.stdout


def use_images() -> None:
    """A film."""
    with gl.SummaryWriter("images") as writer:
        writer.add_video("film", np.zeros((1, 2, 3, 8, 8), np.uint8))


def use_remote() -> None:
    """A log in a remote folder."""
    with gl.SummaryWriter("memory://logs/run") as writer:
        writer.add_scalar("loss", 1.0, 0)
    assert gl.open_log("memory://logs/run")["."].tags()


def use_draw() -> None:
    """A picture of pixels."""
    graph = gl.Graph()
    with graph.as_default():
        gl.constant(1.0)
    assert gl.draw_graph(graph).png().startswith(b"\x89PNG")


def use_onnx() -> None:
    """A model of one node."""
    if importlib.util.find_spec("onnx"):
        from onnx import TensorProto, helper, save

        x, y = (helper.make_tensor_value_info(name, TensorProto.FLOAT, [2]) for name in "xy")
        graph = helper.make_graph([helper.make_node("Relu", ["x"], ["y"])], "model", [x], [y])
        save(helper.make_model(graph), "model.onnx")
    gl.from_onnx("model.onnx")


def use_pandas() -> None:
    """A table."""
    assert len(gl.open_log("scalars").to_pandas()) == 3


def use_pyarrow() -> None:
    """A table, and a file of one."""
    assert gl.open_log("scalars").to_arrow().num_rows == 3
    output("-m", "graphlog", "export", "scalars", "-o", "points.parquet")


def use_torch() -> None:
    """A layer."""
    layer = inputs = None
    if importlib.util.find_spec("torch"):
        import torch

        layer, inputs = torch.nn.Linear(3, 2), torch.ones(1, 3)
    gl.from_torch(layer, inputs)


def use_jax() -> None:
    """A function."""
    gl.from_jax(lambda x: x + 1, np.ones(3, np.float32))


# Of each extra, the module that it brings, and what it is for.
USES: dict[str, tuple[str, Callable[[], None]]] = {
    "images": ("PIL", use_images),
    "remote": ("fsspec", use_remote),
    "draw": ("resvg_py", use_draw),
    "onnx": ("onnx", use_onnx),
    "pandas": ("pandas", use_pandas),
    "pyarrow": ("pyarrow", use_pyarrow),
    "torch": ("torch", use_torch),
    "jax": ("jax", use_jax),
}


def try_extra(name: str, wanted: bool) -> str:
    """Uses what an extra is for; returns how that ended."""
    module, use = USES[name]
    if importlib.util.find_spec(module):
        use()
        return "works"
    assert not wanted, f"graphlog[{name}] brought no {module}"
    try:
        use()
    except ImportError as error:
        if f"'graphlog[{name}]'" in str(error):
            return "is missing, and said so"
        raise
    raise AssertionError(f"{name} works without {module}")


def main(readme: str, *wanted: str) -> None:
    """Tries everything."""
    run_program(Path(readme))
    run_commands()
    for name in USES:
        print(f"  graphlog[{name}] {try_extra(name, name in wanted)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
