"""Inverses, determinants, and systems of linear equations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import boolean, types
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.array import arrays, joining, ranges, shape_queries
from graphlog.ops.dtype_groups import FLOATS_AND_COMPLEX
from graphlog.ops.linear_algebra import diagonals, matmul, matrix_shapes
from graphlog.ops.linear_algebra.matrix_shapes import adjoint as _adjoint
from graphlog.ops.name_scopes import name_scope

# The order in which TensorFlow lists the dtypes of most of these operations.
MATRICES = (dtypes.float64, dtypes.float32, dtypes.float16, dtypes.complex64, dtypes.complex128)

_SINGLE = samples.float32([[2.0, -1.0, 0.5], [1.0, 3.0, -0.5], [0.0, 1.0, 1.5]])
_BATCH = samples.float64([[[2.0, -1.0], [1.0, 3.0]], [[0.5, 1.5], [-2.0, 1.0]]])
_COMPLEX = samples.complex64([[2 + 1j, -1j], [1, 3 - 1j]])
_SINGULAR = samples.float32([[1.0, 2.0], [2.0, 4.0]])
_RIGHT = samples.float32([[1.0, 0.5], [-2.0, 1.5], [0.25, 3.0]])
_BATCH_RIGHT = samples.float64([[[1.0], [-2.0]], [[0.5], [3.0]]])


def solved(function: Callable[..., Any], message: str, *arguments: Any) -> Any:
    """What a function of ``numpy.linalg`` returns; ValueError with TensorFlow's words where it fails."""
    try:
        return function(*arguments)
    except np.linalg.LinAlgError:
        raise ValueError(message) from None


def _inverse_kernel(op: Operation) -> Kernel:
    transposed = op.attributes["adjoint"]

    def kernel(value: Any) -> Any:
        matrix_shapes.check_square(value)
        matrices = _adjoint(value) if transposed else value
        return solved(np.linalg.inv, "Input is not invertible.", matrices)

    return kernel


def _inverse_gradient(op: Operation, grad: Tensor) -> Tensor:
    inverse = op.outputs[0]
    if op.attributes["adjoint"]:
        # TensorFlow 1.15 overlooks the attribute, which gives wrong second derivatives of determinants.
        return -matmul.matmul(inverse, matmul.matmul(grad, inverse, adjoint_a=True))
    product = matmul.matmul(grad, inverse, adjoint_b=True)
    return -matmul.matmul(inverse, product, adjoint_a=True)


def _determinant_shape(op: Operation) -> list[StaticShape]:
    return [matrix_shapes.square_matrices(op.inputs[0].static_shape)[0]]


def _determinant(value: Any) -> Any:
    matrix_shapes.check_square(value)
    return np.linalg.det(value)


def _log_determinant(value: Any) -> Any:
    matrix_shapes.check_square(value)
    sign, logarithm = np.linalg.slogdet(value)
    return sign, logarithm.astype(value.dtype)


def _scaled_inverse(op: Operation, scale: Callable[[], Tensor], determinant: Tensor) -> Tensor:
    inverse = matrix_inverse(op.inputs[0], adjoint=True)
    scales = scale()
    sizes = joining.concat([shape_queries.shape(determinant), [1, 1]], 0)
    return arrays.reshape(scales, sizes) * inverse


def _determinant_gradient(op: Operation, grad: Tensor) -> Tensor:
    determinant = op.outputs[0]
    return _scaled_inverse(op, lambda: grad * determinant, determinant)


def _log_determinant_gradient(op: Operation, _: Tensor, grad: Tensor) -> Tensor:
    return _scaled_inverse(op, lambda: grad, op.outputs[1])


MatrixInverse = define_op(
    "MatrixInverse",
    ["input: T"],
    ["output: T"],
    attributes={"adjoint": boolean(False), "T": types(*MATRICES)},
    shape=matrix_shapes.square,
    make_kernel=_inverse_kernel,
    gradient=_inverse_gradient,
    samples=[
        Sample((_SINGLE,)),
        Sample((_BATCH,), {"adjoint": True}),
        Sample((_BATCH,)),
        Sample((_COMPLEX,), {"adjoint": True}),
        Sample((_SINGULAR,), raises="Input is not invertible."),
        Sample((_RIGHT,), raises="Input matrix must be square."),
    ],
)
MatrixDeterminant = define_op(
    "MatrixDeterminant",
    ["input: T"],
    ["output: T"],
    attributes={"T": types(*FLOATS_AND_COMPLEX[1:])},
    shape=_determinant_shape,
    kernel=_determinant,
    gradient=_determinant_gradient,
    samples=[
        Sample((_SINGLE,)),
        Sample((_BATCH,)),
        Sample((_COMPLEX,)),
        Sample((np.zeros((2, 0, 0), np.float32),)),
        Sample((_RIGHT,), raises="Input matrix must be square."),
    ],
)
LogMatrixDeterminant = define_op(
    "LogMatrixDeterminant",
    ["input: T"],
    ["sign: T", "log_abs_determinant: T"],
    attributes={"T": types(*FLOATS_AND_COMPLEX[1:])},
    shape=lambda op: _determinant_shape(op) * 2,
    kernel=_log_determinant,
    gradient=_log_determinant_gradient,
    samples=[
        Sample((_SINGLE,)),
        Sample((_BATCH,)),
        Sample((_COMPLEX,)),
        Sample((_RIGHT,), raises="Input matrix must be square."),
    ],
)


