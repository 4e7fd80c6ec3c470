"""How long runs take, beside NumPy by hand, TensorFlow in graph mode, jax.jit, PyTorch and autograd.

Each measurement runs in a fresh interpreter, and the libraries take turns. Who is not installed is left out.

    python benchmarks/run_speed.py [ROUNDS]

`make bench` makes an environment that has them all.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

ROUNDS = 5
PACKAGES = {
    "numpy": "numpy",
    "graphlog": "graphlog",
    "tensorflow": "tensorflow-cpu",
    "jax": "jax",
    "torch": "torch",
    "autograd": "autograd",
}
TASKS = {
    "seed": "the blog's four gradients, µs",
    "callable": "the same by make_callable, µs",
    "small": "step of MLP 64-64-10, µs",
    "large": "step of MLP 784-512-10, µs",
    "chain first": "chain of 20,000, first run, ms",
    "chain": "the same, later, ns an operation",
    "elementwise": "six operations on 10⁶ floats, µs",
    "memory": "step of MLP of 50 layers, peak MB",
}


def microseconds(work: Callable[[], Any]) -> float:
    """The time of one call, the median of several measurements."""
    for _ in range(5):
        work()
    start = time.perf_counter()
    work()
    count = max(1, int(0.1 / (time.perf_counter() - start)))
    measured = []
    for _ in range(7):
        start = time.perf_counter()
        for _ in range(count):
            work()
        measured.append((time.perf_counter() - start) / count)
    return 1e6 * statistics.median(measured)


def measure(library: str, task: str) -> float | None:
    """Measure one task; None where the library has no program for it."""
    is_tensorflow = library in ("graphlog", "tensorflow")
    programs: Any = importlib.import_module(
        f"running.{'tensorflow_1' if is_tensorflow else library}_programs"
    )
    if is_tensorflow:
        programs.use(library)
    prepare = getattr(programs, task.split()[0], None)
    if prepare is None or (library == "numpy" and task == "chain first"):
        return None
    work = prepare()
    if task == "chain first":
        start = time.perf_counter()
        work()
        return 1e3 * (time.perf_counter() - start)
    if task == "memory":
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for _ in range(4):
            work()
        return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return microseconds(work) * (1e3 / 20_000 if task == "chain" else 1)


def in_fresh_interpreter(library: str, task: str) -> float | None:
    """Measure in a process of its own."""
    command = [sys.executable, __file__, "--measure", library, task]
    finished = subprocess.run(command, capture_output=True, text=True, check=True)
    found: float | None = json.loads(finished.stdout.splitlines()[-1])
    return found


def installed_version(library: str) -> str | None:
    """The version of a library, or None."""
    for name in (PACKAGES[library], library):
        try:
            return importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return None


def main(rounds: int, tasks: list[str]) -> None:
    """Print a table of medians, and how many times as long as graphlog each takes."""
    versions = {library: version for library in PACKAGES if (version := installed_version(library))}
    print(
        f"{platform.platform()}, {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}"
    )
    print(", ".join(f"{library} {version}" for library, version in versions.items()))
    print(f"medians of {rounds} rounds, and the least below; in brackets, how many times graphlog's\n")
    print(f"{'':36}" + "".join(f"{library:>18}" for library in versions))
    for task in tasks:
        found: dict[str, list[float]] = {library: [] for library in versions}
        for _ in range(rounds):
            for library in versions:
                value = in_fresh_interpreter(library, task)
                if value is not None:
                    found[library].append(value)
        for head, summary in ((TASKS[task], statistics.median), ("    at best", min)):
            summaries = {library: summary(values) for library, values in found.items() if values}
            cells = [
                f"{summaries[library]:,.1f} ({summaries[library] / summaries['graphlog']:.2f})"
                if library in summaries
                else ""
                for library in versions
            ]
            print(f"{head:36}" + "".join(f"{cell:>18}" for cell in cells), flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        print(json.dumps(measure(sys.argv[2], sys.argv[3])))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS, sys.argv[2:] or list(TASKS))
