"""``tf.linalg``: linear algebra."""

from graphlog.ops.linear_algebra.cholesky import cholesky, cholesky_solve, logdet
from graphlog.ops.linear_algebra.decompositions import qr, svd
from graphlog.ops.linear_algebra.decompositions import self_adjoint_eig as eigh
from graphlog.ops.linear_algebra.decompositions import self_adjoint_eigvals as eigvalsh
from graphlog.ops.linear_algebra.diagonals import diag as tensor_diag
from graphlog.ops.linear_algebra.diagonals import diag_part as tensor_diag_part
from graphlog.ops.linear_algebra.diagonals import matrix_band_part as band_part
from graphlog.ops.linear_algebra.diagonals import matrix_diag as diag
from graphlog.ops.linear_algebra.diagonals import matrix_diag_part as diag_part
from graphlog.ops.linear_algebra.diagonals import matrix_set_diag as set_diag
from graphlog.ops.linear_algebra.einsum import einsum
from graphlog.ops.linear_algebra.identity_matrices import eye, trace
from graphlog.ops.linear_algebra.least_squares import matrix_solve_ls as lstsq
from graphlog.ops.linear_algebra.linear_systems import adjoint, matrix_transpose
from graphlog.ops.linear_algebra.linear_systems import log_matrix_determinant as slogdet
from graphlog.ops.linear_algebra.linear_systems import matrix_determinant as det
from graphlog.ops.linear_algebra.linear_systems import matrix_inverse as inv
from graphlog.ops.linear_algebra.linear_systems import matrix_solve as solve
from graphlog.ops.linear_algebra.linear_systems import matrix_transpose as transpose
from graphlog.ops.linear_algebra.linear_systems import matrix_triangular_solve as triangular_solve
from graphlog.ops.linear_algebra.matmul import matmul, matvec
from graphlog.ops.linear_algebra.matrix_exponential import matrix_exponential as expm
from graphlog.ops.linear_algebra.matrix_functions import lu
from graphlog.ops.linear_algebra.matrix_functions import matrix_logarithm as logm
from graphlog.ops.linear_algebra.matrix_functions import matrix_square_root as sqrtm
from graphlog.ops.linear_algebra.normalizing import normalize
from graphlog.ops.linear_algebra.norms import norm
from graphlog.ops.linear_algebra.pseudo_inverses import matrix_rank, pinv
from graphlog.ops.linear_algebra.tensordot import tensordot
from graphlog.ops.linear_algebra.tridiagonal_functions import tridiagonal_matmul, tridiagonal_solve
from graphlog.ops.math.accumulation import cross
from graphlog.ops.math.clipping import global_norm
from graphlog.ops.nn.normalization import l2_normalize

__all__ = [
    "adjoint",
    "band_part",
    "cholesky",
    "cholesky_solve",
    "cross",
    "det",
    "diag",
    "diag_part",
    "eigh",
    "eigvalsh",
    "einsum",
    "expm",
    "eye",
    "global_norm",
    "inv",
    "l2_normalize",
    "logdet",
    "logm",
    "lstsq",
    "lu",
    "matmul",
    "matrix_rank",
    "matrix_transpose",
    "matvec",
    "norm",
    "normalize",
    "pinv",
    "qr",
    "set_diag",
    "slogdet",
    "solve",
    "sqrtm",
    "svd",
    "tensor_diag",
    "tensor_diag_part",
    "tensordot",
    "trace",
    "transpose",
    "triangular_solve",
    "tridiagonal_matmul",
    "tridiagonal_solve",
]
