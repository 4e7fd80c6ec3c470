"""A queue of numbers in front of event files: what ``EventFileWriter`` does out of its user's sight."""

from __future__ import annotations

import contextlib
import struct
import warnings
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from graphlog.events.writing import background
from graphlog.events.writing.event_folder import EventFolder
from graphlog.events.writing.event_output import EventOutput
from graphlog.events.writing.fork_aware_lock import ForkAwareLock
from graphlog.events.writing.scalar_records import ScalarTag, encode_scalars
from graphlog.events.writing.scalar_series import Series, to_float32

_CHUNK = 1 << 14  # numbers encoded at once: few enough for the processor's caches
_MOST_TAGS = 1 << 12  # remembered; a program with more than that makes up a tag for each number
_ITEMS = 4  # in the queue, for each number: its tag, itself, its step and its wall time
# Numbers that are written without waiting: so many a second in the long run, and so many at once.
_DIRECT_INTERVAL = 1 / 1000
_DIRECT_AT_ONCE = 128 * _DIRECT_INTERVAL
_CALLER = -1  # in place of the limit of the queue: the next caller has something to be told


class ClosedWriterError(ValueError):
    """The writer is closed."""


class Options(NamedTuple):
    """How a writer behaves; see ``EventFileWriter``."""

    max_file_bytes: int | None
    on_error: Literal["raise", "warn"]
    when_full: Literal["block", "drop"]
    queue_size: int
    max_held_bytes: int


