"""How likely sequences of tags are (``tf.contrib.crf``)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphlog.core import dtypes
from graphlog.core.tensor import Tensor
from graphlog.layers.rnn import dynamic_rnn
from graphlog.layers.rnn_cells import RNNCell
from graphlog.layers.static_conditions import smart_cond
from graphlog.ops.array import (
    arrays,
    axes,
    filling,
    gathering,
    joining,
    masking,
    nd_indices,
    ranges,
    shape_queries,
    slicing,
)
from graphlog.ops.constants import constant
from graphlog.ops.math import arithmetic, casts, comparisons, reductions, statistics
from graphlog.ops.state.variable_scope import get_variable


def one_step_or_more(inputs: Any, of_one: Callable[[], Any], of_more: Callable[[], Any]) -> Any:
    """What one of two functions gives, by whether the sequences have one step or more."""
    steps = inputs.shape[1].value or shape_queries.shape(inputs)[1]
    return smart_cond(comparisons.equal(steps, 1), of_one, of_more)


def lengths_after_first(sequence_lengths: Any) -> Any:
    """The lengths of sequences without their first steps."""
    zero = constant(0, dtype=sequence_lengths.dtype)
    return arithmetic.maximum(zero, sequence_lengths - 1)


def _zero_where_empty(values: Any, sequence_lengths: Any) -> Any:
    is_empty = comparisons.less_equal(sequence_lengths, 0)
    return comparisons.where(is_empty, filling.zeros_like(values), values)


def crf_sequence_score(inputs: Any, tag_indices: Any, sequence_lengths: Any, transition_params: Any) -> Any:
    """The score of sequences of tags, not normalized.

    Args:
        inputs: the scores of tags, of shape ``(batch, time, tags)``.
        tag_indices: the tags, of shape ``(batch, time)``.
        sequence_lengths: the lengths of the sequences.
        transition_params: the scores of transitions, of shape ``(tags, tags)``.

    Returns:
        A Tensor of shape ``(batch,)``.

    Source: ``tf.contrib.crf.crf_sequence_score``.
    """

    def of_one() -> Any:
        count = shape_queries.shape(inputs, out_type=tag_indices.dtype)[0]
        rows = arrays.reshape(ranges.range(count, dtype=tag_indices.dtype), [-1, 1])
        scores = nd_indices.gather_nd(axes.squeeze(inputs, [1]), joining.concat([rows, tag_indices], axis=1))
        return _zero_where_empty(scores, sequence_lengths)

    def of_more() -> Any:
        single = crf_unary_score(tag_indices, sequence_lengths, inputs)
        return single + crf_binary_score(tag_indices, sequence_lengths, transition_params)

    return one_step_or_more(inputs, of_one, of_more)


def crf_multitag_sequence_score(
    inputs: Any, tag_bitmap: Any, sequence_lengths: Any, transition_params: Any
) -> Any:
    """The score of all sequences of the tags that a mask of shape ``(batch, time, tags)`` allows.

    Source: ``tf.contrib.crf.crf_multitag_sequence_score``; the other arguments are those of
    ``crf_sequence_score``.
    """

    def allowed() -> Any:
        others = filling.fill(shape_queries.shape(inputs), float("-inf"))
        return comparisons.where(tag_bitmap, inputs, others)

    return one_step_or_more(
        inputs,
        lambda: statistics.reduce_logsumexp(allowed(), axis=[1, 2], keepdims=False),
        lambda: crf_log_norm(allowed(), sequence_lengths, transition_params),
    )


def crf_log_norm(inputs: Any, sequence_lengths: Any, transition_params: Any) -> Any:
    """The logarithm of the sum over all sequences of tags; see ``crf_sequence_score``.

    Source: ``tf.contrib.crf.crf_log_norm``.
    """
    first = axes.squeeze(slicing.slice(inputs, [0, 0, 0], [-1, 1, -1]), [1])

    def of_one() -> Any:
        return _zero_where_empty(statistics.reduce_logsumexp(first, [1]), sequence_lengths)

    def of_more() -> Any:
        rest = slicing.slice(inputs, [0, 1, 0], [-1, -1, -1])
        cell = CrfForwardRnnCell(transition_params)
        _, alphas = dynamic_rnn(
            cell=cell,
            inputs=rest,
            sequence_length=lengths_after_first(sequence_lengths),
            initial_state=first,
            dtype=dtypes.float32,
        )
        return _zero_where_empty(statistics.reduce_logsumexp(alphas, [1]), sequence_lengths)

    return one_step_or_more(inputs, of_one, of_more)


def crf_log_likelihood(
    inputs: Any, tag_indices: Any, sequence_lengths: Any, transition_params: Any = None
) -> tuple[Any, Any]:
    """The logarithm of the probability of sequences of tags.

    Args:
        inputs: as for ``crf_sequence_score``; so are all others.
        tag_indices: …
        sequence_lengths: …
        transition_params: …; a variable ``transitions`` if None.

    Returns:
        A Tensor of shape ``(batch,)``, and the scores of transitions.

    Source: ``tf.contrib.crf.crf_log_likelihood``.
    """
    tags = inputs.shape[2].value
    if transition_params is None:
        transition_params = get_variable("transitions", [tags, tags])
    scores = crf_sequence_score(inputs, tag_indices, sequence_lengths, transition_params)
    return scores - crf_log_norm(inputs, sequence_lengths, transition_params), transition_params


def crf_unary_score(tag_indices: Any, sequence_lengths: Any, inputs: Any) -> Tensor:
    """The sum of the scores of the tags themselves; see ``crf_sequence_score``.

    Source: ``tf.contrib.crf.crf_unary_score``.
    """
    batch_size, steps, tags = (shape_queries.shape(inputs)[axis] for axis in range(3))
    flat = arrays.reshape(inputs, [-1])
    offsets: Any = axes.expand_dims(ranges.range(batch_size) * steps * tags, 1)
    offsets = offsets + axes.expand_dims(ranges.range(steps) * tags, 0)
    if tag_indices.dtype is dtypes.int64:
        offsets = casts.cast(offsets, dtypes.int64)
    positions = arrays.reshape(offsets + tag_indices, [-1])
    scores: Any = arrays.reshape(gathering.gather(flat, positions), [batch_size, steps])
    return reductions.reduce_sum(scores * _mask(tag_indices, sequence_lengths), 1)


def crf_binary_score(tag_indices: Any, sequence_lengths: Any, transition_params: Any) -> Tensor:
    """The sum of the scores of the transitions; see ``crf_sequence_score``.

    Source: ``tf.contrib.crf.crf_binary_score``.
    """
    tags = transition_params.get_shape()[0]
    count = shape_queries.shape(tag_indices)[1] - 1
    starts = slicing.slice(tag_indices, [0, 0], [-1, count])
    ends = slicing.slice(tag_indices, [0, 1], [-1, count])
    positions = starts * tags + ends
    scores: Any = gathering.gather(arrays.reshape(transition_params, [-1]), positions)
    mask = _mask(tag_indices, sequence_lengths)
    return reductions.reduce_sum(scores * slicing.slice(mask, [0, 1], [-1, -1]), 1)


def _mask(tag_indices: Any, sequence_lengths: Any) -> Tensor:
    steps = shape_queries.shape(tag_indices)[1]
    return masking.sequence_mask(sequence_lengths, maxlen=steps, dtype=dtypes.float32)


class TransitionRnnCell(RNNCell):
    """What the cells of forward passes share: their state is a number for each tag.

    Args:
        transition_params: a matrix of the scores of one tag after another.
    """

    def __init__(self, transition_params: Any) -> None:
        super().__init__()
        self._transition_params: Any = axes.expand_dims(transition_params, 0)
        self._tags = transition_params.shape[0].value

    @property
    def state_size(self) -> Any:
        """The number of tags."""
        return self._tags

    @property
    def output_size(self) -> Any:
        """The number of tags."""
        return self._tags

    def _before(self, state: Any) -> Any:
        """For each example, the numbers of all tags with the scores of all tags after them."""
        return axes.expand_dims(state, 2) + self._transition_params


class CrfForwardRnnCell(TransitionRnnCell):
    """The cell that adds up the scores of all sequences (``tf.contrib.crf.CrfForwardRnnCell``)."""

    def __call__(self, inputs: Any, state: Any, scope: Any = None) -> Any:
        """One step; see ``RNNCell``."""
        alphas = inputs + statistics.reduce_logsumexp(self._before(state), [1])
        return alphas, alphas
