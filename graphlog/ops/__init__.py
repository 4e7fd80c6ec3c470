"""The operations a graph can hold, one definition each, and the functions that build them.

Importing this package registers every definition and gives tensors their operators.
"""

from graphlog.ops import (
    arithmetic,
    arrays,
    broadcasting,
    casts,
    comparisons,
    constants,
    dynamic_stitch,
    elementwise,
    filling,
    gathering,
    grouping,
    operators,
    packing,
    placeholders,
    ranges,
    reductions,
    shape_queries,
    summaries,
)

__all__ = [
    "arithmetic",
    "arrays",
    "broadcasting",
    "casts",
    "comparisons",
    "constants",
    "dynamic_stitch",
    "elementwise",
    "filling",
    "gathering",
    "grouping",
    "operators",
    "packing",
    "placeholders",
    "ranges",
    "reductions",
    "shape_queries",
    "summaries",
]
