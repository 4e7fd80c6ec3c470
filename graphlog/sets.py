"""``tf.sets``: the rows of tensors as sets."""

from __future__ import annotations

from graphlog.ops.sparse.sparse_sets import set_difference, set_intersection, set_size, set_union
from graphlog.ops.sparse.sparse_sets import set_difference as difference
from graphlog.ops.sparse.sparse_sets import set_intersection as intersection
from graphlog.ops.sparse.sparse_sets import set_size as size
from graphlog.ops.sparse.sparse_sets import set_union as union

__all__ = [
    "difference",
    "intersection",
    "set_difference",
    "set_intersection",
    "set_size",
    "set_union",
    "size",
    "union",
]
