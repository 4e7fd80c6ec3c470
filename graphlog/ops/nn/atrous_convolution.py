"""``tf.nn.convolution`` and the convolutions made of it: with gaps in the filter, depthwise, separable."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core.conversion import convert_to_tensor
from graphlog.core.shapes import Dimension, StaticShape, TensorShape
from graphlog.core.tensor import Tensor
from graphlog.ops.array import shape_queries, space_batches
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.nn import convolution_functions as functions
from graphlog.ops.nn.atrous import slid_apart, strides_and_rates
from graphlog.ops.nn.convolution import Conv2D, Conv2DBackpropInput, Conv3D
from graphlog.ops.nn.depthwise_convolution import (
    DepthwiseConv2dNative,
    DepthwiseConv2dNativeBackpropFilter,
    DepthwiseConv2dNativeBackpropInput,
)
from graphlog.ops.nn.window_arguments import channel_axis, sequence
from graphlog.ops.renamed_arguments import renamed_argument


def convolution(
    input: Any,
    filter: Any = None,
    padding: Any = None,
    strides: Any = None,
    dilation_rate: Any = None,
    name: str | None = None,
    data_format: str | None = None,
    filters: Any = None,
    dilations: Any = None,
) -> Tensor:
    """The convolution of a tensor with a filter, in one, two or three dimensions.

    Args:
        input: a tensor ``(batch, *sizes, channels)``, or with the channels second.
        filter: ``(*window, channels, filters)``.
        padding: ``"SAME"`` or ``"VALID"``.
        strides: the step of the filter along each axis.
        dilation_rate: the step between the elements of the filter along each axis.
        name: the operation's name.
        data_format: ``"NC…"`` where the channels come second.
        filters: the newer name of ``filter``.
        dilations: the newer name of ``dilation_rate``.

    Returns:
        A Tensor of the same dtype and format, with the filters as its channels.

    Raises:
        ValueError: shapes do not fit, or there are both strides and dilation rates above 1.

    Source: ``tf.nn.convolution``.
    """
    weights = renamed_argument("filters", filters, "filter", filter)
    rates = renamed_argument("dilations", dilations, "dilation_rate", dilation_rate)
    value_shape, weights_shape = _static_shape(input), _static_shape(weights)
    known = weights_shape if value_shape is None else value_shape
    if known is None:
        raise ValueError("rank of input or filter must be known")
    count = len(known) - 2
    if not 1 <= count <= 3:
        raise ValueError(f"Input tensor must be of rank 3, 4 or 5 but was {count + 2}.")
    channel = channel_axis(data_format, count)
    steps, gaps = sequence(strides, count, channel, "strides"), sequence(rates, count, channel, "dilations")
    with name_scope(name, "convolution", [input, weights]) as scope:
        if all(gap == 1 for gap in gaps):
            arguments = {"padding": padding, "data_format": data_format, "dilations": gaps, "name": scope}
            if count == 1:
                return functions.conv1d(input, weights, steps, **arguments)
            return (Conv2D if count == 2 else Conv3D)(input, weights, strides=steps, **arguments)
        inner = slice(2, None) if channel == 1 else slice(1, -1)
        return _dilated(input, weights, padding, steps[inner], gaps[inner], scope, data_format)


def _static_shape(value: Any) -> StaticShape:
    """The static shape of a tensor or an array."""
    try:
        return value.static_shape if isinstance(value, Tensor) else tuple(np.shape(value))
    except ValueError:
        raise ValueError(f"{value!r} is no tensor: its rows are not of one length.") from None


def _dilated(
    input: Any,
    weights: Any,
    padding: str,
    strides: Any,
    rates: Any,
    scope: str,
    data_format: str | None,
) -> Tensor:
    value_shape, weights_shape = _static_shape(input), _static_shape(weights)
    known = value_shape if weights_shape is None else weights_shape
    assert known is not None
    count = len(known) - 2
    channels_first = data_format is not None and data_format.startswith("NC")
    for kind, shape in (("input", value_shape), ("filter", weights_shape)):
        if shape is not None and len(shape) != count + 2:
            raise ValueError(f"{kind} tensor must have rank {count + 2}")
    if value_shape is not None and weights_shape is not None:
        channels, expected = value_shape[1 if channels_first else -1], weights_shape[count]
        if channels is not None and expected is not None and channels != expected:
            raise ValueError(
                "number of input channels does not match corresponding dimension of filter, "
                f"{channels} != {expected}"
            )
    strides, rates = strides_and_rates(count, strides, rates)
    first = 2 if channels_first else 1

    def convolve(value: Tensor, inner_padding: str) -> Tensor:
        return _without_gaps(value, weights, inner_padding, strides.tolist(), scope, data_format)

    return slid_apart(
        input,
        rates,
        padding,
        convolve,
        filter_shape=TensorShape(weights_shape),
        spatial_dims=range(first, count + first),
        data_format=data_format,
        filter=weights,
    )


def _without_gaps(
    value: Tensor, weights: Any, padding: str, strides: list[int], scope: str, data_format: str | None
) -> Tensor:
    count = len(strides)
    # TensorFlow enters the scope again, by its full name.
    with name_scope(scope, values=[value, weights]) as name:
        weights = convert_to_tensor(weights, name="filter")
        if count == 1:
            layout = data_format or "NWC"
            return functions.conv1d(value, weights, strides[0], padding, data_format=layout, name=name)
        steps = [1, 1, *strides] if channel_axis(data_format, count) == 1 else [1, *strides, 1]
        if count == 2:
            layout = data_format or "NHWC"
            return functions.conv2d(value, weights, steps, padding, data_format=layout, name=name)
        return Conv3D(value, weights, strides=steps, padding=padding, data_format=data_format, name=name)


def _pair(rate: Any) -> Any:
    try:
        return np.broadcast_to(rate, (2,))
    except ValueError:
        raise ValueError(f"rate must be one integer, or two, but is {rate!r}.") from None


def atrous_conv2d(value: Any, filters: Any, rate: Any, padding: str, name: str | None = None) -> Tensor:
    """``convolution`` of images whose filter takes every ``rate``-th element (``tf.nn.atrous_conv2d``)."""
    return convolution(value, filters, padding, dilation_rate=_pair(rate), name=name)


def atrous_conv2d_transpose(
    value: Any, filters: Any, output_shape: Any, rate: int, padding: str, name: str | None = None
) -> Tensor:
    """The transpose of ``atrous_conv2d``.

    Args:
        value: images ``(batch, height, width, channels)``.
        filters: ``(height, width, filters, channels)``.
        output_shape: the shape of the result, a list or a tensor.
        rate: the step between the elements of the filter.
        padding: ``"SAME"`` or ``"VALID"``.
        name: the operation's name.

    Returns:
        A Tensor of ``output_shape``.

    Raises:
        ValueError: an argument does not fit.

    Source: ``tf.nn.atrous_conv2d_transpose``.
    """
    with name_scope(name, "atrous_conv2d_transpose", [value, filters, output_shape]):
        value, filters = convert_to_tensor(value, name="value"), convert_to_tensor(filters, name="filters")
        value.shape.with_rank(4)
        filters.shape.with_rank(4)
        _check_equal(value.shape[3], filters.shape[3], "value's input channels does not match filters'")
        if rate < 1:
            raise ValueError(f"rate {rate} cannot be less than one")
        if rate == 1:
            return functions.conv2d_transpose(
                value, filters, output_shape, strides=[1, 1, 1, 1], padding=padding, data_format="NHWC"
            )
        sizes = convert_to_tensor(output_shape, name="output_shape")
        if not sizes.shape.is_compatible_with([4]):
            raise ValueError(f"output_shape must have shape (4,), got {sizes.shape}")
        if isinstance(output_shape, tuple | list | np.ndarray):
            output_shape = list(output_shape)
            _check_equal(output_shape[3], filters.shape[2], "output_shape does not match filter's output")
        (top, bottom), (left, right) = _transpose_paddings(filters, rate, padding)
        height, width = output_shape[1] + top + bottom, output_shape[2] + left + right
        bottom_extra, right_extra = (rate - height % rate) % rate, (rate - width % rate) % rate
        apart = space_batches.space_to_batch(
            input=value, paddings=[[0, bottom_extra], [0, right_extra]], block_size=rate
        )
        inner_sizes = [
            rate * rate * output_shape[0],
            (height + bottom_extra) // rate,
            (width + right_extra) // rate,
            output_shape[3],
        ]
        result = Conv2DBackpropInput(
            inner_sizes, filters, apart, strides=[1, 1, 1, 1], padding="VALID", data_format="NHWC"
        )
        crops = [[top, bottom + bottom_extra], [left, right + right_extra]]
        return space_batches.batch_to_space(input=result, crops=crops, block_size=rate)


def _check_equal(first: Any, second: Any, text: str) -> None:
    if not TensorShape([first]).is_compatible_with([second]):
        raise ValueError(f"{text} channels, {first} != {second}")


def _transpose_paddings(filters: Tensor, rate: int, padding: str) -> Any:
    if padding == "VALID":
        return (0, 0), (0, 0)
    if padding != "SAME":
        raise ValueError(f"padding must be either VALID or SAME: {padding}")
    static = filters.shape
    window: Any = static.as_list() if static.is_fully_defined() else shape_queries.shape(filters)
    height, width = window[0], window[1]
    tall, wide = height + (height - 1) * (rate - 1), width + (width - 1) * (rate - 1)
    tall, wide = tall - 1, wide - 1
    top = tall // 2
    bottom = tall - top
    left = wide // 2
    return (top, bottom), (left, wide - left)


def depthwise_conv2d_native(
    input: Any,
    filter: Any,
    strides: Any,
    padding: str,
    data_format: str | None = "NHWC",
    dilations: Any = (1, 1, 1, 1),
    name: str | None = None,
) -> Tensor:
    """Images convolved with filters of their own for each channel (``DepthwiseConv2dNative``)."""
    return DepthwiseConv2dNative(
        input,
        filter,
        strides=strides,
        padding=padding,
        data_format=data_format,
        dilations=dilations,
        name=name,
    )


def depthwise_conv2d_native_backprop_input(
    input_sizes: Any,
    filter: Any,
    out_backprop: Any,
    strides: Any,
    padding: str,
    data_format: str = "NHWC",
    dilations: Any = (1, 1, 1, 1),
    name: str | None = None,
) -> Tensor:
    """The gradient of ``depthwise_conv2d_native`` by its input, whose shape is ``input_sizes``."""
    return DepthwiseConv2dNativeBackpropInput(
        input_sizes,
        filter,
        out_backprop,
        strides=strides,
        padding=padding,
        data_format=data_format,
        dilations=dilations,
        name=name,
    )


def depthwise_conv2d_native_backprop_filter(
    input: Any,
    filter_sizes: Any,
    out_backprop: Any,
    strides: Any,
    padding: str,
    data_format: str = "NHWC",
    dilations: Any = (1, 1, 1, 1),
    name: str | None = None,
) -> Tensor:
    """The gradient of ``depthwise_conv2d_native`` by its filter, whose shape is ``filter_sizes``."""
    return DepthwiseConv2dNativeBackpropFilter(
        input,
        filter_sizes,
        out_backprop,
        strides=strides,
        padding=padding,
        data_format=data_format,
        dilations=dilations,
        name=name,
    )


def depthwise_conv2d(
    input: Any,
    filter: Any,
    strides: Any,
    padding: str,
    rate: Any = None,
    name: str | None = None,
    data_format: str | None = None,
    dilations: Any = None,
) -> Tensor:
    """Images convolved with filters of their own for each channel.

    Args:
        input: images ``(batch, height, width, channels)``, or with the channels second for ``"NCHW"``.
        filter: ``(height, width, channels, multiplier)``: so many filters for each channel.
        strides: the step of the filter, for each of the four axes.
        padding: ``"SAME"`` or ``"VALID"``.
        rate: the step between the elements of the filter, for height and width.
        name: the operation's name.
        data_format: ``"NHWC"`` or ``"NCHW"``.
        dilations: the newer name of ``rate``.

    Returns:
        A Tensor of the same dtype and format with ``channels * multiplier`` channels.

    Raises:
        ValueError: shapes do not fit.

    Source: ``tf.nn.depthwise_conv2d``.
    """
    rates = renamed_argument("dilations", dilations, "rate", rate)
    with name_scope(name, "depthwise", [input, filter]) as scope:
        value, weights = (
            convert_to_tensor(input, name="tensor_in"),
            convert_to_tensor(filter, name="filter_in"),
        )
        return _depthwise(value, weights, strides, padding, rates, data_format, scope)


def _depthwise(
    value: Tensor, weights: Tensor, strides: Any, padding: str, rates: Any, data_format: Any, name: str
) -> Tensor:
    def convolve(apart: Tensor, inner_padding: str) -> Tensor:
        return depthwise_conv2d_native(
            apart, weights, strides, inner_padding, data_format=data_format, name=name
        )

    return slid_apart(
        value,
        [1, 1] if rates is None else rates,
        padding,
        convolve,
        filter_shape=shape_queries.shape(weights),
        data_format=data_format,
    )


def separable_conv2d(
    input: Any,
    depthwise_filter: Any,
    pointwise_filter: Any,
    strides: Any,
    padding: str,
    rate: Any = None,
    name: str | None = None,
    data_format: str | None = None,
    dilations: Any = None,
) -> Tensor:
    """``depthwise_conv2d``, and then a convolution of single pixels that mixes the channels.

    Args:
        input: images ``(batch, height, width, channels)``, or with the channels second for ``"NCHW"``.
        depthwise_filter: ``(height, width, channels, multiplier)``.
        pointwise_filter: ``(1, 1, channels * multiplier, filters)``.
        strides: the step of the depthwise filter, for each of the four axes.
        padding: ``"SAME"`` or ``"VALID"``.
        rate: the step between the elements of the depthwise filter, for height and width.
        name: the operation's name.
        data_format: ``"NHWC"`` or ``"NCHW"``.
        dilations: the newer name of ``rate``.

    Returns:
        A Tensor of the same dtype and format, with the filters as its channels.

    Raises:
        ValueError: shapes do not fit.

    Source: ``tf.nn.separable_conv2d``.
    """
    rates = renamed_argument("dilations", dilations, "rate", rate)
    with name_scope(name, "separable_conv2d", [input, depthwise_filter, pointwise_filter]) as scope:
        value = convert_to_tensor(input, name="tensor_in")
        depthwise = convert_to_tensor(depthwise_filter, name="depthwise_filter")
        pointwise = convert_to_tensor(pointwise_filter, name="pointwise_filter")
        for size in pointwise.shape.with_rank(4).as_list()[:2]:
            Dimension(size).merge_with(1)
        apart = _depthwise(value, depthwise, strides, padding, rates, data_format, "depthwise")
        return functions.conv2d(
            apart, pointwise, [1, 1, 1, 1], padding="VALID", data_format=data_format, name=scope
        )
