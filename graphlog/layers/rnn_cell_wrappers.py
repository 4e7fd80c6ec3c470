"""Cells made of other cells: several on top of each other, with dropout, with a shortcut, on a device."""

from __future__ import annotations

import hashlib
import itertools
import numbers
from collections.abc import Callable, Sequence
from typing import Any

from graphlog.core import nest
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.shapes import static_shape
from graphlog.core.tensor import Tensor
from graphlog.layers.base import Layer
from graphlog.layers.lstm_cells import LSTMStateTuple
from graphlog.layers.rnn_cells import RNNCell, check_is_cell
from graphlog.ops.array import joining, slicing
from graphlog.ops.debugging.asserts import static_value
from graphlog.ops.math import division, rounding
from graphlog.ops.name_scopes import device, name_scope
from graphlog.ops.nn import dropout
from graphlog.ops.random import random_functions
from graphlog.ops.state.variable_scope import variable_scope


class MultiRNNCell(RNNCell):
    """Cells on top of each other: the output of each is the input of the next.

    Args:
        cells: the cells, the lowest first.
        state_is_tuple: whether the state is a tuple of theirs and not all of them in one tensor.

    Raises:
        TypeError: ``cells`` is no list.
        ValueError: it is empty, or a cell's state is a tuple and this one's must not be.
    """

    def __init__(self, cells: Sequence[Any], state_is_tuple: bool = True) -> None:
        super().__init__()
        if not cells:
            raise ValueError("Must specify at least one cell for MultiRNNCell.")
        if not nest.is_nested(cells):
            raise TypeError(f"cells must be a list or tuple, but saw: {cells}.")
        if not state_is_tuple and any(nest.is_nested(cell.state_size) for cell in cells):
            raise ValueError(
                "Some cells return tuples of states, but the flag state_is_tuple is not set.  State sizes "
                f"are: {[cell.state_size for cell in cells]}"
            )
        self._cells = cells
        self._state_is_tuple = state_is_tuple

    @property
    def state_size(self) -> Any:
        """The sizes of all states."""
        sizes = tuple(cell.state_size for cell in self._cells)
        return sizes if self._state_is_tuple else sum(sizes)

    @property
    def output_size(self) -> Any:
        """The size of the highest cell's output."""
        return self._cells[-1].output_size

    def zero_state(self, batch_size: Any, dtype: Any) -> Any:
        """Zeros for all states; see ``RNNCell``."""
        with name_scope(f"{type(self).__name__}ZeroState", values=[batch_size]):
            if self._state_is_tuple:
                return tuple(cell.zero_state(batch_size, dtype) for cell in self._cells)
            return super().zero_state(batch_size, dtype)

    @property
    def trainable_weights(self) -> list[Any]:
        """The variables of all cells that optimizers change."""
        return self._weights_of("trainable_weights") if self.trainable else []

    @property
    def non_trainable_weights(self) -> list[Any]:
        """Their other variables."""
        others = self._weights_of("non_trainable_weights")
        return others if self.trainable else self._weights_of("trainable_weights") + others

    def _weights_of(self, kind: str) -> list[Any]:
        return [item for cell in self._cells if isinstance(cell, Layer) for item in getattr(cell, kind)]

    def call(self, inputs: Any, state: Any) -> Any:
        """One step of all cells."""
        if self._state_is_tuple and not nest.is_nested(state):
            raise ValueError(
                f"Expected state to be a tuple of length {len(self.state_size)}, but received: {state}"
            )
        new_states, position = [], 0
        for index, cell in enumerate(self._cells):
            with variable_scope(f"cell_{index}"):
                if self._state_is_tuple:
                    own_state = state[index]
                else:
                    own_state = slicing.slice(state, [0, position], [-1, cell.state_size])
                    position += cell.state_size
                inputs, new_state = cell(inputs, own_state)
                new_states.append(new_state)
        return inputs, tuple(new_states) if self._state_is_tuple else joining.concat(new_states, 1)


