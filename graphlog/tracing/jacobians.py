"""Whole Jacobians, put together of products with one row or column each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from graphlog.tracing.traced_array import TracedArray


def full_jacobian(
    run: Callable[..., list[Any]], values: Sequence[Any], outputs: Sequence[Any], inputs: Sequence[Any]
) -> list[list[np.ndarray[Any, Any]]]:
    """The Jacobian of each output by each input.

    Args:
        run: a function of the values and of a seed for each output, which gives the products of the Jacobians
            with them by input; or of a seed for each input, if those have fewer elements, by output.
        values: the numbers of the arguments.
        outputs: traced arrays with the shapes and dtypes of the outputs.
        inputs: the same of the inputs.

    Returns:
        Arrays by output and input, of the shape of the output followed by that of the input.
    """
    by_rows = sum(output.size for output in outputs) <= sum(item.size for item in inputs)
    seeded, others = (outputs, inputs) if by_rows else (inputs, outputs)
    seeds = [np.zeros(item.shape, item.dtype) for item in seeded]
    blocks = []
    for item, seed in zip(seeded, seeds, strict=True):
        products: list[Any] = []
        flat = seed.reshape(-1)
        for place in range(item.size):
            flat[place] = 1
            products.append(run(*values, *[array.copy() for array in seeds]))
            flat[place] = 0
        blocks.append(
            [_stacked(products, number, item, other, by_rows) for number, other in enumerate(others)]
        )
    return blocks if by_rows else [list(row) for row in zip(*blocks, strict=True)]


def _stacked(
    products: Sequence[Any], number: int, seeded: Any, other: Any, by_rows: bool
) -> np.ndarray[Any, Any]:
    """One block of the Jacobian, of its rows or columns."""
    rows = np.array([product[number] for product in products], other.dtype)
    if by_rows:
        return rows.reshape((*seeded.shape, *other.shape))
    columns = np.ascontiguousarray(rows.reshape(seeded.size, other.size).T)
    return columns.reshape((*other.shape, *seeded.shape))


def jacobian_in_trace(
    outputs: Sequence[TracedArray],
    inputs: Sequence[TracedArray],
    gradients: Callable[[Sequence[Any], Sequence[TracedArray], None], list[Any]],
) -> list[list[Any]]:
    """The same within another trace: the gradients of each element of the outputs stand in the graph."""
    rows = []
    for output in outputs:
        flat: Any = np.ravel(output)
        products = [gradients([flat[place]], inputs, None) for place in range(output.size)]
        rows.append(
            [
                np.reshape(np.stack([product[number] for product in products]), (*output.shape, *item.shape))
                if products
                else np.zeros((*output.shape, *item.shape), item.dtype)
                for number, item in enumerate(inputs)
            ]
        )
    return rows
