"""Calls of NumPy's functions with traced arrays, handed to what stands for them in a trace."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable
from typing import Any

from graphlog.tracing.traced_array import FUNCTIONS, TracingError

_DEPENDS_ON_NUMBERS = (
    "how many elements it gives depends on numbers, and with it the shape of all that follows. Use np.where "
    "or a product with the condition, which keep the shape"
)
_CHANGES_AN_ARRAY = "it changes an array, and a graph has none that change. Use np.where or np.concatenate"

# What to use in the place of functions that have no operation, and why.
_INSTEAD = {
    **dict.fromkeys(["np.argwhere", "np.flatnonzero", "np.nonzero", "np.unique"], _DEPENDS_ON_NUMBERS),
    **dict.fromkeys(["np.copyto", "np.put", "np.put_along_axis"], _CHANGES_AN_ARRAY),
    **dict.fromkeys(["np.place", "np.putmask"], _CHANGES_AN_ARRAY),
    **dict.fromkeys(
        ["np.array2string", "np.array_repr", "np.array_str", "np.save", "np.savez", "np.savetxt"],
        "there are no numbers yet. Use it on what the traced function returns",
    ),
}


@functools.cache
def load_functions() -> None:
    """Fills in the table of functions."""
    importlib.import_module("graphlog.tracing.functions.everything")


def call_array_function(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What a function of NumPy's gives of traced arrays.

    Raises:
        TracingError: there is nothing that stands for the function, or for one of its arguments.
    """
    load_functions()
    traced = FUNCTIONS.get(function)
    if traced is None:
        name = full_name(function)
        raise TracingError(
            f"{name} cannot be traced: {_INSTEAD[name]}."
            if name in _INSTEAD
            else f"{name} cannot be traced: graphlog knows no operation for it. Write it with functions that "
            "can be (those in graphlog.tracing.functions), or call it before, and give its result as an "
            "argument."
        )
    if kwargs.get("out") is not None:
        raise TracingError(
            f"{full_name(function)} cannot write into an array while a function is traced: use what it "
            "returns, without out=."
        )
    try:
        return traced(*args, **kwargs)
    except TypeError as error:
        here = error.__traceback__
        if here is None or here.tb_next is not None:
            raise
        # It was not even entered.
        text = str(error).replace(getattr(traced, "__name__", ""), full_name(function))
        raise TracingError(f"{full_name(function)} cannot be traced with these arguments: {text}.") from None


def full_name(function: Callable[..., Any]) -> str:
    """``np.linalg.inv``, as users write it."""
    module = getattr(function, "__module__", None) or "numpy"
    return f"{module.replace('numpy', 'np', 1)}.{getattr(function, '__name__', function)}"
