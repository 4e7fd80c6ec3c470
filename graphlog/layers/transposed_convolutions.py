"""Convolutions that go from few pixels to many, and such that take each channel apart."""

from __future__ import annotations

from typing import Any

from graphlog.core.partials import partial_of
from graphlog.core.shapes import TensorShape
from graphlog.core.tensor import Tensor
from graphlog.layers.convolutional import Convolution, Regularizer, output_of
from graphlog.layers.sizes import length_before, short_format
from graphlog.ops.array import axes, packing, shape_queries
from graphlog.ops.array import padding as padding_ops
from graphlog.ops.nn import bias, convolution_functions
from graphlog.ops.nn.atrous_convolution import separable_conv2d as separable_conv2d_op


class _Transposed(Convolution):
    """What transposed convolutions in two and three dimensions have in common."""

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = "channels_last",
        *args: Any,
        **kwargs: Any,
    ) -> None:
        # TensorFlow leaves the dilation rate out of this one's arguments.
        super().__init__(filters, kernel_size, strides, padding, data_format, 1, *args, **kwargs)

    def build(self, input_shape: Any) -> None:
        """See ``Layer``."""
        rank = self.rank + 2
        if len(TensorShape(input_shape).as_list()) != rank:
            raise ValueError(f"Inputs should have rank {rank}. Received input shape: {input_shape}")
        channels = self._input_channels(input_shape)
        self._add_kernel((*self.kernel_size, self.filters, channels))
        self._add_bias()
        self.built = True

    def _wanted_sizes(self, inputs: Tensor) -> tuple[Tensor, tuple[int, ...]]:
        """The shape of the output, and the strides of all axes."""
        sizes = shape_queries.shape(inputs)
        count = sizes[0]
        is_first = self.data_format == "channels_first"
        first = 2 if is_first else 1
        lengths = self._lengths_before([sizes[axis] for axis in range(first, first + self.rank)])
        if is_first:
            return packing.stack((count, self.filters, *lengths)), (1, 1, *self.strides)
        return packing.stack((count, *lengths, self.filters)), (1, *self.strides, 1)

    def _lengths_before(self, lengths: list[Any]) -> list[Any]:
        return [
            length_before(length, window, self.padding, stride)
            for length, window, stride in zip(lengths, self.kernel_size, self.strides, strict=True)
        ]

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        """See ``Layer``."""
        sizes = TensorShape(input_shape).as_list()
        if self.data_format == "channels_first":
            return TensorShape([sizes[0], self.filters, *self._lengths_before(sizes[2:])])
        return TensorShape([sizes[0], *self._lengths_before(sizes[1:-1]), self.filters])


