"""Scalars in encodings that are not read in bulk: whole numbers, half precision, tensors of one element."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from graphlog.events.reading.scalar_columns import ScalarColumns


class RareScalar(NamedTuple):
    """One of them.

    Attributes:
        step: of its event.
        wall_time: of its event.
        value: the number.
        is_double: whether it has more digits than float32.
        offset: the byte at which its record starts.
    """

    step: int
    wall_time: float
    value: float
    is_double: bool
    offset: int


def rare_columns(scalars: Sequence[RareScalar]) -> ScalarColumns:
    """Scalars of one tag as columns."""
    dtype: Any = np.float64 if any(scalar.is_double for scalar in scalars) else np.float32
    return ScalarColumns(
        np.array([scalar.step for scalar in scalars], np.int64),
        np.array([scalar.wall_time for scalar in scalars], np.float64),
        np.array([scalar.value for scalar in scalars], dtype),
        np.array([scalar.offset for scalar in scalars], np.int64),
    )


def joined_scalars(pieces: Sequence[ScalarColumns], in_order_of_offsets: bool = False) -> ScalarColumns:
    """Columns of one tag, one below the other, or in the order in which they stand in the file."""
    columns: list[Any] = [np.concatenate(column) for column in zip(*pieces, strict=True)]
    if in_order_of_offsets:
        order = np.argsort(columns[3], kind="stable")
        columns = [column[order] for column in columns]
    return ScalarColumns(*columns)
