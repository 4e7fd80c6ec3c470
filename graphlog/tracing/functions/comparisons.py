"""Whether arrays, or their elements, are alike or of some kind."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.tracing.traced_array import as_traced, implements


@implements(np.isclose)
def _isclose(a: Any, b: Any, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> Any:
    a, b = as_traced(a), as_traced(b)
    near = np.where(np.isfinite(b), np.abs(a - b) <= atol + rtol * np.abs(b), a == b)
    return near | (np.isnan(a) & np.isnan(b)) if equal_nan else near


@implements(np.allclose)
def _allclose(a: Any, b: Any, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> Any:
    return np.all(np.isclose(a, b, rtol, atol, equal_nan))


@implements(np.array_equal)
def _array_equal(a1: Any, a2: Any, equal_nan: bool = False) -> Any:
    if np.shape(a1) != np.shape(a2):
        return False
    return np.all(np.equal(a1, a2) | (np.isnan(a1) & np.isnan(a2)) if equal_nan else np.equal(a1, a2))


@implements(np.array_equiv)
def _array_equiv(a1: Any, a2: Any) -> Any:
    try:
        np.broadcast_shapes(np.shape(a1), np.shape(a2))
    except ValueError:
        return False
    return np.all(np.equal(a1, a2))


@implements(np.isposinf)
def _isposinf(x: Any, out: None = None) -> Any:
    return np.equal(x, np.inf)


@implements(np.isneginf)
def _isneginf(x: Any, out: None = None) -> Any:
    return np.equal(x, -np.inf)


@implements(np.isreal)
def _isreal(x: Any) -> Any:
    return np.equal(np.imag(x), 0)


@implements(np.iscomplex)
def _iscomplex(x: Any) -> Any:
    return np.not_equal(np.imag(x), 0)


@implements(np.iscomplexobj)
def _iscomplexobj(x: Any) -> bool:
    return bool(as_traced(x).dtype.kind == "c")


@implements(np.isrealobj)
def _isrealobj(x: Any) -> bool:
    return bool(as_traced(x).dtype.kind != "c")