def solution_shape(op: Operation) -> list[StaticShape]:
    """The shape rule of an operation that solves equations with square matrices."""
    matrix, right = (tensor.static_shape for tensor in op.inputs[:2])
    batch, size = matrix_shapes.square_matrices(matrix)
    shape_rules.with_rank_at_least(right, 2)
    if right is not None:
        batch = shape_rules.merged_shape(batch, right[:-2])
        size = shape_rules.merged_size(size, right[-2])
    return [None if batch is None else (*batch, size, None if right is None else right[-1])]


def _check_equations(matrix: Any, right: Any) -> None:
    matrix_shapes.check_matrices(matrix, right)
    if matrix.shape[-2] != matrix.shape[-1]:
        raise ValueError("First input (lhs) must be a square matrix.")
    if matrix.shape[-2] != right.shape[-2]:
        raise ValueError("Input matrix and rhs are incompatible.")


_NOT_INVERTIBLE = "Input matrix is not invertible."


def _solve_kernel(op: Operation) -> Kernel:
    transposed = op.attributes["adjoint"]

    def kernel(matrix: Any, right: Any) -> Any:
        _check_equations(matrix, right)
        return solved(np.linalg.solve, _NOT_INVERTIBLE, _adjoint(matrix) if transposed else matrix, right)

    return kernel


def _triangular_kernel(op: Operation) -> Kernel:
    lower, transposed = op.attributes["lower"], op.attributes["adjoint"]

    def kernel(matrix: Any, right: Any) -> Any:
        _check_equations(matrix, right)
        triangle = np.tril(matrix) if lower else np.triu(matrix)
        if transposed:
            triangle = _adjoint(triangle)
        if lower == transposed:
            return solved(np.linalg.solve, _NOT_INVERTIBLE, triangle, right)
        # In reverse order the triangle is an upper one, which LAPACK solves by substitution alone.
        reverse = solved(np.linalg.solve, _NOT_INVERTIBLE, triangle[..., ::-1, ::-1], right[..., ::-1, :])
        return np.ascontiguousarray(reverse[..., ::-1, :])

    return kernel


def _solution_gradients(op: Operation, of_right: Tensor) -> tuple[Tensor, Tensor]:
    solution = op.outputs[0]
    if op.attributes["adjoint"]:
        return -matmul.matmul(solution, of_right, adjoint_b=True), of_right
    return -matmul.matmul(of_right, solution, adjoint_b=True), of_right


def _solve_gradient(op: Operation, grad: Tensor) -> Any:
    return _solution_gradients(op, matrix_solve(op.inputs[0], grad, adjoint=not op.attributes["adjoint"]))


def _triangular_gradient(op: Operation, grad: Tensor) -> Any:
    lower = op.attributes["lower"]
    of_right = matrix_triangular_solve(op.inputs[0], grad, lower=lower, adjoint=not op.attributes["adjoint"])
    of_matrix, of_right = _solution_gradients(op, of_right)
    band = (-1, 0) if lower else (0, -1)
    return diagonals.matrix_band_part(of_matrix, *band), of_right


MatrixSolve = define_op(
    "MatrixSolve",
    ["matrix: T", "rhs: T"],
    ["output: T"],
    attributes={"adjoint": boolean(False), "T": types(*MATRICES)},
    shape=solution_shape,
    make_kernel=_solve_kernel,
    gradient=_solve_gradient,
    samples=[
        Sample((_SINGLE, _RIGHT)),
        Sample((_BATCH, _BATCH_RIGHT), {"adjoint": True}),
        Sample((_COMPLEX, _COMPLEX), {"adjoint": True}),
        Sample((_SINGULAR, _SINGULAR), raises="Input matrix is not invertible."),
        Sample((_RIGHT, _RIGHT), raises="First input (lhs) must be a square matrix."),
        Sample((_SINGLE, _SINGULAR), raises="Input matrix and rhs are incompatible."),
    ],
)
MatrixTriangularSolve = define_op(
    "MatrixTriangularSolve",
    ["matrix: T", "rhs: T"],
    ["output: T"],
    attributes={"lower": boolean(True), "adjoint": boolean(False), "T": types(*MATRICES)},
    shape=solution_shape,
    make_kernel=_triangular_kernel,
    gradient=_triangular_gradient,
    samples=[
        Sample((_SINGLE, _RIGHT)),
        Sample((_SINGLE, _RIGHT), {"lower": False}),
        Sample((_BATCH, _BATCH_RIGHT), {"adjoint": True}),
        Sample((_BATCH, _BATCH_RIGHT), {"adjoint": True, "lower": False}),
        Sample((_COMPLEX, _COMPLEX), {"adjoint": True}),
        Sample((0 * _SINGULAR, _SINGULAR), raises="Input matrix is not invertible."),
    ],
)


