"""A step of training a LeNet-style network, and single layers of convolutional networks, beside PyTorch.

Each library has a process of its own for each number of threads, and they take turns. Both the time on the
clock and the processors' time are measured: where others use the machine, only the latter says much. Without
PyTorch graphlog is measured alone.

    python benchmarks/convolution_step.py [ROUNDS] [TASK ...]
"""

from __future__ import annotations

import importlib.util
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

ROUNDS = 15
THREADS = (1, 2)
BATCH = 64
STEP = "training step"
# For each layer: the shape of its input (channels last), and what makes it, by library, below.
LAYERS = {
    "conv 5x5 1 to 32": (64, 28, 28, 1),
    "conv 5x5 32 to 64": (64, 14, 14, 32),
    "conv 3x3 64 to 64": (16, 32, 32, 64),
    "conv 3x3/2 64 to 128": (16, 32, 32, 64),
    "conv 1x1 256 to 64": (16, 28, 28, 256),
    "transposed conv 4x4/2 128 to 64": (32, 8, 8, 128),
    "depthwise conv 3x3 of 128": (16, 28, 28, 128),
    "conv 3x3x3 16 to 16": (4, 16, 16, 16, 16),
    "max pool 2x2/2": (64, 28, 28, 32),
    "max pool 3x3/2": (16, 56, 56, 64),
    "average pool 2x2/2": (64, 28, 28, 32),
    "batch normalization": (32, 28, 28, 64),
    "local response normalization": (16, 28, 28, 64),
    "softmax cross entropy": (256, 1000),
}
BACKWARD = " and back"
WEIGHTS: dict[str, tuple[int, ...]] = {
    "conv 5x5 1 to 32": (5, 5, 1, 32),
    "conv 5x5 32 to 64": (5, 5, 32, 64),
    "conv 3x3 64 to 64": (3, 3, 64, 64),
    "conv 3x3/2 64 to 128": (3, 3, 64, 128),
    "conv 1x1 256 to 64": (1, 1, 256, 64),
    "transposed conv 4x4/2 128 to 64": (4, 4, 64, 128),
    "depthwise conv 3x3 of 128": (3, 3, 128, 1),
    "conv 3x3x3 16 to 16": (3, 3, 3, 16, 16),
    "batch normalization": (64,),
}


def numbers(*shape: int) -> Any:
    """Return some random numbers."""
    return np.random.default_rng(len(shape)).normal(size=shape).astype(np.float32)


def images_and_labels() -> tuple[Any, Any]:
    """Return a batch for the training step."""
    return numbers(BATCH, 28, 28, 1), np.arange(BATCH) % 10


def graphlog_step() -> Callable[[], Any]:
    """Return the training step in graphlog."""
    import graphlog as tf

    def layer(value: Any, *shape: int) -> Any:
        weights = tf.Variable(numbers(*shape) * np.float32(0.05))
        bias = tf.Variable(tf.zeros(shape[-1:]))
        return (tf.matmul(value, weights) if len(shape) == 2 else convolved(value, weights)) + bias

    def convolved(value: Any, weights: Any) -> Any:
        return tf.nn.conv2d(value, weights, [1, 1, 1, 1], "SAME")

    def pooled(value: Any) -> Any:
        return tf.nn.max_pool(tf.nn.relu(value), [1, 2, 2, 1], [1, 2, 2, 1], "SAME")

    x, y = tf.placeholder(tf.float32, [None, 28, 28, 1]), tf.placeholder(tf.int64, [None])
    value = pooled(layer(pooled(layer(x, 5, 5, 1, 32)), 5, 5, 32, 64))
    value = tf.nn.relu(layer(tf.reshape(value, [-1, 7 * 7 * 64]), 7 * 7 * 64, 1024))
    logits = layer(value, 1024, 10)
    loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits))
    step = tf.train.GradientDescentOptimizer(0.01).minimize(loss)
    session = tf.Session()
    session.run(tf.global_variables_initializer())
    images, labels = images_and_labels()
    return lambda: session.run([loss, step], {x: images, y: labels})


