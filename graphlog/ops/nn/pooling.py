"""Max and average pooling in two and three dimensions, and what their gradients are made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from graphlog.core import dtypes, shapes
from graphlog.core.attributes import Attribute, string, types
from graphlog.core.op_definition import GradientRule, OpDefinition, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.array import filling, shape_queries
from graphlog.ops.control_flow import gradient_stops
from graphlog.ops.dtype_groups import FLOATS_HALF_FIRST, REALS
from graphlog.ops.nn.pooling_kernels import (
    average_gradient_kernel,
    average_kernel,
    max_gradient_kernel,
    max_kernel,
    max_second_gradient_kernel,
    pooling_windows,
    rank_of,
)
from graphlog.ops.nn.windows import Windows, padded
from graphlog.ops.static_values import constant_shape

_FLOATS_3D = (dtypes.float16, dtypes.bfloat16, dtypes.float32)
_POOLABLE = (
    *FLOATS_HALF_FIRST,
    *(dtypes.int32, dtypes.int64, dtypes.uint8, dtypes.int16, dtypes.int8, dtypes.uint16, dtypes.qint8),
)


def _pooled_shape(op: Operation) -> list[StaticShape]:
    shape = shape_rules.with_rank(op.inputs[0].static_shape, rank_of(op))
    windows, size = pooling_windows(op)
    return [windows.output_shape(shape, size)]


def shared_attributes(op: Operation) -> dict[str, Any]:
    """The attributes that a pooling's gradient has in common with it."""
    return {name: op.attributes[name] for name in ("ksize", "strides", "padding", "data_format")}


def zeros_in_shape_of(tensor: Tensor) -> Tensor:
    """Zeros in a tensor's shape, where no derivative flows but TensorFlow returns one."""
    return filling.zeros(shape=shape_queries.shape(tensor), dtype=tensor.dtype)


def _max_gradient(gradient: Callable[[], OpDefinition]) -> GradientRule:
    return lambda op, grad: gradient()(op.inputs[0], op.outputs[0], grad, **shared_attributes(op))


def _gradient_of_max_gradient(other: Callable[[], OpDefinition]) -> GradientRule:
    def rule(op: Operation, grad: Tensor) -> Any:
        value, result, _ = op.inputs
        zeros = zeros_in_shape_of(value), zeros_in_shape_of(result)
        return *zeros, other()(value, result, grad, **shared_attributes(op))

    return rule


def _average_gradient(gradient: Callable[[], OpDefinition]) -> GradientRule:
    return lambda op, grad: gradient()(shape_queries.shape(op.inputs[0]), grad, **shared_attributes(op))


def _gradient_of_average_gradient(pooling: Callable[[], OpDefinition]) -> GradientRule:
    return lambda op, grad: (
        gradient_stops.stop_gradient(op.inputs[0]),
        pooling()(grad, **shared_attributes(op)),
    )


def _unchanged_shape(op: Operation) -> list[StaticShape]:
    return [shape_rules.with_rank(op.inputs[0].static_shape, rank_of(op))]


def _second_gradient_shape(op: Operation) -> list[StaticShape]:
    value, result, grad = (tensor.static_shape for tensor in op.inputs)
    windows, size = pooling_windows(op)
    shapes.merge(value, grad)
    pooled = windows.output_shape(shape_rules.with_rank(value, rank_of(op)), size)
    return [shapes.merge(pooled, result)]


def _sizes_shape(op: Operation) -> list[StaticShape]:
    return [shape_rules.with_rank(constant_shape(op.inputs[0]), rank_of(op))]


def _layout(rank: int) -> Attribute:
    return string("NHWC", ("NHWC", "NCHW")) if rank == 4 else string("NDHWC", ("NDHWC", "NCDHW"))


def _window_attributes(rank: int) -> dict[str, Attribute]:
    return {
        "ksize": Attribute("list(int)", minimum=rank),
        "strides": Attribute("list(int)", minimum=rank),
        "padding": string(allowed=("SAME", "VALID")),
        "data_format": _layout(rank),
    }


# All numbers differ by much more than the step of numerical derivatives.
def _numbers(*shape: int) -> Any:
    count = int(np.prod(shape))
    return samples.float32(np.arange(count) * 7 % count * 0.25 - 1.5).reshape(shape)


