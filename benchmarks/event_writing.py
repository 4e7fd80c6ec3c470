"""How fast events are written, beside TensorFlow 1's FileWriter, tensorboardX and PyTorch.

    python benchmarks/event_writing.py [ROUNDS]

Each measurement runs in a fresh interpreter, and the libraries take turns. Who is not installed is left out.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import types
from collections.abc import Callable
from typing import Any

import numpy as np

ROUNDS = 5
LIBRARIES = {
    "graphlog": "graphlog",
    "TF1": "tensorflow",
    "tensorboardX": "tensorboardX",
    "torch": "torch",
    "torch beside TF": "torch",  # where TensorFlow is installed, torch's writer writes by its means
}
SCALARS = 100_000
CALLS = 20_000
POINTS = 1_000_000
NODES = 20_000
TASKS = {
    "scalars": (
        "100,000 scalars and close, µs each",
        {"TF1": 1 / 10, "tensorboardX": 1 / 40, "torch": 1 / 40},
    ),
    "scalars_cpu": ("the same, processor time, µs each", {}),
    "p50": ("one add_scalar, p50, µs", {"graphlog": 1.5}),
    "p99": ("one add_scalar, p99, µs", {"graphlog": 10.0}),
    "series": ("series of 1,000,000 points and flush, µs each", {"graphlog": 0.12}),
    "series_close": ("the same with close, that is fsync, µs each", {}),
    "graph": ("GraphDef of 20,000 nodes to the file, ms", {"TF1": 1 / 2}),
}


def tensorflow_1(library: str) -> Any:
    """The module that has TensorFlow 1's names."""
    if library == "graphlog":
        return importlib.import_module("graphlog")
    tf: Any = importlib.import_module("tensorflow.compat.v1")
    tf.disable_eager_execution()
    return tf


def make_writer(library: str, folder: str) -> tuple[Any, Callable[[float, int], object]]:
    """Return a writer, and what adds a scalar."""
    if library == "TF1":
        tf = tensorflow_1(library)
        writer, summary = tf.summary.FileWriter(folder), tf.Summary
        return writer, lambda value, step: writer.add_summary(
            summary(value=[summary.Value(tag="loss", simple_value=value)]), step
        )
    module = "torch.utils.tensorboard" if library.startswith("torch") else library
    if library == "torch":
        # TensorBoard's own way to say that there is no TensorFlow, for most who use torch have none.
        sys.modules["tensorboard.compat.notf"] = types.ModuleType("tensorboard.compat.notf")
    writer = importlib.import_module(module).SummaryWriter(folder)
    add = writer.add_scalar
    return writer, lambda value, step: add("loss", value, step)


def scalars(library: str, folder: str, clock: Callable[[], float] = time.perf_counter) -> float:
    """Add scalars and close."""
    writer, add = make_writer(library, folder)
    start = clock()
    for step in range(SCALARS):
        add(0.5 * step, step)
    writer.close()
    return 1e6 * (clock() - start) / SCALARS


def scalars_cpu(library: str, folder: str) -> float:
    """The same in processor time, threads included."""
    return scalars(library, folder, time.process_time)


def percentile(library: str, folder: str, rank: float) -> float:
    """What a caller waits for."""
    writer, add = make_writer(library, folder)
    clock = time.perf_counter_ns
    taken = np.empty(CALLS)
    for step in range(CALLS):
        start = clock()
        add(0.5, step)
        taken[step] = clock() - start
    writer.close()
    return float(np.percentile(taken, rank)) / 1e3


def p50(library: str, folder: str) -> float:
    """The median."""
    return percentile(library, folder, 50)


def p99(library: str, folder: str) -> float:
    """What one in a hundred exceeds."""
    return percentile(library, folder, 99)


def series(library: str, folder: str, closes: bool = False) -> float | None:
    """Write a whole curve."""
    if library != "graphlog":
        return None
    writer, _ = make_writer(library, folder)
    steps, values = np.arange(POINTS), np.random.default_rng(0).random(POINTS)
    start = time.perf_counter()
    writer.add_scalar_series("loss", steps, values)
    (writer.close if closes else writer.flush)()
    return 1e6 * (time.perf_counter() - start) / POINTS


def series_close(library: str, folder: str) -> float | None:
    """Write a whole curve, and have it stored."""
    return series(library, folder, closes=True)


def graph(library: str, folder: str) -> float | None:
    """Write a graph, which is built before."""
    if library not in ("graphlog", "TF1"):
        return None
    tf = tensorflow_1(library)
    with tf.Graph().as_default() as built:
        x = tf.placeholder(tf.float32, [32, 64])
        for _ in range(NODES // 2):
            x = tf.tanh(x + x)
    writer = tf.summary.FileWriter(folder)
    start = time.perf_counter()
    writer.add_graph(built)
    writer.flush()
    return 1e3 * (time.perf_counter() - start)


def in_fresh_interpreter(library: str, task: str) -> float | None:
    """Measure in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        finished = subprocess.run(
            [sys.executable, __file__, "--measure", library, task, folder],
            env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    found: float | None = json.loads(finished.stdout.splitlines()[-1])
    return found


def main(rounds: int, tasks: list[str]) -> None:
    """Print a table of medians, with graphlog's share of what each rival takes."""
    libraries = [name for name, package in LIBRARIES.items() if importlib.util.find_spec(package)]
    print(
        f"{platform.platform()}, {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}; medians of {rounds} rounds\n"
    )
    print("| | " + " | ".join(libraries) + " | aim |")
    print("|---" * (len(libraries) + 2) + "|")
    for task in tasks:
        found: dict[str, list[float]] = {library: [] for library in libraries}
        for _ in range(rounds):
            for library in libraries:
                value = in_fresh_interpreter(library, task)
                if value is not None:
                    found[library].append(value)
        medians = {library: statistics.median(values) for library, values in found.items() if values}
        title, aims = TASKS[task]
        cells = [
            ""
            if library not in medians
            else f"{medians[library]:,.2f}"
            + ("" if library == "graphlog" else f" (1/{medians[library] / medians['graphlog']:.1f})")
            for library in libraries
        ]
        aim = ", ".join(
            f"{aim}" if library == "graphlog" else f"1/{round(1 / aim)} of {library}"
            for library, aim in aims.items()
        )
        print(f"| {title} | " + " | ".join(cells) + f" | {aim} |", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        print(json.dumps(globals()[sys.argv[3]](sys.argv[2], sys.argv[4])))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS, sys.argv[2:] or list(TASKS))
