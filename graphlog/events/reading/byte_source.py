"""Bytes that are read at any place: of a file, local or remote, or in memory.

Files are read, not mapped into memory: a mapped file that shrinks ends the process.
"""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

_LARGEST_READ = 1 << 22  # bytes

Source = str | os.PathLike[str] | BinaryIO | bytes | bytearray | memoryview


class ByteSource:
    """What is read, and how much of it there is.

    Args:
        source: a path; a readable, seekable binary file, which stays open; or bytes.

    Raises:
        OSError: the file cannot be opened.
    """

    def __init__(self, source: Source) -> None:
        self._is_own = False
        self._file: BinaryIO
        if isinstance(source, (str, os.PathLike)):
            self._file = Path(source).open("rb", buffering=0)  # noqa: SIM115  # closed by close
            self._is_own = True
        elif isinstance(source, (bytes, bytearray, memoryview)):
            self._file = io.BytesIO(source)
        else:
            self._file = source

    def size(self) -> int:
        """How many bytes there are now."""
        return self._file.seek(0, os.SEEK_END)

    def read(self, offset: int, size: int) -> bytes:
        """The bytes at a place, or as many as there are.

        Piece by piece, because ``read(size)`` reserves memory for a size that may be nonsense.
        """
        self._file.seek(offset)
        pieces = []
        while size > 0 and (piece := self._file.read(min(size, _LARGEST_READ))):
            pieces.append(piece)
            size -= len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def read_into(self, offset: int, buffer: NDArray[np.uint8]) -> int:
        """Fills a buffer with the bytes at a place, as far as there are any; how many there were."""
        self._file.seek(offset)
        filled = 0
        view = memoryview(buffer.data)
        while filled < len(view):
            read = self._file.readinto(view[filled:])  # type: ignore[attr-defined]  # BinaryIO lacks it
            if not read:
                break
            filled += read
        return filled

    def close(self) -> None:
        """Closes the file if it was opened here."""
        if self._is_own:
            self._file.close()
