"""A recurrent network whose every step a function of the user's decides on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphlog.core import dtypes, nest
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.shapes import Dimension, TensorShape
from graphlog.core.tensor import Tensor
from graphlog.layers.rnn_cells import check_is_cell, joined_sizes
from graphlog.layers.rnn_steps import read_beside_the_cell
from graphlog.ops import constants
from graphlog.ops.array import filling, shape_queries
from graphlog.ops.control_flow.loops import while_loop
from graphlog.ops.control_flow.tensor_arrays import TensorArray
from graphlog.ops.math import comparisons, logic, reductions
from graphlog.ops.name_scopes import colocate_with
from graphlog.ops.state.variable_scope import variable_scope
from graphlog.ops.static_values import constant_value


def raw_rnn(
    cell: Any,
    loop_fn: Callable[..., Any],
    parallel_iterations: int | None = None,
    swap_memory: bool = False,
    scope: Any = None,
) -> tuple[Any, Any, Any]:
    """Runs a cell in a loop, with inputs, outputs and ends that a function gives step by step.

    Args:
        cell: the cell.
        loop_fn: a function of ``(time, cell_output, cell_state, loop_state)``, called for time 0 with None
            for the other three and then after each step. It gives ``(elements_finished, next_input,
            next_cell_state, emit_output, next_loop_state)``: which sequences have ended (a vector of
            booleans), what the cell gets next, what to keep as output (at first tensors of the shape and
            dtype of one sequence's output, or None for the cell's), and a value of the user's own, or None.
        parallel_iterations: as for ``while_loop``; 32 if None.
        swap_memory: as for ``while_loop``.
        scope: the variable scope; ``"rnn"`` if None.

    Returns:
        ``(emit_ta, final_state, final_loop_state)``: the outputs of all steps as TensorArrays, the state
        after the last, and the last value of the user's own. Sequences that have ended keep their state and
        give zeros.

    Raises:
        TypeError: ``cell`` is no cell, or ``loop_fn`` no function.
        ValueError: the structures or the batch sizes do not fit.

    Source: ``tf.nn.raw_rnn`` of TensorFlow 1.15.
    """
    check_is_cell("cell", cell)
    if not callable(loop_fn):
        raise TypeError("loop_fn must be a callable")
    with variable_scope(scope or "rnn") as entered:
        read_beside_the_cell(entered)
        time = constants.constant(0, dtype=dtypes.int32)
        finished, first_input, state, emitted, first_loop_state = loop_fn(time, None, None, None)
        loop_state = first_loop_state
        if loop_state is None:
            loop_state = constants.constant(0, dtype=dtypes.int32)
        known_batch, batch_size = _batch_sizes(nest.flatten(first_input))
        nest.assert_same_structure(state, cell.state_size)
        flat_state = [convert_to_tensor(item) for item in nest.flatten(state)]
        state = nest.pack_sequence_as(state, flat_state)
        structure, sizes, kinds = _outputs(emitted, cell, flat_state)
        results = [
            TensorArray(
                kind,
                size=0,
                dynamic_size=True,
                element_shape=TensorShape([known_batch]).concatenate(_known(size)),
                name=f"rnn_output_{index}",
            )
            for index, (kind, size) in enumerate(zip(kinds, sizes, strict=True))
        ]
        zeros = [
            filling.zeros(joined_sizes(batch_size, size), kind)
            for kind, size in zip(kinds, sizes, strict=True)
        ]
        step = _Step(cell, loop_fn, nest.pack_sequence_as(structure, zeros))
        *_, emit_ta, final_state, final_loop_state = while_loop(
            lambda _, finished, *rest: logic.logical_not(reductions.reduce_all(finished)),
            step.run,
            [time, finished, first_input, nest.pack_sequence_as(structure, results), state, loop_state],
            parallel_iterations=parallel_iterations or 32,
            swap_memory=swap_memory,
        )
        return emit_ta, final_state, None if first_loop_state is None else final_loop_state


def _batch_sizes(inputs: list[Tensor]) -> tuple[int | None, Any]:
    """The batch size as far as it is known, and as an int or a tensor."""
    found = [Dimension(None if item.static_shape is None else item.static_shape[0]) for item in inputs]
    for dimension in found:
        found[0].merge_with(dimension)
    known = found[0].value
    if known is not None:
        return known, known
    sizes: Any = shape_queries.shape(inputs[0])
    return None, sizes[0]


def _outputs(emitted: Any, cell: Any, flat_state: list[Tensor]) -> tuple[Any, list[Any], list[Any]]:
    """The structure of the outputs, and the size and the dtype of each."""
    if emitted is None:
        sizes = nest.flatten(cell.output_size)
        return cell.output_size, sizes, [flat_state[0].dtype] * len(sizes)
    flat = nest.flatten(emitted)
    sizes = [item.shape if item.shape.is_fully_defined() else shape_queries.shape(item) for item in flat]
    return emitted, sizes, [item.dtype for item in flat]


def _known(size: Any) -> Any:
    return TensorShape(constant_value(size)) if isinstance(size, Tensor) else TensorShape(size)


class _Step:
    """The body of the loop."""

    def __init__(self, cell: Any, loop_fn: Callable[..., Any], zero_output: Any) -> None:
        self._cell = cell
        self._loop_fn = loop_fn
        self._zero_output = zero_output

    def run(
        self, time: Any, finished: Tensor, current_input: Any, emit_ta: Any, state: Any, loop_state: Any
    ) -> tuple[Any, ...]:
        """What the next step gets."""
        cell_output, cell_state = self._cell(current_input, state)
        nest.assert_same_structure(state, cell_state)
        nest.assert_same_structure(self._cell.output_size, cell_output)
        next_time = time + 1
        next_finished, next_input, next_state, emitted, next_loop_state = self._loop_fn(
            next_time, cell_output, cell_state, loop_state
        )
        nest.assert_same_structure(state, next_state)
        nest.assert_same_structure(current_input, next_input)
        nest.assert_same_structure(emit_ta, emitted)

        def unless_finished(old: Any, new: Any) -> Any:
            if isinstance(old, TensorArray) or old.static_shape == ():
                return new
            with colocate_with(new):
                return comparisons.where(finished, old, new)

        emitted = nest.map_structure(unless_finished, self._zero_output, emitted)
        next_state = nest.map_structure(unless_finished, state, next_state)
        written = nest.map_structure(lambda array, value: array.write(time, value), emit_ta, emitted)
        finished = logic.logical_or(finished, next_finished)
        if next_loop_state is None:
            next_loop_state = loop_state
        return next_time, finished, next_input, written, next_state, next_loop_state
