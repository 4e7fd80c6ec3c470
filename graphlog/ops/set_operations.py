"""DenseToDenseSetOperation: rows of tensors as sets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import boolean, string, types
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape, bracketed
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules

_OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "a-b": lambda a, b: np.setdiff1d(a, b, assume_unique=True),
    "b-a": lambda a, b: np.setdiff1d(b, a, assume_unique=True),
    "intersection": lambda a, b: np.intersect1d(a, b, assume_unique=True),
    "union": np.union1d,
}


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
    combine = _OPERATIONS[op.attributes["set_operation"].decode().lower()]

    def kernel(first: Any, second: Any) -> tuple[Any, Any, Any]:
        for values in (first, second):
            if values.ndim < 2:
                raise ValueError(f"Shape {bracketed(values.shape)} has rank {values.ndim} < 2")
        if first.shape[:-1] != second.shape[:-1]:
            raise ValueError(
                f"Mismatched shapes {bracketed(first.shape[:-1])} vs {bracketed(second.shape[:-1])}"
            )
        # Each element becomes one number, in which the row counts more than the value.
        distinct, codes = np.unique(np.concatenate([first.ravel(), second.ravel()]), return_inverse=True)
        codes = codes.astype(np.int64)
        groups = int(np.prod(first.shape[:-1]))
        keys = [
            np.unique(part.reshape(groups, -1) + np.arange(groups)[:, None] * len(distinct))
            for part in (codes[: first.size], codes[first.size :])
        ]
        result = np.sort(combine(*keys)).astype(np.int64)
        group, code = np.divmod(result, max(len(distinct), 1))
        counts = np.bincount(group, minlength=groups)
        within = np.arange(len(result)) - np.repeat(np.cumsum(counts) - counts, counts)
        leading = np.unravel_index(group, first.shape[:-1])
        index = np.stack([*leading, within], axis=1).astype(np.int64)
        shape = np.array([*first.shape[:-1], counts.max(initial=0)], np.int64)
        return index, distinct[code].astype(first.dtype), shape

    return kernel


DenseToDenseSetOperation = define_op(
    "DenseToDenseSetOperation",
    ["set1: T", "set2: T"],
    ["result_indices: int64", "result_values: T", "result_shape: int64"],
    attributes={
        "set_operation": string(),
        "validate_indices": boolean(True),
        "T": types(
            *(dtypes.int8, dtypes.int16, dtypes.int32, dtypes.int64, dtypes.uint8, dtypes.uint16),
            dtypes.string,
        ),
    },
    shape=_set_shape,
    make_kernel=_set_kernel,
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
