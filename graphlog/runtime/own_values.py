"""Values that the caller of a run may keep and change."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core.errors import ResourceExhaustedError
from graphlog.core.session_state import VariableCell


def own(value: Any) -> Any:
    """A value that a kernel has returned, as one that the caller may keep and change."""
    if type(value) is np.ndarray:
        if value.ndim == 0:
            return value[()]
        return value if value.base is None and value.flags.writeable else copy_of(value)
    return copy_of(value) if isinstance(value, VariableCell | np.ndarray) else value


def copy_of(value: Any) -> Any:
    """A copy of a value that somebody else has.

    Raises:
        ResourceExhaustedError: there is no memory for it.
    """
    if isinstance(value, VariableCell):
        value = value.read()
    if not isinstance(value, np.ndarray):
        return value
    if value.ndim == 0:
        return value[()]
    try:
        return value.copy()
    except MemoryError as error:
        # A constant that repeats one value takes no memory until somebody asks for it.
        raise ResourceExhaustedError(None, None, f"A value that is fetched is too large: {error}") from error
