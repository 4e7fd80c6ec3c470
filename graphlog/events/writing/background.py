"""Writes what writers have queued: soon, in a thread that they share, and at the latest at the exit."""

from __future__ import annotations

import atexit
import importlib
import os
import sys
import threading
import time
from collections.abc import Callable
from queue import SimpleQueue
from typing import Protocol

_SECONDS_TO_COLLECT = 0.05


class QueueOwner(Protocol):
    """A writer with a queue."""

    def write_queued(self) -> bool:
        """Writes what is queued, and returns whether nothing remains. Raises nothing."""

    def finish(self) -> None:
        """Writes what is queued, as the process is about to end. Raises nothing."""

    def forget_queued(self) -> None:
        """Drops what is queued: this is a forked child, and the parent writes it."""


class _Background:
    """The thread, and whom it works for. A writer is kept here until nothing of it is queued."""

    def __init__(self) -> None:
        self._lock = threading.RLock()  # a signal's handler may add events, too
        self._owners: set[QueueOwner] = set()
        self._busy_with: QueueOwner | None = None
        self._wake: SimpleQueue[None] = SimpleQueue()  # whose put is re-entrant, unlike Event.set
        self._thread: threading.Thread | None = None
        self._is_at_exit = False

    def add(self, owner: QueueOwner) -> None:
        with self._lock:
            self._owners.add(owner)
            if self._thread is None and not self._is_at_exit:
                self._start()
        self._wake.put(None)
        if self._is_at_exit:
            owner.finish()

    def _start(self) -> None:
        # A daemon, so that a program may end without a word to the writer; _finish runs then.
        thread = threading.Thread(target=self._run, name="graphlog event writer", daemon=True)
        try:
            thread.start()
        except RuntimeError:  # no more threads; a queue that is full is written by whoever fills it
            return
        self._thread = thread
        _call_at_exit_of_multiprocessing(self.finish)

    def _run(self) -> None:
        while True:
            self._wake.get()
            while owners := list(self._owners):
                time.sleep(_SECONDS_TO_COLLECT)
                for owner in owners:
                    self._busy_with = owner  # before it leaves the set: finish must see it here or there
                    self._owners.discard(owner)
                    if not owner.write_queued():
                        self._owners.add(owner)
                    self._busy_with = None
                del owner
            del owners

    def write_queued(self) -> None:
        for owner in self._all_owners():
            owner.write_queued()

    def finish(self) -> None:
        self._is_at_exit = True
        for owner in self._all_owners():
            owner.finish()

    def _all_owners(self) -> list[QueueOwner]:
        # Before and after, as the thread may meanwhile turn to one, or be done with one.
        before, owners, after = self._busy_with, set(self._owners), self._busy_with
        return [*owners.union(owner for owner in (before, after) if owner is not None)]

    def start_anew_in_child(self) -> None:
        owners = self._all_owners()
        self.__init__()  # type: ignore[misc]  # nothing of it is the child's
        for owner in owners:
            owner.forget_queued()


def call_at_exit(function: Callable[[], None]) -> None:
    """Has a function called when this process ends, unless something kills it."""
    atexit.register(function)
    _call_at_exit_of_multiprocessing(function)


def _call_at_exit_of_multiprocessing(function: Callable[[], None]) -> None:
    processes = sys.modules.get("multiprocessing.process")
    if processes is not None and processes.parent_process() is not None:
        # A forked multiprocessing.Process ends without the functions of atexit.
        importlib.import_module("multiprocessing.util").Finalize(None, function, exitpriority=0)


_background = _Background()
add = _background.add
write_queued = _background.write_queued

atexit.register(_background.finish)
if hasattr(os, "register_at_fork"):  # not on Windows, which has no fork
    os.register_at_fork(after_in_child=_background.start_anew_in_child)
