"""DynamicPartition: the slices of a tensor, divided among several."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core.attributes import integer, types
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape, bracketed
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.array import arrays, dynamic_stitch, gathering, ranges, shape_queries
from graphlog.ops.math import reductions

_ROWS = samples.float32([[1.5, -2.0], [0.5, 4.0], [3.0, -1.0], [2.5, 0.75]])


def _partition_shape(op: Operation) -> list[StaticShape]:
    data, partitions = (tensor.static_shape for tensor in op.inputs)
    count = op.attributes["num_partitions"]
    if partitions is None or data is None:
        return [None] * count
    shape_rules.with_rank_at_least(data, len(partitions))
    for own, other in zip(data, partitions, strict=False):
        shape_rules.merged_size(own, other)
    return [(None, *data[len(partitions) :])] * count


def _partition_kernel(op: Operation) -> Kernel:
    count = op.attributes["num_partitions"]

    def kernel(data: Any, partitions: Any) -> Any:
        if data.shape[: partitions.ndim] != partitions.shape:
            raise ValueError(
                "data.shape must start with partitions.shape, got data.shape = "
                f"{bracketed(data.shape)}, partitions.shape = {bracketed(partitions.shape)}"
            )
        gathering.check_indices(partitions, count, "partitions")
        return tuple([data[partitions == part] for part in range(count)])

    return kernel


def _partition_gradient(op: Operation, *grads: Tensor) -> list[Tensor | None]:
    """The slices are put back where they came from."""
    data, partitions = op.inputs
    prefix = shape_queries.shape(partitions)
    positions = arrays.reshape(ranges.range(reductions.reduce_prod(prefix)), prefix)
    parts = dynamic_partition(positions, partitions, op.attributes["num_partitions"])
    stitched = dynamic_stitch.dynamic_stitch(parts, grads)
    return [arrays.reshape(stitched, shape_queries.shape(data)), None]


DynamicPartition = define_op(
    "DynamicPartition",
    ["data: T", "partitions: int32"],
    ["outputs: num_partitions * T"],
    attributes={"num_partitions": integer(minimum=1), "T": types()},
    shape=_partition_shape,
    make_kernel=_partition_kernel,
    gradient=_partition_gradient,
    samples=[
        Sample((_ROWS, samples.int32([1, 0, 1, 1])), {"num_partitions": 3}),
        Sample(
            (_ROWS.astype(np.float64), samples.int32([[1, 0], [1, 1], [0, 1], [0, 0]])), {"num_partitions": 2}
        ),
        Sample((samples.text(["a", "b"]), samples.int32([1, 0])), {"num_partitions": 2}),
        Sample(
            (_ROWS, samples.int32([1, 0, 1, 2])),
            {"num_partitions": 2},
            raises="partitions[3] = 2 is not in [0, 2)",
        ),
        Sample((_ROWS, samples.int32([1, 0])), {"num_partitions": 2}, raises="partitions.shape = [2]"),
    ],
)


# A tensor for each is made at once.
_MOST_PARTITIONS = 1 << 20


def dynamic_partition(
    data: Any, partitions: Any, num_partitions: int, name: str | None = None
) -> list[Tensor]:
    """The slices of a tensor, divided among several tensors.

    Args:
        data: a tensor.
        partitions: an int32 tensor whose shape begins that of ``data``: which part each slice goes to.
        num_partitions: how many parts there are.
        name: the operation's name.

    Returns:
        A list of Tensors.

    Raises:
        ValueError: the shapes do not fit.

    Source: TensorFlow's ``DynamicPartition``.
    """
    if isinstance(num_partitions, int) and num_partitions > _MOST_PARTITIONS:
        raise ValueError(f"num_partitions is {num_partitions}, and may be at most {_MOST_PARTITIONS}.")
    outputs = DynamicPartition.operation(data, partitions, num_partitions=num_partitions, name=name).outputs
    return list(outputs)
