"""Recurrent networks: cells run over sequences, in a loop or step by step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphlog.core import dtypes, nest
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.shapes import StaticShape, TensorShape, is_fully_defined, static_shape
from graphlog.core.tensor import Tensor
from graphlog.layers.rnn_cells import check_is_cell, joined_shape, joined_sizes
from graphlog.layers.rnn_steps import initial_state_of, masked_step, read_beside_the_cell, state_dtype
from graphlog.ops.array import arrays, filling, joining, packing, ranges, reordering, shape_queries
from graphlog.ops.constants import constant
from graphlog.ops.control_flow.loops import while_loop
from graphlog.ops.control_flow.tensor_arrays import TensorArray
from graphlog.ops.debugging import logging_ops
from graphlog.ops.math import arithmetic, casts, comparisons, reductions
from graphlog.ops.name_scopes import control_dependencies, name_scope
from graphlog.ops.state.variable_scope import variable_scope
from graphlog.ops.static_values import constant_value


def dynamic_rnn(
    cell: Any,
    inputs: Any,
    sequence_length: Any = None,
    initial_state: Any = None,
    dtype: Any = None,
    parallel_iterations: int | None = None,
    swap_memory: bool = False,
    time_major: bool = False,
    scope: Any = None,
) -> tuple[Any, Any]:
    """Runs a cell over sequences in a loop.

    Args:
        cell: the cell.
        inputs: a tensor of shape ``(batch, time, depth …)``, or a nest of them.
        sequence_length: the length of each sequence, as an integer vector. Past it the outputs are zeros
            and the state stays.
        initial_state: the state at first; zeros if None.
        dtype: the dtype of outputs and state, needed where there is no initial state.
        parallel_iterations: as for ``while_loop``; 32 if None.
        swap_memory: as for ``while_loop``.
        time_major: whether inputs and outputs have the axis of time first.
        scope: the variable scope; ``"rnn"`` if None.

    Returns:
        ``(outputs, state)``: the outputs of all steps, and the state after the last.

    Raises:
        TypeError: ``cell`` is no cell.
        ValueError: the depth is not known, the sizes do not fit, or neither state nor dtype are given.

    Source: ``tf.nn.dynamic_rnn`` of TensorFlow 1.15.
    """
    check_is_cell("cell", cell)
    with variable_scope(scope or "rnn") as entered:
        read_beside_the_cell(entered)
        flat = nest.flatten(inputs)
        if not time_major:
            flat = [transpose_batch_time(convert_to_tensor(item)) for item in flat]
        if sequence_length is not None:
            sequence_length = casts.cast(sequence_length, dtypes.int32)
            if sequence_length.static_shape is not None and len(sequence_length.static_shape) != 1:
                raise ValueError(
                    "sequence_length must be a vector of length batch_size, but saw shape: "
                    f"{sequence_length.shape}"
                )
            sequence_length = arrays.identity(sequence_length, name="sequence_length")
        batch_size = _batch_size(flat)
        message = "If there is no initial_state, you must give a dtype."
        state = initial_state_of(cell, initial_state, batch_size, dtype, message)
        if sequence_length is not None:
            with control_dependencies([_assert_shape(sequence_length, [batch_size])]):
                sequence_length = arrays.identity(sequence_length, name="CheckSeqLen")
        loop = _Loop(cell, nest.pack_sequence_as(inputs, flat), state, sequence_length, dtype)
        outputs, state = loop.run(parallel_iterations or 32, swap_memory)
        if not time_major:
            outputs = nest.map_structure(transpose_batch_time, outputs)
        return outputs, state


def transpose_batch_time(x: Tensor) -> Tensor:
    """A tensor with its first two axes swapped; one of fewer axes as it is."""
    shape = x.static_shape
    if shape is not None and len(shape) < 2:
        return x
    rank = shape_queries.rank(x)
    result = arrays.transpose(x, joining.concat(([1, 0], ranges.range(2, rank)), axis=0))
    if shape is not None:
        result.set_shape((shape[1], shape[0], *shape[2:]))
    return result


def _batch_size(flat_inputs: Sequence[Tensor]) -> Any:
    """The size of the second axis, as an int where it is known."""
    for tensor in flat_inputs:
        shape = tensor.static_shape
        if shape is None:
            continue
        if len(shape) < 2:
            raise ValueError(f"Expected input tensor {tensor} to have rank at least 2")
        if shape[1] is not None:
            return shape[1]
    return shape_queries.shape(flat_inputs[0])[1]


def _assert_shape(x: Tensor, sizes: Sequence[Any]) -> Any:
    found = shape_queries.shape(x)
    wanted = packing.stack(sizes)
    return logging_ops.Assert(
        reductions.reduce_all(comparisons.equal(found, wanted)),
        [f"Expected shape for Tensor {x.name} is ", wanted, " but saw shape: ", found],
    )


class _Loop:
    """A cell over sequences whose first axis is time."""

    def __init__(self, cell: Any, inputs: Any, state: Any, sequence_length: Any, dtype: Any) -> None:
        self._cell = cell
        self._inputs = inputs
        self._state = state
        self._lengths = sequence_length
        self._dtype = dtype
        self._flat = nest.flatten(inputs)
        self._sizes = nest.flatten(cell.output_size)

    def run(self, parallel_iterations: int, swap_memory: bool) -> tuple[Any, Any]:
        """The outputs, with time as their first axis, and the last state."""
        self._steps = shape_queries.shape(self._flat[0])[0]
        batch_size = _batch_size(self._flat)
        known_steps, known_batch = self._check_inputs()
        zeros = [self._zeros(batch_size, size) for size in self._sizes]
        self._zero_output = nest.pack_sequence_as(self._cell.output_size, zeros)
        if self._lengths is not None:
            self._min_length: Any = reductions.reduce_min(self._lengths)
            self._max_length: Any = reductions.reduce_max(self._lengths)
        else:
            self._min_length, self._max_length = None, self._steps
        time = constant(0, dtypes.int32, name="time")
        with name_scope("dynamic_rnn") as base_name:
            pass
        results = [
            self._array(
                f"{base_name}output_{index}",
                _after_batch(known_batch, size),
                state_dtype(self._dtype, self._state),
            )
            for index, size in enumerate(self._sizes)
        ]
        arrays_in = [
            self._array(f"{base_name}input_{index}", _after_first(tensor.static_shape), tensor.dtype)
            for index, tensor in enumerate(self._flat)
        ]
        self._arrays = [array.unstack(tensor) for array, tensor in zip(arrays_in, self._flat, strict=True)]
        bound = arithmetic.minimum(self._steps, arithmetic.maximum(1, self._max_length))
        _, finals, state = while_loop(
            cond=lambda time, *_: time < bound,
            body=self._step,
            loop_vars=(time, tuple(results), self._state),
            parallel_iterations=parallel_iterations,
            maximum_iterations=self._steps,
            swap_memory=swap_memory,
        )
        outputs = [array.stack() for array in finals]
        for output, size in zip(outputs, self._sizes, strict=True):
            output.set_shape(joined_shape((known_steps, known_batch), size))
        return nest.pack_sequence_as(self._cell.output_size, outputs), state

    def _check_inputs(self) -> tuple[int | None, int | None]:
        """The number of steps and the batch size, as far as they are known."""
        shapes = [self._known_sizes(tensor) for tensor in self._flat]
        for shape in shapes:
            if not is_fully_defined(shape[2:]):
                raise ValueError(
                    "Input size (depth of inputs) must be accessible via shape inference, but saw value None."
                )
            if shape[0] != shapes[0][0]:
                raise ValueError("Time steps is not the same for all the elements in the input in a batch.")
            if shape[1] != shapes[0][1]:
                raise ValueError("Batch_size is not the same for all the elements in the input.")
        return shapes[0][0], shapes[0][1]

    def _known_sizes(self, tensor: Tensor) -> tuple[int | None, ...]:
        sizes = tensor.shape.with_rank_at_least(3).as_tuple()
        return (None, None, None) if sizes is None else sizes

    def _zeros(self, batch_size: Any, size: Any) -> Tensor:
        sizes = joined_sizes(batch_size, size)
        return filling.zeros(sizes, state_dtype(self._dtype, self._state))

    def _array(self, name: str, element_shape: StaticShape, dtype: Any) -> TensorArray:
        return TensorArray(
            dtype, self._steps, element_shape=TensorShape(element_shape), tensor_array_name=name
        )

    def _step(self, time: Tensor, results: Sequence[TensorArray], state: Any) -> Any:
        flat = [array.read(time) for array in self._arrays]
        for tensor, whole in zip(flat, self._flat, strict=True):
            tensor.set_shape(_after_first(whole.static_shape))
        inputs = nest.pack_sequence_as(self._inputs, flat)

        def call_cell() -> Any:
            return self._cell(inputs, state)

        if self._lengths is None:
            output, new_state = call_cell()
        else:
            output, new_state = masked_step(
                time,
                self._lengths,
                self._min_length,
                self._max_length,
                self._zero_output,
                state,
                call_cell,
                skips_conditionals=True,
            )
        written = [
            array.write(time, value) for array, value in zip(results, nest.flatten(output), strict=True)
        ]
        return time + 1, tuple(written), new_state


def _after_batch(batch_size: int | None, size: Any) -> StaticShape:
    """The shape of one output of a whole batch."""
    if isinstance(size, Tensor):
        size = constant_value(size)
    sizes = static_shape(size)
    return None if sizes is None else (batch_size, *sizes)


def _after_first(shape: StaticShape) -> StaticShape:
    return None if shape is None else shape[1:]


def bidirectional_dynamic_rnn(
    cell_fw: Any,
    cell_bw: Any,
    inputs: Any,
    sequence_length: Any = None,
    initial_state_fw: Any = None,
    initial_state_bw: Any = None,
    dtype: Any = None,
    parallel_iterations: int | None = None,
    swap_memory: bool = False,
    time_major: bool = False,
    scope: Any = None,
) -> tuple[tuple[Any, Any], tuple[Any, Any]]:
    """Runs a cell over sequences forwards and another one backwards.

    Args:
        cell_fw: the cell that goes forwards.
        cell_bw: the cell that goes backwards.
        inputs: as for ``dynamic_rnn``.
        sequence_length: likewise; a sequence is reversed within its length.
        initial_state_fw: the first state of ``cell_fw``.
        initial_state_bw: the first state of ``cell_bw``.
        dtype: likewise.
        parallel_iterations: likewise.
        swap_memory: likewise.
        time_major: likewise.
        scope: the variable scope; ``"bidirectional_rnn"`` if None.

    Returns:
        ``((output_fw, output_bw), (state_fw, state_bw))``, both outputs in the order of the inputs.

    Source: ``tf.nn.bidirectional_dynamic_rnn`` of TensorFlow 1.15.
    """
    check_is_cell("cell_fw", cell_fw)
    check_is_cell("cell_bw", cell_bw)
    time_axis, batch_axis = (0, 1) if time_major else (1, 0)

    def reversed_in_time(tensor: Any) -> Any:
        if sequence_length is not None:
            return reordering.reverse_sequence(
                tensor, sequence_length, seq_axis=time_axis, batch_axis=batch_axis
            )
        return reordering.reverse(tensor, axis=[time_axis])

    options = {
        "sequence_length": sequence_length,
        "dtype": dtype,
        "parallel_iterations": parallel_iterations,
        "swap_memory": swap_memory,
        "time_major": time_major,
    }
    with variable_scope(scope or "bidirectional_rnn"):
        with variable_scope("fw") as scope_fw:
            output_fw, state_fw = dynamic_rnn(
                cell_fw, inputs, initial_state=initial_state_fw, scope=scope_fw, **options
            )
        with variable_scope("bw") as scope_bw:
            backwards = nest.map_structure(reversed_in_time, inputs)
            output_bw, state_bw = dynamic_rnn(
                cell_bw, backwards, initial_state=initial_state_bw, scope=scope_bw, **options
            )
    return (output_fw, reversed_in_time(output_bw)), (state_fw, state_bw)