def torch_step() -> Callable[[], Any]:
    """Return the training step in PyTorch, run eagerly."""
    import torch
    from torch.nn import functional

    shapes = [(32, 1, 5, 5), (32,), (64, 32, 5, 5), (64,), (1024, 7 * 7 * 64), (1024,), (10, 1024), (10,)]
    parameters = [torch.tensor(numbers(*shape) * np.float32(0.05), requires_grad=True) for shape in shapes]
    images, labels = images_and_labels()
    x, y = torch.tensor(images).permute(0, 3, 1, 2).contiguous(), torch.tensor(labels)
    optimizer = torch.optim.SGD(parameters, lr=0.01)

    def pooled(value: Any, weights: Any, bias: Any) -> Any:
        convolved = functional.conv2d(value, weights, bias, padding=2)
        return functional.max_pool2d(functional.relu(convolved), 2)

    def step() -> Any:
        optimizer.zero_grad()
        value = pooled(pooled(x, *parameters[:2]), *parameters[2:4])
        value = functional.relu(functional.linear(value.flatten(1), *parameters[4:6]))
        loss = functional.cross_entropy(functional.linear(value, *parameters[6:]), y)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def graphlog_layer(name: str, backward: bool) -> Callable[[], Any]:
    """Return what runs a layer in graphlog."""
    import graphlog as tf

    x = tf.placeholder(tf.float32, LAYERS[name])
    weights = tf.placeholder(tf.float32, WEIGHTS.get(name, ()))
    stride = 2 if "/2" in name else 1
    strides = [1, stride, stride, 1]
    if name.startswith("transposed"):
        y = tf.nn.conv2d_transpose(x, weights, [32, 16, 16, 64], strides, "SAME")
    elif name.startswith("depthwise"):
        y = tf.nn.depthwise_conv2d(x, weights, strides, "SAME")
    elif "x3x" in name:
        y = tf.nn.conv3d(x, weights, [1] * 5, "SAME")
    elif name.startswith("conv"):
        y = tf.nn.conv2d(x, weights, strides, "SAME")
    elif "pool" in name:
        size = [1, int(name.split()[2][0]), int(name.split()[2][0]), 1]
        pool = tf.nn.max_pool if name.startswith("max") else tf.nn.avg_pool
        y = pool(x, size, strides, "SAME")
    elif name.startswith("batch"):
        y = tf.nn.fused_batch_norm(x, weights, weights)[0]
    elif name.startswith("local"):
        y = tf.nn.local_response_normalization(x, 2, 1.0, 1e-4, 0.75)
    else:
        labels = tf.constant(np.arange(LAYERS[name][0]) % LAYERS[name][1])
        y = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=x)
    wanted = [y.op]
    feeds = {x: numbers(*LAYERS[name]), weights: numbers(*WEIGHTS.get(name, ()))}
    if backward:
        grad = tf.placeholder(tf.float32, y.shape)
        feeds[grad] = numbers(*map(int, y.shape))
        wanted += [tensor.op for tensor in tf.gradients(y, [x, weights], grad) if tensor is not None]
    session = tf.Session()
    return lambda: session.run(wanted, feeds)


