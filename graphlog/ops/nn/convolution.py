"""Convolutions in two and three dimensions, and what their gradients are made of."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import Attribute, boolean, string, types
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape, bracketed
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.array import shape_queries
from graphlog.ops.dtype_groups import FLOATS_HALF_FIRST, INDICES
from graphlog.ops.nn import convolution_kernels as kernels
from graphlog.ops.nn.windows import (
    Windows,
    channels_last,
    is_channels_first,
    joined_shape,
    split_shape,
)
from graphlog.ops.static_values import constant_shape

LAYOUTS = ("NHWC", "NCHW")
LAYOUTS_3D = ("NDHWC", "NCDHW")


def convolution_windows(op: Operation) -> Windows:
    """How the filter of a convolution slides, from its attributes.

    Raises:
        ValueError: an attribute has another length than it should, or a size that is not allowed.
    """
    strides, dilations = op.attributes["strides"], op.attributes.get("dilations")
    rank = 5 if op.type.startswith("Conv3D") else 4
    layout = op.attributes["data_format"].decode()
    dilations = [1] * rank if dilations is None else dilations
    if len(dilations) != rank:
        raise ValueError(
            f"{op.type} requires the dilation attribute to contain {rank} values, but got: {len(dilations)}"
        )
    if len(strides) != rank:
        raise ValueError(
            f"{op.type} on data format {layout} requires the stride attribute to contain {rank} values, "
            f"but got: {len(strides)}"
        )
    first = 2 if is_channels_first(op) else 1
    inner = slice(first, first + rank - 2)
    for stride in strides[inner]:
        if stride <= 0:
            raise ValueError(f"Stride must be > 0, but got {stride}")
    for dilation in dilations[inner]:
        if dilation < 1:
            raise ValueError(f"Dilation rate must be >= 1, but got {dilation}")
    explicit = _explicit_paddings(op, rank)
    return Windows(
        tuple(strides[inner]), tuple(dilations[inner]), op.attributes["padding"].decode(), explicit[inner]
    )


def _explicit_paddings(op: Operation, rank: int) -> tuple[tuple[int, int], ...]:
    flat = op.attributes.get("explicit_paddings", [])
    if op.attributes["padding"] != b"EXPLICIT":
        if flat:
            raise ValueError(
                "explicit_paddings attribute must be empty if the padding attribute is not EXPLICIT"
            )
        return ()
    if len(flat) != 2 * rank:
        raise ValueError(f"explicit_paddings attribute must contain {2 * rank} values, but got: {len(flat)}")
    if min(flat) < 0:
        raise ValueError("All elements of explicit_paddings must be nonnegative")
    pairs = tuple(zip(flat[::2], flat[1::2], strict=True))
    channel = 1 if is_channels_first(op) else rank - 1
    if any(pairs[0]) or any(pairs[channel]):
        raise ValueError("Nonzero explicit padding in the batch or depth dimensions is not supported")
    return pairs


def checked_windows(op: Operation) -> Windows:
    """``convolution_windows`` of an operation that is about to run."""
    windows = convolution_windows(op)
    channel = 1 if is_channels_first(op) else -1
    for name in ("strides", "dilations"):
        steps = op.attributes.get(name, [1])
        if steps[0] != 1 or steps[channel if len(steps) > 1 else 0] != 1:
            raise ValueError(
                f"Current implementation does not yet support {name} in the batch and depth dimensions."
            )
    return windows


def _convolved_shape(op: Operation) -> list[StaticShape]:
    rank = 5 if op.type == "Conv3D" else 4
    shape = shape_rules.with_rank(op.inputs[0].static_shape, rank)
    weights = shape_rules.with_rank(op.inputs[1].static_shape, rank)
    windows, channels_first = convolution_windows(op), is_channels_first(op)
    batch, sizes, channels = split_shape(shape, channels_first)
    if channels is not None and weights[-2] is not None and channels % max(1, weights[-2]):
        raise ValueError(
            f"Depth of input ({channels}) is not a multiple of input depth of filter ({weights[-2]})"
        )
    counts = windows.output_shape(sizes, weights[:-2])
    return [joined_shape(batch, counts, weights[-1], channels_first)]


def _convolution_kernel(op: Operation) -> Kernel:
    windows, channels_first = checked_windows(op), is_channels_first(op)

    def kernel(value: Any, weights: Any, out: Any = None) -> Any:
        value = channels_last(value, channels_first)
        if value.ndim != len(windows.strides) + 2:
            raise ValueError(f"input must be {len(windows.strides) + 2}-dimensional{bracketed(value.shape)}")
        if weights.ndim != value.ndim:
            raise ValueError(f"filter must be {value.ndim}-dimensional: {bracketed(weights.shape)}")
        if value.shape[-1] != weights.shape[-2]:
            raise ValueError(
                f"input depth must be evenly divisible by filter depth: {value.shape[-1]} vs "
                f"{weights.shape[-2]}"
                if weights.shape[-2] == 0 or value.shape[-1] % weights.shape[-2]
                else f"Grouped convolutions are not supported: the input depth of {value.shape[-1]} does not "
                f"match the filter input depth of {weights.shape[-2]}"
            )
        if channels_first and out is None:
            counts = windows.output_sizes(value.shape[1:-1], weights.shape[:-2])
            out = np.empty((value.shape[0], weights.shape[-1], *counts), value.dtype)
        result = kernels.convolve(windows, value, weights, channels_last(out, channels_first))
        return result if out is None else out

    return kernel


def sizes_shape(rank: int, index: int) -> Any:
    """The shape rule of an operation whose output has the shape that an input lists."""
    return lambda op: [shape_rules.with_rank(constant_shape(op.inputs[index]), rank)]


def check_gradient(windows: Windows, value_shape: Any, weights_shape: Any, grad: Any, filters: int) -> None:
    """Raises ValueError where shapes of a convolution's gradient do not fit; the channels come last."""
    rank = len(windows.strides) + 2
    for name, shape in (("input", value_shape), ("filter", weights_shape), ("out_backprop", grad.shape)):
        if len(shape) != rank:
            raise ValueError(f"{name} must be {rank}-dimensional")
    if value_shape[0] != grad.shape[0]:
        raise ValueError(
            f"input and out_backprop must have the same batch size: input batch: {value_shape[0]} "
            f"outbackprop batch: {grad.shape[0]}"
        )
    if grad.shape[-1] != filters:
        raise ValueError("filter and out_backprop must have the same out_depth")
    if value_shape[-1] != weights_shape[-2]:
        raise ValueError(
            f"input and filter must have the same depth: {value_shape[-1]} vs {weights_shape[-2]}"
        )
    counts = windows.output_sizes(value_shape[1:-1], weights_shape[:-2])
    for axis, (actual, computed) in enumerate(zip(grad.shape[1:-1], counts, strict=True)):
        if actual != computed:
            raise ValueError(
                f"Size of out_backprop doesn't match computed: actual = {actual}, computed = {computed} "
                f"spatial_dim: {axis + 1} input: {value_shape[axis + 1]} filter: {weights_shape[axis]} "
                f"output: {actual} stride: {windows.strides[axis]} dilation: {windows.dilations[axis]}"
            )


