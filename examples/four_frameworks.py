"""One small network in NumPy, PyTorch, JAX and ONNX, side by side in TensorBoard.

Each is a run in ./logs/four_frameworks; a framework that is not installed is left out. The network has two
layers: tanh(x @ kernel + bias), and after it another product with a bias.
"""

import importlib.util

import numpy as np

import graphlog as gl

LOGDIR = "./logs/four_frameworks"
SIZES = {"hidden": (3, 4), "output": (4, 2)}
X = np.ones((5, 3), np.float32)


def parameters():
    return {
        layer: {"kernel": np.ones(shape, np.float32), "bias": np.zeros(shape[1], np.float32)}
        for layer, shape in SIZES.items()
    }


def numpy_graph():
    def network(params, x):
        with gl.name_scope("hidden"):
            h = np.tanh(x @ params["hidden"]["kernel"] + params["hidden"]["bias"])
        with gl.name_scope("output"):
            return h @ params["output"]["kernel"] + params["output"]["bias"]

    return gl.trace(network, parameters(), X)


def torch_graph():
    import torch

    class Network(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.hidden = torch.nn.Linear(*SIZES["hidden"])
            self.output = torch.nn.Linear(*SIZES["output"])

        def forward(self, x):
            return self.output(torch.tanh(self.hidden(x)))

    return gl.from_torch(Network(), (torch.from_numpy(X),))


def jax_graph():
    import jax
    import jax.numpy as jnp

    def network(params, x):
        with jax.named_scope("hidden"):
            h = jnp.tanh(x @ params["hidden"]["kernel"] + params["hidden"]["bias"])
        with jax.named_scope("output"):
            return h @ params["output"]["kernel"] + params["output"]["bias"]

    return gl.from_jax(network, parameters(), X)


def onnx_graph():
    from onnx import TensorProto, helper, numpy_helper

    nodes, weights, taken = [], [], "x"
    for layer, arrays in parameters().items():
        weights += [numpy_helper.from_array(array, f"{layer}.{name}") for name, array in arrays.items()]
        given = {"hidden": "sum", "output": "y"}[layer]
        inputs = [taken, f"{layer}.kernel", f"{layer}.bias"]
        nodes.append(helper.make_node("Gemm", inputs, [given], f"/{layer}/Gemm"))
        if layer == "hidden":
            nodes.append(helper.make_node("Tanh", [given], ["h"], "/hidden/Tanh"))
            taken = "h"
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, X.shape)
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, (len(X), SIZES["output"][1]))
    return gl.from_onnx(helper.make_model(helper.make_graph(nodes, "network", [x], [y], weights)))


for framework in ("numpy", "torch", "jax", "onnx"):
    if not importlib.util.find_spec(framework):
        print(f"{framework} is left out: it is not installed.")
        continue
    graph = {"numpy": numpy_graph, "torch": torch_graph, "jax": jax_graph, "onnx": onnx_graph}[framework]()
    gl.summary.FileWriter(f"{LOGDIR}/{framework}", graph).close()
    print(f"{framework}: {', '.join(operation.name for operation in graph.get_operations())}")
