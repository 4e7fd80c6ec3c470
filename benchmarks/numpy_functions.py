"""Gradients of NumPy functions, beside autograd; and tracing one, beside `jax.make_jaxpr`.

    python benchmarks/numpy_functions.py [ROUNDS]

All take turns in one process, so that what else the machine does falls on each.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

import graphlog as gl

ROUNDS = 100
CALLS = 20  # in a row, as in a loop of training


def blog(np: Any, a: Any, b: Any, c: Any, d: Any) -> Any:
    return a * b + c * np.log(d)


def mean_cross_entropy(np: Any, parameters: Any, x: Any, labels: Any) -> Any:
    """Of a network of one hidden layer, 64-64-10."""
    hidden = np.maximum(x @ parameters["w1"] + parameters["b1"], 0)
    logits = hidden @ parameters["w2"] + parameters["b2"]
    logits = logits - np.max(logits, axis=1, keepdims=True)
    logarithms = logits - np.log(np.sum(np.exp(logits), axis=1, keepdims=True))
    return -np.mean(np.sum(labels * logarithms, axis=1))


def arguments() -> tuple[dict[str, Any], Any, Any]:
    generator = np.random.default_rng(0)
    parameters = {
        "w1": generator.normal(size=(64, 64)).astype(np.float32),
        "b1": np.zeros(64, np.float32),
        "w2": generator.normal(size=(64, 10)).astype(np.float32),
        "b2": np.zeros(10, np.float32),
    }
    x = generator.normal(size=(32, 64)).astype(np.float32)
    return parameters, x, np.eye(10, dtype=np.float32)[generator.integers(0, 10, 32)]


def microseconds(functions: dict[str, Callable[[], Any]], rounds: int) -> dict[str, tuple[float, float]]:
    """The median and the least of what a call takes, of many times some calls of each."""
    times: dict[str, list[float]] = {name: [] for name in functions}
    for _ in range(rounds):
        for name, function in functions.items():
            start = time.perf_counter()
            for _ in range(CALLS):
                function()
            times[name].append(1e6 * (time.perf_counter() - start) / CALLS)
    return {name: (statistics.median(values), min(values)) for name, values in times.items()}


def main(rounds: int) -> None:
    import autograd
    import autograd.numpy
    import jax
    import jax.numpy

    numbers, network = (2.0, 3.0, 5.0, 10.0), arguments()
    all_of_four = (0, 1, 2, 3)
    tasks: dict[str, dict[str, Callable[[], Any]]] = {}
    ours, theirs = (
        gl.value_and_grad(lambda *xs: blog(np, *xs), all_of_four),
        autograd.value_and_grad(lambda xs: blog(autograd.numpy, *xs)),
    )
    tasks["the blog's value and gradients"] = {
        "graphlog": lambda: ours(*numbers),
        "autograd": lambda: theirs(numbers),
    }
    our_step = gl.value_and_grad(lambda *xs: mean_cross_entropy(np, *xs))
    their_step = autograd.value_and_grad(lambda *xs: mean_cross_entropy(autograd.numpy, *xs))
    tasks["those of an MLP 64-64-10, batch 32"] = {
        "graphlog": lambda: our_step(*network),
        "autograd": lambda: their_step(*network),
    }
    tasks["tracing the MLP's function"] = {
        "graphlog": lambda: gl.trace(lambda *xs: mean_cross_entropy(np, *xs), *network),
        "jax.make_jaxpr": lambda: jax.make_jaxpr(lambda *xs: mean_cross_entropy(jax.numpy, *xs))(*network),
    }
    for label, functions in tasks.items():
        microseconds(functions, 3)  # what is done once
        found = microseconds(functions, rounds)
        (ours_median, ours_least), (rival_median, rival_least) = found.values()
        rival = list(found)[1]
        print(
            f"{label}: graphlog {ours_median:.1f} us ({ours_least:.1f} at best), {rival} {rival_median:.1f} "
            f"({rival_least:.1f}): 1/{rival_median / ours_median:.1f} (1/{rival_least / ours_least:.1f})"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
