"""Every readable record of a file, whatever is damaged in between.

A header carries its own checksum. So after damage the next record is found by looking at every byte for a
header that fits, whose data fits too.
"""

from __future__ import annotations

import enum
import struct
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from graphlog.events.reading.byte_source import ByteSource, Source
from graphlog.events.reading.header_search import HEADER_SIZE, LARGEST_LENGTH, LENGTH_SIZE, find_headers
from graphlog.events.reading.span_checksums import SpanChecksums
from graphlog.events.records import CorruptRecordError, masked, masked_crc32c

_LENGTH = struct.Struct("<Q")
_CHECKSUM = struct.Struct("<I")
FRAME_SIZE = HEADER_SIZE + _CHECKSUM.size  # how much larger a record is than its data
_WINDOW = 1 << 20  # bytes
_LONG = 1 << 16  # bytes; what is shorter is looked through again and again
_LARGEST_WASTE = 1 << 28  # bytes of long records that turned out to be none, before they are looked up


class DamageKind(enum.StrEnum):
    """What is wrong with some bytes of a file."""

    TORN_TAIL = "torn tail"
    LENGTH_CHECKSUM = "length checksum"
    DATA_CHECKSUM = "data checksum"
    IMPOSSIBLE_LENGTH = "impossible length"
    NOT_AN_EVENT = "not an event"
    SHRUNK = "shrunk"


@dataclass(frozen=True)
class Damage:
    """Bytes of a file that cannot be used.

    Attributes:
        offset: where they start.
        length: how many they are.
        kind: what is wrong there; of several things the first.
        detail: the same in words.
        lost_records: about how many records were lost there.
    """

    offset: int
    length: int
    kind: DamageKind
    detail: str
    lost_records: int


@dataclass(frozen=True)
class _Fault:
    """Why there is no readable record at a place."""

    kind: DamageKind
    detail: str


@dataclass
class _OpenDamage:
    """Damage whose end is not found yet."""

    offset: int
    fault: _Fault
    search_from: int
    torn_at: int | None = None  # a header that fits, of a record for which the file is too short
    searched_size: int = -1  # of the file, when it was searched to its end


