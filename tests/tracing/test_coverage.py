"""What can be traced: all that the HIPS autograd library differentiates of NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from graphlog.tracing.calls import load_functions
from graphlog.tracing.functions.products import PRODUCTS
from graphlog.tracing.functions.universal_function_builders import BUILDERS
from graphlog.tracing.traced_array import FUNCTIONS

# The functions for which autograd 1.9.1 has derivatives, a NumPy of its own aside.
DIFFERENTIATED_BY_AUTOGRAD = {
    "numpy": """
        absolute add amax amin angle arccos arccosh arcsin arcsinh arctan arctan2 arctanh array_split
        astype atleast_1d atleast_2d atleast_3d broadcast_to clip conjugate cos cosh cross cumsum
        deg2rad degrees diag diagonal diff divide dot dsplit einsum exp exp2 expand_dims expm1 fabs
        fliplr flipud fmax fmin full gradient hsplit hypot imag inner kron linspace log log10 log1p
        log2 logaddexp logaddexp2 matmul max maximum mean min minimum moveaxis multiply nan_to_num
        negative outer pad partition power prod rad2deg radians ravel real real_if_close reciprocal
        remainder repeat reshape roll rollaxis rot90 sin sinc sinh sort split sqrt square squeeze std
        subtract sum swapaxes tan tanh tensordot tile trace transpose tril triu var vsplit where
    """,
    "numpy.fft": """
        fft fft2 fftn fftshift ifft ifft2 ifftn ifftshift irfft irfft2 irfftn rfft rfft2 rfftn
    """,
    "numpy.linalg": """
        cholesky det eig eigh inv norm pinv slogdet solve svd
    """,
}


def can_be_traced(function: Any) -> bool:
    load_functions()
    return function in FUNCTIONS or function in BUILDERS or getattr(function, "__name__", "") in PRODUCTS


def functions_of(module: str) -> Any:
    functions: Any = np
    for part in module.split(".")[1:]:
        functions = getattr(functions, part)
    return functions


@pytest.mark.parametrize("module", DIFFERENTIATED_BY_AUTOGRAD)
def test_all_that_autograd_differentiates_can_be_traced(module: str) -> None:
    functions = functions_of(module)
    names = DIFFERENTIATED_BY_AUTOGRAD[module].split()
    # Not every version of NumPy has all of them.
    assert not [
        name for name in names if hasattr(functions, name) and not can_be_traced(getattr(functions, name))
    ]


def test_there_are_130_of_them() -> None:
    assert sum(len(names.split()) for names in DIFFERENTIATED_BY_AUTOGRAD.values()) == 130


def test_the_list_is_autograds_own() -> None:
    core = pytest.importorskip("autograd.core")
    pytest.importorskip("autograd.numpy")
    found: dict[str, set[str]] = {}
    for primitive in core.primitive_vjps:
        # Universal functions of NumPy 1.26 do not say where they stand.
        of_numpy = "numpy" if isinstance(primitive.fun, np.ufunc) else ""
        module = getattr(primitive.fun, "__module__", None) or of_numpy
        if module.partition(".")[0] == "numpy":
            found.setdefault(module, set()).add(primitive.__name__)
            assert can_be_traced(primitive.fun), primitive.__name__
    # A newer autograd may have more: the assertion above holds for these too.
    for module, names in DIFFERENTIATED_BY_AUTOGRAD.items():
        functions = functions_of(module)
        assert {name for name in names.split() if hasattr(functions, name)} <= found[module]
