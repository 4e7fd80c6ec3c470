"""Cells of recurrent networks: one step in time, from an input and a state to an output and a state."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from graphlog.core import dtypes, nest
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.dtypes import as_dtype
from graphlog.core.shapes import StaticShape, TensorShape, static_shape
from graphlog.core.tensor import Tensor
from graphlog.layers.base import Layer
from graphlog.layers.input_specs import InputSpec
from graphlog.layers.named_functions import activation as activation_of
from graphlog.layers.named_functions import initializer as initializer_of
from graphlog.ops.array import axes, filling, joining, shape_queries
from graphlog.ops.constants import constant
from graphlog.ops.linear_algebra import matmul
from graphlog.ops.math import elementwise
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.nn import activations, bias
from graphlog.ops.state import initializers
from graphlog.ops.state.variable_collections import trainable_variables
from graphlog.ops.state.variable_scope import get_variable_scope, variable_scope
from graphlog.ops.static_values import constant_value


def check_is_cell(name: str, cell: Any) -> None:
    """Raises TypeError unless an argument is a cell."""
    problems = []
    if not hasattr(cell, "output_size"):
        problems.append("'output_size' property is missing")
    if not hasattr(cell, "state_size"):
        problems.append("'state_size' property is missing")
    if not (hasattr(cell, "get_initial_state") or hasattr(cell, "zero_state")):
        problems.append("either 'zero_state' or 'get_initial_state' method is required")
    if not callable(cell):
        problems.append("is not callable")
    if problems:
        raise TypeError(f"The argument {name!r} ({cell}) is not an RNNCell: {', '.join(problems)}.")


def joined_sizes(prefix: Any, suffix: Any) -> Tensor:
    """The sizes in ``prefix`` followed by those in ``suffix``, each an int, a shape or a tensor."""
    parts = (_sizes(prefix), _sizes(suffix))
    if any(part is None for part in parts):
        raise ValueError(f"Provided a prefix or suffix of None: {prefix} and {suffix}")
    return joining.concat(parts, 0)


def joined_shape(prefix: Any, suffix: Any) -> StaticShape:
    """``joined_sizes`` as far as they are known; TensorFlow adds the same constants for it."""
    for value in (prefix, suffix):
        _sizes(value)
    first, second = _known_shape(prefix), _known_shape(suffix)
    return None if first is None or second is None else first + second


def _sizes(value: Any) -> Tensor | None:
    if not isinstance(value, Tensor):
        shape = TensorShape(value)
        return constant(shape.as_list(), dtypes.int32) if shape.is_fully_defined() else None
    if value.static_shape == ():
        return axes.expand_dims(value, 0)
    if value.static_shape is None or len(value.static_shape) != 1:
        raise ValueError(f"prefix tensor must be either a scalar or vector, but saw tensor: {value}")
    return value


def _known_shape(value: Any) -> StaticShape:
    if not isinstance(value, Tensor):
        return static_shape(value)
    known = constant_value(value)
    return None if known is None else tuple(int(size) for size in known.reshape(-1))


class RNNCell(Layer):
    """What all cells have in common; a cell of a user's own defines ``call(inputs, state)`` and the sizes.

    ``call`` returns the output and the next state, and may make its variables with ``tf.get_variable``.

    Source: ``tf.nn.rnn_cell.RNNCell`` of TensorFlow 1.15, and so for the other cells.
    """

    _scope_of_cell: Any = None

    def __call__(self, inputs: Any, state: Any, scope: Any = None) -> Any:
        """One step.

        Args:
            inputs: a tensor of shape ``(batch, depth)``.
            state: the state, in the form of ``state_size``.
            scope: the variable scope; by the class's name if None.

        Returns:
            ``(output, new_state)``.
        """
        if scope is not None:
            with variable_scope(scope, custom_getter=self._noted) as entered:
                return super().__call__(inputs, state, scope=entered)
        if self._scope_of_cell is None:
            self._scope_of_cell = variable_scope(get_variable_scope(), custom_getter=self._noted)
        with self._scope_of_cell:
            return super().__call__(inputs, state)

    def _noted(self, getter: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """The variable, which counts as one of the cell's from now on."""
        variable = getter(*args, **kwargs)
        is_trainable = any(variable is item for item in trainable_variables())
        weights = self._trainable_weights if is_trainable else self._non_trainable_weights
        if all(variable is not item for item in weights):
            weights.append(variable)
        return variable

    @property
    def state_size(self) -> Any:
        """The size of the state without the batch: an int, a TensorShape, or a nest of them."""
        raise NotImplementedError("Abstract method")

    @property
    def output_size(self) -> Any:
        """The size of the output without the batch."""
        raise NotImplementedError("Abstract method")

    def build(self, input_shape: Any) -> None:
        """Nothing: ``call`` makes the variables."""

    def get_initial_state(self, inputs: Any = None, batch_size: Any = None, dtype: Any = None) -> Any:
        """Zeros for the state, in the batch size and dtype of ``inputs`` or as given."""
        if inputs is not None:
            inputs = convert_to_tensor(inputs, name="inputs")
            size = inputs.shape[0].value
            batch_size = shape_queries.shape(inputs)[0] if size is None else size
            dtype = inputs.dtype
        if batch_size is None or dtype is None:
            raise ValueError(
                "batch_size and dtype cannot be None while constructing initial state: "
                f"batch_size={batch_size}, dtype={dtype}"
            )
        return self.zero_state(batch_size, dtype)

    def zero_state(self, batch_size: Any, dtype: Any) -> Any:
        """Zeros for the state.

        Args:
            batch_size: an int or a scalar tensor.
            dtype: the dtype.

        Returns:
            Tensors of shape ``(batch_size, size)`` in the form of ``state_size``.
        """

        def zeros(size: Any) -> Tensor:
            result = filling.zeros(joined_sizes(batch_size, size), dtype)
            result.set_shape(joined_shape(batch_size, size))
            return result

        with name_scope(f"{type(self).__name__}ZeroState", values=[batch_size]):
            return nest.map_structure(zeros, self.state_size)