class RecordScanner(Iterator[tuple[int, bytes]]):
    """The readable records of a file: of each its offset and its data, both checksums verified.

    Memory is taken only for bytes that the file has, whatever length a record claims, and time in proportion
    to the file's size. When it has ended and the file grows, ``next`` goes on where it stopped.

    Args:
        source: a path; a readable, seekable binary file; or bytes.

    Attributes:
        position: where the record to be read next starts, or where damage starts that has no end yet.
        record_count: how many records were read.
    """

    def __init__(self, source: Source | ByteSource) -> None:
        self.source = source if isinstance(source, ByteSource) else ByteSource(source)
        self.position = 0
        self.record_count = 0
        self._good_bytes = 0
        self._size = 0
        self._closed_damage: list[Damage] = []
        self._open_damage: _OpenDamage | None = None
        self._checksums = SpanChecksums(self.source)
        self._wasted = 0  # bytes of records that turned out to be none
        self._window = b""
        self._window_start = 0
        self._headers = _Headers(self.source)

    @property
    def damage(self) -> list[Damage]:
        """What was damaged up to where reading is now, in the order of the file."""
        found = list(self._closed_damage)
        damage = self._open_damage
        if damage is not None:
            if damage.torn_at is None:
                found.append(self._described(damage.offset, damage.fault, self._size))
            else:
                if damage.torn_at > damage.offset:
                    found.append(self._described(damage.offset, damage.fault, damage.torn_at))
                found.append(self._described(damage.torn_at, _TORN, self._size))
        return found

    def __next__(self) -> tuple[int, bytes]:
        self._look_at_size()
        damage = self._open_damage
        if damage is not None and damage.fault is _TORN and damage.searched_size != self._size:
            self._open_damage = None  # the record that was torn may be whole by now
        if self._open_damage is None:
            if self.position >= self._size:
                self._window = b""  # thousands of files may be followed
                raise StopIteration
            found = self._record_at(self.position)
            if isinstance(found, bytes):
                return self._taken(self.position, found)
            self._open_damage = _OpenDamage(self.position, found, self.position + 1)
        return self._next_after(self._open_damage)

    def skip_to(self, position: int, record_count: int) -> None:
        """Goes on from another place: the records up to there were read by other means."""
        if position != self.position:
            self._open_damage = None  # a torn tail, which turned out to be whole by now
        self._good_bytes += position - self.position
        self.position = position
        self.record_count += record_count

    def note(self, damage: Damage) -> None:
        """Adds damage that shows only when the data of a record is looked into."""
        self._closed_damage.append(damage)

    def data_at(self, offset: int) -> bytes:
        """The data of a record that was read before, read and verified again.

        Raises:
            CorruptRecordError: there is no such record (any more).
        """
        self._look_at_size()
        found = self._record_at(offset)
        if isinstance(found, _Fault):
            raise CorruptRecordError(offset, found.detail)
        return found

    def close(self) -> None:
        """Closes the file if it was given as a path."""
        self.source.close()

    def _look_at_size(self) -> None:
        size = self.source.size()
        if size < max(self._size, self.position):
            detail = f"the file had {max(self._size, self.position)} bytes, and then {size}"
            lost = max(0, self.position - size)
            if not any(damage.detail == detail for damage in self._closed_damage[-1:]):
                self._closed_damage.append(Damage(size, lost, DamageKind.SHRUNK, detail, 0))
            self._window, self._headers = b"", _Headers(self.source)
            if self._open_damage is not None:
                self._open_damage.searched_size = -1
        self._size = size

    def _taken(self, position: int, data: bytes) -> tuple[int, bytes]:
        self.position = position + FRAME_SIZE + len(data)
        self.record_count += 1
        self._good_bytes += FRAME_SIZE + len(data)
        return position, data

    def _record_at(self, position: int) -> bytes | _Fault:
        """The data of the record that starts at a place, if it is whole and good."""
        header = self._read(position, HEADER_SIZE)
        if len(header) < HEADER_SIZE:
            return _TORN if _may_be_header(header) else _BAD_LENGTH
        (length,) = _LENGTH.unpack_from(header)
        if masked_crc32c(header[:LENGTH_SIZE]) != _CHECKSUM.unpack_from(header, LENGTH_SIZE)[0]:
            return _BAD_LENGTH if any(header) else _ZEROS
        if length >= LARGEST_LENGTH:
            return _Fault(DamageKind.IMPOSSIBLE_LENGTH, f"the record claims {length} bytes")
        start, end = position + HEADER_SIZE, position + FRAME_SIZE + length
        if end > self._size:
            return _TORN
        if length > _LONG and self._wasted > _LARGEST_WASTE:
            checksum = self.source.read(end - _CHECKSUM.size, _CHECKSUM.size)
            value = self._checksums.value(start, length)
            if value is None or _CHECKSUM.pack(masked(value)) != checksum:
                return _BAD_DATA
        body = self._read(start, length + _CHECKSUM.size)
        if len(body) < length + _CHECKSUM.size:  # the file shrank just now
            return _TORN
        data = body[:length]
        if masked_crc32c(data) != _CHECKSUM.unpack_from(body, length)[0]:
            self._wasted += length
            return _BAD_DATA
        return data

    def _next_after(self, damage: _OpenDamage) -> tuple[int, bytes]:
        """The first good record after damage."""
        if damage.searched_size == self._size:
            raise StopIteration
        damage.torn_at = damage.offset if damage.fault is _TORN else None
        for position in self._headers.places(damage.search_from, self._size):
            found = self._record_at(position)
            if isinstance(found, bytes):
                self._close(damage, position)
                return self._taken(position, found)
            if found.kind is DamageKind.TORN_TAIL and damage.torn_at is None:
                damage.torn_at = position
        damage.searched_size = self._size
        unsearched = max(damage.search_from, self._size - HEADER_SIZE + 1)
        damage.search_from = unsearched if damage.torn_at is None else damage.torn_at
        raise StopIteration

    def _close(self, damage: _OpenDamage, end: int) -> None:
        self._open_damage = None
        fault = _MISSING_DATA if damage.fault is _TORN else damage.fault
        self._closed_damage.append(self._described(damage.offset, fault, end))

    def _described(self, offset: int, fault: _Fault, end: int) -> Damage:
        lost = 1 if fault.kind is DamageKind.TORN_TAIL else self._lost_records(offset, end)
        return Damage(offset, end - offset, fault.kind, fault.detail, lost)

    def _lost_records(self, offset: int, end: int) -> int:
        """About how many records there were; exact where the lengths of all but one are known."""
        lost = 0
        while offset < end:
            header = self._read(offset, min(HEADER_SIZE, end - offset))
            if len(header) == HEADER_SIZE:
                (length,) = _LENGTH.unpack_from(header)
                (checksum,) = _CHECKSUM.unpack_from(header, LENGTH_SIZE)
                rest = _LENGTH.pack(max(0, end - offset - FRAME_SIZE))
                if masked_crc32c(header[:LENGTH_SIZE]) == checksum and offset + FRAME_SIZE + length <= end:
                    offset += FRAME_SIZE + length
                    lost += 1
                    continue
                if header[:LENGTH_SIZE] == rest or masked_crc32c(rest) == checksum:
                    return lost + 1
            if not self.record_count:
                return lost + 1
            return lost + max(1, round((end - offset) * self.record_count / self._good_bytes))
        return lost

    def _read(self, offset: int, size: int) -> bytes:
        """Bytes of the file, as many as there are of them."""
        start = offset - self._window_start
        if start < 0 or start + size > len(self._window):
            if size > _WINDOW // 2:
                return self.source.read(offset, size)
            self._window = self.source.read(offset, _WINDOW)
            self._window_start, start = offset, 0
        return self._window[start : start + size]


