"""Layers without weights of their own, and layers repeated (``tf.contrib.layers``)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from graphlog.contrib.framework.arg_scopes import add_arg_scope
from graphlog.contrib.framework.variables import model_variable
from graphlog.contrib.layers.collecting import (
    collect_named_outputs,
    get_variable_collections,
    is_channels_first,
    last_dimension,
    variable_getter,
)
from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.tensor import Tensor
from graphlog.layers import core
from graphlog.ops.array import arrays, grids, joining, ranges, shape_queries
from graphlog.ops.array import one_hot_encoding as one_hot_ops
from graphlog.ops.math import casts, reductions
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.nn import softmax as softmax_ops
from graphlog.ops.state.initializers import Constant, Ones
from graphlog.ops.state.variable_scope import variable_scope


@add_arg_scope
def dropout(
    inputs: Any,
    keep_prob: Any = 0.5,
    noise_shape: Any = None,
    is_training: Any = True,
    outputs_collections: Any = None,
    scope: Any = None,
    seed: int | None = None,
) -> Any:
    """Sets elements to zero at random, in training; the others are scaled up so that the mean stays.

    Args:
        inputs: a tensor.
        keep_prob: the part of the elements that is kept.
        noise_shape: the shape of the mask.
        is_training: a bool or a boolean tensor.
        outputs_collections: collections to which the output is added.
        scope: the scope.
        seed: the seed of the random numbers.

    Returns:
        A Tensor.

    Source: ``tf.contrib.layers.dropout``.
    """
    with variable_scope(scope, "Dropout", [inputs], custom_getter=variable_getter()) as opened:
        inputs = convert_to_tensor(inputs)
        layer = core.Dropout(
            rate=1 - keep_prob, noise_shape=noise_shape, seed=seed, name=opened.name, _scope=opened
        )
        outputs = layer(inputs, training=is_training)
        return collect_named_outputs(outputs_collections, opened.name, outputs)


@add_arg_scope
def flatten(inputs: Any, outputs_collections: Any = None, scope: str | None = None) -> Any:
    """One dimension of all but the first (``tf.contrib.layers.flatten``)."""
    with name_scope(scope, "Flatten", [inputs]) as opened:
        outputs = core.flatten(convert_to_tensor(inputs))
        return collect_named_outputs(outputs_collections, opened, outputs)


@add_arg_scope
def one_hot_encoding(
    labels: Any,
    num_classes: int,
    on_value: float = 1.0,
    off_value: float = 0.0,
    outputs_collections: Any = None,
    scope: str | None = None,
) -> Any:
    """``tf.one_hot`` of class numbers (``tf.contrib.layers.one_hot_encoding``)."""
    with name_scope(scope, "OneHotEncoding", [labels, num_classes]) as opened:
        labels = convert_to_tensor(labels)
        if labels.dtype is dtypes.int32:
            labels = casts.to_int64(labels)
        outputs = one_hot_ops.one_hot(labels, num_classes, on_value=on_value, off_value=off_value)
        return collect_named_outputs(outputs_collections, opened, outputs)


@add_arg_scope
def softmax(logits: Any, scope: Any = None) -> Tensor:
    """``tf.nn.softmax`` along the last axis, of any rank from 2 on (``tf.contrib.layers.softmax``)."""
    with variable_scope(scope, "softmax", [logits]):
        classes = last_dimension(logits, min_rank=2)
        rows = arrays.reshape(logits, [-1, classes])
        predictions = arrays.reshape(softmax_ops.softmax(rows), shape_queries.shape(logits))
        predictions.set_shape(logits.get_shape())
        return predictions


@add_arg_scope
def maxout(inputs: Any, num_units: int, axis: int = -1, scope: Any = None) -> Tensor:
    """The maximum of each of ``num_units`` groups along an axis.

    Raises:
        ValueError: the size of the axis is no multiple of ``num_units``.

    Source: ``tf.contrib.layers.maxout``; Goodfellow and others, "Maxout Networks", 2013.
    """
    with variable_scope(scope, "MaxOut", [inputs]):
        inputs = convert_to_tensor(inputs)
        sizes: list[Any] = inputs.get_shape().as_list()
        channels = sizes[axis]
        if channels % num_units:
            raise ValueError(f"number of features({channels}) is not a multiple of num_units({num_units})")
        sizes[axis] = num_units
        sizes.append(channels // num_units)
        for index, size in enumerate(sizes):
            if size is None:
                sizes[index] = shape_queries.shape(inputs)[index]
        return reductions.reduce_max(arrays.reshape(inputs, sizes), -1, keepdims=False)


@add_arg_scope
def spatial_softmax(
    features: Any,
    temperature: Any = None,
    name: str | None = None,
    variables_collections: Any = None,
    trainable: bool = True,
    data_format: str = "NHWC",
) -> Tensor:
    """Where each channel of images is largest: the mean position under a softmax over all pixels.

    Args:
        features: images of rank 4.
        temperature: what they are divided by: the first value of a variable ``temperature``; 1 if None.
        name: the scope.
        variables_collections: collections for ``temperature``.
        trainable: whether optimizers change ``temperature``.
        data_format: ``"NHWC"`` or ``"NCHW"``.

    Returns:
        A Tensor of shape ``(batch, 2 * channels)``, with positions from -1 to 1.

    Raises:
        ValueError: the number of channels is unknown, or there is no such data format.

    Source: ``tf.contrib.layers.spatial_softmax``.
    """
    with variable_scope(name, "spatial_softmax"):
        sizes = shape_queries.shape(features)
        if is_channels_first(data_format, "NHWC", "NCHW"):
            channels, height, width = features.shape[1].value, sizes[2], sizes[3]
        else:
            height, width, channels = sizes[1], sizes[2], features.shape[3].value
        if channels is None:
            raise ValueError(
                "The num_channels dimension of the inputs to `spatial_softmax` should be defined. Found "
                "`None`."
            )
        with name_scope("spatial_softmax_op", "spatial_softmax_op", [features]):
            pos_x, pos_y = grids.meshgrid(
                ranges.lin_space(-1.0, 1.0, num=height),
                ranges.lin_space(-1.0, 1.0, num=width),
                indexing="ij",
            )
            pos_x = arrays.reshape(pos_x, [height * width])
            pos_y = arrays.reshape(pos_y, [height * width])
            collections = get_variable_collections(variables_collections, "temperature")
            divisor = model_variable(
                "temperature",
                shape=(),
                dtype=dtypes.float32,
                initializer=Ones() if temperature is None else Constant(temperature),
                collections=collections if trainable else None,
                trainable=trainable,
            )
            if data_format == "NHWC":
                features = arrays.transpose(features, [0, 3, 1, 2])
            features = arrays.reshape(features, [-1, height * width])
            attention = softmax_ops.softmax(features / divisor)
            expected_x = reductions.reduce_sum(pos_x * attention, [1], keepdims=True)
            expected_y = reductions.reduce_sum(pos_y * attention, [1], keepdims=True)
            keypoints = arrays.reshape(joining.concat([expected_x, expected_y], 1), [-1, channels * 2])
            keypoints.set_shape([None, channels * 2])
    return keypoints


@add_arg_scope
def images_to_sequence(
    inputs: Any, data_format: str = "NHWC", outputs_collections: Any = None, scope: str | None = None
) -> Any:
    """Images as sequences of their columns, ``(width, batch * height, channels)``.

    Source: ``tf.contrib.layers.images_to_sequence``.
    """
    is_first = is_channels_first(data_format, "NHWC", "NCHW")
    with name_scope(scope, "ImagesToSequence", [inputs]) as opened:
        inputs = convert_to_tensor(inputs)
        if is_first:
            inputs = arrays.transpose(inputs, [0, 2, 3, 1])
        _, _, width, depth = inputs.get_shape().as_list()
        sizes = shape_queries.shape(inputs)
        batch_size, height = sizes[0], sizes[1]
        columns = arrays.transpose(inputs, [2, 0, 1, 3])
        outputs = arrays.reshape(columns, [width, batch_size * height, depth])
        return collect_named_outputs(outputs_collections, opened, outputs)


@add_arg_scope
def sequence_to_images(
    inputs: Any,
    height: int,
    output_data_format: str = "channels_last",
    outputs_collections: Any = None,
    scope: str | None = None,
) -> Any:
    """What ``images_to_sequence`` made sequences of (``tf.contrib.layers.sequence_to_images``)."""
    with name_scope(scope, "SequenceToImages", [inputs]) as opened:
        inputs = convert_to_tensor(inputs)
        width, batches, depth = inputs.get_shape().as_list()
        batches = -1 if batches is None else batches // height
        reshaped = arrays.reshape(inputs, [width, batches, height, depth])
        order = [1, 3, 2, 0] if output_data_format == "channels_first" else [1, 2, 0, 3]
        outputs = arrays.transpose(reshaped, order)
        return collect_named_outputs(outputs_collections, opened, outputs)


def _name_of(layer: Any, default: str) -> str:
    if hasattr(layer, "__name__"):
        return str(layer.__name__)
    # A functools.partial has the function it calls.
    return str(getattr(getattr(layer, "func", None), "__name__", default))


def repeat(inputs: Any, repetitions: int, layer: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Applies a layer several times, each time with variables of its own.

    Args:
        inputs: the input of the first.
        repetitions: how often.
        layer: a function such as ``conv2d``.
        *args: its arguments.
        **kwargs: likewise, and ``scope``, the scope of all.

    Returns:
        The output of the last.

    Source: ``tf.contrib.layers.repeat``.
    """
    return _chained(inputs, layer, [args] * repetitions, kwargs, "Repeat", "repeat")


