"""The QR, singular value and eigenvalue decompositions of matrices."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from graphlog.core import dtypes, shapes
from graphlog.core.attributes import boolean, types
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.array import axes, filling, shape_queries
from graphlog.ops.linear_algebra import diagonals, identity_matrices, linear_systems, matrix_shapes
from graphlog.ops.linear_algebra.linear_systems import MATRICES, adjoint
from graphlog.ops.linear_algebra.matmul import matmul as _matmul
from graphlog.ops.math import casts, complex_numbers, elementwise
from graphlog.ops.name_scopes import control_dependencies

_SQUARE = samples.float32([[2.0, -1.0, 0.5], [1.0, 3.0, -0.5], [0.0, 1.0, 1.5]])
_TALL = samples.float64([[[2.0, -1.0], [1.0, 3.0], [0.5, 1.5]], [[0.5, 1.5], [-2.0, 1.0], [1.0, 0.25]]])
_COMPLEX = samples.complex64([[2 + 1j, -1j], [1, 3 - 1j]])
_LOWER = samples.float64([[[2.0, 0.0], [0.5, 1.0]], [[1.5, 0.0], [-1.0, 3.0]]])
_UPPER = np.ascontiguousarray(np.swapaxes(_LOWER, -2, -1))


def _sizes(op: Operation) -> tuple[StaticShape, int | None, int | None, int | None]:
    """The batch, the rows, the columns and the smaller of the two, of the first input."""
    shape = shape_rules.with_rank_at_least(op.inputs[0].static_shape, 2)
    if shape is None:
        return None, None, None, None
    rows, columns = shape[-2:]
    return shape[:-2], rows, columns, matrix_shapes.smaller_size(rows, columns)


def _of(batch: StaticShape, *sizes: int | None) -> StaticShape:
    return None if batch is None else (*batch, *sizes)


def _qr_shape(op: Operation) -> list[StaticShape]:
    batch, rows, columns, smaller = _sizes(op)
    inner = rows if op.attributes["full_matrices"] else smaller
    return [_of(batch, rows, inner), _of(batch, inner, columns)]


def _qr_kernel(op: Operation) -> Kernel:
    mode: Any = "complete" if op.attributes["full_matrices"] else "reduced"

    def kernel(value: Any) -> Any:
        matrix_shapes.check_matrices(value)
        q, r = np.linalg.qr(value, mode)
        return np.ascontiguousarray(q), np.ascontiguousarray(r)

    return kernel


def _times_inverse_adjoint(x: Tensor, r: Tensor) -> Tensor:
    """``x`` times the inverse of the adjoint of the upper triangle ``r``."""
    return adjoint(linear_systems.matrix_triangular_solve(r, adjoint(x), lower=False, adjoint=False))


def _qr_gradient(op: Operation, grad_q: Tensor, grad_r: Tensor) -> Tensor:
    q, r = op.outputs
    if q.dtype.is_complex:
        raise NotImplementedError(f"QrGrad not implemented for dtype: {q.dtype!r}")
    sizes = r.static_shape
    if sizes is None or None in sizes[-2:]:
        raise NotImplementedError("QrGrad not implemented with dynamic shapes.")
    if sizes[-1] != sizes[-2]:
        raise NotImplementedError(
            "QrGrad not implemented when ncols > nrows or full_matrices is true and ncols != nrows."
        )
    of_q = _matmul(q, grad_q, adjoint_a=True)
    asymmetric = of_q - adjoint(of_q)
    of_r = _matmul(r, grad_r, adjoint_b=True)
    triangle = diagonals.matrix_band_part(asymmetric + (of_r - adjoint(of_r)), -1, 0)
    first = _matmul(q, grad_r + _times_inverse_adjoint(triangle, r))
    second = _times_inverse_adjoint(grad_q - _matmul(q, of_q), r)
    return first + second


Qr = define_op(
    "Qr",
    ["input: T"],
    ["q: T", "r: T"],
    attributes={"full_matrices": boolean(False), "T": types(*MATRICES)},
    shape=_qr_shape,
    make_kernel=_qr_kernel,
    gradient=_qr_gradient,
    samples=[
        # TensorFlow's rule needs static shapes, so it is compared in parity programs.
        Sample((_SQUARE,), differentiable=False),
        Sample((_TALL,), differentiable=False),
        Sample((_TALL,), {"full_matrices": True}, differentiable=False),
        Sample((_COMPLEX,)),
        Sample((_SQUARE[0],), raises="Input tensor 0 must have rank >= 2, got 1"),
    ],
)


def _svd_shape(op: Operation) -> list[StaticShape]:
    batch, rows, columns, smaller = _sizes(op)
    if not op.attributes["compute_uv"]:
        return [_of(batch, smaller), (0,), (0,)]
    if op.attributes["full_matrices"]:
        return [_of(batch, smaller), _of(batch, rows, rows), _of(batch, columns, columns)]
    return [_of(batch, smaller), _of(batch, rows, smaller), _of(batch, columns, smaller)]


def _svd_kernel(op: Operation) -> Kernel:
    compute, full = op.attributes["compute_uv"], op.attributes["full_matrices"]

    def kernel(value: Any) -> Any:
        matrix_shapes.check_matrices(value)
        if not compute:
            nothing = np.zeros(0, value.dtype)
            singular = np.linalg.svd(value, compute_uv=False)
            return singular.astype(value.dtype, copy=False), nothing, nothing
        u, singular, v_adjoint = np.linalg.svd(value, full_matrices=full)
        v = np.ascontiguousarray(matrix_shapes.adjoint(v_adjoint))
        return singular.astype(value.dtype, copy=False), np.ascontiguousarray(u), v

    return kernel


def _svd_gradient(op: Operation, grad_s: Tensor, grad_u: Tensor, grad_v: Tensor) -> Tensor:
    """The rule of Ionescu, Vantzos and Sminchisescu, and of Townsend for thin decompositions."""
    value = op.inputs[0]
    singular_grad = diagonals.matrix_diag(grad_s)
    if not op.attributes["compute_uv"]:
        _, u, v = svd(value, compute_uv=True)
        result = _matmul(u, _matmul(singular_grad, v, adjoint_b=True))
        result.set_shape(value.static_shape)
        return result
    if value.dtype.is_complex:
        raise NotImplementedError("SVD gradient is not implemented for complex types and compute_uv=True.")
    shape = _svd_input_shape(value, grad_u, grad_v)
    rows, columns = (None, None) if shape is None else shape[-2:]
    if rows is None or columns is None:
        raise NotImplementedError(
            "SVD gradient has not been implemented for input with unknown inner matrix shape."
        )
    s, u, v = op.outputs
    is_tall = rows > columns
    if is_tall:
        # The gradient of the adjoint, whose vectors have changed sides, is transposed at the end.
        rows, columns = columns, rows
        u, v, grad_u, grad_v = v, u, grad_v, grad_u
    with control_dependencies([grad_s, grad_u, grad_v]):
        full = op.attributes["full_matrices"]
        if full and abs(rows - columns) > 1:
            raise NotImplementedError(
                "svd gradient is not implemented for abs(m - n) > 1 when full_matrices is True"
            )
        result = _wide_svd_gradient(s, u, v, singular_grad, grad_u, grad_v, rows, columns, full)
        if is_tall:
            result = linear_systems.matrix_transpose(result)
        result.set_shape(shape)
        return result


def _svd_input_shape(value: Tensor, grad_u: Tensor, grad_v: Tensor) -> StaticShape:
    shape = shape_rules.with_rank_at_least(value.static_shape, 2)
    sides = [shape_rules.with_rank_at_least(grad.static_shape, 2) for grad in (grad_u, grad_v)]
    batch = None if shape is None else shape[:-2]
    for side in sides:
        batch = shapes.merge(batch, None if side is None else side[:-2])
    rows, columns = (None, None) if shape is None else shape[-2:]
    if sides[0] is not None:
        rows = shape_rules.merged_size(rows, sides[0][-2])
    if sides[1] is not None:
        columns = shape_rules.merged_size(columns, sides[1][-2])
    return _of(batch, rows, columns)


def _wide_svd_gradient(
    s: Tensor,
    u: Tensor,
    v: Tensor,
    singular_grad: Tensor,
    grad_u: Tensor,
    grad_v: Tensor,
    rows: int,
    columns: int,
    full: bool,
) -> Tensor:
    singular = diagonals.matrix_diag(s)
    squares = elementwise.square(s)
    sizes = shape_queries.shape(s)
    identity = identity_matrices.eye(sizes[-1], batch_shape=sizes[:-1], dtype=s.dtype)
    # With ones on the diagonal, no reciprocal there is infinite and then differentiated.
    differences = axes.expand_dims(squares, -2) - axes.expand_dims(squares, -1) + identity
    factors = diagonals.matrix_set_diag(elementwise.reciprocal(differences), filling.zeros_like(s))
    inverse = diagonals.matrix_diag(elementwise.reciprocal(s))
    first_v, first_grad_v = v[..., :, :rows], grad_v[..., :, :rows]
    of_u = _matmul(u, grad_u, adjoint_a=True)
    of_v = _matmul(first_v, first_grad_v, adjoint_a=True)
    of_u, of_v = factors * of_u, factors * of_v
    middle = singular_grad + _matmul(of_u + adjoint(of_u), singular)
    middle = middle + _matmul(singular, of_v + adjoint(of_v))
    result = _matmul(u, _matmul(middle, first_v, adjoint_b=True))
    if rows == columns:
        return result
    turned = linear_systems.matrix_transpose(first_grad_v)
    rest = turned - _matmul(_matmul(turned, first_v), first_v, adjoint_b=True)
    if full:
        second_v, second_grad_v = v[..., :, rows:columns], grad_v[..., :, rows:columns]
        rest -= _matmul(_matmul(first_v, second_grad_v, adjoint_a=True), second_v, adjoint_b=True)
    return result + _matmul(_matmul(u, inverse), rest)


Svd = define_op(
    "Svd",
    ["input: T"],
    ["s: T", "u: T", "v: T"],
    attributes={"compute_uv": boolean(True), "full_matrices": boolean(False), "T": types(*MATRICES)},
    shape=_svd_shape,
    make_kernel=_svd_kernel,
    gradient=_svd_gradient,
    samples=[
        # TensorFlow's rule for the vectors needs static shapes, so it is compared in parity programs.
        Sample((_SQUARE,), differentiable=False),
        Sample((_TALL,), differentiable=False),
        Sample((_TALL,), {"full_matrices": True}, differentiable=False),
        Sample((_TALL,), {"compute_uv": False}, differentiable=False),
        Sample((_COMPLEX,)),
        Sample((_SQUARE[0],), raises="Input tensor 0 must have rank >= 2, got 1"),
    ],
)


def _eigen_shape(op: Operation) -> list[StaticShape]:
    batch, size = matrix_shapes.square_matrices(op.inputs[0].static_shape)
    return [_of(batch, size), _of(batch, size, size) if op.attributes["compute_v"] else (0,)]


def _eigen_kernel(op: Operation) -> Kernel:
    compute = op.attributes["compute_v"]

    def kernel(value: Any) -> Any:
        matrix_shapes.check_square(value)
        if compute:
            eigenvalues, vectors = np.linalg.eigh(value)
        else:
            eigenvalues, vectors = np.linalg.eigvalsh(value), np.zeros(0, value.dtype)
        return eigenvalues.astype(value.dtype, copy=False), np.ascontiguousarray(vectors)

    return kernel


def _eigen_gradient(op: Operation, grad_e: Tensor, grad_v: Tensor) -> Tensor:
    """The rule of Giles; infinite where two eigenvalues are one, whose vectors are not unique."""
    e = op.outputs[0]
    with control_dependencies([grad_e, grad_v]):
        if op.attributes["compute_v"]:
            v = op.outputs[1]
            differences = axes.expand_dims(e, -2) - axes.expand_dims(e, -1)
            factors = diagonals.matrix_set_diag(elementwise.reciprocal(differences), filling.zeros_like(e))
            middle = diagonals.matrix_diag(grad_e) + factors * _matmul(v, grad_v, adjoint_a=True)
        else:
            _, v = self_adjoint_eig(op.inputs[0])
            middle = diagonals.matrix_diag(grad_e)
        result = _matmul(v, _matmul(middle, v, adjoint_b=True))
        # Only the lower triangle is read, so both halves of the gradient belong there.
        result = diagonals.matrix_band_part(result + adjoint(result), -1, 0)
        return diagonals.matrix_set_diag(result, 0.5 * diagonals.matrix_diag_part(result))


SelfAdjointEigV2 = define_op(
    "SelfAdjointEigV2",
    ["input: T"],
    ["e: T", "v: T"],
    attributes={"compute_v": boolean(True), "T": types(*MATRICES)},
    shape=_eigen_shape,
    make_kernel=_eigen_kernel,
    gradient=_eigen_gradient,
    samples=[
        Sample((_LOWER,)),
        Sample((_LOWER[0].astype(np.float32),)),
        Sample((_LOWER,), {"compute_v": False}),
        Sample((samples.complex64([[2, 0], [1j, 3]]),)),
        Sample((_TALL,), raises="Input matrix must be square."),
    ],
)


def _general_eigen_kernel(op: Operation) -> Kernel:
    compute, dtype = op.attributes["compute_v"], op.attributes["Tout"].numpy_dtype

    def kernel(value: Any) -> Any:
        matrix_shapes.check_square(value)
        if compute:
            eigenvalues, vectors = np.linalg.eig(value)
        else:
            eigenvalues, vectors = np.linalg.eigvals(value), np.zeros(0, dtype)
        return eigenvalues.astype(dtype, copy=False), np.ascontiguousarray(vectors, dtype)

    return kernel


def _general_eigen_gradient(op: Operation, grad_e: Tensor, grad_v: Tensor) -> Tensor:
    """TensorFlow's rule, for vectors of length 1 of any phase; infinite where two eigenvalues are one."""
    with control_dependencies([grad_e, grad_v]):
        if op.attributes["compute_v"]:
            e, v = op.outputs
            differences = axes.expand_dims(e, -2) - axes.expand_dims(e, -1)
            factors = diagonals.matrix_set_diag(elementwise.reciprocal(differences), filling.zeros_like(e))
            products = _matmul(v, grad_v, adjoint_a=True)
            along = casts.cast(complex_numbers.real(diagonals.matrix_diag_part(products)), e.dtype)
            across = products - _matmul(_matmul(v, v, adjoint_a=True), diagonals.matrix_diag(along))
            middle = diagonals.matrix_diag(grad_e) + elementwise.conj(factors) * across
        else:
            _, v = eig(op.inputs[0])
            middle = diagonals.matrix_diag(grad_e)
        inner = _matmul(middle, v, adjoint_b=True)
        return casts.cast(linear_systems.matrix_solve(adjoint(v), inner), op.inputs[0].dtype)


