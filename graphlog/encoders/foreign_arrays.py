"""Arrays of any library as NumPy's, without importing that library."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

_PLAIN_NUMBERS = (bool, int, float, complex, np.generic)


def to_numpy(value: Any) -> Array:
    """The numbers of an array, as a NumPy array.

    Args:
        value: a NumPy array, a Python number, a nest of lists of these, a PyTorch tensor (on any device, with
            or without a gradient), or an array of JAX, TensorFlow, CuPy or any library with ``__array__`` or
            DLPack.

    Returns:
        An array of numbers or booleans that shares the memory of the value where it can. What NumPy has no
        dtype for (bfloat16 and float8) becomes float32, which loses nothing.

    Raises:
        TypeError: it holds something else, or nothing that can be read.
    """
    array = _array_of(value)
    if isinstance(array, np.ma.MaskedArray):
        if array.mask.any():
            raise TypeError("expected numbers, got a masked array: give its compressed(), or filled(…)")
        array = array.data
    if array.dtype.isbuiltin != 1:  # 1: a dtype of NumPy's own, whose name takes long to ask for
        array = _widened(array)
    if array.dtype.kind not in "biufc":
        raise TypeError(f"expected numbers, got {_described(value)} of dtype {array.dtype}")
    return array


def _array_of(value: Any) -> Array:
    if isinstance(value, np.ndarray):
        return value
    if isinstance(value, _PLAIN_NUMBERS):
        return np.asarray(value)
    if isinstance(value, list | tuple | range):
        return _array_of_sequence(value)
    if is_from("torch", value):
        return _array_of_torch(value)
    if is_from("cupy", value):
        return np.asarray(value.get())
    for read in (_by_array_method, _by_dlpack, _by_numpy_method):
        try:
            array = read(value)
        except Exception as error:
            raise TypeError(f"{_described(value)} cannot be read as an array: {error}") from error
        if array is not None:
            return array
    raise TypeError(f"expected an array or a number, got {_described(value)}")


def is_from(library: str, value: Any) -> bool:
    """Whether a value's class is a library's own, or derived from one."""
    return any(kind.__module__.partition(".")[0] == library for kind in type(value).__mro__)


def _array_of_sequence(values: Iterable[Any]) -> Array:
    items = [item if isinstance(item, _PLAIN_NUMBERS) else _array_of(item) for item in values]
    try:
        return np.asarray(items)
    except ValueError as error:
        raise TypeError(f"the arrays of a list have different shapes: {error}") from None


def _array_of_torch(tensor: Any) -> Array:
    if not hasattr(tensor, "detach"):
        raise TypeError(f"expected an array or a number, got {_described(tensor)}")
    tensor = tensor.detach()
    if tensor.device.type == "meta":
        raise TypeError("a PyTorch tensor on the device 'meta' has no values")
    if tensor.is_quantized:
        tensor = tensor.dequantize()
    if str(tensor.layout) != "torch.strided":
        tensor = tensor.to_dense()
    if str(tensor.dtype) == "torch.bfloat16" or str(tensor.dtype).startswith("torch.float8"):
        tensor = tensor.float()
    array: Array = tensor.resolve_conj().resolve_neg().cpu().numpy()
    return array


def _by_array_method(value: Any) -> Array | None:
    return np.asarray(value) if hasattr(value, "__array__") else None


def _by_dlpack(value: Any) -> Array | None:
    return np.from_dlpack(value) if hasattr(value, "__dlpack__") else None


def _by_numpy_method(value: Any) -> Array | None:
    for name in ("numpy", "asnumpy"):
        if callable(method := getattr(value, name, None)):
            return np.asarray(method())
    return None


def _widened(array: Array) -> Array:
    name = array.dtype.names[0] if array.dtype.names else array.dtype.name
    if name == "bfloat16":
        bits = np.ascontiguousarray(array).view(np.uint16)
        return (bits.astype(np.uint32) << np.uint32(16)).view(np.float32).reshape(array.shape)
    if name.startswith("float8"):
        return array.astype(np.float32)
    return array


def _described(value: Any) -> str:
    kind = type(value)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
