"""Bidirectional networks on top of each other (``tf.contrib.rnn``)."""

from __future__ import annotations

from typing import Any

from graphlog.layers.rnn import bidirectional_dynamic_rnn
from graphlog.layers.static_rnn import static_bidirectional_rnn
from graphlog.ops.array import joining
from graphlog.ops.state.variable_scope import variable_scope


def stack_bidirectional_rnn(
    cells_fw: list[Any],
    cells_bw: list[Any],
    inputs: Any,
    initial_states_fw: list[Any] | None = None,
    initial_states_bw: list[Any] | None = None,
    dtype: Any = None,
    sequence_length: Any = None,
    scope: Any = None,
) -> tuple[Any, tuple[Any, ...], tuple[Any, ...]]:
    """``tf.nn.static_bidirectional_rnn``, several on top of each other.

    Args:
        cells_fw: for each layer the cell that goes forwards.
        cells_bw: for each layer the cell that goes backwards.
        inputs: a list of tensors ``(batch, depth)``, one a step.
        initial_states_fw: for each layer the first state of its cell in ``cells_fw``.
        initial_states_bw: for each layer that of its cell in ``cells_bw``.
        dtype: the dtype of the states, where none are given.
        sequence_length: the length of each sequence.
        scope: the variable scope.

    Returns:
        The outputs of the highest layer, and for each layer the last states of both cells.

    Raises:
        ValueError: the lists do not have the same length.

    Source: ``tf.contrib.rnn.stack_bidirectional_rnn``.
    """
    _check(cells_fw, cells_bw, initial_states_fw, initial_states_bw)
    states_fw, states_bw = [], []
    with variable_scope(scope or "stack_bidirectional_rnn"):
        for index, (cell_fw, cell_bw) in enumerate(zip(cells_fw, cells_bw, strict=True)):
            with variable_scope(f"cell_{index}") as cell_scope:
                inputs, state_fw, state_bw = static_bidirectional_rnn(
                    cell_fw,
                    cell_bw,
                    inputs,
                    initial_state_fw=initial_states_fw[index] if initial_states_fw else None,
                    initial_state_bw=initial_states_bw[index] if initial_states_bw else None,
                    sequence_length=sequence_length,
                    dtype=dtype,
                    scope=cell_scope,
                )
            states_fw.append(state_fw)
            states_bw.append(state_bw)
    return inputs, tuple(states_fw), tuple(states_bw)


def stack_bidirectional_dynamic_rnn(
    cells_fw: list[Any],
    cells_bw: list[Any],
    inputs: Any,
    initial_states_fw: list[Any] | None = None,
    initial_states_bw: list[Any] | None = None,
    dtype: Any = None,
    sequence_length: Any = None,
    parallel_iterations: int | None = None,
    time_major: bool = False,
    scope: Any = None,
    swap_memory: bool = False,
) -> tuple[Any, tuple[Any, ...], tuple[Any, ...]]:
    """``tf.nn.bidirectional_dynamic_rnn``, several on top of each other.

    Args:
        cells_fw: as for ``stack_bidirectional_rnn``; so are all that are not listed here.
        cells_bw: …
        inputs: a tensor ``(batch, time, depth)``.
        initial_states_fw: …
        initial_states_bw: …
        dtype: …
        sequence_length: …
        parallel_iterations: as for ``while_loop``.
        time_major: whether inputs and outputs have the axis of time first.
        scope: …
        swap_memory: as for ``while_loop``.

    Returns:
        The outputs of the highest layer, and for each layer the last states of both cells.

    Raises:
        ValueError: the lists do not have the same length.

    Source: ``tf.contrib.rnn.stack_bidirectional_dynamic_rnn``.
    """
    _check(cells_fw, cells_bw, initial_states_fw, initial_states_bw)
    states_fw, states_bw = [], []
    with variable_scope(scope or "stack_bidirectional_rnn"):
        for index, (cell_fw, cell_bw) in enumerate(zip(cells_fw, cells_bw, strict=True)):
            with variable_scope(f"cell_{index}"):
                outputs, (state_fw, state_bw) = bidirectional_dynamic_rnn(
                    cell_fw,
                    cell_bw,
                    inputs,
                    initial_state_fw=initial_states_fw[index] if initial_states_fw else None,
                    initial_state_bw=initial_states_bw[index] if initial_states_bw else None,
                    sequence_length=sequence_length,
                    parallel_iterations=parallel_iterations,
                    dtype=dtype,
                    swap_memory=swap_memory,
                    time_major=time_major,
                )
                inputs = joining.concat(outputs, 2)
            states_fw.append(state_fw)
            states_bw.append(state_bw)
    return inputs, tuple(states_fw), tuple(states_bw)


def _check(cells_fw: Any, cells_bw: Any, states_fw: Any, states_bw: Any) -> None:
    for name, cells in (("fw", cells_fw), ("bw", cells_bw)):
        if not cells:
            raise ValueError(f"Must specify at least one {name} cell for BidirectionalRNN.")
    for name, cells in (("fw", cells_fw), ("bw", cells_bw)):
        if not isinstance(cells, list):
            raise ValueError(f"cells_{name} must be a list of RNNCells (one per layer).")
    if len(cells_fw) != len(cells_bw):
        raise ValueError("Forward and Backward cells must have the same depth.")
    for name, states in (("fw", states_fw), ("bw", states_bw)):
        if states is not None and (not isinstance(states, list) or len(states) != len(cells_fw)):
            raise ValueError(f"initial_states_{name} must be a list of state tensors (one per layer).")