def _input_gradient_kernel(op: Operation) -> Kernel:
    windows, channels_first = checked_windows(op), is_channels_first(op)

    def kernel(sizes: Any, weights: Any, grad: Any, out: Any = None) -> Any:
        own_shape = _as_shape(sizes, "input")
        batch, inner, channels = split_shape(own_shape, channels_first)
        shape: Any = joined_shape(batch, inner, channels, False)
        grad = channels_last(grad, channels_first)
        check_gradient(windows, shape, weights.shape, grad, weights.shape[-1])
        if channels_first and out is None:
            out = np.empty(own_shape, grad.dtype)
        result = kernels.input_gradient(windows, shape, weights, grad, channels_last(out, channels_first))
        return result if out is None else out

    return kernel


def _as_shape(sizes: Any, name: str) -> tuple[int, ...]:
    if sizes.ndim != 1 or sizes.size < 2 or sizes.min() < 0:
        raise ValueError(f"{name} sizes must be a vector of sizes, not {sizes.tolist()}")
    return tuple(sizes.tolist())


def _filter_gradient_kernel(op: Operation) -> Kernel:
    windows, channels_first = checked_windows(op), is_channels_first(op)

    def kernel(value: Any, sizes: Any, grad: Any, out: Any = None) -> Any:
        value, grad = channels_last(value, channels_first), channels_last(grad, channels_first)
        shape = _as_shape(sizes, "filter")
        check_gradient(windows, value.shape, shape, grad, shape[-1])
        return kernels.filter_gradient(windows, value, shape, grad, out)

    return kernel


# What the convolutions and their gradients have in common is passed on from one to the other.
_SHARED = ("strides", "use_cudnn_on_gpu", "padding", "explicit_paddings", "data_format", "dilations")


def shared_attributes(op: Operation) -> dict[str, Any]:
    """The attributes that a convolution's gradient has in common with it."""
    return {name: op.attributes[name] for name in _SHARED if name in op.attributes}


def _conv2d_gradient(op: Operation, grad: Tensor) -> Any:
    value, weights = op.inputs
    value_sizes, weight_sizes = shape_queries.shape_n([value, weights])
    shared = shared_attributes(op)
    return (
        Conv2DBackpropInput(value_sizes, weights, grad, **shared),
        Conv2DBackpropFilter(value, weight_sizes, grad, **shared),
    )


