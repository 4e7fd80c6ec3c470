"""Readers of files, one record at a time (``tf.TextLineReader`` and its neighbours)."""

from __future__ import annotations

from typing import Any, NamedTuple

from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.ops.inputs import reader_ops

_COMPRESSION_TYPES: dict[Any, str] = {0: "", 1: "ZLIB", 2: "GZIP"}


class ReaderRead(NamedTuple):
    """A record: its key and its value."""

    key: Tensor
    value: Tensor


class ReaderReadUpTo(NamedTuple):
    """Several records: vectors of their keys and of their values."""

    keys: Tensor
    values: Tensor


class ReaderBase:
    """What all readers can do. One makes one of its kinds: ``TextLineReader``, ``TFRecordReader`` and so on.

    Args:
        reader_ref: the handle.
        supports_serialize: whether TensorFlow can serialize its state.

    Source: ``tf.ReaderBase``.
    """

    def __init__(self, reader_ref: Tensor, supports_serialize: bool = False) -> None:
        self._reader_ref = reader_ref
        self._supports_serialize = supports_serialize

    @property
    def reader_ref(self) -> Tensor:
        """The handle."""
        return self._reader_ref

    @property
    def supports_serialize(self) -> bool:
        """Whether TensorFlow can serialize its state; graphlog can not."""
        return self._supports_serialize

    def read(self, queue: Any, name: str | None = None) -> ReaderRead:
        """The next record.

        Args:
            queue: a queue of names of files (or of what the kind of reader reads), or its handle.
            name: the operation's name.

        Returns:
            Its key and its value, scalar strings. A run waits while the queue is empty, and raises
            OutOfRangeError where it is closed too.
        """
        operation = reader_ops.ReaderReadV2.operation(self._reader_ref, _handle(queue), name=name)
        return ReaderRead(*operation.outputs)

    def read_up_to(self, queue: Any, num_records: Any, name: str | None = None) -> ReaderReadUpTo:
        """The next records of one file, at most ``num_records``, as vectors; see ``read``."""
        operation = reader_ops.ReaderReadUpToV2.operation(
            self._reader_ref, _handle(queue), num_records, name=name
        )
        return ReaderReadUpTo(*operation.outputs)

    def num_records_produced(self, name: str | None = None) -> Tensor:
        """How many records it gave, an int64 scalar."""
        return reader_ops.ReaderNumRecordsProducedV2(self._reader_ref, name=name)

    def num_work_units_completed(self, name: str | None = None) -> Tensor:
        """How many files it has read to their ends, an int64 scalar."""
        return reader_ops.ReaderNumWorkUnitsCompletedV2(self._reader_ref, name=name)

    def reset(self, name: str | None = None) -> Operation:
        """The Operation that makes it forget the file that is being read."""
        return reader_ops.ReaderResetV2.operation(self._reader_ref, name=name)


class WholeFileReader(ReaderBase):
    """A reader that gives each file as one record, whose key is its name.

    Source: ``tf.WholeFileReader``.
    """

    def __init__(self, name: str | None = None) -> None:
        super().__init__(reader_ops.WholeFileReaderV2(name=name), supports_serialize=True)


class TextLineReader(ReaderBase):
    """A reader of lines; a key is the name of the file and the number of the line.

    Args:
        skip_header_lines: how many lines at the beginning of each file are left out.
        name: the operation's name.

    Source: ``tf.TextLineReader``.
    """

    def __init__(self, skip_header_lines: int | None = None, name: str | None = None) -> None:
        super().__init__(reader_ops.TextLineReaderV2(skip_header_lines=skip_header_lines or 0, name=name))


class FixedLengthRecordReader(ReaderBase):
    """A reader of pieces of one length; a key is the name of the file and the number of the piece.

    Args:
        record_bytes: the length.
        header_bytes: how much at the beginning of each file is left out.
        footer_bytes: how much at the end of each file is left out.
        hop_bytes: how far it is from one piece to the next; their length if None.
        name: the operation's name.
        encoding: how a file is compressed: None, ``"GZIP"`` or ``"ZLIB"``.

    Source: ``tf.FixedLengthRecordReader``.
    """

    def __init__(
        self,
        record_bytes: int,
        header_bytes: int | None = None,
        footer_bytes: int | None = None,
        hop_bytes: int | None = None,
        name: str | None = None,
        encoding: str | None = None,
    ) -> None:
        handle = reader_ops.FixedLengthRecordReaderV2(
            record_bytes=record_bytes,
            header_bytes=header_bytes or 0,
            footer_bytes=footer_bytes or 0,
            hop_bytes=hop_bytes or 0,
            encoding=encoding or "",
            name=name,
        )
        super().__init__(handle)


class TFRecordReader(ReaderBase):
    """A reader of TFRecord files; a key is the name of the file and where the record begins in it.

    Args:
        name: the operation's name.
        options: how a file is compressed: ``tf.python_io.TFRecordOptions``, or their first argument.

    Source: ``tf.TFRecordReader``.
    """

    def __init__(self, name: str | None = None, options: Any = None) -> None:
        found = getattr(options, "compression_type", options) or ""
        handle = reader_ops.TFRecordReaderV2(compression_type=_COMPRESSION_TYPES.get(found, found), name=name)
        super().__init__(handle)


class IdentityReader(ReaderBase):
    """A reader that gives what the queue holds, as key and as record (``tf.IdentityReader``)."""

    def __init__(self, name: str | None = None) -> None:
        super().__init__(reader_ops.IdentityReaderV2(name=name), supports_serialize=True)


def _handle(queue: Any) -> Any:
    return queue if isinstance(queue, Tensor) else queue.queue_ref
