"""JAX's values as a graph has them: dtypes, static shapes, parameters of equations."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.dtypes import DType
from graphlog.core.shapes import StaticShape

_LONGEST_LIST = 64
_LONGEST_TEXT = 400  # characters
_LARGEST_VALUE = 512  # bytes
_LARGEST_INTEGER = 1 << 63
_DTYPES = {dtype.name: dtype for dtype in dtypes.ALL}
_ADDRESS = re.compile(r" at 0x[0-9a-f]+")

# The name of a dtype that graphs have no number for.
DTYPE_NAME = "jax_dtype"


def described(value: Any) -> tuple[DType, StaticShape]:
    """The dtype and static shape of an array or an abstract value; unknown ones of what has none."""
    value = getattr(value, "inner_aval", value)  # of a reference
    shape = getattr(value, "shape", None)
    static = None if shape is None else tuple([size if type(size) is int else None for size in shape])
    return _dtype(getattr(value, "dtype", None)), static


@functools.cache
def _dtype(dtype: Any) -> DType:
    return _DTYPES.get(str(dtype), dtypes.unknown)


def dtype_attribute(values: Sequence[Any]) -> dict[str, bytes]:
    """An attribute that names the dtypes where a graph does not know one of them; else none."""
    if all(described(value)[0] is not dtypes.unknown for value in values):
        return {}
    names = [str(getattr(getattr(value, "inner_aval", value), "dtype", "token")) for value in values]
    return {DTYPE_NAME: text(", ".join(names))}


def plain_parameters(parameters: Mapping[str, Any], output: DType | None) -> dict[str, Any]:
    """The parameters of an equation as attributes.

    Args:
        parameters: the parameters; those that are None or jaxprs, or lists of these, are left out.
        output: the dtype of its only output, or None: what a graph calls ``dtype`` is that.
    """
    attributes = {}
    for name, value in parameters.items():
        shown = plain(value)
        if shown is None:
            continue
        if name == "dtype" and shown != output:
            name = "dtype_parameter"
        attributes[name] = shown
    return attributes


def plain(value: Any) -> Any:
    """A value as an attribute; None for what no attribute shows."""
    value = _number(value)
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        return int(value) if -_LARGEST_INTEGER <= value < _LARGEST_INTEGER else text(value)
    if isinstance(value, np.dtype) or (isinstance(value, type) and issubclass(value, np.generic)):
        dtype = _dtype(np.dtype(value))
        return text(value) if dtype is dtypes.unknown else dtype
    if isinstance(value, list | tuple):
        return _plain_list(value)
    if hasattr(value, "eqns"):
        return None
    return text(value)


def _plain_list(values: Sequence[Any]) -> Any:
    if (
        not values
        or any(hasattr(value, "eqns") for value in values)
        or all(value is None for value in values)
    ):
        return None
    if not hasattr(values, "_fields"):
        values = _number(values)
    kinds = {type(value) for value in values}
    if len(values) <= _LONGEST_LIST and not hasattr(values, "_fields"):
        for kind in (bool, int, float):
            if kinds == {kind}:
                return [plain(value) for value in values] if kind is not int else _integers(values)
    return text(values)


def _number(value: Any) -> Any:
    """A value with Python's own numbers in the place of NumPy's, which show more than the number."""
    if isinstance(value, np.generic) and not value.dtype.names:
        return value.item()
    if type(value) in (tuple, list):
        return type(value)(map(_number, value[: _LONGEST_TEXT + 1]))
    return value


def _integers(values: Sequence[int]) -> Any:
    if all(-_LARGEST_INTEGER <= value < _LARGEST_INTEGER for value in values):
        return list(values)
    return text(values)


def text(value: Any) -> bytes:
    """A value as a short text in ASCII."""
    shown = value if isinstance(value, str) else _shown(value)
    if len(shown) > _LONGEST_TEXT:
        shown = f"{shown[:_LONGEST_TEXT]}..."
    return shown.encode("ascii", "backslashreplace")


def _shown(value: Any) -> str:
    if isinstance(value, list | tuple) and len(value) > _LONGEST_TEXT:
        value = value[:_LONGEST_TEXT]
    if _is_array(value) and math.prod(value.shape) > _LARGEST_VALUE:
        return f"{value.dtype}{list(value.shape)}"
    name = getattr(value, "__qualname__", None) if callable(value) else None
    try:
        return name or _ADDRESS.sub("", str(value))
    except Exception:
        # What is given to equations may be anybody's object.
        return f"a {type(value).__name__}"


def _is_array(value: Any) -> bool:
    return hasattr(value, "dtype") and isinstance(getattr(value, "shape", None), tuple)


def array_value(value: Any) -> Any:
    """The numbers of a small array as an attribute: a number for a scalar; None where they are not shown."""
    dtype, shape = described(value)
    if shape is None or None in shape or dtype is dtypes.unknown:
        return None
    if math.prod(size or 0 for size in shape) * dtype.size > _LARGEST_VALUE:
        return None
    array = np.asarray(value)
    if dtype is dtypes.bfloat16:
        array = array.astype(np.float32)
    return array


def scalar_value(value: Any) -> Any:
    """A literal scalar as an attribute."""
    for kind in (bool, int, float):
        if isinstance(value, kind) and not isinstance(value, np.generic):
            return plain(kind(value))  # JAX has subclasses with a dtype
    array = array_value(value)
    if array is None:
        return text(value)
    number = array.item()
    return number if isinstance(number, bool | int | float) and array.dtype != np.uint64 else text(number)
