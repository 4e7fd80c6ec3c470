"""The arguments of a function to be traced: which are traced, and what one trace serves."""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from types import FunctionType
from typing import Any

import numpy as np

from graphlog.core import dtypes, nest
from graphlog.core.shapes import TensorShape
from graphlog.core.tensor import Tensor
from graphlog.core.user_code import call_stack, called_from
from graphlog.ops.array import arrays
from graphlog.ops.placeholders import placeholder
from graphlog.tracing.traced_array import TracedArray, TracingError

_NUMBERS = (float, complex)
_ARRAYS = (np.ndarray, np.generic)
_OTHER_ARRAYS = (np.ma.MaskedArray, np.matrix)


class Signature:
    """What calls have in common that one trace serves, and the numbers of one call.

    Arrays, NumPy's numbers, floats and complex numbers are traced: their dtypes and shapes are part of the
    signature. Everything else, an int, a bool, a string or None, counts as a constant, and its value is part
    of the signature. An int among the arguments to differentiate by counts as a float.

    Args:
        args: the positional arguments.
        kwargs: the others.
        argnums: the positions of the arguments to differentiate by.

    Attributes:
        key: equal for calls that one trace serves.
        values: the numbers of the traced leaves, in order.
        is_in_trace: whether one of them stands for an array of a trace that is being made.
    """

    __slots__ = ("is_in_trace", "key", "values")

    def __init__(self, args: tuple[Any, ...], kwargs: Mapping[str, Any], argnums: Sequence[int] = ()) -> None:
        self.values: list[Any] = []
        self.is_in_trace = False
        try:
            key: list[Any] = []
            for index, value in enumerate(args):
                if type(value) is float:
                    self.values.append(value)
                    key.append(float)
                else:
                    key.append(self._kind(value, index in argnums))
            if kwargs:
                key += [(name, self._kind(kwargs[name], False)) for name in sorted(kwargs)]
        except RecursionError:
            raise TracingError("The arguments are nested too deeply, or hold themselves.") from None
        self.key = tuple(key)

    def _kind(self, value: Any, is_differentiated: bool) -> Any:
        kind = type(value)
        if kind is np.ndarray:
            self.values.append(value)
            return value.dtype, value.shape
        if kind is float or kind is complex:
            self.values.append(value)
            return kind
        if isinstance(value, np.ndarray | np.generic):
            _check_kind(value)
            self.values.append(value)
            return value.dtype, value.shape
        if kind is tuple or kind is list:
            return kind, len(value), *[self._kind(part, is_differentiated) for part in value]
        if nest.is_nested(value):
            parts = nest.parts_of(value)
            keys = tuple([key for key, _ in parts]) if isinstance(value, Mapping) else len(parts)
            return kind, keys, *[self._kind(part, is_differentiated) for _, part in parts]
        if isinstance(value, TracedArray | Tensor):
            self.is_in_trace = True
            return kind
        if kind is int and is_differentiated:
            self.values.append(float(value))
            return float
        return kind, value


def traced_arguments(
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    argnums: Sequence[int] = (),
) -> tuple[tuple[Any, ...], dict[str, Any], list[Tensor]]:
    """Placeholders in the place of the arguments that are traced.

    Returns:
        The arguments with traced arrays, and the placeholders in the order of ``Signature.values``.
    """
    placeholders: list[Tensor] = []
    names = _parameter_names(function, len(args))

    def traced(value: Any, name: str, is_differentiated: bool) -> Any:
        kind = type(value)
        if kind is int and is_differentiated:
            kind = float
        if kind in _NUMBERS:
            dtype, shape, python_type = dtypes.as_dtype(np.dtype(kind)), (), kind
        elif isinstance(value, _ARRAYS):
            _check_kind(value)
            dtype, shape, python_type = _dtype_of(value, name), value.shape, None
        elif nest.is_nested(value):
            parts = [traced(part, f"{name}/{key}", is_differentiated) for key, part in nest.parts_of(value)]
            return nest.like(value, parts)
        else:
            return value
        tensor = placeholder(dtype, TensorShape(shape), name=_operation_name(name))
        placeholders.append(tensor)
        return TracedArray(tensor, python_type)

    # All of them are there because of one call.
    with called_from(call_stack()):
        positional = [traced(value, names[index], index in argnums) for index, value in enumerate(args)]
        named = {name: traced(kwargs[name], name, False) for name in sorted(kwargs)}
    return tuple(positional), named, placeholders


def _dtype_of(value: Any, name: str) -> dtypes.DType:
    try:
        return dtypes.as_dtype(value.dtype)
    except TypeError:
        raise TracingError(
            f"{name!r} cannot be traced: it holds {value.dtype}. Make it float64, or another dtype that "
            "graphs have."
        ) from None


def _check_kind(value: Any) -> None:
    """Refuses arrays on which NumPy's functions do something else than on others."""
    if isinstance(value, _OTHER_ARRAYS):
        raise TracingError(
            f"A {type(value).__name__} cannot be traced: its masks, or its own products, would be lost. Use "
            "np.asarray of it, or np.ma.filled."
        )


def within_trace(value: Any) -> Any:
    """An argument of a function that is differentiated while another is traced.

    Each array becomes one of its own, so that the derivative by it leaves out other uses of the same array.
    """

    def own(leaf: Any) -> Any:
        if isinstance(leaf, TracedArray):
            return TracedArray(arrays.identity(leaf.tensor), leaf.python_type)
        if isinstance(leaf, Tensor):
            return TracedArray(arrays.identity(leaf))
        return leaf

    return nest.map_structure(own, value)


def _parameter_names(function: Callable[..., Any], count: int) -> list[str]:
    several = "x"
    if isinstance(function, FunctionType) and not function.__dict__:
        # Nothing wraps it, so that its code says what its signature would, much sooner.
        code = function.__code__
        names = list(code.co_varnames[: code.co_argcount])
        if code.co_flags & inspect.CO_VARARGS:
            several = code.co_varnames[code.co_argcount + code.co_kwonlyargcount]
    else:
        try:
            parameters = list(inspect.signature(function).parameters.values())
        except (TypeError, ValueError):
            parameters = []
        by_position = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
        names = [item.name for item in parameters if item.kind in by_position]
        several = next((item.name for item in parameters if item.kind is item.VAR_POSITIONAL), several)
    return [
        names[index] if index < len(names) else f"{several}_{index - len(names)}" for index in range(count)
    ]


@functools.lru_cache(maxsize=1024)
def _operation_name(name: str) -> str:
    """A name that operations may have."""
    cleaned = re.sub(r"[^A-Za-z0-9_.\-/]+", "_", name)
    return cleaned if re.match(r"[A-Za-z0-9.]", cleaned) else f"x{cleaned}"