class _Wrapper(RNNCell):
    """A cell that does something besides another."""

    def __init__(self, cell: Any, dtype: Any = None, **kwargs: Any) -> None:
        super().__init__(dtype=dtype, **kwargs)
        check_is_cell("cell", cell)
        self.cell = cell

    @property
    def state_size(self) -> Any:
        """The size of the cell's state."""
        return self.cell.state_size

    @property
    def output_size(self) -> Any:
        """The size of the cell's output."""
        return self.cell.output_size

    def zero_state(self, batch_size: Any, dtype: Any) -> Any:
        """Zeros for the cell's state; see ``RNNCell``."""
        with name_scope(f"{type(self).__name__}ZeroState", values=[batch_size]):
            return self.cell.zero_state(batch_size, dtype)

    def __call__(self, inputs: Any, state: Any, scope: Any = None) -> Any:
        """One step; see ``RNNCell``."""
        return self.cell(inputs, state, scope=scope)


def _drops_state(substate: Any) -> Any:
    """Whether a state is dropped; what an LSTM keeps to itself is not."""
    return LSTMStateTuple(c=False, h=True) if isinstance(substate, LSTMStateTuple) else True


class DropoutWrapper(_Wrapper):
    """A cell with dropout of its inputs, outputs and states.

    Args:
        cell: the cell.
        input_keep_prob: the share of the inputs that is kept, as a float or a scalar tensor.
        output_keep_prob: the share of the outputs that is kept.
        state_keep_prob: the share of the states that is kept.
        variational_recurrent: whether every step drops the same elements.
        input_size: the size of the inputs, needed where every step drops the same of them.
        dtype: the dtype, needed likewise.
        seed: the seed of the random choice.
        dropout_state_filter_visitor: a function from a state to whether it is dropped.
        **kwargs: as for a layer.

    Raises:
        TypeError: the filter cannot be called.
        ValueError: a share is not between 0 and 1, or something is missing.
    """

    def __init__(
        self,
        cell: Any,
        input_keep_prob: Any = 1.0,
        output_keep_prob: Any = 1.0,
        state_keep_prob: Any = 1.0,
        variational_recurrent: bool = False,
        input_size: Any = None,
        dtype: Any = None,
        seed: int | None = None,
        dropout_state_filter_visitor: Callable[[Any], Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(cell, dtype=dtype, **kwargs)
        if dropout_state_filter_visitor is not None and not callable(dropout_state_filter_visitor):
            raise TypeError("dropout_state_filter_visitor must be callable")
        self._drops_state = dropout_state_filter_visitor or _drops_state
        self._seed = seed
        with name_scope("DropoutWrapperInit"):
            self._input_keep_prob = _probability(input_keep_prob, "input_keep_prob")
            self._state_keep_prob = _probability(state_keep_prob, "state_keep_prob")
            self._output_keep_prob = _probability(output_keep_prob, "output_keep_prob")
        self._noise: dict[str, Any] = {}
        if variational_recurrent:
            if dtype is None:
                raise ValueError("When variational_recurrent=True, dtype must be provided")
            if _drops(self._input_keep_prob):
                if input_size is None:
                    raise ValueError(
                        "When variational_recurrent=True and input_keep_prob < 1.0 or is unknown, "
                        "input_size must be provided"
                    )
                self._noise["input"] = self._noise_like(input_size, "input", dtype)
            self._noise["state"] = self._noise_like(cell.state_size, "state", dtype)
            self._noise["output"] = self._noise_like(cell.output_size, "output", dtype)

    @property
    def wrapped_cell(self) -> Any:
        """The cell."""
        return self.cell

    def _noise_like(self, sizes: Any, kind: str, dtype: Any) -> Any:
        numbers_of = itertools.count()

        def noise(size: Any) -> Tensor:
            seed = self._seed_of(kind, next(numbers_of))
            shape = joining.concat(([1], list(static_shape(size) or ())), 0)
            return random_functions.random_uniform(shape, seed=seed, dtype=dtype)

        return nest.map_structure(noise, sizes)

    def _seed_of(self, kind: str, index: int) -> int | None:
        if self._seed is None:
            return None
        text = f"{self._seed}{kind}_{index}".encode()
        return int(hashlib.md5(text).hexdigest()[:8], 16) & 0x7FFFFFFF

    def __call__(self, inputs: Any, state: Any, scope: Any = None) -> Any:
        """One step; see ``RNNCell``."""
        if _drops(self._input_keep_prob):
            inputs = self._dropped(inputs, "input", self._input_keep_prob)
        output, new_state = self.cell(inputs, state, scope=scope)
        if _drops(self._state_keep_prob):
            new_state = self._dropped(new_state, "state", self._state_keep_prob, self._drops_state)
        if _drops(self._output_keep_prob):
            output = self._dropped(output, "output", self._output_keep_prob)
        return output, new_state

    def _dropped(
        self, values: Any, kind: str, keep_prob: Any, chooses: Callable[[Any], Any] | None = None
    ) -> Any:
        leaves = nest.flatten(values)
        chosen = [True] * len(leaves) if chooses is None else _choices(values, chooses)
        noises = nest.flatten(self._noise[kind]) if self._noise else [None] * len(leaves)
        results = []
        for index, (value, is_dropped, noise) in enumerate(zip(leaves, chosen, noises, strict=True)):
            if not is_dropped:
                results.append(value)
            elif noise is None:
                seed = self._seed_of(kind, index)
                results.append(dropout.dropout(value, rate=1.0 - keep_prob, seed=seed))
            else:
                results.append(_dropped_alike(value, noise, keep_prob))
        return nest.pack_sequence_as(values, results)


def _choices(values: Any, chooses: Callable[[Any], Any]) -> list[bool]:
    """Whether each leaf is dropped; a choice for a nest holds for all of its leaves."""
    choice = chooses(values)
    if nest.is_nested(choice):
        return [bool(item) for item in nest.flatten(choice)]
    if not nest.is_nested(values):
        return [bool(choice)]
    if not choice:
        return [False] * len(nest.flatten(values))
    parts = [values[key] for key in sorted(values)] if isinstance(values, dict) else list(values)
    return [item for part in parts for item in _choices(part, chooses)]


def _dropped_alike(value: Tensor, noise: Tensor, keep_prob: Any) -> Tensor:
    kept = rounding.floor(keep_prob + noise)
    result: Tensor = division.div(value, keep_prob) * kept
    result.set_shape(value.static_shape)
    return result


def _probability(value: Any, name: str) -> Any:
    tensor = convert_to_tensor(value)
    known = static_value(tensor)
    if known is None:
        return tensor
    if not 0 <= known <= 1:
        raise ValueError(f"Parameter {name} must be between 0 and 1: {known}")
    return float(known)


def _drops(keep_prob: Any) -> bool:
    return not isinstance(keep_prob, numbers.Real) or keep_prob < 1


class ResidualWrapper(_Wrapper):
    """A cell whose input is added to its output.

    Args:
        cell: the cell.
        residual_fn: a function of input and output in place of the sum.
        **kwargs: as for a layer.
    """

    def __init__(
        self, cell: Any, residual_fn: Callable[[Any, Any], Any] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(cell, **kwargs)
        self._residual_fn = residual_fn or _added

    def __call__(self, inputs: Any, state: Any, scope: Any = None) -> Any:
        """One step; see ``RNNCell``."""
        outputs, new_state = self.cell(inputs, state, scope=scope)
        return self._residual_fn(inputs, outputs), new_state


def _added(inputs: Any, outputs: Any) -> Any:
    def add(given: Tensor, computed: Tensor) -> Any:
        given.shape.assert_is_compatible_with(computed.shape)
        return given + computed

    return nest.map_structure(add, inputs, outputs)


class DeviceWrapper(_Wrapper):
    """A cell whose operations are placed on a device.

    Args:
        cell: the cell.
        device: the device.
        **kwargs: as for a layer.
    """

    def __init__(self, cell: Any, device: Any, **kwargs: Any) -> None:
        super().__init__(cell, **kwargs)
        self._device = device

    def zero_state(self, batch_size: Any, dtype: Any) -> Any:
        """Zeros for the cell's state, on the device."""
        with name_scope(f"{type(self).__name__}ZeroState", values=[batch_size]), device(self._device):
            return self.cell.zero_state(batch_size, dtype)

    def __call__(self, inputs: Any, state: Any, scope: Any = None) -> Any:
        """One step; see ``RNNCell``."""
        with device(self._device):
            return self.cell(inputs, state, scope=scope)
