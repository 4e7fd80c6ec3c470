"""NumPy functions on arrays of bytes: what string operations share."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np


def mapped(function: Callable[..., Any], *arrays: Any, dtype: Any = object) -> Any:
    """A function applied to the elements of arrays, which are broadcast together.

    Args:
        function: from an element of each array to one of the result.
        *arrays: the arrays.
        dtype: the dtype of the result.

    Returns:
        An array of the broadcast shape.
    """
    # As objects, since a byte string of NumPy loses zeros at its end.
    together = np.broadcast_arrays(*[np.asarray(array, object) for array in arrays])
    result = np.empty(together[0].shape, dtype)
    result.reshape(-1)[:] = [
        function(*items) for items in zip(*(array.ravel().tolist() for array in together), strict=True)
    ]
    return result


def as_text(value: bytes) -> str:
    """Bytes as text; those that are no UTF-8 come back unchanged from ``as_bytes``."""
    return value.decode(errors="surrogateescape")


def as_bytes(value: str) -> bytes:
    """The opposite of ``as_text``."""
    return value.encode(errors="surrogateescape")


def compiled(pattern: bytes) -> re.Pattern[str]:
    """A pattern of RE2, TensorFlow's engine, as one of Python's.

    Raises:
        ValueError: it is none.
    """
    try:
        # RE2's classes such as \\w are ASCII's.
        return re.compile(as_text(pattern), re.ASCII)
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError(f"Invalid pattern: {as_text(pattern)}, error: {error}") from None


def replaced(value: bytes, pattern: re.Pattern[str], rewrite: bytes, replace_all: bool) -> bytes:
    r"""A string with what a pattern matches rewritten, as RE2 does it.

    Args:
        value: the string.
        pattern: what to look for.
        rewrite: what to put there; ``\1`` stands for the first group, ``\0`` for all that matched.
        replace_all: whether every match is rewritten, or only the first.
    """
    pieces = _rewrite_pieces(as_text(rewrite), pattern)
    end_of_last = -1

    def rewritten(match: re.Match[str]) -> str:
        nonlocal end_of_last
        # Other than Python, RE2 matches nothing right behind a match.
        if match.start() == match.end() == end_of_last:
            return ""
        end_of_last = match.end()
        return "".join([piece if isinstance(piece, str) else match[piece] or "" for piece in pieces])

    return as_bytes(pattern.sub(rewritten, as_text(value), count=0 if replace_all else 1))


def _rewrite_pieces(rewrite: str, pattern: re.Pattern[str]) -> list[str | int]:
    """A rewrite as literal text and numbers of groups."""
    pieces: list[str | int] = []
    for piece in re.split(r"(\\.?)", rewrite, flags=re.DOTALL):
        if not piece.startswith("\\"):
            pieces.append(piece)
        elif piece == "\\\\":
            pieces.append("\\")
        elif piece[1:].isdecimal() and int(piece[1:]) <= pattern.groups:
            pieces.append(int(piece[1:]))
        else:
            raise ValueError(f"Invalid rewrite string: {rewrite!r} for pattern {pattern.pattern!r}")
    return pieces
