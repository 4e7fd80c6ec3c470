"""Polynomials, convolutions, interpolation, and functions along an axis."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from graphlog.tracing.functions.axes import axes_of
from graphlog.tracing.traced_array import TracingError, as_traced, implements, is_traced


@implements(np.polyval)
def _polyval(p: Any, x: Any) -> Any:
    result: Any = 0
    for coefficient in as_traced(p):
        result = result * x + coefficient
    return result


@implements(np.convolve)
def _convolve(a: Any, v: Any, mode: str = "full") -> Any:
    a, v = as_traced(a), as_traced(v)
    if len(a) < len(v):
        a, v = v, a
    return _products_of_windows(a, np.flip(v), mode)


@implements(np.correlate)
def _correlate(a: Any, v: Any, mode: str = "valid") -> Any:
    a, v = as_traced(a), np.conj(as_traced(v))
    if len(a) < len(v):
        return np.flip(_products_of_windows(v, a, mode))
    return _products_of_windows(a, v, mode)


def _products_of_windows(a: Any, v: Any, mode: str) -> Any:
    """The products of a vector with the parts of a longer one, which is filled up with zeros at its ends."""
    if mode not in ("full", "same", "valid"):
        raise ValueError(f"mode must be full, same or valid, not {mode!r}.")
    added = {"full": len(v) - 1, "valid": 0}.get(mode)
    before, after = (len(v) // 2, (len(v) - 1) // 2) if added is None else (added, added)
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(a, (before, after)), len(v))
    return windows @ v


@implements(np.interp)
def _interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None) -> Any:
    if period is not None or is_traced(xp):
        raise TracingError("np.interp can be traced with places xp that are not, and without period=.")
    x, xp, fp = as_traced(x), np.asarray(xp, np.float64), as_traced(fp)
    upper = np.clip(np.searchsorted(xp, x, "right"), 1, len(xp) - 1)
    places, x0, x1 = as_traced(xp), xp[0], xp[-1]
    start, end = places[upper - 1], places[upper]
    inside = fp[upper - 1] + (fp[upper] - fp[upper - 1]) / (end - start) * (x - start)
    below = np.where(x < x0, fp[0] if left is None else left, inside)
    return np.where(x > x1, fp[-1] if right is None else right, below)


@implements("trapezoid", "trapz")
def _trapezoid(y: Any, x: Any = None, dx: float = 1.0, axis: int = -1) -> Any:
    y = np.moveaxis(as_traced(y), axis, -1)
    widths: Any = dx
    if x is not None:
        widths = np.diff(as_traced(x) if np.ndim(x) == 1 else np.moveaxis(as_traced(x), axis, -1))
    return np.sum(widths * (y[..., 1:] + y[..., :-1]) / 2.0, -1)


@implements(np.apply_along_axis)
def _apply_along_axis(func1d: Callable[..., Any], axis: int, arr: Any, *args: Any, **kwargs: Any) -> Any:
    arr = as_traced(arr)
    (place,) = axes_of(arr, axis) or [0]
    rows: Any = np.moveaxis(arr, place, -1)
    others = rows.shape[:-1]
    rows = np.reshape(rows, (-1, rows.shape[-1]))
    results = np.stack([as_traced(func1d(row, *args, **kwargs)) for row in rows])
    results = np.reshape(results, (*others, *results.shape[1:]))
    made = results.ndim - len(others)
    return np.moveaxis(results, range(len(others), results.ndim), range(place, place + made))


@implements(np.cov)
def _cov(m: Any, y: Any = None, rowvar: bool = True, bias: bool = False, ddof: int | None = None) -> Any:
    if y is not None:
        raise TracingError("np.cov can be traced with one array: join two by np.stack or np.concatenate.")
    rows: Any = np.atleast_2d(as_traced(m))
    rows = rows if rowvar or np.ndim(m) < 2 else rows.T
    centered = rows - np.mean(rows, 1, keepdims=True)
    freedom = rows.shape[1] - ((0 if bias else 1) if ddof is None else ddof)
    return np.squeeze(centered @ np.conj(centered.T) / freedom)


@implements(np.corrcoef)
def _corrcoef(x: Any, y: Any = None, rowvar: bool = True) -> Any:
    covariance = _cov(x, y, rowvar)
    if np.ndim(covariance) == 0:
        return covariance / covariance
    deviations = np.sqrt(np.real(np.diagonal(covariance)))
    return covariance / deviations[:, None] / deviations[None, :]