class CellOfUnits(RNNCell):
    """A cell whose state and output have a number for each unit."""

    _num_units: int

    @property
    def state_size(self) -> Any:
        """The number of units."""
        return self._num_units

    @property
    def output_size(self) -> Any:
        """The number of units."""
        return self._num_units


class LayerRNNCell(RNNCell):
    """A cell that makes its variables in ``build``, as layers do."""

    def __init__(
        self, activation: Any, reuse: bool | None, name: str | None, dtype: Any, **kwargs: Any
    ) -> None:
        super().__init__(_reuse=reuse, name=name, dtype=dtype, **kwargs)
        _check_dtype(dtype)
        self.input_spec = InputSpec(ndim=2)
        self._activation: Callable[..., Any] = activation_of(activation) if activation else elementwise.tanh

    def __call__(self, inputs: Any, state: Any, scope: Any = None, *args: Any, **kwargs: Any) -> Any:
        """One step; see ``RNNCell``."""
        return Layer.__call__(self, inputs, state, *args, scope=scope, **kwargs)

    def _depth(self, input_shape: Any) -> int:
        depth = TensorShape(input_shape)[-1].value
        if depth is None:
            raise ValueError(f"Expected inputs.shape[-1] to be known, saw shape: {input_shape}")
        return int(depth)

    def _linear(self, values: Sequence[Any], kernel: Any, offset: Any) -> Tensor:
        product = matmul.matmul(joining.concat(list(values), 1), kernel)
        return bias.bias_add(product, offset)


class BasicRNNCell(CellOfUnits, LayerRNNCell):
    """``output = state = activation(W input + U state + b)``.

    Args:
        num_units: the size of the state.
        activation: a function, or its name; tanh if None.
        reuse: whether to reuse variables of the same scope.
        name: the cell's name.
        dtype: the dtype of its variables; that of its input if None.
        **kwargs: as for a layer. These arguments are the same for all cells.
    """

    def __init__(
        self,
        num_units: int,
        activation: Any = None,
        reuse: bool | None = None,
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(activation, reuse, name, dtype, **kwargs)
        self._num_units = num_units

    def build(self, input_shape: Any) -> None:
        """Makes the variables."""
        depth, units = self._depth(input_shape), self._num_units
        self._kernel = self.add_variable("kernel", shape=[depth + units, units])
        self._bias = self.add_variable("bias", shape=[units], initializer=zeros_for(self))
        self.built = True

    def call(self, inputs: Any, state: Any) -> Any:
        """One step."""
        check_dtypes([inputs, state])
        output = self._activation(self._linear([inputs, state], self._kernel, self._bias))
        return output, output


class GRUCell(CellOfUnits, LayerRNNCell):
    """A gated recurrent unit (http://arxiv.org/abs/1406.1078).

    Args:
        num_units: the size of the state.
        activation: as for ``BasicRNNCell``.
        reuse: likewise.
        kernel_initializer: the initializer of the weights; that of the variable scope if None.
        bias_initializer: the initializer of the offsets; ones for the gates, else zeros, if None.
        name: likewise.
        dtype: likewise.
        **kwargs: likewise.
    """

    def __init__(
        self,
        num_units: int,
        activation: Any = None,
        reuse: bool | None = None,
        kernel_initializer: Any = None,
        bias_initializer: Any = None,
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(activation, reuse, name, dtype, **kwargs)
        self._num_units = num_units
        self._kernel_initializer = initializer_of(kernel_initializer)
        self._bias_initializer = initializer_of(bias_initializer)

    def build(self, input_shape: Any) -> None:
        """Makes the variables."""
        depth, units = self._depth(input_shape), self._num_units
        kernel, offset = self._kernel_initializer, self._bias_initializer
        gates = initializers.Constant(1.0, dtype=self._variable_dtype) if offset is None else offset
        candidate = zeros_for(self) if offset is None else offset
        self._gate_kernel = self.add_variable(
            "gates/kernel", shape=[depth + units, 2 * units], initializer=kernel
        )
        self._gate_bias = self.add_variable("gates/bias", shape=[2 * units], initializer=gates)
        self._candidate_kernel = self.add_variable(
            "candidate/kernel", shape=[depth + units, units], initializer=kernel
        )
        self._candidate_bias = self.add_variable("candidate/bias", shape=[units], initializer=candidate)
        self.built = True

    def call(self, inputs: Any, state: Any) -> Any:
        """One step."""
        check_dtypes([inputs, state])
        gates = activations.sigmoid(self._linear([inputs, state], self._gate_kernel, self._gate_bias))
        reset, update = joining.split(gates, 2, axis=1)
        reset_state = reset * state
        linear = self._linear([inputs, reset_state], self._candidate_kernel, self._candidate_bias)
        candidate = self._activation(linear)
        output = update * state + (1 - update) * candidate
        return output, output


def zeros_for(cell: RNNCell) -> Any:
    """An initializer of zeros in the dtype of a cell."""
    return initializers.Zeros(dtype=cell._variable_dtype)


def check_dtypes(values: Any) -> None:
    """Raises ValueError unless inputs and states have floating-point or complex numbers."""
    for tensor in nest.flatten(values):
        _check_dtype(tensor.dtype)


def _check_dtype(dtype: Any) -> None:
    if dtype is not None:
        dtype = as_dtype(dtype)
        if not (dtype.is_floating or dtype.is_complex):
            raise ValueError(f"RNN cell only supports floating point inputs, but saw dtype: {dtype!r}")
