"""The modules that register how Python values become tensors."""

from graphlog.ops import constants, indexed_slices
from graphlog.ops.array import packing

__all__ = ["constants", "indexed_slices", "packing"]
