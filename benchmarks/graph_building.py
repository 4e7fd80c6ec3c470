"""How long graphs take to build, differentiate and write, beside TensorFlow in graph mode.

The program is a chain of operations as one finds in a model: products, sums, hyperbolic tangents. Each
measurement runs in a fresh interpreter, and the two libraries take turns.

    python benchmarks/graph_building.py [ROUNDS]

It needs an environment that has TensorFlow beside graphlog: `make bench` makes one.
"""

from __future__ import annotations

import importlib.metadata
import json
import platform
import resource
import statistics
import subprocess
import sys
import time
from typing import Any

ROUNDS = 5
LIBRARIES = ("graphlog", "tensorflow")
SIZES = (1_000, 10_000, 100_000)


def load(library: str) -> Any:
    """Return the module that speaks TensorFlow 1."""
    if library == "graphlog":
        import graphlog

        return graphlog
    import tensorflow.compat.v1 as tf

    tf.disable_eager_execution()
    return tf


def build(tf: Any, count: int) -> tuple[Any, Any]:
    """Add a chain of `count` operations to the default graph; return its two ends."""
    x = tf.placeholder(tf.float32, (8,), name="x")
    y = x
    for _ in range(count // 4):
        y = tf.tanh(tf.add(tf.multiply(y, x), tf.multiply(y, y)))
    return x, y


def kilobytes_in_use() -> int:
    """Return the largest resident set so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def measure(library: str, task: str, count: int) -> float:
    """Return microseconds an operation or node, or for the task "memory" megabytes."""
    tf = load(library)
    with tf.Graph().as_default() as graph:
        x, y = build(tf, 100)  # what is only done once is not counted
        tf.gradients(y, x)
        graph.as_graph_def(add_shapes=True).SerializeToString()
    with tf.Graph().as_default() as graph:
        before = kilobytes_in_use()
        start = time.perf_counter()
        x, y = build(tf, count)
        if task == "build":
            return 1e6 * (time.perf_counter() - start) / count
        if task == "memory":
            return (kilobytes_in_use() - before) / 1024
        start = time.perf_counter()
        if task == "gradients":
            tf.gradients(y, x)
            return 1e6 * (time.perf_counter() - start) / count
        graph.as_graph_def(add_shapes=True).SerializeToString()
        return 1e6 * (time.perf_counter() - start) / count


def in_fresh_interpreter(library: str, task: str, count: int) -> float:
    """Measure in a process of its own."""
    command = [sys.executable, __file__, "--measure", library, task, str(count)]
    finished = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(json.loads(finished.stdout.splitlines()[-1]))


def main(rounds: int) -> None:
    """Print a table of medians and ratios."""
    packages = ("tensorflow-cpu", "numpy", "protobuf")
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in packages)
    print(f"{platform.platform()}, {platform.machine()}, Python {platform.python_version()}\n{versions}")
    print(f"medians of {rounds} rounds\n")
    print(f"{'':34}{'graphlog':>12}{'TensorFlow':>12}{'ratio':>9}")
    tasks = [("build", size) for size in SIZES] + [("gradients", size) for size in SIZES[:2]]
    for task, count in [*tasks, ("graphdef", 20_000), ("memory", 100_000)]:
        found: dict[str, list[float]] = {library: [] for library in LIBRARIES}
        for _ in range(1 if count == 100_000 else rounds):
            for library in LIBRARIES:
                found[library].append(in_fresh_interpreter(library, task, count))
        ours, theirs = (statistics.median(found[library]) for library in LIBRARIES)
        unit = "MB" if task == "memory" else "µs an op"
        label, ratio = f"{task} of {count:,} ops, {unit}", f"1/{theirs / ours:.1f}"
        print(f"{label:34}{ours:>12.1f}{theirs:>12.1f}{ratio:>9}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        print(json.dumps(measure(sys.argv[2], sys.argv[3], int(sys.argv[4]))))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
