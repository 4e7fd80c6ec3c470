"""What tutorials use of ``tf.contrib.legacy_seq2seq``: decoders and losses of lists of steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from graphlog.ops.array import arrays, shape_queries
from graphlog.ops.math import arithmetic, casts, reductions
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.nn import cross_entropy
from graphlog.ops.state.variable_scope import get_variable_scope, variable_scope

__all__ = ["rnn_decoder", "sequence_loss", "sequence_loss_by_example"]


def rnn_decoder(
    decoder_inputs: Sequence[Any],
    initial_state: Any,
    cell: Any,
    loop_function: Callable[[Any, int], Any] | None = None,
    scope: Any = None,
) -> tuple[list[Any], Any]:
    """Runs a cell over a list of inputs.

    Args:
        decoder_inputs: a tensor ``(batch, depth)`` for each step.
        initial_state: the first state.
        cell: the cell.
        loop_function: a function of the last output and the number of the step that gives the input in
            place of ``decoder_inputs``, from the second step on.
        scope: the variable scope; ``"rnn_decoder"`` if None.

    Returns:
        The outputs of all steps, and the last state.

    Source: ``tf.contrib.legacy_seq2seq.rnn_decoder``.
    """
    with variable_scope(scope or "rnn_decoder"):
        state = initial_state
        outputs: list[Any] = []
        for index, given in enumerate(decoder_inputs):
            if loop_function is not None and outputs:
                with variable_scope("loop_function", reuse=True):
                    given = loop_function(outputs[-1], index)
            if index > 0:
                get_variable_scope().reuse_variables()
            output, state = cell(given, state)
            outputs.append(output)
    return outputs, state


def sequence_loss_by_example(
    logits: list[Any],
    targets: list[Any],
    weights: list[Any],
    average_across_timesteps: bool = True,
    softmax_loss_function: Callable[..., Any] | None = None,
    name: str | None = None,
) -> Any:
    """The weighted cross entropy of each sequence.

    Args:
        logits: a tensor ``(batch, classes)`` for each step.
        targets: class numbers ``(batch,)`` for each step.
        weights: weights ``(batch,)`` for each step.
        average_across_timesteps: whether the sum is divided by that of the weights.
        softmax_loss_function: a function of ``labels`` and ``logits`` in place of
            ``sparse_softmax_cross_entropy_with_logits``.
        name: the name scope.

    Returns:
        A Tensor of shape ``(batch,)``.

    Raises:
        ValueError: the lists have different lengths.

    Source: ``tf.contrib.legacy_seq2seq.sequence_loss_by_example``.
    """
    if not len(logits) == len(targets) == len(weights):
        raise ValueError(
            "Lengths of logits, weights, and targets must be the same "
            f"{len(logits)}, {len(weights)}, {len(targets)}."
        )
    with name_scope(name, "sequence_loss_by_example", [*logits, *targets, *weights]):
        losses = []
        for logit, target, weight in zip(logits, targets, weights, strict=True):
            if softmax_loss_function is None:
                labels = arrays.reshape(target, [-1])
                loss: Any = cross_entropy.sparse_softmax_cross_entropy_with_logits(
                    labels=labels, logits=logit
                )
            else:
                loss = softmax_loss_function(labels=target, logits=logit)
            losses.append(loss * weight)
        total: Any = arithmetic.add_n(losses)
        if average_across_timesteps:
            count: Any = arithmetic.add_n(weights)
            # For sequences all of whose weights are zero.
            total = total / (count + 1e-12)
    return total


def sequence_loss(
    logits: list[Any],
    targets: list[Any],
    weights: list[Any],
    average_across_timesteps: bool = True,
    average_across_batch: bool = True,
    softmax_loss_function: Callable[..., Any] | None = None,
    name: str | None = None,
) -> Any:
    """The sum of ``sequence_loss_by_example``, over the size of the batch if wanted.

    Source: ``tf.contrib.legacy_seq2seq.sequence_loss``.
    """
    with name_scope(name, "sequence_loss", [*logits, *targets, *weights]):
        losses = sequence_loss_by_example(
            logits, targets, weights, average_across_timesteps, softmax_loss_function
        )
        cost: Any = reductions.reduce_sum(losses)
        if not average_across_batch:
            return cost
        return cost / casts.cast(shape_queries.shape(targets[0])[0], cost.dtype)
