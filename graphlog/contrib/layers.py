"""What tutorials use of ``tf.contrib.layers``: layers with names of their own, initializers, regularizers."""

from __future__ import annotations

import functools
import math
import numbers
from collections.abc import Callable, Sequence
from typing import Any

from graphlog.core.conversion import convert_to_tensor
from graphlog.core.graph import get_default_graph
from graphlog.core.graph_keys import GraphKeys
from graphlog.core.tensor import Tensor
from graphlog.layers import convolutional, core, pooling
from graphlog.ops import activations, arithmetic, elementwise, losses, random_functions, reductions
from graphlog.ops.initializers import Zeros
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.variable_scope import variable_scope

Initializer = Callable[..., Tensor]
Regularizer = Callable[[Any], Any]

_NAMES = {"kernel": "weights", "bias": "biases"}


def variance_scaling_initializer(
    factor: float = 2.0,
    mode: str = "FAN_IN",
    uniform: bool = False,
    seed: int | None = None,
    dtype: Any = "float32",
) -> Initializer:
    """First values whose variance is a factor over the number of inputs or outputs.

    Args:
        factor: the factor.
        mode: ``"FAN_IN"``, ``"FAN_OUT"``, or ``"FAN_AVG"`` for the mean of both.
        uniform: whether they are distributed uniformly, or normally within two deviations.
        seed: the seed of the random numbers.
        dtype: their dtype, where the variable's is not given.

    Returns:
        A function of ``(shape, dtype, partition_info)``.

    Raises:
        TypeError: there is no such mode.

    Source: ``tf.contrib.layers.variance_scaling_initializer``.
    """
    if mode not in ("FAN_IN", "FAN_OUT", "FAN_AVG"):
        raise TypeError(f"Unknown mode {mode} [FAN_IN, FAN_OUT, FAN_AVG]")
    default_dtype = dtype

    def initializer(shape: Sequence[int], dtype: Any = default_dtype, partition_info: Any = None) -> Tensor:
        sizes = [float(size) for size in shape]
        window = math.prod(sizes[:-2])
        inputs = (sizes[-2] if len(sizes) > 1 else sizes[-1]) * window if sizes else 1.0
        outputs = sizes[-1] * window if sizes else 1.0
        count = {"FAN_IN": inputs, "FAN_OUT": outputs, "FAN_AVG": (inputs + outputs) / 2.0}[mode]
        if uniform:
            limit = math.sqrt(3.0 * factor / count)
            return random_functions.random_uniform(shape, -limit, limit, dtype, seed=seed)
        # What is cut off beyond two deviations takes away from the variance.
        deviation = math.sqrt(1.3 * factor / count)
        return random_functions.truncated_normal(shape, 0.0, deviation, dtype, seed=seed)

    return initializer


def xavier_initializer(uniform: bool = True, seed: int | None = None, dtype: Any = "float32") -> Initializer:
    """First values of variance 2 / (inputs + outputs); see ``variance_scaling_initializer``.

    Source: ``tf.contrib.layers.xavier_initializer``; Glorot and Bengio, 2010.
    """
    return variance_scaling_initializer(1.0, "FAN_AVG", uniform, seed, dtype)


xavier_initializer_conv2d = xavier_initializer


def l1_regularizer(scale: Any, scope: str | None = None) -> Regularizer:
    """A function from weights to ``scale`` times the sum of their absolute values; None for scale 0.

    Source: ``tf.contrib.layers.l1_regularizer``.
    """
    return _regularizer(scale, scope, "l1_regularizer", lambda w: reductions.reduce_sum(elementwise.abs(w)))


def l2_regularizer(scale: Any, scope: str | None = None) -> Regularizer:
    """A function from weights to ``scale`` times half the sum of their squares; None for scale 0.

    Source: ``tf.contrib.layers.l2_regularizer``.
    """
    return _regularizer(scale, scope, "l2_regularizer", losses.l2_loss)


def _regularizer(scale: Any, scope: str | None, kind: str, norm: Callable[[Any], Tensor]) -> Regularizer:
    if isinstance(scale, numbers.Integral):
        raise ValueError(f"scale cannot be an integer: {scale}")
    if isinstance(scale, numbers.Real):
        if scale < 0:
            raise ValueError(f"Setting a scale less than 0 on a regularizer: {float(scale):g}")
        if scale == 0:
            return lambda _: None

    def regularizer(weights: Any) -> Tensor:
        with name_scope(scope, kind, [weights]) as name:
            factor = convert_to_tensor(scale, dtype=weights.dtype.base_dtype, name="scale")
            return arithmetic.multiply(factor, norm(weights), name=name)

    return regularizer


def flatten(inputs: Any, outputs_collections: Any = None, scope: str | None = None) -> Tensor:
    """One dimension of all but the first (``tf.contrib.layers.flatten``)."""
    with name_scope(scope, "Flatten", [inputs]):
        outputs: Tensor = core.flatten(convert_to_tensor(inputs))
        return _collected(outputs, outputs_collections)


def _collected(outputs: Tensor, collections: Any) -> Tensor:
    if collections:
        for name in collections if isinstance(collections, list | tuple) else [collections]:
            get_default_graph().add_to_collection(name, outputs)
    return outputs


