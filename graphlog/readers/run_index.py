"""What a run's files hold: scalars as columns, and of everything else where it stands."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, KeysView, Mapping, Sequence
from typing import Any, BinaryIO

import numpy as np
from google.protobuf.message import DecodeError

from graphlog.core.printable import printable
from graphlog.events.reading.event_reader import EventFileReader, RecordSpan
from graphlog.events.reading.record_scanner import FRAME_SIZE
from graphlog.events.reading.scalar_columns import ScalarColumns
from graphlog.events.reading.scalar_values import TagPlugins, plain_scalars
from graphlog.events.records import CorruptRecordError, RecordReader
from graphlog.proto.event_pb2 import Event, SessionLog
from graphlog.proto.summary_pb2 import Summary, SummaryMetadata
from graphlog.readers.damage import FileDamage
from graphlog.readers.decoding import Kind, checked, kind_of, parsed_run_metadata, scalar_of
from graphlog.readers.rare_scalars import RareScalar, joined_scalars, rare_columns
from graphlog.readers.reopened_file import ReopenedFile
from graphlog.readers.restarts import Restarts
from graphlog.readers.series import Place, Places, order_of
from graphlog.readers.storage import Storage

GRAPHS, META_GRAPHS = "graph_def", "meta_graph_def"  # fields of an Event
_HPARAMS = "hparams"


class RunIndex:
    """What the event files of a run hold. It is read by ``update``, and no more than what is new.

    Args:
        storage: where the files are.

    Attributes:
        files: their paths, in the order in which they were read.
        places: for each kind and tag where the values stand; under ``graph_def`` and ``meta_graph_def`` and
            the tag ``""`` the graphs.
        metadata: of each tag the first metadata.
        event_count: how many records were read.
        was_interrupted: whether reading a file broke off in the middle, so that all has to be read again.
    """

    def __init__(self, storage: Storage) -> None:
        self.files: list[str] = []
        self._scalars: dict[str, list[ScalarColumns]] = {}
        self.places: dict[str, dict[str, Places]] = {}
        self.metadata: dict[str, SummaryMetadata] = {}
        self.event_count = 0
        self.was_interrupted = False
        self._storage = storage
        self._readers: list[_FileReader] = []
        self._versions: list[tuple[int, str]] = []
        self._starts: list[tuple[int, int]] = []
        self._others: list[tuple[int, int]] = []  # order and step of what is no summary
        self._summaries = array("q")  # the same, in turn, of summaries that are more than plain scalars

    def update(self, files: Sequence[str]) -> bool:
        """Reads what was added to the files, and files that are new.

        Returns:
            Whether there was anything.
        """
        count = self.event_count
        for reader in self._readers:
            reader.read()
        known = set(self.files)
        for path in files:
            if path not in known:
                self.files.append(path)
                self._readers.append(_FileReader(self, len(self._readers), path, self._storage))
                self._readers[-1].read()
        return self.event_count > count

    @property
    def scalar_tags(self) -> KeysView[str]:
        """The tags that have scalars; there may be hundreds of thousands."""
        return self._scalars.keys()

    def scalars(self, tag: str) -> ScalarColumns:
        """The scalars of a tag; their ``offsets`` are orders, see ``order_of``.

        Raises:
            KeyError: it has none.
        """
        pieces = self._scalars[tag]
        if len(pieces) > 1:  # they were read one after the other
            pieces[:] = [joined_scalars(pieces)]
        return pieces[0]

    @property
    def damage(self) -> list[FileDamage]:
        """What was damaged, file by file in the order of its bytes."""
        return [item for reader in self._readers for item in reader.damage()]

    def restarts(self) -> Restarts:
        """The restarts of the run."""
        summaries: dict[str, list[tuple[Any, Any]]] = {}
        for tag in self._scalars:
            columns = self.scalars(tag)
            summaries.setdefault(tag, []).append((columns.offsets, columns.steps))
        for kind, tags in self.places.items():
            if kind not in (GRAPHS, META_GRAPHS):
                for tag, places in tags.items():
                    summaries.setdefault(tag, []).append((places.orders, places.steps))
        joined = {
            tag: (np.concatenate([item[0] for item in pieces]), np.concatenate([item[1] for item in pieces]))
            for tag, pieces in summaries.items()
        }
        events = list(zip(self._summaries[::2], self._summaries[1::2], strict=True))
        return Restarts(self._versions, self._starts, self._others, events, joined)

    def events(self, places: Sequence[Place]) -> Iterator[Event]:
        """The Events at some places, read again.

        Raises:
            OSError: a file cannot be read, or no longer holds what it did.
        """
        number, offset, file = -1, -1, None
        event = Event()
        try:
            for place in places:
                if (place.file, place.offset) != (number, offset):
                    if place.file != number or file is None:
                        if file is not None:
                            file.close()
                        file = self._storage.open(self.files[place.file])
                    number, offset = place.file, place.offset
                    event = _event_at(file, offset, self.files[number])
                yield event
        finally:
            if file is not None:
                file.close()

    def note_event(self, event: Event, order: int) -> None:
        """Takes an Event that is more than plain scalars."""
        if event.HasField("summary"):
            self._summaries.extend((order, event.step))
            return
        self._others.append((order, event.step))
        what = event.WhichOneof("what")
        if what == "file_version":
            self._versions.append((order, event.file_version))
        elif what in (GRAPHS, META_GRAPHS):
            self.places_of(what, "").append(order, 0, 0, event.step, event.wall_time)
        elif what == "session_log" and event.session_log.status == SessionLog.START:
            self._starts.append((order, event.step))

    def places_of(self, kind: str, tag: str) -> Places:
        """The places of the values of a tag, to which some are to be added."""
        tags = self.places.setdefault(kind, {})
        places = tags.get(tag)
        if places is None:  # to make one for nothing takes a tenth of the time of an event
            places = tags[tag] = Places()
        return places

    def add_scalars(self, found: Mapping[str, ScalarColumns]) -> None:
        """Takes scalars that come after those that are there."""
        for tag, columns in found.items():
            self._scalars.setdefault(tag, []).append(columns)


class _FileReader:
    """Reads one file into the index of its run."""

    def __init__(self, index: RunIndex, number: int, path: str, storage: Storage) -> None:
        self._index = index
        self._number = number
        self._url = storage.url(path)
        self._file = ReopenedFile(storage, path)
        self._plugins = TagPlugins()
        for tag, metadata in index.metadata.items():
            if metadata.plugin_data.plugin_name:
                self._plugins.note(tag, metadata.plugin_data.plugin_name, -1)
        self._reader = EventFileReader(self._file.as_file(), plugins=self._plugins)
        self._rare_scalars: dict[str, list[RareScalar]] = {}
        self._damage_of_records: list[FileDamage] = []
        self._damage_of_contents: list[FileDamage] = []
        self._failure: list[FileDamage] = []

    def damage(self) -> list[FileDamage]:
        found = self._failure + self._damage_of_records + self._damage_of_contents
        return sorted(found, key=lambda item: -1 if item.offset is None else item.offset)

    def read(self) -> None:
        self._failure = []
        try:
            contents = self._reader.read(self._visit)
        except OSError as error:
            self._failure = [FileDamage(self._url, None, None, error.strerror or str(error))]
            self._index.was_interrupted |= self._file.was_read
            return
        finally:
            self._file.close()
        index = self._index
        index.event_count += contents.record_count
        self._damage_of_records = [FileDamage.of_records(self._url, item) for item in contents.damage]
        start = order_of(self._number, 0)
        for tag, columns in contents.scalars.items():
            plugin = self._plugins.known_before(tag, int(columns.offsets[-1]) + 1)
            if plugin and tag not in index.metadata:
                index.metadata[tag] = SummaryMetadata(
                    plugin_data=SummaryMetadata.PluginData(plugin_name=plugin)
                )
        found = contents.scalars
        for tag, rare in self._rare_scalars.items():
            found[tag] = joined_scalars([*([found[tag]] if tag in found else []), rare_columns(rare)], True)
        self._rare_scalars.clear()
        index.add_scalars(
            {tag: columns._replace(offsets=columns.offsets + start) for tag, columns in found.items()}
        )

    def _visit(self, span: RecordSpan, event: Event) -> None:
        order = order_of(self._number, span.offset)
        self._index.note_event(event, order)
        if event.HasField("tagged_run_metadata"):
            self._add_trace(event, order, span)
        plain = list(plain_scalars(event, span.offset, self._plugins))
        for number, value in enumerate(event.summary.value):
            self._note_metadata(value)
            if plain[number] is None:
                try:
                    self._add_value(event, value, number, order, span)
                except ValueError as error:
                    self._note_damage(span, value.tag, str(error))

    def _add_trace(self, event: Event, order: int, span: RecordSpan) -> None:
        traced = event.tagged_run_metadata
        try:
            parsed_run_metadata(traced.run_metadata)
        except ValueError as error:
            self._note_damage(span, traced.tag, str(error))
            return
        places = self._index.places_of("run_metadata", traced.tag)
        places.append(order, -1, 0, event.step, event.wall_time)

    def _note_metadata(self, value: Summary.Value) -> None:
        known = self._index.metadata.get(value.tag)
        if value.HasField("metadata") and (known is None or not known.plugin_data.plugin_name):
            self._index.metadata[value.tag] = SummaryMetadata.FromString(value.metadata.SerializeToString())

    def _add_value(
        self, event: Event, value: Summary.Value, number: int, order: int, span: RecordSpan
    ) -> None:
        plugin = self._plugins.known_before(value.tag, span.offset + 1)
        if plugin == _HPARAMS:
            return  # all of it is in the metadata
        kind: Kind | None = kind_of(value, plugin)
        if kind is None:
            return
        if kind == "scalars":
            scalar = RareScalar(event.step, event.wall_time, *scalar_of(value), span.offset)
            self._rare_scalars.setdefault(value.tag, []).append(scalar)
            return
        count, flaw = checked(kind, value)
        places = self._index.places_of(kind, value.tag)
        for element in range(count):
            places.append(order, number, element, event.step, event.wall_time)
        if flaw is not None:
            self._note_damage(span, value.tag, flaw)

    def _note_damage(self, span: RecordSpan, tag: str, reason: str) -> None:
        self._damage_of_contents.append(
            FileDamage(self._url, span.offset, FRAME_SIZE + span.length, f"the value of {tag!r}: {reason}")
        )


def _event_at(file: BinaryIO, offset: int, path: str) -> Event:
    file.seek(offset)
    try:
        return Event.FromString(next(RecordReader(file)))
    except (StopIteration, CorruptRecordError, DecodeError):
        raise has_changed(path, offset) from None


def has_changed(path: str, offset: int) -> OSError:
    """The error for what is no longer in a file."""
    return OSError(f"{printable(path)} has changed: what was at byte {offset} is no longer there")
