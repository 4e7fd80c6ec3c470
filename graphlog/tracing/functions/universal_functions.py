"""NumPy's universal functions in a trace: element by element, with NumPy's dtypes."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from graphlog.core.tensor import Tensor
from graphlog.tracing.functions.products import PRODUCTS
from graphlog.tracing.functions.universal_function_builders import BUILDERS
from graphlog.tracing.traced_array import TracedArray, TracingError, kind_of, tensor_of


def call_universal_function(
    ufunc: np.ufunc, method: str, inputs: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    """What a universal function, or a method of it, gives of traced arrays.

    Raises:
        TracingError: there is no operation for it, or for one of its arguments.
    """
    if kwargs.pop("out", None) is not None:
        raise TracingError(
            f"np.{ufunc.__name__} cannot write into an array while a function is traced: use what it "
            "returns, without out= and without x += y for an array x that is not traced."
        )
    if method != "__call__":
        return _call_method(ufunc, method, inputs, kwargs)
    dtype = kwargs.pop("dtype", None)
    if kwargs:
        raise TracingError(f"np.{ufunc.__name__} cannot be traced with the argument {next(iter(kwargs))!r}.")
    builder = BUILDERS.get(ufunc)
    if builder is None:
        if ufunc.__name__ in PRODUCTS:
            return PRODUCTS[ufunc.__name__](*inputs)
        raise TracingError(
            f"np.{ufunc.__name__} cannot be traced: graphlog knows no operation for it. Write it with "
            "functions that can be, or call it before, and give its result as an argument."
        )
    result = builder(*_operands(ufunc, inputs, dtype))
    return tuple(map(TracedArray, result)) if isinstance(result, tuple) else TracedArray(result)


def _operands(ufunc: np.ufunc, inputs: tuple[Any, ...], dtype: Any) -> list[Tensor]:
    """The inputs, cast to the dtypes with which NumPy computes."""
    if dtype is not None:
        wanted: Any = (*[np.dtype(dtype)] * ufunc.nin, *[None] * ufunc.nout)
    else:
        wanted = (*map(kind_of, inputs), *[None] * ufunc.nout)
    dtypes = _resolved(ufunc, wanted)
    return [tensor_of(value, dtype) for value, dtype in zip(inputs, dtypes, strict=False)]


@functools.lru_cache(maxsize=1024)
def _resolved(ufunc: np.ufunc, wanted: tuple[Any, ...]) -> tuple[np.dtype[Any], ...]:
    return ufunc.resolve_dtypes(wanted)


# A reduction along axes, and the same step by step, by the universal function of two values.
_REDUCTIONS: dict[Any, Callable[..., Any]] = {
    np.add: np.sum,
    np.multiply: np.prod,
    np.maximum: np.max,
    np.minimum: np.min,
    np.logical_and: np.all,
    np.logical_or: np.any,
}
_ACCUMULATIONS: dict[Any, Callable[..., Any]] = {np.add: np.cumsum, np.multiply: np.cumprod}


def _call_method(ufunc: np.ufunc, method: str, inputs: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if method == "reduce" and ufunc in _REDUCTIONS:
        return _REDUCTIONS[ufunc](inputs[0], **{"axis": 0} | _named(inputs[1:]) | kwargs)
    if method == "accumulate" and ufunc in _ACCUMULATIONS:
        return _ACCUMULATIONS[ufunc](inputs[0], **{"axis": 0} | _named(inputs[1:]) | kwargs)
    if method == "outer":
        first, second = inputs
        return ufunc(np.reshape(first, (*np.shape(first), *[1] * np.ndim(second))), second, **kwargs)
    raise TracingError(f"np.{ufunc.__name__}.{method} cannot be traced: graphlog knows no operation for it.")


def _named(inputs: tuple[Any, ...]) -> dict[str, Any]:
    return dict(zip(("axis", "dtype"), inputs, strict=False))
