"""OneHot: indices as vectors that differ at one place."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import integer, types
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.dtypes import as_dtype
from graphlog.core.op_definition import NOT_DIFFERENTIABLE, Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.static_values import constant_value

_ON_OFF = samples.float32(5.0), samples.float32(-1.5)


def _encoded_shape(op: Operation) -> list[StaticShape]:
    shape, axis, depth = op.inputs[0].static_shape, op.attributes["axis"], constant_value(op.inputs[1])
    if axis < -1:
        raise ValueError("axis must be >= -1")
    for tensor in op.inputs[1:]:
        shape_rules.with_rank(tensor.static_shape, 0)
    if depth is not None and depth < 0:
        raise ValueError(f"Dimension size, given by scalar input 1, must be non-negative but is {depth}")
    if shape is None:
        return [None]
    position = _depth_axis(axis, len(shape))
    return [(*shape[:position], None if depth is None else int(depth), *shape[position:])]


def _depth_axis(axis: int, rank: int) -> int:
    if not -1 <= axis <= rank:
        raise ValueError(f"Expected axis to be -1 or between [0, {rank + 1}).  But received: {axis}")
    return axis % (rank + 1)


def _one_hot_kernel(op: Operation) -> Kernel:
    axis = op.attributes["axis"]

    def kernel(indices: Any, depth: Any, on: Any, off: Any) -> Any:
        if depth < 0:
            raise ValueError(f"depth must be non-negative, got: {depth}")
        position = _depth_axis(axis, np.ndim(indices))
        classes = np.arange(int(depth)).reshape(-1, *[1] * (np.ndim(indices) - position))
        return np.where(np.expand_dims(indices, position) == classes, on, off)

    return kernel


OneHot = define_op(
    "OneHot",
    ["indices: TI", "depth: int32", "on_value: T", "off_value: T"],
    ["output: T"],
    attributes={
        "axis": integer(-1),
        "T": types(),
        "TI": types(dtypes.uint8, dtypes.int32, dtypes.int64, default=dtypes.int64),
    },
    shape=_encoded_shape,
    make_kernel=_one_hot_kernel,
    gradient=NOT_DIFFERENTIABLE,
    samples=[
        # TensorFlow lets no gradient through, not even to on_value and off_value.
        Sample((samples.int32([2, -1, 0]), samples.int32(3), *_ON_OFF), differentiable=False),
        Sample((samples.int64([[0], [1]]), samples.int32(2), *_ON_OFF), {"axis": 1}, differentiable=False),
        Sample((samples.int64(1), samples.int32(2), samples.int32(1), samples.int32(0)), {"axis": 0}),
        Sample((samples.int32([0]), samples.int32(-1), *_ON_OFF), raises="depth must be non-negative"),
    ],
)


def one_hot(
    indices: Any,
    depth: Any,
    on_value: Any = None,
    off_value: Any = None,
    axis: int | None = None,
    dtype: Any = None,
    name: str | None = None,
) -> Tensor:
    """For each index a vector with ``on_value`` at that place and ``off_value`` elsewhere.

    Args:
        indices: a tensor of integers; one outside of the vector gives none but ``off_value``.
        depth: the length of the vectors.
        on_value: a scalar; 1 if None.
        off_value: a scalar; 0 if None.
        axis: where the axis of the vectors stands in the result; the last if None.
        dtype: the dtype; that of the values, or float32, if None.
        name: the operation's name.

    Returns:
        A Tensor with one axis more than ``indices``.

    Raises:
        TypeError: the dtypes do not agree.

    Source: TensorFlow's ``OneHot``.
    """
    with name_scope(name, "one_hot", [indices, depth, on_value, off_value]) as scope:
        wanted = None if dtype is None else as_dtype(dtype).base_dtype
        given = [
            None if value is None else convert_to_tensor(value).dtype.base_dtype
            for value in (on_value, off_value)
        ]
        for found, label in zip(given, ("on_value", "off_value"), strict=True):
            if found is not None and wanted is not None and found is not wanted:
                raise TypeError(f"dtype {found} of {label} does not match dtype parameter {wanted}")
        wanted = wanted or given[0] or given[1] or dtypes.float32
        if on_value is None:
            on_value = convert_to_tensor(1, wanted, name="on_value")
        if off_value is None:
            off_value = convert_to_tensor(0, wanted, name="off_value")
        on_dtype, off_dtype = given[0] or wanted, given[1] or wanted
        if on_dtype is not off_dtype:
            raise TypeError(f"dtype {on_dtype} of on_value does not match dtype {off_dtype} of off_value")
        return OneHot(indices, depth, on_value, off_value, axis=axis, name=scope)
