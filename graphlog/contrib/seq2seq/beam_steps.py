"""One step of a beam search."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

from graphlog.contrib.seq2seq.attention_wrapper import AttentionWrapperState
from graphlog.core import dtypes, nest
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.shapes import TensorShape
from graphlog.core.tensor import Tensor
from graphlog.ops.array import (
    arrays,
    axes,
    filling,
    gathering,
    joining,
    one_hot_encoding,
    ranges,
    shape_queries,
    sorting,
)
from graphlog.ops.control_flow.tensor_arrays import TensorArray
from graphlog.ops.math import arithmetic, casts, comparisons, division, elementwise, logic, reductions
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.nn import softmax
from graphlog.ops.static_values import constant_value


class BeamSearchDecoderState(
    namedtuple(
        "BeamSearchDecoderState",
        ("cell_state", "log_probs", "finished", "lengths", "accumulated_attention_probs"),
    )
):
    """The state of a ``BeamSearchDecoder``, for each element of the batch and each beam."""

    __slots__ = ()


class BeamSearchDecoderOutput(
    namedtuple("BeamSearchDecoderOutput", ("scores", "predicted_ids", "parent_ids"))
):
    """The output of a step: how good each beam is, what was chosen, and which beam it continues."""

    __slots__ = ()


def check_rank(tensor: Any) -> int:
    """The rank of a tensor; ValueError where it is not known."""
    if tensor.shape.ndims is None:
        raise ValueError(f"Expected tensor ({tensor}) to have known rank, but ndims == None.")
    return int(tensor.shape.ndims)


def beam_search_step(
    time: Any,
    logits: Any,
    cell_state: Any,
    beam_state: BeamSearchDecoderState,
    batch_size: Any,
    beam_width: int,
    end_token: Any,
    length_penalty_weight: Any,
    coverage_penalty_weight: Any,
) -> tuple[BeamSearchDecoderOutput, BeamSearchDecoderState]:
    """Chooses the best continuations of all beams.

    Args:
        time: the number of the step.
        logits: the logits of each beam's next number.
        cell_state: the state of the cell after the step.
        beam_state: the state before.
        batch_size: the batch size.
        beam_width: the number of beams.
        end_token: the number that ends a sequence.
        length_penalty_weight: see ``BeamSearchDecoder``.
        coverage_penalty_weight: see there.

    Returns:
        The output of the step, and the next state.
    """
    known_batch = constant_value(batch_size)
    before = beam_state.finished
    is_open = logic.logical_not(before)
    log_probs = _masked(softmax.log_softmax(logits), end_token, before)
    total: Any = axes.expand_dims(beam_state.log_probs, 2) + log_probs
    classes = logits.shape[-1].value or shape_queries.shape(logits)[-1]
    longer: Any = one_hot_encoding.one_hot(
        filling.fill([batch_size, beam_width], end_token),
        depth=classes,
        on_value=casts.to_int64(0),
        off_value=casts.to_int64(1),
        dtype=dtypes.int64,
    )
    longer = longer * axes.expand_dims(casts.cast(is_open, dtypes.int64), 2)
    lengths = longer + axes.expand_dims(beam_state.lengths, 2)
    covered = None
    attention: Any = attention_probabilities(cell_state, coverage_penalty_weight)
    if attention is not None:
        attention = attention * axes.expand_dims(casts.cast(is_open, dtypes.float32), 2)
        covered = beam_state.accumulated_attention_probs + attention
    scores = _scores(total, lengths, length_penalty_weight, coverage_penalty_weight, before, covered)
    convert_to_tensor(time, name="time")
    flat = arrays.reshape(scores, [batch_size, -1])
    width = convert_to_tensor(beam_width, dtype=dtypes.int32, name="beam_width")
    best, positions = sorting.top_k(flat, k=width)
    best.set_shape([known_batch, beam_width])
    positions.set_shape([known_batch, beam_width])

    def gathered(values: Any, indices: Any, count: Any, shape: list[Any], name: str | None = None) -> Tensor:
        return _gathered(values, indices, batch_size, count, shape, name)

    next_probs = gathered(total, positions, beam_width * classes, [-1], "next_beam_probs")
    words = arithmetic.floormod(positions, classes, name="next_beam_word_ids")
    words = casts.cast(words, dtypes.int32)
    parents = casts.cast(positions / classes, dtypes.int32, name="next_beam_parent_ids")
    before = gathered(before, parents, beam_width, [-1])
    finished = logic.logical_or(before, comparisons.equal(words, end_token), name="next_beam_finished")
    added = casts.cast(logic.logical_not(before), dtypes.int64)
    next_lengths: Any = gathered(beam_state.lengths, parents, beam_width, [-1]) + added
    next_covered: Any = ()
    if covered is not None:
        rows = [batch_size * beam_width, -1]
        next_covered = gathered(covered, parents, beam_width, rows, "next_accumulated_attention_probs")

    def of_parents(values: Any) -> Any:
        rows = [batch_size * beam_width, -1]
        if isinstance(values, TensorArray) or check_rank(values) < 2:
            return values
        return gathered(values, parents, beam_width, rows)

    next_state = BeamSearchDecoderState(
        cell_state=nest.map_structure(of_parents, cell_state),
        log_probs=next_probs,
        lengths=next_lengths,
        finished=finished,
        accumulated_attention_probs=next_covered,
    )
    output = BeamSearchDecoderOutput(scores=best, predicted_ids=words, parent_ids=parents)
    return output, next_state


def attention_probabilities(cell_state: Any, coverage_penalty_weight: Any) -> Any:
    """The mean alignments of all attention in a state; None where coverage does not count.

    Raises:
        ValueError: coverage counts, and there is no attention.
    """
    if coverage_penalty_weight == 0.0:
        return None
    states = cell_state if isinstance(cell_state, tuple) else ()
    if isinstance(cell_state, AttentionWrapperState):
        states = (cell_state,)
    found = [_mean_alignments(state) for state in states if isinstance(state, AttentionWrapperState)]
    if not found:
        raise ValueError("coverage_penalty_weight must be 0.0 if no cell is attentional.")
    return found[0] if len(found) == 1 else _mean(found)


def _mean_alignments(state: AttentionWrapperState) -> Any:
    return _mean(state.alignments) if isinstance(state.alignments, tuple) else state.alignments


def _mean(values: Any) -> Tensor:
    columns = joining.concat([axes.expand_dims(value, -1) for value in values], -1)
    return reductions.reduce_mean(columns, -1)


def _masked(log_probs: Tensor, end_token: Any, finished: Any) -> Tensor:
    """The logarithms of probabilities: of beams that have ended, all goes to the end token."""
    classes = shape_queries.shape(log_probs)[2]
    row = one_hot_encoding.one_hot(
        end_token,
        classes,
        dtype=log_probs.dtype,
        on_value=convert_to_tensor(0.0, dtype=log_probs.dtype),
        off_value=log_probs.dtype.min,
    )
    rows = arrays.tile(
        arrays.reshape(row, [1, 1, -1]), joining.concat([shape_queries.shape(finished), [1]], 0)
    )
    mask = arrays.tile(axes.expand_dims(finished, 2), [1, 1, classes])
    return comparisons.where(mask, rows, log_probs)


def _scores(
    log_probs: Any, lengths: Any, length_weight: Any, coverage_weight: Any, finished: Any, covered: Any
) -> Any:
    penalty = casts.cast(_length_penalty(lengths, length_weight), dtype=log_probs.dtype)
    scores = log_probs / penalty
    coverage_weight = convert_to_tensor(coverage_weight, name="coverage_penalty_weight")
    if coverage_weight.shape.ndims != 0:
        raise ValueError(
            f"coverage_penalty_weight should be a scalar, but saw shape: {coverage_weight.shape}"
        )
    if constant_value(coverage_weight) == 0.0:
        return scores
    if covered is None:
        raise ValueError("accumulated_attention_probs can be None only if coverage penalty is disabled.")
    covered = comparisons.where(comparisons.equal(covered, 0.0), filling.ones_like(covered), covered)
    coverage: Any = reductions.reduce_sum(elementwise.log(arithmetic.minimum(covered, 1.0)), 2)
    coverage = coverage * casts.cast(finished, dtypes.float32)
    return scores + axes.expand_dims(coverage * coverage_weight, 2)


def _length_penalty(lengths: Any, factor: Any) -> Any:
    factor = convert_to_tensor(factor, name="penalty_factor")
    factor.set_shape(())
    known = constant_value(factor)
    if known is not None and known == 0:
        return 1.0
    return division.div((5.0 + casts.cast(lengths, dtypes.float32)) ** factor, (5.0 + 1.0) ** factor)


def _gathered(
    values: Any, indices: Any, batch_size: Any, count: Any, shape: list[Any], name: str | None
) -> Tensor:
    """What each beam takes over from the beam it continues."""
    with name_scope(name, "tensor_gather_helper"):
        starts = axes.expand_dims(ranges.range(batch_size) * count, 1)
        flat = arrays.reshape(indices + starts, [-1])
        output: Any = gathering.gather(arrays.reshape(values, shape), flat)
        wanted = shape_queries.shape(values)[: 1 + len(shape)]
        known = constant_value(batch_size)
        static = TensorShape([known]).concatenate(values.shape[1 : 1 + len(shape)])
        output = arrays.reshape(output, wanted, name="output")
        output.set_shape(static)
        result: Tensor = output
        return result
