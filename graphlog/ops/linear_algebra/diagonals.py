"""Diagonals of matrices, and matrices made of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from graphlog.core import dtypes, shapes
from graphlog.core.attributes import types
from graphlog.core.op_definition import Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape, bracketed
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.array import filling, joining, shape_queries, slicing
from graphlog.ops.dtype_groups import FLOATS, INDICES
from graphlog.ops.linear_algebra import matrix_shapes
from graphlog.ops.math import reductions
from graphlog.ops.name_scopes import colocate_with

_NUMBERS = (*FLOATS, dtypes.int32, dtypes.int64, dtypes.complex64, dtypes.complex128)

_ROWS = samples.float32([[1.5, -2.0], [0.5, 4.0], [3.0, -1.0]])
_STACK = samples.float64([[[1.0, 2.0, -1.0], [0.5, -3.0, 2.0]], [[0.1, 1.5, 2.5], [-1.0, 0.25, 4.0]]])


def _zeros(shape: Sequence[int], dtype: Any) -> Any:
    return np.full(shape, b"", dtype) if dtype.kind == "O" else np.zeros(shape, dtype)


def _diag_shape(op: Operation) -> list[StaticShape]:
    shape = shape_rules.with_rank_at_least(op.inputs[0].static_shape, 1)
    return [None if shape is None else shape + shape]


def _diag(diagonal: Any) -> Any:
    if diagonal.ndim == 0:
        raise ValueError("Input must be at least rank 1, got 0")
    return np.diag(diagonal.ravel()).reshape(diagonal.shape * 2)


def _diag_part_shape(op: Operation) -> list[StaticShape]:
    shape = op.inputs[0].static_shape
    if shape is None:
        return [None]
    if len(shape) % 2 or not shape:
        raise ValueError(f"Input must have even and non-zero rank, input rank is {len(shape)}")
    half = len(shape) // 2
    sizes = zip(shape[:half], shape[half:], strict=True)
    return [tuple([shape_rules.merged_size(own, other) for own, other in sizes])]


def _diag_part(value: Any) -> Any:
    half = value.ndim // 2
    if value.ndim % 2 or not value.ndim:
        raise ValueError(
            f"The rank of the tensor should be even and positive, got shape {bracketed(value.shape)}"
        )
    for axis in range(half):
        if value.shape[axis] != value.shape[axis + half]:
            raise ValueError(
                f"Invalid shape {bracketed(value.shape)}: dimensions {axis} and {axis + half} do not match."
            )
    shape = value.shape[:half]
    count = int(np.prod(shape))
    return value.reshape(count, count).diagonal().copy().reshape(shape)


Diag = define_op(
    "Diag",
    ["diagonal: T"],
    ["output: T"],
    attributes={"T": types(*_NUMBERS)},
    shape=_diag_shape,
    kernel=_diag,
    gradient=lambda op, grad: diag_part(grad),
    samples=[
        Sample((_ROWS,)),
        Sample((samples.int32([1, 2]),)),
        Sample((samples.float32(1.5),), raises="Input must be at least rank 1, got 0"),
    ],
)
DiagPart = define_op(
    "DiagPart",
    ["input: T"],
    ["diagonal: T"],
    attributes={"T": types(*_NUMBERS)},
    shape=_diag_part_shape,
    kernel=_diag_part,
    gradient=lambda op, grad: diag(grad),
    samples=[
        Sample((np.arange(16, dtype=np.float32).reshape(2, 2, 2, 2) / 4,)),
        Sample((samples.float64([[1.5, 2.0], [-1.0, 3.0]]),)),
        Sample((_ROWS,), raises="Invalid shape [3,2]: dimensions 0 and 1 do not match."),
    ],
)


def _matrix_diag_shape(op: Operation) -> list[StaticShape]:
    shape = shape_rules.with_rank_at_least(op.inputs[0].static_shape, 1)
    return [None if shape is None else (*shape, shape[-1])]


def _matrix_diag(diagonal: Any) -> Any:
    if diagonal.ndim == 0:
        raise ValueError("diagonal must be at least 1-dim, received shape: []")
    matrices = _zeros((*diagonal.shape, diagonal.shape[-1]), diagonal.dtype)
    positions = np.arange(diagonal.shape[-1])
    matrices[..., positions, positions] = diagonal
    return matrices


def _check_has_matrices(value: Any) -> None:
    if value.ndim < 2:
        raise ValueError(f"input must be at least 2-dim, received shape: {bracketed(value.shape)}")


def _matrix_diag_part_shape(op: Operation) -> list[StaticShape]:
    shape = shape_rules.with_rank_at_least(op.inputs[0].static_shape, 2)
    return [None if shape is None else (*shape[:-2], matrix_shapes.smaller_size(*shape[-2:]))]


def _matrix_diag_part(value: Any) -> Any:
    _check_has_matrices(value)
    return np.diagonal(value, axis1=-2, axis2=-1).copy()


def _matrix_diag_part_gradient(op: Operation, grad: Tensor) -> Tensor:
    shape = op.inputs[0].static_shape
    if shape is not None and shape[-1] is not None and shape[-1] == shape[-2]:
        return matrix_diag(grad)
    return matrix_set_diag(filling.zeros_like(op.inputs[0]), grad)


def _matrix_set_diag_shape(op: Operation) -> list[StaticShape]:
    shape, diagonal = (tensor.static_shape for tensor in op.inputs)
    shape_rules.with_rank_at_least(shape, 2)
    shape_rules.with_rank_at_least(diagonal, 1)
    if shape is None:
        return [None if diagonal is None else (*diagonal[:-1], None, None)]
    if diagonal is None:
        return [shape]
    if len(diagonal) != len(shape) - 1:
        raise ValueError(f"Shape must be rank {len(shape) - 1} but is rank {len(diagonal)}")
    shape_rules.merged_size(matrix_shapes.smaller_size(*shape[-2:]), diagonal[-1])
    return [(*shapes.merge(shape[:-2], diagonal[:-1]), *shape[-2:])]


def _matrix_set_diag(value: Any, diagonal: Any) -> Any:
    _check_has_matrices(value)
    length = min(value.shape[-2:])
    if diagonal.shape != (*value.shape[:-2], length):
        raise ValueError(
            f"The diagonals of matrices of shape {bracketed(value.shape)} have shape "
            f"{bracketed((*value.shape[:-2], length))}, but got {bracketed(diagonal.shape)}"
        )
    result = value.copy()
    positions = np.arange(length)
    result[..., positions, positions] = diagonal
    return result


def _matrix_set_diag_gradient(op: Operation, grad: Tensor) -> Any:
    shape = shapes.merge(op.inputs[0].static_shape, grad.static_shape)
    diagonal = op.inputs[1].static_shape
    batch = shapes.merge(None if shape is None else shape[:-2], None if diagonal is None else diagonal[:-1])
    matrix = None if shape is None else shape[-2:]
    sizes: Any
    if shapes.is_fully_defined(batch) and shapes.is_fully_defined(matrix):
        sizes = [*batch, min(matrix)]
    else:
        with colocate_with(grad):
            grad_shape, grad_rank = shape_queries.shape(grad), shape_queries.rank(grad)
            batch_sizes = slicing.slice(grad_shape, [0], [grad_rank - 2])
            matrix_sizes = slicing.slice(grad_shape, [grad_rank - 2], [2])
            smaller = reductions.reduce_min(matrix_sizes)
            sizes = joining.concat([batch_sizes, [smaller]], 0)
    zeros = filling.zeros(sizes, dtype=grad.dtype)
    return matrix_set_diag(grad, zeros), matrix_diag_part(grad)


MatrixDiag = define_op(
    "MatrixDiag",
    ["diagonal: T"],
    ["output: T"],
    attributes={"T": types()},
    shape=_matrix_diag_shape,
    kernel=_matrix_diag,
    gradient=lambda op, grad: matrix_diag_part(grad),
    samples=[
        Sample((_ROWS,)),
        Sample((samples.boolean([True, False, True]),)),
        Sample((samples.text(["a", "b"]),)),
        Sample((samples.float32(1.5),), raises="diagonal must be at least 1-dim, received shape: []"),
    ],
)
MatrixDiagPart = define_op(
    "MatrixDiagPart",
    ["input: T"],
    ["diagonal: T"],
    attributes={"T": types()},
    shape=_matrix_diag_part_shape,
    kernel=_matrix_diag_part,
    gradient=_matrix_diag_part_gradient,
    samples=[
        Sample((_STACK,)),
        Sample((_ROWS[:2],)),
        Sample((_ROWS[0],), raises="input must be at least 2-dim, received shape: [2]"),
    ],
)
MatrixSetDiag = define_op(
    "MatrixSetDiag",
    ["input: T", "diagonal: T"],
    ["output: T"],
    attributes={"T": types()},
    shape=_matrix_set_diag_shape,
    kernel=_matrix_set_diag,
    gradient=_matrix_set_diag_gradient,
    samples=[
        Sample((_STACK, samples.float64([[7.0, 8.0], [-7.0, 5.5]]))),
        Sample((_ROWS, samples.float32([5.0, 6.0]))),
        Sample((_ROWS, samples.float32([5.0])), raises="have shape [2], but got [1]"),
    ],
)


def _matrix_band_part(value: Any, num_lower: Any, num_upper: Any) -> Any:
    _check_has_matrices(value)
    rows, columns = value.shape[-2:]
    lower, upper = int(num_lower), int(num_upper)
    if lower > rows:
        raise ValueError(
            f"num_lower must be negative or less or equal to number of rows ({rows}) got: {lower}"
        )
    if upper > columns:
        raise ValueError(
            f"num_upper must be negative or less or equal to number of columns ({columns}) got: {upper}"
        )
    offset = np.arange(columns) - np.arange(rows)[:, None]
    inside = (offset >= -lower) if lower >= 0 else np.full(offset.shape, True)
    if upper >= 0:
        inside &= offset <= upper
    return np.where(inside, value, _zeros((), value.dtype))


MatrixBandPart = define_op(
    "MatrixBandPart",
    ["input: T", "num_lower: Tindex", "num_upper: Tindex"],
    ["band: T"],
    attributes={"T": types(), "Tindex": types(*INDICES, default=dtypes.int64)},
    shape=shape_rules.unchanged,
    kernel=_matrix_band_part,
    gradient=lambda op, grad: (matrix_band_part(grad, op.inputs[1], op.inputs[2]), None, None),
    samples=[
        Sample((_STACK, samples.int64(-1), samples.int64(0))),
        Sample((_ROWS, samples.int32(1), samples.int32(-1))),
        Sample((_STACK, samples.int64(0), samples.int64(1))),
        Sample((_ROWS, samples.int32(4), samples.int32(0)), raises="number of rows (3) got: 4"),
        Sample((_ROWS, samples.int32(0), samples.int32(4)), raises="number of columns (2) got: 4"),
    ],
)


def diag(diagonal: Any, name: str | None = None) -> Tensor:
    """The tensor of twice the rank with ``diagonal`` on its diagonal and 0 elsewhere.

    Args:
        diagonal: a tensor of rank at least 1.
        name: the operation's name.

    Returns:
        A Tensor whose shape is that of ``diagonal`` twice.

    Source: TensorFlow's ``Diag``.
    """
    return Diag(diagonal, name=name)


def diag_part(input: Any, name: str | None = None) -> Tensor:
    """What ``diag`` puts on the diagonal (TensorFlow's ``DiagPart``)."""
    return DiagPart(input, name=name)


def matrix_diag(
    diagonal: Any,
    name: str = "diag",
    k: Any = 0,
    num_rows: int = -1,
    num_cols: int = -1,
    padding_value: Any = 0,
) -> Tensor:
    """Matrices with the last axis of ``diagonal`` on their diagonals and 0 elsewhere.

    Args:
        diagonal: a tensor of rank at least 1.
        name: the operation's name.
        k: unused, as in TensorFlow 1.15.5.
        num_rows: unused too.
        num_cols: unused too.
        padding_value: unused too.

    Returns:
        A Tensor of shape ``(..., n, n)``.

    Source: TensorFlow's ``MatrixDiag``.
    """
    return MatrixDiag(diagonal, name=name)


def matrix_diag_part(input: Any, name: str = "diag_part", k: Any = 0, padding_value: Any = 0) -> Tensor:
    """The diagonals of the matrices in the last two axes.

    Args:
        input: a tensor of rank at least 2.
        name: the operation's name.
        k: unused, as in TensorFlow 1.15.5.
        padding_value: unused too.

    Returns:
        A Tensor of shape ``(..., min(rows, columns))``.

    Source: TensorFlow's ``MatrixDiagPart``.
    """
    return MatrixDiagPart(input, name=name)


def matrix_set_diag(input: Any, diagonal: Any, name: str = "set_diag", k: Any = 0) -> Tensor:
    """The matrices of ``input`` with other diagonals.

    Args:
        input: a tensor of rank at least 2.
        diagonal: a tensor of shape ``(..., min(rows, columns))``.
        name: the operation's name.
        k: unused, as in TensorFlow 1.15.5.

    Returns:
        A Tensor of the shape of ``input``.

    Source: TensorFlow's ``MatrixSetDiag``.
    """
    return MatrixSetDiag(input, diagonal, name=name)


def matrix_band_part(input: Any, num_lower: Any, num_upper: Any, name: str | None = None) -> Tensor:
    """The matrices in the last two axes, with 0 outside a band around their diagonals.

    Args:
        input: a tensor of rank at least 2.
        num_lower: how many diagonals below the main one stay; all where negative.
        num_upper: how many above it.
        name: the operation's name.

    Returns:
        A Tensor of the shape of ``input``.

    Source: TensorFlow's ``MatrixBandPart``.
    """
    return MatrixBandPart(input, num_lower, num_upper, name=name)
