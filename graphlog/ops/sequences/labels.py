"""Labels of sequences: with repeats taken out, with their kinds, and their loss by whatever blank."""

from __future__ import annotations

from typing import Any

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.sparse_tensor import SparseTensor
from graphlog.core.tensor import Tensor
from graphlog.ops.array import (
    arrays,
    axes,
    filling,
    joining,
    masking,
    nd_indices,
    padding,
    ranges,
    selection,
    shape_queries,
    unique,
)
from graphlog.ops.control_flow import functional
from graphlog.ops.math import casts, comparisons, logic, reductions
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.sequences.ctc_functions import ctc_loss


def _size(tensor: Tensor, axis: int) -> Any:
    """The size of an axis, as an int where it is known."""
    known = tensor.shape.with_rank_at_least(axis + 1)[axis].value
    if known:
        return known
    sizes: Any = shape_queries.shape(tensor)
    return sizes[axis]


def ctc_loss_v2(
    labels: Any,
    logits: Any,
    label_length: Any,
    logit_length: Any,
    logits_time_major: bool = True,
    unique: Any = None,
    blank_index: int | None = None,
    name: str | None = None,
) -> Tensor:
    """``ctc_loss`` of labels that are dense, or of any class as the blank.

    Args:
        labels: integers of shape ``(batch, length)``, or a SparseTensor of int32.
        logits: the logits of all classes and the blank, of shape ``(time, batch, classes)``.
        label_length: how many labels each sequence has, where they are dense.
        logit_length: how many steps each sequence has.
        logits_time_major: whether the logits have time as their first axis, or else the batch.
        unique: is not needed here.
        blank_index: which class is the blank: 0 if None; must be given for a SparseTensor.
        name: the scope of the operations, for dense labels.

    Returns:
        The loss of each sequence.

    Raises:
        ValueError: a SparseTensor comes without ``blank_index``.

    Source: ``tf.nn.ctc_loss_v2``. For dense labels TensorFlow adds a loop; here they become sparse ones for
    ``CTCLoss``. A run raises InvalidArgumentError where a sequence has no labels.
    """
    if isinstance(labels, SparseTensor):
        if blank_index is None:
            raise ValueError("blank_index must be given when using SparseTensor labels.")
        return _with_any_blank(labels, logits, logit_length, logits_time_major, blank_index)
    with name_scope(name, "ctc_loss_dense", [logits, labels, label_length, logit_length]):
        logits = convert_to_tensor(logits, name="logits")
        labels = convert_to_tensor(labels, name="labels")
        lengths = convert_to_tensor(label_length, name="label_length")
        logit_length = convert_to_tensor(logit_length, name="logit_length")
        mask = masking.sequence_mask(lengths, _size(labels, 1))
        indices = selection.where_v2(mask)
        values = casts.cast(nd_indices.gather_nd(labels, indices), dtypes.int32)
        sparse = SparseTensor(indices, values, shape_queries.shape(labels, out_type=dtypes.int64))
        return _with_any_blank(sparse, logits, logit_length, logits_time_major, blank_index or 0)


def _with_any_blank(labels: SparseTensor, logits: Any, lengths: Any, time_major: bool, blank: int) -> Tensor:
    if blank < 0:
        blank += _size(logits, 2)
    if blank != _size(logits, 2) - 1:
        parts = [logits[:, :, :blank], logits[:, :, blank + 1 :], logits[:, :, blank : blank + 1]]
        logits = joining.concat(parts, axis=2)
        values: Any = labels.values
        moved = comparisons.where(values < blank, values, values - 1)
        labels = SparseTensor(labels.indices, moved, labels.dense_shape)
    return ctc_loss(labels=labels, inputs=logits, sequence_length=lengths, time_major=time_major)


def collapse_repeated(labels: Any, seq_length: Any, name: str | None = None) -> tuple[Tensor, Tensor]:
    """Labels without those that repeat the one before.

    Args:
        labels: integers of shape ``(batch, length)``.
        seq_length: how many labels each sequence has.
        name: the scope of the operations.

    Returns:
        The labels, filled up with 0, and how many each sequence has now.

    Source: ``tf.nn.collapse_repeated``.
    """
    with name_scope(name, "collapse_repeated_labels", [labels, seq_length]):
        given: Any = convert_to_tensor(labels, name="labels")
        lengths = convert_to_tensor(seq_length, name="seq_length")
        first = filling.ones_like(given[:, :1], dtypes.bool_)
        differs = comparisons.not_equal(given[:, 1:], given[:, :-1])
        kept = joining.concat([first, differs], axis=1)
        kept = logic.logical_and(kept, masking.sequence_mask(lengths, maxlen=_size(given, 1)))
        counts = reductions.reduce_sum(casts.cast(kept, dtypes.int32), axis=1)
        longest = reductions.reduce_max(counts)
        is_filled = masking.sequence_mask(counts, maxlen=longest)
        flat = arrays.reshape(given, [-1])
        flat_kept = arrays.reshape(kept, [-1])
        flat_filled = arrays.reshape(is_filled, [-1])
        numbers = ranges.range(_size(flat_filled, 0))
        places = axes.expand_dims(masking.boolean_mask(numbers, flat_filled), axis=1)
        updates = masking.boolean_mask(flat, flat_kept)
        packed = nd_indices.scatter_nd(places, updates, shape_queries.shape(flat_filled))
        result = arrays.reshape(packed, [_size(given, 0), longest])
        return result, casts.cast(counts, lengths.dtype)


def ctc_unique_labels(labels: Any, name: str | None = None) -> Any:
    """The different labels of each sequence, and which of them stands at each place.

    Args:
        labels: integers of shape ``(batch, length)``.
        name: the scope of the operations.

    Returns:
        The labels as int64, filled up with 0, and the places as int32, both of that shape.

    Source: ``tf.nn.ctc_unique_labels``.
    """
    with name_scope(name, "ctc_unique_labels", [labels]):
        labels = convert_to_tensor(labels, name="labels")

        def of_row(row: Tensor) -> list[Tensor]:
            values, places = unique.unique(row)
            missing = _size(places, 0) - _size(values, 0)
            return [casts.cast(padding.pad(values, [[0, missing]]), dtypes.int64), places]

        return functional.map_fn(of_row, labels, dtype=[dtypes.int64, dtypes.int32])
