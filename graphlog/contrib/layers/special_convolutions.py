"""Transposed and separable convolutions (``tf.contrib.layers``)."""

from __future__ import annotations

from typing import Any

from graphlog.contrib.framework.arg_scopes import add_arg_scope
from graphlog.contrib.framework.variables import model_variable
from graphlog.contrib.layers.collecting import (
    FORMATS,
    WEIGHTS_AND_BIASES,
    add_variable_to_collections,
    finished,
    get_variable_collections,
    is_channels_first,
    last_dimension,
    long_format,
    variable_getter,
)
from graphlog.contrib.layers.initializers import xavier_initializer
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.partials import partial_of
from graphlog.layers import convolutional, transposed_convolutions
from graphlog.layers.sizes import size_tuple
from graphlog.ops.array import arrays
from graphlog.ops.nn import activations, bias
from graphlog.ops.nn.atrous_convolution import depthwise_conv2d
from graphlog.ops.state.initializers import Zeros
from graphlog.ops.state.variable_scope import variable_scope


def _transposed_convolution(
    layer_class: type[convolutional.Convolution],
    inputs: Any,
    num_outputs: int,
    kernel_size: Any,
    stride: Any = 1,
    padding: str = "SAME",
    data_format: str | None = "NHWC",
    activation_fn: Any = activations.relu,
    normalizer_fn: Any = None,
    normalizer_params: Any = None,
    weights_initializer: Any = xavier_initializer(),  # noqa: B008
    weights_regularizer: Any = None,
    biases_initializer: Any = Zeros(),  # noqa: B008
    biases_regularizer: Any = None,
    reuse: Any = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    scope: Any = None,
) -> Any:
    with variable_scope(
        scope,
        f"Conv{layer_class.rank}d_transpose",
        [inputs],
        reuse=reuse,
        custom_getter=variable_getter(WEIGHTS_AND_BIASES),
    ) as opened:
        is_channels_first(data_format, *FORMATS[layer_class.rank])
        inputs = convert_to_tensor(inputs)
        layer = layer_class(
            filters=num_outputs,
            kernel_size=kernel_size,
            strides=stride,
            padding=padding,
            data_format=long_format(data_format),
            use_bias=not normalizer_fn and biases_initializer is not None,
            kernel_initializer=weights_initializer,
            bias_initializer=biases_initializer,
            kernel_regularizer=weights_regularizer,
            bias_regularizer=biases_regularizer,
            trainable=trainable,
            name=opened.name,
            dtype=inputs.dtype.base_dtype,
            _scope=opened,
            _reuse=reuse,
        )
        outputs = layer(inputs)
        add_variable_to_collections(layer.kernel, variables_collections, "weights")
        add_variable_to_collections(layer.bias, variables_collections, "biases")
        return finished(
            outputs, normalizer_fn, normalizer_params, activation_fn, outputs_collections, opened.name
        )


@add_arg_scope
@partial_of(_transposed_convolution, transposed_convolutions.Conv2DTranspose)
def convolution2d_transpose() -> None:
    """The transpose of a convolution of images, which makes them larger; see ``convolution2d``.

    Source: ``tf.contrib.layers.conv2d_transpose``.
    """


@add_arg_scope
@partial_of(_transposed_convolution, transposed_convolutions.Conv3DTranspose, data_format="NDHWC")
def convolution3d_transpose() -> None:
    """The transpose of a convolution of volumes, which makes them larger; see ``convolution2d``.

    Source: ``tf.contrib.layers.conv3d_transpose``.
    """


