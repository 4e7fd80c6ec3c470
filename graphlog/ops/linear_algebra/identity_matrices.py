"""Identity matrices, and the trace."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.tensor import Tensor
from graphlog.ops.array import filling, joining
from graphlog.ops.linear_algebra import diagonals
from graphlog.ops.math import arithmetic, reductions
from graphlog.ops.name_scopes import name_scope


def trace(x: Any, name: str | None = None) -> Tensor:
    """The sum of the diagonal of each matrix in the last two axes (``tf.linalg.trace``)."""
    with name_scope(name, "Trace", [x]) as scope:
        tensor = convert_to_tensor(x, name="x")
        return reductions.reduce_sum(diagonals.matrix_diag_part(tensor), [-1], name=scope)


def eye(
    num_rows: Any,
    num_columns: Any = None,
    batch_shape: Any = None,
    dtype: Any = dtypes.float32,
    name: str | None = None,
) -> Tensor:
    """Identity matrices.

    Args:
        num_rows: how many rows, as an int or an int32 scalar.
        num_columns: how many columns; as many as rows if None.
        batch_shape: the shape of the batch of matrices, as a list or an int32 vector.
        dtype: the dtype.
        name: the scope's name.

    Returns:
        A Tensor of shape ``(*batch_shape, num_rows, num_columns)``.

    Raises:
        TypeError: a number of rows or columns is no integer.

    Source: ``tf.eye``.
    """
    with name_scope(name, "eye", [num_rows, num_columns, batch_shape]):
        is_square = num_columns is None
        columns = num_rows if num_columns is None else num_columns
        batch: Any = [] if batch_shape is None else batch_shape
        length: Any
        diagonal_shape: Any
        shape: Any
        if isinstance(num_rows, Tensor) or isinstance(columns, Tensor):
            length = arithmetic.minimum(num_rows, columns)
        else:
            if not all(isinstance(size, int | np.integer) for size in (num_rows, columns)):
                raise TypeError("num_rows and num_columns must be positive integer values.")
            is_square = num_rows == columns
            length = min(num_rows, columns)
        if isinstance(batch, Tensor) or isinstance(length, Tensor):
            batch = convert_to_tensor(batch, dtypes.int32, name="shape")
            diagonal_shape = joining.concat((batch, [length]), axis=0)
            shape = None if is_square else joining.concat((batch, [num_rows, columns]), axis=0)
        else:
            batch = list(batch)
            diagonal_shape = [*batch, length]
            shape = [*batch, num_rows, columns]
        ones = filling.ones(diagonal_shape, dtype=dtype)
        if is_square:
            return diagonals.matrix_diag(ones)
        return diagonals.matrix_set_diag(filling.zeros(shape, dtype=dtype), ones)
