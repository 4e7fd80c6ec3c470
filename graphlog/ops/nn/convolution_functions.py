"""``tf.nn.conv1d``, ``conv2d``, ``conv3d`` and their transposes.

In all of them ``filters`` and ``input`` are the newer names of ``filter`` and ``value``.
"""

from __future__ import annotations

from collections.abc import Sized
from typing import Any

from graphlog.core.tensor import Tensor
from graphlog.ops.array import axes, joining
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.nn.convolution import (
    Conv2D,
    Conv2DBackpropFilter,
    Conv2DBackpropInput,
    Conv3D,
    Conv3DBackpropFilterV2,
    Conv3DBackpropInputV2,
)
from graphlog.ops.nn.window_arguments import channel_axis, explicit_paddings, sequence
from graphlog.ops.renamed_arguments import renamed_argument


def conv2d(
    input: Any,
    filter: Any = None,
    strides: Any = None,
    padding: Any = None,
    use_cudnn_on_gpu: bool = True,
    data_format: str | None = "NHWC",
    dilations: Any = (1, 1, 1, 1),
    name: str | None = None,
    filters: Any = None,
) -> Tensor:
    """The convolution (strictly, the cross-correlation) of images with a filter.

    Args:
        input: images ``(batch, height, width, channels)``, or with the channels second for ``"NCHW"``.
        filter: ``(height, width, channels, filters)``.
        strides: the step of the filter: one number, one for height and width, or one for each axis.
        padding: ``"SAME"``, ``"VALID"``, or the elements before and after, a pair for each axis.
        use_cudnn_on_gpu: an attribute of the operation that means nothing here.
        data_format: ``"NHWC"`` or ``"NCHW"``.
        dilations: the step between the elements of the filter, given like ``strides``.
        name: the operation's name.
        filters: the newer name of ``filter``.

    Returns:
        A Tensor of the same dtype and format, with the filters as its channels.

    Raises:
        ValueError: shapes do not fit, or the filter is larger than the padded image.

    Source: TensorFlow's ``Conv2D``.
    """
    padding, explicit = explicit_paddings(padding)
    data_format = data_format or "NHWC"
    channel = channel_axis(data_format, 2)
    return Conv2D(
        input,
        renamed_argument("filters", filters, "filter", filter),
        strides=sequence(strides, 2, channel, "strides"),
        padding=padding,
        use_cudnn_on_gpu=use_cudnn_on_gpu,
        explicit_paddings=explicit,
        data_format=data_format,
        dilations=sequence(dilations, 2, channel, "dilations"),
        name=name,
    )


def conv2d_backprop_input(
    input_sizes: Any,
    filter: Any = None,
    out_backprop: Any = None,
    strides: Any = None,
    padding: Any = None,
    use_cudnn_on_gpu: bool = True,
    data_format: str = "NHWC",
    dilations: Any = (1, 1, 1, 1),
    name: str | None = None,
    filters: Any = None,
) -> Tensor:
    """The gradient of ``conv2d`` by its input, whose shape is ``input_sizes`` (``Conv2DBackpropInput``)."""
    padding, explicit = explicit_paddings(padding)
    return Conv2DBackpropInput(
        input_sizes,
        renamed_argument("filters", filters, "filter", filter),
        out_backprop,
        strides=strides,
        padding=padding,
        use_cudnn_on_gpu=use_cudnn_on_gpu,
        explicit_paddings=explicit,
        data_format=data_format,
        dilations=dilations,
        name=name,
    )


def conv2d_backprop_filter(
    input: Any,
    filter_sizes: Any,
    out_backprop: Any,
    strides: Any,
    padding: Any,
    use_cudnn_on_gpu: bool = True,
    data_format: str = "NHWC",
    dilations: Any = (1, 1, 1, 1),
    name: str | None = None,
) -> Tensor:
    """The gradient of ``conv2d`` by its filter, of shape ``filter_sizes`` (``Conv2DBackpropFilter``)."""
    padding, explicit = explicit_paddings(padding)
    return Conv2DBackpropFilter(
        input,
        filter_sizes,
        out_backprop,
        strides=strides,
        padding=padding,
        use_cudnn_on_gpu=use_cudnn_on_gpu,
        explicit_paddings=explicit,
        data_format=data_format,
        dilations=dilations,
        name=name,
    )


