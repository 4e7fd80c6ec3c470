"""LU decompositions, and square roots and logarithms of matrices."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import types
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape
from graphlog.core.tensor import Tensor
from graphlog.ops import samples
from graphlog.ops.array import arrays, joining, shape_queries, slicing
from graphlog.ops.dtype_groups import INDICES
from graphlog.ops.linear_algebra import identity_matrices, linear_systems, matrix_shapes
from graphlog.ops.linear_algebra.linear_systems import MATRICES
from graphlog.ops.math import arithmetic, reductions

_SINGLE = samples.float32([[2.0, -1.0, 0.5], [1.0, 3.0, -0.5], [0.0, 1.0, 1.5]])
_BATCH = samples.float64([[[4.0, 1.0], [0.5, 3.0]], [[1.0, 1.0], [0.0, 1.0]]])
_COMPLEX = samples.complex64([[2 + 1j, -1j], [1, 3 - 1j]])
# Of eigenvectors that are nearer to each other than this, no function of a matrix can be made.
_WORST_CONDITION = 1e7


def _lu_shape(op: Operation) -> list[StaticShape]:
    batch, size = matrix_shapes.square_matrices(op.inputs[0].static_shape)
    return [None, None] if batch is None else [(*batch, size, size), (*batch, size)]


def _lu_kernel(op: Operation) -> Kernel:
    index_dtype = op.attributes["output_idx_type"].numpy_dtype

    def kernel(value: Any) -> Any:
        matrix_shapes.check_square(value)
        size = value.shape[-1]
        count = int(np.prod(value.shape[:-2], dtype=np.int64))
        matrices = value.reshape(count, size, size).astype(_working_dtype(value.dtype))
        order = np.tile(np.arange(size), (len(matrices), 1))
        every = np.arange(len(matrices))
        for column in range(size):
            pivot = np.argmax(np.abs(matrices[:, column:, column]), axis=1) + column
            for rows in (matrices, order):
                rows[every, pivot], rows[:, column] = rows[:, column].copy(), rows[every, pivot].copy()
            if (matrices[:, column, column] == 0).any():
                raise ValueError("Input is not invertible.")
            below = matrices[:, column + 1 :]
            below[:, :, column] /= matrices[:, column, column, None]
            below[:, :, column + 1 :] -= below[:, :, column, None] * matrices[:, None, column, column + 1 :]
        return (
            matrices.reshape(value.shape).astype(value.dtype, copy=False),
            order.reshape(value.shape[:-1]).astype(index_dtype),
        )

    return kernel


def _working_dtype(dtype: np.dtype[Any]) -> Any:
    return np.float32 if dtype == np.float16 else dtype


Lu = define_op(
    "Lu",
    ["input: T"],
    ["lu: T", "p: output_idx_type"],
    attributes={"T": types(*MATRICES), "output_idx_type": types(*INDICES, default=dtypes.int32)},
    shape=_lu_shape,
    make_kernel=_lu_kernel,
    samples=[
        Sample((_SINGLE,)),
        Sample((_BATCH,), {"output_idx_type": dtypes.int64}),
        Sample((_COMPLEX,)),
        Sample((np.zeros((2, 0, 0), np.float32),)),
        Sample((samples.float32([[1.0, 2.0], [2.0, 4.0]]),), raises="Input is not invertible."),
        Sample((_SINGLE[:2],), raises="Input matrix must be square."),
    ],
)


def _root(value: Any) -> Any:
    """The principal square roots of matrices, in double precision."""
    values, vectors = np.linalg.eig(value)
    roots = _of_eigenvalues(vectors, np.sqrt(values.astype(np.complex128)))
    bad = ~(np.linalg.cond(vectors) < _WORST_CONDITION)
    if bad.any():
        roots[bad] = _root_by_iteration(value[bad].astype(np.complex128))
    return roots


def _of_eigenvalues(vectors: Any, values: Any) -> Any:
    scaled = vectors.astype(np.complex128) * values[..., None, :]
    adjoint = np.linalg.pinv(vectors.astype(np.complex128))
    return scaled @ adjoint


def _root_by_iteration(value: Any) -> Any:
    """Square roots of matrices that have no basis of eigenvectors.

    Source: Denman, Beavers: The matrix sign function and computations in systems, 1976.
    """
    root, inverse = value.copy(), np.broadcast_to(np.eye(value.shape[-1]), value.shape).astype(value.dtype)
    for _ in range(60):
        try:
            following = (root + np.linalg.inv(inverse)) / 2
            inverse = (inverse + np.linalg.inv(root)) / 2
        except np.linalg.LinAlgError:
            return np.full(value.shape, np.nan, value.dtype)
        is_done = np.allclose(following, root, rtol=1e-14, atol=0)
        root = following
        if is_done:
            break
    return root


def _square_root(value: Any) -> Any:
    matrix_shapes.check_square(value)
    if not value.size:
        return np.zeros_like(value)
    size = value.shape[-1]
    is_complex = value.dtype.kind == "c"
    matrices = value.reshape(-1, size, size).astype(np.complex128 if is_complex else np.float64)
    roots = _root(matrices)
    if not is_complex:
        # A root that is not real cannot be given in a real dtype.
        largest = np.abs(roots.imag).max(axis=(-2, -1), keepdims=True)
        limit = 1e-6 * np.abs(roots).max(axis=(-2, -1), keepdims=True)
        roots = np.where(largest <= limit, roots.real, np.nan)
    return roots.reshape(value.shape).astype(value.dtype)


def _kronecker(first: Tensor, second: Tensor) -> Tensor:
    """The Kronecker products of two batches of square matrices."""
    first_shape: Any = shape_queries.shape(first)
    second_shape: Any = shape_queries.shape(second)
    first_order, second_order = first_shape[-1], second_shape[-1]
    batch = slicing.slice(first_shape, [0], [arithmetic.subtract(shape_queries.size(first_shape), 2)])
    first_wide = joining.concat([batch, [first_order], [1], [first_order], [1]], 0)
    second_wide = joining.concat([batch, [1], [second_order], [1], [second_order]], 0)
    first, second = arrays.reshape(first, first_wide), arrays.reshape(second, second_wide)
    order = first_order * second_order
    sizes = joining.concat([batch, [order], [order]], 0)
    return arrays.reshape(first * second, sizes)


def _square_root_gradient(op: Operation, grad: Tensor) -> Tensor:
    """The solution of Sylvester's equation, as one system of equations for all elements of a matrix."""
    root = op.outputs[0]
    shape: Any = shape_queries.shape(root)
    order = shape[-1]
    count = reductions.reduce_prod(shape[0:-2])
    flat = arrays.reshape(identity_matrices.eye(order, dtype=root.dtype), [-1])
    identities = arrays.reshape(arrays.tile(flat, [count]), shape)
    turned = linear_systems.matrix_transpose(root)
    first = _kronecker(identities, turned)
    second = _kronecker(root, identities)
    total = arithmetic.add(first, second)
    batch = slicing.slice(shape, [0], [arithmetic.subtract(shape_queries.size(shape), 2)])
    column = joining.concat([batch, [order * order], [1]], 0)
    right = arrays.reshape(linear_systems.matrix_transpose(grad), column)
    solution = linear_systems.matrix_solve(total, right)
    return linear_systems.matrix_transpose(arrays.reshape(solution, shape))


