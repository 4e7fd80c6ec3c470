"""A lock that survives os.fork."""

from __future__ import annotations

import os
import threading
from types import TracebackType


class ForkAwareLock:
    """A re-entrant lock that a forked child finds free, whichever thread of the parent held it.

    Re-entrant, so that a signal handler may log, too, while it interrupts the very thread that logs.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._process = os.getpid()

    def __enter__(self) -> None:
        if self._process != os.getpid():
            self._renew_in_child()
        self._lock.acquire()

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._lock.release()

    def _renew_in_child(self) -> None:
        with _renewing:
            if self._process != os.getpid():
                self._lock = threading.RLock()
                self._process = os.getpid()  # last: another thread takes the lock once it sees this


_renewing = threading.Lock()


def _make_renewing_free() -> None:
    global _renewing
    _renewing = threading.Lock()


if hasattr(os, "register_at_fork"):  # not on Windows, which has no fork
    os.register_at_fork(after_in_child=_make_renewing_free)
