"""What an event file holds: scalars as arrays, and where all other Events are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from operator import attrgetter
from types import TracebackType
from typing import NamedTuple, Self

import numpy as np
from google.protobuf.message import DecodeError

from graphlog.events.reading.bulk_reader import BulkReader, Run
from graphlog.events.reading.byte_source import ByteSource, Source
from graphlog.events.reading.record_scanner import FRAME_SIZE, Damage, DamageKind, RecordScanner
from graphlog.events.reading.scalar_columns import ScalarCollector, ScalarColumns, ScalarOfEvent
from graphlog.events.reading.scalar_values import TagPlugins, plain_scalars
from graphlog.proto.event_pb2 import Event

_SMALLEST_WINDOW = 1 << 16  # bytes
_LARGEST_WINDOW = 1 << 22
_LARGEST_FREED = 1 << 24  # larger than the arrays of a window
_FEWEST_OF_RUN = 64  # records
_LONGEST_PAUSE = 1 << 10
_ROOM = 1 << 11  # after a window, for a row that starts in it


class RecordSpan(NamedTuple):
    """Where a record is: the byte at which it starts, and how long its data are."""

    offset: int
    length: int


@dataclass
class EventFileContents:
    """What was read of an event file.

    Attributes:
        scalars: of each tag its plain scalars in the order of the file; tags by their first one. Plain are
            the values for which ``scalar_values.plain_scalars`` gives a number.
        others: the records of all other Events, and of those that hold other values beside plain scalars,
            in the order of the file.
        damage: what was damaged, in the order of the file.
        record_count: how many records were read.
        end: up to which byte; a torn tail comes after it.
    """

    scalars: dict[str, ScalarColumns] = field(default_factory=dict)
    others: list[RecordSpan] = field(default_factory=list)
    damage: list[Damage] = field(default_factory=list)
    record_count: int = 0
    end: int = 0


Visitor = Callable[[RecordSpan, Event], None]


class EventFileReader:
    """Reads an event file, all of it or what has been added since. A context manager.

    Args:
        source: a path; a readable, seekable binary file; or bytes.
        bulk: decodes runs of scalars as arrays; without it, Event by Event, with the same result.
        plugins: which plugin each tag belongs to, if other files tell; what this file tells is added.

    Raises:
        OSError: the file cannot be opened.
    """

    def __init__(self, source: Source, bulk: bool = True, plugins: TagPlugins | None = None) -> None:
        self._source = ByteSource(source)
        self._scanner = RecordScanner(self._source)
        self._plugins = TagPlugins() if plugins is None else plugins
        self._bulk = bulk
        self._buffer = np.empty(0, np.uint8)

    def read(self, visit: Visitor | None = None) -> EventFileContents:
        """What is there now, and was not when ``read`` was called before; but all of the damage.

        Args:
            visit: called for each record that is in ``others``, with its Event, in the order of the file.
        """
        contents = EventFileContents()
        collector = ScalarCollector()
        bulk_reader = BulkReader(self._plugins)
        count = self._scanner.record_count
        window, pause, one_by_one = _SMALLEST_WINDOW, 0, 0
        while True:
            if self._bulk and not one_by_one:
                run = self._read_run(bulk_reader, window, collector)
                for offset, data in run.others:
                    self._read_event(offset, data, contents, collector, visit)
                if run.count >= _FEWEST_OF_RUN:
                    window, pause = min(2 * window, _LARGEST_WINDOW), 0
                    continue
                # There is damage or a long record. Where there is much of it, looking for runs is no gain.
                window, pause = _SMALLEST_WINDOW, min(2 * pause + 1, _LONGEST_PAUSE)
                one_by_one = pause
            record = next(self._scanner, None)
            if record is None:
                break
            one_by_one = max(0, one_by_one - 1)
            self._read_event(*record, contents, collector, visit)
        self._buffer = np.empty(0, np.uint8)  # thousands of files may be followed
        contents.scalars = collector.columns()
        contents.damage = sorted(self._scanner.damage, key=attrgetter("offset"))
        contents.record_count = self._scanner.record_count - count
        contents.end = self._scanner.position
        return contents

    def _read_run(self, bulk_reader: BulkReader, window: int, collector: ScalarCollector) -> Run:
        """Reads what can be decoded in bulk from where the scanner is."""
        if len(self._buffer) < window + _ROOM:
            # As much as glibc has once been given back in one piece, it keeps from then on for what comes
            # next. Else the arrays of every window were new memory, which the system fills with zeros.
            np.empty(_LARGEST_FREED, np.uint8)
            self._buffer = np.empty(window + _ROOM, np.uint8)
        position = self._scanner.position
        size = self._source.read_into(position, self._buffer[:window])
        collector.share_read = (position + size) / max(position + size, self._source.size(), 1)
        run = bulk_reader.read(self._buffer, size, position, collector)
        self._scanner.skip_to(position + run.size, run.count)
        return run

    def data(self, span: RecordSpan) -> bytes:
        """The data of a record, read again.

        Raises:
            CorruptRecordError: it is no longer there as it was.
        """
        return self._scanner.data_at(span.offset)

    def event(self, span: RecordSpan) -> Event:
        """The Event of a record, read again.

        Raises:
            CorruptRecordError: it is no longer there as it was.
        """
        return Event.FromString(self.data(span))

    def close(self) -> None:
        """Closes the file if it was given as a path."""
        self._source.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _read_event(
        self,
        offset: int,
        data: bytes,
        contents: EventFileContents,
        collector: ScalarCollector,
        visit: Visitor | None,
    ) -> None:
        try:
            event = Event.FromString(data)
        except DecodeError as error:
            size = FRAME_SIZE + len(data)
            self._scanner.note(Damage(offset, size, DamageKind.NOT_AN_EVENT, str(error), 1))
            return
        is_plain = True
        is_empty = True
        for index, scalar in enumerate(plain_scalars(event, offset, self._plugins)):
            is_empty = False
            if scalar is None:
                is_plain = False
            else:
                tag, value, is_double = scalar
                step, wall_time = event.step, event.wall_time
                collector.add(ScalarOfEvent(tag, step, wall_time, value, is_double, offset, index))
        if is_empty or not is_plain:
            span = RecordSpan(offset, len(data))
            contents.others.append(span)
            if visit is not None:
                visit(span, event)


def read_event_file(source: Source, visit: Visitor | None = None, bulk: bool = True) -> EventFileContents:
    """Reads all of an event file, every checksum verified.

    Args:
        source: a path; a readable, seekable binary file; or bytes.
        visit: called for each record that is in ``others``, with its Event, in the order of the file.
        bulk: decodes runs of scalars as arrays; without it, Event by Event, with the same result.

    Returns:
        What the file holds. Damage is no error: it is told, and what is readable is there.

    Raises:
        OSError: the file cannot be read.
    """
    with EventFileReader(source, bulk) as reader:
        return reader.read(visit)