MatrixSquareRoot = define_op(
    "MatrixSquareRoot",
    ["input: T"],
    ["output: T"],
    attributes={"T": types(*MATRICES)},
    shape=matrix_shapes.square,
    kernel=_square_root,
    gradient=_square_root_gradient,
    samples=[
        Sample((_SINGLE,)),
        Sample((_BATCH[:1].copy(),)),
        # The numerical derivative leaves the matrices that have no basis of eigenvectors.
        Sample((_BATCH,), differentiable=False),
        Sample((_COMPLEX,)),
        Sample((_SINGLE[:2],), raises="Input matrix must be square."),
    ],
)


def _logarithm(value: Any) -> Any:
    matrix_shapes.check_square(value)
    if not value.size:
        return np.zeros_like(value)
    size = value.shape[-1]
    matrices = value.reshape(-1, size, size).astype(np.complex128)
    values, vectors = np.linalg.eig(matrices)
    result = _of_eigenvalues(vectors, np.log(values))
    bad = ~(np.linalg.cond(vectors) < _WORST_CONDITION)
    if bad.any():
        result[bad] = _logarithm_by_roots(matrices[bad])
    return result.reshape(value.shape).astype(value.dtype)


def _logarithm_by_roots(value: Any) -> Any:
    """Logarithms of matrices that have no basis of eigenvectors, from roots that are nearly identities.

    Source: Higham: Functions of matrices, 2008, section 11.5, with a quadrature for Padé's approximation.
    """
    identity = np.eye(value.shape[-1])
    halvings = 0
    while np.abs(value - identity).sum(axis=-2).max() > 0.25 and halvings < 60:
        value, halvings = _root_by_iteration(value), halvings + 1
    rest = value - identity
    nodes, weights = np.polynomial.legendre.leggauss(12)
    parts = [
        weight / 2 * np.linalg.solve(identity + (node + 1) / 2 * rest, rest)
        for node, weight in zip(nodes, weights, strict=True)
    ]
    return sum(parts) * 2.0**halvings


MatrixLogarithm = define_op(
    "MatrixLogarithm",
    ["input: T"],
    ["output: T"],
    attributes={"T": types(dtypes.complex64, dtypes.complex128)},
    shape=matrix_shapes.square,
    kernel=_logarithm,
    samples=[
        Sample((_COMPLEX,)),
        Sample((_BATCH.astype(np.complex128),)),
        Sample((_COMPLEX[:1],), raises="Input matrix must be square."),
    ],
)


class LuDecomposition(NamedTuple):
    """Both triangles in one matrix, and the order of the rows."""

    lu: Tensor
    p: Tensor


def lu(input: Any, output_idx_type: Any = dtypes.int32, name: str | None = None) -> LuDecomposition:
    """The LU decompositions of matrices, with rows exchanged.

    Args:
        input: a tensor of shape ``(..., n, n)``.
        output_idx_type: the dtype of the order, int32 or int64.
        name: the operation's name.

    Returns:
        The Tensor of both triangles (of the lower one without its diagonal of ones), and the rows of the
        input in their order. A run raises InvalidArgumentError where a matrix is singular.

    Source: TensorFlow's ``Lu``.
    """
    return LuDecomposition(*Lu.operation(input, output_idx_type=output_idx_type, name=name).outputs)


def matrix_square_root(input: Any, name: str | None = None) -> Tensor:
    """The principal square roots of matrices.

    Args:
        input: a tensor of shape ``(..., n, n)``.
        name: the operation's name.

    Returns:
        A Tensor of that shape; not-a-number where a root of real matrices is not real.

    Source: TensorFlow's ``MatrixSquareRoot``.
    """
    return MatrixSquareRoot(input, name=name)


def matrix_logarithm(input: Any, name: str | None = None) -> Tensor:
    """The principal logarithms of complex matrices ``(..., n, n)`` (TensorFlow's ``MatrixLogarithm``)."""
    return MatrixLogarithm(input, name=name)
