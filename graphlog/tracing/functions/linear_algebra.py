"""``np.linalg`` in a trace."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

import numpy as np

from graphlog.ops.linear_algebra import cholesky, decompositions, linear_systems
from graphlog.tracing.traced_array import (
    TracedArray,
    TracingError,
    as_traced,
    implements,
    promoted,
    tensor_of,
)

SlogdetResult = namedtuple("SlogdetResult", ("sign", "logabsdet"))
EigResult = namedtuple("EigResult", ("eigenvalues", "eigenvectors"))
EighResult = namedtuple("EighResult", ("eigenvalues", "eigenvectors"))
SVDResult = namedtuple("SVDResult", ("U", "S", "Vh"))
QRResult = namedtuple("QRResult", ("Q", "R"))


def _matrix(a: Any) -> Any:
    """The tensor of a matrix, of a dtype that can be computed with."""
    a = as_traced(a)
    if a.ndim < 2:
        raise np.linalg.LinAlgError(
            f"{a.ndim}-dimensional array given. Array must be at least two-dimensional"
        )
    return tensor_of(a, a.dtype if a.dtype.kind in "fc" else np.dtype(np.float64))


@implements(np.linalg.inv)
def _inv(a: Any) -> Any:
    return TracedArray(linear_systems.matrix_inverse(_matrix(a)))


@implements(np.linalg.det)
def _det(a: Any) -> Any:
    return TracedArray(linear_systems.matrix_determinant(_matrix(a)))


@implements(np.linalg.slogdet)
def _slogdet(a: Any) -> Any:
    return SlogdetResult(*map(TracedArray, linear_systems.log_matrix_determinant(_matrix(a))))


@implements(np.linalg.solve)
def _solve(a: Any, b: Any) -> Any:
    is_vector = np.ndim(b) == 1
    matrix, right = promoted(TracedArray(_matrix(a)), as_traced(b)[:, None] if is_vector else b)
    solution = TracedArray(linear_systems.matrix_solve(matrix, right))
    return solution[:, 0] if is_vector else solution


@implements(np.linalg.cholesky)
def _cholesky(a: Any, /, *, upper: bool = False) -> Any:
    lower = TracedArray(cholesky.cholesky(_matrix(a)))
    return np.conj(np.swapaxes(lower, -1, -2)) if upper else lower


@implements(np.linalg.qr)
def _qr(a: Any, mode: str = "reduced") -> Any:
    if mode not in ("reduced", "complete", "r"):
        raise TracingError(f"np.linalg.qr cannot be traced with mode={mode!r}.")
    q, r = decompositions.qr(_matrix(a), full_matrices=mode == "complete")
    return TracedArray(r) if mode == "r" else QRResult(TracedArray(q), TracedArray(r))


@implements(np.linalg.eigh)
def _eigh(a: Any, UPLO: str = "L") -> Any:  # noqa: N803
    a = as_traced(a) if UPLO.upper() == "L" else np.conj(np.swapaxes(as_traced(a), -1, -2))
    return EighResult(*map(TracedArray, decompositions.self_adjoint_eig(_matrix(a))))


@implements(np.linalg.eig)
def _eig(a: Any) -> Any:
    # Complex always: NumPy gives reals where all eigenvalues are, which is not known while it is traced.
    return EigResult(*map(TracedArray, decompositions.eig(_matrix(a))))


@implements(np.linalg.eigvals)
def _eigvals(a: Any) -> Any:
    return _eig(a)[0]


@implements(np.linalg.eigvalsh)
def _eigvalsh(a: Any, UPLO: str = "L") -> Any:  # noqa: N803
    # By the decomposition, whose values alone TensorFlow cannot differentiate.
    return _eigh(a, UPLO)[0]


@implements(np.linalg.svd)
def _svd(a: Any, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False) -> Any:
    if hermitian:
        raise TracingError("np.linalg.svd cannot be traced with hermitian=True.")
    if not compute_uv:
        return TracedArray(decompositions.svd(_matrix(a), full_matrices=False)[0])
    s, u, v = map(TracedArray, decompositions.svd(_matrix(a), full_matrices=full_matrices))
    return SVDResult(u, s, np.conj(np.swapaxes(v, -1, -2)))


@implements("linalg.svdvals")
def _svdvals(x: Any, /) -> Any:
    return _svd(x, compute_uv=False)


@implements(np.linalg.pinv)
def _pinv(a: Any, rcond: Any = None, hermitian: bool = False) -> Any:
    """By the normal equations of the smaller side: right where the rank is full."""
    if rcond is not None or hermitian:
        raise TracingError(
            "np.linalg.pinv can be traced for matrices of full rank, without rcond= and hermitian=."
        )
    a = TracedArray(_matrix(a))
    adjoint = np.conj(np.swapaxes(a, -1, -2))
    if a.shape[-2] >= a.shape[-1]:
        return np.linalg.solve(adjoint @ a, adjoint)
    return np.conj(np.swapaxes(np.linalg.solve(a @ adjoint, a), -1, -2))
