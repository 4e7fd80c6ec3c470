"""Cells of ``tf.contrib.rnn`` that do something besides another cell."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from graphlog.contrib.rnn.linear import Linear
from graphlog.core import nest
from graphlog.core.tensor import Tensor
from graphlog.layers.rnn_cells import RNNCell, check_is_cell
from graphlog.ops.array import arrays, axes, joining, slicing
from graphlog.ops.math import elementwise, reductions
from graphlog.ops.name_scopes import device, name_scope
from graphlog.ops.nn import activations, bias, convolution_functions, embedding, softmax
from graphlog.ops.state.initializers import Constant, RandomUniform
from graphlog.ops.state.variable_scope import get_variable, get_variable_scope, variable_scope


class _Around(RNNCell):
    """A cell around another, whose state it has."""

    def __init__(self, cell: Any, reuse: bool | None = None) -> None:
        super().__init__(_reuse=reuse)
        check_is_cell("cell", cell)
        self._cell = cell

    @property
    def state_size(self) -> Any:
        """The size of the cell's state."""
        return self._cell.state_size

    @property
    def output_size(self) -> Any:
        """The size of the cell's output."""
        return self._cell.output_size

    def zero_state(self, batch_size: Any, dtype: Any) -> Any:
        """Zeros for the cell's state; see ``RNNCell``."""
        with name_scope(f"{type(self).__name__}ZeroState", values=[batch_size]):
            return self._cell.zero_state(batch_size, dtype)


