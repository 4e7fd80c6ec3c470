"""A lock that survives os.fork."""

from __future__ import annotations

import os
import threading
from types import TracebackType

from graphlog.events.process import fork_count


class ForkAwareLock:
    """A re-entrant lock that a forked child finds free, whichever thread of the parent held it.

    Re-entrant, so that a signal handler may log, too, while it interrupts the very thread that logs.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._process = fork_count()

    def __enter__(self) -> None:
        self.acquire()

    def acquire(self, blocking: bool = True) -> bool:
        """Takes the lock; without ``blocking`` only if no other thread has it. Returns whether it did."""
        if self._process != fork_count():
            self._renew_in_child()
        return self._lock.acquire(blocking)

    def release(self) -> None:
        """Gives the lock back, as often as it was taken."""
        self._lock.release()

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.release()

    def _renew_in_child(self) -> None:
        with _renewing:
            if self._process != fork_count():
                self._lock = threading.RLock()
                self._process = fork_count()  # last: another thread takes the lock once it sees this


_renewing = threading.Lock()


def _make_renewing_free() -> None:
    global _renewing
    _renewing = threading.Lock()


if hasattr(os, "register_at_fork"):  # not on Windows, which has no fork
    os.register_at_fork(after_in_child=_make_renewing_free)
