"""The arguments of a function to be traced: which are traced, and what one trace serves."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.tensor import Tensor
from graphlog.ops.array import arrays
from graphlog.ops.placeholders import placeholder
from graphlog.tracing.traced_array import TracedArray

_NUMBERS = (float, complex)


def is_nest(value: Any) -> bool:
    """Whether a value is a tuple, a list or a dict, whose parts are arguments of their own."""
    return isinstance(value, tuple | list | dict)


def parts_of(nest: Any) -> list[tuple[Any, Any]]:
    """The keys and parts of a nest; a dict's in the order of its keys."""
    if isinstance(nest, dict):
        try:
            return sorted(nest.items())
        except TypeError:
            return list(nest.items())
    return list(enumerate(nest))


def like(nest: Any, parts: Sequence[Any]) -> Any:
    """A nest of the same kind with other parts, in the order of ``parts_of``."""
    if isinstance(nest, dict):
        values = dict(zip([key for key, _ in parts_of(nest)], parts, strict=True))
        return type(nest)((key, values[key]) for key in nest)
    return type(nest)(*parts) if hasattr(nest, "_fields") else type(nest)(parts)


def map_leaves(function: Callable[[Any], Any], value: Any) -> Any:
    """A nest of what a function makes of each leaf."""
    if not is_nest(value):
        return function(value)
    return like(value, [map_leaves(function, part) for _, part in parts_of(value)])


def leaves_of(value: Any) -> list[Any]:
    """The leaves of a nest, in order."""
    return [leaf for _, part in parts_of(value) for leaf in leaves_of(part)] if is_nest(value) else [value]


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
        key = [self._kind(value, index in argnums) for index, value in enumerate(args)]
        if kwargs:
            key += [(name, self._kind(kwargs[name], False)) for name in sorted(kwargs)]
        self.key = tuple(key)

    def _kind(self, value: Any, is_differentiated: bool) -> Any:
        kind = type(value)
        if kind is float or kind is complex:
            self.values.append(value)
            return kind
        if kind is np.ndarray or isinstance(value, np.ndarray | np.generic):
            self.values.append(value)
            return value.dtype, value.shape
        if is_nest(value):
            parts = parts_of(value)
            keys = tuple(key for key, _ in parts) if isinstance(value, dict) else len(parts)
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
        if is_nest(value):
            return like(
                value, [traced(part, f"{name}/{key}", is_differentiated) for key, part in parts_of(value)]
            )
        kind = float if type(value) is int and is_differentiated else type(value)
        if not isinstance(value, np.ndarray | np.generic) and kind not in _NUMBERS:
            return value
        dtype = dtypes.as_dtype(np.asarray(kind(0) if kind in _NUMBERS else value).dtype)
        tensor = placeholder(dtype, np.shape(value), name=_operation_name(name))
        placeholders.append(tensor)
        return TracedArray(tensor, kind if kind in _NUMBERS else None)

    positional = tuple(traced(value, names[index], index in argnums) for index, value in enumerate(args))
    named = {name: traced(kwargs[name], name, False) for name in sorted(kwargs)}
    return positional, named, placeholders


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

    return map_leaves(own, value)


def _parameter_names(function: Callable[..., Any], count: int) -> list[str]:
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        parameters = []
    names = [
        item.name for item in parameters if item.kind in (item.POSITIONAL_ONLY, item.POSITIONAL_OR_KEYWORD)
    ]
    several = next((item.name for item in parameters if item.kind is item.VAR_POSITIONAL), "x")
    return [
        names[index] if index < len(names) else f"{several}_{index - len(names)}" for index in range(count)
    ]


def _operation_name(name: str) -> str:
    """A name that operations may have."""
    cleaned = re.sub(r"[^A-Za-z0-9_.\-/]+", "_", name)
    return cleaned if re.match(r"[A-Za-z0-9.]", cleaned) else f"x{cleaned}"
