"""Products with matrices of three diagonals, and systems of equations with them."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import dtypes, shapes
from graphlog.core.attributes import boolean, types
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape
from graphlog.core.tensor import Tensor
from graphlog.ops import constants, samples, shape_rules
from graphlog.ops.array import axes, filling, joining, packing, padding, shape_queries
from graphlog.ops.linear_algebra import linear_systems, matrix_shapes
from graphlog.ops.math import elementwise, reductions

_DTYPES = types(dtypes.float64, dtypes.float32, dtypes.complex64, dtypes.complex128)
_NOT_INVERTIBLE = "The matrix is not invertible."
_NEEDS_PIVOTING = (
    "The matrix is either not invertible, or requires pivoting. Try setting partial_pivoting = True."
)


def _solution_shape(op: Operation) -> list[StaticShape]:
    left, right = (shape_rules.with_rank_at_least(tensor.static_shape, 2) for tensor in op.inputs)
    if left is not None and right is not None:
        shape_rules.merged_shape(left[:-2], right[:-2])
        shape_rules.merged_size(left[-1], right[-2])
    if left is not None and left[-2] not in (None, 3):
        raise ValueError(f"Dimension must be 3 but is {left[-2]}")
    return [right]


def _check_system(diagonals: Any, right: Any) -> None:
    matrix_shapes.check_matrices(diagonals, right)
    if diagonals.shape[-2] != 3:
        raise ValueError(
            f"Expected diagonals to be provided as a matrix with 3 rows, got {diagonals.shape[-2]} rows."
        )
    if diagonals.shape[-1] != right.shape[-2]:
        raise ValueError(
            "Expected the same number of left-hand sides and right-hand sides, got "
            f"{diagonals.shape[-1]} and {right.shape[-2]}."
        )


def _solve_kernel(op: Operation) -> Kernel:
    pivoting = op.attributes["partial_pivoting"]

    def kernel(diagonals: Any, right: Any) -> Any:
        _check_system(diagonals, right)
        size = right.shape[-2]
        if not right.size:
            return np.zeros_like(right)
        # The rows come first, and each step is one of all systems.
        upper, main, lower = np.moveaxis(diagonals, (-2, -1), (0, 1))
        rows = np.moveaxis(right, -2, 0).copy()
        triangle = np.zeros((3, *main.shape), right.dtype)
        triangle[0, 0], triangle[1, 0] = main[0], upper[0]
        for row in range(size - 1):
            _eliminate(triangle, rows, upper, main, lower, row, pivoting)
        if (triangle[0, -1] == 0).any():
            raise ValueError(_NOT_INVERTIBLE if pivoting else _NEEDS_PIVOTING)
        for row in range(size - 1, -1, -1):
            for offset in range(1, min(3, size - row)):
                rows[row] -= triangle[offset, row][..., None] * rows[row + offset]
            rows[row] /= triangle[0, row][..., None]
        return np.ascontiguousarray(np.moveaxis(rows, 0, -2))

    return kernel


def _eliminate(triangle: Any, rows: Any, upper: Any, main: Any, lower: Any, row: int, pivoting: bool) -> None:
    """Takes what is below the diagonal out of the next row, after exchanging both where that is better."""
    below, beside = lower[row + 1], main[row + 1]
    beyond = upper[row + 1] if row + 2 < len(main) else np.zeros_like(below)
    first, second = triangle[0, row], triangle[1, row]
    swaps = (np.abs(first) < np.abs(below)) & pivoting
    pivot, other = np.where(swaps, below, first), np.where(swaps, first, below)
    if (pivot == 0).any():
        raise ValueError(_NOT_INVERTIBLE if pivoting else _NEEDS_PIVOTING)
    factor = other / pivot
    triangle[0, row + 1] = np.where(swaps, second, beside) - factor * np.where(swaps, beside, second)
    triangle[1, row + 1] = np.where(swaps, -factor * beyond, beyond)
    triangle[0, row] = pivot
    triangle[1, row] = np.where(swaps, beside, second)
    triangle[2, row] = np.where(swaps, beyond, 0)
    swaps, factor = swaps[..., None], factor[..., None]
    upper_row, lower_row = (
        np.where(swaps, rows[row + 1], rows[row]),
        np.where(swaps, rows[row], rows[row + 1]),
    )
    rows[row], rows[row + 1] = upper_row, lower_row - factor * upper_row


def _before_last_axes(x: Tensor) -> Tensor:
    """Paddings of no elements, for all axes but the last two."""
    rank = shape_queries.rank(x)
    return filling.zeros((rank - 2, 2), dtype=dtypes.int32)


def _transposed(diagonals: Any) -> Tensor:
    main = diagonals[..., 1, :]
    if shapes.is_fully_defined(diagonals.static_shape):
        sizes = [*diagonals.static_shape[:-2], 1]
        zeros = filling.zeros(sizes, dtype=diagonals.dtype)
        upper = joining.concat((diagonals[..., 2, 1:], zeros), axis=-1)
        lower = joining.concat((zeros, diagonals[..., 0, :-1]), axis=-1)
    else:
        zeros = _before_last_axes(diagonals)
        after = joining.concat((zeros, constants.constant([[0, 1]])), axis=0)
        upper = padding.pad(diagonals[..., 2, 1:], after)
        before = joining.concat((zeros, constants.constant([[1, 0]])), axis=0)
        lower = padding.pad(diagonals[..., 0, :-1], before)
    return packing.stack([upper, main, lower], axis=-2)


def _three_diagonals(x: Any, y: Any) -> Tensor:
    """The three diagonals of ``x`` times the transpose of ``y``."""
    main = reductions.reduce_sum(x * y, axis=-1)
    if shapes.is_fully_defined(y.static_shape):
        zeros = filling.zeros([*x.static_shape[:-2], 1, x.static_shape[-1]], dtype=x.dtype)
        above = x * joining.concat((y[..., 1:, :], zeros), axis=-2)
        upper = reductions.reduce_sum(above, axis=-1)
        below = x * joining.concat((zeros, y[..., :-1, :]), axis=-2)
        lower = reductions.reduce_sum(below, axis=-1)
    else:
        zeros = _before_last_axes(y)
        after = joining.concat((zeros, constants.constant([[0, 1], [0, 0]])), axis=0)
        upper = reductions.reduce_sum(x * padding.pad(y[..., 1:, :], after), axis=-1)
        before = joining.concat((zeros, constants.constant([[1, 0], [0, 0]])), axis=0)
        lower = reductions.reduce_sum(x * padding.pad(y[..., :-1, :], before), axis=-1)
    return packing.stack([upper, main, lower], axis=-2)


def _solve_gradient(op: Operation, grad: Tensor) -> Any:
    pivoting = op.attributes["partial_pivoting"]
    of_right = TridiagonalSolve(_transposed(op.inputs[0]), grad, partial_pivoting=pivoting)
    return -_three_diagonals(of_right, op.outputs[0]), of_right


_DIAGONALS = samples.float64(
    [[[1.0, 2.0, 0.0], [4.0, 0.5, 5.0], [0.0, 3.0, -2.0]], [[1, 1, 0], [3, 4, 5], [0, 2, 1]]]
)
_RIGHT = samples.float64([[[1.0, 0.5], [2.0, -1.0], [3.0, 0.0]], [[1, 2], [0, 1], [-1, 3]]])
_ONE_BY_ONE = samples.float32([[0.0], [2.0], [0.0]])

TridiagonalSolve = define_op(
    "TridiagonalSolve",
    ["diagonals: T", "rhs: T"],
    ["output: T"],
    attributes={"partial_pivoting": boolean(True), "T": _DTYPES},
    shape=_solution_shape,
    make_kernel=_solve_kernel,
    gradient=_solve_gradient,
    samples=[
        Sample((_DIAGONALS, _RIGHT)),
        Sample((_DIAGONALS[0].astype(np.float32), _RIGHT[0].astype(np.float32)), {"partial_pivoting": False}),
        Sample((_ONE_BY_ONE, samples.float32([[3.0, 4.0]]))),
        Sample(
            (samples.complex64([[1, 2j, 0], [3, 4 + 1j, 5], [0, 1, 2]]), samples.complex64([[1], [2j], [3]]))
        ),
        Sample((np.zeros((3, 0), np.float32), np.zeros((0, 2), np.float32)), differentiable=False),
        Sample((_DIAGONALS * 0, _RIGHT), raises=_NOT_INVERTIBLE),
        Sample((_DIAGONALS * 0, _RIGHT), {"partial_pivoting": False}, raises=_NEEDS_PIVOTING),
        Sample((_DIAGONALS[:, :2].copy(), _RIGHT), raises="as a matrix with 3 rows, got 2 rows."),
        Sample(
            (_DIAGONALS, _RIGHT[:, :2].copy()),
            raises="Expected the same number of left-hand sides and right-hand sides, got 3 and 2.",
        ),
    ],
)


def _product_shape(op: Operation) -> list[StaticShape]:
    *diagonals, right = (shape_rules.with_rank_at_least(tensor.static_shape, 2) for tensor in op.inputs)
    batch, size = None, None
    for shape in diagonals:
        if shape is not None:
            batch = shape_rules.merged_shape(batch, shape[:-2])
            size = shape_rules.merged_size(size, shape[-1])
            if shape[-2] not in (None, 1):
                raise ValueError(f"Dimension must be 1 but is {shape[-2]}")
    if right is not None:
        shape_rules.merged_shape(batch, right[:-2])
        shape_rules.merged_size(size, right[-2])
    return [right]


def _multiply(upper: Any, main: Any, lower: Any, right: Any) -> Any:
    matrix_shapes.check_matrices(upper, main, lower, right)
    for name, diagonal in (("superdiag", upper), ("maindiag", main), ("subdiag", lower)):
        if diagonal.shape[-2] != 1:
            raise ValueError(f"{name} must have exactly one row, got {diagonal.shape[-2]}")
        if diagonal.shape[-1] != right.shape[-2]:
            raise ValueError(
                f"{name} and rhs must have as many elements as rows, got {diagonal.shape[-1]} and "
                f"{right.shape[-2]}"
            )
    upper, main, lower = (np.swapaxes(diagonal, -2, -1) for diagonal in (upper, main, lower))
    result = main * right
    result[..., :-1, :] += upper[..., :-1, :] * right[..., 1:, :]
    result[..., 1:, :] += lower[..., 1:, :] * right[..., :-1, :]
    return result


def _left_shift(x: Any) -> Tensor:
    zeros = _before_last_axes(x)
    paddings = joining.concat([zeros, constants.constant([[0, 1], [0, 0]])], axis=0)
    return padding.pad(x[..., 1:, :], paddings)


def _right_shift(x: Any) -> Tensor:
    zeros = _before_last_axes(x)
    paddings = joining.concat([zeros, constants.constant([[1, 0], [0, 0]])], axis=0)
    return padding.pad(x[..., :-1, :], paddings)


def _product_gradient(op: Operation, grad: Any) -> Any:
    upper, main, lower = (linear_systems.matrix_transpose(tensor, conjugate=True) for tensor in op.inputs[:3])
    right = elementwise.conj(op.inputs[3])
    of_upper = reductions.reduce_sum(_left_shift(right) * grad, axis=-1)
    of_main = reductions.reduce_sum(right * grad, axis=-1)
    of_lower = reductions.reduce_sum(_right_shift(right) * grad, axis=-1)
    of_right = _right_shift(upper * grad) + main * grad + _left_shift(lower * grad)
    return *(axes.expand_dims(item, -2) for item in (of_upper, of_main, of_lower)), of_right


_ROWS = [_DIAGONALS[:, row : row + 1].copy() for row in range(3)]

TridiagonalMatMul = define_op(
    "TridiagonalMatMul",
    ["superdiag: T", "maindiag: T", "subdiag: T", "rhs: T"],
    ["output: T"],
    attributes={"T": _DTYPES},
    shape=_product_shape,
    kernel=_multiply,
    gradient=_product_gradient,
    samples=[
        Sample((*_ROWS, _RIGHT)),
        Sample(tuple(item[0].astype(np.float32) for item in (*_ROWS, _RIGHT))),
        Sample(tuple(item.astype(np.complex64) for item in (*_ROWS, _RIGHT))),
        Sample((*_ROWS, _RIGHT[:, :2].copy()), raises="superdiag and rhs must have as many elements as rows"),
        Sample((_DIAGONALS, *_ROWS[1:], _RIGHT), raises="superdiag must have exactly one row, got 3"),
    ],
)
