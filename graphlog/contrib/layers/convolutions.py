"""Convolutions (``tf.contrib.layers``)."""

from __future__ import annotations

from typing import Any

from graphlog.contrib.framework.arg_scopes import add_arg_scope
from graphlog.contrib.layers.collecting import (
    WEIGHTS_AND_BIASES,
    add_variable_to_collections,
    finished,
    long_format,
    variable_getter,
)
from graphlog.contrib.layers.initializers import xavier_initializer
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.partials import partial_of
from graphlog.layers import convolutional
from graphlog.ops.nn import activations
from graphlog.ops.state.initializers import Zeros
from graphlog.ops.state.variable_scope import variable_scope

_KINDS: dict[int, type[convolutional.Convolution]] = {
    3: convolutional.Conv1D,
    4: convolutional.Conv2D,
    5: convolutional.Conv3D,
}
_FORMATS = (None, "NWC", "NCW", "NHWC", "NCHW", "NDHWC", "NCDHW")


@add_arg_scope
def convolution(
    inputs: Any,
    num_outputs: int,
    kernel_size: Any,
    stride: Any = 1,
    padding: str = "SAME",
    data_format: str | None = None,
    rate: Any = 1,
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
    conv_dims: int | None = None,
) -> Any:
    """A convolution of sequences, images or volumes with variables ``weights`` and ``biases``.

    Args:
        inputs: a tensor of rank 3, 4 or 5.
        num_outputs: the number of channels of the output.
        kernel_size: the size of the window, one number or one for each dimension.
        stride: the step of the window, likewise.
        padding: ``"SAME"`` or ``"VALID"``.
        data_format: channels last if None or as ``"NHWC"``; first as ``"NCHW"``.
        rate: the step between the elements of the window.
        activation_fn: a function of the output; None for none.
        normalizer_fn: a function that takes the place of the bias, such as ``batch_norm``; None for none.
        normalizer_params: its keyword arguments.
        weights_initializer: what makes the first value of ``weights``.
        weights_regularizer: a function from ``weights`` to a loss that is collected.
        biases_initializer: what makes that of ``biases``; None for no bias.
        biases_regularizer: one from ``biases``.
        reuse: whether the variables of this scope are used again.
        variables_collections: collections for the variables, or a dict of collections by their names.
        outputs_collections: collections to which the output is added.
        trainable: whether optimizers change the variables.
        scope: the scope of operations and variables.
        conv_dims: the number of dimensions of space that the input has to have.

    Returns:
        A Tensor.

    Raises:
        ValueError: the rank of the input does not fit, or there is no such data format.

    Source: ``tf.contrib.layers.convolution``.
    """
    if data_format not in _FORMATS:
        raise ValueError(
            f"Invalid data_format: {data_format!r}. Valid are {', '.join(str(known) for known in _FORMATS)}."
        )
    with variable_scope(
        scope, "Conv", [inputs], reuse=reuse, custom_getter=variable_getter(WEIGHTS_AND_BIASES)
    ) as opened:
        inputs = convert_to_tensor(inputs)
        rank = inputs.shape.ndims
        if conv_dims is not None and conv_dims + 2 != rank:
            raise ValueError(f"Convolution expects input with rank {conv_dims + 2}, got {rank}")
        if rank not in _KINDS:
            raise ValueError(f"Convolution not supported for input with rank {rank}: {inputs}")
        layer = _KINDS[rank](
            filters=num_outputs,
            kernel_size=kernel_size,
            strides=stride,
            padding=padding,
            data_format=long_format(data_format),
            dilation_rate=rate,
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


def _convolution_in(
    conv_dims: int,
    inputs: Any,
    num_outputs: int,
    kernel_size: Any,
    stride: Any = 1,
    padding: str = "SAME",
    data_format: str | None = None,
    rate: Any = 1,
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
    return convolution(
        inputs,
        num_outputs,
        kernel_size,
        stride,
        padding,
        data_format,
        rate,
        activation_fn,
        normalizer_fn,
        normalizer_params,
        weights_initializer,
        weights_regularizer,
        biases_initializer,
        biases_regularizer,
        reuse,
        variables_collections,
        outputs_collections,
        trainable,
        scope,
        conv_dims=conv_dims,
    )


@add_arg_scope
@partial_of(_convolution_in, 1)
def convolution1d() -> None:
    """A convolution of sequences, of rank 3; see ``convolution`` (``tf.contrib.layers.conv1d``)."""


@add_arg_scope
@partial_of(_convolution_in, 2)
def convolution2d() -> None:
    """A convolution of images, of rank 4; see ``convolution`` (``tf.contrib.layers.conv2d``)."""


@add_arg_scope
@partial_of(_convolution_in, 3)
def convolution3d() -> None:
    """A convolution of volumes, of rank 5; see ``convolution`` (``tf.contrib.layers.conv3d``)."""


conv1d = convolution1d
conv2d = convolution2d
conv3d = convolution3d
