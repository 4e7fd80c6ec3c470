"""Dense layers, dropout and flattening."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from graphlog.core.conversion import convert_to_tensor
from graphlog.core.shapes import TensorShape
from graphlog.core.tensor import Tensor
from graphlog.layers.base import Layer
from graphlog.layers.input_specs import InputSpec
from graphlog.layers.named_functions import activation as activation_of
from graphlog.layers.static_conditions import smart_cond
from graphlog.ops.array import arrays, shape_queries
from graphlog.ops.linear_algebra import matmul, tensordot
from graphlog.ops.nn import bias
from graphlog.ops.nn import dropout as dropout_ops
from graphlog.ops.state.initializers import Zeros

Initializer = Any
Regularizer = Callable[[Any], Any] | None
Constraint = Callable[[Tensor], Tensor] | None


class Dense(Layer):
    """``activation(inputs @ kernel + bias)``.

    Args:
        units: the size of the last dimension of the output.
        activation: a function of the output, or its name; None for none.
        use_bias: whether there is a bias.
        kernel_initializer: what makes the first value of ``kernel``; the variable scope's if None.
        bias_initializer: what makes that of ``bias``.
        kernel_regularizer: a function from ``kernel`` to a loss that is collected.
        bias_regularizer: one from ``bias``.
        activity_regularizer: one from the output.
        kernel_constraint: a function from the value of ``kernel`` that an optimizer computed to the one
            it assigns.
        bias_constraint: one for ``bias``.
        trainable: whether optimizers change the variables.
        name: the layer's name.
        **kwargs: ``dtype``.

    Source: ``tf.layers.Dense``.
    """

    def __init__(
        self,
        units: int,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Initializer = None,
        bias_initializer: Initializer = Zeros(),  # noqa: B008
        kernel_regularizer: Regularizer = None,
        bias_regularizer: Regularizer = None,
        activity_regularizer: Regularizer = None,
        kernel_constraint: Constraint = None,
        bias_constraint: Constraint = None,
        trainable: bool = True,
        name: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(trainable=trainable, name=name, activity_regularizer=activity_regularizer, **kwargs)
        self.units = int(units)
        self.activation = activation_of(activation)
        self.use_bias = use_bias
        self.kernel_initializer = kernel_initializer
        self.bias_initializer = bias_initializer
        self.kernel_regularizer = kernel_regularizer
        self.bias_regularizer = bias_regularizer
        self.kernel_constraint = kernel_constraint
        self.bias_constraint = bias_constraint
        self.kernel: Any = None
        self.bias: Any = None
        self.input_spec = InputSpec(min_ndim=2)

    def build(self, input_shape: Any) -> None:
        """See ``Layer``."""
        dtype = self._variable_dtype
        if not (dtype.is_floating or dtype.is_complex):
            raise TypeError(f"Unable to build `Dense` layer with non-floating point dtype {dtype}")
        size = TensorShape(input_shape).with_rank_at_least(2).as_list()[-1]
        if size is None:
            raise ValueError("The last dimension of the inputs to `Dense` should be defined. Found `None`.")
        self.input_spec = InputSpec(min_ndim=2, axes={-1: size})
        self.kernel = self.add_weight(
            "kernel",
            [size, self.units],
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        if self.use_bias:
            self.bias = self.add_weight(
                "bias",
                [self.units],
                initializer=self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )
        self.built = True

    def call(self, inputs: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        """See ``Layer``."""
        sizes = inputs.shape.as_list()
        if len(sizes) > 2:
            outputs = tensordot.tensordot(inputs, self.kernel, [[len(sizes) - 1], [0]])
            outputs.set_shape([*sizes[:-1], self.units])
        else:
            outputs = matmul.MatMul(inputs, self.kernel)
        if self.use_bias:
            outputs = bias.bias_add(outputs, self.bias)
        return outputs if self.activation is None else self.activation(outputs)

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        """See ``Layer``."""
        sizes = TensorShape(input_shape).with_rank_at_least(2).as_list()
        if sizes[-1] is None:
            raise ValueError(
                f"The innermost dimension of input_shape must be defined, but saw: {input_shape}"
            )
        return TensorShape([*sizes[:-1], self.units])


def dense(
    inputs: Any,
    units: int,
    activation: Any = None,
    use_bias: bool = True,
    kernel_initializer: Initializer = None,
    bias_initializer: Initializer = Zeros(),  # noqa: B008
    kernel_regularizer: Regularizer = None,
    bias_regularizer: Regularizer = None,
    activity_regularizer: Regularizer = None,
    kernel_constraint: Constraint = None,
    bias_constraint: Constraint = None,
    trainable: bool = True,
    name: Any = None,
    reuse: Any = None,
) -> Any:
    """The output of a ``Dense`` layer.

    Args:
        inputs: a tensor of rank 2 or more.
        units: as for ``Dense``, like all that follow but the last.
        activation: …
        use_bias: …
        kernel_initializer: …
        bias_initializer: …
        kernel_regularizer: …
        bias_regularizer: …
        activity_regularizer: …
        kernel_constraint: …
        bias_constraint: …
        trainable: …
        name: …
        reuse: whether the variables of a layer of this name are used again.

    Returns:
        A Tensor.

    Source: ``tf.layers.dense``.
    """
    layer = Dense(
        units,
        activation=activation,
        use_bias=use_bias,
        kernel_initializer=kernel_initializer,
        bias_initializer=bias_initializer,
        kernel_regularizer=kernel_regularizer,
        bias_regularizer=bias_regularizer,
        activity_regularizer=activity_regularizer,
        kernel_constraint=kernel_constraint,
        bias_constraint=bias_constraint,
        trainable=trainable,
        name=name,
        _scope=name,
        _reuse=reuse,
    )
    return layer(inputs)


class Dropout(Layer):
    """Sets elements to zero at random, in training; the others are scaled up so that the mean stays.

    Args:
        rate: the part of the elements that are set to zero.
        noise_shape: the shape of the mask; 1 where elements are kept or dropped together, None for the
            size of the input.
        seed: the seed of the random numbers.
        name: the layer's name.
        **kwargs: nothing that users give.

    Source: ``tf.layers.Dropout``.
    """

    def __init__(
        self,
        rate: Any = 0.5,
        noise_shape: Sequence[Any] | None = None,
        seed: int | None = None,
        name: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        self.rate = rate
        self.noise_shape = noise_shape
        self.seed = seed

    def call(self, inputs: Tensor, training: Any = False) -> Any:
        """See ``Layer``; ``training`` is a bool or a boolean tensor."""

        def dropped() -> Tensor:
            shape = self._noise_shape(inputs)
            result: Tensor = dropout_ops.dropout(inputs, noise_shape=shape, seed=self.seed, rate=self.rate)
            return result

        return smart_cond(training, dropped, lambda: arrays.identity(inputs))

    def _noise_shape(self, inputs: Tensor) -> Tensor | None:
        if self.noise_shape is None:
            return None
        sizes = shape_queries.shape(inputs)
        given = [sizes[axis] if size is None else size for axis, size in enumerate(self.noise_shape)]
        return convert_to_tensor(given)

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        """See ``Layer``."""
        return TensorShape(input_shape)


def dropout(
    inputs: Any,
    rate: Any = 0.5,
    noise_shape: Sequence[Any] | None = None,
    seed: int | None = None,
    training: Any = False,
    name: Any = None,
) -> Any:
    """The output of a ``Dropout`` layer: ``inputs`` itself unless ``training`` (a bool or a tensor).

    Source: ``tf.layers.dropout``.
    """
    return Dropout(rate, noise_shape=noise_shape, seed=seed, name=name)(inputs, training=training)


class Flatten(Layer):
    """Makes one dimension of all but the first.

    Args:
        data_format: ``"channels_last"`` (if None), or ``"channels_first"`` for channels to be moved to
            the end before.
        **kwargs: ``name``.

    Source: ``tf.layers.Flatten``.
    """

    def __init__(self, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = data_format or "channels_last"
        self.input_spec = InputSpec(min_ndim=1)

    def call(self, inputs: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        """See ``Layer``."""
        inputs = convert_to_tensor(inputs)
        rank = inputs.shape.ndims
        if self.data_format == "channels_first" and rank is not None and rank > 1:
            inputs = arrays.transpose(inputs, perm=[0, *range(2, rank), 1])
        count = inputs.shape.as_list()[0] or shape_queries.shape(inputs)[0]
        outputs = arrays.reshape(inputs, (count, -1))
        outputs.set_shape(self.compute_output_shape(inputs.shape))
        return outputs

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        """See ``Layer``."""
        sizes = TensorShape(input_shape).as_list()
        rest = [size for size in sizes[1:] if size]
        # A size that is not known, or zero, leaves the product open.
        return TensorShape([sizes[0], math.prod(rest) if len(rest) == len(sizes) - 1 else None])


def flatten(inputs: Any, name: Any = None, data_format: str = "channels_last") -> Any:
    """The output of a ``Flatten`` layer (``tf.layers.flatten``)."""
    return Flatten(name=name, data_format=data_format)(inputs)
