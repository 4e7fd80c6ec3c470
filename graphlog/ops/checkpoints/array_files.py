"""Arrays by name in a file: an npz archive, which ``numpy.load`` opens."""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from graphlog.core.errors import DataLossError, UnimplementedError
from graphlog.ops.checkpoints.atomic_files import replaced

SUFFIX = ".npz"

# What comes of reading an archive that is damaged, encrypted, or claims to hold more than there is.
_DAMAGES = (
    *(OSError, ValueError, zipfile.BadZipFile, zlib.error, EOFError, MemoryError, OverflowError),
    RuntimeError,  # NotImplementedError is one too.
)


def write_arrays(prefix: str, values: Mapping[str, Any]) -> None:
    """Writes arrays to ``prefix.npz``.

    Args:
        prefix: the path without its suffix.
        values: arrays by name.

    Raises:
        UnimplementedError: an array holds strings or objects, which the format cannot hold safely.
        OSError: the file cannot be written; an older one is left as it was.
    """
    for name, value in values.items():
        if np.asarray(value).dtype.hasobject:
            raise UnimplementedError(
                None, None, f"Variable {name!r} holds strings, which a checkpoint of graphlog cannot hold."
            )
    with replaced(prefix + SUFFIX) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, value in values.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.asarray(value), allow_pickle=False)


def arrays_exist(prefix: str) -> bool:
    """Whether there is a file ``prefix.npz``."""
    return bool(prefix) and os.path.isfile(prefix + SUFFIX)


def read_arrays(prefix: str) -> dict[str, Any]:
    """The arrays in ``prefix.npz`` by name; DataLossError where it is damaged, or no such archive."""
    try:
        return _read(prefix + SUFFIX)
    except _DAMAGES as error:
        raise DataLossError(
            None, None, f"{prefix + SUFFIX} is no checkpoint, or is damaged: {error}"
        ) from error


def _read(path: str) -> dict[str, Any]:
    values = {}
    with open(path, "rb") as file, zipfile.ZipFile(file) as archive:
        for name in archive.namelist():
            with archive.open(name) as member:
                array = np.lib.format.read_array(member, allow_pickle=False)
                if member.read(1):
                    raise ValueError(f"{name} is longer than its header says")
            values[name.removesuffix(".npy")] = array
    return values
