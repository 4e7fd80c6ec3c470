"""Pooling (``tf.contrib.layers``)."""

from __future__ import annotations

from typing import Any

from graphlog.contrib.framework.arg_scopes import add_arg_scope
from graphlog.contrib.layers.collecting import FORMATS, collect_named_outputs, is_channels_first, long_format
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.partials import partial_of
from graphlog.layers import pooling
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.nn import pooling_functions


def _pooled(
    layer_class: type[pooling.Pooling],
    inputs: Any,
    kernel_size: Any,
    stride: Any = 2,
    padding: str = "VALID",
    data_format: str | None = "NHWC",
    outputs_collections: Any = None,
    scope: str | None = None,
) -> Any:
    is_channels_first(data_format, *FORMATS[layer_class.rank])
    kind = "Max" if layer_class.takes_maximum else "Avg"
    with name_scope(scope, f"{kind}Pool{layer_class.rank}D", [inputs]) as opened:
        inputs = convert_to_tensor(inputs)
        layer = layer_class(kernel_size, stride, padding, long_format(data_format), _scope=opened)
        return collect_named_outputs(outputs_collections, opened, layer(inputs))


@add_arg_scope
@partial_of(_pooled, pooling.MaxPooling2D)
def max_pool2d() -> None:
    """The maximum of each window of images (``tf.contrib.layers.max_pool2d``)."""


@add_arg_scope
@partial_of(_pooled, pooling.AveragePooling2D)
def avg_pool2d() -> None:
    """The mean of each window of images (``tf.contrib.layers.avg_pool2d``)."""


@add_arg_scope
@partial_of(_pooled, pooling.MaxPooling3D, data_format="NDHWC")
def max_pool3d() -> None:
    """The maximum of each window of volumes (``tf.contrib.layers.max_pool3d``)."""


@add_arg_scope
@partial_of(_pooled, pooling.AveragePooling3D, data_format="NDHWC")
def avg_pool3d() -> None:
    """The mean of each window of volumes (``tf.contrib.layers.avg_pool3d``)."""


@add_arg_scope
def pool(
    inputs: Any,
    kernel_size: Any,
    pooling_type: str,
    padding: str = "VALID",
    data_format: str | None = None,
    dilation_rate: Any = 1,
    stride: Any = 1,
    outputs_collections: Any = None,
    scope: str | None = None,
) -> Any:
    """``tf.nn.pool``, of sequences, images or volumes.

    Args:
        inputs: a tensor of rank 3 or more.
        kernel_size: the size of the window.
        pooling_type: ``"AVG"`` or ``"MAX"``.
        padding: ``"SAME"`` or ``"VALID"``.
        data_format: as for ``tf.nn.pool``.
        dilation_rate: the step between the elements of the window.
        stride: the step of the window.
        outputs_collections: collections to which the output is added.
        scope: the name scope.

    Returns:
        A Tensor.

    Raises:
        ValueError: the rank of the input is unknown or below 3.

    Source: ``tf.contrib.layers.pool``.
    """
    with name_scope(scope, f"{pooling_type.lower()}_pool", [inputs]) as opened:
        inputs = convert_to_tensor(inputs)
        rank = inputs.shape.ndims
        if rank is None:
            raise ValueError(f"Rank of inputs must be known: {inputs}")
        if rank < 3:
            raise ValueError(f"Rank of inputs must be >= 3: {inputs}")

        def each(value: Any) -> list[int]:
            return [int(item) for item in value] if isinstance(value, list | tuple) else [value] * (rank - 2)

        output = pooling_functions.pool(
            inputs,
            each(kernel_size),
            pooling_type,
            padding,
            data_format=data_format,
            dilation_rate=each(dilation_rate),
            strides=each(stride),
            name=opened,
        )
        return collect_named_outputs(outputs_collections, opened, output)