def conv2d_transpose(
    value: Any = None,
    filter: Any = None,
    output_shape: Any = None,
    strides: Any = None,
    padding: str = "SAME",
    data_format: str | None = "NHWC",
    name: str | None = None,
    input: Any = None,
    filters: Any = None,
    dilations: Any = None,
) -> Tensor:
    """The transpose of ``conv2d``: what its gradient does to its input.

    Args:
        value: images ``(batch, height, width, channels)``, or with the channels second for ``"NCHW"``.
        filter: ``(height, width, filters, channels)``.
        output_shape: the shape of the result.
        strides: the step of the filter in the result: one number, one for height and width, or one for
            each axis.
        padding: ``"SAME"`` or ``"VALID"``.
        data_format: ``"NHWC"`` or ``"NCHW"``.
        name: the operation's name.
        input: the newer name of ``value``.
        filters: the newer name of ``filter``.
        dilations: the step between the elements of the filter, given like ``strides``.

    Returns:
        A Tensor of ``output_shape``.

    Raises:
        ValueError: shapes do not fit.

    Source: TensorFlow's ``Conv2DBackpropInput``.
    """
    value = renamed_argument("input", input, "value", value)
    weights = renamed_argument("filters", filters, "filter", filter)
    with name_scope(name, "conv2d_transpose", [value, weights, output_shape]) as scope:
        data_format = data_format or "NHWC"
        channel = channel_axis(data_format, 2)
        return Conv2DBackpropInput(
            output_shape,
            weights,
            value,
            strides=sequence(strides, 2, channel, "strides"),
            padding=padding,
            data_format=data_format,
            dilations=sequence(dilations, 2, channel, "dilations"),
            name=scope,
        )


def conv1d(
    value: Any = None,
    filters: Any = None,
    stride: Any = None,
    padding: Any = None,
    use_cudnn_on_gpu: bool | None = None,
    data_format: str | None = None,
    name: str | None = None,
    input: Any = None,
    dilations: Any = None,
) -> Tensor:
    """The convolution of rows with a filter: ``conv2d`` with a height of 1.

    Args:
        value: rows ``(batch, width, channels)``, or with the channels second for ``"NCW"``.
        filters: ``(width, channels, filters)``.
        stride: the step of the filter.
        padding: ``"SAME"`` or ``"VALID"``.
        use_cudnn_on_gpu: an attribute of the operation that means nothing here.
        data_format: ``"NWC"`` or ``"NCW"``; the names of two dimensions are taken as well.
        name: the operation's name.
        input: the newer name of ``value``.
        dilations: the step between the elements of the filter.

    Returns:
        A Tensor of the same dtype and format.

    Raises:
        ValueError: shapes do not fit, or there is no such format.

    Source: ``tf.nn.conv1d``.
    """
    value = renamed_argument("input", input, "value", value)
    with name_scope(name, "conv1d", [value, filters]) as scope:
        layout, start, channel = _one_dimensional(data_format, ("NHWC", "NWC"), ("NCHW", "NCW"))
        strides = [1, *sequence(stride, 1, channel, "stride")]
        steps = [1, *sequence(dilations, 1, channel, "dilations")]
        value = axes.expand_dims(value, start)
        filters = axes.expand_dims(filters, 0)
        result = Conv2D(
            value,
            filters,
            strides=strides,
            padding=padding,
            use_cudnn_on_gpu=use_cudnn_on_gpu,
            data_format=layout,
            dilations=steps,
            name=scope,
        )
        return axes.squeeze(result, [start])


def _one_dimensional(
    data_format: str | None, last: tuple[str, ...], first: tuple[str, ...]
) -> tuple[str, int, int]:
    """The layout of two dimensions for one, which axis is put in, and which axis the channels are."""
    if data_format is None or data_format in last:
        return "NHWC", 1, 2
    if data_format in first:
        return "NCHW", 2, 1
    raise ValueError('data_format must be "NWC" or "NCW".')


