"""GFile: a file that opens when it is first read or written."""

from __future__ import annotations

import os
from collections.abc import Iterator
from types import TracebackType
from typing import Any, BinaryIO

from graphlog.core.errors import InvalidArgumentError, OutOfRangeError, PermissionDeniedError
from graphlog.files.paths import Path, as_path, errors_of

_MODES = ("r", "w", "a", "r+", "w+", "a+")


class GFile:
    """A local file.

    It is opened by the first read or write: so its absence, too, is noticed only there. Line ends are left
    as they are.

    Args:
        name: the file's path.
        mode: ``r``, ``w`` or ``a``, with ``+`` and ``b`` as for ``open``. Without ``b`` one reads text, in
            UTF-8. Writing with ``r+`` begins an empty file, as in TensorFlow.

    Raises:
        InvalidArgumentError: there is no such mode.

    Source: ``tf.gfile.GFile``.
    """

    def __init__(self, name: Path, mode: str = "r") -> None:
        self._reader: BinaryIO | None = None
        self._writer: BinaryIO | None = None
        self._name = name
        self._path = as_path(name)
        self._mode = mode
        self._is_binary = "b" in mode
        plain = mode.replace("b", "")
        if plain not in _MODES:
            raise InvalidArgumentError(None, None, "mode is not 'r' or 'w' or 'a' or 'r+' or 'w+' or 'a+'")
        self._may_read = plain == "r" or "+" in plain
        self._may_write = plain != "r"

    @property
    def name(self) -> Path:
        """The path that was given."""
        return self._name

    @property
    def mode(self) -> str:
        """The mode that was given."""
        return self._mode

    def _opened_reader(self) -> BinaryIO:
        if self._reader is None:
            if not self._may_read:
                raise PermissionDeniedError(None, None, "File isn't open for reading")
            with errors_of(self._path):
                self._reader = open(self._path, "rb")  # noqa: SIM115  close() closes it
        return self._reader

    def _opened_writer(self) -> BinaryIO:
        if self._writer is None:
            if not self._may_write:
                raise PermissionDeniedError(None, None, "File isn't open for writing")
            with errors_of(self._path):
                self._writer = open(self._path, "ab" if "a" in self._mode else "wb")  # noqa: SIM115
        return self._writer

    def _text(self, value: bytes) -> Any:
        return value if self._is_binary else value.decode()

    def size(self) -> int:
        """How many bytes the file has; NotFoundError where there is none."""
        with errors_of(self._path):
            return os.path.getsize(self._path)

    def write(self, file_content: str | bytes) -> None:
        """Writes text or bytes at the end of what is written."""
        writer = self._opened_writer()
        with errors_of(self._path):
            writer.write(file_content.encode() if isinstance(file_content, str) else file_content)

    def read(self, n: int = -1) -> Any:
        """Reads ``n`` bytes, or as many as there are: all of them if -1. Text without ``b`` in the mode."""
        reader = self._opened_reader()
        with errors_of(self._path):
            content = reader.read(n)
        return self._text(content)

    def seek(self, offset: int | None = None, whence: int = 0, position: int | None = None) -> None:
        """Goes to where one reads on.

        Args:
            offset: how many bytes from there.
            whence: 0 for the file's beginning, 1 for where one is, 2 for its end.
            position: the older name of ``offset``.

        Raises:
            TypeError: not exactly one of the two is given.
            InvalidArgumentError: there is no such place.
            OutOfRangeError: it lies behind the end.
        """
        reader = self._opened_reader()
        if offset is None and position is None:
            raise TypeError("seek(): offset argument required")
        if offset is not None and position is not None:
            raise TypeError("seek(): offset and position may not be set simultaneously.")
        target = int(position if offset is None else offset)  # type: ignore[arg-type]
        if whence not in (0, 1, 2):
            raise InvalidArgumentError(
                None, None, f"Invalid whence argument: {whence}. Valid values are 0, 1, or 2."
            )
        target += (0, reader.tell(), self.size())[whence]
        if target < 0:
            raise InvalidArgumentError(None, None, f"Seeking to a negative position: {target}")
        if target > self.size():
            raise OutOfRangeError(None, None, "reached end of file")
        reader.seek(target)

    def readline(self) -> Any:
        """Reads a line with its end; nothing at the file's end."""
        reader = self._opened_reader()
        with errors_of(self._path):
            line = reader.readline()
        # TensorFlow's lines have no carriage returns.
        return self._text(line.replace(b"\r", b""))

    def readlines(self) -> list[Any]:
        """Reads the lines that are left."""
        return list(self)

    def tell(self) -> int:
        """Where one is, in bytes: in reading, or in writing if one may only write."""
        return self._opened_reader().tell() if self._may_read else self._opened_writer().tell()

    def flush(self) -> None:
        """Hands what was written to the operating system."""
        if self._writer is not None:
            with errors_of(self._path):
                self._writer.flush()

    def close(self) -> None:
        """Closes the file. It opens again when it is read or written again."""
        reader, writer = self._reader, self._writer
        self._reader = self._writer = None
        with errors_of(self._path):
            if reader is not None:
                reader.close()
            if writer is not None:
                writer.close()

    def __del__(self) -> None:
        # TensorFlow's users write GFile(path).read().
        self.close()

    def seekable(self) -> bool:
        """True."""
        return True

    def __enter__(self) -> GFile:
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        line = self.readline()
        if not line:
            raise StopIteration
        return line

    next = __next__


class FastGFile(GFile):
    """The same as ``GFile`` (``tf.gfile.FastGFile``)."""
