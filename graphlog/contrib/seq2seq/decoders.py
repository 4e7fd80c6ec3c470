"""Decoders, and the loop that runs them (``tf.contrib.seq2seq``)."""

from __future__ import annotations

import contextlib
from collections import namedtuple
from typing import Any

from graphlog.contrib.seq2seq.helpers import Helper
from graphlog.contrib.seq2seq.tensors import output_sizes, zero_tensors
from graphlog.core import dtypes, nest
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.shapes import TensorShape
from graphlog.layers.base import Layer
from graphlog.layers.rnn import transpose_batch_time
from graphlog.layers.rnn_cells import check_is_cell
from graphlog.layers.rnn_steps import read_beside_the_cell
from graphlog.ops.array import filling, shape_queries
from graphlog.ops.constants import constant
from graphlog.ops.control_flow.loops import while_loop
from graphlog.ops.control_flow.tensor_arrays import TensorArray
from graphlog.ops.math import comparisons, logic, reductions
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.state.variable_scope import variable_scope
from graphlog.ops.static_values import constant_value


class Decoder:
    """What makes one step of a sequence after the other; for decoders of a user's own.

    Source: ``tf.contrib.seq2seq.Decoder``.
    """

    @property
    def batch_size(self) -> Any:
        """The batch size."""
        raise NotImplementedError

    @property
    def output_size(self) -> Any:
        """The sizes of the outputs of a step, without the batch."""
        raise NotImplementedError

    @property
    def output_dtype(self) -> Any:
        """Their dtypes, in the same form."""
        raise NotImplementedError

    def initialize(self, name: str | None = None) -> tuple[Any, Any, Any]:
        """``(finished, inputs, state)`` of the first step."""
        raise NotImplementedError

    def step(self, time: Any, inputs: Any, state: Any, name: str | None = None) -> tuple[Any, Any, Any, Any]:
        """``(outputs, next_state, next_inputs, finished)`` of a step."""
        raise NotImplementedError

    def finalize(self, outputs: Any, final_state: Any, sequence_lengths: Any) -> tuple[Any, Any]:
        """The outputs and the state that ``dynamic_decode`` returns."""
        raise NotImplementedError

    @property
    def tracks_own_finished(self) -> bool:
        """Whether a sequence that has ended may go on."""
        return False


class BasicDecoderOutput(namedtuple("BasicDecoderOutput", ("rnn_output", "sample_id"))):
    """The output of a ``BasicDecoder``: what the cell gives, and what was chosen."""

    __slots__ = ()


class BasicDecoder(Decoder):
    """A cell whose inputs a helper gives.

    Args:
        cell: the cell.
        helper: the Helper.
        initial_state: the first state.
        output_layer: a layer above the cell, whose output is what is chosen from; None for none.

    Raises:
        TypeError: an argument is something else.

    Source: ``tf.contrib.seq2seq.BasicDecoder``.
    """

    def __init__(self, cell: Any, helper: Any, initial_state: Any, output_layer: Any = None) -> None:
        check_is_cell("cell", cell)
        if not isinstance(helper, Helper):
            raise TypeError(f"helper must be a Helper, received: {type(helper)}")
        check_is_layer(output_layer)
        self._cell = cell
        self._helper = helper
        self._initial_state = initial_state
        self._output_layer = output_layer

    @property
    def batch_size(self) -> Any:
        """The batch size of the helper."""
        return self._helper.batch_size

    @property
    def output_size(self) -> Any:
        """The sizes of the outputs of a step."""
        return BasicDecoderOutput(
            rnn_output=output_sizes(self._cell, self._output_layer), sample_id=self._helper.sample_ids_shape
        )

    @property
    def output_dtype(self) -> Any:
        """Their dtypes."""
        dtype = nest.flatten(self._initial_state)[0].dtype
        sizes = output_sizes(self._cell, self._output_layer)
        return BasicDecoderOutput(nest.map_structure(lambda _: dtype, sizes), self._helper.sample_ids_dtype)

    def initialize(self, name: str | None = None) -> tuple[Any, Any, Any]:
        """See ``Decoder``."""
        return (*self._helper.initialize(), self._initial_state)

    def step(self, time: Any, inputs: Any, state: Any, name: str | None = None) -> tuple[Any, Any, Any, Any]:
        """See ``Decoder``."""
        with name_scope(name, "BasicDecoderStep", (time, inputs, state)):
            outputs, cell_state = self._cell(inputs, state)
            if self._output_layer is not None:
                outputs = self._output_layer(outputs)
            sample_ids = self._helper.sample(time=time, outputs=outputs, state=cell_state)
            finished, next_inputs, next_state = self._helper.next_inputs(
                time=time, outputs=outputs, state=cell_state, sample_ids=sample_ids
            )
        return BasicDecoderOutput(outputs, sample_ids), next_state, next_inputs, finished


