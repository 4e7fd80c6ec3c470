"""Convolutions that go from few pixels to many, and such that take each channel apart."""

from __future__ import annotations

from typing import Any

from graphlog.core.shapes import TensorShape
from graphlog.core.tensor import Tensor
from graphlog.layers.convolutional import Convolution, Regularizer
from graphlog.layers.sizes import length_before, short_format
from graphlog.ops import convolution_functions, packing, shape_queries
from graphlog.ops.atrous_convolution import separable_conv2d as separable_conv2d_op


class Conv2DTranspose(Convolution):
    """The transpose of a convolution of images; the arguments are those of ``Convolution``.

    Source: ``tf.layers.Conv2DTranspose``.
    """

    rank = 2

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = (1, 1),
        padding: str = "valid",
        data_format: str | None = "channels_last",
        *args: Any,
        **kwargs: Any,
    ) -> None:
        # TensorFlow leaves the dilation rate out of this one's arguments.
        super().__init__(filters, kernel_size, strides, padding, data_format, 1, *args, **kwargs)

    def build(self, input_shape: Any) -> None:
        """See ``Layer``."""
        if len(TensorShape(input_shape).as_list()) != 4:
            raise ValueError(f"Inputs should have rank 4. Received input shape: {input_shape}")
        channels = self._input_channels(input_shape)
        self._add_kernel((*self.kernel_size, self.filters, channels))
        self._add_bias()
        self.built = True

    def call(self, inputs: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        """See ``Layer``."""
        sizes = shape_queries.shape(inputs)
        count = sizes[0]
        is_first = self.data_format == "channels_first"
        axes = (2, 3) if is_first else (1, 2)
        lengths = [sizes[axis] for axis in axes]
        height, width = self._lengths_before(lengths)
        shape = (count, self.filters, height, width) if is_first else (count, height, width, self.filters)
        wanted = packing.stack(shape)
        wanted[0]  # TensorFlow asks whether this is None, which leaves an operation in the graph.
        outputs = convolution_functions.conv2d_transpose(
            inputs,
            self.kernel,
            wanted,
            (1, 1, *self.strides) if is_first else (1, *self.strides, 1),
            padding=self.padding.upper(),
            data_format=short_format(self.data_format, 4),
        )
        outputs.set_shape(self.compute_output_shape(inputs.shape))
        return self._finished(outputs)

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
        return TensorShape([sizes[0], *self._lengths_before(sizes[1:3]), self.filters])


class SeparableConv2D(Convolution):
    """A convolution of each channel on its own, and then of single pixels with all channels.

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

    Source: ``tf.layers.SeparableConv2D``.
    """

    rank = 2

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
            (1, 1, self.depth_multiplier * channels, self.filters),
            initializer=self.pointwise_initializer,
            regularizer=self.pointwise_regularizer,
            constraint=self.pointwise_constraint,
        )
        self._add_bias()
        self.built = True

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


def conv2d_transpose(
    inputs: Any, filters: int, kernel_size: Any, *args: Any, reuse: Any = None, **kwargs: Any
) -> Any:
    """The output of a ``Conv2DTranspose`` layer; see there.

    ``reuse`` says whether the variables of a layer of this name are used again.

    Source: ``tf.layers.conv2d_transpose``.
    """
    layer = Conv2DTranspose(filters, kernel_size, *args, _reuse=reuse, _scope=kwargs.get("name"), **kwargs)
    return layer(inputs)


def separable_conv2d(
    inputs: Any, filters: int, kernel_size: Any, *args: Any, reuse: Any = None, **kwargs: Any
) -> Any:
    """The output of a ``SeparableConv2D`` layer; see there.

    ``reuse`` says whether the variables of a layer of this name are used again.

    Source: ``tf.layers.separable_conv2d``.
    """
    layer = SeparableConv2D(filters, kernel_size, *args, _reuse=reuse, _scope=kwargs.get("name"), **kwargs)
    return layer(inputs)
