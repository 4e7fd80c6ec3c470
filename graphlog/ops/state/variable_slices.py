"""Which part of a partitioned variable another variable is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass
class SliceInfo:
    """The place of a variable in a larger one (TensorFlow's ``Variable.SaveSliceInfo``).

    Attributes:
        full_name: the name of the whole.
        full_shape: its shape.
        var_offset: where the part begins, in each dimension.
        var_shape: the shape of the part.
    """

    full_name: str
    full_shape: Sequence[int]
    var_offset: Sequence[int]
    var_shape: Sequence[int]

    @property
    def spec(self) -> str:
        """The part as a checkpoint names it, such as ``"4 3 0,2:0,3"``."""
        sizes = "".join(f"{size} " for size in self.full_shape)
        extents = zip(self.var_offset, self.var_shape, strict=True)
        return sizes + ":".join(f"{offset},{size}" for offset, size in extents)
