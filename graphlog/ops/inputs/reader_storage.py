"""Readers: what gives the records of one file after the other, whose names come from a queue."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np

from graphlog.files.compression import inflated
from graphlog.files.paths import errors_of
from graphlog.files.record_files import records_of
from graphlog.ops.inputs.queue_storage import TensorQueue
from graphlog.ops.strings.string_kernels import as_text

_RECORD_FRAME = 16  # bytes of a record besides its data

Record = tuple[bytes, bytes]


class Reader:
    """Gives records with their keys. Several threads may share one.

    Attributes:
        records_produced: how many it gave.
        units_completed: how many files it has read to their ends.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._records: Iterator[Record] | None = None
        self.records_produced = 0
        self.units_completed = 0

    def _records_of(self, work: bytes) -> Iterator[Record]:
        """The records of a file, with their keys; each kind of reader has its own."""
        raise NotImplementedError

    def read(self, queue: TensorQueue) -> Record:
        """The next record, from the next file of the queue where one is at its end.

        Raises:
            OutOfRangeError: the queue is closed and empty.
        """
        (record,) = self.read_up_to(queue, 1)
        return record

    def read_up_to(self, queue: TensorQueue, count: int) -> list[Record]:
        """The next records, at most ``count`` and all of one file; see ``read``."""
        if count < 1:
            raise ValueError(f"Reader requires that num_records > 0, got {count}")
        with self._lock:
            found: list[Record] = []
            while not found:
                if self._records is None:
                    (work,) = queue.dequeue()
                    self._records = self._records_of(np.asarray(work, object).item())
                found = self._next_records(count)
            self.records_produced += len(found)
            return found

    def _next_records(self, count: int) -> list[Record]:
        assert self._records is not None
        found: list[Record] = []
        try:
            while len(found) < count:
                record = next(self._records, None)
                if record is None:
                    self._records = None
                    self.units_completed += 1
                    break
                found.append(record)
        except Exception:
            # A file that cannot be read is not tried again.
            self._records = None
            raise
        return found

    def reset(self) -> None:
        """Forgets the file that is being read, and starts to count anew."""
        with self._lock:
            self._records = None
            self.records_produced = self.units_completed = 0


class IdentityReader(Reader):
    """Gives what the queue holds, as key and as record."""

    def _records_of(self, work: bytes) -> Iterator[Record]:
        yield work, work


class WholeFileReader(Reader):
    """Gives each file as one record, whose key is its name."""

    def _records_of(self, work: bytes) -> Iterator[Record]:
        path = as_text(work)
        with errors_of(path), open(path, "rb") as file:
            content = file.read()
        yield work, content


class TextLineReader(Reader):
    """Gives lines without their ends; a key is the name of the file and the number of the line.

    Args:
        skip_header_lines: how many lines at the beginning of each file are left out.
    """

    def __init__(self, skip_header_lines: int) -> None:
        super().__init__()
        self._skipped = skip_header_lines

    def _records_of(self, work: bytes) -> Iterator[Record]:
        path = as_text(work)
        with errors_of(path):
            file = open(path, "rb")  # noqa: SIM115  closed below, also where nobody reads on
        with file:
            for number, line in enumerate(file, 1):
                if number > self._skipped:
                    yield b"%s:%d" % (work, number), line.removesuffix(b"\n").replace(b"\r", b"")


class TFRecordReader(Reader):
    """Gives the records of TFRecord files; a key is the name of the file and where the record begins.

    Args:
        compression_type: ``""``, ``"GZIP"`` or ``"ZLIB"``.
    """

    def __init__(self, compression_type: str) -> None:
        super().__init__()
        self._compression_type = compression_type

    def _records_of(self, work: bytes) -> Iterator[Record]:
        path = as_text(work)
        with errors_of(path):
            file = open(path, "rb")  # noqa: SIM115  closed below
        offset = 0
        with file:
            for data in records_of(file, self._compression_type):
                yield b"%s:%d" % (work, offset), data
                offset += len(data) + _RECORD_FRAME


class FixedLengthRecordReader(Reader):
    """Gives pieces of one length; a key is the name of the file and the number of the piece.

    Args:
        header_bytes: how much at the beginning of each file is left out.
        record_bytes: the length of a record.
        footer_bytes: how much at the end of each file is left out.
        hop_bytes: how far it is from one record to the next; 0 for their length.
        encoding: how a file is compressed: ``""``, ``"GZIP"`` or ``"ZLIB"``.
    """

    def __init__(
        self, header_bytes: int, record_bytes: int, footer_bytes: int, hop_bytes: int, encoding: str
    ) -> None:
        super().__init__()
        self._header = header_bytes
        self._size = record_bytes
        self._footer = footer_bytes
        self._hop = hop_bytes or record_bytes
        self._encoding = encoding

    def _records_of(self, work: bytes) -> Iterator[Record]:
        path = as_text(work)
        with errors_of(path), open(path, "rb") as file:
            content = inflated(file.read(), self._encoding)
        last = len(content) - self._footer - self._size
        for number, start in enumerate(range(self._header, last + 1, self._hop)):
            yield b"%s:%d" % (work, number), content[start : start + self._size]
