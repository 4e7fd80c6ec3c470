"""Range: numbers at equal distances."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import dtypes, shapes
from graphlog.core.attributes import types
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.op_definition import NOT_DIFFERENTIABLE, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.dtype_groups import INDICES
from graphlog.ops.math import casts
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.static_values import constant_value

# The dtypes that Python's numbers may mix, from the one that gives way to the one that stays.
_PRECEDENCE = (dtypes.int32, dtypes.int64, dtypes.float32, dtypes.float64)


def _count(start: Any, limit: Any, delta: Any) -> int:
    if delta == 0:
        raise ValueError("Requires delta != 0")
    if delta > 0 and start > limit:
        raise ValueError(f"Requires start <= limit when delta > 0: {start}/{limit}")
    if delta < 0 and start < limit:
        raise ValueError(f"Requires start >= limit when delta < 0: {start}/{limit}")
    if isinstance(delta, np.floating | float):
        with np.errstate(all="ignore"):
            count = np.ceil(np.abs((limit - start) / delta))
        if not np.isfinite(count):
            raise ValueError(f"Requires a finite number of steps: {start}/{limit}/{delta}")
        return int(count)
    return (abs(int(limit) - int(start)) + abs(int(delta)) - 1) // abs(int(delta))


def _range_shape(op: Operation) -> list[StaticShape]:
    bounds = [constant_value(tensor) for tensor in op.inputs]
    if any(bound is None for bound in bounds):
        return [(None,)]
    return [(_count(*(bound[()] for bound in bounds)),)]


def _range_kernel(start: Any, limit: Any, delta: Any) -> Any:
    dtype = np.asarray(start).dtype
    steps = np.arange(_count(start[()], limit[()], delta[()]), dtype=dtype)
    return (start + steps * delta).astype(dtype, copy=False)


Range = define_op(
    "Range",
    ["start: Tidx", "limit: Tidx", "delta: Tidx"],
    ["output: Tidx"],
    attributes={
        "Tidx": types(
            *(dtypes.bfloat16, dtypes.float32, dtypes.float64, dtypes.int32, dtypes.int64),
            default=dtypes.int32,
        )
    },
    shape=_range_shape,
    kernel=_range_kernel,
    gradient=NOT_DIFFERENTIABLE,
    samples=[
        Sample((samples.int32(0), samples.int32(7), samples.int32(3))),
        Sample((samples.float32(1.0), samples.float32(0.0), samples.float32(-0.25)), differentiable=False),
        Sample((samples.int32(0), samples.int32(7), samples.int32(0)), raises="Requires delta != 0"),
    ],
)


def _spaced_shape(op: Operation) -> list[StaticShape]:
    for tensor in op.inputs:
        shape_rules.with_rank(tensor.static_shape, 0)
    count = constant_value(op.inputs[2])
    if count is not None and count <= 0:
        raise ValueError(f"Requires num > 0: {count}")
    return [(None,) if count is None else (int(count),)]


def _spaced(start: Any, stop: Any, count: Any) -> Any:
    for name, value in (("start", start), ("stop", stop), ("num", count)):
        if value.ndim:
            raise ValueError(f"{name} must be a scalar, not shape {shapes.bracketed(value.shape)}")
    if count <= 0:
        raise ValueError(f"Requires num > 0: {int(count)}")
    step = (stop - start) / start.dtype.type(max(int(count) - 1, 1))
    return start + step * np.arange(int(count)).astype(start.dtype)


LinSpace = define_op(
    "LinSpace",
    ["start: T", "stop: T", "num: Tidx"],
    ["output: T"],
    attributes={
        "T": types(dtypes.bfloat16, dtypes.float32, dtypes.float64),
        "Tidx": types(*INDICES, default=dtypes.int32),
    },
    shape=_spaced_shape,
    kernel=_spaced,
    gradient=NOT_DIFFERENTIABLE,
    samples=[
        # TensorFlow passes no derivative on, though there is one.
        Sample((samples.float32(1.0), samples.float32(2.0), samples.int32(5)), differentiable=False),
        Sample((samples.float64(1.0), samples.float64(2.0), samples.int64(1)), differentiable=False),
        Sample((samples.float32(1.0), samples.float32(2.0), samples.int32(0)), raises="Requires num > 0: 0"),
    ],
)


def range(start: Any, limit: Any = None, delta: Any = 1, dtype: Any = None, name: str = "range") -> Tensor:
    """The numbers ``start``, ``start + delta`` … below ``limit``.

    Args:
        start: the first number; with no ``limit``, the limit of a range from 0.
        limit: the end, which is left out.
        delta: the distance between two numbers; not 0.
        dtype: the dtype; that of the arguments if None.
        name: the operation's name.

    Returns:
        A vector.

    Raises:
        ValueError: ``delta`` is 0 or leads away from the limit.

    Source: TensorFlow's ``Range``.
    """
    if limit is None:
        start, limit = 0, start
    with name_scope(name, "Range", [start, limit, delta]) as scope:
        bounds = [
            convert_to_tensor(value, dtype, name=label)
            for value, label in ((start, "start"), (limit, "limit"), (delta, "delta"))
        ]
        if dtype is None:
            common = max((bound.dtype.base_dtype for bound in bounds), key=_PRECEDENCE.index)
            bounds = [casts.cast(bound, common) for bound in bounds]
        return Range(*bounds, name=scope)


def lin_space(start: Any, stop: Any, num: Any, name: str | None = None) -> Tensor:
    """Numbers at equal distances.

    Args:
        start: the first number, a float.
        stop: the last one.
        num: how many; ``start`` alone if 1.
        name: the operation's name.

    Returns:
        A vector of the dtype of ``start``.

    Raises:
        ValueError: ``num`` is below 1.

    Source: TensorFlow's ``LinSpace``.
    """
    return LinSpace(start, stop, num, name=name)
