"""Small files beside an event file, in a local or a remote folder."""

from __future__ import annotations

import importlib
import os
from typing import Any


def write_file(path: str, content: bytes) -> None:
    """Writes a file, and makes its folder."""
    if "://" in path:
        with _filesystem().open(path, "wb") as remote:
            remote.write(content)
        return
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "wb") as file:
        file.write(content)


def read_file(path: str) -> bytes | None:
    """What a file holds; None if there is none."""
    try:
        if "://" in path:
            with _filesystem().open(path, "rb") as remote:
                content: bytes = remote.read()
            return content
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None


def _filesystem() -> Any:
    try:
        return importlib.import_module("fsspec")
    except ImportError:
        raise ImportError(
            "a folder with :// in its name needs fsspec: pip install 'graphlog[remote]'"
        ) from None
