"""The operations of connectionist temporal classification: the loss and two decoders."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import boolean, integer, types
from graphlog.core.op_definition import NOT_DIFFERENTIABLE, Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape, bracketed
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.array import axes
from graphlog.ops.control_flow import gradient_stops
from graphlog.ops.sequences import ctc_paths
from graphlog.ops.sequences.ctc_beams import Beams
from graphlog.ops.sparse import index_rules

_FLOATS = types(dtypes.float32, dtypes.float64, default=dtypes.float32)


def _batch(op: Operation, lengths: int) -> tuple[StaticShape, int | None]:
    """The shape of the inputs, and the batch size, of which the lengths of sequences know too."""
    steps, batch, classes = shape_rules.with_rank(op.inputs[0].static_shape, 3)
    (count,) = shape_rules.with_rank(op.inputs[lengths].static_shape, 1)
    batch = shape_rules.merged_size(batch, count)
    return (steps, batch, classes), batch


def _loss_shape(op: Operation) -> list[StaticShape]:
    rows, _ = shape_rules.with_rank(op.inputs[1].static_shape, 2)
    (count,) = shape_rules.with_rank(op.inputs[2].static_shape, 1)
    shape_rules.merged_size(rows, count)
    shape, batch = _batch(op, 3)
    return [(batch,), shape]


def _check_inputs(inputs: Any, lengths: Any) -> None:
    if inputs.ndim != 3:
        raise ValueError("inputs is not a 3-Tensor")
    if lengths.ndim != 1:
        raise ValueError("sequence_length is not a vector")
    if len(lengths) != inputs.shape[1]:
        raise ValueError(
            f"len(sequence_length) != batch_size.  len(sequence_length):  {len(lengths)} batch_size: "
            f"{inputs.shape[1]}"
        )


def _check_lengths(lengths: Any, steps: int) -> None:
    too_long = np.flatnonzero(lengths > steps)
    if too_long.size:
        raise ValueError(f"sequence_length({too_long[0]}) <= {steps}")


def _log_softmax(logits: Any) -> Any:
    wide = logits.astype(np.float64)
    wide = wide - np.max(wide, axis=-1, keepdims=True, initial=-np.inf)
    return wide - np.log(np.sum(np.exp(wide), axis=-1, keepdims=True))


def _check_labels(indices: Any, values: Any, batch: int) -> None:
    if indices.ndim != 2:
        raise ValueError("labels_indices is not a matrix")
    if values.ndim != 1:
        raise ValueError("labels_values is not a vector")
    if len(indices) != len(values):
        raise ValueError(
            "labels_indices and labels_values must contain the same number of rows, but saw shapes: "
            f"{bracketed(indices.shape)} vs. {bracketed(values.shape)}"
        )
    if indices.shape[1] != 2:
        raise ValueError(f"labels_indices second dimension must be 2. Received : {indices.shape[1]}")
    if batch == 0:
        raise ValueError("batch_size must not be 0")
    try:
        index_rules.check_order(indices, (batch, int(indices[:, 1].max(initial=-1)) + 1))
    except ValueError as error:
        raise ValueError(f"label SparseTensor is not valid: {error}") from None


def _loss_kernel(op: Operation) -> Kernel:
    collapse, merge, ignore = (
        op.attributes[name]
        for name in (
            "preprocess_collapse_repeated",
            "ctc_merge_repeated",
            "ignore_longer_outputs_than_inputs",
        )
    )

    def kernel(inputs: Any, indices: Any, values: Any, lengths: Any) -> Any:
        _check_inputs(inputs, lengths)
        steps, batch, classes = inputs.shape
        _check_labels(indices, values, batch)
        _check_lengths(lengths, steps)
        labels = ctc_paths.labels_of(indices, values, batch, classes - 1, collapse)
        lacks_time = labels.counts > lengths
        if lacks_time.any() and not ignore:
            row = int(np.argmax(lacks_time))
            raise ValueError(
                f"Not enough time for target transition sequence (required: {labels.counts[row]}, available: "
                f"{lengths[row]}){row}You can turn this error into a warning by using the flag "
                "ignore_longer_outputs_than_inputs"
            )
        used = np.where(labels.given > lengths, 0, lengths) if ignore else lengths
        losses, gradient = ctc_paths.loss_and_gradient(_log_softmax(inputs), labels, used, classes - 1, merge)
        return losses.astype(inputs.dtype), gradient.astype(inputs.dtype)

    return kernel


def _loss_gradient(op: Operation, grad_loss: Tensor, _: Tensor | None) -> Any:
    once = gradient_stops.prevent_gradient(
        op.outputs[1],
        message="Currently there is no way to take the second  derivative of ctc_loss due to the fused "
        "implementation's interaction  with tf.gradients()",
    )
    return axes.expand_dims(grad_loss, -1) * once, None, None, None


_LOGITS = np.random.default_rng(3).normal(size=(5, 2, 4)).astype(np.float32)
_INDICES = samples.int64([[0, 0], [0, 1], [1, 0]])
_VALUES = samples.int32([0, 0, 2])
_LENGTHS = samples.int32([5, 3])

CTCLoss = define_op(
    "CTCLoss",
    ["inputs: T", "labels_indices: int64", "labels_values: int32", "sequence_length: int32"],
    ["loss: T", "gradient: T"],
    attributes={
        "preprocess_collapse_repeated": boolean(False),
        "ctc_merge_repeated": boolean(True),
        "ignore_longer_outputs_than_inputs": boolean(False),
        "T": _FLOATS,
    },
    shape=_loss_shape,
    make_kernel=_loss_kernel,
    gradient=_loss_gradient,
    # The second output's derivative is left out, and a second derivative is an error, as in TensorFlow.
    samples=[
        Sample((_LOGITS, _INDICES, _VALUES, _LENGTHS), differentiable=False),
        Sample((_LOGITS, _INDICES, _VALUES, _LENGTHS), {"ctc_merge_repeated": False}, differentiable=False),
        Sample(
            (_LOGITS.astype(np.float64), _INDICES, _VALUES, samples.int32([1, 0])),
            {"ignore_longer_outputs_than_inputs": True},
            differentiable=False,
        ),
        Sample(
            (_LOGITS, _INDICES, _VALUES, _LENGTHS),
            {"preprocess_collapse_repeated": True},
            differentiable=False,
        ),
        Sample(
            (_LOGITS, _INDICES, _VALUES, samples.int32([1, 3])),
            raises="Not enough time for target transition sequence (required: 2, available: 1)",
        ),
        Sample((_LOGITS, _INDICES, _VALUES, samples.int32([6, 3])), raises="sequence_length(0) <= 5"),
        Sample((_LOGITS, _INDICES[:2], _VALUES[:2], _LENGTHS), raises="Labels length is zero in batch 1"),
        Sample(
            (_LOGITS, _INDICES, samples.int32([3, 0, 2]), _LENGTHS),
            raises="Saw a non-null label (index >= num_classes - 1) following a null label, batch: 0",
        ),
        Sample(
            (_LOGITS, _INDICES, samples.int32([0, -1, 2]), _LENGTHS),
            raises="All labels must be nonnegative integers, batch: 0 labels: 0,-1",
        ),
        Sample((_LOGITS, _INDICES[::-1].copy(), _VALUES, _LENGTHS), raises="label SparseTensor is not valid"),
    ],
)


def _sparse_rows(kept: Any, classes: Any, count: int) -> tuple[Any, Any, Any]:
    """The parts of a sparse tensor with what is kept of each row, moved together."""
    rows, steps = np.nonzero(kept)
    places = (np.cumsum(kept, axis=1) - 1)[rows, steps] if rows.size else steps
    indices = np.stack([rows, places], axis=1).astype(np.int64)
    longest = int(places.max(initial=-1)) + 1
    return indices, classes[rows, steps].astype(np.int64), np.array([count, longest], np.int64)


def _greedy_shape(op: Operation) -> list[StaticShape]:
    _, batch = _batch(op, 1)
    return [(None, 2), (None,), (2,), (batch, 1)]


def _greedy_kernel(op: Operation) -> Kernel:
    merge = op.attributes["merge_repeated"]

    def kernel(inputs: Any, lengths: Any) -> Any:
        _check_inputs(inputs, lengths)
        steps, batch, classes = inputs.shape
        _check_lengths(lengths, steps)
        best = np.argmax(inputs, axis=2).T if steps else np.zeros((batch, 0), np.int64)
        is_used = np.arange(steps) < lengths[:, None]
        totals = np.where(is_used, np.max(inputs, axis=2, initial=-np.inf).T, 0).sum(axis=1, keepdims=True)
        kept = is_used & (best != classes - 1)
        if merge:
            kept[:, 1:] &= best[:, 1:] != best[:, :-1]
        return *_sparse_rows(kept, best, batch), 0 - totals.astype(inputs.dtype)

    return kernel


CTCGreedyDecoder = define_op(
    "CTCGreedyDecoder",
    ["inputs: T", "sequence_length: int32"],
    ["decoded_indices: int64", "decoded_values: int64", "decoded_shape: int64", "log_probability: T"],
    attributes={"merge_repeated": boolean(False), "T": _FLOATS},
    shape=_greedy_shape,
    make_kernel=_greedy_kernel,
    gradient=NOT_DIFFERENTIABLE,
    # The derivative of the sums is taken for zero, which the numerical one is not.
    samples=[
        Sample((_LOGITS, _LENGTHS), differentiable=False),
        Sample((_LOGITS.astype(np.float64), _LENGTHS), {"merge_repeated": True}, differentiable=False),
        Sample((_LOGITS, samples.int32([0, 0])), differentiable=False),
        Sample((_LOGITS[0], _LENGTHS), raises="inputs is not a 3-Tensor"),
        Sample((_LOGITS, _LENGTHS[:1]), raises="len(sequence_length) != batch_size."),
    ],
)


def _beam_shape(op: Operation) -> list[StaticShape]:
    _, batch = _batch(op, 1)
    count = op.attributes["top_paths"]
    return [*[(None, 2)] * count, *[(None,)] * count, *[(2,)] * count, (batch, count)]


def _beam_kernel(op: Operation) -> Kernel:
    merge, width, count = (op.attributes[name] for name in ("merge_repeated", "beam_width", "top_paths"))

    def kernel(inputs: Any, lengths: Any) -> Any:
        _check_inputs(inputs, lengths)
        steps, batch, _ = inputs.shape
        _check_lengths(lengths, steps)
        if count > width:
            raise ValueError("requested more paths than the beam width.")
        beams = Beams(batch, width, steps)
        for time in range(steps):
            rows = np.flatnonzero(lengths > time)
            if rows.size:
                beams.step(time, rows, _log_softmax(inputs[time, rows]))
        totals = beams.totals[:, :count]
        if not np.isfinite(totals).all():
            raise ValueError("Less leaves in the beam search than requested.")
        labels = beams.labels(lengths, count)
        paths = [_path(labels[:, index], merge) for index in range(count)]
        return (
            *(item for part in zip(*paths, strict=True) for item in part),
            totals.astype(inputs.dtype),
        )

    return kernel


def _path(labels: Any, merge: bool) -> tuple[Any, Any, Any]:
    """A decoded sparse tensor of labels, where -1 stands for none."""
    indices, values, shape = _sparse_rows(labels >= 0, labels, len(labels))
    if not merge or not len(values):
        return indices, values, shape
    kept = np.ones(len(values), np.bool_)
    kept[1:] = (indices[1:, 0] != indices[:-1, 0]) | (values[1:] != values[:-1])
    packed = np.full(tuple(shape), -1, np.int64)
    packed[indices[kept, 0], indices[kept, 1]] = values[kept]
    return _sparse_rows(packed >= 0, packed, len(labels))


CTCBeamSearchDecoder = define_op(
    "CTCBeamSearchDecoder",
    ["inputs: T", "sequence_length: int32"],
    [
        "decoded_indices: top_paths * int64",
        "decoded_values: top_paths * int64",
        "decoded_shape: top_paths * int64",
        "log_probability: T",
    ],
    attributes={
        "beam_width": integer(minimum=1),
        "top_paths": integer(minimum=1),
        "merge_repeated": boolean(True),
        "T": _FLOATS,
    },
    shape=_beam_shape,
    make_kernel=_beam_kernel,
    gradient=NOT_DIFFERENTIABLE,
    # The derivative of the likelihoods is taken for zero, which the numerical one is not.
    samples=[
        Sample((_LOGITS, _LENGTHS), {"beam_width": 4, "top_paths": 2}, differentiable=False),
        Sample(
            (_LOGITS, _LENGTHS),
            {"beam_width": 100, "top_paths": 1, "merge_repeated": False},
            differentiable=False,
        ),
        Sample((_LOGITS, samples.int32([0, 0])), {"beam_width": 4, "top_paths": 1}, differentiable=False),
        Sample(
            (_LOGITS, _LENGTHS),
            {"beam_width": 1, "top_paths": 2},
            raises="requested more paths than the beam width.",
        ),
        Sample(
            (_LOGITS, samples.int32([5, 0])),
            {"beam_width": 4, "top_paths": 2},
            raises="Less leaves in the beam search than requested.",
        ),
    ],
)
