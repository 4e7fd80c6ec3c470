"""How PyTorch and TensorFlow represent the blog's graph.

The blog ends by comparing how the two represent e = a * b + c * log(d). TensorFlow's graph is static: every
operation is a node under the name it was given, every edge a tensor with its shape, and the gradients are
operations of the same graph, in a scope of their own. PyTorch's is defined by running: while it computes e,
it notes for each operation what will compute its gradient, and that is all it holds. Both are runs in
./logs/pytorch_and_tensorflow; without PyTorch, its run is left out.
"""

import importlib.util
import math

import graphlog as tf

LOGDIR = "./logs/pytorch_and_tensorflow"
VALUES = {"a": 2.0, "b": 3.0, "c": 5.0, "d": 10.0}


def tensorflows_graph():
    a, b, c, d = (tf.placeholder(tf.float32, shape=(1,), name=name) for name in VALUES)
    u = tf.multiply(a, b, name="u")
    t = tf.log(d, name="t")
    v = tf.multiply(t, c, name="v")
    e = tf.add(u, v, name="e")
    tf.gradients(e, [a, b, c, d])
    return tf.get_default_graph()


def pytorchs_graph():
    import torch

    variables = {name: torch.tensor([value], requires_grad=True) for name, value in VALUES.items()}
    a, b, c, d = variables.values()
    e = a * b + c * torch.log(d)
    e.backward(retain_graph=True)
    return tf.from_autograd(e, variables)


def show(run, graph):
    tf.summary.FileWriter(f"{LOGDIR}/{run}", graph).close()
    print(f"{run}:")
    for operation in graph.get_operations():
        inputs = ", ".join(tensor.name for tensor in operation.inputs)
        norm = operation.attributes.get("gradient_norm", math.nan)
        gradient = "" if math.isnan(norm) else f"  gradient's norm {norm:.3g}"
        print(f"  {operation.name:32} {operation.type}({inputs}){gradient}")


show("tensorflow", tensorflows_graph())
if importlib.util.find_spec("torch"):
    show("pytorch", pytorchs_graph())
else:
    print("pytorch: not installed (pip install 'graphlog[torch]')")
