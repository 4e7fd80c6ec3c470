"""Python values as arrays of TensorFlow's choice of dtype."""

from __future__ import annotations

import itertools
import numbers
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.dtypes import DType, as_dtype
from graphlog.core.shapes import Dimension
from graphlog.core.tensor import Tensor


def constant_array(value: Any, dtype: DType | None) -> np.ndarray[Any, Any]:
    """The value as an array.

    Args:
        value: a number, string, (nested) list of them, or array.
        dtype: the dtype it must have; TensorFlow's choice if None.

    Returns:
        An array that shares no memory with ``value``.

    Raises:
        TypeError: an element does not fit the dtype, or there is none for it.
        ValueError: the value is None, or lists of different lengths.
    """
    if value is None:
        raise ValueError("None values not supported.")
    if isinstance(value, Tensor):
        raise TypeError("List of Tensors when single Tensor expected")
    if isinstance(value, np.ndarray | np.generic) or (
        hasattr(value, "__array__") and not isinstance(value, str | bytes | list | tuple)
    ):
        return _from_array(np.asarray(value), dtype)
    return _from_python(value, dtype)


def _from_array(array: np.ndarray[Any, Any], dtype: DType | None) -> np.ndarray[Any, Any]:
    try:
        found = as_dtype(array.dtype)
    except TypeError:
        raise TypeError(f"Unrecognized dtype {array.dtype}: TensorFlow has none like it.") from None
    if found is dtypes.string:
        if dtype not in (None, dtypes.string):
            raise TypeError(f"Expected {dtype.name}, got an array of strings instead.")
        return _as_bytes(array)
    if dtype is dtypes.string:
        raise TypeError(f"Expected string, got an array of {array.dtype} instead.")
    # A copy in C order, so that the caller may go on changing the original.
    return np.array(array, (dtype or found).numpy_dtype, order="C")


def _from_python(value: Any, dtype: DType | None) -> np.ndarray[Any, Any]:
    _check_dense(value)
    elements = list(_elements(value))
    if any(isinstance(element, Tensor) for element in elements):
        raise TypeError("List of Tensors when single Tensor expected")
    if any(element is None for element in elements):
        raise ValueError("None values not supported.")
    if dtype is None:
        dtype = _inferred_dtype(value)
    accepted = _accepted_kinds(dtype)
    for element in elements:
        if _kind(element) not in accepted:
            raise TypeError(
                f"Expected {dtype.name}, got {element!r} of type '{type(element).__name__}' instead."
            )
    if dtype is dtypes.string:
        return _as_bytes(np.array(value, object))
    try:
        return np.array(value, dtype.numpy_dtype)
    except OverflowError:
        # As TensorFlow, which keeps the lowest bits.
        try:
            return np.array(value, object).astype(np.int64).astype(dtype.numpy_dtype)
        except OverflowError:
            raise ValueError(f"{value!r} is too large for {dtype.name}.") from None


def _inferred_dtype(value: Any) -> DType:
    """NumPy's choice, but single precision for Python's floats, and 32 bits for integers that fit."""
    natural = np.asarray(value)
    if natural.dtype == np.float64:
        return dtypes.float32
    if natural.dtype == np.int64:
        fits = natural.size == 0 or (natural.min() >= -(2**31) and natural.max() < 2**31)
        return dtypes.int32 if fits else dtypes.int64
    if natural.dtype != object:
        return as_dtype(natural.dtype)
    raise TypeError(
        f"Failed to convert object of type {type(value)} to Tensor. Contents: {value}. Consider casting "
        "elements to a supported type."
    )


def _kind(element: Any) -> str:
    if isinstance(element, bool | np.bool_):
        return "b"
    if isinstance(element, numbers.Integral):
        return "i"
    if isinstance(element, numbers.Real):
        return "f"
    if isinstance(element, numbers.Complex):
        return "c"
    if isinstance(element, Dimension):
        return "d"
    return "s" if isinstance(element, str | bytes) else "o"


def _accepted_kinds(dtype: DType) -> str:
    """Which kinds of Python values become ``dtype`` without losing anything."""
    if dtype.is_bool:
        return "b"
    if dtype.is_integer:
        return "id"
    if dtype.is_floating:
        return "if"
    if dtype.is_complex:
        return "ifc"
    return "s" if dtype is dtypes.string else ""


def _elements(value: Any) -> Iterator[Any]:
    if isinstance(value, list | tuple):
        yield from itertools.chain.from_iterable(map(_elements, value))
    elif isinstance(value, np.ndarray):
        yield from value.ravel()
    else:
        yield value


def _shape(value: Any) -> tuple[int, ...]:
    if isinstance(value, list | tuple):
        return (len(value), *(_shape(value[0]) if value else ()))
    return value.shape if isinstance(value, np.ndarray) else ()


def _check_dense(value: Any) -> None:
    """Raises ValueError where lists at the same depth have different lengths."""
    if not isinstance(value, list | tuple):
        return
    shapes = [_shape(item) for item in value]
    for item, shape in zip(value, shapes, strict=True):
        _check_dense(item)
        if shape != shapes[0]:
            raise ValueError(
                f"Argument must be a dense tensor: {value!r} - got shape {[len(value), *shape]}, but "
                f"wanted {[len(value), *shapes[0]]}."
            )


def _as_bytes(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    encoded = np.empty(array.shape, object)
    flat: Iterable[Any] = array.ravel()
    encoded.ravel()[:] = [_encoded(item) for item in flat]
    return encoded


def _encoded(item: Any) -> bytes:
    if isinstance(item, str):
        return item.encode()
    if isinstance(item, bytes):
        return bytes(item)
    raise TypeError(f"Expected string, got {item!r} of type '{type(item).__name__}' instead.")