def check_is_layer(output_layer: Any) -> None:
    """Raises TypeError unless an argument is a layer, or None."""
    if output_layer is not None and not isinstance(output_layer, Layer):
        raise TypeError(f"output_layer must be a Layer, received: {type(output_layer)}")


def dynamic_decode(
    decoder: Any,
    output_time_major: bool = False,
    impute_finished: bool = False,
    maximum_iterations: Any = None,
    parallel_iterations: int = 32,
    swap_memory: bool = False,
    scope: Any = None,
) -> tuple[Any, Any, Any]:
    """Runs a decoder in a loop, until all sequences have ended.

    Args:
        decoder: the Decoder.
        output_time_major: whether the outputs have the axis of time first.
        impute_finished: whether the outputs of a sequence that has ended are zeros, and its state stays.
        maximum_iterations: the most steps; as many as it takes if None.
        parallel_iterations: as for ``while_loop``.
        swap_memory: as for ``while_loop``.
        scope: the variable scope; ``"decoder"`` if None.

    Returns:
        ``(outputs, state, sequence_lengths)``.

    Raises:
        TypeError: ``decoder`` is no Decoder.
        ValueError: ``maximum_iterations`` is no scalar.

    Source: ``tf.contrib.seq2seq.dynamic_decode``.
    """
    if not isinstance(decoder, Decoder):
        raise TypeError(f"Expected decoder to be type Decoder, but saw: {type(decoder)}")
    with variable_scope(scope, "decoder") as entered:
        read_beside_the_cell(entered)
        if maximum_iterations is not None:
            maximum_iterations = convert_to_tensor(
                maximum_iterations, dtype=dtypes.int32, name="maximum_iterations"
            )
            if maximum_iterations.get_shape().ndims != 0:
                raise ValueError("maximum_iterations must be a scalar")
        finished, inputs, state = decoder.initialize()
        sizes, kinds = decoder.output_size, decoder.output_dtype
        zeros = nest.map_structure(
            lambda size, dtype: zero_tensors(size, decoder.batch_size, dtype), sizes, kinds
        )
        if maximum_iterations is not None:
            finished = logic.logical_or(finished, 0 >= maximum_iterations)
        lengths = filling.zeros_like(finished, dtype=dtypes.int32)
        time = constant(0, dtype=dtypes.int32)

        def array(size: Any, dtype: Any) -> TensorArray:
            shape = _with_batch(decoder.batch_size, size)
            return TensorArray(dtype=dtype, size=0, dynamic_size=True, element_shape=shape)

        def body(time: Any, arrays: Any, state: Any, inputs: Any, finished: Any, lengths: Any) -> Any:
            outputs, next_state, next_inputs, next_finished = decoder.step(time, inputs, state)
            if not decoder.tracks_own_finished:
                next_finished = logic.logical_or(next_finished, finished)
            next_lengths = comparisons.where(
                logic.logical_not(finished),
                filling.fill(shape_queries.shape(lengths), time + 1),
                lengths,
            )
            nest.assert_same_structure(state, next_state)
            nest.assert_same_structure(arrays, outputs)
            nest.assert_same_structure(inputs, next_inputs)
            if impute_finished:
                outputs = nest.map_structure(
                    lambda output, zero: comparisons.where(finished, zero, output), outputs, zeros
                )
                next_state = nest.map_structure(lambda new, old: _kept(finished, old, new), next_state, state)
            arrays = nest.map_structure(lambda array, output: array.write(time, output), arrays, outputs)
            return time + 1, arrays, next_state, next_inputs, next_finished, next_lengths

        _, arrays, final_state, _, _, final_lengths = while_loop(
            lambda time, arrays, state, inputs, finished, lengths: logic.logical_not(
                reductions.reduce_all(finished)
            ),
            body,
            loop_vars=(time, nest.map_structure(array, sizes, kinds), state, inputs, finished, lengths),
            parallel_iterations=parallel_iterations,
            maximum_iterations=maximum_iterations,
            swap_memory=swap_memory,
        )
        outputs = nest.map_structure(lambda array: array.stack(), arrays)
        # A decoder that does not say how leaves them as they are.
        with contextlib.suppress(NotImplementedError):
            outputs, final_state = decoder.finalize(outputs, final_state, final_lengths)
        if not output_time_major:
            outputs = nest.map_structure(transpose_batch_time, outputs)
    return outputs, final_state, final_lengths


def _with_batch(batch_size: Any, size: Any) -> TensorShape | None:
    if not isinstance(size, TensorShape) or size.ndims == 0:
        return None
    known = constant_value(convert_to_tensor(batch_size, name="batch_size"))
    return TensorShape([known]).concatenate(size)


def _kept(finished: Any, old: Any, new: Any) -> Any:
    """The old state of sequences that have ended, and the new one of the others."""
    if isinstance(old, TensorArray):
        return new
    new.set_shape(old.shape)
    return new if new.shape.ndims == 0 else comparisons.where(finished, old, new)
