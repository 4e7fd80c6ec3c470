"""Products: ``dot``, ``matmul``, ``tensordot``, ``einsum`` and their like."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from graphlog.ops.linear_algebra import matmul as matmuls
from graphlog.ops.linear_algebra import tensordot as tensordots
from graphlog.tracing.traced_array import TracedArray, TracingError, as_traced, implements, promoted


def matrix_product(x: Any, y: Any) -> Any:
    """``np.matmul``: vectors count as a row on the left, and as a column on the right."""
    x, y = map(TracedArray, promoted(x, y))
    if x.ndim == 0 or y.ndim == 0:
        raise ValueError("matmul: an operand has no axes; multiply numbers by *.")
    if x.ndim == y.ndim == 1:
        return np.sum(x * y)
    left = x[None, :] if x.ndim == 1 else x
    right = y[:, None] if y.ndim == 1 else y
    result = TracedArray(matmuls.matmul(left.tensor, right.tensor))
    if x.ndim == 1:
        return np.squeeze(result, -2)
    return np.squeeze(result, -1) if y.ndim == 1 else result


# Universal functions of whole vectors and matrices, by name: not every version of NumPy has all of them.
PRODUCTS: dict[str, Callable[[Any, Any], Any]] = {
    "matmul": matrix_product,
    "vecdot": lambda x, y: np.sum(np.conj(as_traced(x)) * as_traced(y), -1),
    "matvec": lambda x, y: matrix_product(x, np.expand_dims(as_traced(y), -1))[..., 0],
    "vecmat": lambda x, y: matrix_product(np.conj(np.expand_dims(as_traced(x), -2)), y)[..., 0, :],
}


@implements(np.dot)
def _dot(a: Any, b: Any) -> Any:
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return np.multiply(a, b)
    if np.ndim(a) <= 2 and np.ndim(b) <= 2:
        return matrix_product(a, b)
    return _tensordot(a, b, ([-1], [-1 if np.ndim(b) == 1 else -2]))


@implements(np.inner)
def _inner(a: Any, b: Any) -> Any:
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return np.multiply(a, b)
    return _tensordot(a, b, ([-1], [-1]))


@implements(np.vdot)
def _vdot(a: Any, b: Any) -> Any:
    return np.sum(np.ravel(np.conj(as_traced(a))) * np.ravel(as_traced(b)))


@implements(np.outer)
def _outer(a: Any, b: Any) -> Any:
    return np.ravel(as_traced(a))[:, None] * np.ravel(as_traced(b))[None, :]


@implements(np.tensordot)
def _tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    x, y = promoted(a, b)
    if isinstance(axes, int):
        axes = (list(range(np.ndim(a) - axes, np.ndim(a))), list(range(axes)))
    first, second = ([int(axis) for axis in np.atleast_1d(part)] for part in axes)
    first = [axis % np.ndim(a) for axis in first]
    second = [axis % np.ndim(b) for axis in second]
    return TracedArray(tensordots.tensordot(x, y, [first, second]))


@implements(np.kron)
def _kron(a: Any, b: Any) -> Any:
    rank = max(np.ndim(a), np.ndim(b))
    first = [1] * (rank - np.ndim(a)) + list(np.shape(a))
    second = [1] * (rank - np.ndim(b)) + list(np.shape(b))
    spread = np.reshape(as_traced(a), [size for pair in first for size in (pair, 1)])
    product = spread * np.reshape(as_traced(b), [size for pair in second for size in (1, pair)])
    return np.reshape(product, [m * n for m, n in zip(first, second, strict=True)])


@implements(np.cross)
def _cross(a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None) -> Any:
    if axis is not None:
        axisa = axisb = axisc = axis
    a, b = np.moveaxis(as_traced(a), axisa, -1), np.moveaxis(as_traced(b), axisb, -1)
    if a.shape[-1] != 3 or b.shape[-1] != 3:
        raise TracingError("np.cross can be traced for vectors of three elements.")
    after, before = [1, 2, 0], [2, 0, 1]
    product = a[..., after] * b[..., before] - a[..., before] * b[..., after]
    return np.moveaxis(product, -1, axisc)


@implements(np.einsum)
def _einsum(*operands: Any, optimize: Any = True) -> Any:
    subscripts, arrays = _subscripts(operands)
    terms, result = _without_ellipses(subscripts, [np.ndim(array) for array in arrays])
    pairs = list(zip(terms, map(as_traced, arrays), strict=True))
    if len({kind for _, array in pairs for kind in [array.dtype]}) > 1:
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


@implements(np.linalg.multi_dot)
def _multi_dot(arrays: Any) -> Any:
    result, *others = arrays
    for other in others:
        result = _dot(result, other)
    return result


@implements(np.linalg.matrix_power)
def _matrix_power(a: Any, n: int) -> Any:
    if n < 0:
        return _matrix_power(np.linalg.inv(a), -n)
    if n == 0:
        return np.broadcast_to(as_traced(np.eye(a.shape[-1], dtype=a.dtype)), a.shape)
    half = _matrix_power(a, n // 2) if n > 1 else None
    if half is None:
        return a
    squared = matrix_product(half, half)
    return matrix_product(squared, a) if n % 2 else squared