def stack(inputs: Any, layer: Callable[..., Any], stack_args: Sequence[Any], **kwargs: Any) -> Any:
    """Applies a layer several times, each time with variables and arguments of its own.

    Args:
        inputs: the input of the first.
        layer: a function such as ``fully_connected``.
        stack_args: for each time its argument, or a list of its arguments.
        **kwargs: arguments for all, and ``scope``, the scope of all.

    Returns:
        The output of the last.

    Raises:
        ValueError: ``stack_args`` is no list.

    Source: ``tf.contrib.layers.stack``.
    """
    if not isinstance(stack_args, list | tuple):
        raise ValueError("stack_args need to be a list or tuple")
    arguments = [each if isinstance(each, list | tuple) else [each] for each in stack_args]
    return _chained(inputs, layer, arguments, kwargs, "Stack", "stack")


def _chained(
    inputs: Any,
    layer: Callable[..., Any],
    arguments: Sequence[Sequence[Any]],
    kwargs: dict[str, Any],
    default_scope: str,
    default_name: str,
) -> Any:
    scope = kwargs.pop("scope", None)
    with variable_scope(scope, default_scope, [inputs]):
        outputs = convert_to_tensor(inputs)
        name = _name_of(layer, default_name) if scope is None else scope
        for index, each in enumerate(arguments):
            outputs = layer(outputs, *each, **{**kwargs, "scope": f"{name}_{index + 1}"})
        return outputs
