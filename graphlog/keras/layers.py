"""What graph-mode scripts use of ``tf.keras.layers``, called as plain functions of tensors."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from graphlog.core import dtypes
from graphlog.core.shapes import TensorShape
from graphlog.core.tensor import Tensor
from graphlog.keras import activations, initializers
from graphlog.keras.base_layer import Layer, learning_phase
from graphlog.layers import convolutional, core, normalization, pooling
from graphlog.ops.array import arrays, shape_queries
from graphlog.ops.math import casts, reductions
from graphlog.ops.nn import embedding

__all__ = [
    "Activation",
    "AveragePooling2D",
    "BatchNormalization",
    "Conv1D",
    "Conv2D",
    "Dense",
    "Dropout",
    "Embedding",
    "Flatten",
    "GlobalAveragePooling2D",
    "GlobalMaxPooling2D",
    "Lambda",
    "Layer",
    "MaxPooling2D",
    "ReLU",
    "Reshape",
    "Softmax",
]


class Dense(Layer, core.Dense):
    """``activation(inputs @ kernel + bias)``; the arguments are those of ``tf.layers.Dense``.

    Source: ``tf.keras.layers.Dense``.
    """

    def __init__(
        self,
        units: int,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        Layer.__init__(self, activity_regularizer=activity_regularizer, **kwargs)
        made = core.Dense(units, use_bias=use_bias, name=self.name)
        self.units, self.use_bias, self.input_spec = made.units, use_bias, made.input_spec
        self.activation = None if activation is None else activations.get(activation)
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer, self.bias_regularizer = kernel_regularizer, bias_regularizer
        self.kernel_constraint, self.bias_constraint = kernel_constraint, bias_constraint
        self.kernel = self.bias = None


class _Convolution(Layer, convolutional.Convolution):
    """A convolution; the arguments are those of ``tf.layers.Conv2D``."""

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = 1,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        function = None if activation is None else activations.get(activation)
        Layer.__init__(self, activity_regularizer=activity_regularizer, **kwargs)
        kind = {1: convolutional.Conv1D, 2: convolutional.Conv2D}[self.rank]
        made = kind(filters, kernel_size, strides, padding, data_format, dilation_rate, name=self.name)
        for name in ("filters", "kernel_size", "strides", "padding", "data_format", "dilation_rate"):
            setattr(self, name, getattr(made, name))
        self.input_spec, self.activation, self.use_bias = made.input_spec, function, use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer, self.bias_regularizer = kernel_regularizer, bias_regularizer
        self.kernel_constraint, self.bias_constraint = kernel_constraint, bias_constraint
        self.kernel = self.bias = None


class Conv1D(_Convolution):
    """A convolution of sequences (``tf.keras.layers.Conv1D``)."""

    rank = 1


class Conv2D(_Convolution):
    """A convolution of images (``tf.keras.layers.Conv2D``)."""

    rank = 2


class _Pooling2D(Layer, pooling.Pooling):
    """Pooling of images; the step is the size of the window where it is not given."""

    def __init__(
        self,
        pool_size: Any = (2, 2),
        strides: Any = None,
        padding: str = "valid",
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        Layer.__init__(self, **kwargs)
        made = pooling.MaxPooling2D(
            pool_size, pool_size if strides is None else strides, padding, data_format, name=self.name
        )
        for name in ("pool_size", "strides", "padding", "data_format", "input_spec"):
            setattr(self, name, getattr(made, name))


class MaxPooling2D(_Pooling2D):
    """The maximum of each window (``tf.keras.layers.MaxPooling2D``)."""


class AveragePooling2D(_Pooling2D):
    """The mean of each window (``tf.keras.layers.AveragePooling2D``)."""

    takes_maximum = False


class _GlobalPooling2D(Layer):
    """Pooling over the whole of images."""

    def __init__(self, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axes = [2, 3] if data_format == "channels_first" else [1, 2]


class GlobalAveragePooling2D(_GlobalPooling2D):
    """The mean of each channel (``tf.keras.layers.GlobalAveragePooling2D``)."""

    def call(self, inputs: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        """See ``Layer``."""
        return reductions.reduce_mean(inputs, self.axes)


class GlobalMaxPooling2D(_GlobalPooling2D):
    """The maximum of each channel (``tf.keras.layers.GlobalMaxPooling2D``)."""

    def call(self, inputs: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        """See ``Layer``."""
        return reductions.reduce_max(inputs, self.axes)


class Flatten(Layer, core.Flatten):
    """Makes one dimension of all but the first (``tf.keras.layers.Flatten``)."""

    def __init__(self, data_format: str | None = None, **kwargs: Any) -> None:
        Layer.__init__(self, **kwargs)
        made = core.Flatten(data_format, name=self.name)
        self.data_format, self.input_spec = made.data_format, made.input_spec


class Reshape(Layer):
    """Brings each element of the batch to a shape (``tf.keras.layers.Reshape``)."""

    def __init__(self, target_shape: Sequence[int], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.target_shape = tuple(target_shape)

    def call(self, inputs: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        """See ``Layer``."""
        return arrays.reshape(inputs, (shape_queries.shape(inputs)[0], *self.target_shape))

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        """See ``Layer``."""
        sizes = TensorShape(input_shape).as_list()
        target: list[int | None] = [None if size == -1 else size for size in self.target_shape]
        rest = [size for size in sizes[1:] if size is not None]
        if None in target and len(rest) == len(sizes) - 1:
            known = math.prod(size for size in target if size is not None)
            target[target.index(None)] = math.prod(rest) // known
        return TensorShape([sizes[0], *target])


class Dropout(Layer, core.Dropout):
    """Sets elements to zero at random, in training, which ``keras_learning_phase`` says if nothing else.

    Args:
        rate: the part of the elements that are set to zero.
        noise_shape: the shape of the mask.
        seed: the seed of the random numbers.
        **kwargs: as for ``Layer``.

    Source: ``tf.keras.layers.Dropout``.
    """

    def __init__(
        self,
        rate: Any,
        noise_shape: Sequence[Any] | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        Layer.__init__(self, **kwargs)
        self.rate, self.noise_shape, self.seed = rate, noise_shape, seed

    def call(self, inputs: Tensor, training: Any = None) -> Any:
        """See ``Layer``; ``training`` is a bool or a boolean tensor."""
        return core.Dropout.call(self, inputs, learning_phase() if training is None else training)


class Activation(Layer):
    """An activation as a layer (``tf.keras.layers.Activation``)."""

    def __init__(self, activation: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.activation = activations.get(activation)

    def call(self, inputs: Tensor, *args: Any, **kwargs: Any) -> Any:
        """See ``Layer``."""
        return self.activation(inputs)


class ReLU(Layer):
    """``tf.keras.activations.relu`` as a layer (``tf.keras.layers.ReLU``)."""

    def __init__(
        self,
        max_value: float | None = None,
        negative_slope: float = 0.0,
        threshold: float = 0.0,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("name", None)
        super().__init__(**kwargs)
        self.max_value, self.negative_slope, self.threshold = max_value, negative_slope, threshold

    def call(self, inputs: Tensor, *args: Any, **kwargs: Any) -> Any:
        """See ``Layer``."""
        return activations.relu(inputs, self.negative_slope, self.max_value, self.threshold)


class Softmax(Layer):
    """The softmax along an axis as a layer (``tf.keras.layers.Softmax``)."""

    def __init__(self, axis: int = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = axis

    def call(self, inputs: Tensor, *args: Any, **kwargs: Any) -> Any:
        """See ``Layer``."""
        return activations.softmax(inputs, axis=self.axis)


class Lambda(Layer):
    """A function as a layer (``tf.keras.layers.Lambda``)."""

    def __init__(self, function: Callable[..., Any], **kwargs: Any) -> None:
        self.arguments = kwargs.pop("arguments", None) or {}
        kwargs.pop("output_shape", None)
        kwargs.pop("mask", None)
        super().__init__(**kwargs)
        self.function = function

    def call(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """See ``Layer``."""
        return self.function(inputs, **self.arguments)


class BatchNormalization(Layer, normalization.BatchNormalization):
    """Brings each channel to mean ``beta`` and deviation ``gamma``, with the arguments of ``tf.layers``.

    ``updates`` holds the operations that move the averages, and no collection does.

    Source: ``tf.keras.layers.BatchNormalization``.
    """

    def __init__(
        self,
        axis: Any = -1,
        momentum: float = 0.99,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        moving_mean_initializer: Any = "zeros",
        moving_variance_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        fused: bool | None = None,
        **kwargs: Any,
    ) -> None:
        Layer.__init__(self, **kwargs)
        made = normalization.BatchNormalization(
            axis,
            momentum,
            epsilon,
            center,
            scale,
            beta_initializer=beta_initializer,
            gamma_initializer=gamma_initializer,
            moving_mean_initializer=moving_mean_initializer,
            moving_variance_initializer=moving_variance_initializer,
            beta_regularizer=beta_regularizer,
            gamma_regularizer=gamma_regularizer,
            beta_constraint=beta_constraint,
            gamma_constraint=gamma_constraint,
            fused=fused,
            name=self.name,
        )
        for name, value in vars(made).items():
            if name not in vars(self):
                setattr(self, name, value)

    def call(self, inputs: Tensor, training: Any = None) -> Tensor:
        """See ``Layer``; ``training`` is a bool or a boolean tensor, ``keras_learning_phase`` if None."""
        chosen = learning_phase() if training is None else training
        return normalization.BatchNormalization.call(self, inputs, chosen)


class Embedding(Layer):
    """Rows of a variable ``embeddings``, by their numbers.

    Args:
        input_dim: how many rows there are.
        output_dim: their size.
        embeddings_initializer: what makes the first value.
        embeddings_regularizer: a function from it to a loss.
        activity_regularizer: one from the output.
        embeddings_constraint: a function from the value that an optimizer computed to the one it assigns.
        mask_zero: accepted; has no effect, as there are no masks here.
        input_length: accepted; has no effect.
        **kwargs: as for ``Layer``.

    Source: ``tf.keras.layers.Embedding``.
    """

    def __init__(
        self,
        input_dim: int,
        output_dim: int,
        embeddings_initializer: Any = "random_uniform",
        embeddings_regularizer: Any = None,
        activity_regularizer: Any = None,
        embeddings_constraint: Any = None,
        mask_zero: bool = False,
        input_length: Any = None,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("dtype", dtypes.float32)
        # TensorFlow calls it "uniform", which is the same.
        if embeddings_initializer == "uniform":
            embeddings_initializer = "random_uniform"
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        self.input_dim, self.output_dim = input_dim, output_dim
        self.embeddings_initializer = embeddings_initializer
        self.embeddings_regularizer = embeddings_regularizer
        self.embeddings_constraint = embeddings_constraint
        self.embeddings: Any = None

    def build(self, input_shape: Any) -> None:
        """See ``Layer``."""
        self.embeddings = self.add_weight(
            name="embeddings",
            shape=(self.input_dim, self.output_dim),
            initializer=self.embeddings_initializer,
            regularizer=self.embeddings_regularizer,
            constraint=self.embeddings_constraint,
        )
        self.built = True

    def call(self, inputs: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        """See ``Layer``."""
        if inputs.dtype not in (dtypes.int32, dtypes.int64):
            inputs = casts.cast(inputs, dtypes.int32)
        return embedding.embedding_lookup(self.embeddings, inputs)
