"""NumPy's functions of tensors: what ``np.tanh(tensor)`` and ``array * tensor`` build."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core.tensor import Tensor, TensorOperators
from graphlog.tracing.arguments import is_nest, map_leaves
from graphlog.tracing.calls import call_array_function
from graphlog.tracing.traced_array import TracedArray
from graphlog.tracing.universal_functions import call_universal_function

# ``array + tensor`` reaches a tensor as ``np.add(array, tensor)``, and is what its own operator makes of it.
_OPERATORS: dict[Any, str] = {
    np.add: "add",
    np.subtract: "sub",
    np.multiply: "mul",
    np.true_divide: "truediv",
    np.floor_divide: "floordiv",
    np.remainder: "mod",
    np.power: "pow",
    np.matmul: "matmul",
    np.bitwise_and: "and",
    np.bitwise_or: "or",
    np.bitwise_xor: "xor",
}
_COMPARISONS: dict[Any, tuple[str, str]] = {
    np.less: ("lt", "gt"),
    np.less_equal: ("le", "ge"),
    np.greater: ("gt", "lt"),
    np.greater_equal: ("ge", "le"),
}


def universal_function(ufunc: Any, method: str, inputs: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What a universal function gives of tensors: a tensor."""
    if method == "__call__" and len(inputs) == 2 and not kwargs:
        first, second = inputs
        operator, reflected = _OPERATORS.get(ufunc), f"r{_OPERATORS.get(ufunc)}"
        if ufunc in _COMPARISONS:
            operator, reflected = _COMPARISONS[ufunc]
        if operator is not None:
            if isinstance(first, Tensor):
                return TensorOperators.binary[operator](first, second)
            return TensorOperators.binary[reflected](second, first)
        if ufunc in (np.equal, np.not_equal):
            # Tensors compare by identity, on either side.
            return (first is second) is (ufunc is np.equal)
    traced = tuple(map(_traced, inputs))
    return _untraced(call_universal_function(ufunc, method, traced, kwargs))


def array_function(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What a function of arrays gives of tensors: tensors, or what it says of them."""
    return _untraced(call_array_function(function, tuple(map(_traced, args)), _traced(kwargs)))


def _traced(value: Any) -> Any:
    if not is_nest(value):
        return TracedArray(value) if isinstance(value, Tensor) else value
    return map_leaves(_traced, value)


def _untraced(value: Any) -> Any:
    if not is_nest(value):
        return value.tensor if isinstance(value, TracedArray) else value
    return map_leaves(_untraced, value)
