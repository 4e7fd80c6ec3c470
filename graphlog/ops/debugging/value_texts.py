"""Values as TensorFlow prints them."""

from __future__ import annotations

from typing import Any

import numpy as np

_ESCAPES = {
    **{ord("\n"): "\\n", ord("\r"): "\\r", ord("\t"): "\\t"},
    **{ord(mark): f"\\{mark}" for mark in "\"'\\"},
}


def array_text(value: Any, ends: int) -> str:
    """An array as ``tf.print`` shows it: in brackets, with an ellipsis in the middle of long axes.

    Args:
        value: the array.
        ends: how many elements are shown at both ends of each axis; all if negative.
    """
    array = np.asarray(value)
    return _nested(array, array.size if ends < 0 else min(ends, array.size), 0, array.ndim)


def _nested(array: Any, ends: int, axis: int, rank: int) -> str:
    if axis == rank:
        element = array[()] if isinstance(array, np.ndarray) else array
        text = element_text(element)
        return f'"{text}"' if isinstance(element, bytes) else text
    between = " " if axis == rank - 1 else "\n" * (rank - axis - 1) + " " * (axis + 1)
    count = len(array)
    first = [_nested(array[index], ends, axis + 1, rank) for index in range(min(ends, count))]
    last = [_nested(array[index], ends, axis + 1, rank) for index in range(max(ends, count - ends), count)]
    if count <= 2 * ends:
        return f"[{between.join(first + last)}]"
    # Where no element is shown, TensorFlow puts the space before the ellipsis all the same.
    return f"[{between.join([*first, '...', *last]) if first else between + '...'}]"


def element_text(value: Any) -> str:
    """One element: a number with as many digits as it takes to tell it apart, or an escaped string."""
    if isinstance(value, bytes):
        return "".join([_ESCAPES.get(byte) or _character(byte) for byte in value])
    if isinstance(value, bool | np.bool_):
        return str(int(value))
    if isinstance(value, np.floating):
        return _float_text(value)
    return str(value) if isinstance(value, np.integer | int) else "?"


def _character(byte: int) -> str:
    return chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}"


def _float_text(value: Any) -> str:
    is_double = isinstance(value, np.float64)
    number, kind = float(value), np.float64 if is_double else np.float32
    few, many = (15, 17) if is_double else (6, 9)
    text = format(number, f".{few}g")
    return text if not np.isfinite(number) or kind(text) == kind(number) else format(number, f".{many}g")
