"""``tf.manip``: the older names of some array operations."""

from __future__ import annotations

from graphlog.ops.array.arrays import reshape, tile
from graphlog.ops.array.nd_indices import gather_nd, scatter_nd
from graphlog.ops.array.reordering import reverse, roll
from graphlog.ops.array.space_batches import batch_to_space_nd, space_to_batch_nd

__all__ = [
    "batch_to_space_nd",
    "gather_nd",
    "reshape",
    "reverse",
    "roll",
    "scatter_nd",
    "space_to_batch_nd",
    "tile",
]
