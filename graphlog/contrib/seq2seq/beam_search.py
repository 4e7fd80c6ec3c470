"""Beam search: the most likely sequences of a decoder (``tf.contrib.seq2seq``)."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

import numpy as np

from graphlog.contrib.seq2seq.beam_steps import (
    BeamSearchDecoderOutput,
    BeamSearchDecoderState,
    attention_probabilities,
    beam_search_step,
    check_rank,
)
from graphlog.contrib.seq2seq.decoders import Decoder, check_is_layer
from graphlog.contrib.seq2seq.tensors import embedding_function, output_sizes
from graphlog.core import dtypes, nest
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.shapes import TensorShape
from graphlog.core.tensor import Tensor
from graphlog.layers.rnn_cells import check_is_cell
from graphlog.ops.array import (
    arrays,
    axes,
    filling,
    joining,
    masking,
    nd_indices,
    one_hot_encoding,
    packing,
    ranges,
    shape_queries,
)
from graphlog.ops.control_flow.conditionals import cond
from graphlog.ops.control_flow.tensor_arrays import TensorArray
from graphlog.ops.debugging import logging_ops
from graphlog.ops.math import casts, comparisons, logic, reductions
from graphlog.ops.name_scopes import control_dependencies, name_scope
from graphlog.ops.sequences.gather_tree import gather_tree
from graphlog.ops.static_values import constant_value


class FinalBeamSearchDecoderOutput(
    namedtuple("FinalBeamDecoderOutput", ["predicted_ids", "beam_search_decoder_output"])
):
    """What a beam search gives: the sequences, the best first, and the outputs of its steps."""

    __slots__ = ()


def tile_batch(t: Any, multiplier: int, name: str | None = None) -> Any:
    """Each element of the batch ``multiplier`` times, one after the other.

    Args:
        t: a tensor, or a nest of tensors.
        multiplier: how often.
        name: the name scope.

    Returns:
        The same nest, with a batch ``multiplier`` times as large.

    Raises:
        ValueError: a rank is unknown.

    Source: ``tf.contrib.seq2seq.tile_batch``.
    """
    with name_scope(name, "tile_batch", [*nest.flatten(t), multiplier]):
        return nest.map_structure(lambda each: _tiled(each, multiplier), t)


def _tiled(tensor: Any, multiplier: int) -> Tensor:
    tensor = convert_to_tensor(tensor, name="t")
    sizes = shape_queries.shape(tensor)
    static = tensor.static_shape
    if not static:
        raise ValueError("t must have statically known rank")
    multiples = [1, multiplier, *[1] * (len(static) - 1)]
    tiled = arrays.tile(axes.expand_dims(tensor, 1), multiples)
    tiled = arrays.reshape(tiled, joining.concat(([sizes[0] * multiplier], sizes[1:]), 0))
    tiled.set_shape([None if static[0] is None else static[0] * multiplier, *static[1:]])
    return tiled


def gather_tree_from_array(t: Any, parent_ids: Any, sequence_length: Any) -> Tensor:
    """A tensor of the steps of each beam, in the order of the sequences that a search has found.

    Args:
        t: a tensor of shape ``(time, batch, beams, …)`` or ``(time, batch * beams, …)``.
        parent_ids: the beams that each step continues.
        sequence_length: the lengths of the sequences.

    Returns:
        A Tensor of the shape of ``t``.

    Source: ``tf.contrib.seq2seq.gather_tree_from_array``.
    """
    max_time, batch_size, beams = (
        parent_ids.shape[axis].value or shape_queries.shape(parent_ids)[axis] for axis in range(3)
    )
    ids = axes.expand_dims(axes.expand_dims(ranges.range(beams), 0), 0)
    ids = arrays.tile(ids, [max_time, batch_size, 1])
    lengths = casts.cast(reductions.reduce_max(sequence_length, axis=1), dtypes.int32)
    found = gather_tree(ids, parent_ids, lengths, beams + 1)
    is_within = arrays.transpose(masking.sequence_mask(sequence_length, maxlen=max_time), perm=[2, 0, 1])
    found = comparisons.where(is_within, x=found, y=ids)
    times = arrays.tile(arrays.reshape(ranges.range(max_time), [-1, 1, 1]), [1, batch_size, beams])
    rows = arrays.tile(arrays.reshape(ranges.range(batch_size), [-1, 1, 1]), [1, max_time, beams])
    rows = arrays.transpose(rows, perm=[1, 0, 2])
    indices = packing.stack([times, rows, found], -1)
    shape = shape_queries.shape(t)
    parts = arrays.reshape(t, [max_time, batch_size, beams, -1])
    return arrays.reshape(nd_indices.gather_nd(parts, indices), shape)


class BeamSearchDecoder(Decoder):
    """Finds the most likely sequences, ``beam_width`` for each element of the batch.

    The state of the cell, and a memory that it looks into, have to be repeated with ``tile_batch``.

    Args:
        cell: the cell.
        embedding: rows of a tensor, or a function from numbers to inputs.
        start_tokens: the first numbers, one for each element of the batch.
        end_token: the number that ends a sequence.
        initial_state: the first state.
        beam_width: how many sequences are followed.
        output_layer: a layer above the cell, whose output are the logits; None for none.
        length_penalty_weight: how much long sequences are favoured; 0 for not.
        coverage_penalty_weight: how much it counts that attention covers the whole memory; 0 for not.
        reorder_tensor_arrays: whether TensorArrays in the state are put in the order of the sequences.

    Raises:
        TypeError: an argument is no cell or no layer.
        ValueError: ``start_tokens`` is no vector, or ``end_token`` no scalar.

    Source: ``tf.contrib.seq2seq.BeamSearchDecoder``.
    """

    def __init__(
        self,
        cell: Any,
        embedding: Any,
        start_tokens: Any,
        end_token: Any,
        initial_state: Any,
        beam_width: int,
        output_layer: Any = None,
        length_penalty_weight: Any = 0.0,
        coverage_penalty_weight: Any = 0.0,
        reorder_tensor_arrays: bool = True,
    ) -> None:
        check_is_cell("cell", cell)
        check_is_layer(output_layer)
        self._cell = cell
        self._output_layer = output_layer
        self._beam_width = beam_width
        self._length_penalty_weight = length_penalty_weight
        self._coverage_penalty_weight = coverage_penalty_weight
        self._reorder_tensor_arrays = reorder_tensor_arrays
        self._embedding_fn = embedding_function(embedding)
        tokens = convert_to_tensor(start_tokens, dtype=dtypes.int32, name="start_tokens")
        if tokens.get_shape().ndims != 1:
            raise ValueError("start_tokens must be a vector")
        self._end_token = convert_to_tensor(end_token, dtype=dtypes.int32, name="end_token")
        if self._end_token.get_shape().ndims != 0:
            raise ValueError("end_token must be a scalar")
        self._batch_size = shape_queries.size(start_tokens)
        self._initial_cell_state = nest.map_structure(self._maybe_split, initial_state, self._cell.state_size)
        tokens = arrays.tile(axes.expand_dims(tokens, 1), [1, self._beam_width])
        self._start_inputs = self._embedding_fn(tokens)
        # At first there is one beam: all others have ended.
        self._finished = one_hot_encoding.one_hot(
            filling.zeros([self._batch_size], dtype=dtypes.int32),
            depth=self._beam_width,
            on_value=False,
            off_value=True,
            dtype=dtypes.bool_,
        )

    @property
    def batch_size(self) -> Any:
        """The batch size, without the beams."""
        return self._batch_size

    @property
    def tracks_own_finished(self) -> bool:
        """Yes: a beam may take the place of one that has ended."""
        return True

    @property
    def output_size(self) -> Any:
        """The sizes of the outputs of a step."""
        shape = TensorShape([self._beam_width])
        return BeamSearchDecoderOutput(scores=shape, predicted_ids=shape, parent_ids=shape)

    @property
    def output_dtype(self) -> Any:
        """Their dtypes."""
        dtype = nest.flatten(self._initial_cell_state)[0].dtype
        sizes = output_sizes(self._cell, self._output_layer)
        return BeamSearchDecoderOutput(
            scores=nest.map_structure(lambda _: dtype, sizes),
            predicted_ids=dtypes.int32,
            parent_ids=dtypes.int32,
        )

    def initialize(self, name: str | None = None) -> tuple[Any, Any, Any]:
        """See ``Decoder``."""
        dtype = nest.flatten(self._initial_cell_state)[0].dtype
        log_probs = one_hot_encoding.one_hot(
            filling.zeros([self._batch_size], dtype=dtypes.int32),
            depth=self._beam_width,
            on_value=convert_to_tensor(0.0, dtype=dtype),
            off_value=convert_to_tensor(-np.inf, dtype=dtype),
            dtype=dtype,
        )
        probabilities = attention_probabilities(self._initial_cell_state, self._coverage_penalty_weight)
        state = BeamSearchDecoderState(
            cell_state=self._initial_cell_state,
            log_probs=log_probs,
            finished=self._finished,
            lengths=filling.zeros([self._batch_size, self._beam_width], dtype=dtypes.int64),
            accumulated_attention_probs=() if probabilities is None else probabilities,
        )
        return self._finished, self._start_inputs, state

    def step(self, time: Any, inputs: Any, state: Any, name: str | None = None) -> tuple[Any, Any, Any, Any]:
        """See ``Decoder``."""
        with name_scope(name, "BeamSearchDecoderStep", (time, inputs, state)):
            inputs = nest.map_structure(lambda each: self._merged(each, each.shape[2:]), inputs)
            cell_state = nest.map_structure(self._maybe_merge, state.cell_state, self._cell.state_size)
            outputs, cell_state = self._cell(inputs, cell_state)
            outputs = nest.map_structure(lambda each: self._split(each, each.shape[1:]), outputs)
            cell_state = nest.map_structure(self._maybe_split, cell_state, self._cell.state_size)
            if self._output_layer is not None:
                outputs = self._output_layer(outputs)
            output, next_state = beam_search_step(
                time=time,
                logits=outputs,
                cell_state=cell_state,
                beam_state=state,
                batch_size=self._batch_size,
                beam_width=self._beam_width,
                end_token=self._end_token,
                length_penalty_weight=self._length_penalty_weight,
                coverage_penalty_weight=self._coverage_penalty_weight,
            )
            finished = next_state.finished
            next_inputs = cond(
                reductions.reduce_all(finished),
                lambda: self._start_inputs,
                lambda: self._embedding_fn(output.predicted_ids),
            )
        return output, next_state, next_inputs, finished

    def finalize(self, outputs: Any, final_state: Any, sequence_lengths: Any) -> tuple[Any, Any]:
        """See ``Decoder``."""
        lengths = casts.cast(reductions.reduce_max(final_state.lengths, axis=1), dtypes.int32)
        ids = gather_tree(outputs.predicted_ids, outputs.parent_ids, lengths, self._end_token)
        if self._reorder_tensor_arrays:
            cell_state = nest.map_structure(
                lambda each: self._maybe_sorted(each, outputs.parent_ids, final_state.lengths),
                final_state.cell_state,
            )
            final_state = final_state._replace(cell_state=cell_state)
        final = FinalBeamSearchDecoderOutput(beam_search_decoder_output=outputs, predicted_ids=ids)
        return final, final_state

    # The batch and the beams, as two axes or as one

    def _merged(self, tensor: Any, size: Any) -> Tensor:
        size = _static(size)
        sizes = shape_queries.shape(tensor)
        known = constant_value(self._batch_size)
        merged = arrays.reshape(tensor, joining.concat(([self._batch_size * self._beam_width], sizes[2:]), 0))
        batch = None if known is None else int(known) * self._beam_width
        merged.set_shape(TensorShape([batch]).concatenate(size))
        return merged

    def _split(self, tensor: Any, size: Any) -> Tensor:
        size = _static(size)
        sizes = shape_queries.shape(tensor)
        split = arrays.reshape(tensor, joining.concat(([self._batch_size, self._beam_width], sizes[1:]), 0))
        known = constant_value(self._batch_size)
        wanted = TensorShape([known, self._beam_width]).concatenate(size)
        if not split.shape.is_compatible_with(wanted):
            raise ValueError(
                "Unexpected behavior when reshaping between beam width and batch size.  The reshaped tensor "
                f"has shape: {split.shape}.  We expected it to have shape (batch_size, beam_width, depth) == "
                f"{wanted}.  Perhaps you forgot to create a zero_state with batch_size=encoder_batch_size * "
                "beam_width?"
            )
        split.set_shape(wanted)
        return split

    def _maybe_split(self, tensor: Any, size: Any) -> Any:
        if isinstance(tensor, TensorArray):
            return tensor
        return self._split(tensor, size) if check_rank(tensor) >= 1 else tensor

    def _maybe_merge(self, tensor: Any, size: Any) -> Any:
        if isinstance(tensor, TensorArray):
            return tensor
        return self._merged(tensor, size) if check_rank(tensor) >= 2 else tensor

    def _maybe_sorted(self, array: Any, parent_ids: Any, lengths: Any) -> Any:
        """A TensorArray as a tensor in the order of the sequences; everything else as it is."""
        if not isinstance(array, TensorArray) or not self._has_beams(array.element_shape):
            return array
        tensor = array.stack()
        sizes = shape_queries.shape(tensor)
        is_right = comparisons.equal(sizes[1], self._batch_size * self._beam_width)
        if tensor.shape.ndims != 2:
            is_right = logic.logical_or(
                is_right,
                logic.logical_and(
                    comparisons.equal(sizes[1], self._batch_size),
                    comparisons.equal(sizes[2], self._beam_width),
                ),
            )
        message = (
            "TensorArray reordering expects elements to be reshapable to [batch_size, beam_size, -1] which "
            f"is incompatible with the dynamic shape of {tensor.name} elements. Consider setting "
            "reorder_tensor_arrays to False to disable TensorArray reordering during the beam search."
        )
        with control_dependencies([logging_ops.Assert(is_right, [message])]):
            return gather_tree_from_array(tensor, parent_ids, lengths)

    def _has_beams(self, shape: TensorShape) -> bool:
        """Whether elements of a shape may be those of all beams."""
        if not shape.ndims:
            return False
        known, first = constant_value(self._batch_size), shape[0].value
        if known is None or first is None:
            return True
        second = shape[1].value if shape.ndims >= 2 else None
        is_split = first == known and second == self._beam_width
        return first == known * self._beam_width and (second is None or is_split)


def _static(size: Any) -> TensorShape:
    """A size as a shape; unknown where only a run can tell."""
    return TensorShape(constant_value(size) if isinstance(size, Tensor) else size)