_SAME = {"ksize": [1, 2, 2, 1], "strides": [1, 1, 2, 1], "padding": "SAME"}
_VALID = {"ksize": [1, 1, 2, 2], "strides": [1, 1, 2, 1], "padding": "VALID", "data_format": "NCHW"}
_SAME_3D = {"ksize": [1, 2, 2, 1, 1], "strides": [1, 1, 2, 1, 1], "padding": "SAME"}
_VALUE, _VALUE_3D = _numbers(1, 3, 3, 2), _numbers(1, 2, 3, 2, 1)
_SAME_RESULT, _VALID_RESULT = (1, 3, 2, 2), (1, 3, 1, 1)
_SAME_3D_RESULT = (1, 2, 2, 2, 1)
_LAST, _FIRST = Sample((_VALUE,), _SAME), Sample((_numbers(1, 3, 2, 2),), _VALID)
_TOO_SMALL = Sample((_numbers(1, 1, 1, 1),), _VALID, raises="output size would be negative")


def _highest(value: Any, attributes: dict[str, Any]) -> Any:
    """The maxima of a sample, computed plainly."""
    windows = Windows(tuple(attributes["strides"]), (1,) * value.ndim, attributes["padding"])
    size = attributes["ksize"]
    around = padded(value, windows.paddings(value.shape, size), -np.inf)
    counts = windows.output_sizes(value.shape, size)
    return np.max([around[slices] for _, slices in windows.taps(size, counts)], axis=0)


_SAME_HIGHEST = _highest(_VALUE, _SAME)
_SAME_3D_HIGHEST = _highest(_VALUE_3D, _SAME_3D)

