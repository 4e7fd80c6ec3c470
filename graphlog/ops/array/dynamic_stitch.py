"""DynamicStitch: rows put together by their indices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from graphlog.core import shapes
from graphlog.core.attributes import integer, types
from graphlog.core.indexed_slices import IndexedSlices
from graphlog.core.op_definition import OpDefinition, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape
from graphlog.core.tensor import Tensor
from graphlog.ops import samples
from graphlog.ops.array import gathering, shape_queries
from graphlog.ops.math import unsorted_segments
from graphlog.ops.static_values import constant_value


def _merged_shape(op: Operation) -> list[StaticShape]:
    count = op.attributes["N"]
    indices = [constant_value(tensor) for tensor in op.inputs[:count]]
    row: StaticShape = None
    for index, data in zip(op.inputs[:count], op.inputs[count:], strict=True):
        if index.static_shape is not None and data.static_shape is not None:
            depth = len(index.static_shape)
            shapes.merge(index.static_shape, data.static_shape[:depth])
            row = shapes.merge(row, data.static_shape[depth:])
    if row is None:
        return [None]
    if any(index is None for index in indices):
        return [(None, *row)]
    return [(_row_count(indices), *row)]


def _row_count(indices: Sequence[Any]) -> int:
    return 1 + max((int(index.max()) for index in indices if index.size), default=-1)


def _stitch(*values: Any) -> Any:
    indices, data = values[: len(values) // 2], values[len(values) // 2 :]
    row = data[0].shape[indices[0].ndim :]
    merged = np.zeros((_row_count(indices), *row), data[0].dtype)
    for index, rows in zip(indices, data, strict=True):
        if index.size and index.min() < 0:
            raise ValueError(f"indices must be at least 0, got {index.min()}")
        # A later row replaces an earlier one of the same index.
        merged[index.ravel()] = rows.reshape(index.size, *row)
    return merged


def _stitch_gradient(op: Operation, grad: Any) -> list[Tensor | None]:
    count = op.attributes["N"]
    if isinstance(grad, IndexedSlices):
        rows = shape_queries.shape(op.outputs[0])[0]
        grad = unsorted_segments.unsorted_segment_sum(grad.values, grad.indices, rows)
    return [None] * count + [gathering.gather(grad, index) for index in op.inputs[:count]]


def _stitching(type: str) -> OpDefinition:
    """Defines an operation that puts rows together."""
    return define_op(
        type,
        ["indices: N * int32", "data: N * T"],
        ["merged: T"],
        attributes={"N": integer(minimum=1), "T": types()},
        shape=_merged_shape,
        kernel=_stitch,
        gradient=_stitch_gradient,
        samples=[
            Sample(
                (
                    [samples.int32([0, 2]), samples.int32([[1], [3]])],
                    [
                        samples.float32([[1.0, 2.0], [3.0, 4.0]]),
                        samples.float32([[[5.0, 6.0]], [[7.0, 8.0]]]),
                    ],
                )
            ),
            Sample(([samples.int32(1), samples.int32([0])], [samples.int64(5), samples.int64([7])])),
        ],
    )


DynamicStitch = _stitching("DynamicStitch")
ParallelDynamicStitch = _stitching("ParallelDynamicStitch")


def dynamic_stitch(indices: Sequence[Any], data: Sequence[Any], name: str | None = None) -> Tensor:
    """One tensor whose row ``indices[m][i]`` is ``data[m][i]``.

    Args:
        indices: int32 tensors, of at least 0.
        data: a tensor for each, whose shape begins with that of its indices.
        name: the operation's name.

    Returns:
        The merged Tensor, with a row for each index up to the greatest; where an index occurs twice,
        the later row stays.

    Source: TensorFlow's ``DynamicStitch``.
    """
    return DynamicStitch(list(indices), list(data), name=name)


def parallel_dynamic_stitch(indices: Sequence[Any], data: Sequence[Any], name: str | None = None) -> Tensor:
    """Like ``dynamic_stitch``; TensorFlow's ``ParallelDynamicStitch``."""
    return ParallelDynamicStitch(list(indices), list(data), name=name)
