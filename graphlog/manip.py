"""``tf.manip``: the older names of some array operations."""

from __future__ import annotations

from graphlog.ops.arrays import reshape, tile
from graphlog.ops.nd_indices import gather_nd, scatter_nd
from graphlog.ops.reordering import reverse, roll
from graphlog.ops.space_batches import batch_to_space_nd, space_to_batch_nd

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
