"""Convolutions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.partials import partial_of
from graphlog.core.shapes import TensorShape
from graphlog.core.tensor import Tensor
from graphlog.layers.base import Layer
from graphlog.layers.input_specs import InputSpec
from graphlog.layers.named_functions import activation as activation_of
from graphlog.layers.sizes import checked_format, checked_padding, length_after, short_format, size_tuple
from graphlog.ops.array import arrays
from graphlog.ops.array import padding as padding_ops
from graphlog.ops.nn import bias
from graphlog.ops.nn.atrous import slid_apart
from graphlog.ops.nn.convolution import Conv3D as Conv3DOp
from graphlog.ops.nn.convolution_functions import conv1d as conv1d_op
from graphlog.ops.nn.convolution_functions import conv2d as conv2d_op
from graphlog.ops.state.initializers import Zeros

Regularizer = Callable[[Any], Any] | None
Constraint = Callable[[Tensor], Tensor] | None


class Convolution(Layer):
    """What convolutions in one, two and three dimensions have in common.

    Args:
        filters: the number of channels of the output.
        kernel_size: the size of the window, one number or one for each dimension.
        strides: the step of the window, likewise.
        padding: ``"valid"`` or ``"same"``; for one dimension also ``"causal"``.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        dilation_rate: the step between the elements of the window, like ``strides``.
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
    """

    rank = 2

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = "channels_last",
        dilation_rate: Any = 1,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = None,
        bias_initializer: Any = Zeros(),  # noqa: B008
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
        self.filters = filters
        self.kernel_size = size_tuple(kernel_size, self.rank, "kernel_size")
        self.strides = size_tuple(strides, self.rank, "strides")
        self.padding = checked_padding(padding)
        if self.padding == "causal" and self.rank != 1:
            raise ValueError("Causal padding is only supported for `Conv1D`and ``SeparableConv1D`.")
        self.data_format = checked_format(data_format)
        self.dilation_rate = size_tuple(dilation_rate, self.rank, "dilation_rate")
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
        self.input_spec = InputSpec(ndim=self.rank + 2)

    @property
    def _channel_axis(self) -> int:
        return 1 if self.data_format == "channels_first" else -1

    def _input_channels(self, input_shape: Any) -> int:
        """The number of channels of the input, which is expected from now on."""
        channels = TensorShape(input_shape).with_rank(self.rank + 2).as_list()[self._channel_axis]
        if channels is None:
            raise ValueError("The channel dimension of the inputs should be defined. Found `None`.")
        self.input_spec = InputSpec(ndim=self.rank + 2, axes={self._channel_axis: channels})
        return channels

    def _add_kernel(self, shape: Any) -> None:
        self.kernel = self.add_weight(
            "kernel",
            shape,
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )

    def _add_bias(self) -> None:
        if self.use_bias:
            self.bias = self.add_weight(
                "bias",
                (self.filters,),
                initializer=self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )

    def build(self, input_shape: Any) -> None:
        """See ``Layer``."""
        channels = self._input_channels(input_shape)
        self._add_kernel((*self.kernel_size, channels, self.filters))
        self._add_bias()
        if self._has_no_gaps:
            # TensorFlow leaves this in the graph, though nothing uses it.
            convert_to_tensor(self.dilation_rate, dtypes.int32, name="dilation_rate")
        self.built = True

    @property
    def _has_no_gaps(self) -> bool:
        return all(rate == 1 for rate in self.dilation_rate)

    def call(self, inputs: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        """See ``Layer``."""
        if self.padding == "causal":
            inputs = padding_ops.pad(inputs, self._causal_padding())
        return self._finished(self._convolved(inputs))

    def _convolved(self, inputs: Tensor) -> Tensor:
        padding = "VALID" if self.padding == "causal" else self.padding.upper()
        if self._has_no_gaps:
            return self._without_gaps(inputs, padding)
        first = 2 if self.data_format == "channels_first" else 1
        return slid_apart(
            inputs,
            list(self.dilation_rate),
            padding,
            self._without_gaps,
            filter_shape=self.kernel.shape,
            spatial_dims=range(first, first + self.rank),
            data_format=short_format(self.data_format, self.rank + 2),
        )

    def _without_gaps(self, inputs: Tensor, padding: str) -> Tensor:
        data_format = short_format(self.data_format, self.rank + 2)
        if self.rank == 1:
            return conv1d_op(inputs, self.kernel, self.strides[0], padding, data_format=data_format)
        is_first = self.data_format == "channels_first"
        strides = [1, 1, *self.strides] if is_first else [1, *self.strides, 1]
        if self.rank == 2:
            return conv2d_op(inputs, self.kernel, strides, padding, data_format=data_format)
        return Conv3DOp(inputs, self.kernel, strides=strides, padding=padding, data_format=data_format)

    def _causal_padding(self) -> list[list[int]]:
        before = [self.dilation_rate[0] * (self.kernel_size[0] - 1), 0]
        return [[0, 0], before, [0, 0]] if self.data_format == "channels_last" else [[0, 0], [0, 0], before]

    def _finished(self, outputs: Tensor) -> Tensor:
        """The output with the bias and through the activation."""
        if self.use_bias:
            is_first = self.data_format == "channels_first"
            if is_first and self.rank == 1:
                outputs = outputs + arrays.reshape(self.bias, (1, self.filters, 1))
            else:
                outputs = bias.bias_add(outputs, self.bias, data_format="NCHW" if is_first else "NHWC")
        return outputs if self.activation is None else self.activation(outputs)

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        """See ``Layer``."""
        sizes = TensorShape(input_shape).as_list()
        is_first = self.data_format == "channels_first"
        space = [
            length_after(length, window, self.padding, stride, dilation)
            for length, window, stride, dilation in zip(
                sizes[2:] if is_first else sizes[1:-1],
                self.kernel_size,
                self.strides,
                self.dilation_rate,
                strict=True,
            )
        ]
        return TensorShape([sizes[0], self.filters, *space] if is_first else [sizes[0], *space, self.filters])


class Conv1D(Convolution):
    """A convolution of sequences ``(batch, length, channels)``; see ``Convolution``.

    Source: ``tf.layers.Conv1D``.
    """

    rank = 1


class Conv2D(Convolution):
    """A convolution of images ``(batch, height, width, channels)``; see ``Convolution``.

    Source: ``tf.layers.Conv2D``.
    """

    rank = 2


class Conv3D(Convolution):
    """A convolution of volumes ``(batch, depth, height, width, channels)``; see ``Convolution``.

    Source: ``tf.layers.Conv3D``.
    """

    rank = 3


def output_of(
    kind: type[Convolution],
    /,
    inputs: Any,
    filters: int,
    kernel_size: Any,
    *args: Any,
    reuse: Any = None,
    **kwargs: Any,
) -> Any:
    """The output of a layer that is made here: what functions such as ``conv1d`` give."""
    layer = kind(filters, kernel_size, *args, _reuse=reuse, _scope=kwargs.get("name"), **kwargs)
    return layer(inputs)


@partial_of(output_of, Conv1D)
def conv1d() -> None:
    """The output of a ``Conv1D`` layer, whose arguments follow.

    Args:
        inputs: a tensor of rank 3.
        filters: see ``Convolution``; so for all but the last.
        kernel_size: …
        *args: …
        reuse: whether the variables of a layer of this name are used again.
        **kwargs: …

    Returns:
        A Tensor.

    Source: ``tf.layers.conv1d``.
    """


@partial_of(output_of, Conv2D)
def conv2d() -> None:
    """The output of a ``Conv2D`` layer; see ``conv1d``. Source: ``tf.layers.conv2d``."""


@partial_of(output_of, Conv3D)
def conv3d() -> None:
    """The output of a ``Conv3D`` layer; see ``conv1d``. Source: ``tf.layers.conv3d``."""
