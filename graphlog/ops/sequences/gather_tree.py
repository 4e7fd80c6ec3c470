"""GatherTree: the sequences that a beam search has found."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import types
from graphlog.core.op_definition import Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules


def _tree_shape(op: Operation) -> list[StaticShape]:
    ids = shape_rules.with_rank(op.inputs[0].static_shape, 3)
    parents = shape_rules.with_rank(op.inputs[1].static_shape, 3)
    lengths = shape_rules.with_rank(op.inputs[2].static_shape, 1)
    shape_rules.with_rank(op.inputs[3].static_shape, 0)
    shape = shape_rules.merged_shape(ids, parents)
    assert shape is not None
    shape_rules.merged_size(shape[1], lengths[0])
    return [shape]


def _gather_tree(step_ids: Any, parent_ids: Any, lengths: Any, end_token: Any) -> Any:
    if step_ids.shape != parent_ids.shape:
        raise ValueError(
            "parent_ids and step_ids should have the same shape: "
            f"{list(step_ids.shape)} vs. {list(parent_ids.shape)}"
        )
    steps, batch, beams = step_ids.shape
    if lengths.shape != (batch,):
        raise ValueError(f"max_sequence_lengths must have a size of {batch}")
    result = np.full(step_ids.shape, end_token, step_ids.dtype)
    rows = np.arange(batch)[:, None]
    lengths = np.minimum(lengths, steps)[:, None]
    beam = np.broadcast_to(np.arange(beams), (batch, beams))
    for step in reversed(range(steps)):
        is_within = np.broadcast_to(step < lengths, beam.shape)
        _check_parents(beam, is_within, step)
        # A sequence starts at its own last step, in its own beam.
        safe = np.where(is_within, beam, 0)
        result[step] = np.where(is_within, step_ids[step][rows, safe], end_token)
        beam = np.where(is_within, parent_ids[step][rows, safe], beam)
    has_ended = np.cumsum(result == end_token, axis=0) > 0
    result[has_ended] = end_token
    return result


def _check_parents(parents: Any, is_within: Any, step: int) -> None:
    wrong = is_within & ((parents < 0) | (parents >= parents.shape[1]))
    if wrong.any():
        batch, beam = np.argwhere(wrong)[0]
        raise ValueError(
            f"Saw invalid parent id {parents[batch, beam]} at (batch, time, beam) == "
            f"({batch}, {step}, {beam})"
        )


_IDS = samples.int32([[[1, 2, 3]], [[4, 5, 6]], [[7, 8, 9]], [[-1, -1, -1]]])
_PARENTS = samples.int32([[[0, 0, 0]], [[0, 1, 1]], [[2, 1, 2]], [[-1, -1, -1]]])

GatherTree = define_op(
    "GatherTree",
    ["step_ids: T", "parent_ids: T", "max_sequence_lengths: int32", "end_token: T"],
    ["beams: T"],
    attributes={"T": types(dtypes.int32)},
    shape=_tree_shape,
    kernel=_gather_tree,
    gradient=None,
    samples=[
        Sample((_IDS, _PARENTS, samples.int32([3]), samples.int32(10))),
        Sample((_IDS, _PARENTS, samples.int32([3]), samples.int32(5))),
        Sample((_IDS, _PARENTS, samples.int32([4]), samples.int32(10)), raises="Saw invalid parent id -1"),
    ],
)


def gather_tree(
    step_ids: Any, parent_ids: Any, max_sequence_lengths: Any, end_token: Any, name: str | None = None
) -> Tensor:
    """The whole sequence of each beam, from what a beam search chose at each step.

    Args:
        step_ids: the chosen numbers, of shape ``(time, batch, beams)``.
        parent_ids: the beams that they continue, likewise.
        max_sequence_lengths: the number of steps of each element of the batch.
        end_token: the number that ends a sequence, and fills what follows it.
        name: the operation's name.

    Returns:
        A Tensor of the shape of ``step_ids``.

    Source: ``tf.contrib.seq2seq.gather_tree``.
    """
    return GatherTree(step_ids, parent_ids, max_sequence_lengths, end_token, name=name)
