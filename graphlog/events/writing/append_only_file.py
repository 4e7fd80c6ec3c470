"""A file that grows by whole byte strings, or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import weakref

from graphlog.events.process import fork_count


class AppendOnlyFile:
    """A new file; what is appended is with the operating system when ``append`` returns.

    Nothing is buffered in the process, so nothing is lost when it ends, however it ends. A file that is not
    closed is closed when the object goes. Not for several threads at once.

    Args:
        path: the file to create.

    Attributes:
        path: the file.
        process: the process that created it, as ``fork_count`` tells processes apart.
        size: how many bytes were appended.
        largest_size: None: it may grow as it likes.
        is_torn: whether it ends with a part of a byte string, since a failed ``append`` could not be undone.

    Raises:
        FileExistsError: there is something at the path.
        OSError: the file cannot be created.
    """

    def __init__(self, path: str) -> None:
        # O_APPEND: should a forked child write before it has opened a file of its own, both write at the end.
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | getattr(os, "O_BINARY", 0)
        self._descriptor = os.open(path, flags, 0o666)
        self._close_descriptor = weakref.finalize(self, os.close, self._descriptor)
        self._close_descriptor.atexit = False  # the system does it then, after the last events
        self.path = path
        self.largest_size: int | None = None
        self.process = fork_count()
        self.size = 0
        self.is_torn = False

    def append(self, data: bytes | memoryview) -> None:
        """Writes all of some bytes, or none of them.

        Args:
            data: what is to be written, in one call where the system takes it in one.

        Raises:
            OSError: the system does not take all of it: a full disk, a quota, a limit. It names the file.
        """
        written = 0
        try:
            written = os.write(self._descriptor, data)
            while written < len(data):  # a second call says why, or the system was only interrupted
                more = os.write(self._descriptor, memoryview(data)[written:])
                if more == 0:
                    raise OSError(errno.EIO, os.strerror(errno.EIO))
                written += more
            self.size += written
        except BaseException as error:
            self._take_back(written)
            if isinstance(error, OSError):
                error.filename = self.path
            raise

    def is_deleted(self) -> bool:
        """Whether someone deleted the file, or its folder, so that nobody will see what is appended."""
        try:
            return os.fstat(self._descriptor).st_nlink == 0
        except OSError:  # a file system that cannot say, or will say why at the next append
            return False

    def flush(self) -> None:
        """Does nothing: what was appended is with the operating system."""

    def close(self) -> None:
        """Closes the file; a second call does nothing.

        Raises:
            OSError: data that the system had accepted could not be stored after all.
        """
        if not self._close_descriptor.alive:
            return
        try:
            self._synchronize()
        finally:
            self._close_descriptor()

    def discard(self) -> None:
        """Closes and deletes the file.

        Raises:
            OSError: it cannot be deleted.
        """
        self._close_descriptor()
        os.unlink(self.path)

    def _synchronize(self) -> None:
        # Network file systems and quotas may report a failed write no earlier than here, and after close
        # nobody could be told. Not after each event: that would make every event wait for the disk.
        try:
            os.fsync(self._descriptor)
        except OSError as error:
            if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # a file system that has no fsync
                error.filename = self.path
                raise

    def _take_back(self, size: int) -> None:
        if size == 0:
            return
        self.is_torn = True
        with contextlib.suppress(OSError):  # the error that led here says more
            os.ftruncate(self._descriptor, os.fstat(self._descriptor).st_size - size)
            self.is_torn = False