def _model_variable(getter: Callable[..., Any], name: str, *args: Any, **kwargs: Any) -> Any:
    """Makes a variable under contrib's names, and adds it to ``GraphKeys.MODEL_VARIABLES``."""
    before, _, last = name.rpartition("/")
    last = _NAMES.get(last, last)
    kwargs["collections"] = [
        *(kwargs.get("collections") or [GraphKeys.GLOBAL_VARIABLES]),
        GraphKeys.MODEL_VARIABLES,
    ]
    return getter(f"{before}/{last}" if before else last, *args, **kwargs)


def _normalized(
    outputs: Tensor, normalizer_fn: Any, normalizer_params: Any, activation_fn: Any, collections: Any
) -> Tensor:
    if normalizer_fn is not None:
        outputs = normalizer_fn(outputs, **(normalizer_params or {}))
    if activation_fn is not None:
        outputs = activation_fn(outputs)
    return _collected(outputs, collections)


def fully_connected(
    inputs: Any,
    num_outputs: int,
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
) -> Tensor:
    """A dense layer with variables ``weights`` and ``biases``.

    Args:
        inputs: a tensor of rank 2 or more.
        num_outputs: the size of the last dimension of the output.
        activation_fn: a function of the output; None for none.
        normalizer_fn: a function that takes the place of the bias; None for none.
        normalizer_params: its keyword arguments.
        weights_initializer: what makes the first value of ``weights``.
        weights_regularizer: a function from ``weights`` to a loss that is collected.
        biases_initializer: what makes that of ``biases``; None for no bias.
        biases_regularizer: one from ``biases``.
        reuse: whether the variables of this scope are used again.
        variables_collections: accepted for TensorFlow's sake.
        outputs_collections: collections to which the output is added.
        trainable: whether optimizers change the variables.
        scope: the scope of operations and variables.

    Returns:
        A Tensor.

    Source: ``tf.contrib.layers.fully_connected``.
    """
    with variable_scope(
        scope, "fully_connected", [inputs], reuse=reuse, custom_getter=_model_variable
    ) as opened:
        inputs = convert_to_tensor(inputs)
        layer = core.Dense(
            units=num_outputs,
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
        return _normalized(outputs, normalizer_fn, normalizer_params, activation_fn, outputs_collections)


linear = functools.partial(fully_connected, activation_fn=None)
relu = fully_connected


def conv2d(
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
) -> Tensor:
    """A convolution of images with variables ``weights`` and ``biases``.

    Args:
        inputs: images of rank 4.
        num_outputs: the number of channels of the output.
        kernel_size: the size of the window.
        stride: the step of the window.
        padding: ``"SAME"`` or ``"VALID"``.
        data_format: ``"NHWC"`` (if None) or ``"NCHW"``.
        rate: the step between the elements of the window.
        activation_fn: as for ``fully_connected``; so for all that follow.
        normalizer_fn: …
        normalizer_params: …
        weights_initializer: …
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

    Source: ``tf.contrib.layers.conv2d``.
    """
    with variable_scope(scope, "Conv", [inputs], reuse=reuse, custom_getter=_model_variable) as opened:
        inputs = convert_to_tensor(inputs)
        layer = convolutional.Conv2D(
            filters=num_outputs,
            kernel_size=kernel_size,
            strides=stride,
            padding=padding,
            data_format=_long_format(data_format),
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
        return _normalized(outputs, normalizer_fn, normalizer_params, activation_fn, outputs_collections)


convolution2d = conv2d


def max_pool2d(
    inputs: Any,
    kernel_size: Any,
    stride: Any = 2,
    padding: str = "VALID",
    data_format: str | None = "NHWC",
    outputs_collections: Any = None,
    scope: str | None = None,
) -> Tensor:
    """The maximum of each window of images (``tf.contrib.layers.max_pool2d``)."""
    return _pooled(
        pooling.MaxPooling2D,
        "MaxPool2D",
        inputs,
        kernel_size,
        stride,
        padding,
        data_format,
        outputs_collections,
        scope,
    )


def avg_pool2d(
    inputs: Any,
    kernel_size: Any,
    stride: Any = 2,
    padding: str = "VALID",
    data_format: str | None = "NHWC",
    outputs_collections: Any = None,
    scope: str | None = None,
) -> Tensor:
    """The mean of each window of images (``tf.contrib.layers.avg_pool2d``)."""
    return _pooled(
        pooling.AveragePooling2D,
        "AvgPool2D",
        inputs,
        kernel_size,
        stride,
        padding,
        data_format,
        outputs_collections,
        scope,
    )


def _pooled(
    kind: type[pooling.Pooling],
    default_scope: str,
    inputs: Any,
    kernel_size: Any,
    stride: Any,
    padding: str,
    data_format: str | None,
    outputs_collections: Any,
    scope: str | None,
) -> Tensor:
    with name_scope(scope, default_scope, [inputs]) as opened:
        inputs = convert_to_tensor(inputs)
        layer = kind(kernel_size, stride, padding, _long_format(data_format), _scope=opened)
        outputs: Tensor = layer(inputs)
        return _collected(outputs, outputs_collections)


def _long_format(data_format: str | None) -> str:
    if data_format not in (None, "NHWC", "NCHW"):
        raise ValueError(f"data_format has to be either NCHW or NHWC: {data_format}")
    return "channels_first" if data_format == "NCHW" else "channels_last"