def conv1d_transpose(
    input: Any,
    filters: Any,
    output_shape: Any,
    strides: Any,
    padding: str = "SAME",
    data_format: str | None = "NWC",
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """The transpose of ``conv1d``, of shape ``output_shape`` (``tf.nn.conv1d_transpose``)."""
    with name_scope(name, "conv1d_transpose", [input, filters, output_shape]) as scope:
        layout, start, channel = _one_dimensional(data_format, ("NWC",), ("NCW",))
        steps = [1, *sequence(strides, 1, channel, "stride")]
        rates = [1, *sequence(dilations, 1, channel, "dilations")]
        value, weights = axes.expand_dims(input, start), axes.expand_dims(filters, 0)
        sizes = output_shape if isinstance(output_shape, Tensor) else list(output_shape)
        sizes = joining.concat([sizes[:start], [1], sizes[start:]], 0)
        result = Conv2DBackpropInput(
            sizes,
            weights,
            value,
            strides=steps,
            padding=padding,
            data_format=layout,
            dilations=rates,
            name=scope,
        )
        return axes.squeeze(result, start)


def conv3d(
    input: Any,
    filter: Any = None,
    strides: Any = None,
    padding: Any = None,
    data_format: str = "NDHWC",
    dilations: Any = (1, 1, 1, 1, 1),
    name: str | None = None,
    filters: Any = None,
) -> Tensor:
    """The convolution of volumes with a filter.

    Args:
        input: volumes ``(batch, depth, height, width, channels)``, or with the channels second.
        filter: ``(depth, height, width, channels, filters)``.
        strides: the step of the filter, for each of the five axes.
        padding: ``"SAME"`` or ``"VALID"``.
        data_format: ``"NDHWC"`` or ``"NCDHW"``.
        dilations: the step between the elements of the filter, for each of the five axes.
        name: the operation's name.
        filters: the newer name of ``filter``.

    Returns:
        A Tensor of the same dtype and format, with the filters as its channels.

    Raises:
        ValueError: shapes do not fit, or the filter is larger than the padded volume.

    Source: TensorFlow's ``Conv3D``.
    """
    return Conv3D(
        input,
        renamed_argument("filters", filters, "filter", filter),
        strides=strides,
        padding=padding,
        data_format=data_format,
        dilations=dilations,
        name=name,
    )


def conv3d_backprop_filter(
    input: Any,
    filter_sizes: Any,
    out_backprop: Any,
    strides: Any,
    padding: Any,
    data_format: str = "NDHWC",
    dilations: Any = (1, 1, 1, 1, 1),
    name: str | None = None,
) -> Tensor:
    """The gradient of ``conv3d`` by its filter, whose shape is ``filter_sizes``."""
    return Conv3DBackpropFilterV2(
        input,
        filter_sizes,
        out_backprop,
        strides=strides,
        padding=padding,
        data_format=data_format,
        dilations=dilations,
        name=name,
    )


def conv3d_transpose(
    value: Any,
    filter: Any = None,
    output_shape: Any = None,
    strides: Any = None,
    padding: str = "SAME",
    data_format: str | None = "NDHWC",
    name: str | None = None,
    input: Any = None,
    filters: Any = None,
    dilations: Any = None,
) -> Tensor:
    """The transpose of ``conv3d``, of shape ``output_shape``; see ``conv2d_transpose``."""
    weights = renamed_argument("filters", filters, "filter", filter)
    value = renamed_argument("input", input, "value", value)
    with name_scope(name, "conv3d_transpose", [value, output_shape]) as scope:
        data_format = data_format or "NDHWC"
        channel = channel_axis(data_format, 3)
        return Conv3DBackpropInputV2(
            output_shape,
            weights,
            value,
            strides=sequence(strides, 3, channel, "strides"),
            padding=padding,
            data_format=data_format,
            dilations=sequence(dilations, 3, channel, "dilations"),
            name=scope,
        )


def conv_transpose(
    input: Any,
    filters: Any,
    output_shape: Any,
    strides: Any,
    padding: str = "SAME",
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """The transposed convolution in the dimensions that ``output_shape`` has (``tf.nn.conv_transpose``)."""
    with name_scope(name, "conv_transpose", [input, output_shape]) as scope:
        if isinstance(output_shape, Tensor):
            count = (output_shape.static_shape or (None,))[0]
        elif isinstance(output_shape, Sized):
            count = len(output_shape)
        else:
            raise ValueError("output_shape must be a tensor or sized collection.")
        if count is None or not 3 <= count <= 5:
            raise ValueError(f"output_shape must be of length 3, 4 or 5 but was {count}.")
        arguments = {"padding": padding, "data_format": data_format, "dilations": dilations, "name": scope}
        if count == 3:
            return conv1d_transpose(input, filters, output_shape, strides, **arguments)
        transpose = conv2d_transpose if count == 4 else conv3d_transpose
        return transpose(input, filters, output_shape, strides, **arguments)
