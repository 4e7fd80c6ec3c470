"""``tf.compat``: the vocabulary of TensorFlow 1 under its later name, and strings as bytes and text."""

from __future__ import annotations

import contextlib
import datetime
import numbers
import os
from collections.abc import Iterator
from typing import Any

import numpy as np

import graphlog as v1
from graphlog.core.shapes import dimension_at_index, dimension_value

__all__ = ["as_bytes", "as_str", "as_str_any", "as_text", "bytes_or_text_types", "complex_types"]
__all__ += ["dimension_at_index", "dimension_value", "forward_compatibility_horizon", "forward_compatible"]
__all__ += ["integral_types", "path_to_str", "real_types", "v1"]


def __dir__() -> list[str]:
    return sorted(__all__)


integral_types = (numbers.Integral, np.integer)
real_types = (numbers.Real, np.integer, np.floating)
complex_types = (numbers.Complex, np.number)
bytes_or_text_types = (bytes, str)

# The day of TensorFlow 1.15.5's graphs: what came later is not used yet.
_horizons = [datetime.date(2019, 8, 21)]


def as_bytes(bytes_or_text: str | bytes | bytearray, encoding: str = "utf-8") -> bytes:
    """A string as bytes; bytes as they are. TypeError for anything else."""
    if isinstance(bytes_or_text, bytearray):
        return bytes(bytes_or_text)
    if isinstance(bytes_or_text, str):
        return bytes_or_text.encode(encoding)
    if isinstance(bytes_or_text, bytes):
        return bytes_or_text
    raise TypeError(f"Expected binary or unicode string, got {bytes_or_text!r}")


def as_text(bytes_or_text: str | bytes, encoding: str = "utf-8") -> str:
    """Bytes as a string; a string as it is. TypeError for anything else."""
    if isinstance(bytes_or_text, str):
        return bytes_or_text
    if isinstance(bytes_or_text, bytes):
        return bytes_or_text.decode(encoding)
    raise TypeError(f"Expected binary or unicode string, got {bytes_or_text!r}")


as_str = as_text


def as_str_any(value: Any) -> str:
    """Bytes as a string; anything else as ``str`` gives it."""
    return as_text(value) if isinstance(value, bytes) else str(value)


def path_to_str(path: Any) -> Any:
    """A path object as a string; anything else as it is."""
    return as_str_any(path.__fspath__()) if isinstance(path, os.PathLike) else path


def forward_compatible(year: int, month: int, day: int) -> bool:
    """Whether graphs may use what TensorFlow reads since that day (``tf.compat.forward_compatible``)."""
    try:
        return _horizons[-1] > datetime.date(year, month, day)
    except OverflowError:
        raise ValueError(f"{year}-{month}-{day} is no day.") from None


@contextlib.contextmanager
def forward_compatibility_horizon(year: int, month: int, day: int) -> Iterator[None]:
    """Changes what ``forward_compatible`` says in a ``with`` block; graphlog itself does not ask it."""
    _horizons.append(datetime.date(year, month, day))
    try:
        yield
    finally:
        _horizons.pop()
