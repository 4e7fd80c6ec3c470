"""Functions that solve equations with matrices of three diagonals, and multiply with them."""

from __future__ import annotations

from typing import Any

from graphlog.core import shapes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.shapes import TensorShape
from graphlog.core.tensor import Tensor
from graphlog.ops.array import arrays, axes, nd_indices, packing, padding
from graphlog.ops.linear_algebra import diagonals as diagonal_ops
from graphlog.ops.linear_algebra import linear_systems
from graphlog.ops.linear_algebra.tridiagonal import TridiagonalMatMul, TridiagonalSolve
from graphlog.ops.math import elementwise


def tridiagonal_solve(
    diagonals: Any,
    rhs: Any,
    diagonals_format: str = "compact",
    transpose_rhs: bool = False,
    conjugate_rhs: bool = False,
    name: str | None = None,
    partial_pivoting: bool = True,
) -> Tensor:
    """The solutions of equations whose matrices have three diagonals.

    Args:
        diagonals: the diagonals above, on and below the main one: by ``"compact"`` a tensor
            ``(..., 3, n)``, by ``"sequence"`` three of shape ``(..., n)``, where the outer ones may be one
            shorter, by ``"matrix"`` the whole matrices ``(..., n, n)``.
        rhs: the right sides ``(..., n, k)``, or vectors ``(..., n)``.
        diagonals_format: see there.
        transpose_rhs: whether the right sides, and the solutions, are transposed.
        conjugate_rhs: whether the right sides are conjugated first.
        name: the operation's name.
        partial_pivoting: whether rows are exchanged, which is needed where a pivot is small.

    Returns:
        A Tensor of the shape of ``rhs``. A run raises InvalidArgumentError where there is no solution.

    Raises:
        ValueError: the shapes do not fit, or there is no such format.

    Source: ``tf.linalg.tridiagonal_solve``.
    """
    if diagonals_format == "sequence":
        diagonals = _packed(diagonals)
    elif diagonals_format == "matrix":
        diagonals = _taken(diagonals)
    elif diagonals_format != "compact":
        raise ValueError(f"Unrecognized diagonals_format: {diagonals_format}")
    diagonals, rhs = convert_to_tensor(diagonals), convert_to_tensor(rhs)
    _check(diagonals.static_shape, rhs.static_shape)
    if len(rhs.static_shape) == len(diagonals.static_shape) - 1:
        if conjugate_rhs:
            rhs = elementwise.conj(rhs)
        columns = axes.expand_dims(rhs, -1)
        _check_sizes(diagonals.static_shape, columns.static_shape)
        solution = TridiagonalSolve(diagonals, columns, partial_pivoting=partial_pivoting, name=name)
        return axes.squeeze(solution, -1)
    if transpose_rhs:
        rhs = linear_systems.matrix_transpose(rhs, conjugate=conjugate_rhs)
    elif conjugate_rhs:
        rhs = elementwise.conj(rhs)
    _check_sizes(diagonals.static_shape, rhs.static_shape)
    solution = TridiagonalSolve(diagonals, rhs, partial_pivoting=partial_pivoting, name=name)
    return linear_systems.matrix_transpose(solution) if transpose_rhs else solution


def _packed(diagonals: Any) -> Tensor:
    if not isinstance(diagonals, tuple | list) or len(diagonals) != 3:
        raise ValueError("Expected diagonals to be a sequence of length 3.")
    upper, main, lower = diagonals
    fits = all(item.shape[:-1].is_compatible_with(main.shape[:-1]) for item in (upper, lower))
    if not fits:
        raise ValueError(
            "Tensors representing the three diagonals must have the same shape,except for the last "
            f"dimension, got {lower.shape}, {main.shape}, {upper.shape}"
        )
    size = main.shape[-1].value

    def padded(tensor: Tensor, name: str, last: list[int]) -> Tensor:
        length = tensor.shape[-1].value
        if not length or length == size:
            return tensor
        if size is None or length != size - 1:
            shorter = None if size is None else size - 1
            raise ValueError(f"Expected {name} to be have length {size} or {shorter}, got {length}.")
        return padding.pad(tensor, [[0, 0]] * (len(tensor.shape) - 1) + [last])

    lower = padded(lower, "subdiagonal", [1, 0])
    upper = padded(upper, "superdiagonal", [0, 1])
    return packing.stack((upper, main, lower), axis=-2)


