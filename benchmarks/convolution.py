"""Convolution forward and backward, beside a naive einsum and beside a loop over the filter's elements.

Both rivals are NumPy too: this shows that the kernels use it as they should. The three take turns.

    python benchmarks/convolution.py [ROUNDS]
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from graphlog.ops.nn import convolution_kernels as kernels
from graphlog.ops.nn.windows import Windows

ROUNDS = 15
# batch, height and width, channels, filter, filters, stride
CASES = (
    (32, 28, 1, 5, 32, 1),
    (32, 14, 32, 5, 64, 1),
    (16, 32, 3, 3, 32, 1),
    (4, 56, 64, 3, 64, 1),
    (8, 56, 16, 3, 32, 2),
    (2, 8, 2, 3, 4, 1),
)


def slices(windows: Windows, weights: Any, counts: Any) -> Any:
    """Return each element of the filter with where all windows have theirs."""
    return [(index, (slice(None), *taps)) for index, taps in windows.taps(weights.shape[:2], counts)]


def by_einsum(windows: Windows, value: Any, weights: Any, grad: Any) -> dict[str, Callable[[], Any]]:
    """Return the three computations as one einsum each, the last with a loop."""

    def by_input() -> Any:
        result = np.zeros(value.shape, value.dtype)
        for index, place in slices(windows, weights, grad.shape[1:3]):
            result[place] += np.einsum("nhwf,cf->nhwc", grad, weights[index])
        return result

    view = windows.view(value, weights.shape[:2])
    return {
        "forward": lambda: np.einsum("nhwijc,ijcf->nhwf", view, weights),
        "by filter": lambda: np.einsum("nhwijc,nhwf->ijcf", view, grad),
        "by input": by_input,
    }


def by_elements(windows: Windows, value: Any, weights: Any, grad: Any) -> dict[str, Callable[[], Any]]:
    """Return the computations with a matrix product for each element of the filter."""
    places = slices(windows, weights, grad.shape[1:3])
    rows = grad.reshape(-1, grad.shape[-1])

    def forward() -> Any:
        return sum(value[place].reshape(-1, value.shape[-1]) @ weights[index] for index, place in places)

    def by_filter() -> Any:
        return [value[place].reshape(-1, value.shape[-1]).T @ rows for _, place in places]

    return {"forward": forward, "by filter": by_filter}


def by_graphlog(windows: Windows, value: Any, weights: Any, grad: Any) -> dict[str, Callable[[], Any]]:
    """Return the computations as graphlog does them."""
    return {
        "forward": lambda: kernels.convolve(windows, value, weights),
        "by filter": lambda: kernels.filter_gradient(windows, value, weights.shape, grad),
        "by input": lambda: kernels.input_gradient(windows, value.shape, weights, grad),
    }


def milliseconds(function: Callable[[], Any]) -> float:
    """Return how long one call takes."""
    start = time.perf_counter()
    function()
    return (time.perf_counter() - start) * 1e3


def main(rounds: int) -> None:
    """Print the median of each computation for each case."""
    random = np.random.default_rng(0)
    print("| batch, size, channels, filter, filters, stride | | graphlog ms | einsum ms | by elements ms |")
    print("|---|---|---|---|---|")
    for case in CASES:
        batch, size, channels, length, filters, stride = case
        windows = Windows((stride, stride), (1, 1), "VALID")
        padded = size + length - 1
        value = random.normal(size=(batch, padded, padded, channels)).astype(np.float32)
        weights = random.normal(size=(length, length, channels, filters)).astype(np.float32)
        grad = kernels.convolve(windows, value, weights)
        ways = [way(windows, value, weights, grad) for way in (by_graphlog, by_einsum, by_elements)]
        for task in ways[0]:
            functions = [way.get(task) for way in ways]
            times: list[list[float]] = [[] for _ in ways]
            for _ in range(rounds):
                for taken, function in zip(times, functions, strict=True):
                    if function is not None:
                        taken.append(milliseconds(function))
            columns = [f"{statistics.median(taken):.2f}" if taken else "" for taken in times]
            print(f"| {', '.join(map(str, case))} | {task} | {' | '.join(columns)} |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
