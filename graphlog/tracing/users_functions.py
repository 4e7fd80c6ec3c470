"""Calls of the function that is traced: what goes wrong there is told with the line of it."""

from __future__ import annotations

import linecache
import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graphlog.tracing.traced_array import TracingError


def call(function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    """What a function gives of traced arrays.

    Args:
        function: the function, whose code is the user's.
        args: its arguments, traced arrays among them.
        kwargs: those by name.

    Raises:
        TracingError: it asks for what cannot be traced; the message ends with the line that does.
    """
    try:
        return function(*args, **kwargs)
    except TracingError as error:
        _add_line(error, error)
        raise
    except TypeError as error:
        if "TracedArray(" not in str(error):
            raise
        # NumPy's own words name the array, but not what is wrong with it.
        told = TracingError(
            f"{error}. A shape, size or axis must be known while a function is traced: give it as an int of "
            "Python, which counts as a constant."
        )
        _add_line(told, error)
        raise told from error
    except ValueError as error:
        if not isinstance(error.__cause__, TracingError):
            raise
        # NumPy tells it in words of its own.
        told = TracingError(
            "A traced array cannot be written into an array, y[i] = x, nor be an element of a new one: it "
            "has no numbers yet. Use np.stack or np.concatenate to put arrays together, np.where to choose."
        )
        _add_line(told, error)
        raise told from error


def _add_line(error: TracingError, raised: Exception) -> None:
    """Has an error say which line of the user's led to it; once, where one trace runs inside another."""
    if error.has_line:
        return
    error.has_line = True
    frames = [
        (frame.f_code.co_filename, line)
        for frame, line in traceback.walk_tb(raised.__traceback__)
        if frame.f_globals.get("__name__", "").partition(".")[0] not in ("graphlog", "numpy")
    ]
    if frames:
        filename, line = frames[-1]
        text = linecache.getline(filename, line).strip()
        error.args = (f"{error} At {filename}:{line}{f': {text}' if text else ''}",)
