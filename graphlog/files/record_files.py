"""TFRecord files: writing and reading them, compressed or not (``tf.python_io``)."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from types import TracebackType
from typing import Any, BinaryIO, cast

from graphlog.core.errors import DataLossError, FailedPreconditionError
from graphlog.events.records import CorruptRecordError, RecordReader, encode_record
from graphlog.files.compression import InflatingReader
from graphlog.files.paths import Path, as_path, errors_of

_HEADER_SIZE = 12  # bytes of a record in front of its data
_GZIP = 16  # is added to the bits of zlib's window
_MEMORY_LEVEL = 9  # TensorFlow's


class TFRecordCompressionType:
    """How a record file is compressed (``tf.python_io.TFRecordCompressionType``)."""

    NONE = 0
    ZLIB = 1
    GZIP = 2


class TFRecordOptions:
    """How a record file is compressed, in detail.

    Args:
        compression_type: None, ``""``, ``"GZIP"``, ``"ZLIB"``, or one of ``TFRecordCompressionType``.
        flush_mode: accepted for TensorFlow's sake, like both buffer sizes.
        input_buffer_size: …
        output_buffer_size: …
        window_bits: zlib's window; 15 if None.
        compression_level: 0 to 9; zlib's usual one if None.
        compression_method: zlib's method.
        mem_level: 1 to 9.
        compression_strategy: zlib's strategy.

    Raises:
        ValueError: there is no such compression.

    Source: ``tf.python_io.TFRecordOptions``.
    """

    compression_type_map = {  # noqa: RUF012  TensorFlow's attribute
        TFRecordCompressionType.ZLIB: "ZLIB",
        TFRecordCompressionType.GZIP: "GZIP",
        TFRecordCompressionType.NONE: "",
    }

    def __init__(
        self,
        compression_type: Any = None,
        flush_mode: int | None = None,
        input_buffer_size: int | None = None,
        output_buffer_size: int | None = None,
        window_bits: int | None = None,
        compression_level: int | None = None,
        compression_method: int | None = None,
        mem_level: int | None = None,
        compression_strategy: int | None = None,
    ) -> None:
        self.get_compression_type_string(compression_type)
        self.compression_type = compression_type
        self.flush_mode = flush_mode
        self.input_buffer_size = input_buffer_size
        self.output_buffer_size = output_buffer_size
        self.window_bits = window_bits
        self.compression_level = compression_level
        self.compression_method = compression_method
        self.mem_level = mem_level
        self.compression_strategy = compression_strategy

    @classmethod
    def get_compression_type_string(cls, options: Any) -> str:
        """``""``, ``"GZIP"`` or ``"ZLIB"``, from options or from what their first argument may be."""
        if isinstance(options, TFRecordOptions):
            options = options.compression_type
        if not options:
            return ""
        found = cls.compression_type_map.get(options, options)
        if found not in cls.compression_type_map.values():
            raise ValueError(f'Not a valid compression_type: "{options}"')
        return str(found)

    def _compressor(self) -> zlib._Compress | None:
        kind = self.get_compression_type_string(self)
        if not kind:
            return None
        bits = zlib.MAX_WBITS if self.window_bits is None else self.window_bits
        return zlib.compressobj(
            zlib.Z_DEFAULT_COMPRESSION if self.compression_level is None else self.compression_level,
            zlib.DEFLATED if self.compression_method is None else self.compression_method,
            bits + (_GZIP if kind == "GZIP" and bits <= zlib.MAX_WBITS else 0),
            self.mem_level or _MEMORY_LEVEL,
            self.compression_strategy or zlib.Z_DEFAULT_STRATEGY,
        )


class TFRecordWriter:
    """Writes a file of records, such as serialized ``tf.train.Example``s. Use it in a ``with`` block.

    Args:
        path: the file's path; a file that is there is written anew.
        options: TFRecordOptions, or their first argument.

    Raises:
        NotFoundError: the folder does not exist.

    Source: ``tf.python_io.TFRecordWriter``.
    """

    def __init__(self, path: Path, options: Any = None) -> None:
        self._file: BinaryIO | None = None
        if not isinstance(options, TFRecordOptions):
            options = TFRecordOptions(options)
        self._path = as_path(path)
        self._compressor = options._compressor()
        with errors_of(self._path):
            self._file = open(self._path, "wb")  # noqa: SIM115  close() closes it

    def _open_file(self) -> BinaryIO:
        if self._file is None:
            raise FailedPreconditionError(None, None, "Writer not initialized or previously closed")
        return self._file

    def write(self, record: bytes) -> None:
        """Writes a record; FailedPreconditionError once the file is closed."""
        if isinstance(record, str):
            raise TypeError("expected bytes, str found")
        file, data = self._open_file(), encode_record(bytes(record))
        with errors_of(self._path):
            file.write(data if self._compressor is None else self._compressor.compress(data))

    def flush(self) -> None:
        """Hands what was written to the operating system."""
        file = self._open_file()
        with errors_of(self._path):
            if self._compressor is not None:
                file.write(self._compressor.flush(zlib.Z_SYNC_FLUSH))
            file.flush()

    def close(self) -> None:
        """Closes the file."""
        file, self._file = self._file, None
        if file is not None:
            with errors_of(self._path), file:
                if self._compressor is not None:
                    file.write(self._compressor.flush())

    def __del__(self) -> None:
        # A compressed file is none until its end is written.
        self.close()

    def __enter__(self) -> TFRecordWriter:
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def tf_record_iterator(path: Path, options: Any = None) -> Iterator[bytes]:
    """The records of a file, one after the other.

    Args:
        path: the file's path.
        options: how it is compressed: TFRecordOptions, or their first argument.

    Returns:
        An iterator over the data of the records.

    Raises:
        NotFoundError: from the iterator: there is no such file.
        DataLossError: likewise: a record is damaged or cut off.

    Source: ``tf.python_io.tf_record_iterator``.
    """
    compression_type = TFRecordOptions.get_compression_type_string(options)
    text = as_path(path)
    with errors_of(text):
        file = open(text, "rb")  # noqa: SIM115  closed below, also where a caller stops early
    with file:
        yield from records_of(file, compression_type)


def records_of(file: BinaryIO, compression_type: str = "") -> Iterator[bytes]:
    """The records of an open file, with TensorFlow's errors.

    Args:
        file: the file, at its beginning.
        compression_type: ``""``, ``"GZIP"`` or ``"ZLIB"``.

    Raises:
        DataLossError: from the iterator: a record is damaged or cut off.
    """
    source = cast(BinaryIO, InflatingReader(file, compression_type)) if compression_type else file
    reader = RecordReader(source)
    try:
        yield from reader
    except CorruptRecordError as error:
        # TensorFlow says where the part begins that does not fit.
        offset = error.offset + (_HEADER_SIZE if "of its data" in error.reason else 0)
        raise DataLossError(None, None, f"corrupted record at {offset}") from error
    if reader.torn_tail_offset is not None:
        raise DataLossError(None, None, f"truncated record at {reader.torn_tail_offset}")
