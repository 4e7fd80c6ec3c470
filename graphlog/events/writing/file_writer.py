"""Writes Events to an event file."""

from __future__ import annotations

import contextlib
import os
from time import time
from typing import Any, Literal, SupportsFloat, SupportsInt

from numpy.typing import ArrayLike

from graphlog.events.records import encode_record
from graphlog.events.writing.queueing_writer import Options, QueueingWriter
from graphlog.events.writing.scalar_series import Series, as_step, as_wall_time
from graphlog.proto import event_pb2

_SMALLEST_STEP, _LARGEST_STEP = -(1 << 63), (1 << 63) - 1


class EventFileWriter(QueueingWriter):
    """An event file in a folder, and another after each ``reopen``.

    An event is with the operating system when ``add_event`` returns: nothing is lost when the process is
    killed in the next moment. So is a number that ``add_scalar`` adds, up to a thousand a second (and the
    first 128 at once); more than that wait, a twentieth of a second as a rule, for a thread that writes them
    together. What waits is written when the program ends by itself, by an exception or by an interrupt.
    Whatever way an event takes, the order in the file is the order in which events were added.

    Threads may share a writer. A forked child may go on with it, too: its events go to a file of its own,
    from its first event on; and so do those of a pickled writer's copy.

    Args:
        logdir: the folder; it is created where it does not exist.
        filename_suffix: what the file's name ends with.
        max_file_bytes: None, or how large a file may grow before the next one is begun.
        on_error: what happens if the system does not take an event, as on a full disk. "raise": the OSError
            is raised, by the method that adds the event or, if it waited, by the next one. "warn": the event
            is held, a RuntimeWarning says so once, and what is held is written as soon as it can be.
        when_full: what happens if ``queue_size`` numbers wait. "block": the caller writes them. "drop": the
            number is dropped, and counted.
        queue_size: how many numbers may wait.
        max_held_bytes: how much is held after errors; more is dropped, and counted.
        purge_step: the step at which a run that was restarted goes on. TensorBoard drops what an earlier file
            of the folder has at that step or later.

    Raises:
        OSError: the folder or the file cannot be created. It names the path, and is a FileExistsError or
            a NotADirectoryError where a file is in the way, a PermissionError where writing is forbidden.
    """

    def __init__(
        self,
        logdir: str | bytes | os.PathLike[str],
        filename_suffix: str = "",
        *,
        max_file_bytes: int | None = None,
        on_error: Literal["raise", "warn"] = "raise",
        when_full: Literal["block", "drop"] = "block",
        queue_size: int = 100_000,
        max_held_bytes: int = 64 << 20,
        purge_step: int | None = None,
    ) -> None:
        options = Options(max_file_bytes, on_error, when_full, queue_size, max_held_bytes)
        self._set_up(os.fsdecode(logdir), filename_suffix, options, purge_step)
        self._output.begin_file()

    def __getstate__(self) -> dict[str, Any]:
        return {
            "logdir": self._folder.path,
            "filename_suffix": self._folder.filename_suffix,
            "options": self._options,
            "is_closed": self._is_closed,
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._set_up(state["logdir"], state["filename_suffix"], state["options"], None)
        self._is_closed = bool(state["is_closed"])

    @property
    def logdir(self) -> str:
        """The folder."""
        return self._folder.path

    @property
    def path(self) -> str:
        """The event file: the folder, and a name that no other writer has."""
        with self._lock:
            return (self._output.file or self._output.begin_file()).path

    @property
    def file_count(self) -> int:
        """How many files this object has begun: a change says that what comes next is in another file."""
        return self._output.file_count

    @property
    def is_closed(self) -> bool:
        """Whether ``close`` was called, and ``reopen`` was not."""
        return self._is_closed

    def add_event(self, event: event_pb2.Event) -> bool:
        """Appends an event to the file.

        Args:
            event: the event, written as it is.

        Returns:
            Whether it is written or, with ``on_error="warn"``, at least held.

        Raises:
            OSError: the system does not take it, as on a full disk. No part of it stays in the file, and
                events can be added again as soon as there is room.
            ValueError: the writer is closed.
        """
        return self.add_serialized_event(event.SerializeToString())

    def add_serialized_event(self, data: bytes) -> bool:
        """Appends an event to the file, given as its bytes; see ``add_event``."""
        record = encode_record(data)
        with self._lock:
            self._check()
            self._write_queue()
            return self._write_now(record, 1)

    def add_scalar(
        self, tag: str, value: SupportsFloat, step: SupportsInt = 0, wall_time: float | None = None
    ) -> None:
        """Adds an event with one number, at a microsecond's cost: a ``simple_value``.

        Args:
            tag: the name of the series; written as it is.
            value: the number, written as float32.
            step: the step of the training.
            wall_time: seconds since 1970; by default the present time.

        Raises:
            OSError: the system does not take it, or did not take one that was added before.
            ValueError: the writer is closed, the step is beyond int64, or the wall time is not finite.
        """
        now = time()
        if type(value) is not float:
            value = float(value)
        if type(step) is not int or not _SMALLEST_STEP <= step <= _LARGEST_STEP:
            step = as_step(step)
        if wall_time is None:
            wall_time = now
        else:
            wall_time = as_wall_time(wall_time)
        try:
            known = self._tags[tag]
        except KeyError:
            known = self._remember(tag)
        queue = self._queue
        if queue or now < self._direct_from:
            queue.extend((known, value, step, wall_time))
            if self._is_idle or len(queue) > self._limit:
                self._look_after_queue()
        else:
            self._write_directly((known, value, step, wall_time), now)

    def add_scalar_series(
        self, tag: str, steps: ArrayLike, values: ArrayLike, wall_times: ArrayLike | None = None
    ) -> bool:
        """Adds many numbers of one tag at once, an event each.

        Args:
            tag: the name of the series; written as it is.
            steps: integers, shape [n].
            values: numbers, shape [n]; written as float32.
            wall_times: seconds since 1970, shape [n] or one for all; by default the present time for all.

        Returns:
            Whether they are written or, with ``on_error="warn"``, at least held.

        Raises:
            OSError: the system does not take them all; the first ones are in the file.
            ValueError: the writer is closed, the shapes differ, a step is no integer of 64 bits, or a wall
                time is not finite.
        """
        series = Series.of(steps, values, time() if wall_times is None else wall_times)
        known = self._tags.get(tag) or self._remember(tag)
        return self._write_series(known, series)

    def flush(self) -> None:
        """Gives everything that was added to the operating system.

        There, other programs see it, and it outlives this process. That it outlives a power failure is up to
        the system, until ``close`` has returned.

        Raises:
            OSError: the system does not take it.
        """
        with self._lock:
            if self._is_closed:
                return
            self._check()
            self._write_queue()
            try:
                self._output.flush()
            except OSError as error:
                self._tell(error)

    def close(self) -> None:
        """Has the system store the file on its disk, and closes it; a second call does nothing.

        Raises:
            OSError: the system cannot store what it had taken, or takes no more. The writer is closed all the
                same.
        """
        self._close()

    def reopen(self) -> None:
        """Starts a new file, if the writer is closed.

        Raises:
            OSError: the file cannot be created.
        """
        with self._lock:
            if self._is_closed:
                self._output.file = None
                self._output.begin_file()
                self._limit = self._full
                self._is_closed = False

    def begin_due_file(self) -> None:
        """Begins the next file already now if the present one cannot be gone on with; see ``file_count``."""
        with self._lock:
            if not self._is_closed:
                with contextlib.suppress(OSError):  # whatever is added next has to deal with it
                    self._output.begin_file()