class EmbeddingWrapper(_Around):
    """A cell whose input, class numbers, is replaced by rows of a variable ``embedding``.

    Args:
        cell: the cell.
        embedding_classes: the number of classes.
        embedding_size: the size of a row.
        initializer: what makes the first value of ``embedding``; that of the variable scope if None, or
            uniform random numbers of variance 1.
        reuse: whether variables of the same scope are used again.

    Raises:
        ValueError: a size is not positive.

    Source: ``tf.contrib.rnn.EmbeddingWrapper``.
    """

    def __init__(
        self,
        cell: Any,
        embedding_classes: int,
        embedding_size: int,
        initializer: Any = None,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(cell, reuse)
        if embedding_classes <= 0 or embedding_size <= 0:
            raise ValueError(
                f"Both embedding_classes and embedding_size must be > 0: {embedding_classes}, "
                f"{embedding_size}."
            )
        self._embedding_classes = embedding_classes
        self._embedding_size = embedding_size
        self._initializer = initializer

    def call(self, inputs: Any, state: Any) -> Any:
        """One step."""
        with device("/cpu:0"):
            limit = math.sqrt(3)
            initializer = self._initializer or get_variable_scope().initializer
            rows = get_variable(
                "embedding",
                [self._embedding_classes, self._embedding_size],
                initializer=initializer or RandomUniform(-limit, limit),
                dtype=(state[0] if isinstance(state, tuple) else state).dtype,
            )
            embedded = embedding.embedding_lookup(rows, arrays.reshape(inputs, [-1]))
            return self._cell(embedded, state)


class InputProjectionWrapper(_Around):
    """A cell whose input goes through a dense layer.

    Args:
        cell: the cell.
        num_proj: the size of the layer's output.
        activation: a function of the layer's output; None for none.
        input_size: without effect.
        reuse: whether variables of the same scope are used again.

    Source: ``tf.contrib.rnn.InputProjectionWrapper``.
    """

    def __init__(
        self,
        cell: Any,
        num_proj: int,
        activation: Callable[[Any], Any] | None = None,
        input_size: Any = None,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(cell, reuse)
        self._num_proj = num_proj
        self._activation = activation
        self._linear: Linear | None = None

    def call(self, inputs: Any, state: Any) -> Any:
        """One step."""
        if self._linear is None:
            self._linear = Linear(inputs, self._num_proj, True)
        projected: Any = self._linear(inputs)
        if self._activation:
            projected = self._activation(projected)
        return self._cell(projected, state)


class OutputProjectionWrapper(_Around):
    """A cell whose output goes through a dense layer.

    Args:
        cell: the cell.
        output_size: the size of the layer's output.
        activation: a function of the layer's output; None for none.
        reuse: whether variables of the same scope are used again.

    Raises:
        ValueError: the size is not positive.

    Source: ``tf.contrib.rnn.OutputProjectionWrapper``.
    """

    def __init__(
        self,
        cell: Any,
        output_size: int,
        activation: Callable[[Any], Any] | None = None,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(cell, reuse)
        if output_size < 1:
            raise ValueError(f"Parameter output_size must be > 0: {output_size}.")
        self._output_size = output_size
        self._activation = activation
        self._linear: Linear | None = None

    @property
    def output_size(self) -> Any:
        """The size of the layer's output."""
        return self._output_size

    def call(self, inputs: Any, state: Any) -> Any:
        """One step."""
        output, new_state = self._cell(inputs, state)
        if self._linear is None:
            self._linear = Linear(output, self._output_size, True)
        projected: Any = self._linear(output)
        if self._activation:
            projected = self._activation(projected)
        return projected, new_state


class HighwayWrapper(_Around):
    """A cell whose output is mixed with its input, by gates that it learns.

    Args:
        cell: the cell, whose output has the size of its input.
        couple_carry_transform_gates: whether one gate is one minus the other.
        carry_bias_init: the first value of the offset of the input's gate.

    Source: ``tf.contrib.rnn.HighwayWrapper``; Srivastava and others, "Highway Networks", 2015.
    """

    def __init__(
        self, cell: Any, couple_carry_transform_gates: bool = True, carry_bias_init: float = 1.0
    ) -> None:
        super().__init__(cell)
        self._couple = couple_carry_transform_gates
        self._carry_bias_init = carry_bias_init

    def _gate(self, inputs: Any, name: str, first: float) -> Tensor:
        size = inputs.get_shape().with_rank(2)[1].value
        weights = get_variable(f"{name}_w", [size, size])
        offset = get_variable(f"{name}_b", [size], initializer=Constant(first))
        return activations.sigmoid(bias.xw_plus_b(inputs, weights, offset))

    def _mixed(self, inputs: Any, outputs: Any) -> Any:
        carry = self._gate(inputs, "carry", self._carry_bias_init)
        if self._couple:
            transform = 1 - carry
        else:
            transform = self._gate(inputs, "transform", -self._carry_bias_init)
        return inputs * carry + outputs * transform

    def __call__(self, inputs: Any, state: Any, scope: Any = None) -> Any:
        """One step; see ``RNNCell``."""
        outputs, new_state = self._cell(inputs, state, scope=scope)
        nest.assert_same_structure(inputs, outputs)
        nest.map_structure(
            lambda given, made: given.get_shape().assert_is_compatible_with(made.get_shape()), inputs, outputs
        )
        return nest.map_structure(self._mixed, inputs, outputs), new_state


class AttentionCellWrapper(RNNCell):
    """A cell that looks back at its latest outputs.

    Args:
        cell: the cell.
        attn_length: how many outputs it looks back at.
        attn_size: the size of what it takes from them; that of the cell's output if None.
        attn_vec_size: the size of the hidden layer of the attention; ``attn_size`` if None.
        input_size: the size of the cell's input; that of the wrapper's input if None.
        state_is_tuple: whether the state is a tuple and not one tensor.
        reuse: whether variables of the same scope are used again.

    Raises:
        ValueError: the length is not positive, or the cell's state is a tuple and this one's must not be.

    Source: ``tf.contrib.rnn.AttentionCellWrapper``; https://arxiv.org/abs/1409.0473.
    """

    def __init__(
        self,
        cell: Any,
        attn_length: int,
        attn_size: int | None = None,
        attn_vec_size: int | None = None,
        input_size: int | None = None,
        state_is_tuple: bool = True,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(_reuse=reuse)
        check_is_cell("cell", cell)
        if nest.is_nested(cell.state_size) and not state_is_tuple:
            raise ValueError(
                "Cell returns tuple of states, but the flag state_is_tuple is not set. State size is: "
                f"{cell.state_size}"
            )
        if attn_length <= 0:
            raise ValueError(f"attn_length should be greater than zero, got {attn_length}")
        self._cell = cell
        self._state_is_tuple = state_is_tuple
        self._attn_length = attn_length
        self._attn_size: int = cell.output_size if attn_size is None else attn_size
        self._attn_vec_size = attn_vec_size or self._attn_size
        self._input_size = input_size
        self._linears: dict[str, Linear] = {}

    @property
    def state_size(self) -> Any:
        """The sizes of the cell's state, of the attention, and of all outputs that are kept."""
        sizes = (self._cell.state_size, self._attn_size, self._attn_size * self._attn_length)
        return sizes if self._state_is_tuple else sum(sizes)

    @property
    def output_size(self) -> Any:
        """The size of the attention."""
        return self._attn_size

    def _linear(self, kind: str, args: Any, size: int) -> Tensor:
        if kind not in self._linears:
            self._linears[kind] = Linear(args, size, True)
        return self._linears[kind](args)

    def call(self, inputs: Any, state: Any) -> Any:
        """One step."""
        if self._state_is_tuple:
            state, attns, kept = state
        else:
            whole, size = state, self._cell.state_size
            state = slicing.slice(whole, [0, 0], [-1, size])
            attns = slicing.slice(whole, [0, size], [-1, self._attn_size])
            kept = slicing.slice(
                whole, [0, size + self._attn_size], [-1, self._attn_size * self._attn_length]
            )
        kept = arrays.reshape(kept, [-1, self._attn_length, self._attn_size])
        size = self._input_size
        if size is None:
            size = inputs.get_shape().as_list()[1]
        inputs = self._linear("inputs", [inputs, attns], size)
        cell_output, new_state = self._cell(inputs, state)
        query = joining.concat(nest.flatten(new_state), 1) if self._state_is_tuple else new_state
        new_attns, new_kept = self._attention(query, kept)
        with variable_scope("attn_output_projection"):
            output = self._linear("outputs", [cell_output, new_attns], self._attn_size)
        new_kept = joining.concat([new_kept, axes.expand_dims(output, 1)], 1)
        new_kept = arrays.reshape(new_kept, [-1, self._attn_length * self._attn_size])
        states = (new_state, new_attns, new_kept)
        return output, states if self._state_is_tuple else joining.concat(list(states), 1)

    def _attention(self, query: Any, kept: Tensor) -> tuple[Tensor, Tensor]:
        with variable_scope("attention"):
            window = get_variable("attn_w", [1, 1, self._attn_size, self._attn_vec_size])
            direction = get_variable("attn_v", [self._attn_vec_size])
            hidden = arrays.reshape(kept, [-1, self._attn_length, 1, self._attn_size])
            features = convolution_functions.conv2d(hidden, window, [1, 1, 1, 1], "SAME")
            asked: Any = self._linear("query", query, self._attn_vec_size)
            asked = arrays.reshape(asked, [-1, 1, 1, self._attn_vec_size])
            scores = reductions.reduce_sum(direction * elementwise.tanh(features + asked), [2, 3])
            weights = arrays.reshape(softmax.softmax(scores), [-1, self._attn_length, 1, 1])
            mean = reductions.reduce_sum(weights * hidden, [1, 2])
            new_attns = arrays.reshape(mean, [-1, self._attn_size])
            return new_attns, slicing.slice(kept, [0, 1, 0], [-1, -1, -1])
