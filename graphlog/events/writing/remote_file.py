"""Event files in remote folders: object stores and other file systems that fsspec knows.

What is appended is collected here and sent in the background, every few seconds. Some file systems append; an
object store can only replace an object, so there a file is kept small (a longer run has more of them), and
what an upload costs is bounded: at most ``_LARGEST_PART`` bytes, and on average, of what was sent before, at
most ``_BYTES_A_SECOND``.
"""

from __future__ import annotations

import contextlib
import importlib
import threading
import weakref
from typing import Any

from graphlog.events.process import fork_count
from graphlog.events.writing.background import call_at_exit, write_queued

_APPENDING = frozenset(["memory", "sftp", "ssh", "hdfs", "webhdfs", "smb"])
_LARGEST_PART = 4 << 20  # bytes of a file that can only be replaced
_BYTES_A_SECOND = 256 << 10
_SECONDS_BETWEEN_UPLOADS = 5.0
_MOST_PENDING = 64 << 20  # bytes; who appends more waits until they are sent

_open_files: weakref.WeakSet[RemoteFile] = weakref.WeakSet()


class RemoteFile:
    """A new remote file that grows. Its methods are for one thread at a time.

    Args:
        url: the file to create.

    Attributes:
        path: its URL.
        process: the process that created it, as ``fork_count`` tells processes apart.
        size: how many bytes were appended.
        largest_size: None, or the size from which on another file should follow.
        is_torn: False: a part of a record never becomes visible, or is replaced.

    Raises:
        ImportError: fsspec, or what it needs for that file system, is not installed.
        FileExistsError: there is a file already.
        OSError: the file system cannot be reached.
    """

    is_torn = False

    def __init__(self, url: str) -> None:
        self.path = url
        self.process = fork_count()
        self.size = 0
        with _as_os_error(url):
            self._system, self._name = _file_system(url)
            if self._system.exists(self._name):
                raise FileExistsError(f"there is a file already: {url}")
        protocols = self._system.protocol
        self._appends = bool(
            _APPENDING.intersection([protocols] if isinstance(protocols, str) else protocols)
        )
        self.largest_size = None if self._appends else _LARGEST_PART
        self._lock = threading.Lock()  # of what follows
        self._sending = threading.Lock()  # taken first; a slow network does not hold up who appends
        self._pending: list[bytes] = []
        self._pending_size = 0
        self._sent: list[bytes] = []  # the whole file so far, if it can only be replaced
        self._sent_size = 0
        self._error: OSError | None = None
        self._thread: threading.Thread | None = None
        self._hurry = threading.Event()
        _open_files.add(self)

    def append(self, data: bytes | memoryview) -> None:
        """Takes some bytes, to be sent soon.

        Raises:
            OSError: what was taken before could not be sent; these bytes are not taken.
        """
        if self._pending_size >= _MOST_PENDING:
            self.flush()
        with self._lock:
            if self._error is not None:
                raise self._error
            self._pending.append(bytes(data))
            self._pending_size += len(data)
            self.size += len(data)
            if self._thread is None:
                self._start_thread()

    def is_deleted(self) -> bool:
        """False: nobody asks over a network each second."""
        return False

    def flush(self) -> None:
        """Sends what was appended.

        Raises:
            OSError: it cannot be sent. It is kept, and sent later.
        """
        with self._sending:
            with self._lock:
                pending = b"".join(self._pending)
                count = len(self._pending)
            if not pending:
                return
            try:
                with _as_os_error(self.path):
                    self._send(pending)
            except OSError as error:
                self._error = error
                raise
            with self._lock:
                del self._pending[:count]
                self._pending_size -= len(pending)
                self._sent_size += len(pending)
                self._error = None

    def close(self) -> None:
        """Sends what is left."""
        self._hurry.set()
        self.flush()
        self._sent.clear()
        _open_files.discard(self)

    def discard(self) -> None:
        """Deletes the file."""
        with self._lock:
            self._pending.clear()
            self._pending_size = 0
        self.close()
        with contextlib.suppress(Exception):  # it may never have been created
            self._system.rm_file(self._name)

    def _send(self, data: bytes) -> None:
        if self._appends:
            parent = self._name.rpartition("/")[0]
            if not self._sent_size:
                self._system.makedirs(parent, exist_ok=True)
            with self._system.open(self._name, "ab" if self._sent_size else "wb") as file:
                file.write(data)
            return
        self._system.pipe_file(self._name, b"".join((*self._sent, data)))
        self._sent.append(data)

    def _start_thread(self) -> None:
        thread = threading.Thread(target=self._run, name="graphlog upload", daemon=True)
        with contextlib.suppress(RuntimeError):  # no more threads, or the interpreter exits: flush will do
            thread.start()
            self._thread = thread

    def _run(self) -> None:
        while True:
            again = 0 if self._appends else self._sent_size / _BYTES_A_SECOND
            self._hurry.wait(max(_SECONDS_BETWEEN_UPLOADS, again))
            with contextlib.suppress(OSError):  # the next append tells, and this loop tries again
                self.flush()
            with self._lock:
                if not self._pending or self._hurry.is_set():
                    self._thread = None
                    return


def _file_system(url: str) -> tuple[Any, str]:
    try:
        import fsspec
    except ImportError as error:
        raise ImportError(f"writing to {url} needs fsspec: pip install 'graphlog[remote]'") from error
    system, name = fsspec.core.url_to_fs(url)
    return system, name


class _as_os_error(contextlib.AbstractContextManager[None]):  # noqa: N801  reads as what it does
    """Turns what a file system raises into an OSError that names the URL."""

    def __init__(self, url: str) -> None:
        self._url = url

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError) and self._url not in str(error):
            raise type(error)(f"{error}: {self._url}") from error
        if isinstance(error, Exception) and not isinstance(error, OSError | ImportError):
            raise OSError(f"{type(error).__name__}: {error}: {self._url}") from error


def _finish() -> None:
    write_queued()
    for file in list(_open_files):
        if file.process == fork_count():
            with contextlib.suppress(OSError):
                file.flush()


call_at_exit(_finish)
# When the functions of atexit run, no thread pool works any more, and some file systems need one. What runs
# first, runs in the reverse order of registration; so the thread pools have to be registered by now.
importlib.import_module("concurrent.futures.thread")
_register_early_exit = getattr(threading, "_register_atexit", None)
if _register_early_exit is not None:
    _register_early_exit(_finish)
