"""Histograms, images and gradients, beside PyTorch's and tensorboardX's writers where they are installed.

    python benchmarks/summary_values.py [ROUNDS]

All take turns. Printed are milliseconds that the calling thread had a processor, so that what else the
machine does does not count: the median and, in brackets, the least; and graphlog's share of both. Set
OPENBLAS_NUM_THREADS=1, as other threads are not seen. Gradients have no rival: they are beside two `np.dot`
over the same data, which is what reading it twice takes.
"""

from __future__ import annotations

import importlib
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

import graphlog as gl

ROUNDS = 15
RIVALS = {"torch": "torch.utils.tensorboard", "tensorboardX": "tensorboardX"}


def writers(folder: str) -> dict[str, Any]:
    """Return a writer of each library that is there."""
    found: dict[str, Any] = {"graphlog": gl.SummaryWriter(f"{folder}/graphlog")}
    for name, module in RIVALS.items():
        try:
            found[name] = importlib.import_module(module).SummaryWriter(f"{folder}/{name}")
        except ImportError:
            print(f"{name} is not installed, and is left out", file=sys.stderr)
    return found


def pictures() -> dict[str, Any]:
    """Return images of 512 by 512 pixels: of noise, and of something smooth."""
    random = np.random.default_rng(0)
    y, x = np.mgrid[:512, :512]
    smooth = np.stack([y / 2, x / 2, (x + y) / 4])
    return {
        "noise, uint8": random.integers(0, 256, (3, 512, 512), dtype=np.uint8),
        "smooth, uint8": smooth.astype(np.uint8),
        "smooth, float32": (smooth / 255).astype(np.float32),
    }


def two_dots(arrays: list[Any]) -> None:
    """Read all arrays twice."""
    for array in 2 * arrays:
        array.dot(array)


def measure(cases: Mapping[str, Callable[[], Any]], rounds: int) -> dict[str, tuple[float, float]]:
    """Return the median and the least processor time of each case, in milliseconds; they take turns."""
    times: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(rounds):
        for name, run in cases.items():
            start = time.thread_time()
            run()
            times[name].append(time.thread_time() - start)
    return {name: (statistics.median(found) * 1e3, min(found) * 1e3) for name, found in times.items()}


def report(what: str, found: dict[str, tuple[float, float]]) -> None:
    """Print one line, with graphlog's share of what each of the others takes."""
    own_median, own_least = found["graphlog"]
    cells = [
        f"{name:>14} {median:7.2f} ({least:.2f})"
        + ("" if name == "graphlog" else f" {own_median / median:.2f} ({own_least / least:.2f})")
        for name, (median, least) in found.items()
    ]
    print(f"{what:32}" + "".join(cells), flush=True)


def main(rounds: int) -> None:
    """Print the tables."""
    random = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as folder:
        opened = writers(folder)
        for dtype in (np.float32, np.float64):
            numbers = random.standard_normal(1_000_000).astype(dtype)
            cases = {name: partial(writer.add_histogram, "h", numbers) for name, writer in opened.items()}
            report(f"add_histogram, 10^6 {np.dtype(dtype).name}", measure(cases, rounds))
        for kind, image in pictures().items():
            cases = {name: partial(writer.add_image, "i", image) for name, writer in opened.items()}
            report(f"add_image, {kind}", measure(cases, rounds))
        for kind in ("no zeros", "half zeros"):
            arrays = [random.standard_normal(100_000).astype(np.float32) for _ in range(100)]
            if kind == "half zeros":
                arrays = [np.maximum(array, 0) for array in arrays]
            gradients = {f"layer{number}": array for number, array in enumerate(arrays)}
            turns = {
                "graphlog": partial(opened["graphlog"].add_gradients, gradients, 1, histogram_every=0),
                "two np.dot": partial(two_dots, arrays),
            }
            report(f"add_gradients, {kind}", measure(turns, rounds))
        for writer in opened.values():
            writer.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
