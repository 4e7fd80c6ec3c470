"""LSTM cells whose products are convolutions (``tf.contrib.rnn``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphlog.core.shapes import TensorShape
from graphlog.core.tensor import Tensor
from graphlog.layers.lstm_cells import LSTMStateTuple
from graphlog.layers.rnn_cells import RNNCell
from graphlog.ops.array import joining
from graphlog.ops.math import elementwise
from graphlog.ops.nn import activations, convolution_functions
from graphlog.ops.state.initializers import Constant
from graphlog.ops.state.variable_scope import get_variable


class ConvLSTMCell(RNNCell):
    """Long short-term memory whose products are convolutions (https://arxiv.org/abs/1506.04214).

    Args:
        conv_ndims: the number of dimensions of space: 1, 2 or 3.
        input_shape: the shape of the input without the batch, as a list, channels last.
        output_channels: the number of channels of the state.
        kernel_shape: the size of the window.
        use_bias: whether there is an offset.
        skip_connection: whether the input is appended to the output.
        forget_bias: what is added to the forget gates.
        initializers: without effect.
        name: the cell's name.

    Raises:
        ValueError: the shape of the input has another rank.

    Source: ``tf.contrib.rnn.ConvLSTMCell``.
    """

    def __init__(
        self,
        conv_ndims: int,
        input_shape: Sequence[int],
        output_channels: int,
        kernel_shape: Sequence[int],
        use_bias: bool = True,
        skip_connection: bool = False,
        forget_bias: float = 1.0,
        initializers: Any = None,
        name: str = "conv_lstm_cell",
    ) -> None:
        super().__init__(name=name)
        if conv_ndims != len(input_shape) - 1:
            raise ValueError(f"Invalid input_shape {input_shape} for conv_ndims={conv_ndims}.")
        self._conv_ndims = conv_ndims
        self._input_shape = list(input_shape)
        self._output_channels = output_channels
        self._kernel_shape = list(kernel_shape)
        self._use_bias = use_bias
        self._forget_bias = forget_bias
        self._skip_connection = skip_connection

    @property
    def state_size(self) -> Any:
        """The shapes of both parts of the state."""
        shape = TensorShape([*self._input_shape[:-1], self._output_channels])
        return LSTMStateTuple(shape, shape)

    @property
    def output_size(self) -> Any:
        """The shape of the output."""
        skipped = self._input_shape[-1] if self._skip_connection else 0
        return TensorShape([*self._input_shape[:-1], self._output_channels + skipped])

    def call(self, inputs: Any, state: Any) -> Any:
        """One step."""
        memory, hidden = state
        whole = self._convolved([inputs, hidden], 4 * self._output_channels)
        i, new, f, o = joining.split(whole, 4, axis=self._conv_ndims + 1)
        memory = activations.sigmoid(f + self._forget_bias) * memory
        memory = memory + activations.sigmoid(i) * elementwise.tanh(new)
        output: Any = elementwise.tanh(memory) * activations.sigmoid(o)
        if self._skip_connection:
            output = joining.concat([output, inputs], axis=-1)
        return output, LSTMStateTuple(memory, output)

    def _convolved(self, values: list[Any], channels: int) -> Any:
        shapes = [value.get_shape().as_list() for value in values]
        if any(len(shape) != self._conv_ndims + 2 for shape in shapes):
            raise ValueError(f"Conv Linear expects all args to be of same Dimension: {shapes}")
        depth = sum(shape[-1] for shape in shapes)
        dtype = values[0].dtype
        kernel = get_variable("kernel", [*self._kernel_shape, depth, channels], dtype=dtype)
        joined = joining.concat(values, axis=self._conv_ndims + 1)
        convolved: Tensor
        if self._conv_ndims == 1:
            convolved = convolution_functions.conv1d(joined, kernel, 1, padding="SAME")
        else:
            strides = [1] * (self._conv_ndims + 2)
            is_flat = self._conv_ndims == 2
            convolve: Any = convolution_functions.conv2d if is_flat else convolution_functions.conv3d
            convolved = convolve(joined, kernel, strides, padding="SAME")
        if not self._use_bias:
            return convolved
        first = Constant(0.0, dtype=dtype)
        return convolved + get_variable("biases", [channels], dtype=dtype, initializer=first)


class Conv1DLSTMCell(ConvLSTMCell):
    """``ConvLSTMCell`` of sequences (``tf.contrib.rnn.Conv1DLSTMCell``)."""

    def __init__(self, name: str = "conv_1d_lstm_cell", **kwargs: Any) -> None:
        super().__init__(conv_ndims=1, name=name, **kwargs)


class Conv2DLSTMCell(ConvLSTMCell):
    """``ConvLSTMCell`` of images (``tf.contrib.rnn.Conv2DLSTMCell``)."""

    def __init__(self, name: str = "conv_2d_lstm_cell", **kwargs: Any) -> None:
        super().__init__(conv_ndims=2, name=name, **kwargs)


class Conv3DLSTMCell(ConvLSTMCell):
    """``ConvLSTMCell`` of volumes (``tf.contrib.rnn.Conv3DLSTMCell``)."""

    def __init__(self, name: str = "conv_3d_lstm_cell", **kwargs: Any) -> None:
        super().__init__(conv_ndims=3, name=name, **kwargs)