class LogDeterminant(NamedTuple):
    """The sign of a determinant and the logarithm of its absolute value."""

    sign: Tensor
    log_abs_determinant: Tensor


def matrix_inverse(input: Any, adjoint: bool = False, name: str | None = None) -> Tensor:
    """The inverses of the square matrices in the last two axes.

    Args:
        input: a tensor of shape ``(..., n, n)``.
        adjoint: whether the matrices are transposed and conjugated first.
        name: the operation's name.

    Returns:
        A Tensor of the same shape.

    Raises:
        ValueError: the matrices are not square. A run raises where one is singular.

    Source: TensorFlow's ``MatrixInverse``.
    """
    return MatrixInverse(input, adjoint=adjoint, name=name)


def matrix_determinant(input: Any, name: str | None = None) -> Tensor:
    """The determinants of the square matrices in the last two axes (``MatrixDeterminant``)."""
    return MatrixDeterminant(input, name=name)


def log_matrix_determinant(input: Any, name: str | None = None) -> LogDeterminant:
    """The signs of determinants and the logarithms of their absolute values (``LogMatrixDeterminant``)."""
    return LogDeterminant(*LogMatrixDeterminant.operation(input, name=name).outputs)


def matrix_solve(matrix: Any, rhs: Any, adjoint: bool = False, name: str | None = None) -> Tensor:
    """The solutions X of ``matrix @ X = rhs``.

    Args:
        matrix: a tensor of shape ``(..., n, n)``.
        rhs: a tensor of shape ``(..., n, k)`` with the same batch.
        adjoint: whether the matrices are transposed and conjugated first.
        name: the operation's name.

    Returns:
        A Tensor of shape ``(..., n, k)``.

    Raises:
        ValueError: the sizes do not fit. A run raises where a matrix is singular.

    Source: TensorFlow's ``MatrixSolve``.
    """
    return MatrixSolve(matrix, rhs, adjoint=adjoint, name=name)


def matrix_triangular_solve(
    matrix: Any, rhs: Any, lower: bool = True, adjoint: bool = False, name: str | None = None
) -> Tensor:
    """Like ``matrix_solve`` for triangular matrices, of which the other triangle is not read.

    Args:
        matrix: a tensor of shape ``(..., n, n)``.
        rhs: a tensor of shape ``(..., n, k)``.
        lower: whether the lower triangle counts, or else the upper one.
        adjoint: whether the triangles are transposed and conjugated first.
        name: the operation's name.

    Returns:
        A Tensor of shape ``(..., n, k)``.

    Source: TensorFlow's ``MatrixTriangularSolve``.
    """
    return MatrixTriangularSolve(matrix, rhs, lower=lower, adjoint=adjoint, name=name)


def matrix_transpose(a: Any, name: str = "matrix_transpose", conjugate: bool = False) -> Tensor:
    """A tensor with its last two axes swapped.

    Args:
        a: a tensor of rank at least 2.
        name: the scope's name.
        conjugate: whether the elements are conjugated too.

    Returns:
        A Tensor of the same dtype.

    Raises:
        ValueError: the rank is known to be less than 2.

    Source: ``tf.matrix_transpose``.
    """
    with name_scope(name, values=[a]):
        tensor = convert_to_tensor(a, name="a")
        shape = tensor.static_shape
        order: Any
        if shape is None:
            rank = shape_queries.rank(tensor)
            order = joining.concat((ranges.Range(0, rank - 2, 1), [rank - 1, rank - 2]), 0)
        elif len(shape) < 2:
            raise ValueError(
                f"Argument 'a' should be a (batch) matrix, with rank >= 2.  Found: {tensor.shape}"
            )
        else:
            order = [*range(len(shape) - 2), len(shape) - 1, len(shape) - 2]
        if conjugate and tensor.dtype.is_complex:
            return arrays.transpose(tensor, perm=order, conjugate=True)
        return arrays.transpose(tensor, perm=order)


def adjoint(matrix: Any, name: str | None = None) -> Tensor:
    """The conjugate transposes of the matrices in the last two axes (``tf.linalg.adjoint``)."""
    with name_scope(name, "adjoint", [matrix]):
        return matrix_transpose(convert_to_tensor(matrix, name="matrix"), conjugate=True)
