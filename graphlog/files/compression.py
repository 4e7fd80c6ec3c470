"""Files that are compressed while they are written, and the other way round."""

from __future__ import annotations

import zlib
from typing import BinaryIO

from graphlog.core.errors import DataLossError, InvalidArgumentError

_PIECE = 1 << 16  # bytes
_GZIP = 16  # is added to the bits of zlib's window
_COMPRESSION_TYPES = ("", "GZIP", "ZLIB")


def inflated(data: bytes, compression_type: str) -> bytes:
    """Data, decompressed.

    Args:
        data: what was compressed.
        compression_type: ``""`` (not at all), ``"GZIP"`` or ``"ZLIB"``.

    Raises:
        DataLossError: the data are damaged.
        InvalidArgumentError: there is no such compression.
    """
    if compression_type not in _COMPRESSION_TYPES:
        raise InvalidArgumentError(None, None, f"Unsupported compression type: {compression_type}")
    if not compression_type:
        return data
    engine = _engine(compression_type)
    return _decompress(engine, data) + engine.flush()


def _engine(compression_type: str) -> zlib._Decompress:
    return zlib.decompressobj(zlib.MAX_WBITS + (_GZIP if compression_type == "GZIP" else 0))


def _decompress(engine: zlib._Decompress, data: bytes) -> bytes:
    try:
        return engine.decompress(data)
    except zlib.error as error:
        # "Error -3 while decompressing data: incorrect header check"
        code, _, reason = str(error).removeprefix("Error ").partition(" while decompressing data: ")
        raise DataLossError(None, None, f"inflate() failed with error {code}: {reason}") from None


class InflatingReader:
    """Reads a compressed file as if it were not.

    Args:
        file: the file.
        compression_type: ``"GZIP"`` or ``"ZLIB"``.
    """

    def __init__(self, file: BinaryIO, compression_type: str) -> None:
        self._file = file
        self._type = compression_type
        self._engine = _engine(compression_type)
        self._ready = b""

    def read(self, size: int = -1) -> bytes:
        """Reads so many bytes, or as many as there are; all if -1."""
        pieces, missing = [self._ready], size - len(self._ready)
        while size < 0 or missing > 0:
            data = self._engine.unused_data or self._file.read(_PIECE)
            if not data:
                break
            if self._engine.eof:
                # Files that were compressed one by one may stand one after the other.
                self._engine = _engine(self._type)
            pieces.append(_decompress(self._engine, data))
            missing -= len(pieces[-1])
        found = b"".join(pieces)
        end = len(found) if size < 0 else size
        self._ready = found[end:]
        return found[:end]

    def close(self) -> None:
        """Closes the file."""
        self._file.close()
