"""Events one after the other, also while a run is being written."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator

from google.protobuf.message import DecodeError

from graphlog.events.reading.record_scanner import RecordScanner
from graphlog.proto.event_pb2 import Event
from graphlog.readers.reopened_file import ReopenedFile
from graphlog.readers.run_files import RunFinder
from graphlog.readers.storage import Storage


class EventStream:
    """The Events of files, each of them given once."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._scanners: dict[str, tuple[RecordScanner, ReopenedFile]] = {}

    def new_events(self, files: Iterable[tuple[str, str]]) -> Iterator[tuple[str, Event]]:
        """The Events that are there now, and were not given before.

        Args:
            files: the name of the run and the path of each.

        Yields:
            The name of the run and the Event.

        Raises:
            OSError: a file cannot be read; it comes after the Events of all others.
        """
        problem: OSError | None = None
        for name, path in files:
            try:
                for event in self._events_of(path):
                    yield name, event
            except OSError as error:
                problem = problem or error
        if problem is not None:
            raise problem

    def _events_of(self, path: str) -> Iterator[Event]:
        if path not in self._scanners:
            file = ReopenedFile(self._storage, path)
            self._scanners[path] = (RecordScanner(file.as_file()), file)
        scanner, file = self._scanners[path]
        try:
            for _, data in scanner:
                try:
                    yield Event.FromString(data)
                except DecodeError:
                    continue  # the run's damage tells
        finally:
            file.close()


def looks_of(
    finder: RunFinder, follow: bool, poll_seconds: float, until: Callable[[], bool] | None
) -> Iterator[None]:
    """Comes once, or again and again each time that there may be more; see ``Run.events``."""
    yield
    while follow:
        follow = until is None or not until()
        if follow:
            time.sleep(poll_seconds)
        finder.look()
        yield  # once more after the end, for what was written before it
