"""The Cholesky decomposition, and what follows from it."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import types
from graphlog.core.op_definition import Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.array import shape_queries
from graphlog.ops.linear_algebra import diagonals, identity_matrices, linear_systems, matmul, matrix_shapes
from graphlog.ops.math import complex_numbers, elementwise, reductions
from graphlog.ops.name_scopes import name_scope

_POSITIVE = samples.float32([[4.0, 1.0, -0.5], [1.0, 3.0, 0.25], [-0.5, 0.25, 2.0]])
_BATCH = samples.float64([[[2.0, 0.5], [0.5, 1.0]], [[1.5, -1.0], [-1.0, 3.0]]])


def _cholesky(value: Any) -> Any:
    matrix_shapes.check_square(value)
    return linear_systems.solved(
        np.linalg.cholesky,
        "Cholesky decomposition was not successful. The input might not be valid.",
        value,
    )


def _cholesky_gradient(op: Operation, grad: Tensor) -> Tensor:
    """Murray's formula: the middle factor is the lower triangle of L^H grad, its diagonal halved."""
    factor = op.outputs[0]
    rows = shape_queries.shape(factor)[-1]
    batch = shape_queries.shape(factor)[:-2]
    identity = identity_matrices.eye(rows, batch_shape=batch, dtype=factor.dtype)
    inverse = linear_systems.matrix_triangular_solve(factor, identity)
    middle = matmul.matmul(factor, grad, adjoint_a=True)
    middle = diagonals.matrix_set_diag(middle, 0.5 * diagonals.matrix_diag_part(middle))
    middle = diagonals.matrix_band_part(middle, -1, 0)
    result = matmul.matmul(matmul.matmul(inverse, middle, adjoint_a=True), inverse)
    result += linear_systems.adjoint(result)
    return result * 0.5


def _cholesky_grad(factor: Any, grad: Any) -> Any:
    matrix_shapes.check_square(factor)
    if factor.shape != grad.shape:
        raise ValueError("Inputs (L and grad) must have the same shape.")
    lower = np.tril(factor)
    middle = np.tril(lower.swapaxes(-2, -1) @ np.tril(grad))
    positions = np.arange(lower.shape[-1])
    middle[..., positions, positions] *= 0.5
    inverse = np.linalg.inv(lower)
    result = inverse.swapaxes(-2, -1) @ middle @ inverse
    return (result + result.swapaxes(-2, -1)) * result.dtype.type(0.5)


Cholesky = define_op(
    "Cholesky",
    ["input: T"],
    ["output: T"],
    attributes={"T": types(*linear_systems.MATRICES)},
    shape=matrix_shapes.square,
    kernel=_cholesky,
    gradient=_cholesky_gradient,
    # The gradient is that of a symmetric matrix, whose elements cannot be changed one by one.
    samples=[
        Sample((_POSITIVE,), differentiable=False),
        Sample((_BATCH,), differentiable=False),
        Sample((samples.complex64([[2, 1j], [-1j, 3]]),)),
        Sample((np.zeros((2, 0, 0), np.float32),), differentiable=False),
        Sample((-_POSITIVE,), raises="Cholesky decomposition was not successful."),
        Sample((_POSITIVE[:2],), raises="Input matrix must be square."),
    ],
)
CholeskyGrad = define_op(
    "CholeskyGrad",
    ["l: T", "grad: T"],
    ["output: T"],
    attributes={"T": types(dtypes.float16, dtypes.float32, dtypes.float64)},
    shape=shape_rules.unchanged,
    kernel=_cholesky_grad,
    samples=[
        Sample((np.linalg.cholesky(_POSITIVE), _POSITIVE)),
        Sample((np.linalg.cholesky(_BATCH), _BATCH[::-1].copy())),
        Sample((_POSITIVE, _POSITIVE[:2]), raises="Inputs (L and grad) must have the same shape."),
    ],
)


def cholesky(input: Any, name: str | None = None) -> Tensor:
    """The lower triangular L with ``L @ adjoint(L) = input``.

    Args:
        input: symmetric positive definite matrices, ``(..., n, n)``; only the lower triangle is read.
        name: the operation's name.

    Returns:
        A Tensor of the same shape.

    Raises:
        ValueError: the matrices are not square. A run raises where one is not positive definite.

    Source: TensorFlow's ``Cholesky``.
    """
    return Cholesky(input, name=name)


def cholesky_solve(chol: Any, rhs: Any, name: str | None = None) -> Tensor:
    """The solutions X of ``A @ X = rhs``, from the Cholesky decompositions of A.

    Args:
        chol: a tensor of shape ``(..., n, n)``: what ``cholesky`` gives.
        rhs: a tensor of shape ``(..., n, k)``.
        name: the scope's name.

    Returns:
        A Tensor of shape ``(..., n, k)``.

    Source: ``tf.cholesky_solve``.
    """
    with name_scope(name, "cholesky_solve", [chol, rhs]):
        half = linear_systems.matrix_triangular_solve(chol, rhs, adjoint=False, lower=True)
        return linear_systems.matrix_triangular_solve(chol, half, adjoint=True, lower=True)


def logdet(matrix: Any, name: str | None = None) -> Tensor:
    """The logarithms of the determinants of positive definite matrices (``tf.linalg.logdet``)."""
    with name_scope(name, "logdet", [matrix]):
        diagonal = diagonals.matrix_diag_part(cholesky(matrix))
        return 2.0 * reductions.reduce_sum(elementwise.log(complex_numbers.real(diagonal)), axis=[-1])
