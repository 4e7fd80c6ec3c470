"""PyTorch's values as a graph has them: dtypes, static shapes, attributes, lines of code."""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Iterator, Sequence
from typing import Any

from graphlog.core import dtypes
from graphlog.core.dtypes import DType
from graphlog.core.shapes import StaticShape

_LONGEST_LIST = 64
_LONGEST_TEXT = 400
_LARGEST_INTEGER = 1 << 63

# PyTorch's names of dtypes where they are not TensorFlow's.
_DTYPES = {dtype.name: dtype for dtype in dtypes.ALL} | {"quint4x2": dtypes.unknown}

Described = tuple[DType, StaticShape]


@functools.cache
def dtype_of(torch_dtype: Any) -> DType:
    """The DType of a ``torch.dtype``; ``unknown`` for one that TensorFlow has not."""
    return _DTYPES.get(str(torch_dtype).removeprefix("torch."), dtypes.unknown)


def described(value: Any) -> Described | None:
    """The dtype and static shape of a tensor, real or fake, or of a number; None for anything else."""
    if is_tensor(value):
        try:
            shape: StaticShape = tuple([size if type(size) is int else None for size in value.shape])
        except RuntimeError:  # nested tensors have none
            shape = None
        return dtype_of(value.dtype), shape
    for kinds, dtype in _NUMBERS:
        if type(value).__name__ in kinds:
            return dtype, ()
    return None


_NUMBERS = (
    (("bool", "SymBool"), dtypes.bool_),
    (("int", "SymInt"), dtypes.int64),
    (("float", "SymFloat"), dtypes.float64),
    (("complex",), dtypes.complex128),
)


def is_tensor(value: Any) -> bool:
    """Whether a value is a tensor."""
    import torch

    return isinstance(value, torch.Tensor)


def plain(value: Any) -> Any:
    """A value as an attribute; None for what no attribute shows (None itself, too)."""
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        return value if -_LARGEST_INTEGER <= value < _LARGEST_INTEGER else text(value)
    if type(value).__name__ == "dtype":
        dtype = dtype_of(value)
        return text(value) if dtype is dtypes.unknown else dtype
    if isinstance(value, list | tuple):
        return _plain_list(value)
    if isinstance(value, slice | str) or type(value).__module__.partition(".")[0] == "torch":
        return text(value)
    return text(value) if isinstance(value, complex) or value is Ellipsis else None


def _plain_list(values: Sequence[Any]) -> Any:
    items = [plain(value) for value in values]
    kinds = {type(item) for item in items}
    if len(items) > _LONGEST_LIST or not (kinds <= {bool} or kinds <= {int} or kinds <= {float}):
        return text(list(values)) if items else []
    return items


def text(value: Any) -> bytes:
    """A value as a short text in ASCII."""
    if not isinstance(value, str):
        value = _shown(value)
    shown = value if len(value) <= _LONGEST_TEXT else f"{value[:_LONGEST_TEXT]}..."
    return shown.encode("ascii", "backslashreplace")


def _shown(value: Any) -> str:
    try:
        return str(value)
    except Exception:
        return f"a {type(value).__name__}"


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """What a nest of dicts, sequences, named tuples and dataclasses holds, each with a name.

    Args:
        value: the nest.
        path: its own name.

    Returns:
        Names such as ``logits``, ``0``, ``hidden/1``, and values; empty for an empty nest.
    """
    waiting = [(path, value)]
    while waiting:
        path, value = waiting.pop()
        items = _items(value)
        if items is None:
            yield path, value
        else:
            prefix = f"{path}/" if path else ""
            waiting += [(f"{prefix}{str(key).replace('/', '_')}", item) for key, item in reversed(items)]


def _items(value: Any) -> list[tuple[Any, Any]] | None:
    if is_tensor(value):
        return None
    if isinstance(value, dict) or hasattr(type(value), "items"):
        return list(value.items())
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return list(zip(value._fields, value, strict=True))
    if isinstance(value, list | tuple):
        return list(enumerate(value))
    if hasattr(type(value), "__dataclass_fields__"):
        return [(name, getattr(value, name)) for name in type(value).__dataclass_fields__]
    return None


def output_names(value: Any) -> list[tuple[str, Any]]:
    """What a module returns, by name: the keys of dicts, ``output`` or ``output_0`` where there is none."""
    if _items(value) is None:
        return [("output", value)]
    return [
        (f"output_{name}" if name.partition("/")[0].isdigit() else name, leaf) for name, leaf in leaves(value)
    ]


@functools.cache
def _torch_folder() -> str:
    import torch

    return os.path.dirname(os.path.abspath(str(torch.__file__))) + os.sep


_FRAME = re.compile(r'^ *File "(.*)", line (\d+)', re.MULTILINE)


@functools.lru_cache(maxsize=4096)
def source_line(stack_trace: str | None) -> bytes | None:
    """The innermost line of the user's code in a trace, as ``file:line``; None where all is PyTorch's."""
    for file, line in reversed(_FRAME.findall(stack_trace or "")):
        if is_users_file(file):
            return text(f"{file}:{line}")
    return None


@functools.cache
def is_users_file(file: str) -> bool:
    """Whether a file is neither PyTorch's nor graphlog's, nor made up."""
    own = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
    return not file.startswith((_torch_folder(), own, "<")) and "importlib" not in file
