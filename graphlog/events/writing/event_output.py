"""Where the records of a writer go: one event file after the other, and what to do when one takes none."""

from __future__ import annotations

import contextlib
import time
from collections import deque
from typing import Protocol

from graphlog.events.process import fork_count
from graphlog.events.records import encode_record
from graphlog.events.writing.event_folder import EventFolder
from graphlog.proto import event_pb2

_FILE_VERSION = "brain.Event:2"
_WRITER = "graphlog"
_SECONDS_BETWEEN_RETRIES = 1.0
_SECONDS_BETWEEN_LOOKS = 1.0  # whether the file is still there


class OutputFile(Protocol):
    """A file that grows."""

    path: str
    process: int
    size: int
    largest_size: int | None
    is_torn: bool

    def append(self, data: bytes | memoryview) -> None:
        """Writes all of some bytes, or raises an OSError and writes none."""

    def is_deleted(self) -> bool:
        """Whether the file is gone."""

    def flush(self) -> None:
        """Brings what was appended to where it outlives the process."""

    def close(self) -> None:
        """Closes the file."""

    def discard(self) -> None:
        """Closes and deletes the file."""


class EventOutput:
    """The event files of one writer. Not for several threads at once.

    What a file does not take may be held, up to a limit, and is then written before anything else.

    Args:
        folder: where the files are.
        max_file_bytes: None, or how large a file may grow before the next one is begun.
        max_held_bytes: how much to hold.
        purge_step: None, or a step at which a restarted run goes on: see ``EventFileWriter``.

    Attributes:
        file: the file, or None before the first.
        file_count: how many files were begun.
        error: None, or why records are held.
        dropped: how many records found no room among those held.
    """

    def __init__(
        self,
        folder: EventFolder,
        max_file_bytes: int | None = None,
        max_held_bytes: int = 64 << 20,
        purge_step: int | None = None,
    ) -> None:
        self.file: OutputFile | None = None
        self.file_count = 0
        self.error: OSError | None = None
        self.dropped = 0
        self._folder = folder
        self._max_file_bytes = max_file_bytes
        self._max_held_bytes = max_held_bytes
        self._purge_step = purge_step
        self._held: deque[tuple[bytes | memoryview, int]] = deque()
        self._held_bytes = 0
        self._process = fork_count()
        self._next_retry = 0.0
        self._next_look = 0.0

    @property
    def held(self) -> int:
        """How many records are held."""
        return sum(count for _, count in self._held)

    def room(self) -> int | None:
        """How many bytes the present file may still grow by; None if without limit."""
        limit = self._limit()
        return limit if limit is None or self.file is None else max(0, limit - self.file.size)

    def write(self, data: bytes | memoryview) -> None:
        """Writes what is held, and then some records.

        Raises:
            OSError: it cannot. What was held still is, as far as it was not written; the data is not.
        """
        self.write_held()
        self._append(data)

    def write_or_hold(self, data: bytes | memoryview, count: int) -> bool:
        """Writes records, or holds them to be written later.

        Args:
            data: the records.
            count: how many they are.

        Returns:
            False if they are neither written nor held.
        """
        if self._held and time.monotonic() < self._next_retry:
            return self._hold(data, count)
        try:
            self.write(data)
        except OSError as error:
            self._note(error)
            return self._hold(data, count)
        return True

    def retry(self) -> None:
        """Writes what is held, if the last attempt is a while ago."""
        if self._held and time.monotonic() >= self._next_retry:
            try:
                self.write_held()
            except OSError as error:
                self._note(error)

    def write_held(self) -> None:
        """Writes what is held.

        Raises:
            OSError: it cannot.
        """
        if self._process != fork_count():  # what the parent holds it will write itself
            self.forget()
        while self._held:
            data, _ = self._held[0]
            self._append(data)
            self._held.popleft()
            self._held_bytes -= len(data)
        self.error = None

    def forget(self) -> None:
        """Drops what is held, uncounted."""
        self._held.clear()
        self._held_bytes = 0
        self.error = None
        self.dropped = 0
        self._process = fork_count()

    def give_up(self) -> int:
        """Drops what is held, and returns how many records were dropped since the last time."""
        lost = self.dropped + self.held
        self.forget()
        return lost

    def begin_file(self) -> OutputFile:
        """The present file; a new one if there is none, or none that may be written to."""
        file = self.file
        if file is None or file.is_torn or file.process != fork_count() or self._is_gone(file):
            self.file = file = self._start_file()
        return file

    def flush(self) -> None:
        """Brings everything to where it outlives the process, also what is held.

        Raises:
            OSError: it cannot.
        """
        self._flush_file()  # first: a remote file that failed takes no more until this has succeeded
        if self._held:
            self.write_held()
            self._flush_file()

    def close(self) -> None:
        """Closes the file, if it is this process's."""
        if self.file is not None and self.file.process == fork_count():
            self.file.close()

    def _flush_file(self) -> None:
        if self.file is not None and self.file.process == fork_count():
            self.file.flush()

    def _hold(self, data: bytes | memoryview, count: int) -> bool:
        if self._held_bytes + len(data) > self._max_held_bytes:
            self.dropped += count
            return False
        self._held.append((data, count))
        self._held_bytes += len(data)
        return True

    def _note(self, error: OSError) -> None:
        self.error = error
        self._next_retry = time.monotonic() + _SECONDS_BETWEEN_RETRIES

    def _append(self, data: bytes | memoryview) -> None:
        file = self.begin_file()
        limit = self._limit()
        if limit is not None and file.size + len(data) > limit:
            self.file = None
            with contextlib.suppress(OSError):  # what the system could not store cannot be mended
                file.close()
            file = self.begin_file()
        file.append(data)

    def _limit(self) -> int | None:
        largest_size = None if self.file is None else self.file.largest_size
        limits = [limit for limit in (self._max_file_bytes, largest_size) if limit is not None]
        return min(limits, default=None)

    def _is_gone(self, file: OutputFile) -> bool:
        now = time.monotonic()
        if now < self._next_look:
            return False
        self._next_look = now + _SECONDS_BETWEEN_LOOKS
        return file.is_deleted()

    def _start_file(self) -> OutputFile:
        file = self._folder.create_file()
        try:
            file.append(self._first_records())
            file.flush()  # what is remote says now whether it can be written
        except BaseException:
            with contextlib.suppress(OSError):
                file.discard()
            raise
        self.file_count += 1
        self._purge_step = None
        self._next_look = time.monotonic() + _SECONDS_BETWEEN_LOOKS
        return file

    def _first_records(self) -> bytes:
        event = event_pb2.Event(wall_time=time.time(), file_version=_FILE_VERSION)
        event.source_metadata.writer = _WRITER
        first = encode_record(event.SerializeToString())
        if self._purge_step is None:
            return first
        start = event_pb2.Event(wall_time=event.wall_time, step=self._purge_step)
        start.session_log.status = event_pb2.SessionLog.START
        return first + encode_record(start.SerializeToString())