@add_arg_scope
def separable_convolution2d(
    inputs: Any,
    num_outputs: int | None,
    kernel_size: Any,
    depth_multiplier: int = 1,
    stride: Any = 1,
    padding: str = "SAME",
    data_format: str | None = "NHWC",
    rate: Any = 1,
    activation_fn: Any = activations.relu,
    normalizer_fn: Any = None,
    normalizer_params: Any = None,
    weights_initializer: Any = xavier_initializer(),  # noqa: B008
    pointwise_initializer: Any = None,
    weights_regularizer: Any = None,
    biases_initializer: Any = Zeros(),  # noqa: B008
    biases_regularizer: Any = None,
    reuse: Any = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    scope: Any = None,
) -> Any:
    """A convolution of each channel on its own, and then of single pixels with all channels.

    Args:
        inputs: images of rank 4.
        num_outputs: the number of channels of the output; None to leave the second convolution out.
        kernel_size: the size of the window.
        depth_multiplier: how many channels the first convolution makes of one.
        stride: as for ``convolution``, like all that follow but one.
        padding: …
        data_format: …
        rate: …
        activation_fn: …
        normalizer_fn: …
        normalizer_params: …
        weights_initializer: what makes the first value of ``depthwise_weights``.
        pointwise_initializer: what makes that of ``pointwise_weights``; the same if None.
        weights_regularizer: …
        biases_initializer: …
        biases_regularizer: …
        reuse: …
        variables_collections: …
        outputs_collections: …
        trainable: …
        scope: …

    Returns:
        A Tensor.

    Source: ``tf.contrib.layers.separable_conv2d``.
    """
    is_first = is_channels_first(data_format, "NHWC", "NCHW")
    names = {
        "bias": "biases",
        "depthwise_kernel": "depthwise_weights",
        "pointwise_kernel": "pointwise_weights",
    }
    with variable_scope(
        scope, "SeparableConv2d", [inputs], reuse=reuse, custom_getter=variable_getter(names)
    ) as opened:
        inputs = convert_to_tensor(inputs)
        if num_outputs is not None:
            layer = transposed_convolutions.SeparableConv2D(
                filters=num_outputs,
                kernel_size=kernel_size,
                strides=stride,
                padding=padding,
                data_format=long_format(data_format),
                dilation_rate=size_tuple(rate, 2, "rate"),
                depth_multiplier=depth_multiplier,
                use_bias=not normalizer_fn and biases_initializer is not None,
                depthwise_initializer=weights_initializer,
                pointwise_initializer=pointwise_initializer or weights_initializer,
                bias_initializer=biases_initializer,
                depthwise_regularizer=weights_regularizer,
                pointwise_regularizer=weights_regularizer,
                bias_regularizer=biases_regularizer,
                trainable=trainable,
                name=opened.name,
                dtype=inputs.dtype.base_dtype,
                _scope=opened,
                _reuse=reuse,
            )
            outputs = layer(inputs)
            add_variable_to_collections(layer.depthwise_kernel, variables_collections, "weights")
            add_variable_to_collections(layer.pointwise_kernel, variables_collections, "weights")
            add_variable_to_collections(layer.bias, variables_collections, "biases")
        else:
            channels = last_dimension(inputs, 1 if is_first else -1, min_rank=4)
            weights = model_variable(
                "depthwise_weights",
                shape=[*size_tuple(kernel_size, 2, "kernel_size"), channels, depth_multiplier],
                dtype=inputs.dtype.base_dtype,
                initializer=weights_initializer,
                regularizer=weights_regularizer,
                trainable=trainable,
                collections=get_variable_collections(variables_collections, "weights"),
            )
            steps = size_tuple(stride, 2, "stride")
            outputs = depthwise_conv2d(
                inputs,
                weights,
                [1, 1, *steps] if is_first else [1, *steps, 1],
                padding,
                rate=size_tuple(rate, 2, "rate"),
                data_format=data_format,
            )
            if normalizer_fn is None and biases_initializer is not None:
                biases = model_variable(
                    "biases",
                    shape=[depth_multiplier * channels],
                    dtype=inputs.dtype.base_dtype,
                    initializer=biases_initializer,
                    regularizer=biases_regularizer,
                    trainable=trainable,
                    collections=get_variable_collections(variables_collections, "biases"),
                )
                outputs = bias.bias_add(outputs, biases, data_format=data_format)
        return finished(
            outputs, normalizer_fn, normalizer_params, activation_fn, outputs_collections, opened.name
        )


@add_arg_scope
def convolution2d_in_plane(
    inputs: Any,
    kernel_size: Any,
    stride: Any = 1,
    padding: str = "SAME",
    activation_fn: Any = activations.relu,
    normalizer_fn: Any = None,
    normalizer_params: Any = None,
    weights_initializer: Any = xavier_initializer(),  # noqa: B008
    weights_regularizer: Any = None,
    biases_initializer: Any = Zeros(),  # noqa: B008
    biases_regularizer: Any = None,
    reuse: Any = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    scope: Any = None,
) -> Any:
    """A convolution of each channel on its own, all with the same window; see ``convolution2d``.

    Source: ``tf.contrib.layers.conv2d_in_plane``.
    """
    with variable_scope(scope, "ConvInPlane", [inputs], reuse=reuse) as opened:
        dtype = inputs.dtype.base_dtype
        channels = last_dimension(inputs, min_rank=4)
        weights = model_variable(
            "weights",
            shape=[*size_tuple(kernel_size, 2, "kernel_size"), 1, 1],
            dtype=dtype,
            initializer=weights_initializer,
            regularizer=weights_regularizer,
            trainable=trainable,
            collections=get_variable_collections(variables_collections, "weights"),
        )
        outputs = depthwise_conv2d(
            inputs,
            arrays.tile(weights, [1, 1, channels, 1]),
            [1, *size_tuple(stride, 2, "stride"), 1],
            padding,
        )
        if normalizer_fn is None and biases_initializer is not None:
            biases = model_variable(
                "biases",
                shape=[channels],
                dtype=dtype,
                initializer=biases_initializer,
                regularizer=biases_regularizer,
                trainable=trainable,
                collections=get_variable_collections(variables_collections, "biases"),
            )
            outputs = bias.bias_add(outputs, biases)
        return finished(
            outputs, normalizer_fn, normalizer_params, activation_fn, outputs_collections, opened.name
        )


conv2d_transpose = convolution2d_transpose
conv3d_transpose = convolution3d_transpose
conv2d_in_plane = convolution2d_in_plane
separable_conv2d = separable_convolution2d
