"""More cells (``tf.contrib.rnn``)."""

from __future__ import annotations

from typing import Any

from graphlog.contrib.layers.normalization import layer_norm
from graphlog.contrib.rnn.linear import Linear
from graphlog.core import dtypes
from graphlog.core.shapes import TensorShape
from graphlog.core.tensor import Tensor
from graphlog.layers.lstm_cells import LSTMStateTuple
from graphlog.layers.rnn_cells import CellOfUnits, LayerRNNCell, RNNCell
from graphlog.ops.array import joining
from graphlog.ops.linear_algebra import matmul
from graphlog.ops.math import elementwise
from graphlog.ops.nn import activations, bias, dropout
from graphlog.ops.state.initializers import Constant, RandomUniform, Zeros
from graphlog.ops.state.variable_scope import get_variable, get_variable_scope, variable_scope


class LayerNormBasicLSTMCell(RNNCell):
    """Long short-term memory with layer normalization of its gates and recurrent dropout.

    Args:
        num_units: the size of the state.
        forget_bias: what is added to the forget gates.
        input_size: without effect.
        activation: a function; tanh by default.
        layer_norm: whether the gates are normalized.
        norm_gain: the first value of ``gamma``.
        norm_shift: the first value of ``beta``.
        dropout_keep_prob: the share of the new memory that is kept; a float or a tensor.
        dropout_prob_seed: the seed of the random choice.
        reuse: whether variables of the same scope are used again.

    Source: ``tf.contrib.rnn.LayerNormBasicLSTMCell``; https://arxiv.org/abs/1607.06450 and 1603.05118.
    """

    def __init__(
        self,
        num_units: int,
        forget_bias: float = 1.0,
        input_size: Any = None,
        activation: Any = elementwise.tanh,
        layer_norm: bool = True,
        norm_gain: float = 1.0,
        norm_shift: float = 0.0,
        dropout_keep_prob: Any = 1.0,
        dropout_prob_seed: int | None = None,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(_reuse=reuse)
        self._num_units = num_units
        self._activation = activation
        self._forget_bias = forget_bias
        self._keep_prob = dropout_keep_prob
        self._seed = dropout_prob_seed
        self._layer_norm = layer_norm
        self._norm_gain = norm_gain
        self._norm_shift = norm_shift

    @property
    def state_size(self) -> Any:
        """The sizes of both parts of the state."""
        return LSTMStateTuple(self._num_units, self._num_units)

    @property
    def output_size(self) -> Any:
        """The number of units."""
        return self._num_units

    def _norm(self, value: Tensor, scope: str) -> Any:
        if not self._layer_norm:
            return value
        shape = value.get_shape()[-1:]
        with variable_scope(scope):
            for name, first in (("gamma", self._norm_gain), ("beta", self._norm_shift)):
                get_variable(name, shape=shape, initializer=Constant(first), dtype=value.dtype)
        return layer_norm(value, reuse=True, scope=scope)

    def call(self, inputs: Any, state: Any) -> Any:
        """One step."""
        memory, hidden = state
        joined = joining.concat([inputs, hidden], 1)
        size = 4 * self._num_units
        kernel = get_variable("kernel", [joined.get_shape()[-1], size], dtype=joined.dtype)
        gates = matmul.matmul(joined, kernel)
        if not self._layer_norm:
            gates = bias.bias_add(gates, get_variable("bias", [size], dtype=joined.dtype))
        i, j, f, o = joining.split(gates, 4, axis=1)
        i, j = self._norm(i, "input"), self._norm(j, "transform")
        f, o = self._norm(f, "forget"), self._norm(o, "output")
        new: Any = self._activation(j)
        if not isinstance(self._keep_prob, float) or self._keep_prob < 1:
            new = dropout.dropout(new, self._keep_prob, seed=self._seed)
        memory = memory * activations.sigmoid(f + self._forget_bias) + activations.sigmoid(i) * new
        memory = self._norm(memory, "state")
        output = self._activation(memory) * activations.sigmoid(o)
        return output, LSTMStateTuple(memory, output)


class UGRNNCell(CellOfUnits):
    """An update gate recurrent network (https://arxiv.org/abs/1611.09913).

    Args:
        num_units: the size of the state.
        initializer: what makes the first values of the weights.
        forget_bias: what is added to the gates.
        activation: a function; tanh by default.
        reuse: whether variables of the same scope are used again.

    Source: ``tf.contrib.rnn.UGRNNCell``.
    """

    def __init__(
        self,
        num_units: int,
        initializer: Any = None,
        forget_bias: float = 1.0,
        activation: Any = elementwise.tanh,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(_reuse=reuse)
        self._num_units = num_units
        self._initializer = initializer
        self._forget_bias = forget_bias
        self._activation = activation
        self._linear: Linear | None = None

    def call(self, inputs: Any, state: Any) -> Any:
        """One step."""
        _depth(inputs.get_shape())
        with variable_scope(get_variable_scope(), initializer=self._initializer):
            joined = joining.concat([inputs, state], 1)
            if self._linear is None:
                self._linear = Linear(joined, 2 * self._num_units, True)
            gates, candidates = joining.split(self._linear(joined), 2, axis=1)
            candidate = self._activation(candidates)
            gate = activations.sigmoid(gates + self._forget_bias)
            output = gate * state + (1.0 - gate) * candidate
        return output, output


class IntersectionRNNCell(CellOfUnits):
    """An intersection network, with gates through time and through depth (https://arxiv.org/abs/1611.09913).

    Args:
        num_units: the size of the state.
        num_in_proj: ``num_units`` for inputs of another size, which go through a dense layer then.
        initializer: what makes the first values of the weights.
        forget_bias: what is added to the gates.
        y_activation: the activation of the output; relu by default.
        reuse: whether variables of the same scope are used again.

    Source: ``tf.contrib.rnn.IntersectionRNNCell``.
    """

    def __init__(
        self,
        num_units: int,
        num_in_proj: int | None = None,
        initializer: Any = None,
        forget_bias: float = 1.0,
        y_activation: Any = activations.relu,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(_reuse=reuse)
        self._num_units = num_units
        self._num_in_proj = num_in_proj
        self._initializer = initializer
        self._forget_bias = forget_bias
        self._y_activation = y_activation
        self._projection: Linear | None = None
        self._linear: Linear | None = None

    def call(self, inputs: Any, state: Any) -> Any:
        """One step."""
        units = self._num_units
        depth = _depth(inputs.get_shape())
        with variable_scope(get_variable_scope(), initializer=self._initializer):
            if depth != units:
                if not self._num_in_proj:
                    raise ValueError(
                        "Must have input size == output size for Intersection RNN. To fix, num_in_proj "
                        "should be set to num_units at cell init."
                    )
                with variable_scope("in_projection"):
                    if self._projection is None:
                        self._projection = Linear(inputs, units, True)
                    inputs = self._projection(inputs)
            joined = joining.concat([inputs, state], 1)
            if self._linear is None:
                self._linear = Linear(joined, 4 * units, True)
            whole = self._linear(joined)
            time_gate, time, depth_gate, output = (
                whole[:, (index * units or None) : (index + 1) * units] for index in range(4)
            )
            h = elementwise.tanh(time)
            y = self._y_activation(output)
            gh = activations.sigmoid(time_gate + self._forget_bias)
            gy = activations.sigmoid(depth_gate + self._forget_bias)
            new_state = gh * state + (1.0 - gh) * h
            new_y = gy * inputs + (1.0 - gy) * y
        return new_y, new_state


class NASCell(LayerRNNCell):
    """The cell that a neural architecture search found (https://arxiv.org/abs/1611.01578).

    Args:
        num_units: the size of the state.
        num_proj: the size of the output; that of the state if None.
        use_bias: whether there is an offset.
        reuse: whether variables of the same scope are used again.
        **kwargs: as for a layer.

    Source: ``tf.contrib.rnn.NASCell``.
    """

    def __init__(
        self,
        num_units: int,
        num_proj: int | None = None,
        use_bias: bool = False,
        reuse: bool | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(None, reuse, kwargs.pop("name", None), kwargs.pop("dtype", None), **kwargs)
        self.input_spec = None
        self._num_units = num_units
        self._num_proj = num_proj
        self._use_bias = use_bias

    @property
    def state_size(self) -> Any:
        """The sizes of both parts of the state."""
        return LSTMStateTuple(self._num_units, self.output_size)

    @property
    def output_size(self) -> Any:
        """The size of the output."""
        return self._num_units if self._num_proj is None else self._num_proj

    def build(self, input_shape: Any) -> None:
        """Makes the variables."""
        depth, size = _depth(TensorShape(input_shape)), 8 * self._num_units
        self._recurrent_kernel = self.add_variable("recurrent_kernel", [self.output_size, size])
        self._kernel = self.add_variable("kernel", [depth, size])
        if self._use_bias:
            self._bias = self.add_variable("bias", shape=[size], initializer=Zeros)
        if self._num_proj is not None:
            self._projection = self.add_variable("projection_weights", [self._num_units, self._num_proj])
        self.built = True

    def call(self, inputs: Any, state: Any) -> Any:
        """One step."""
        memory, hidden = state
        of_hidden = matmul.matmul(hidden, self._recurrent_kernel)
        of_inputs = matmul.matmul(inputs, self._kernel)
        if self._use_bias:
            of_hidden = bias.bias_add(of_hidden, self._bias)
        m = joining.split(of_hidden, 8, axis=1)
        x = joining.split(of_inputs, 8, axis=1)
        sigmoid, tanh, relu = activations.sigmoid, elementwise.tanh, activations.relu
        first = [
            sigmoid(x[0] + m[0]),
            relu(x[1] + m[1]),
            sigmoid(x[2] + m[2]),
            relu(x[3] * m[3]),
            tanh(x[4] + m[4]),
            sigmoid(x[5] + m[5]),
            tanh(x[6] + m[6]),
            sigmoid(x[7] + m[7]),
        ]
        second = [
            tanh(first[0] * first[1]),
            tanh(first[2] + first[3]),
            tanh(first[4] * first[5]),
            sigmoid(first[6] + first[7]),
        ]
        new_memory = tanh(second[0] + memory) * second[1]
        output = tanh(new_memory * tanh(second[2] + second[3]))
        if self._num_proj is not None:
            output = matmul.matmul(output, self._projection)
        return output, LSTMStateTuple(new_memory, output)


class SRUCell(CellOfUnits, LayerRNNCell):
    """A simple recurrent unit (https://arxiv.org/abs/1709.02755); its inputs have the size of its state.

    Source: ``tf.contrib.rnn.SRUCell``; the arguments are those of ``BasicRNNCell``.
    """

    def __init__(
        self,
        num_units: int,
        activation: Any = None,
        reuse: bool | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(activation, reuse, name, kwargs.pop("dtype", None), **kwargs)
        self._num_units = num_units

    def build(self, input_shape: Any) -> None:
        """Makes the variables."""
        units = self._num_units
        self._kernel = self.add_variable("kernel", shape=[self._depth(input_shape), 4 * units])
        self._bias = self.add_variable("bias", shape=[2 * units], initializer=Zeros)
        self.built = True

    def call(self, inputs: Any, state: Any) -> Any:
        """One step."""
        candidate, f, r, skipped = joining.split(matmul.matmul(inputs, self._kernel), 4, axis=1)
        gates = activations.sigmoid(bias.bias_add(joining.concat([f, r], 1), self._bias))
        forget, reset = joining.split(gates, 2, axis=1)
        memory = forget * state + (1.0 - forget) * candidate
        output = reset * self._activation(memory) + (1.0 - reset) * skipped
        return output, memory


class IndRNNCell(CellOfUnits, LayerRNNCell):
    """An independently recurrent network (https://arxiv.org/abs/1803.04831).

    Source: ``tf.contrib.rnn.IndRNNCell``; the arguments are those of ``BasicRNNCell``.
    """

    def __init__(
        self,
        num_units: int,
        activation: Any = None,
        reuse: bool | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(activation, reuse, name, dtype)
        self._num_units = num_units

    def build(self, input_shape: Any) -> None:
        """Makes the variables."""
        units, dtype = self._num_units, self._dtype or dtypes.float32
        self._kernel = self.add_variable("kernel_w", shape=[self._depth(input_shape), units])
        self._recurrent_kernel = self.add_variable(
            "kernel_u", shape=[1, units], initializer=RandomUniform(-1, 1, dtype=dtype)
        )
        self._bias = self.add_variable("bias", shape=[units], initializer=Zeros(dtype=dtype))
        self.built = True

    def call(self, inputs: Any, state: Any) -> Any:
        """One step."""
        gates: Any = matmul.matmul(inputs, self._kernel) + state * self._recurrent_kernel
        output = self._activation(bias.bias_add(gates, self._bias))
        return output, output


def _depth(shape: TensorShape) -> int:
    depth = shape.with_rank(2)[1].value
    if depth is None:
        raise ValueError("Could not infer input size from inputs.get_shape()[-1]")
    return int(depth)
