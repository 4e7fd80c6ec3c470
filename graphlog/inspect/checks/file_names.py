"""Names of event files, by which TensorBoard finds them."""

from __future__ import annotations

import os
from collections.abc import Iterator

from graphlog.events.reading.byte_source import ByteSource
from graphlog.events.reading.record_scanner import RecordScanner
from graphlog.inspect.checks.findings import Finding, error
from graphlog.proto.event_pb2 import Event
from graphlog.readers.storage import LocalStorage, Storage, is_event_file

_LARGEST_FIRST_RECORD = 1 << 12  # bytes
_MOST_FILES = 10_000


def check_file_name(path: str) -> Iterator[Finding]:
    """Checks the name of an event file."""
    if not is_event_file(path):
        yield error(
            "name-without-tfevents",
            "",
            f"{os.path.basename(path)!r} holds Events, but 'tfevents' is not in its name: TensorBoard does "
            "not see it.",
            "Rename it, such as to events.out.tfevents.1700000000.run.",
        )


def stray_files(storage: Storage, folder: str) -> Iterator[str]:
    """The files in a local folder and below that begin like event files, but are not called so."""
    if not isinstance(storage, LocalStorage):
        return
    seen = 0
    for place, _, names in os.walk(folder):
        for name in sorted(names):
            path = os.path.join(place, name)
            if is_event_file(path):
                continue
            seen += 1
            if seen > _MOST_FILES:
                return
            if begins_like_an_event_file(path):
                yield path


def begins_like_an_event_file(path: str) -> bool:
    """Whether a local file begins with the record that event files begin with."""
    try:
        if not os.path.isfile(path):
            return False
        source = ByteSource(path)
    except OSError:
        return False
    try:
        start = source.read(0, _LARGEST_FIRST_RECORD)
        _, data = next(RecordScanner(start))
        return bool(Event.FromString(data).WhichOneof("what") == "file_version")
    except (OSError, StopIteration, ValueError):
        return False
    finally:
        source.close()
