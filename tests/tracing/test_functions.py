"""What NumPy's functions give in a trace: NumPy's own values, shapes and dtypes, and right derivatives."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

import graphlog as gl


class Case(NamedTuple):
    """A function, and the shapes of its arguments; `low` and `high` bound their numbers."""

    label: str
    function: Callable[..., Any]
    shapes: tuple[tuple[int, ...], ...]
    low: float = -2.0
    high: float = 2.0
    is_smooth: bool = True


def case(label: str, function: Callable[..., Any], *shapes: tuple[int, ...], **kwargs: Any) -> Case:
    return Case(label, function, shapes, **kwargs)


M, V, T = (3, 4), (5,), (2, 3, 4)
POSITIVE: dict[str, Any] = {"low": 0.5, "high": 2.0}
WITHIN_ONE: dict[str, Any] = {"low": -0.9, "high": 0.9}
STEPS: dict[str, Any] = {"is_smooth": False}


def each(names: str, **options: Any) -> dict[str, dict[str, Any]]:
    return dict.fromkeys(names.split(), options)


UNARY = {
    **each("absolute fabs negative positive conjugate square reciprocal degrees radians"),
    **each("exp exp2 expm1 sin cos sinh cosh tanh arctan arcsinh"),
    **each("log log2 log10 log1p sqrt cbrt deg2rad rad2deg", **POSITIVE),
    **each("arcsin arccos arctanh tan", **WITHIN_ONE),
    **each("arccosh", low=1.2, high=3.0),
    **each("floor ceil trunc rint sign signbit isnan isinf isfinite logical_not", **STEPS),
}
BINARY = {
    **each("add subtract multiply true_divide maximum minimum fmax fmin"),
    **each("arctan2 hypot logaddexp logaddexp2 copysign"),
    **each("power float_power", **POSITIVE),
    **each("remainder fmod"),
    **each("floor_divide heaviside divmod", **STEPS),
    **each("equal not_equal less less_equal greater greater_equal", **STEPS),
    **each("logical_and logical_or logical_xor", **STEPS),
}

MASK = np.array([[True, False, True, False], [False, True, True, True], [True, True, False, False]])
ORDER = np.array([2, 0, 1, 2])


def spd(a: Any) -> Any:
    """A positive definite matrix."""
    return a @ np.swapaxes(a, -1, -2) + 3.0 * np.eye(a.shape[-1])


def halves(parts: Any) -> Any:
    return np.concatenate([np.ravel(part) * (number + 1) for number, part in enumerate(parts)])


def parts_of_complex(z: Any) -> Any:
    return np.concatenate([np.ravel(np.real(z)), np.ravel(np.imag(z))])


CASES = [
    *[case(name, getattr(np, name), M, **options) for name, options in UNARY.items()],
    *[case(name, getattr(np, name), M, (4,), **options) for name, options in BINARY.items()],
    case("ufunc of a number", lambda x: np.add(2, np.multiply(x, 3.5)), V),
    case("add.reduce", lambda x: np.add.reduce(x), M),
    case("multiply.reduce", lambda x: np.multiply.reduce(x, axis=1), M),
    case("maximum.reduce", lambda x: np.maximum.reduce(x, axis=None), M),
    case("add.accumulate", lambda x: np.add.accumulate(x, 1), M),
    case("multiply.outer", lambda x, y: np.multiply.outer(x, y), (3,), (2, 2)),
    case("operators", lambda x: -x + 2 * x - x / 3 + 1.5 / (x * x + 3) + abs(x) + (+x), M),
    case("power of a number", lambda x: x**3 + 2.0**x, M),
    case("floor and rest", lambda x: x // 0.7 + x % 0.7, M, **STEPS),
    case("comparison operators", lambda x: (x > 0.1) & ~(x < -1) | (x == 2) ^ (x != x), M, **STEPS),
    case("matmul operator", lambda x, y: x @ y, M, (4, 2)),
    case("matmul of vectors", lambda x, y: x @ y, V, V),
    case("matmul vector and matrix", lambda x, y: x @ y, (3,), M),
    case("matmul matrix and vector", lambda x, y: x @ y, M, (4,)),
    case("matmul of many", lambda x, y: np.matmul(x, y), (2, 3, 4), (4, 5)),
    case("matmul broadcast", lambda x, y: np.matmul(x, y), (2, 1, 3, 4), (5, 4, 2)),
    *[
        case(name, getattr(np, name), *shapes)
        for name, shapes in {"vecdot": (T, (4,)), "matvec": (T, (2, 4)), "vecmat": ((3,), T)}.items()
        if hasattr(np, name)
    ],
    case("array on the left", lambda x: np.arange(12.0).reshape(3, 4) * x, M),
    # Sums and what is made of them.
    case("sum", np.sum, M),
    case("sum of axes", lambda x: np.sum(x, axis=(0, -1), keepdims=True), T),
    case("sum method", lambda x: x.sum(1), M),
    case("mean", lambda x: np.mean(x, 0), M),
    case("prod", lambda x: np.prod(x, 1), M),
    case("var", lambda x: np.var(x, 1, ddof=1), M),
    case("std", lambda x: np.std(x, 0, keepdims=True), M),
    case("average", lambda x, w: np.average(x, 1, w), M, (4,), **POSITIVE),
    case("average without weights", lambda x: np.average(x), M),
    case("nansum", lambda x: np.nansum(x, 1) + np.nanmean(x, 1), M),
    case("max", lambda x: np.max(x, 1) + x.max(), M),
    case("min", lambda x: np.amin(x, (0, 1), keepdims=True), M),
    case("ptp", lambda x: np.ptp(x, 1), M),
    case("nanmax", lambda x: np.nanmax(x, 1) - np.nanmin(x, 1), M),
    case("argmax", lambda x: np.argmax(x, 1), M, **STEPS),
    case("argmin", lambda x: np.argmin(x) + np.argmin(x, 0, keepdims=True), M, **STEPS),
    case("any, all", lambda x: np.any(x > 0, 1) ^ np.all(x < 1, 1), M, **STEPS),
    case("count_nonzero", lambda x: np.count_nonzero(np.rint(x), 1), M, **STEPS),
    case("cumsum", lambda x: np.cumsum(x, 1), M),
    case("cumsum of all", lambda x: np.cumsum(x), M),
    case("cumprod", lambda x: np.cumprod(x, 0), M),
    case("diff", lambda x: np.diff(x, 2, axis=1), M),
    case("gradient", lambda x: np.gradient(x, 0.5, axis=1), M),
    case("gradients", lambda x: halves(np.gradient(x)), M),
    case("trace", lambda x: np.trace(x, 1), M),
    case("median", lambda x: np.median(x, 1), M),
    case("median of all", lambda x: np.median(x), M),
    # Shapes.
    case("reshape", lambda x: np.reshape(x, (2, -1)), M),
    case("reshape method", lambda x: x.reshape(6, 2) * 2, M),
    case("reshape in columns", lambda x: np.reshape(x, (4, 3), order="F"), M),
    case("ravel", lambda x: np.ravel(x) + x.flatten(), M),
    case("transpose", lambda x: np.transpose(x, (2, 0, 1)) + x.transpose(2, 0, 1), T),
    case("T", lambda x: x.T, T),
    case("moveaxis", lambda x: np.moveaxis(x, (0, 1), (-1, 0)), T),
    case("swapaxes", lambda x: np.swapaxes(x, 0, 2) + x.swapaxes(0, 2), T),
    case("rollaxis", lambda x: np.rollaxis(x, 2), T),
    case("expand_dims", lambda x: np.expand_dims(np.expand_dims(x, 1), (0, -1)), M),
    case("squeeze", lambda x: np.squeeze(x, 1) + x.squeeze(), (3, 1, 4)),
    case("atleast", lambda x: np.atleast_1d(x[0]) + np.atleast_2d(x) + np.atleast_3d(x), (4,)),
    case("broadcast_to", lambda x: np.broadcast_to(x, (2, 3, 4)), (3, 1)),
    case("broadcast_arrays", lambda x, y: halves(np.broadcast_arrays(x, y)), (3, 1), (4,)),
    case("tile", lambda x: np.tile(x, (2, 1, 2)), M),
    case("repeat", lambda x: np.repeat(x, [1, 0, 2], 0), M),
    case("repeat all", lambda x: np.repeat(x, 2), M),
    case("flip", lambda x: np.flip(x, 1) + np.flipud(x) + np.fliplr(x) + np.flip(x), M),
    *[case(f"rot90 {k}", lambda x, k=k: np.rot90(x, k), M) for k in range(-1, 4)],
    case("rot90 of axes", lambda x: np.rot90(x, 1, (1, 2)), T),
    case("roll", lambda x: np.roll(x, 2) + np.roll(x, 1, 0) + np.roll(x, (1, -1), (0, 1)), M),
    case("pad", lambda x: np.pad(x, ((1, 2), (0, 1)), constant_values=3.0), M),
    *[
        case(f"pad {mode}", lambda x, mode=mode: np.pad(x, 2, mode=mode), M)
        for mode in ("edge", "reflect", "symmetric", "wrap")
    ],
    *[case(f"diagonal {k}", lambda x, k=k: np.diagonal(x, k), M) for k in (-2, -1, 0, 1, 3)],
    case("diagonal of axes", lambda x: np.diagonal(x, 1, 2, 0), T),
    *[case(f"diag {k}", lambda x, k=k: np.diag(x, k), V) for k in (-1, 0, 2)],
    case("diag of a matrix", lambda x: np.diag(x, 1), M),
    case("tril, triu", lambda x: np.tril(x, 1) - np.triu(x, -1) + np.tril(x) * np.triu(x), M),
    case("vander", lambda x: np.vander(x, 3), V),
    # Joining and taking apart.
    case("concatenate", lambda x, y: np.concatenate([x, y, np.ones((1, 4))]), M, (2, 4)),
    case("concatenate all", lambda x: np.concatenate([x, x * 2], axis=None), M),
    case("stack", lambda x, y: np.stack([x, y, 0 * x], -1), V, V),
    case("vstack", lambda x, y: np.vstack([x, y]), (4,), M),
    case("hstack", lambda x: np.hstack([x, x]), V),
    case("hstack of matrices", lambda x: np.hstack([x, x]), M),
    case("dstack", lambda x: np.dstack([x, x]), M),
    case("column_stack", lambda x, y: np.column_stack([x, y]), (3,), M),
    case("append", lambda x: np.append(x, [[1.0] * 4], 0), M),
    case("block", lambda x: np.block([[x, np.ones((3, 1))], [np.zeros((1, 5))]]), M),
    case("array_split", lambda x: halves(np.array_split(x, 3)), V),
    case("split", lambda x: halves(np.split(x, 2, 1)), M),
    case("split at", lambda x: halves(np.split(x, [1, 3], 1)), M),
    case("hsplit, vsplit, dsplit", lambda x: halves(np.hsplit(x, 3) + np.vsplit(x, 2) + np.dsplit(x, 2)), T),
    case("meshgrid", lambda x, y: halves(np.meshgrid(x, y)), (3,), (2,)),
    # Indexing.
    case("slices", lambda x: x[1:, ::-2] + x[..., 0][1:, None], M),
    case("new axis", lambda x: x[None, :, np.newaxis, 0], M),
    case("negative index", lambda x: x[-1] + x[-2, -3], M),
    case("array index", lambda x: x[ORDER], M),
    case("array indices", lambda x: x[ORDER, np.array([0, 1, -1, 0])], M),
    case("mask", lambda x: x[MASK], M),
    case("list index", lambda x: x[[0, 2]][:, [1, 1]], M),
    case("take", lambda x: np.take(x, ORDER[:2], 1) + np.take(x, 3), M),
    case("take_along_axis", lambda x: np.take_along_axis(x, np.argsort(x, 1), 1), M),
    case("traced index", lambda x: x[np.argsort(x[:, 0])], M),
    case("traced mask", lambda x: np.sum(x[x > 0] ** 2), M),
    case("iteration", lambda x: sum(row * i for i, row in enumerate(x)), M),
    # Choosing and sorting.
    case("where", lambda x: np.where(x > 0, x**2, 0.1 * x), M),
    case("where of a constant", lambda x: np.where(MASK, x, 1.0), M),
    case("select", lambda x: np.select([x > 1, x > 0], [x**2, x**3], 5.0), M),
    case("clip", lambda x: np.clip(x, -1, 1) + x.clip(0.5, None), M),
    case("nan_to_num", np.nan_to_num, M),
    case("sinc", np.sinc, M),
    case("round", lambda x: np.round(x, 1) + x.round() + np.fix(x), M, **STEPS),
    case("sort", lambda x: np.sort(x, 0) + np.sort(x), M),
    case("partition", lambda x: np.partition(x, 1)[:, 1], M),
    case("argsort", lambda x: np.argsort(x, 0), M, **STEPS),
    case("searchsorted", lambda x: np.searchsorted(np.arange(-2.0, 2.0), x), M, **STEPS),
    case("isclose", lambda x: np.isclose(x, x + 1e-12) & np.isclose(x, x), M, **STEPS),
    case("likes", lambda x: np.zeros_like(x) + np.ones_like(x) + np.full_like(x, 3) + x, M),
    case("linspace", lambda x: np.linspace(x[0], x[1], 4), V),
    # Products.
    case("dot", lambda x, y: np.dot(x, y) + x.dot(y), M, (4, 2)),
    case("dot of many", lambda x, y: np.dot(x, y), T, (2, 4, 3)),
    case("inner", lambda x, y: np.inner(x, y), M, (2, 4)),
    case("outer", lambda x, y: np.outer(x, y), M, (2,)),
    case("vdot", lambda x, y: np.vdot(x, y), M, M),
    case("tensordot", lambda x, y: np.tensordot(x, y, 2), T, (3, 4, 2)),
    case("tensordot of axes", lambda x, y: np.tensordot(x, y, ([0, -1], [1, 0])), T, (4, 2)),
    case("kron", lambda x, y: np.kron(x, y), M, (2, 2)),
    case("kron of ranks", lambda x, y: np.kron(x, y), (3,), M),
    case("cross", lambda x, y: np.cross(x, y), (5, 3), (5, 3)),
    case("cross of an axis", lambda x, y: np.cross(x, y, axis=0), (3, 5), (3, 1)),
    *[
        case(f"einsum {text}", lambda *xs, text=text: np.einsum(text, *xs), *shapes)
        for text, shapes in {
            "ij,jk->ik": (M, (4, 2)),
            "ij,jk": (M, (4, 2)),
            "ij->ji": (M,),
            "ij->j": (M,),
            "ii->i": ((3, 3),),
            "ii": ((3, 3),),
            "bij,bjk->bik": ((2, 3, 4), (2, 4, 2)),
            "...ij,...jk->...ik": ((2, 3, 4), (4, 2)),
            "i,j->ij": ((3,), (2,)),
            "ij,ij->": (M, M),
            "ijk,jl,kl->il": ((2, 3, 4), (3, 2), (4, 2)),
            "ij,kj,k": (M, (2, 4), (2,)),
            "i...->...": (T,),
            "iji,j->ij": ((3, 2, 3), (2,)),
        }.items()
    ],
    case("einsum of lists", lambda x, y: np.einsum(x, [0, 1], y, [1, 2], [0, 2]), M, (4, 2)),
    # Linear algebra.
    case("inv", lambda x: np.linalg.inv(spd(x)), (3, 3)),
    case("det", lambda x: np.linalg.det(spd(x)), (2, 3, 3)),
    case("slogdet", lambda x: np.linalg.slogdet(spd(x))[1], (3, 3)),
    case("solve", lambda x, y: np.linalg.solve(spd(x), y), (3, 3), (3, 2)),
    case("solve a vector", lambda x, y: np.linalg.solve(spd(x), y), (3, 3), (3,)),
    case("cholesky", lambda x: np.linalg.cholesky(spd(x)), (3, 3)),
    case("eigh", lambda x: np.linalg.eigh(spd(x))[0], (3, 3)),
    case("eigenvectors", lambda x: np.linalg.eigh(spd(x)).eigenvectors ** 2, (3, 3)),
    case("eigvalsh", lambda x: np.linalg.eigvalsh(spd(x)), (3, 3)),
    case("svd", lambda x: np.linalg.svd(x, full_matrices=False)[1], M),
    case("singular vectors", lambda x: np.linalg.svd(x, full_matrices=False)[0] ** 2, (3, 2)),
    case("svd values", lambda x: np.linalg.svd(x, compute_uv=False), M),
    case("qr", lambda x: np.linalg.qr(x)[1] ** 2, (4, 3)),
    case("pinv", np.linalg.pinv, (4, 2)),
    case("pinv of a wide one", np.linalg.pinv, (2, 4)),
    case("matrix_power", lambda x: np.linalg.matrix_power(x, 3), (3, 3)),
    case("multi_dot", lambda x, y: np.linalg.multi_dot([x, y, x]), M, (4, 3)),
    *[case(f"norm {n}", lambda x, n=n: np.linalg.norm(x, n, 1), M) for n in (None, 1, 2, 3, math.inf)],
    *[case(f"matrix norm {n}", lambda x, n=n: np.linalg.norm(x, n), M) for n in ("fro", "nuc", 2, 1)],
    case("norm of all", lambda x: np.linalg.norm(x, None, None, True), M),
    # Complex numbers and transforms.
    case("complex", lambda x, y: np.abs((x + 1j * y) ** 2) + np.angle(x + 1j * y), V, V),
    case("conj", lambda x: np.real(np.conj(x * (1 + 2j)) * 1j), V),
    case("fft", lambda x: parts_of_complex(np.fft.fft(x)), M),
    case("fft of n", lambda x: parts_of_complex(np.fft.fft(x, 6, 0, "ortho") + np.fft.fft(x, 6, 0)), M),
    case("ifft", lambda x: parts_of_complex(np.fft.ifft(x, 3, norm="forward")), M),
    case("fft2, ifft2", lambda x: parts_of_complex(np.fft.fft2(x) + np.fft.ifft2(x)), M),
    case("fftn, ifftn", lambda x: parts_of_complex(np.fft.fftn(x, axes=(0, 2)) + np.fft.ifftn(x)), T),
    case("rfft", lambda x: parts_of_complex(np.fft.rfft(x)), M),
    case("rfft, odd", lambda x: parts_of_complex(np.fft.rfft(x, 5, 0, "ortho")), M),
    case("irfft", lambda x: np.fft.irfft(x + 0.5j * x), M),
    case("irfft, odd", lambda x: np.fft.irfft(x + 0.5j * x, 5), M),
    case("rfft2, irfft2", lambda x: np.fft.irfft2(np.fft.rfft2(x) * (1 + 0.3j)), (4, 6)),
    case("rfftn, irfftn", lambda x: np.fft.irfftn(np.fft.rfftn(x) * 1j), (2, 3, 4)),
    case("fftshift", lambda x: np.fft.fftshift(x) + np.fft.ifftshift(x, 1), M),
]  # fmt: skip


def arguments(a_case: Case, dtype: Any = np.float64) -> list[Any]:
    generator = np.random.default_rng(len(a_case.label))
    return [generator.uniform(a_case.low, a_case.high, shape).astype(dtype) for shape in a_case.shapes]


def leaves(value: Any) -> list[Any]:
    return [leaf for part in value for leaf in leaves(part)] if isinstance(value, tuple) else [value]


def run(function: Callable[..., Any], args: list[Any]) -> list[Any]:
    """What the traced function gives."""
    graph = gl.trace(function, *args)
    with gl.Session(graph=graph) as session:
        feeds = dict(zip(graph.get_collection("inputs"), args, strict=True))
        return list(session.run(graph.get_collection("outputs"), feeds))


@pytest.mark.filterwarnings("ignore:numpy.fix is deprecated:DeprecationWarning")
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("a_case", CASES, ids=[item.label for item in CASES])
def test_a_trace_gives_what_numpy_gives(a_case: Case, dtype: Any) -> None:
    args = arguments(a_case, dtype)
    expected = [np.asarray(leaf) for leaf in leaves(a_case.function(*args))]
    found = [np.asarray(leaf) for leaf in run(a_case.function, args)]
    assert [leaf.dtype for leaf in found] == [leaf.dtype for leaf in expected]
    for one, other in zip(found, expected, strict=True):
        assert one.shape == other.shape
        tolerance = 1e-10 if dtype is np.float64 else 2e-3
        np.testing.assert_allclose(one, other, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("a_case", [item for item in CASES if item.is_smooth], ids=lambda item: item.label)
def test_derivatives_are_those_of_small_steps(a_case: Case) -> None:
    args = arguments(a_case)
    weights = np.random.default_rng(1).uniform(0.5, 1.5, np.shape(a_case.function(*args)))

    def number(*xs: Any) -> Any:
        return np.sum(a_case.function(*xs) * weights)

    value, gradients = gl.value_and_grad(number, tuple(range(len(args))))(*args)
    np.testing.assert_allclose(value, number(*args), rtol=1e-9)
    step = 1e-6
    for position, gradient in enumerate(gradients):
        assert gradient.shape == args[position].shape
        expected = np.zeros_like(args[position])
        for place in np.ndindex(*args[position].shape):
            ends = []
            for sign in (1, -1):
                moved = [array.copy() for array in args]
                moved[position][place] += sign * step
                ends.append(number(*moved))
            expected[place] = (ends[0] - ends[1]) / (2 * step)
        np.testing.assert_allclose(gradient, expected, rtol=1e-5, atol=1e-6)
