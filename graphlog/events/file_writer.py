"""Writes Events to an event file."""

from __future__ import annotations

import contextlib
import itertools
import os
import socket
import time

from graphlog.events.append_only_file import AppendOnlyFile
from graphlog.events.fork_aware_lock import ForkAwareLock
from graphlog.events.records import encode_record
from graphlog.proto import event_pb2

_FILE_VERSION = "brain.Event:2"
_WRITER = "graphlog"


class EventFileWriter:
    """An event file in a folder, and another after each ``reopen``.

    An event is with the operating system when ``add_event`` returns: no queue, no thread, nothing to lose
    when the process is killed. Threads may share a writer. A forked child may go on with it, too: its
    events go to a file of its own, from its first event on.

    Args:
        logdir: the folder; it is created where it does not exist.
        filename_suffix: what the file's name ends with.

    Raises:
        OSError: the folder or the file cannot be created. It names the path, and is a FileExistsError or
            a NotADirectoryError where a file is in the way, a PermissionError where writing is forbidden.
    """

    def __init__(self, logdir: str | bytes | os.PathLike[str], filename_suffix: str = "") -> None:
        self._logdir = os.fsdecode(logdir)
        self._filename_suffix = filename_suffix
        self._lock = ForkAwareLock()
        self._is_closed = False
        self._file = self._start_file()

    @property
    def logdir(self) -> str:
        """The folder."""
        return self._logdir

    @property
    def path(self) -> str:
        """The event file: the folder, and a name that no other writer has."""
        return self._file.path

    @property
    def is_closed(self) -> bool:
        """Whether ``close`` was called, and ``reopen`` was not."""
        return self._is_closed

    def add_event(self, event: event_pb2.Event) -> None:
        """Appends an event to the file.

        Args:
            event: the event, written as it is.

        Raises:
            OSError: the system does not take it, as on a full disk. No part of it stays in the file, and
                events can be added again as soon as there is room.
            ValueError: the writer is closed.
        """
        record = encode_record(event.SerializeToString())
        with self._lock:
            if self._is_closed:
                raise ValueError("the event file writer is closed")
            if self._file.is_torn or self._file.process != os.getpid():
                self._file = self._start_file()
            self._file.append(record)

    def flush(self) -> None:
        """Does nothing.

        Every event is with the operating system already: other programs see it, and it outlives this
        process. That it outlives a power failure is up to the system, until ``close`` has returned.
        """

    def close(self) -> None:
        """Has the system store the file on its disk, and closes it; a second call does nothing.

        Raises:
            OSError: the system cannot store what it had taken. The writer is closed all the same.
        """
        with self._lock:
            if self._is_closed:
                return
            self._is_closed = True
            if self._file.process == os.getpid():
                self._file.close()

    def reopen(self) -> None:
        """Starts a new file, if the writer is closed.

        Raises:
            OSError: the file cannot be created.
        """
        with self._lock:
            if self._is_closed:
                self._file = self._start_file()
                self._is_closed = False

    def _start_file(self) -> AppendOnlyFile:
        os.makedirs(self._logdir, exist_ok=True)
        file = self._create_file()
        event = event_pb2.Event(wall_time=time.time(), file_version=_FILE_VERSION)
        event.source_metadata.writer = _WRITER
        try:
            file.append(encode_record(event.SerializeToString()))
        except BaseException:
            with contextlib.suppress(OSError):
                file.close()
                os.unlink(file.path)
            raise
        return file

    def _create_file(self) -> AppendOnlyFile:
        # The count tells apart what nothing else does: files of one second and process, or of processes in
        # containers of equal host name and process id.
        beginning = f"events.out.tfevents.{int(time.time()):010d}.{socket.gethostname()}.{os.getpid()}"
        for count in itertools.count():
            name = f"{beginning}.{count}{self._filename_suffix}"
            with contextlib.suppress(FileExistsError):
                return AppendOnlyFile(os.path.join(self._logdir, name))
        raise AssertionError("itertools.count() does not end")