def _matrix_size(diagonals: Any, needs_both: bool) -> int:
    first, second = diagonals.shape[-1].value, diagonals.shape[-2].value
    if first and second and first != second:
        raise ValueError(f"Expected last two dimensions of diagonals to be same, got {first} and {second}")
    size: int | None = first and second if needs_both else first or second
    if not size:
        raise ValueError('The size of the matrix needs to be known for diagonals_format="matrix"')
    return size


def _taken(matrix: Any) -> Tensor:
    """The diagonals of whole matrices; in the corners any element stands."""
    size = _matrix_size(matrix, needs_both=False)
    middle = [[[row + 1, row], [row, row], [row - 1, row]] for row in range(1, size - 1)]
    last = [[0, 0], [size - 1, size - 1], [size - 2, size - 1]]
    places = [[[1, 0], [0, 0], [0, 0]], *middle, last]
    return arrays.transpose(nd_indices.gather_nd(arrays.transpose(matrix), places))


def _check(diagonals: shapes.StaticShape, right: shapes.StaticShape) -> None:
    if diagonals is None or right is None:
        raise ValueError("Cannot take the length of shape with unknown rank.")
    if len(diagonals) < 2:
        raise ValueError(f"Expected diagonals to have rank at least 2, got {len(diagonals)}")
    if len(right) not in (len(diagonals), len(diagonals) - 1):
        raise ValueError(
            f"Expected the rank of rhs to be {len(diagonals) - 1} or {len(diagonals)}, got {len(right)}"
        )
    if diagonals[-2] and diagonals[-2] != 3:
        raise ValueError(f"Expected 3 diagonals got {diagonals[-2]}")
    batch, batch_of_right = diagonals[:-2], right[: len(diagonals) - 2]
    if not shapes.is_compatible(batch, batch_of_right):
        raise ValueError(
            f"Batch shapes {TensorShape(batch)} and {TensorShape(batch_of_right)} are incompatible"
        )


def _check_sizes(diagonals: Any, right: Any) -> None:
    if diagonals[-1] and right[-2] and diagonals[-1] != right[-2]:
        raise ValueError(
            "Expected number of left-hand sided and right-hand sides to be equal, got "
            f"{diagonals[-1]} and {right[-2]}"
        )


def tridiagonal_matmul(
    diagonals: Any, rhs: Any, diagonals_format: str = "compact", name: str | None = None
) -> Tensor:
    """The products of matrices of three diagonals with others.

    Args:
        diagonals: see ``tridiagonal_solve``; in a sequence all have the same length.
        rhs: the matrices ``(..., n, k)`` on the right.
        diagonals_format: ``"compact"``, ``"sequence"`` or ``"matrix"``.
        name: the operation's name.

    Returns:
        A Tensor of the shape of ``rhs``.

    Raises:
        ValueError: the shapes do not fit, or there is no such format.

    Source: ``tf.linalg.tridiagonal_matmul``.
    """
    if diagonals_format == "compact":
        diagonals = convert_to_tensor(diagonals)
        upper, main, lower = (diagonals[..., row, :] for row in range(3))
    elif diagonals_format == "sequence":
        upper, main, lower = diagonals
    elif diagonals_format == "matrix":
        size = _matrix_size(diagonals, needs_both=True)
        main = diagonal_ops.matrix_diag_part(diagonals)
        turned = arrays.transpose(diagonals)
        above = [[row + 1, row] for row in range(size - 1)] + [[0, 0]]
        below = [[0, 0]] + [[row - 1, row] for row in range(1, size)]
        upper = arrays.transpose(nd_indices.gather_nd(turned, above))
        lower = arrays.transpose(nd_indices.gather_nd(turned, below))
    else:
        raise ValueError(f"Unrecognized diagonals_format: {diagonals_format}")
    rows = [axes.expand_dims(diagonal, -2) for diagonal in (upper, main, lower)]
    return TridiagonalMatMul(*rows, rhs, name=name)