# TensorFlow's from 2.3 on; 1.15 has no operation for it.
Eig = define_op(
    "Eig",
    ["input: T"],
    ["e: Tout", "v: Tout"],
    attributes={
        "compute_v": boolean(True),
        "T": types(dtypes.float32, dtypes.float64, dtypes.complex64, dtypes.complex128),
        "Tout": types(dtypes.complex64, dtypes.complex128),
    },
    shape=_eigen_shape,
    make_kernel=_general_eigen_kernel,
    gradient=_general_eigen_gradient,
    samples=[
        # The phase of a vector is free, and so is its derivative.
        Sample((_SQUARE,), {"Tout": dtypes.complex64}, differentiable=False),
        Sample((_COMPLEX,), {"Tout": dtypes.complex64}, differentiable=False),
        Sample((_UPPER,), {"Tout": dtypes.complex128, "compute_v": False}, differentiable=False),
        Sample((_TALL,), {"Tout": dtypes.complex128}, raises="Input matrix must be square."),
    ],
)


class QrDecomposition(NamedTuple):
    """An orthogonal matrix and an upper triangular one, whose product is the input."""

    q: Tensor
    r: Tensor


def qr(input: Any, full_matrices: bool = False, name: str | None = None) -> QrDecomposition:
    """The QR decomposition of the matrices in the last two axes.

    Args:
        input: a tensor of shape ``(..., m, n)``.
        full_matrices: whether q is ``(..., m, m)``, or else ``(..., m, min(m, n))``.
        name: the operation's name.

    Returns:
        The Tensors q and r.

    Source: TensorFlow's ``Qr``.
    """
    return QrDecomposition(*Qr.operation(input, full_matrices=full_matrices, name=name).outputs)


