"""Libraries that some adapters need, imported when they are used."""

from __future__ import annotations

import importlib
from typing import Any


def required(module: str, extra: str) -> Any:
    """A module of another library.

    Args:
        module: its name.
        extra: what graphlog calls the extra that brings it.

    Raises:
        ImportError: it is not installed; the message says how to install it.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        if (error.name or "").partition(".")[0] != module.partition(".")[0]:
            raise
        raise ImportError(
            f"This needs {module}, which is not installed: pip install 'graphlog[{extra}]'", name=module
        ) from None
