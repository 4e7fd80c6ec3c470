"""NumPy's functions of tensors: what ``np.tanh(tensor)`` and ``array * tensor`` build."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import nest
from graphlog.core.tensor import Tensor, TensorOperators
from graphlog.tracing.calls import call_array_function
from graphlog.tracing.functions.universal_functions import call_universal_function
from graphlog.tracing.operators import BINARY
from graphlog.tracing.traced_array import TracedArray

# ``array + tensor`` reaches a tensor as ``np.add(array, tensor)``, and is what its own operator makes of it.
_NOT_OF_TENSORS = ("lshift", "rshift")
_OPERATORS = {function: name for name, function in BINARY.items() if name not in _NOT_OF_TENSORS}
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
    result = call_universal_function(ufunc, method, _traced(inputs), kwargs)
    return _untraced(result)


def array_function(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What a function of arrays gives of tensors: tensors, or what it says of them."""
    return _untraced(call_array_function(function, _traced(args), _traced(kwargs)))


def _traced(arguments: Any) -> Any:
    return nest.map_structure(lambda leaf: TracedArray(leaf) if isinstance(leaf, Tensor) else leaf, arguments)


def _untraced(result: Any) -> Any:
    return nest.map_structure(lambda leaf: leaf.tensor if isinstance(leaf, TracedArray) else leaf, result)
