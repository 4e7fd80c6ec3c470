"""A file that is open only while it is read, so that thousands can be followed."""

from __future__ import annotations

import os
from typing import BinaryIO, cast

from graphlog.readers.storage import Storage


class ReopenedFile:
    """What is needed of a binary file to read it. It opens when it is read, and again after ``close``.

    Attributes:
        was_read: whether any byte was read since it was opened.
    """

    def __init__(self, storage: Storage, path: str) -> None:
        self._storage = storage
        self._path = path
        self._file: BinaryIO | None = None
        self.was_read = False

    def as_file(self) -> BinaryIO:
        """It, for those who do no more with a file than ``seek``, ``read`` and ``readinto``."""
        return cast("BinaryIO", self)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Goes to a byte; returns which it is."""
        return self._opened().seek(offset, whence)

    def read(self, size: int = -1) -> bytes:
        """Reads so many bytes, or as many as there are."""
        data = self._opened().read(size)
        self.was_read |= bool(data)
        return data

    def readinto(self, buffer: memoryview) -> int:
        """Reads as many bytes as there are and the buffer takes; returns how many."""
        count: int = self._opened().readinto(buffer)  # type: ignore[attr-defined]  # BinaryIO lacks it
        self.was_read |= count > 0
        return count

    def close(self) -> None:
        """Closes it, until it is next read."""
        if self._file is not None:
            self._file.close()
            self._file = None
        self.was_read = False

    def _opened(self) -> BinaryIO:
        if self._file is None:
            self._file = self._storage.open(self._path)
        return self._file
