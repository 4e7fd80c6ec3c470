"""``tf.nest``: lists, tuples and dicts in each other, taken apart and put together again."""

from __future__ import annotations

from graphlog.core.nest import assert_same_structure, flatten, is_nested, map_structure, pack_sequence_as

__all__ = ["assert_same_structure", "flatten", "is_nested", "map_structure", "pack_sequence_as"]
