"""Functions of connectionist temporal classification."""

from __future__ import annotations

from typing import Any

from graphlog.core.sparse_tensor import SparseTensor
from graphlog.core.tensor import Tensor
from graphlog.ops.array import arrays
from graphlog.ops.renamed_arguments import renamed_argument
from graphlog.ops.sequences import ctc


def ctc_loss(
    labels: Any,
    inputs: Any = None,
    sequence_length: Any = None,
    preprocess_collapse_repeated: bool = False,
    ctc_merge_repeated: bool = True,
    ignore_longer_outputs_than_inputs: bool = False,
    time_major: bool = True,
    logits: Any = None,
) -> Tensor:
    """The negative logarithm of how likely labels are, whenever in time each of them is found.

    Args:
        labels: a SparseTensor of int32 with a row for each sequence.
        inputs: the logits of all classes and, last, of the blank, of shape ``(time, batch, classes)``.
        sequence_length: how many steps each sequence has, int32.
        preprocess_collapse_repeated: whether labels that repeat the one before are left out first.
        ctc_merge_repeated: whether a label that is found several times without a blank between is one.
        ignore_longer_outputs_than_inputs: whether a sequence with more labels than steps has no loss; else
            a run raises InvalidArgumentError.
        time_major: whether the inputs have time as their first axis, or else the batch.
        logits: the newer name of ``inputs``.

    Returns:
        The loss of each sequence. It has no second derivative.

    Raises:
        TypeError: ``labels`` is no SparseTensor.

    Source: ``tf.nn.ctc_loss`` of TensorFlow 1.
    """
    if not isinstance(labels, SparseTensor):
        raise TypeError("Expected labels (first argument) to be a SparseTensor")
    inputs = renamed_argument("logits", logits, "inputs", inputs)
    if not time_major:
        inputs = arrays.transpose(inputs, [1, 0, 2])
    loss, _ = ctc.CTCLoss.operation(
        inputs,
        labels.indices,
        labels.values,
        sequence_length,
        preprocess_collapse_repeated=preprocess_collapse_repeated,
        ctc_merge_repeated=ctc_merge_repeated,
        ignore_longer_outputs_than_inputs=ignore_longer_outputs_than_inputs,
    ).outputs
    return loss


def ctc_greedy_decoder(
    inputs: Any, sequence_length: Any, merge_repeated: bool = True
) -> tuple[list[SparseTensor], Tensor]:
    """The labels of the likeliest class at each step.

    Args:
        inputs: the logits, of shape ``(time, batch, classes)``; the blank is the last class.
        sequence_length: how many steps each sequence has, int32.
        merge_repeated: whether a label that is found several times without a blank between is one.

    Returns:
        A list of one SparseTensor of int64, with a row for each sequence, and the negative sums of the
        greatest logits, of shape ``(batch, 1)``.

    Source: ``tf.nn.ctc_greedy_decoder``.
    """
    indices, values, shape, sums = ctc.CTCGreedyDecoder.operation(
        inputs, sequence_length, merge_repeated=merge_repeated
    ).outputs
    return [SparseTensor(indices, values, shape)], sums


def ctc_beam_search_decoder(
    inputs: Any,
    sequence_length: Any,
    beam_width: int = 100,
    top_paths: int = 1,
    merge_repeated: bool = True,
) -> tuple[list[SparseTensor], Tensor]:
    """The likeliest labels that a beam search finds.

    Args:
        inputs: the logits, of shape ``(time, batch, classes)``; the blank is the last class.
        sequence_length: how many steps each sequence has, int32.
        beam_width: how many beginnings are kept at each step.
        top_paths: how many results there are.
        merge_repeated: whether equal labels that follow each other in a result become one.

    Returns:
        A SparseTensor of int64 for each result, with a row for each sequence, and how likely each is, as
        logarithms of shape ``(batch, top_paths)``.

    Source: ``tf.nn.ctc_beam_search_decoder`` of TensorFlow 1.
    """
    outputs = ctc.CTCBeamSearchDecoder.operation(
        inputs,
        sequence_length,
        beam_width=beam_width,
        top_paths=top_paths,
        merge_repeated=merge_repeated,
    ).outputs
    parts = [outputs[start : start + top_paths] for start in range(0, 3 * top_paths, top_paths)]
    return [SparseTensor(*items) for items in zip(*parts, strict=True)], outputs[-1]


def ctc_beam_search_decoder_v2(
    inputs: Any, sequence_length: Any, beam_width: int = 100, top_paths: int = 1
) -> tuple[list[SparseTensor], Tensor]:
    """``ctc_beam_search_decoder`` that merges nothing (``tf.nn.ctc_beam_search_decoder_v2``)."""
    return ctc_beam_search_decoder(inputs, sequence_length, beam_width, top_paths, merge_repeated=False)
