"""The operators of traced arrays: ``x + y`` is ``np.add(x, y)``, as for arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from graphlog.tracing.traced_array import TracedArray, kind_of

# NumPy's function of each operator of two values, by the operator's name.
BINARY: dict[str, Any] = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "truediv": np.true_divide,
    "floordiv": np.floor_divide,
    "mod": np.remainder,
    "pow": np.power,
    "matmul": np.matmul,
    "and": np.bitwise_and,
    "or": np.bitwise_or,
    "xor": np.bitwise_xor,
    "lshift": np.left_shift,
    "rshift": np.right_shift,
}
_COMPARISONS: dict[str, Any] = {
    "lt": np.less,
    "le": np.less_equal,
    "gt": np.greater,
    "ge": np.greater_equal,
    "eq": np.equal,
    "ne": np.not_equal,
}
_NO_ARRAYS = (str, bytes, dict)
_UNARY: dict[str, Any] = {"neg": np.negative, "pos": np.positive, "abs": np.absolute, "invert": np.invert}


def _binary(function: Any, is_reflected: bool = False) -> Callable[[Any, Any], Any]:
    def operator(self: Any, other: Any) -> Any:
        # What has operators of its own, and is no array, may know better.
        if other is None or isinstance(other, _NO_ARRAYS):
            return NotImplemented
        result = function(other, self) if is_reflected else function(self, other)
        if self.python_type is not None and isinstance(kind_of(other), type):
            # Numbers of Python's give such a number.
            result.python_type = {"f": float, "i": int, "c": complex}.get(result.dtype.kind)
        return result

    return operator


def _unary(function: Any) -> Callable[[Any], Any]:
    def operator(self: Any) -> Any:
        result = function(self)
        result.python_type = self.python_type
        return result

    return operator


for _name, _function in BINARY.items():
    setattr(TracedArray, f"__{_name}__", _binary(_function))
    setattr(TracedArray, f"__r{_name}__", _binary(_function, is_reflected=True))
for _name, _function in _COMPARISONS.items():
    setattr(TracedArray, f"__{_name}__", _binary(_function))
for _name, _function in _UNARY.items():
    setattr(TracedArray, f"__{_name}__", _unary(_function))
TracedArray.__hash__ = None  # type: ignore[assignment]
