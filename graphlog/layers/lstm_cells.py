"""Cells with long short-term memory."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

from graphlog.core import dtypes
from graphlog.core.dtypes import DType
from graphlog.core.tensor import Tensor
from graphlog.layers.named_functions import initializer as initializer_of
from graphlog.layers.rnn_cells import LayerRNNCell, check_dtypes, zeros_for
from graphlog.ops.array import joining, slicing
from graphlog.ops.constants import constant
from graphlog.ops.linear_algebra import matmul
from graphlog.ops.math import arithmetic, clipping
from graphlog.ops.nn import activations


class LSTMStateTuple(namedtuple("LSTMStateTuple", ("c", "h"))):
    """The state of an LSTM: ``c``, which it keeps, and ``h``, its output."""

    __slots__ = ()

    @property
    def dtype(self) -> DType:
        """The dtype of both; TypeError where they differ."""
        if self.c.dtype != self.h.dtype:
            raise TypeError(f"Inconsistent internal state: {self.c.dtype} vs {self.h.dtype}")
        dtype: DType = self.c.dtype
        return dtype


class BasicLSTMCell(LayerRNNCell):
    """Long short-term memory without peepholes, clipping and projection (http://arxiv.org/abs/1409.2329).

    Args:
        num_units: the size of the state.
        forget_bias: what is added to the forget gates.
        state_is_tuple: whether the state is an LSTMStateTuple and not both parts in one tensor.
        activation: as for ``BasicRNNCell``.
        reuse: likewise.
        name: likewise.
        dtype: likewise.
        **kwargs: likewise.
    """

    def __init__(
        self,
        num_units: int,
        forget_bias: float = 1.0,
        state_is_tuple: bool = True,
        activation: Any = None,
        reuse: bool | None = None,
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(activation, reuse, name, dtype, **kwargs)
        self._num_units = num_units
        self._forget_bias = forget_bias
        self._state_is_tuple = state_is_tuple

    @property
    def state_size(self) -> Any:
        """The sizes of both parts of the state."""
        units = self._num_units
        return LSTMStateTuple(units, units) if self._state_is_tuple else 2 * units

    @property
    def output_size(self) -> Any:
        """The number of units."""
        return self._num_units

    def build(self, input_shape: Any) -> None:
        """Makes the variables."""
        depth, units = self._depth(input_shape), self._num_units
        self._kernel = self.add_variable("kernel", shape=[depth + units, 4 * units])
        self._bias = self.add_variable("bias", shape=[4 * units], initializer=zeros_for(self))
        self.built = True

    def call(self, inputs: Any, state: Any) -> Any:
        """One step."""
        check_dtypes([inputs, state])
        one = constant(1, dtypes.int32)
        c, h = state if self._state_is_tuple else joining.split(state, 2, axis=one)
        linear = self._linear([inputs, h], self._kernel, self._bias)
        i, j, f, o = joining.split(linear, 4, axis=one)
        forget_bias = constant(self._forget_bias, f.dtype)
        add, multiply, sigmoid = arithmetic.add, arithmetic.multiply, activations.sigmoid
        kept = multiply(c, sigmoid(add(f, forget_bias)))
        new_c = add(kept, multiply(sigmoid(i), self._activation(j)))
        new_h = multiply(self._activation(new_c), sigmoid(o))
        together = LSTMStateTuple(new_c, new_h) if self._state_is_tuple else joining.concat([new_c, new_h], 1)
        return new_h, together


class LSTMCell(LayerRNNCell):
    """Long short-term memory with peepholes, clipping and projection, where they are asked for.

    Args:
        num_units: the size of the state.
        use_peepholes: whether the gates see the state.
        cell_clip: the bound of the state's elements.
        initializer: the initializer of the weights; that of the variable scope if None.
        num_proj: the size of the output, where it is projected.
        proj_clip: the bound of the projected elements.
        num_unit_shards: must be None.
        num_proj_shards: must be None.
        forget_bias: what is added to the forget gates.
        state_is_tuple: whether the state is an LSTMStateTuple and not both parts in one tensor.
        activation: as for ``BasicRNNCell``.
        reuse: likewise.
        name: likewise.
        dtype: likewise.
        **kwargs: likewise.
    """

    def __init__(
        self,
        num_units: int,
        use_peepholes: bool = False,
        cell_clip: float | None = None,
        initializer: Any = None,
        num_proj: int | None = None,
        proj_clip: float | None = None,
        num_unit_shards: None = None,
        num_proj_shards: None = None,
        forget_bias: float = 1.0,
        state_is_tuple: bool = True,
        activation: Any = None,
        reuse: bool | None = None,
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(activation, reuse, name, dtype, **kwargs)
        if num_unit_shards is not None or num_proj_shards is not None:
            raise ValueError("Variables in shards are not supported: leave num_unit_shards at None.")
        self._num_units = num_units
        self._use_peepholes = use_peepholes
        self._cell_clip = cell_clip
        self._initializer = initializer_of(initializer)
        self._num_proj = num_proj
        self._proj_clip = proj_clip
        self._forget_bias = forget_bias
        self._state_is_tuple = state_is_tuple

    @property
    def state_size(self) -> Any:
        """The sizes of both parts of the state."""
        sizes = LSTMStateTuple(self._num_units, self.output_size)
        return sizes if self._state_is_tuple else sum(sizes)

    @property
    def output_size(self) -> Any:
        """The number of units, or of what they are projected to."""
        return self._num_proj or self._num_units

    def build(self, input_shape: Any) -> None:
        """Makes the variables."""
        depth, units = self._depth(input_shape), self._num_units
        width = units if self._num_proj is None else self._num_proj
        weights = self._initializer
        self._kernel = self.add_variable("kernel", shape=[depth + width, 4 * units], initializer=weights)
        self._bias = self.add_variable("bias", shape=[4 * units], initializer=zeros_for(self))
        if self._use_peepholes:
            self._w_f_diag = self.add_variable("w_f_diag", shape=[units], initializer=weights)
            self._w_i_diag = self.add_variable("w_i_diag", shape=[units], initializer=weights)
            self._w_o_diag = self.add_variable("w_o_diag", shape=[units], initializer=weights)
        if self._num_proj is not None:
            self._proj_kernel = self.add_variable(
                "projection/kernel", shape=[units, self._num_proj], initializer=weights
            )
        self.built = True

    def call(self, inputs: Any, state: Any) -> Any:
        """One step."""
        check_dtypes([inputs, state])
        c, m = state if self._state_is_tuple else self._parts(state)
        if inputs.shape.with_rank(2)[1].value is None:
            raise ValueError("Could not infer input size from inputs.get_shape()[-1]")
        linear = self._linear([inputs, m], self._kernel, self._bias)
        i, j, f, o = joining.split(linear, 4, axis=1)
        sigmoid, activation = activations.sigmoid, self._activation
        if self._use_peepholes:
            kept = sigmoid(f + self._forget_bias + self._w_f_diag * c) * c
            new_c = kept + sigmoid(i + self._w_i_diag * c) * activation(j)
        else:
            new_c = sigmoid(f + self._forget_bias) * c + sigmoid(i) * activation(j)
        if self._cell_clip is not None:
            new_c = clipping.clip_by_value(new_c, -self._cell_clip, self._cell_clip)
        if self._use_peepholes:
            new_m = sigmoid(o + self._w_o_diag * new_c) * activation(new_c)
        else:
            new_m = sigmoid(o) * activation(new_c)
        if self._num_proj is not None:
            new_m = matmul.matmul(new_m, self._proj_kernel)
            if self._proj_clip is not None:
                new_m = clipping.clip_by_value(new_m, -self._proj_clip, self._proj_clip)
        together = LSTMStateTuple(new_c, new_m) if self._state_is_tuple else joining.concat([new_c, new_m], 1)
        return new_m, together

    def _parts(self, state: Tensor) -> tuple[Tensor, Tensor]:
        units = self._num_units
        width = units if self._num_proj is None else self._num_proj
        return slicing.slice(state, [0, 0], [-1, units]), slicing.slice(state, [0, units], [-1, width])
