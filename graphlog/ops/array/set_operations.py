"""DenseToDenseSetOperation: rows of tensors as sets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import boolean, string, types
from graphlog.core.op_definition import NOT_DIFFERENTIABLE, Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape, bracketed
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules

OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "a-b": lambda a, b: np.setdiff1d(a, b, assume_unique=True),
    "b-a": lambda a, b: np.setdiff1d(b, a, assume_unique=True),
    "intersection": lambda a, b: np.intersect1d(a, b, assume_unique=True),
    "union": np.union1d,
}


def combined(
    combine: Callable[[Any, Any], Any], rows: Sequence[Any], values: Sequence[Any], leading: Sequence[int]
) -> tuple[Any, Any, Any]:
    """What an operation makes of two collections of sets.

    Args:
        combine: the operation, of two sorted vectors of distinct numbers.
        rows: for each collection, to which set each of its values belongs.
        values: for each collection, its values.
        leading: the shape in which the sets stand.

    Returns:
        The indices, the values and the shape of a sparse tensor of the sets.
    """
    # Each element becomes one number, in which the row counts more than the value.
    distinct, codes = np.unique(np.concatenate(list(values)), return_inverse=True)
    codes = codes.astype(np.int64).ravel()
    count = len(values[0])
    keys = [
        np.unique(part + row * len(distinct))
        for part, row in zip((codes[:count], codes[count:]), rows, strict=True)
    ]
    result = np.sort(combine(*keys)).astype(np.int64)
    row, code = np.divmod(result, max(len(distinct), 1))
    counts = np.bincount(row, minlength=int(np.prod(leading)))
    within = np.arange(len(result)) - np.repeat(np.cumsum(counts) - counts, counts)
    index = np.stack([*np.unravel_index(row, tuple(leading)), within], axis=1).astype(np.int64)
    shape = np.array([*leading, counts.max(initial=0)], np.int64)
    return index, distinct[code].astype(values[0].dtype), shape


def _set_shape(op: Operation) -> list[StaticShape]:
    shapes = [shape_rules.with_rank_at_least(tensor.static_shape, 2) for tensor in op.inputs]
    ranks = [len(shape) for shape in shapes if shape is not None]
    if len(set(ranks)) > 1:
        raise ValueError(f"Shape must be rank {ranks[0]} but is rank {ranks[1]}")
    first, second = shapes
    if first is not None and second is not None:
        shape_rules.merged_shape(first[:-1], second[:-1])
    rank = ranks[0] if ranks else None
    return [(None, rank), (None,), (rank,)]


def _set_kernel(op: Operation) -> Kernel:
    combine = OPERATIONS[op.attributes["set_operation"].decode().lower()]

    def kernel(first: Any, second: Any) -> tuple[Any, Any, Any]:
        for values in (first, second):
            if values.ndim < 2:
                raise ValueError(f"Shape {bracketed(values.shape)} has rank {values.ndim} < 2")
        if first.shape[:-1] != second.shape[:-1]:
            raise ValueError(
                f"Mismatched shapes {bracketed(first.shape[:-1])} vs {bracketed(second.shape[:-1])}"
            )
        groups = int(np.prod(first.shape[:-1]))
        rows = [np.repeat(np.arange(groups), values.shape[-1]) for values in (first, second)]
        return combined(combine, rows, [first.ravel(), second.ravel()], first.shape[:-1])

    return kernel


VALUE_TYPES = (
    *(dtypes.int8, dtypes.int16, dtypes.int32, dtypes.int64, dtypes.uint8, dtypes.uint16),
    dtypes.string,
)
DenseToDenseSetOperation = define_op(
    "DenseToDenseSetOperation",
    ["set1: T", "set2: T"],
    ["result_indices: int64", "result_values: T", "result_shape: int64"],
    attributes={
        "set_operation": string(),
        "validate_indices": boolean(True),
        "T": types(*VALUE_TYPES),
    },
    shape=_set_shape,
    make_kernel=_set_kernel,
    gradient=NOT_DIFFERENTIABLE,
    samples=[
        Sample(
            (samples.int32([[1, 2, 2], [5, 3, 1]]), samples.int32([[2, 4], [1, 1]])), {"set_operation": "a-b"}
        ),
        Sample((samples.int64([[3, 1]]), samples.int64([[1, 7]])), {"set_operation": "union"}),
        Sample((samples.int64([[[3, 1]]]), samples.int64([[[1, 7]]])), {"set_operation": "intersection"}),
        Sample(
            (samples.int64([3, 1]), samples.int64([1, 7])),
            {"set_operation": "union"},
            raises="Shape [2] has rank 1 < 2",
        ),
        Sample(
            (samples.int32([[1], [2]]), samples.int32([[1]])), {"set_operation": "b-a"}, raises="Mismatched"
        ),
    ],
)


def set_difference_values(first: Any, second: Any) -> Tensor:
    """The elements of the rows of one tensor that are not in the same rows of another, row after row.

    Args:
        first: a tensor of integers or strings.
        second: a tensor whose shape differs only in the last dimension.

    Returns:
        A vector.

    Source: the ``values`` of ``tf.sets.set_difference``.
    """
    return DenseToDenseSetOperation.operation(first, second, set_operation="a-b").outputs[1]
