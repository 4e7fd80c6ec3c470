"""EditDistance: how many insertions, deletions and replacements make one sequence of another."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import shapes
from graphlog.core.attributes import boolean, types
from graphlog.core.op_definition import NOT_DIFFERENTIABLE, Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape
from graphlog.core.sparse_tensor import is_sparse, sparse_parts
from graphlog.core.tensor import Tensor
from graphlog.ops import samples
from graphlog.ops.sparse import index_rules
from graphlog.ops.static_values import constant_value


def _distance_shape(op: Operation) -> list[StaticShape]:
    first, second = constant_value(op.inputs[2]), constant_value(op.inputs[5])
    if first is None or second is None:
        return [None]
    if len(first) != len(second):
        raise ValueError(
            f"Num elements of hypothesis_shape does not match truth_shape: {len(first)} vs. {len(second)}"
        )
    return [tuple(np.maximum(first, second)[:-1].tolist())]


def _sequences(indices: Any, values: Any, sizes: Any) -> dict[int, Any]:
    """The values of each row that has some, by the row's number among all of these sizes."""
    rows = index_rules.positions(indices[:, :-1], sizes)
    order = np.argsort(rows, kind="stable")
    rows, values = rows[order], values[order]
    if not len(rows):
        return {}
    starts = np.flatnonzero(np.concatenate([[True], rows[1:] != rows[:-1]]))
    return dict(zip(rows[starts].tolist(), np.split(values, starts[1:]), strict=True))


def levenshtein_distance(first: Any, second: Any) -> int:
    """The number of insertions, deletions and replacements that make one vector of another.

    Args:
        first: a vector.
        second: a vector.

    Returns:
        The number.

    Source: Levenshtein, "Binary codes capable of correcting deletions, insertions, and reversals" (1966).
    """
    numbers = np.arange(len(second) + 1)
    distances = numbers
    for count, item in enumerate(first, 1):
        best = np.minimum(distances[:-1] + (second != item), distances[1:] + 1)
        # An insertion costs 1 more than the place to the left, however far to the left that began.
        distances = np.minimum.accumulate(np.concatenate([[count], best]) - numbers) + numbers
    return int(distances[-1])


def _check(label: str, indices: Any, values: Any, sizes: Any) -> None:
    for name, value, rank, kind in (
        ("indices", indices, 2, "matrix"),
        ("values", values, 1, "vector"),
        ("shape", sizes, 1, "vector"),
    ):
        if np.ndim(value) != rank:
            raise ValueError(
                f"{label}_{name} should be a {kind}, but got shape: {shapes.bracketed(np.shape(value))}"
            )
    index_rules.check_parts(indices, values, sizes)


def _distance_kernel(op: Operation) -> Kernel:
    normalize = op.attributes["normalize"]

    def kernel(*inputs: Any) -> Any:
        for label, parts in (("hypothesis", inputs[:3]), ("truth", inputs[3:])):
            _check(label, *parts)
        if len(inputs[2]) != len(inputs[5]):
            raise ValueError(
                "truth_shape and hypothesis_shape should have the same number of elements, but got: "
                f"{len(inputs[5])} and {len(inputs[2])}"
            )
        sizes = np.maximum(inputs[2], inputs[5])[:-1]
        for parts in (inputs[:3], inputs[3:]):
            index_rules.check_bounds(parts[0], parts[2])
        hypotheses, truths = (_sequences(parts[0], parts[1], sizes) for parts in (inputs[:3], inputs[3:]))
        result = np.zeros(int(np.prod(sizes)), np.float32)
        for row in hypotheses.keys() | truths.keys():
            if row not in truths:
                result[row] = np.inf if normalize else len(hypotheses[row])
            elif row not in hypotheses:
                result[row] = 1 if normalize else len(truths[row])
            else:
                distance = levenshtein_distance(truths[row], hypotheses[row])
                result[row] = distance / len(truths[row]) if normalize else distance
        return result.reshape(tuple(sizes.tolist()))

    return kernel


_TRUTH = (
    samples.int64([[0, 0], [0, 1], [1, 0], [2, 0]]),
    samples.text(["a", "b", "c", "d"]),
    samples.int64([3, 2]),
)
_HYPOTHESIS = (
    samples.int64([[0, 0], [1, 0], [1, 1], [3, 0]]),
    samples.text(["b", "c", "x", "y"]),
    samples.int64([4, 2]),
)
EditDistance = define_op(
    "EditDistance",
    [
        *("hypothesis_indices: int64", "hypothesis_values: T", "hypothesis_shape: int64"),
        *("truth_indices: int64", "truth_values: T", "truth_shape: int64"),
    ],
    ["output: float32"],
    attributes={"normalize": boolean(True), "T": types()},
    shape=_distance_shape,
    make_kernel=_distance_kernel,
    gradient=NOT_DIFFERENTIABLE,
    samples=[
        Sample((*_HYPOTHESIS, *_TRUTH)),
        Sample((*_HYPOTHESIS, *_TRUTH), {"normalize": False}),
        Sample(
            (*_HYPOTHESIS[:2], samples.int64([4, 2, 1]), *_TRUTH),
            raises="(indices = 2, shape = 3)",
        ),
    ],
)


def edit_distance(
    hypothesis: Any, truth: Any, normalize: bool = True, name: str | None = "edit_distance"
) -> Tensor:
    """The edit (Levenshtein) distance between the sequences in two sparse tensors.

    Args:
        hypothesis: a SparseTensor (or SparseTensorValue) with a sequence along its last dimension.
        truth: another of the same rank and dtype.
        normalize: whether each distance is divided by the length of the true sequence.
        name: the operation's name.

    Returns:
        A float32 Tensor without the last dimension. Where there is no true sequence it is infinite, if
        normalized.

    Raises:
        TypeError: one of the two is not sparse.

    Source: TensorFlow's ``EditDistance``.
    """
    if not is_sparse(hypothesis):
        raise TypeError("Hypothesis must be a SparseTensor.")
    if not is_sparse(truth):
        raise TypeError("Truth must be a SparseTensor.")
    return EditDistance(*sparse_parts(hypothesis), *sparse_parts(truth), normalize=normalize, name=name)