class QueueingWriter:
    """A queue of numbers, and the event files in which they end.

    Whoever adds a number appends to the queue without a lock; whoever writes takes the lock. Once there is
    something in the queue, the thread in the background looks after it until it is empty again.
    """

    def _set_up(self, logdir: str, filename_suffix: str, options: Options, purge_step: int | None) -> None:
        if options.on_error not in ("raise", "warn"):
            raise ValueError(f'on_error must be "raise" or "warn", not {options.on_error!r}')
        if options.when_full not in ("block", "drop"):
            raise ValueError(f'when_full must be "block" or "drop", not {options.when_full!r}')
        self._options = options
        self._folder = EventFolder(logdir, filename_suffix)
        self._output = EventOutput(self._folder, options.max_file_bytes, options.max_held_bytes, purge_step)
        self._raises = options.on_error == "raise"
        self._drops = options.when_full == "drop"
        self._lock = ForkAwareLock()
        self._is_closed = False
        self._tags: dict[str, ScalarTag] = {}
        self._queue: list[Any] = []
        self._full = _ITEMS * options.queue_size
        self._limit = self._full
        self._direct_from = 0.0  # see _DIRECT_AT_ONCE
        self._is_writing_queue = False
        self._is_idle = True  # nobody but callers looks after the queue
        self._late_error: BaseException | None = None  # to be raised by the next call
        self._has_warned = False

    def write_queued(self) -> bool:
        """Writes what is queued, and returns whether nothing remains."""
        with self._lock:
            try:
                self._write_queue()
                self._output.retry()
            except Exception as error:  # would end the thread; it is no OSError
                self._late_error = error
                self._limit = _CALLER
            if self._queue or self._output.error is not None:
                return False
            self._is_idle = True
            if self._queue:  # added before the line above, by someone who relies on this thread
                self._is_idle = False
            return self._is_idle

    def finish(self) -> None:
        """Writes what is queued, as the process is about to end."""
        with self._lock, contextlib.suppress(Exception):
            if self._is_closed:
                return
            self._write_queue()
            self._is_idle = True  # should more be added, it has to be written at once
            error = None
            try:
                self._output.flush()
            except OSError as last_error:
                error = last_error
            self._tell_what_is_lost(error)

    def forget_queued(self) -> None:
        """Drops what is queued: this is a forked child, and the parent writes it."""
        self._queue.clear()
        self._output.forget()
        self._late_error = None
        self._is_writing_queue = False
        self._is_idle = True
        self._limit = _CALLER if self._is_closed else self._full

    def _close(self) -> None:
        with self._lock:
            if self._is_closed:
                return
            self._write_queue()
            self._is_closed = True
            self._limit = _CALLER
            error, self._late_error = self._late_error, None
            try:
                self._output.flush()
                if isinstance(error, OSError) and not self._output.dropped:
                    error = None  # it was late, but it is written
            except OSError as last_error:
                error = last_error
            try:
                self._output.close()
            except OSError as last_error:
                error = error or last_error
            is_raised = error is not None and (self._raises or not isinstance(error, OSError))
            self._tell_what_is_lost(error, is_raised)
            if error is not None and is_raised:
                raise error

    # With the lock

    def _check(self) -> None:
        if self._is_closed:
            self._queue.clear()
            raise ClosedWriterError("the event file writer is closed")
        if self._limit == _CALLER:
            self._limit = self._full
            error, self._late_error = self._late_error, None
            if error is not None:
                raise error
            if self._output.error is not None:
                self._tell(self._output.error)

    def _write_queue(self) -> None:
        """Writes what is queued, or holds it."""
        if self._is_writing_queue:  # a signal's handler, while this very thread is at it
            return
        queue = self._queue
        remaining = len(queue)  # not what others go on to add meanwhile
        self._is_writing_queue = True
        try:
            while remaining > 0:
                tags = queue[: min(remaining, _ITEMS * _CHUNK) : _ITEMS]
                count = min(len(tags), self._chunk(tags))
                items = queue[: _ITEMS * count]
                data = encode_scalars(
                    tags[:count],
                    _array("q", items[2::_ITEMS]),
                    to_float32(_array("d", items[1::_ITEMS])),
                    _array("d", items[3::_ITEMS]),
                )
                self._output.write_or_hold(data, count)
                del queue[: _ITEMS * count]  # no earlier: should a handler raise, they are still there
                remaining -= _ITEMS * count
        finally:
            self._is_writing_queue = False
        error = self._output.error
        if error is not None and not self._has_warned:
            self._late_error = error if self._raises else None
            self._limit = _CALLER

    def _write_series(self, tag: ScalarTag, series: Series) -> bool:
        with self._lock:
            self._check()
            self._write_queue()
            is_kept = True
            start = 0
            while start < len(series.steps):
                end = start + self._chunk([tag])
                part = series.part(start, end)
                data = encode_scalars(tag, part.steps, part.values, part.wall_times)
                is_kept = self._write_now(data, len(part.steps)) and is_kept
                start = end
            return is_kept

    def _write_now(self, data: bytes | memoryview, count: int) -> bool:
        """Writes records, or holds them, and returns whether it did either."""
        if self._raises:
            try:
                self._output.write(data)
            except OSError:
                self._late_error = None  # nobody needs to be told twice
                raise
            return True
        is_kept = self._output.write_or_hold(data, count)
        if self._output.error is None:
            self._has_warned = False
        else:
            self._tell(self._output.error)
            self._get_looked_after()  # somebody has to try again
        return is_kept

    def _write_directly(self, item: tuple[ScalarTag, float, int, float], now: float) -> None:
        if not self._lock.acquire(blocking=False):
            self._queue.extend(item)
            self._look_after_queue()
            return
        try:
            self._direct_from = max(self._direct_from, now - _DIRECT_AT_ONCE) + _DIRECT_INTERVAL
            self._check()
            self._write_queue()
            self._write_now(item[0].record(*item[1:]), 1)
        finally:
            self._lock.release()

    def _look_after_queue(self) -> None:
        self._get_looked_after()
        if self._limit == _CALLER:
            with self._lock:
                self._check()
        if len(self._queue) <= self._full:
            return
        if self._drops:
            del self._queue[-_ITEMS:]
            self._output.dropped += 1
        else:
            with self._lock:
                if len(self._queue) > self._full:
                    self._write_queue()

    def _get_looked_after(self) -> None:
        if self._is_idle:
            self._is_idle = False
            background.add(self)

    def _remember(self, tag: str) -> ScalarTag:
        if len(self._tags) >= _MOST_TAGS:
            self._tags.clear()
        known = self._tags[tag] = ScalarTag(tag)
        return known

    def _chunk(self, tags: Sequence[ScalarTag]) -> int:
        """How many numbers to encode at once: no more than have room in the file."""
        room = self._output.room()
        if room is None:
            return _CHUNK
        return min(_CHUNK, max(1, room // max(tag.longest_record for tag in set(tags))))

    def _tell(self, error: OSError) -> None:
        if self._raises:
            raise error
        if not self._has_warned:
            self._has_warned = True
            self._warn(
                f"events cannot be written to {self._folder.path}: {error}. They are held, up to "
                f"{self._options.max_held_bytes} bytes of them, until there is a way to write them."
            )

    def _tell_what_is_lost(self, error: BaseException | None, is_raised: bool = False) -> None:
        lost = self._output.give_up()
        if lost:
            self._warn(
                f"{lost} events were dropped, and are not in {self._folder.path}: {error or 'a full queue'}"
            )
        elif error is not None and not is_raised:
            self._warn(f"the last events may not be in {self._folder.path}: {error}")

    def _warn(self, message: str) -> None:
        warnings.warn(message, RuntimeWarning, stacklevel=4)


def _array(code: str, numbers: list[Any]) -> NDArray[Any]:
    """Python's numbers as an array, in half the time that NumPy takes, which looks at the type of each."""
    return np.frombuffer(struct.pack(f"{len(numbers)}{code}", *numbers), code)
