"""The TFRecord framing, of which event files are made.

A record is the length of its data (uint64), a checksum of those eight bytes (uint32), the data, and a
checksum of the data (uint32); all numbers are little-endian. A checksum is a CRC-32C, rotated and shifted so
that data which contains checksums does not meet its own.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO, NoReturn

import google_crc32c

_LENGTH = struct.Struct("<Q")
_CHECKSUM = struct.Struct("<I")
_HEADER_SIZE = _LENGTH.size + _CHECKSUM.size
_LARGEST_READ = 1 << 20  # bytes


class CorruptRecordError(ValueError):
    """A record is damaged: a checksum does not fit what it covers.

    Attributes:
        offset: where the record starts, in bytes from where reading began.
        reason: what is wrong with it.
    """

    def __init__(self, offset: int, reason: str) -> None:
        super().__init__(f"corrupt record at byte {offset}: {reason}")
        self.offset = offset
        self.reason = reason


def masked_crc32c(data: bytes) -> int:
    """The checksum (uint32) that a record carries for some bytes."""
    return masked(google_crc32c.value(data))


def masked(checksum: int) -> int:
    """A CRC-32C (uint32) as a record carries it."""
    return (((checksum >> 15) | (checksum << 17)) + 0xA282EAD8) & 0xFFFFFFFF


def encode_record(data: bytes) -> bytes:
    """Frames the data of one record.

    Args:
        data: any bytes; a serialized Event in an event file.

    Returns:
        The record: 16 bytes more than the data.
    """
    length = _LENGTH.pack(len(data))
    return b"".join(
        (length, _CHECKSUM.pack(masked_crc32c(length)), data, _CHECKSUM.pack(masked_crc32c(data)))
    )


class RecordReader(Iterator[bytes]):
    """The data of each record of a binary file, both checksums verified.

    Whatever length a damaged record claims, memory is taken only for bytes that the file has.

    Args:
        file: a readable binary file, at the start of a record. It need not be seekable.

    Attributes:
        offset: where the record to be read next starts, in bytes from where reading began.
        torn_tail_offset: None, or where a last, incomplete record starts: its writer was interrupted, or is
            not done yet. It is left out, and is no error.

    Raises:
        CorruptRecordError: from ``next``, at a damaged record. Nothing comes after it.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._is_done = False
        self.offset = 0
        self.torn_tail_offset: int | None = None

    def __next__(self) -> bytes:
        if self._is_done:
            raise StopIteration
        self._is_done = True  # unless this record turns out to be whole
        header = self._read(_HEADER_SIZE)
        if not header:
            raise StopIteration
        if len(header) < _HEADER_SIZE:
            self._stop_at_torn_tail()
        (length,) = _LENGTH.unpack_from(header)
        self._verify("length", header[: _LENGTH.size], header[_LENGTH.size :])
        data = self._read(length)
        checksum = self._read(_CHECKSUM.size)
        if len(checksum) < _CHECKSUM.size:
            self._stop_at_torn_tail()
        self._verify("data", data, checksum)
        self.offset += _HEADER_SIZE + length + _CHECKSUM.size
        self._is_done = False
        return data

    def _read(self, size: int) -> bytes:
        """Reads that many bytes, or as many as there are.

        Piece by piece, because ``read(size)`` reserves memory for a size that may be nonsense.
        """
        pieces = []
        while size and (piece := self._file.read(min(size, _LARGEST_READ))):
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)

    def _verify(self, part: str, data: bytes, checksum: bytes) -> None:
        if masked_crc32c(data) != _CHECKSUM.unpack(checksum)[0]:
            raise CorruptRecordError(self.offset, f"the checksum of its {part} does not fit")

    def _stop_at_torn_tail(self) -> NoReturn:
        self.torn_tail_offset = self.offset
        raise StopIteration


def read_records(file: BinaryIO) -> Iterator[bytes]:
    """An iterator over the data of a file's records, for callers who need no ``RecordReader``."""
    return RecordReader(file)
