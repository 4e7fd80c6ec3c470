"""Convolutions that keep the channels apart: each channel has filters of its own."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core.attributes import Attribute, string, types
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape, bracketed
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.array import shape_queries
from graphlog.ops.dtype_groups import FLOATS_HALF_FIRST
from graphlog.ops.nn import depthwise_kernels as kernels
from graphlog.ops.nn.convolution import (
    LAYOUTS,
    check_gradient,
    checked_windows,
    convolution_windows,
    shared_attributes,
    sizes_shape,
)
from graphlog.ops.nn.windows import (
    channels_last,
    channels_second,
    is_channels_first,
    joined_shape,
    split_shape,
)


def _convolved_shape(op: Operation) -> list[StaticShape]:
    shape = shape_rules.with_rank(op.inputs[0].static_shape, 4)
    weights = shape_rules.with_rank(op.inputs[1].static_shape, 4)
    windows, channels_first = convolution_windows(op), is_channels_first(op)
    batch, sizes, channels = split_shape(shape, channels_first)
    channels = shape_rules.merged_size(channels, weights[2])
    filters = None if channels is None or weights[3] is None else channels * weights[3]
    counts = windows.output_shape(sizes, weights[:2])
    return [joined_shape(batch, counts, filters, channels_first)]


def _check(value: Any, weights_shape: Any) -> None:
    if value.ndim != 4:
        raise ValueError(f"input must be 4-dimensional{bracketed(value.shape)}")
    if len(weights_shape) != 4:
        raise ValueError(f"filter must be 4-dimensional: {bracketed(weights_shape)}")
    if value.shape[-1] != weights_shape[2]:
        raise ValueError(
            f"input and filter must have the same depth: {value.shape[-1]} vs {weights_shape[2]}"
        )


def _convolution_kernel(op: Operation) -> Kernel:
    windows, channels_first = checked_windows(op), is_channels_first(op)

    def kernel(value: Any, weights: Any, out: Any = None) -> Any:
        value = channels_last(value, channels_first)
        _check(value, weights.shape)
        if channels_first:
            return channels_second(kernels.convolve(windows, value, weights), out)
        return kernels.convolve(windows, value, weights, out)

    return kernel


def _input_gradient_kernel(op: Operation) -> Kernel:
    windows, channels_first = checked_windows(op), is_channels_first(op)

    def kernel(sizes: Any, weights: Any, grad: Any, out: Any = None) -> Any:
        batch, inner, channels = split_shape(tuple(sizes.tolist()), channels_first)
        shape: Any = joined_shape(batch, inner, channels, False)
        grad = channels_last(grad, channels_first)
        check_gradient(windows, shape, weights.shape, grad, weights.shape[2] * weights.shape[3])
        if channels_first:
            return channels_second(kernels.input_gradient(windows, shape, weights, grad), out)
        return kernels.input_gradient(windows, shape, weights, grad, out)

    return kernel


def _filter_gradient_kernel(op: Operation) -> Kernel:
    windows, channels_first = checked_windows(op), is_channels_first(op)

    def kernel(value: Any, sizes: Any, grad: Any, out: Any = None) -> Any:
        value, grad = channels_last(value, channels_first), channels_last(grad, channels_first)
        shape = tuple(sizes.tolist())
        _check(value, shape)
        check_gradient(windows, value.shape, shape, grad, shape[2] * shape[3])
        return kernels.filter_gradient(windows, value, shape, grad, out)

    return kernel


def _gradient(op: Operation, grad: Tensor) -> Any:
    value, weights = op.inputs
    shared = shared_attributes(op)
    return (
        DepthwiseConv2dNativeBackpropInput(shape_queries.shape(value), weights, grad, **shared),
        DepthwiseConv2dNativeBackpropFilter(value, shape_queries.shape(weights), grad, **shared),
    )


def _input_gradient_gradient(op: Operation, grad: Tensor) -> Any:
    _, weights, out_grad = op.inputs
    shared = shared_attributes(op)
    by_filter = DepthwiseConv2dNativeBackpropFilter(grad, shape_queries.shape(weights), out_grad, **shared)
    return None, by_filter, DepthwiseConv2dNative(grad, weights, **shared)


def _filter_gradient_gradient(op: Operation, grad: Tensor) -> Any:
    value, _, out_grad = op.inputs
    shared = shared_attributes(op)
    by_input = DepthwiseConv2dNativeBackpropInput(shape_queries.shape(value), grad, out_grad, **shared)
    return by_input, None, DepthwiseConv2dNative(value, grad, **shared)


_ATTRIBUTES = {
    "T": types(*FLOATS_HALF_FIRST),
    "strides": Attribute("list(int)"),
    "padding": string(allowed=("SAME", "VALID")),
    "data_format": string("NHWC", LAYOUTS),
    "dilations": Attribute("list(int)", [1, 1, 1, 1]),
}


def _numbers(*shape: int) -> Any:
    count = int(np.prod(shape))
    return samples.float32(np.cos(np.arange(count) * 1.3 + count)).reshape(shape)


_VALUE, _WEIGHTS = _numbers(1, 3, 4, 2), _numbers(2, 2, 2, 2)
_SAME = {"strides": [1, 2, 2, 1], "padding": "SAME"}
_FIRST = {
    **{"strides": [1, 1, 1, 1], "padding": "VALID", "data_format": "NCHW"},
    "dilations": [1, 1, 2, 1],
}
_VALUE_FIRST = np.moveaxis(_VALUE, -1, 1).copy()

DepthwiseConv2dNative = define_op(
    "DepthwiseConv2dNative",
    ["input: T", "filter: T"],
    ["output: T"],
    attributes=_ATTRIBUTES,
    shape=_convolved_shape,
    make_kernel=_convolution_kernel,
    gradient=_gradient,
    samples=[
        Sample((_VALUE, _WEIGHTS), _SAME),
        Sample((_VALUE_FIRST, _WEIGHTS), _FIRST),
        Sample((_VALUE, _WEIGHTS[:, :, :1]), _SAME, raises="must have the same depth: 2 vs 1"),
        Sample((_VALUE[0], _WEIGHTS), _SAME, raises="input must be 4-dimensional"),
    ],
)
DepthwiseConv2dNativeBackpropInput = define_op(
    "DepthwiseConv2dNativeBackpropInput",
    ["input_sizes: int32", "filter: T", "out_backprop: T"],
    ["output: T"],
    attributes=_ATTRIBUTES,
    shape=sizes_shape(4, 0),
    make_kernel=_input_gradient_kernel,
    gradient=_input_gradient_gradient,
    samples=[
        Sample((samples.int32([1, 3, 4, 2]), _WEIGHTS, _numbers(1, 2, 2, 4)), _SAME),
        Sample((samples.int32([1, 2, 3, 4]), _WEIGHTS, _numbers(1, 4, 1, 3)), _FIRST),
        Sample((samples.int32([1, 3, 4, 2]), _WEIGHTS, _numbers(1, 2, 2, 2)), _SAME, raises="same out_depth"),
    ],
)
DepthwiseConv2dNativeBackpropFilter = define_op(
    "DepthwiseConv2dNativeBackpropFilter",
    ["input: T", "filter_sizes: int32", "out_backprop: T"],
    ["output: T"],
    attributes=_ATTRIBUTES,
    shape=sizes_shape(4, 1),
    make_kernel=_filter_gradient_kernel,
    gradient=_filter_gradient_gradient,
    samples=[
        Sample((_VALUE, samples.int32([2, 2, 2, 2]), _numbers(1, 2, 2, 4)), _SAME),
        Sample((_VALUE_FIRST, samples.int32([2, 2, 2, 2]), _numbers(1, 4, 1, 3)), _FIRST),
    ],
)
