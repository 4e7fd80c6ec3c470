"""Recurrent networks with operations of their own for each step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from graphlog.core import dtypes, nest, shapes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.shapes import StaticShape, TensorShape
from graphlog.core.tensor import Tensor
from graphlog.layers.rnn_cells import check_is_cell, joined_shape, joined_sizes
from graphlog.layers.rnn_steps import initial_state_of, masked_step, read_beside_the_cell, state_dtype
from graphlog.ops.array import filling, joining, packing, reordering, shape_queries
from graphlog.ops.math import casts, reductions
from graphlog.ops.state.variable_scope import variable_scope


def _check_inputs(inputs: Any) -> None:
    if not nest.is_nested(inputs):
        raise TypeError("inputs must be a sequence")
    if not inputs:
        raise ValueError("inputs must not be empty")


def static_rnn(
    cell: Any,
    inputs: Sequence[Any],
    initial_state: Any = None,
    dtype: Any = None,
    sequence_length: Any = None,
    scope: Any = None,
) -> tuple[list[Any], Any]:
    """Runs a cell over a list of inputs, with operations of its own for each step.

    Args:
        cell: the cell.
        inputs: for each step a tensor of shape ``(batch, depth)``, or a nest of them.
        initial_state: the state at first; zeros if None.
        dtype: the dtype of the state, needed where there is no initial state.
        sequence_length: as for ``dynamic_rnn``.
        scope: the variable scope; ``"rnn"`` if None.

    Returns:
        ``(outputs, state)``: the list of all outputs, and the state after the last step.

    Raises:
        TypeError: ``cell`` is no cell, or ``inputs`` is no list.
        ValueError: there are no inputs, or their depth is not known.

    Source: ``tf.nn.static_rnn`` of TensorFlow 1.15.
    """
    check_is_cell("cell", cell)
    _check_inputs(inputs)
    with variable_scope(scope or "rnn") as entered:
        read_beside_the_cell(entered)
        known_batch, batch_size = _static_batch_size(nest.flatten(inputs))
        state = initial_state_of(
            cell, initial_state, batch_size, dtype, "If no initial_state is provided, dtype must be specified"
        )
        lengths: Any = None
        if sequence_length is not None:
            lengths = convert_to_tensor(sequence_length, name="sequence_length")
            if lengths.static_shape is not None and len(lengths.static_shape) != 1:
                raise ValueError("sequence_length must be a vector of length batch_size")
            zeros = []
            for size in nest.flatten(cell.output_size):
                sizes = joined_sizes(batch_size, size)
                zeros.append(filling.zeros(sizes, state_dtype(dtype, state)))
                zeros[-1].set_shape(joined_shape((known_batch,), size))
            zero_output = nest.pack_sequence_as(cell.output_size, zeros)
            lengths = casts.cast(lengths, dtypes.int32)
            min_length, max_length = reductions.reduce_min(lengths), reductions.reduce_max(lengths)
        outputs = []
        for time, item in enumerate(inputs):
            if time > 0:
                entered.reuse_variables()
            call_cell = _call_of(cell, item, state)
            if lengths is None:
                output, state = call_cell()
            else:
                output, state = masked_step(
                    time, lengths, min_length, max_length, zero_output, state, call_cell
                )
            outputs.append(output)
        return outputs, state


def _call_of(cell: Any, inputs: Any, state: Any) -> Callable[[], Any]:
    return lambda: cell(inputs, state)


def _static_batch_size(flat_inputs: Sequence[Tensor]) -> tuple[int | None, Any]:
    """The batch size as far as it is known, and as a number or tensor."""
    first = flat_inputs[0]
    known: StaticShape = (None,)
    if first.static_shape is None or len(first.static_shape) != 1:
        for tensor in flat_inputs:
            shape = tensor.shape.with_rank_at_least(2)
            known = TensorShape(known).merge_with([shape[0].value]).as_tuple()
            for axis, size in enumerate(shape[1:]):
                if size.value is None:
                    raise ValueError(
                        f"Input size (dimension {axis} of inputs) must be accessible via shape inference, "
                        "but saw value None."
                    )
    # TensorFlow looks at the first input alone.
    size = first.shape[0].value
    return size, size or shape_queries.shape(first)[0]


def static_bidirectional_rnn(
    cell_fw: Any,
    cell_bw: Any,
    inputs: Sequence[Any],
    initial_state_fw: Any = None,
    initial_state_bw: Any = None,
    dtype: Any = None,
    sequence_length: Any = None,
    scope: Any = None,
) -> tuple[list[Any], Any, Any]:
    """Runs a cell over a list of inputs forwards and another one backwards.

    Args:
        cell_fw: the cell that goes forwards.
        cell_bw: the cell that goes backwards.
        inputs: as for ``static_rnn``.
        initial_state_fw: the first state of ``cell_fw``.
        initial_state_bw: the first state of ``cell_bw``.
        dtype: likewise.
        sequence_length: likewise; a sequence is reversed within its length.
        scope: the variable scope; ``"bidirectional_rnn"`` if None.

    Returns:
        ``(outputs, state_fw, state_bw)``: for each step both outputs side by side.

    Source: ``tf.nn.static_bidirectional_rnn`` of TensorFlow 1.15.
    """
    check_is_cell("cell_fw", cell_fw)
    check_is_cell("cell_bw", cell_bw)
    _check_inputs(inputs)
    with variable_scope(scope or "bidirectional_rnn"):
        with variable_scope("fw") as scope_fw:
            outputs_fw, state_fw = static_rnn(
                cell_fw, inputs, initial_state_fw, dtype, sequence_length, scope=scope_fw
            )
        with variable_scope("bw") as scope_bw:
            backwards = _reversed(inputs, sequence_length)
            outputs, state_bw = static_rnn(
                cell_bw, backwards, initial_state_bw, dtype, sequence_length, scope=scope_bw
            )
    outputs_bw = _reversed(outputs, sequence_length)
    pairs = zip(nest.flatten(outputs_fw), nest.flatten(outputs_bw), strict=True)
    joined = [joining.concat([forwards, backwards], 1) for forwards, backwards in pairs]
    return nest.pack_sequence_as(outputs_fw, joined), state_fw, state_bw


def _reversed(sequence: Sequence[Any], lengths: Any) -> list[Any]:
    """A list of steps in the opposite order, that of each sequence within its length."""
    if lengths is None:
        return list(reversed(sequence))
    columns = zip(*(nest.flatten(item) for item in sequence), strict=True)
    results: list[list[Tensor]] = [[] for _ in sequence]
    for column in columns:
        shape: StaticShape = None
        for tensor in column:
            shape = shapes.merge(shape, tensor.static_shape)
        whole = reordering.reverse_sequence(packing.stack(list(column)), lengths, 0, 1)
        for result, step in zip(results, packing.unstack(whole), strict=True):
            step.set_shape(shape)
            result.append(step)
    return [nest.pack_sequence_as(item, flat) for item, flat in zip(sequence, results, strict=True)]
