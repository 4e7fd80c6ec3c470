"""Where values would stand in sorted ones."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import Attribute, types
from graphlog.core.op_definition import Kernel, OpDefinition, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.array import arrays, shape_queries
from graphlog.ops.dtype_groups import INDICES

_SORTED = samples.float32([[0.0, 3.0, 9.0, 9.0, 10.0], [1.0, 2.0, 3.0, 4.0, 5.0]])
_VALUES = samples.float32([[2.0, 4.0, 9.0], [0.0, 2.0, 6.0]])


def _bound_shape(op: Operation) -> list[StaticShape]:
    for tensor in op.inputs:
        shape_rules.with_rank(tensor.static_shape, 2)
    return [op.inputs[1].static_shape]


def _bound_kernel(side: Any) -> Any:
    def make_kernel(op: Operation) -> Kernel:
        dtype = op.attributes["out_type"].numpy_dtype

        def kernel(rows: Any, values: Any) -> Any:
            if rows.ndim < 1 or values.ndim < 1 or rows.shape[0] != values.shape[0]:
                raise ValueError("Leading dim_size of both tensors must match.")
            if rows.size == 0 or values.size == 0:
                return np.zeros(values.shape, dtype)
            # The ranks of all numbers, moved apart from row to row, are sorted as a whole.
            _, ranks = np.unique(np.concatenate([rows.ravel(), values.ravel()]), return_inverse=True)
            offsets = np.arange(rows.shape[0]).reshape(-1, 1) * (int(ranks.max()) + 1)
            flat = (ranks[: rows.size].reshape(rows.shape[0], -1) + offsets).ravel()
            wanted = ranks[rows.size :].reshape(rows.shape[0], -1) + offsets
            width = rows.size // rows.shape[0]
            found = np.searchsorted(flat, wanted.ravel(), side=side).reshape(wanted.shape)
            return (
                (found - np.arange(rows.shape[0]).reshape(-1, 1) * width).astype(dtype).reshape(values.shape)
            )

        return kernel

    return make_kernel


def _bound(type: str, side: str) -> OpDefinition:
    return define_op(
        type,
        ["sorted_inputs: T", "values: T"],
        ["output: out_type"],
        attributes={"T": types(), "out_type": types(*INDICES, default=dtypes.int32)},
        shape=_bound_shape,
        make_kernel=_bound_kernel(side),
        samples=[
            # TensorFlow has no gradient for it.
            Sample((_SORTED, _VALUES), differentiable=False),
            Sample((samples.int64([[1, 1, 2]]), samples.int64([[1, 5]])), {"out_type": dtypes.int64}),
            Sample((_SORTED, _VALUES[:1]), raises="Leading dim_size of both tensors must match."),
        ],
    )


LowerBound = _bound("LowerBound", "left")
UpperBound = _bound("UpperBound", "right")


def _bucketize_kernel(op: Operation) -> Kernel:
    boundaries = np.array(op.attributes["boundaries"], np.float32)

    def kernel(value: Any) -> Any:
        if np.any(boundaries[1:] < boundaries[:-1]):
            raise ValueError("Expected sorted boundaries")
        return np.searchsorted(boundaries, value, side="right").astype(np.int32)

    return kernel


Bucketize = define_op(
    "Bucketize",
    ["input: T"],
    ["output: int32"],
    attributes={
        "T": types(dtypes.int32, dtypes.int64, dtypes.float32, dtypes.float64),
        "boundaries": Attribute("list(float)"),
    },
    shape=shape_rules.unchanged,
    make_kernel=_bucketize_kernel,
    samples=[
        # TensorFlow has no gradient for it.
        Sample((_VALUES,), {"boundaries": [0.0, 2.0, 5.0]}, differentiable=False),
        Sample((samples.int32(3),), {"boundaries": [0.0, 2.0, 5.0]}),
        Sample((_VALUES,), {"boundaries": [1.0, 0.0]}, raises="Expected sorted boundaries"),
    ],
)


def searchsorted(
    sorted_sequence: Any,
    values: Any,
    side: str = "left",
    out_type: Any = dtypes.int32,
    name: str | None = None,
) -> Tensor:
    """Where values would stand in sorted sequences, along the last axis.

    Args:
        sorted_sequence: a tensor whose rows are sorted.
        values: a tensor of the same dtype and shape, but for the last axis.
        side: ``"left"`` for the first place that keeps the order, ``"right"`` for the last.
        out_type: int32 or int64.
        name: the operation's name.

    Returns:
        A Tensor of the shape of ``values``.

    Raises:
        ValueError: there is no such side.

    Source: TensorFlow's ``LowerBound`` and ``UpperBound``.
    """
    sequence_size = shape_queries.shape(sorted_sequence)[-1]
    values_size = shape_queries.shape(values)[-1]
    rows = arrays.reshape(sorted_sequence, [-1, sequence_size])
    value_rows = arrays.reshape(values, [-1, values_size])
    if side not in ("left", "right"):
        raise ValueError(f"side must be either 'right' or 'left'.  Saw: {side}.")
    definition = UpperBound if side == "right" else LowerBound
    found = definition(rows, value_rows, out_type=out_type, name=name)
    return arrays.reshape(found, shape_queries.shape(values))
