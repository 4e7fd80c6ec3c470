"""The distinct elements of a vector, and those that another vector lacks."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import types
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.dtype_groups import INDICES

_NUMBERS = samples.int32([3, 1, 3, 2, 1])
_INDEX_TYPE = types(*INDICES, default=dtypes.int32)


def _distinct(value: Any) -> tuple[Any, Any, Any]:
    """The distinct elements in the order in which they first occur, which each element is, and counts."""
    if value.ndim != 1:
        raise ValueError("unique expects a 1D vector.")
    _, first, which, counts = np.unique(
        value, return_index=True, return_inverse=True, return_counts=True, equal_nan=False
    )
    order = np.argsort(first, kind="stable")
    return value[first[order]], np.argsort(order, kind="stable")[which], counts[order]


def _unique_kernel(op: Operation) -> Kernel:
    dtype = op.attributes["out_idx"].numpy_dtype

    def kernel(value: Any) -> Any:
        elements, which, counts = _distinct(value)
        indices = which.astype(dtype)
        return (elements, indices, counts.astype(dtype))[: len(op.outputs)]

    return kernel


def _unique_shape(op: Operation) -> list[StaticShape]:
    shape = op.inputs[0].static_shape
    if shape is not None:
        shape_rules.with_rank(shape, 1)
    return [(None,), shape]


def _unique_with_counts_shape(op: Operation) -> list[StaticShape]:
    return [*_unique_shape(op), (None,)]


Unique = define_op(
    "Unique",
    ["x: T"],
    ["y: T", "idx: out_idx"],
    attributes={"T": types(), "out_idx": _INDEX_TYPE},
    shape=_unique_shape,
    make_kernel=_unique_kernel,
    samples=[
        Sample((_NUMBERS,)),
        Sample((samples.float32([]),), {"out_idx": dtypes.int64}, differentiable=False),  # Not in TensorFlow.
        Sample((samples.text(["b", "a", "b"]),)),
        Sample((samples.float32([[1.0]]),), raises="unique expects a 1D vector."),
    ],
)
UniqueWithCounts = define_op(
    "UniqueWithCounts",
    ["x: T"],
    ["y: T", "idx: out_idx", "count: out_idx"],
    attributes={"T": types(), "out_idx": _INDEX_TYPE},
    shape=_unique_with_counts_shape,
    make_kernel=_unique_kernel,
    samples=[
        Sample((_NUMBERS,)),
        Sample((samples.text(["b", "a", "b"]),), {"out_idx": dtypes.int64}),
        Sample((samples.float32([[1.0]]),), raises="unique expects a 1D vector."),
    ],
)


def _difference_shape(op: Operation) -> list[StaticShape]:
    for tensor in op.inputs:
        shape_rules.with_rank(tensor.static_shape, 1)
    return [(None,), (None,)]


def _difference_kernel(op: Operation) -> Kernel:
    dtype = op.attributes["out_idx"].numpy_dtype

    def kernel(x: Any, y: Any) -> Any:
        for name, value in (("x", x), ("y", y)):
            if value.ndim != 1:
                raise ValueError(f"{name} should be a 1D vector.")
        indices = np.flatnonzero(np.isin(x, y, invert=True))
        return x[indices], indices.astype(dtype)

    return kernel


ListDiff = define_op(
    "ListDiff",
    ["x: T", "y: T"],
    ["out: T", "idx: out_idx"],
    attributes={"T": types(), "out_idx": _INDEX_TYPE},
    shape=_difference_shape,
    make_kernel=_difference_kernel,
    samples=[
        Sample((_NUMBERS, samples.int32([1, 9]))),
        Sample((samples.text(["b", "a"]), samples.text(["a"])), {"out_idx": dtypes.int64}),
        Sample((samples.int32([[1]]), _NUMBERS), raises="x should be a 1D vector."),
    ],
)


class DistinctElements(NamedTuple):
    """The distinct elements of a vector, and which of them each element is."""

    y: Tensor
    idx: Tensor


class CountedElements(NamedTuple):
    """The distinct elements of a vector, which of them each element is, and how often each occurs."""

    y: Tensor
    idx: Tensor
    count: Tensor  # type: ignore[assignment]  # It hides tuple.count, as TensorFlow's does.


class Difference(NamedTuple):
    """The elements that another vector lacks, and where they stand."""

    out: Tensor
    idx: Tensor


def unique(x: Any, out_idx: Any = dtypes.int32, name: str | None = None) -> DistinctElements:
    """The distinct elements of a vector, in the order in which they first occur.

    Args:
        x: a vector.
        out_idx: the dtype of the indices: int32 or int64.
        name: the operation's name.

    Returns:
        The Tensors ``y`` of distinct elements, and ``idx`` with ``y[idx[i]] == x[i]``.

    Raises:
        ValueError: ``x`` is no vector.

    Source: TensorFlow's ``Unique``.
    """
    return DistinctElements(*Unique.operation(x, out_idx=out_idx, name=name).outputs)


def unique_with_counts(x: Any, out_idx: Any = dtypes.int32, name: str | None = None) -> CountedElements:
    """Like ``unique``, and how often each distinct element occurs (``UniqueWithCounts``)."""
    return CountedElements(*UniqueWithCounts.operation(x, out_idx=out_idx, name=name).outputs)


def setdiff1d(x: Any, y: Any, index_dtype: Any = dtypes.int32, name: str | None = None) -> Difference:
    """The elements of a vector that another lacks, in their order and as often as they occur.

    Args:
        x: a vector.
        y: a vector of the same dtype.
        index_dtype: the dtype of the indices: int32 or int64.
        name: the operation's name.

    Returns:
        The Tensors ``out`` of those elements, and ``idx`` of where they stand in ``x``.

    Raises:
        ValueError: one of them is no vector.

    Source: TensorFlow's ``ListDiff``.
    """
    return Difference(*ListDiff.operation(x, y, out_idx=index_dtype, name=name).outputs)