def _conv3d_gradient(op: Operation, grad: Tensor) -> Any:
    value, weights = op.inputs
    shared = shared_attributes(op)
    by_input = Conv3DBackpropInputV2(shape_queries.shape(value), weights, grad, **shared)
    return by_input, Conv3DBackpropFilterV2(value, shape_queries.shape(weights), grad, **shared)


# Convolution is linear in each of its inputs, so that the gradients of its gradients are its own.


def _input_gradient_gradient(op: Operation, grad: Tensor) -> Any:
    _, weights, out_grad = op.inputs
    shared = shared_attributes(op)
    is_3d = op.type.startswith("Conv3D")
    backprop_filter, convolution = (
        (Conv3DBackpropFilterV2, Conv3D) if is_3d else (Conv2DBackpropFilter, Conv2D)
    )
    by_filter = backprop_filter(grad, shape_queries.shape(weights), out_grad, **shared)
    return None, by_filter, convolution(grad, weights, **shared)


def _filter_gradient_gradient(op: Operation, grad: Tensor) -> Any:
    value, _, out_grad = op.inputs
    shared = shared_attributes(op)
    is_3d = op.type.startswith("Conv3D")
    backprop_input, convolution = (Conv3DBackpropInputV2, Conv3D) if is_3d else (Conv2DBackpropInput, Conv2D)
    by_input = backprop_input(shape_queries.shape(value), grad, out_grad, **shared)
    return by_input, None, convolution(value, grad, **shared)


_ATTRIBUTES = {
    "T": types(*FLOATS_HALF_FIRST),
    "strides": Attribute("list(int)"),
    "use_cudnn_on_gpu": boolean(True),
    "padding": string(allowed=("SAME", "VALID", "EXPLICIT")),
    "explicit_paddings": Attribute("list(int)", []),
    "data_format": string("NHWC", LAYOUTS),
    "dilations": Attribute("list(int)", [1, 1, 1, 1]),
}
_ATTRIBUTES_3D = {
    "T": types(*FLOATS_HALF_FIRST),
    "strides": Attribute("list(int)", minimum=5),
    "padding": string(allowed=("SAME", "VALID")),
    "data_format": string("NDHWC", LAYOUTS_3D),
    "dilations": Attribute("list(int)", [1, 1, 1, 1, 1]),
}


def _numbers(*shape: int) -> Any:
    """Some numbers of either sign in an array of that shape."""
    count = int(np.prod(shape))
    return samples.float32(np.sin(np.arange(count) * 1.7 + count)).reshape(shape)


_VALUE, _WEIGHTS = _numbers(1, 4, 3, 2), _numbers(2, 2, 2, 3)
_SAME = {"strides": [1, 2, 1, 1], "padding": "SAME"}
_VALID = {"strides": [1, 1, 1, 1], "padding": "VALID", "dilations": [1, 2, 1, 1]}
_EXPLICIT = {"strides": [1, 2, 2, 1], "padding": "EXPLICIT", "explicit_paddings": [0, 0, 1, 0, 2, 1, 0, 0]}
_FIRST = {"strides": [1, 1, 1, 2], "padding": "SAME", "data_format": "NCHW"}
_VALUE_3D, _WEIGHTS_3D = _numbers(1, 3, 2, 3, 1), _numbers(2, 1, 2, 1, 2)
_SAME_3D = {"strides": [1, 1, 1, 2, 1], "padding": "SAME"}
_FIRST_3D = {
    **{"strides": [1, 1, 1, 1, 1], "padding": "VALID", "data_format": "NCDHW"},
    "dilations": [1, 1, 2, 1, 1],
}

