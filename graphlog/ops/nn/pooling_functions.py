"""``tf.nn.max_pool``, ``avg_pool`` and their relatives in one, two and three dimensions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from graphlog.core.conversion import convert_to_tensor
from graphlog.core.op_definition import OpDefinition
from graphlog.core.partials import partial_of
from graphlog.core.tensor import Tensor
from graphlog.ops.array import axes
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.nn.atrous import slid_apart, strides_and_rates
from graphlog.ops.nn.pooling import AvgPool, AvgPool3D, MaxPool, MaxPool3D
from graphlog.ops.nn.window_arguments import channel_axis, sequence
from graphlog.ops.renamed_arguments import renamed_argument


def max_pool(
    value: Any,
    ksize: Any,
    strides: Any,
    padding: str,
    data_format: str | None = "NHWC",
    name: str | None = None,
    input: Any = None,
) -> Tensor:
    """The maximum of each window that slides over images.

    Args:
        value: images ``(batch, height, width, channels)``, or with the channels second for ``"NCHW"``.
        ksize: the size of a window: one number, one for height and width, or one for each axis.
        strides: the step from window to window, given like ``ksize``.
        padding: ``"SAME"`` or ``"VALID"``.
        data_format: ``"NHWC"`` or ``"NCHW"``.
        name: the operation's name.
        input: the newer name of ``value``.

    Returns:
        A Tensor of the same dtype and format.

    Raises:
        ValueError: a window has no elements, or is larger than the image.

    Source: TensorFlow's ``MaxPool``. The gradient goes to the first maximum of a window.
    """
    value = renamed_argument("input", input, "value", value)
    with name_scope(name, "MaxPool", [value]) as scope:
        size = sequence(ksize, 2, channel_axis(data_format, 2), "ksize")
        if 0 in size:
            raise ValueError("ksize cannot be zero.")
        return _pool(MaxPool, value, size, strides, padding, data_format or "NHWC", scope)


def avg_pool(
    value: Any,
    ksize: Any,
    strides: Any,
    padding: str,
    data_format: str | None = "NHWC",
    name: str | None = None,
    input: Any = None,
) -> Tensor:
    """The mean of each window, padding left out (TensorFlow's ``AvgPool``); see ``max_pool``."""
    with name_scope(name, "AvgPool", [value]) as scope:
        value = renamed_argument("input", input, "value", value)
        return _pool(AvgPool, value, ksize, strides, padding, data_format or "NHWC", scope)


def _pool(
    definition: OpDefinition,
    value: Any,
    ksize: Any,
    strides: Any,
    padding: str,
    data_format: str,
    scope: str,
) -> Tensor:
    """Adds a pooling in as many dimensions as the letters of ``data_format`` tell."""
    count = len(data_format) - 2
    channel = channel_axis(data_format, count)
    return definition(
        value,
        ksize=sequence(ksize, count, channel, "ksize"),
        strides=sequence(strides, count, channel, "strides"),
        padding=padding,
        data_format=data_format,
        name=scope,
    )


def max_pool2d(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: str,
    data_format: str | None = "NHWC",
    name: str | None = None,
) -> Tensor:
    """``max_pool`` under another default name (``tf.nn.max_pool2d``)."""
    with name_scope(name, "MaxPool2d", [input]) as scope:
        return _pool(MaxPool, input, ksize, strides, padding, data_format or "NHWC", scope)


def _pool_rows(
    kind: tuple[OpDefinition, str],
    input: Any,
    ksize: Any,
    strides: Any,
    padding: str,
    data_format: str | None = "NWC",
    name: str | None = None,
) -> Tensor:
    definition, default_name = kind
    with name_scope(name, default_name, [input]) as scope:
        layout = data_format or "NWC"
        channel = channel_axis(layout, 1)
        size = [1, *sequence(ksize, 1, channel, "ksize")]
        steps = [1, *sequence(strides, 1, channel, "strides")]
        axis, image_layout = (1, "NHWC") if layout == "NWC" else (2, "NCHW")
        images = axes.expand_dims(input, axis)
        result = definition(
            images, ksize=size, strides=steps, padding=padding, data_format=image_layout, name=scope
        )
        return axes.squeeze(result, axis)


@partial_of(_pool_rows, (MaxPool, "MaxPool1d"))
def max_pool1d() -> None:
    """The maximum of each window of rows ``(batch, width, channels)`` (``tf.nn.max_pool1d``)."""


@partial_of(_pool_rows, (AvgPool, "AvgPool1D"))
def avg_pool1d() -> None:
    """The mean of each window of rows ``(batch, width, channels)`` (``tf.nn.avg_pool1d``)."""


def _pool_volumes(
    definition: OpDefinition,
    input: Any,
    ksize: Any,
    strides: Any,
    padding: str,
    data_format: str | None = "NDHWC",
    name: str | None = None,
) -> Tensor:
    with name_scope(name, definition.type, [input]) as scope:
        return _pool(definition, input, ksize, strides, padding, data_format or "NDHWC", scope)


@partial_of(_pool_volumes, MaxPool3D)
def max_pool3d() -> None:
    """The maximum of each window of volumes (``MaxPool3D``). The gradient goes to all maxima of a window."""


@partial_of(_pool_volumes, AvgPool3D)
def avg_pool3d() -> None:
    """The mean of each window of volumes, padding left out (TensorFlow's ``AvgPool3D``)."""


def _pool_any(
    kinds: tuple[Callable[..., Tensor], OpDefinition, OpDefinition],
    input: Any,
    ksize: Any,
    strides: Any,
    padding: str,
    data_format: str | None = None,
    name: str | None = None,
) -> Tensor:
    of_rows, of_images, of_volumes = kinds
    layout = _layout(input, data_format)
    if len(layout) == 3:
        return of_rows(input, ksize, strides, padding, layout, name)
    definition = of_images if len(layout) == 4 else of_volumes
    return _pool(definition, input, ksize, strides, padding, layout, name or definition.type)


@partial_of(_pool_any, (max_pool1d, MaxPool, MaxPool3D))
def max_pool_v2() -> None:
    """The maxima of windows, in as many dimensions as the input has (``tf.nn.max_pool_v2``)."""


@partial_of(_pool_any, (avg_pool1d, AvgPool, AvgPool3D))
def avg_pool_v2() -> None:
    """The means of windows, in as many dimensions as the input has (``tf.nn.avg_pool_v2``)."""


def _layout(input: Any, data_format: str | None) -> str:
    try:
        shape = input.static_shape if isinstance(input, Tensor) else np.shape(input)
    except ValueError:
        raise ValueError(f"{input!r} is no tensor: its rows are not of one length.") from None
    rank = len(data_format or "") if shape is None else len(shape)
    if rank == 0:
        raise ValueError("The input must have a rank or a data format must be given.")
    if not 3 <= rank <= 5:
        raise ValueError(f"Input tensor must be of rank 3, 4 or 5 but was {rank}.")
    return data_format or ("NWC", "NHWC", "NDHWC")[rank - 3]


def pool(
    input: Any,
    window_shape: Any,
    pooling_type: str,
    padding: str,
    dilation_rate: Any = None,
    strides: Any = None,
    name: str | None = None,
    data_format: str | None = None,
    dilations: Any = None,
) -> Tensor:
    """The maximum or mean of each window, in one, two or three dimensions.

    Args:
        input: a tensor ``(batch, *sizes, channels)``, or with the channels second.
        window_shape: the sizes of a window.
        pooling_type: ``"MAX"`` or ``"AVG"``.
        padding: ``"SAME"`` or ``"VALID"``.
        dilation_rate: the step between the elements of a window along each axis.
        strides: the step from window to window along each axis.
        name: the operation's name.
        data_format: ``"NC…"`` where the channels come second.
        dilations: the newer name of ``dilation_rate``.

    Returns:
        A Tensor of the same dtype and format.

    Raises:
        ValueError: an argument does not fit.

    Source: ``tf.nn.pool``.
    """
    rates = renamed_argument("dilations", dilations, "dilation_rate", dilation_rate)
    with name_scope(name, f"{str(pooling_type).lower()}_pool", [input]) as scope:
        input = convert_to_tensor(input, name="input")
        count = len(window_shape)
        if not 1 <= count <= 3:
            raise ValueError("It is required that 1 <= num_spatial_dims <= 3.")
        input.shape.with_rank(count + 2)
        strides, rates = strides_and_rates(count, strides, rates)
        if padding == "SAME" and np.any(rates > 1):
            raise ValueError("pooling with SAME padding is not implemented for dilation_rate > 1")
        if np.any(strides > window_shape):
            raise ValueError(
                "strides > window_shape not supported due to inconsistency between CPU and GPU "
                "implementations"
            )
        if pooling_type not in ("MAX", "AVG"):
            raise ValueError(f"{count}-D {pooling_type} pooling is not supported.")
        first = 2 if data_format is not None and data_format.startswith("NC") else 1

        def function(value: Tensor, inner_padding: str) -> Tensor:
            return _plain_pool(
                value, window_shape, pooling_type, inner_padding, strides.tolist(), data_format, scope
            )

        return slid_apart(
            input,
            rates,
            padding,
            function,
            filter_shape=window_shape,
            spatial_dims=range(first, count + first),
        )


def _plain_pool(
    value: Tensor,
    window: Any,
    pooling_type: str,
    padding: str,
    strides: list[int],
    data_format: str | None,
    scope: str,
) -> Tensor:
    count = len(window)
    is_max = pooling_type == "MAX"
    first = channel_axis(data_format, count) == 1
    size = [1, 1, *window] if first else [1, *window, 1]
    steps = [1, 1, *strides] if first else [1, *strides, 1]
    if count == 3:
        return (max_pool3d if is_max else avg_pool3d)(value, size, steps, padding, data_format, scope)
    pooling = max_pool if is_max else avg_pool
    if count == 2:
        return pooling(value, size, steps, padding, data_format, scope)
    if data_format not in (None, "NWC", "NCW"):
        raise ValueError('data_format must be either "NWC" or "NCW".')
    axis = 2 if first else 1
    images = axes.expand_dims(value, axis)
    result = pooling(images, [1, *size], [1, *steps], padding, "NCHW" if first else "NHWC", scope)
    return axes.squeeze(result, [axis])