MaxPool: OpDefinition = define_op(
    "MaxPool",
    ["input: T"],
    ["output: T"],
    attributes={
        "T": types(*_POOLABLE, default=dtypes.float32),
        **_window_attributes(4),
        "data_format": string("NHWC", ("NHWC", "NCHW", "NCHW_VECT_C")),
    },
    shape=_pooled_shape,
    make_kernel=max_kernel,
    gradient=_max_gradient(lambda: MaxPoolGrad),
    samples=[
        _LAST,
        _FIRST,
        Sample((samples.int32(np.arange(8).reshape(1, 2, 2, 2)),), _SAME),
        Sample((_VALUE,), {"ksize": [1, 1, 1, 2], "strides": [1, 1, 1, 2], "padding": "VALID"}),
        _TOO_SMALL,
        Sample((_numbers(1, 2, 2),), _SAME, raises="tensor_in must be 4-dimensional"),
    ],
)
# The derivatives by the input and the result are not those of the function that is computed, but zeros,
# as in TensorFlow: only the last input is differentiated, which the next two definitions show.
MaxPoolGrad: OpDefinition = define_op(
    "MaxPoolGrad",
    ["orig_input: T", "orig_output: T", "grad: T"],
    ["output: T"],
    attributes={**_window_attributes(4), "T": types(*REALS, default=dtypes.float32)},
    shape=_unchanged_shape,
    make_kernel=max_gradient_kernel,
    gradient=_gradient_of_max_gradient(lambda: MaxPoolGradGrad),
    samples=[
        Sample((_VALUE, _SAME_HIGHEST, _numbers(*_SAME_RESULT)), _SAME, differentiable=False),
        Sample((_VALUE, _SAME_HIGHEST, _numbers(1, 2, 2, 2)), _SAME, raises="Expected grad shape to be"),
    ],
)
MaxPoolGradGrad: OpDefinition = define_op(
    "MaxPoolGradGrad",
    ["orig_input: T", "orig_output: T", "grad: T"],
    ["output: T"],
    attributes={**_window_attributes(4), "T": types(*REALS)},
    shape=_second_gradient_shape,
    make_kernel=max_second_gradient_kernel,
    gradient=_gradient_of_max_gradient(lambda: MaxPoolGrad),
    samples=[
        Sample((_VALUE, _SAME_HIGHEST, _numbers(*_VALUE.shape)), _SAME, differentiable=False),
        Sample((_VALUE, _SAME_HIGHEST, _numbers(1, 2, 2, 2)), _SAME, raises="Expected grad shape to be"),
    ],
)
AvgPool: OpDefinition = define_op(
    "AvgPool",
    ["value: T"],
    ["output: T"],
    attributes={**_window_attributes(4), "T": types(*FLOATS_HALF_FIRST)},
    shape=_pooled_shape,
    make_kernel=average_kernel,
    gradient=_average_gradient(lambda: AvgPoolGrad),
    samples=[_LAST, _FIRST, _TOO_SMALL],
)
AvgPoolGrad: OpDefinition = define_op(
    "AvgPoolGrad",
    ["orig_input_shape: int32", "grad: T"],
    ["output: T"],
    attributes={**_window_attributes(4), "T": types(*FLOATS_HALF_FIRST)},
    shape=_sizes_shape,
    make_kernel=average_gradient_kernel,
    gradient=_gradient_of_average_gradient(lambda: AvgPool),
    samples=[
        Sample((samples.int32(_VALUE.shape), _numbers(*_SAME_RESULT)), _SAME),
        Sample((samples.int32([1, 3, 2, 2]), _numbers(*_VALID_RESULT)), _VALID),
        Sample((samples.int32([1, 3, 2]), _numbers(*_VALID_RESULT)), _VALID, raises="and 4 elements"),
    ],
)
# In three dimensions TensorFlow knows no double precision, so that numerical derivatives of max pooling are
# too rough; tests/parity compares its gradients with TensorFlow's.
MaxPool3D: OpDefinition = define_op(
    "MaxPool3D",
    ["input: T"],
    ["output: T"],
    attributes={**_window_attributes(5), "T": types(*_FLOATS_3D)},
    shape=_pooled_shape,
    make_kernel=max_kernel,
    gradient=_max_gradient(lambda: MaxPool3DGrad),
    samples=[Sample((_VALUE_3D,), _SAME_3D, differentiable=False)],
)
MaxPool3DGrad: OpDefinition = define_op(
    "MaxPool3DGrad",
    ["orig_input: TInput", "orig_output: TInput", "grad: T"],
    ["output: T"],
    attributes={
        **_window_attributes(5),
        "T": types(*_FLOATS_3D, default=dtypes.float32),
        "TInput": types(*_FLOATS_3D, default=dtypes.float32),
    },
    shape=_unchanged_shape,
    make_kernel=max_gradient_kernel,
    gradient=_gradient_of_max_gradient(lambda: MaxPool3DGradGrad),
    samples=[
        Sample((_VALUE_3D, _SAME_3D_HIGHEST, _numbers(*_SAME_3D_RESULT)), _SAME_3D, differentiable=False)
    ],
)
MaxPool3DGradGrad: OpDefinition = define_op(
    "MaxPool3DGradGrad",
    ["orig_input: T", "orig_output: T", "grad: T"],
    ["output: T"],
    attributes={**_window_attributes(5), "T": types(*REALS)},
    shape=_second_gradient_shape,
    make_kernel=max_second_gradient_kernel,
    gradient=_gradient_of_max_gradient(lambda: MaxPool3DGrad),
    samples=[
        Sample((_VALUE_3D, _SAME_3D_HIGHEST, _numbers(*_VALUE_3D.shape)), _SAME_3D, differentiable=False)
    ],
)
AvgPool3D: OpDefinition = define_op(
    "AvgPool3D",
    ["input: T"],
    ["output: T"],
    attributes={**_window_attributes(5), "T": types(*FLOATS_HALF_FIRST)},
    shape=_pooled_shape,
    make_kernel=average_kernel,
    gradient=_average_gradient(lambda: AvgPool3DGrad),
    samples=[Sample((_VALUE_3D,), _SAME_3D)],
)
AvgPool3DGrad: OpDefinition = define_op(
    "AvgPool3DGrad",
    ["orig_input_shape: int32", "grad: T"],
    ["output: T"],
    attributes={**_window_attributes(5), "T": types(*FLOATS_HALF_FIRST)},
    shape=_sizes_shape,
    make_kernel=average_gradient_kernel,
    gradient=_gradient_of_average_gradient(lambda: AvgPool3D),
    samples=[Sample((samples.int32(_VALUE_3D.shape), _numbers(*_SAME_3D_RESULT)), _SAME_3D)],
)