_TORN = _Fault(DamageKind.TORN_TAIL, "the file ends within a record")
_MISSING_DATA = _Fault(DamageKind.DATA_CHECKSUM, "part of a record is missing")
_BAD_LENGTH = _Fault(DamageKind.LENGTH_CHECKSUM, "the checksum of a record's length does not fit")
_BAD_DATA = _Fault(DamageKind.DATA_CHECKSUM, "the checksum of a record's data does not fit")
_ZEROS = _Fault(DamageKind.LENGTH_CHECKSUM, "zeros where a record should start")


def _may_be_header(start: bytes) -> bool:
    """Whether a header may start with some bytes, fewer than it has."""
    length = start[:LENGTH_SIZE]
    if int.from_bytes(length, "little") >= LARGEST_LENGTH:
        return False
    return len(start) <= LENGTH_SIZE or _CHECKSUM.pack(masked_crc32c(length)).startswith(start[LENGTH_SIZE:])


class _Headers:
    """The places of headers that fit, looked for window by window; the last window's are kept."""

    def __init__(self, source: ByteSource) -> None:
        self._source = source
        self._start = 0
        self._end = 0
        self._places: list[int] = []

    def places(self, start: int, size: int) -> Iterator[int]:
        """Those from a place on."""
        while start + HEADER_SIZE <= size:
            if not self._start <= start < self._end:
                window = np.frombuffer(self._source.read(start, _WINDOW), np.uint8)
                if len(window) < HEADER_SIZE:
                    return
                self._start, self._end = start, start + len(window) - HEADER_SIZE + 1
                # Gigabytes of zeros, as a full disk or a crash leaves them, hold no header.
                self._places = (find_headers(window)[0] + start).tolist() if window.any() else []
            # The caller mostly wants the first of them: no copy of all.
            for index in range(bisect_left(self._places, start), len(self._places)):
                yield self._places[index]
            start = self._end