class Conv2DTranspose(_Transposed):
    """The transpose of a convolution of images; the arguments are those of ``Convolution``.

    Source: ``tf.layers.Conv2DTranspose``.
    """

    rank = 2

    def call(self, inputs: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        """See ``Layer``."""
        wanted, strides = self._wanted_sizes(inputs)
        wanted[0]  # TensorFlow asks whether this is None, which leaves an operation in the graph.
        outputs = convolution_functions.conv2d_transpose(
            inputs,
            self.kernel,
            wanted,
            strides,
            padding=self.padding.upper(),
            data_format=short_format(self.data_format, 4),
        )
        outputs.set_shape(self.compute_output_shape(inputs.shape))
        return self._finished(outputs)


class Conv3DTranspose(_Transposed):
    """The transpose of a convolution of volumes; the arguments are those of ``Convolution``.

    Source: ``tf.layers.Conv3DTranspose``.
    """

    rank = 3

    def call(self, inputs: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        """See ``Layer``."""
        wanted, strides = self._wanted_sizes(inputs)
        outputs = convolution_functions.conv3d_transpose(
            inputs,
            self.kernel,
            wanted,
            strides,
            data_format=short_format(self.data_format, 5),
            padding=self.padding.upper(),
        )
        outputs.set_shape(self.compute_output_shape(inputs.shape))
        return self._finished(outputs)


class _Separable(Convolution):
    """What convolutions have in common that take each channel on its own, and then mix the channels."""

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        *args: Any,
        depth_multiplier: int = 1,
        depthwise_initializer: Any = None,
        pointwise_initializer: Any = None,
        depthwise_regularizer: Regularizer = None,
        pointwise_regularizer: Regularizer = None,
        depthwise_constraint: Any = None,
        pointwise_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(filters, kernel_size, *args, **kwargs)
        self.depth_multiplier = depth_multiplier
        self.depthwise_initializer = depthwise_initializer
        self.pointwise_initializer = pointwise_initializer
        self.depthwise_regularizer = depthwise_regularizer
        self.pointwise_regularizer = pointwise_regularizer
        self.depthwise_constraint = depthwise_constraint
        self.pointwise_constraint = pointwise_constraint
        self.depthwise_kernel: Any = None
        self.pointwise_kernel: Any = None

    def build(self, input_shape: Any) -> None:
        """See ``Layer``."""
        channels = self._input_channels(input_shape)
        self.depthwise_kernel = self.add_weight(
            "depthwise_kernel",
            (*self.kernel_size, channels, self.depth_multiplier),
            initializer=self.depthwise_initializer,
            regularizer=self.depthwise_regularizer,
            constraint=self.depthwise_constraint,
        )
        self.pointwise_kernel = self.add_weight(
            "pointwise_kernel",
            (*(1,) * self.rank, self.depth_multiplier * channels, self.filters),
            initializer=self.pointwise_initializer,
            regularizer=self.pointwise_regularizer,
            constraint=self.pointwise_constraint,
        )
        self._add_bias()
        self.built = True


class SeparableConv1D(_Separable):
    """A convolution of sequences, each channel on its own, and then of single steps with all channels.

    Args:
        filters: see ``Convolution``; so for all that are not listed here.
        kernel_size: …
        *args: …
        depth_multiplier: how many channels the first convolution makes of one.
        depthwise_initializer: what makes the first value of ``depthwise_kernel``.
        pointwise_initializer: what makes that of ``pointwise_kernel``.
        depthwise_regularizer: a function from ``depthwise_kernel`` to a loss that is collected.
        pointwise_regularizer: one from ``pointwise_kernel``.
        **kwargs: …

    Source: ``tf.layers.SeparableConv1D``.
    """

    rank = 1

    def call(self, inputs: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        """See ``Layer``."""
        padding = self.padding
        if padding == "causal":
            inputs, padding = padding_ops.pad(inputs, self._causal_padding()), "valid"
        is_first = self.data_format == "channels_first"
        strides = self.strides * 2
        axis = 2 if is_first else 1
        data_format = short_format(self.data_format, 4)
        images = axes.expand_dims(inputs, axis)
        outputs = separable_conv2d_op(
            images,
            axes.expand_dims(self.depthwise_kernel, 0),
            axes.expand_dims(self.pointwise_kernel, 0),
            strides=(1, 1, *strides) if is_first else (1, *strides, 1),
            padding=padding.upper(),
            rate=(1, *self.dilation_rate),
            data_format=data_format,
        )
        if self.use_bias:
            outputs = bias.bias_add(outputs, self.bias, data_format=data_format)
        outputs = axes.squeeze(outputs, [axis])
        return outputs if self.activation is None else self.activation(outputs)


class SeparableConv2D(_Separable):
    """A convolution of each channel on its own, and then of single pixels with all channels.

    The arguments are those of ``SeparableConv1D``. Source: ``tf.layers.SeparableConv2D``.
    """

    rank = 2

    def _convolved(self, inputs: Tensor) -> Tensor:
        is_first = self.data_format == "channels_first"
        return separable_conv2d_op(
            inputs,
            self.depthwise_kernel,
            self.pointwise_kernel,
            strides=(1, 1, *self.strides) if is_first else (1, *self.strides, 1),
            padding=self.padding.upper(),
            rate=self.dilation_rate,
            data_format=short_format(self.data_format, 4),
        )


@partial_of(output_of, Conv2DTranspose)
def conv2d_transpose() -> None:
    """The output of a ``Conv2DTranspose`` layer; see there.

    ``reuse`` says whether the variables of a layer of this name are used again.

    Source: ``tf.layers.conv2d_transpose``.
    """


@partial_of(output_of, Conv3DTranspose)
def conv3d_transpose() -> None:
    """The output of a ``Conv3DTranspose`` layer; see ``conv2d_transpose``.

    Source: ``tf.layers.conv3d_transpose``.
    """


@partial_of(output_of, SeparableConv1D)
def separable_conv1d() -> None:
    """The output of a ``SeparableConv1D`` layer; see ``separable_conv2d``.

    Source: ``tf.layers.separable_conv1d``.
    """


@partial_of(output_of, SeparableConv2D)
def separable_conv2d() -> None:
    """The output of a ``SeparableConv2D`` layer; see there.

    ``reuse`` says whether the variables of a layer of this name are used again.

    Source: ``tf.layers.separable_conv2d``.
    """