def svd(tensor: Any, full_matrices: bool = False, compute_uv: bool = True, name: str | None = None) -> Any:
    """The singular value decomposition ``u @ diag(s) @ adjoint(v)`` of matrices.

    Args:
        tensor: a tensor of shape ``(..., m, n)``.
        full_matrices: whether u and v are square, or else have ``min(m, n)`` columns.
        compute_uv: whether u and v are computed.
        name: the operation's name.

    Returns:
        The Tensors s (greatest first), u and v; s alone without ``compute_uv``.

    Source: TensorFlow's ``Svd``.
    """
    s, u, v = Svd.operation(tensor, compute_uv=compute_uv, full_matrices=full_matrices, name=name).outputs
    singular = complex_numbers.real(s)
    return (singular, u, v) if compute_uv else singular


def self_adjoint_eig(tensor: Any, name: str | None = None) -> tuple[Tensor, Tensor]:
    """The eigenvalues and eigenvectors of symmetric (or Hermitian) matrices.

    Args:
        tensor: a tensor of shape ``(..., n, n)``, of which the lower triangles are read.
        name: the operation's name.

    Returns:
        The Tensor of eigenvalues ``(..., n)``, the least first, and that of eigenvectors
        ``(..., n, n)``, which are its columns.

    Source: TensorFlow's ``SelfAdjointEigV2``.
    """
    eigenvalues, vectors = SelfAdjointEigV2.operation(tensor, compute_v=True, name=name).outputs
    return eigenvalues, vectors


def self_adjoint_eigvals(tensor: Any, name: str | None = None) -> Tensor:
    """The eigenvalues alone; see ``self_adjoint_eig``."""
    return SelfAdjointEigV2.operation(tensor, compute_v=False, name=name).outputs[0]


def eig(tensor: Any, name: str | None = None) -> tuple[Tensor, Tensor]:
    """The eigenvalues and eigenvectors of square matrices; see ``self_adjoint_eig`` for symmetric ones.

    Args:
        tensor: a tensor of shape ``[..., n, n]``.
        name: the operation's name.

    Returns:
        The eigenvalues in the order of LAPACK, of shape ``[..., n]``, and the eigenvectors in columns, of
        shape ``[..., n, n]`` and length 1; both complex.

    Source: TensorFlow 2's ``Eig``.
    """
    tensor = convert_to_tensor(tensor)
    is_double = tensor.dtype.base_dtype in (dtypes.float64, dtypes.complex128)
    wanted = dtypes.complex128 if is_double else dtypes.complex64
    eigenvalues, vectors = Eig.operation(tensor, compute_v=True, Tout=wanted, name=name).outputs
    return eigenvalues, vectors
