"""``np.einsum``: sums of products in Einstein's notation, as products of matrices, two operands at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from graphlog.tracing.functions.products import matrix_product
from graphlog.tracing.traced_array import TracedArray, as_traced, implements, promoted


@implements(np.einsum)
def _einsum(*operands: Any, optimize: Any = True) -> Any:
    subscripts, arrays = _subscripts(operands)
    terms, result = _without_ellipses(subscripts, [np.ndim(array) for array in arrays])
    pairs = list(zip(terms, map(as_traced, arrays), strict=True))
    if len({array.dtype for _, array in pairs}) > 1:
        tensors = promoted(*[array for _, array in pairs])
        pairs = [(term, TracedArray(tensor)) for (term, _), tensor in zip(pairs, tensors, strict=True)]
    pairs = [_without_repeated(term, array) for term, array in pairs]
    while len(pairs) > 1:
        (first, x), (second, y), *pairs = pairs
        wanted = set(result).union(*(term for term, _ in pairs))
        pairs.append(_contracted(first, x, second, y, wanted))
    ((term, array),) = pairs
    term, array = _summed(term, array, set(result))
    return np.transpose(array, [term.index(label) for label in result])


def _subscripts(operands: Sequence[Any]) -> tuple[str, list[Any]]:
    """Either of the two forms in which NumPy takes subscripts, as a string and arrays."""
    if isinstance(operands[0], str):
        return operands[0].replace(" ", ""), list(operands[1:])
    letters = [chr(code) for code in (*range(ord("a"), ord("z") + 1), *range(ord("A"), ord("Z") + 1))]

    def text(labels: Any) -> str:
        return "".join("..." if label is Ellipsis else letters[label] for label in labels)

    count = len(operands) // 2
    terms = ",".join(text(labels) for labels in operands[1 : 2 * count : 2])
    result = f"->{text(operands[-1])}" if len(operands) % 2 else ""
    return terms + result, list(operands[0 : 2 * count : 2])


def _without_ellipses(subscripts: str, ranks: Sequence[int]) -> tuple[list[str], str]:
    """The labels of each operand and of the result, one for each axis."""
    left, arrow, result = subscripts.partition("->")
    terms = left.split(",")
    if len(terms) != len(ranks):
        raise ValueError(f"einsum: {subscripts!r} is for {len(terms)} operands, and {len(ranks)} were given.")
    # Axes of an ellipsis are counted from the right, as in broadcasting.
    unused = [chr(code) for code in range(0x2460, 0x2460 + 64)]
    names = unused[
        : max(0, *(rank - len(term.replace("...", "")) for term, rank in zip(terms, ranks, strict=True)))
    ]
    expanded = []
    for term, rank in zip(terms, ranks, strict=True):
        count = rank - len(term.replace("...", ""))
        if count < 0 or (count and "..." not in term):
            raise ValueError(f"einsum: {term!r} does not fit an operand of {rank} axes.")
        expanded.append(term.replace("...", "".join(names[len(names) - count :])))
    if not arrow:
        once = sorted(label for label in set(left) - set(".,") if left.count(label) == 1)
        return expanded, "".join([*names, *once])
    return expanded, result.replace("...", "".join(names))


def _without_repeated(term: str, array: Any) -> tuple[str, Any]:
    """Takes the diagonal where a label stands twice in one term."""
    for label in dict.fromkeys(term):
        while term.count(label) > 1:
            first = term.index(label)
            second = term.index(label, first + 1)
            array = np.diagonal(array, 0, first, second)
            term = term[:first] + term[first + 1 : second] + term[second + 1 :] + label
    return term, array


def _summed(term: str, array: Any, wanted: set[str]) -> tuple[str, Any]:
    """Sums along the axes that nobody wants."""
    axes = tuple(axis for axis, label in enumerate(term) if label not in wanted)
    if not axes:
        return term, array
    return "".join(label for label in term if label in wanted), np.sum(array, axis=axes, dtype=array.dtype)


def _contracted(first: str, x: Any, second: str, y: Any, wanted: set[str]) -> tuple[str, Any]:
    """Two terms as one: products of matrices, one for each of the labels that both have and are wanted."""
    first, x = _summed(first, x, wanted | set(second))
    second, y = _summed(second, y, wanted | set(first))
    both = [label for label in first if label in second]
    batch = [label for label in both if label in wanted]
    summed = [label for label in both if label not in wanted]
    rows = [label for label in first if label not in both]
    columns = [label for label in second if label not in both]
    sizes = dict(zip(second, y.shape, strict=True)) | {
        label: max(size, dict(zip(second, y.shape, strict=True)).get(label, 1))
        for label, size in zip(first, x.shape, strict=True)
    }

    def arranged(term: str, array: Any, *groups: list[str]) -> Any:
        array = np.transpose(array, [term.index(label) for group in groups for label in group])
        flat = [label for group in groups for label in group]
        if array.shape != tuple(sizes[label] for label in flat):
            array = np.broadcast_to(array, [sizes[label] for label in flat])
        merged = [int(np.prod([sizes[label] for label in group], dtype=np.int64)) for group in groups[1:]]
        return np.reshape(array, [*[sizes[label] for label in groups[0]], *merged])

    product = matrix_product(
        arranged(first, x, batch, rows, summed), arranged(second, y, batch, summed, columns)
    )
    labels = [*batch, *rows, *columns]
    return "".join(labels), np.reshape(product, [sizes[label] for label in labels])
