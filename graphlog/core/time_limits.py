"""How long a run may wait, for the operations of the thread that runs it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from graphlog.core.errors import DeadlineExceededError

_of_thread = threading.local()


@contextmanager
def time_limit(milliseconds: float) -> Iterator[None]:
    """A ``with`` block in which operations of this thread wait no longer than so much in all."""
    before = getattr(_of_thread, "end", None)
    _of_thread.end = time.monotonic() + milliseconds / 1000.0
    try:
        yield
    finally:
        _of_thread.end = before


def seconds_left() -> float | None:
    """How long an operation of this thread may still wait; None for any time.

    Raises:
        DeadlineExceededError: no longer.
    """
    end = getattr(_of_thread, "end", None)
    if end is None:
        return None
    left: float = end - time.monotonic()
    if left <= 0.0:
        raise DeadlineExceededError(None, None, "Timed out waiting for notification")
    return left
