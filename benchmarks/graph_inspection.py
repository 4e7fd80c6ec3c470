"""How long it takes to look into a graph in a file, beside reading and importing it with TensorFlow.

The graph is made of towers of blocks: a product with a constant, a sum and a hyperbolic tangent in each, with
the shapes of all outputs. Each measurement runs in a fresh interpreter, and the two libraries take turns. Of
graphlog's tree of scopes the whole process is measured, the start of Python included; of TensorFlow only the
reading and importing, without its own import. To load a graph, the two take turns in one process.

    python benchmarks/graph_inspection.py [ROUNDS]

It needs an environment that has TensorFlow beside graphlog: `make bench` makes one.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROUNDS = 5
SIZES = (20_000, 100_000, 200_000)
# Of how many nodes a tree is printed, and what share of TensorFlow's time is the aim.
TREES = {100_000: "1/3", 200_000: ""}
LOADED, LOADINGS = 20_000, 7


def write_graph(path: Path, count: int) -> None:
    """Write a graph of so many nodes."""
    import graphlog as gl

    with gl.Graph().as_default() as graph:
        x = gl.placeholder(gl.float32, [None, 64], name="x")
        for tower in range(count // 1000):
            with gl.name_scope(f"tower_{tower}"):
                for block in range(250):
                    with gl.name_scope(f"block_{block}"):
                        scale = gl.constant(0.5, shape=[64], name="scale")
                        product = gl.multiply(x, scale, name="scaled")
                        x = gl.tanh(gl.add(product, x, name="sum"), name="activation")
    path.write_bytes(graph.as_graph_def(add_shapes=True).SerializeToString())


def measure_writing(path: str) -> dict[str, float]:
    """Write the graph whose number of nodes is the file's name."""
    write_graph(Path(path), int(Path(path).stem))
    return {}


def measure_tree(path: str) -> dict[str, float]:
    """Print the first lines of a graph's tree; return what it took."""
    from graphlog.inspect.graphs.scope_tree import scope_tree

    for scope in scope_tree(path, depth=1)[:20]:
        print("  " * scope.depth, scope.label, scope.operation_count, scope.outputs, file=sys.stderr)
    return {"megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def measure_load(path: str) -> dict[str, float]:
    """Return the processor seconds in which each library loads a graph, medians and least."""
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import tensorflow as tf

    import graphlog as gl
    from graphlog.core.op_definition import all_definitions

    def with_tensorflow() -> None:
        graph_def = tf.compat.v1.GraphDef()
        graph_def.ParseFromString(Path(path).read_bytes())
        with tf.Graph().as_default():
            tf.import_graph_def(graph_def, name="")

    all_definitions()
    loaders: dict[str, Callable[[], object]] = {
        "graphlog": lambda: gl.load_graph(path),
        "TensorFlow": with_tensorflow,
    }
    taken: dict[str, list[float]] = {name: [] for name in loaders}
    for _ in range(LOADINGS):
        for name, load in loaders.items():
            gc.collect()
            start = time.process_time()
            load()
            taken[name].append(time.process_time() - start)
    return {name: statistics.median(times) for name, times in taken.items()} | {
        f"{name} at best": min(times) for name, times in taken.items()
    }


def measure_tensorflow(path: str) -> dict[str, float]:
    """Return the seconds that TensorFlow takes to read and import a graph."""
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import tensorflow as tf

    start = time.perf_counter()
    graph_def = tf.compat.v1.GraphDef()
    graph_def.ParseFromString(Path(path).read_bytes())
    with tf.Graph().as_default():
        tf.import_graph_def(graph_def, name="")
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


MEASURED = {
    "write": measure_writing,
    "tree": measure_tree,
    "load": measure_load,
    "tensorflow": measure_tensorflow,
}


def in_fresh_process(task: str, path: Path) -> dict[str, float]:
    """Measure in a process of its own; where it tells no seconds, they are those of the whole process."""
    command = [sys.executable, __file__, task, str(path)]
    start = time.perf_counter()
    finished = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    seconds = time.perf_counter() - start
    found: dict[str, float] = {"seconds": seconds} | json.loads(finished.stdout)
    return found


def main() -> None:
    """Measure in turns and print a table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with tempfile.TemporaryDirectory() as folder:
        paths = {size: Path(folder) / f"{size}.pb" for size in SIZES}
        for path in paths.values():
            in_fresh_process("write", path)  # what this process takes would count as its children's memory
        print("| | graphlog | TensorFlow | ratio | aim |")
        print("|---|---|---|---|---|")
        for size, aim in TREES.items():
            ours, theirs = [], []
            for _ in range(rounds):
                ours.append(in_fresh_process("tree", paths[size]))
                theirs.append(in_fresh_process("tensorflow", paths[size]))
            mine, other = (statistics.median(item["seconds"] for item in found) for found in (ours, theirs))
            print(f"| tree of {size:,} nodes, s | {mine:.2f} | {other:.2f} | 1/{other / mine:.1f} | {aim} |")
            mine, other = (statistics.median(item["megabytes"] for item in found) for found in (ours, theirs))
            print(f"| its memory, MB | {mine:.0f} | {other:.0f} | 1/{other / mine:.1f} | |")
        found = in_fresh_process("load", paths[LOADED])
        for rest in ("", " at best"):
            mine, other = (found[name + rest] for name in ("graphlog", "TensorFlow"))
            print(
                f"| `load_graph` of {LOADED:,} nodes, s of one processor{rest} | {mine:.2f} | {other:.2f} "
                f"| 1/{other / mine:.1f} | 1/4 |"
            )


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(json.dumps(MEASURED[sys.argv[1]](sys.argv[2])))
    else:
        main()