def torch_layer(name: str, backward: bool) -> Callable[[], Any]:
    """Return what runs a layer in PyTorch."""
    import torch
    from torch.nn import functional

    value = numbers(*LAYERS[name])
    x = torch.tensor(np.ascontiguousarray(np.moveaxis(value, -1, 1)))
    weights = None
    if name in WEIGHTS:
        array = numbers(*WEIGHTS[name])
        if name.startswith("depthwise"):
            array = array.transpose(2, 3, 0, 1)
        elif array.ndim > 1:
            array = np.moveaxis(array, (-1, -2), (0, 1))
        weights = torch.tensor(np.ascontiguousarray(array))
    stride = 2 if "/2" in name else 1
    labels = torch.arange(LAYERS[name][0]) % LAYERS[name][-1]

    def run(x: Any, weights: Any) -> Any:
        if name.startswith("transposed"):
            return functional.conv_transpose2d(x, weights, stride=2, padding=1)
        if name.startswith("depthwise"):
            return functional.conv2d(x, weights, padding=1, groups=128)
        if "x3x" in name:
            return functional.conv3d(x, weights, padding=1)
        if name.startswith("conv"):
            return functional.conv2d(x, weights, stride=stride, padding=weights.shape[-1] // 2)
        if name.startswith("max"):
            return functional.max_pool2d(x, int(name.split()[2][0]), 2, int("3x3" in name))
        if name.startswith("average"):
            return functional.avg_pool2d(x, 2)
        if name.startswith("batch"):
            return functional.batch_norm(x, None, None, weights, weights, training=True)
        if name.startswith("local"):
            return functional.local_response_norm(x, 5)
        return functional.cross_entropy(x, labels, reduction="none")

    with torch.no_grad():
        grad = torch.tensor(numbers(*run(x, weights).shape))
    leaves = [leaf.requires_grad_() for leaf in (x, weights) if leaf is not None]

    def both() -> Any:
        return torch.autograd.grad(run(x, weights), leaves, grad)

    def forward() -> Any:
        with torch.no_grad():
            return run(x, weights)

    return both if backward else forward


def serve(library: str, threads: int) -> None:
    """Run the tasks that are asked for, one a line, and answer with the seconds they took."""
    if library == "torch":
        import torch

        torch.set_num_threads(threads)
    is_torch = library == "torch"
    prepared: dict[str, Callable[[], Any]] = {}
    for line in sys.stdin:
        task = line.strip()
        if task not in prepared:
            prepared.clear()
            if task == STEP:
                prepared[task] = torch_step() if is_torch else graphlog_step()
            else:
                layer = torch_layer if is_torch else graphlog_layer
                prepared[task] = layer(task.removesuffix(BACKWARD), task.endswith(BACKWARD))
            for _ in range(3):
                prepared[task]()
        start, start_of_process = time.perf_counter(), time.process_time()
        prepared[task]()
        taken = time.perf_counter() - start, time.process_time() - start_of_process
        print(json.dumps(taken), flush=True)


class Server:
    """A process that runs the tasks of one library.

    Args:
        library: ``"graphlog"`` or ``"torch"``.
        threads: how many threads it may use.
    """

    def __init__(self, library: str, threads: int) -> None:
        number = str(threads)
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": number, "OMP_NUM_THREADS": number}
        self._process = subprocess.Popen(
            [sys.executable, __file__, "--serve", library, number],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )

    def measure(self, task: str) -> tuple[float, float]:
        """Return the milliseconds on the clock and of the processors for running a task."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(task + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"{task} failed, see above.")
        clock, process = json.loads(answer)
        return clock * 1e3, process * 1e3

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


def main(rounds: int, tasks: list[str]) -> None:
    """Print the medians of each task, and how many times as long graphlog takes."""
    libraries = ["graphlog", *(["torch"] if importlib.util.find_spec("torch") else [])]
    print("ms on the clock, ms of the processors; medians of", rounds, "rounds\n")
    for threads in THREADS:
        servers = {library: Server(library, threads) for library in libraries}
        head = [f"{threads} thread{'s' * (threads > 1)}", *libraries, *["ratio"] * (len(libraries) - 1)]
        print(f"| {' | '.join(head)} |\n|{'---|' * len(head)}")
        for task in tasks:
            times: dict[str, list[tuple[float, float]]] = {library: [] for library in libraries}
            for _ in range(rounds):
                for library, server in servers.items():
                    times[library].append(server.measure(task))
            medians = [
                [statistics.median(column) for column in zip(*times[library], strict=True)]
                for library in libraries
            ]
            cells = [f"{clock:.2f}, {process:.2f}" for clock, process in medians]
            if len(medians) > 1:
                cells.append(", ".join(f"{ours / theirs:.2f}" for ours, theirs in zip(*medians, strict=True)))
            print(f"| {task} | {' | '.join(cells)} |", flush=True)
        for server in servers.values():
            server.close()
        print()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        serve(sys.argv[2], int(sys.argv[3]))
    else:
        every = [STEP, *[layer + back for layer in LAYERS for back in ("", BACKWARD)]]
        main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS, sys.argv[2:] or every)
