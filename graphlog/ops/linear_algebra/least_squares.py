"""Linear least squares."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from graphlog.core import dtypes, shapes
from graphlog.core.attributes import boolean, types
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.array import shape_queries
from graphlog.ops.control_flow import conditionals
from graphlog.ops.linear_algebra import cholesky, identity_matrices, linear_systems, matrix_shapes
from graphlog.ops.linear_algebra.linear_systems import MATRICES
from graphlog.ops.linear_algebra.matmul import matmul as _matmul
from graphlog.ops.math import casts
from graphlog.ops.name_scopes import name_scope

_TALL = samples.float32([[2.0, -1.0], [1.0, 3.0], [0.5, 1.5]])
_RIGHT = samples.float32([[1.0], [-2.0], [0.25]])
# Above this size, TensorFlow leaves the steps to one operation.
_CACHE_SIZE = 256000


def _solution_shape(op: Operation) -> list[StaticShape]:
    matrix, right = (shape_rules.with_rank_at_least(tensor.static_shape, 2) for tensor in op.inputs[:2])
    if op.inputs[2].static_shape not in (None, ()):
        raise ValueError(f"Shape must be rank 0 but is rank {len(op.inputs[2].shape)}")
    batch = shape_rules.merged_shape(
        None if matrix is None else matrix[:-2], None if right is None else right[:-2]
    )
    if matrix is not None and right is not None:
        shape_rules.merged_size(matrix[-2], right[-2])
    columns = None if matrix is None else matrix[-1]
    return [None if batch is None else (*batch, columns, None if right is None else right[-1])]


def _kernel(op: Operation) -> Kernel:
    fast = op.attributes["fast"]

    def kernel(matrix: Any, right: Any, regularizer: Any) -> Any:
        matrix_shapes.check_matrices(matrix, right)
        if matrix.shape[-2] != right.shape[-2]:
            raise ValueError("Input matrix and rhs are incompatible.")
        if not fast:
            return np.linalg.pinv(matrix) @ right
        adjoint = matrix_shapes.adjoint(matrix)
        is_tall = matrix.shape[-2] >= matrix.shape[-1]
        gramian = adjoint @ matrix if is_tall else matrix @ adjoint
        positions = np.arange(gramian.shape[-1])
        gramian[..., positions, positions] += gramian.dtype.type(regularizer)
        message = (
            "Input matrix was rank deficient or ill-conditioned. Try setting fast=False or provide a larger "
            "l2_regularizer > 0."
        )
        linear_systems.solved(np.linalg.cholesky, message, gramian)
        if is_tall:
            return np.linalg.solve(gramian, adjoint @ right)
        return adjoint @ np.linalg.solve(gramian, right)

    return kernel


def _gramian_cholesky(matrix: Tensor, regularizer: Any, first_kind: bool) -> Tensor:
    """The Cholesky decomposition of A^H A, or else of A A^H, with a regularizer on its diagonal."""
    gramian = _matmul(matrix, matrix, adjoint_a=first_kind, adjoint_b=not first_kind)
    if isinstance(regularizer, Tensor) or regularizer != 0:
        sizes = shape_queries.shape(matrix)
        batch = sizes[:-2]
        size = sizes[-1] if first_kind else sizes[-2]
        identity = identity_matrices.eye(size, batch_shape=batch, dtype=matrix.dtype)
        static = matrix.static_shape
        if static is not None:
            known = static[-1 if first_kind else -2]
            identity.set_shape((*static[:-2], known, known))
        gramian += regularizer * identity
    return cholesky.cholesky(gramian)


def _gradient(op: Operation, grad: Tensor) -> Any:
    if not op.attributes["fast"]:
        raise ValueError("Gradient not defined for fast=False")
    a, b = op.inputs[:2]

    def of_kind(rule: Callable[..., Any]) -> Callable[[], Any]:
        return lambda: rule(a, b, op.outputs[0], casts.cast(op.inputs[2], a.dtype.base_dtype), grad)

    return *_by_shape(a, of_kind(_tall_gradient), of_kind(_wide_gradient)), None


def _by_shape(matrix: Tensor, if_tall: Callable[[], Any], if_wide: Callable[[], Any]) -> Any:
    """What is built for matrices of at least as many rows as columns, or for others."""
    shape = shape_rules.with_rank_at_least(matrix.static_shape, 2)
    if shape is not None and shape[-2] is not None and shape[-1] is not None:
        return if_tall() if shape[-2] >= shape[-1] else if_wide()
    sizes = shape_queries.shape(matrix)[-2:]
    return conditionals.cond(sizes[-2] >= sizes[-1], if_tall, if_wide)


def _tall_gradient(a: Tensor, b: Tensor, x: Tensor, regularizer: Tensor, grad: Tensor) -> Any:
    """Through the normal equations of the first kind: X = (A^T A + lambda)^-1 A^T B."""
    factor = _gramian_cholesky(a, regularizer, first_kind=True)
    z = cholesky.cholesky_solve(factor, grad)
    product = _matmul(x, z, adjoint_b=True)
    symmetric = product + linear_systems.matrix_transpose(product)
    of_a = -_matmul(a, symmetric) + _matmul(b, z, adjoint_b=True)
    return of_a, _matmul(a, z)


def _wide_gradient(a: Tensor, b: Tensor, x: Tensor, regularizer: Tensor, grad: Tensor) -> Any:
    """Through the normal equations of the second kind: X = A^T (A A^T + lambda)^-1 B."""
    factor = _gramian_cholesky(a, regularizer, first_kind=False)
    of_b = cholesky.cholesky_solve(factor, _matmul(a, grad))
    solution = cholesky.cholesky_solve(factor, b)
    first = _matmul(solution, a, adjoint_a=True)
    first = -_matmul(of_b, first)
    second = grad - _matmul(a, of_b, adjoint_a=True)
    second = _matmul(solution, second, adjoint_b=True)
    return first + second, of_b


MatrixSolveLs = define_op(
    "MatrixSolveLs",
    ["matrix: T", "rhs: T", "l2_regularizer: float64"],
    ["output: T"],
    attributes={"T": types(*MATRICES), "fast": boolean(True)},
    shape=_solution_shape,
    make_kernel=_kernel,
    gradient=_gradient,
    samples=[
        # The rule gives nothing for the regularizer, as TensorFlow's.
        Sample((_TALL, _RIGHT, samples.float64(0.1)), differentiable=False),
        Sample((_TALL.T.copy(), _RIGHT[:2], samples.float64(0.0)), differentiable=False),
        Sample((_TALL, _RIGHT, samples.float64(0.0)), {"fast": False}, differentiable=False),
        Sample((_TALL, _RIGHT[:2], samples.float64(0.0)), raises="Input matrix and rhs are incompatible."),
        Sample((0 * _TALL, _RIGHT, samples.float64(0.0)), raises="rank deficient or ill-conditioned"),
    ],
)


def matrix_solve_ls(
    matrix: Any, rhs: Any, l2_regularizer: Any = 0.0, fast: bool = True, name: str | None = None
) -> Tensor:
    """The X that minimize ``|matrix @ X - rhs|^2 + l2_regularizer * |X|^2``.

    Args:
        matrix: a tensor of shape ``(..., m, n)``.
        rhs: a tensor of shape ``(..., m, k)``.
        l2_regularizer: a number of at least 0.
        fast: whether the normal equations are solved, or else a slower method is used that copes with
            matrices of any rank and ignores the regularizer.
        name: the scope's or operation's name.

    Returns:
        A Tensor of shape ``(..., n, k)``.

    Raises:
        ValueError: the sizes do not fit.
        NotImplementedError: complex128 and a regularizer are given.

    Source: ``tf.matrix_solve_ls`` and TensorFlow's ``MatrixSolveLs``.
    """
    matrix = convert_to_tensor(matrix, name="matrix")
    if matrix.dtype is dtypes.complex128 and l2_regularizer != 0:
        raise NotImplementedError(
            "matrix_solve_ls is currently disabled for complex128 and l2_regularizer != 0 due to poor "
            "accuracy."
        )
    if not fast or _is_large(matrix):
        return MatrixSolveLs(matrix, rhs, l2_regularizer, fast=fast, name=name)
    with name_scope(name, "matrix_solve_ls", [matrix, rhs, l2_regularizer]):

        def tall() -> Tensor:
            factor = _gramian_cholesky(matrix, l2_regularizer, first_kind=True)
            return cholesky.cholesky_solve(factor, _matmul(matrix, rhs, adjoint_a=True))

        def wide() -> Tensor:
            factor = _gramian_cholesky(matrix, l2_regularizer, first_kind=False)
            return _matmul(matrix, cholesky.cholesky_solve(factor, rhs), adjoint_a=True)

        result: Tensor = _by_shape(matrix, tall, wide)
        return result


def _is_large(matrix: Tensor) -> bool:
    shape = matrix.static_shape
    if not shapes.is_fully_defined(shape):
        return False
    return math.prod(shape) * matrix.dtype.size > _CACHE_SIZE and math.prod(shape[:-2]) > min(shape[-2:])
