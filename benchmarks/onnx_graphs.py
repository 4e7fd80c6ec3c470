"""How long `from_onnx` takes for a model with 2 GB of weights beside it, next to `onnx.load` alone.

The model is a transformer of 16 layers, hidden size 2048, as PyTorch's older exporter writes one: several
operators for each normalization and GELU. Its weights are a file with a hole in it, since nobody reads them.
The two take turns in one process, and processor time is measured; the memory is that of the process.

    python benchmarks/onnx_graphs.py [TURNS]

It needs an environment that has onnx beside graphlog: `make bench` makes one.
"""

from __future__ import annotations

import gc
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import helper, numpy_helper

import graphlog as gl

TURNS = 20
LAYERS, HIDDEN = 16, 2048


class Transformer:
    """Builds the model, operator by operator."""

    def __init__(self, data_file: str) -> None:
        self.nodes: list[Any] = []
        self.weights: list[Any] = []
        self.bytes = 0
        self._data_file = data_file

    def weight(self, name: str, *shape: int) -> str:
        """Declare a float32 weight in the other file."""
        size = 4 * int(np.prod(shape))
        tensor = onnx.TensorProto(name=name, data_type=1, dims=shape, data_location="EXTERNAL")
        for key, value in (("location", self._data_file), ("offset", self.bytes), ("length", size)):
            tensor.external_data.add(key=key, value=str(value))
        self.weights.append(tensor)
        self.bytes += size
        return name

    def constant(self, name: str, value: Any) -> str:
        """Declare a small tensor in the model itself."""
        self.weights.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def add(self, op_type: str, scope: str, *inputs: str, **attributes: Any) -> str:
        """Add an operator; return its output."""
        name = f"{scope}/{op_type}_{len(self.nodes)}"
        output = f"{name}_output_0"
        self.nodes.append(helper.make_node(op_type, inputs, [output], name=name, **attributes))
        return output

    def linear(self, x: str, scope: str, inputs: int, outputs: int) -> str:
        """A matrix product and a bias."""
        product = self.add("MatMul", scope, x, self.weight(f"{scope}/weight", inputs, outputs))
        return self.add("Add", scope, product, self.weight(f"{scope}/bias", outputs))

    def normalized(self, x: str, scope: str) -> str:
        """Layer normalization, of nine operators."""
        centered = self.add("Sub", scope, x, self.add("ReduceMean", scope, x, axes=[-1]))
        variance = self.add("ReduceMean", scope, self.add("Pow", scope, centered, "two"), axes=[-1])
        deviation = self.add("Sqrt", scope, self.add("Add", scope, variance, "epsilon"))
        scaled = self.add("Mul", scope, self.add("Div", scope, centered, deviation), f"{scope}/weight")
        self.weight(f"{scope}/weight", HIDDEN)
        return self.add("Add", scope, scaled, self.weight(f"{scope}/bias", HIDDEN))

    def layer(self, x: str, scope: str) -> str:
        """Attention and two linear layers, each with its normalization."""
        attention, h = f"{scope}/attention", self.normalized(x, f"{scope}/norm1")
        heads = []
        for name, order in (("query", [0, 2, 1, 3]), ("key", [0, 2, 3, 1]), ("value", [0, 2, 1, 3])):
            inside = f"{attention}/{name}"
            split = self.add("Reshape", inside, self.linear(h, inside, HIDDEN, HIDDEN), "heads")
            heads.append(self.add("Transpose", inside, split, perm=order))
        scores = self.add("Div", attention, self.add("MatMul", attention, heads[0], heads[1]), "eight")
        weighted = self.add("MatMul", attention, self.add("Softmax", attention, scores, axis=-1), heads[2])
        merged = self.add("Transpose", attention, weighted, perm=[0, 2, 1, 3])
        merged = self.add("Reshape", attention, merged, "merged")
        x = self.add("Add", scope, x, self.linear(merged, f"{attention}/out", HIDDEN, HIDDEN))
        mlp = f"{scope}/mlp"
        h = self.linear(self.normalized(x, f"{scope}/norm2"), f"{mlp}/fc1", HIDDEN, 2 * HIDDEN)
        error = self.add("Erf", mlp, self.add("Div", mlp, h, "root"))
        h = self.add("Mul", mlp, self.add("Mul", mlp, h, self.add("Add", mlp, error, "one")), "half")
        return self.add("Add", scope, x, self.linear(h, f"{mlp}/fc2", 2 * HIDDEN, HIDDEN))


def write_model(path: Path) -> Any:
    """Write the model and its weights; return it."""
    model = Transformer(f"{path.name}.data")
    for name, value in (
        ("two", 2),
        ("epsilon", 1e-5),
        ("eight", 8),
        ("root", 2**0.5),
        ("one", 1),
        ("half", 0.5),
    ):
        model.constant(name, np.float32(value))
    model.constant("heads", [0, 0, 32, HIDDEN // 32])
    model.constant("merged", [0, 0, HIDDEN])
    x = "x"
    for index in range(LAYERS):
        x = model.layer(x, f"/layers.{index}")
    ends = [helper.make_tensor_value_info(name, 1, ["batch", "length", HIDDEN]) for name in ("x", x)]
    graph = helper.make_graph(model.nodes, "transformer", ends[:1], ends[1:], model.weights)
    proto = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    path.write_bytes(proto.SerializeToString())
    with Path(f"{path}.data").open("wb") as stream:
        stream.truncate(model.bytes)
    return proto


def measure(path: Path, turns: int) -> dict[str, list[float]]:
    """Return the processor seconds that each takes."""
    loaders: dict[str, Callable[[], object]] = {
        "onnx.load": lambda: onnx.load(path, load_external_data=False),
        "from_onnx": lambda: gl.from_onnx(path),
    }
    taken: dict[str, list[float]] = {name: [] for name in loaders}
    gl.from_onnx(path)  # what is only done once is not counted
    for _ in range(turns):
        for name, load in loaders.items():
            gc.collect()
            start = time.process_time()
            load()
            taken[name].append(time.process_time() - start)
    return taken


def main(turns: int) -> None:
    """Print a table of the best and of medians."""
    with tempfile.TemporaryDirectory() as folder:
        path, stated = Path(folder) / "model.onnx", Path(folder) / "stated.onnx"
        model = write_model(path)
        stated.write_bytes(onnx.shape_inference.infer_shapes(model).SerializeToString())
        size = Path(f"{path}.data").stat().st_size
        nodes = len(gl.from_onnx(path).get_operations())
        print(f"{len(model.graph.node)} operators, {nodes} nodes, {size / 1e9:.2f} GB of weights\n")
        print("| the model states | onnx.load, ms | from_onnx, ms | ratio | aim |")
        print("|---|---|---|---|---|")
        for label, file in (("every shape", stated), ("no shape within it", path)):
            taken = measure(file, turns)
            for rest, reduced in (("", statistics.median), (", at best", min)):
                theirs, ours = (1000 * reduced(taken[name]) for name in ("onnx.load", "from_onnx"))
                print(f"| {label}{rest} | {theirs:.2f} | {ours:.1f} | {ours / theirs:.0f} | 3 |")
        print(f"\n{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB in all")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else TURNS)
