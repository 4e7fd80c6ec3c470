"""The most likely sequences of tags (``tf.contrib.crf``)."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.contrib.crf.likelihoods import TransitionRnnCell, lengths_after_first, one_step_or_more
from graphlog.core import dtypes
from graphlog.layers.rnn import dynamic_rnn
from graphlog.layers.rnn_cells import RNNCell
from graphlog.ops.array import (
    arguments_of_extrema,
    axes,
    joining,
    nd_indices,
    packing,
    ranges,
    reordering,
    shape_queries,
    slicing,
)
from graphlog.ops.math import casts, reductions


def viterbi_decode(score: Any, transition_params: Any) -> tuple[list[Any], Any]:
    """The most likely sequence of tags of one array, outside the graph.

    Args:
        score: the scores of tags, an array of shape ``(time, tags)``.
        transition_params: the scores of transitions, of shape ``(tags, tags)``.

    Returns:
        The tags as a list, and the score.

    Source: ``tf.contrib.crf.viterbi_decode``.
    """
    best = score[0]
    pointers = []
    for step in score[1:]:
        totals = best[:, None] + transition_params
        pointers.append(np.argmax(totals, 0).astype(np.int32))
        best = (step + np.max(totals, 0)).astype(score.dtype)
    tags = [np.argmax(best)]
    for pointer in reversed(pointers):
        tags.append(pointer[tags[-1]])
    return tags[::-1], np.max(best)


class CrfDecodeForwardRnnCell(TransitionRnnCell):
    """The cell that finds the best predecessor of each tag (``tf.contrib.crf.CrfDecodeForwardRnnCell``)."""

    def __call__(self, inputs: Any, state: Any, scope: Any = None) -> Any:
        """One step; see ``RNNCell``."""
        transitions = self._before(state)
        new_state = inputs + reductions.reduce_max(transitions, [1])
        pointers = arguments_of_extrema.argmax(transitions, 1)
        return casts.cast(pointers, dtype=dtypes.int32), new_state


class CrfDecodeBackwardRnnCell(RNNCell):
    """The cell that goes back along the best predecessors (``tf.contrib.crf.CrfDecodeBackwardRnnCell``)."""

    def __init__(self, num_tags: int) -> None:
        super().__init__()
        self._tags = num_tags

    @property
    def state_size(self) -> Any:
        """One: the tag."""
        return 1

    @property
    def output_size(self) -> Any:
        """One: the tag."""
        return 1

    def __call__(self, inputs: Any, state: Any, scope: Any = None) -> Any:
        """One step; see ``RNNCell``."""
        state = axes.squeeze(state, axis=[1])
        rows = ranges.range(shape_queries.shape(inputs)[0])
        indices = packing.stack([rows, state], axis=1)
        tags = axes.expand_dims(nd_indices.gather_nd(inputs, indices), axis=-1)
        return tags, tags


def crf_decode(potentials: Any, transition_params: Any, sequence_length: Any) -> Any:
    """The most likely sequences of tags.

    Args:
        potentials: the scores of tags, of shape ``(batch, time, tags)``.
        transition_params: the scores of transitions, of shape ``(tags, tags)``.
        sequence_length: the lengths of the sequences.

    Returns:
        ``(tags, scores)``, of shapes ``(batch, time)`` and ``(batch,)``; tags past the end are zeros.

    Source: ``tf.contrib.crf.crf_decode``.
    """

    def of_one() -> Any:
        rows = axes.squeeze(potentials, [1])
        tags = axes.expand_dims(arguments_of_extrema.argmax(rows, axis=1), 1)
        best = reductions.reduce_max(rows, axis=1)
        return casts.cast(tags, dtype=dtypes.int32), best

    def of_more() -> Any:
        tags = potentials.shape[2].value
        forwards = CrfDecodeForwardRnnCell(transition_params)
        first = axes.squeeze(slicing.slice(potentials, [0, 0, 0], [-1, 1, -1]), axis=[1])
        rest = slicing.slice(potentials, [0, 1, 0], [-1, -1, -1])
        lengths = lengths_after_first(sequence_length)
        pointers, last = dynamic_rnn(forwards, rest, lengths, first, dtypes.int32)
        pointers = reordering.reverse_sequence(pointers, lengths, seq_dim=1)
        backwards = CrfDecodeBackwardRnnCell(tags)
        final = casts.cast(arguments_of_extrema.argmax(last, axis=1), dtype=dtypes.int32)
        final = axes.expand_dims(final, axis=-1)
        decoded, _ = dynamic_rnn(backwards, pointers, lengths, final, dtypes.int32)
        decoded = joining.concat([final, axes.squeeze(decoded, axis=[2])], axis=1)
        decoded = reordering.reverse_sequence(decoded, sequence_length, seq_dim=1)
        return decoded, reductions.reduce_max(last, axis=1)

    return one_step_or_more(potentials, of_one, of_more)