Conv2D = define_op(
    "Conv2D",
    ["input: T", "filter: T"],
    ["output: T"],
    attributes=_ATTRIBUTES,
    shape=_convolved_shape,
    make_kernel=_convolution_kernel,
    gradient=_conv2d_gradient,
    samples=[
        Sample((_VALUE, _WEIGHTS), _SAME),
        Sample((_VALUE, _WEIGHTS), _VALID),
        Sample((_VALUE, _WEIGHTS), _EXPLICIT),
        Sample((np.moveaxis(_VALUE, -1, 1), _WEIGHTS), _FIRST),
        Sample((_numbers(2, 3, 3, 2)[:0], _WEIGHTS), _SAME),
        Sample((_numbers(1, 2, 3, 2), _WEIGHTS), _VALID, raises="output size would be negative"),
        Sample((_numbers(1, 4, 3, 3), _WEIGHTS), _SAME, raises="evenly divisible by filter depth: 3 vs 2"),
        Sample((_numbers(4, 3, 2), _WEIGHTS), _SAME, raises="input must be 4-dimensional"),
    ],
)
Conv2DBackpropInput = define_op(
    "Conv2DBackpropInput",
    ["input_sizes: int32", "filter: T", "out_backprop: T"],
    ["output: T"],
    attributes=_ATTRIBUTES,
    shape=sizes_shape(4, 0),
    make_kernel=_input_gradient_kernel,
    gradient=_input_gradient_gradient,
    samples=[
        Sample((samples.int32([1, 4, 3, 2]), _WEIGHTS, _numbers(1, 2, 3, 3)), _SAME),
        Sample((samples.int32([1, 4, 3, 2]), _WEIGHTS, _numbers(1, 2, 2, 3)), _VALID),
        Sample((samples.int32([1, 4, 3, 2]), _WEIGHTS, _numbers(1, 2, 3, 3)), _EXPLICIT),
        Sample((samples.int32([1, 2, 4, 3]), _WEIGHTS, _numbers(1, 3, 4, 2)), _FIRST),
        Sample(
            (samples.int32([1, 4, 3, 2]), _WEIGHTS, _numbers(1, 3, 3, 3)),
            _SAME,
            raises="doesn't match computed: actual = 3, computed = 2",
        ),
        Sample(
            (samples.int32([1, 4, 3, 2]), _WEIGHTS, _numbers(2, 2, 3, 3)), _SAME, raises="same batch size"
        ),
    ],
)
Conv2DBackpropFilter = define_op(
    "Conv2DBackpropFilter",
    ["input: T", "filter_sizes: int32", "out_backprop: T"],
    ["output: T"],
    attributes=_ATTRIBUTES,
    shape=sizes_shape(4, 1),
    make_kernel=_filter_gradient_kernel,
    gradient=_filter_gradient_gradient,
    samples=[
        Sample((_VALUE, samples.int32([2, 2, 2, 3]), _numbers(1, 2, 3, 3)), _SAME),
        Sample((_VALUE, samples.int32([2, 2, 2, 3]), _numbers(1, 2, 2, 3)), _VALID),
        Sample((_VALUE, samples.int32([2, 2, 2, 3]), _numbers(1, 2, 3, 3)), _EXPLICIT),
        Sample((np.moveaxis(_VALUE, -1, 1), samples.int32([2, 2, 2, 3]), _numbers(1, 3, 4, 2)), _FIRST),
        Sample((_VALUE, samples.int32([2, 2, 2, 3]), _numbers(1, 2, 3, 2)), _SAME, raises="same out_depth"),
    ],
)
Conv3D = define_op(
    "Conv3D",
    ["input: T", "filter: T"],
    ["output: T"],
    attributes=_ATTRIBUTES_3D,
    shape=_convolved_shape,
    make_kernel=_convolution_kernel,
    gradient=_conv3d_gradient,
    samples=[
        Sample((_VALUE_3D, _WEIGHTS_3D), _SAME_3D),
        Sample((np.moveaxis(_VALUE_3D, -1, 1), _WEIGHTS_3D), _FIRST_3D),
    ],
)
Conv3DBackpropInputV2 = define_op(
    "Conv3DBackpropInputV2",
    ["input_sizes: Tshape", "filter: T", "out_backprop: T"],
    ["output: T"],
    attributes={**_ATTRIBUTES_3D, "Tshape": types(*INDICES, default=dtypes.int32)},
    shape=sizes_shape(5, 0),
    make_kernel=_input_gradient_kernel,
    gradient=_input_gradient_gradient,
    samples=[
        Sample((samples.int32([1, 3, 2, 3, 1]), _WEIGHTS_3D, _numbers(1, 3, 2, 2, 2)), _SAME_3D),
        Sample((samples.int64([1, 1, 3, 2, 3]), _WEIGHTS_3D, _numbers(1, 2, 1, 2, 2)), _FIRST_3D),
    ],
)
Conv3DBackpropFilterV2 = define_op(
    "Conv3DBackpropFilterV2",
    ["input: T", "filter_sizes: int32", "out_backprop: T"],
    ["output: T"],
    attributes=_ATTRIBUTES_3D,
    shape=sizes_shape(5, 1),
    make_kernel=_filter_gradient_kernel,
    gradient=_filter_gradient_gradient,
    samples=[
        Sample((_VALUE_3D, samples.int32([2, 1, 2, 1, 2]), _numbers(1, 3, 2, 2, 2)), _SAME_3D),
        Sample(
            (np.moveaxis(_VALUE_3D, -1, 1), samples.int32([2, 1, 2, 1, 2]), _numbers(1, 2, 1, 2, 2)),
            _FIRST_3D,
        ),
    ],
)
