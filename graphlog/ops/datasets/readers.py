"""Datasets that read files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.tensor import Tensor
from graphlog.ops.datasets import file_ops, mapping, sources
from graphlog.ops.datasets.dataset import Dataset
from graphlog.ops.datasets.definitions import AUTOTUNE
from graphlog.ops.datasets.structures import TensorSpec

_BUFFER_SIZE = 256 * 1024  # bytes


class _FileDataset(Dataset):
    """What is in some files, one after the other or several at once."""

    def _read(self, filenames: Any, make: Callable[[Tensor], Tensor], num_parallel_reads: Any) -> None:
        names = sources.check_file_names(filenames)

        def read_one_file(filename: Tensor) -> Dataset:
            name = convert_to_tensor(filename, dtypes.string, "filename")
            return Dataset(make(name), TensorSpec([], dtypes.string))

        if num_parallel_reads is None:
            dataset = names.flat_map(read_one_file)
        elif num_parallel_reads == AUTOTUNE:
            dataset = names.interleave(read_one_file, num_parallel_calls=num_parallel_reads)
        else:
            dataset = mapping.parallel_interleaved(
                names, read_one_file, num_parallel_reads, 1, False, None, None
            )
        super().__init__(dataset._variant_tensor, dataset.element_spec, [dataset], dataset._functions)


def _text(value: Any, name: str) -> Tensor:
    return convert_to_tensor("" if value is None else value, dtypes.string, name)


def _number(value: Any, name: str, default: int = 0) -> Tensor:
    return convert_to_tensor(default if value is None else value, dtypes.int64, name)


class TextLineDataset(_FileDataset):
    """The lines of text files, without what ends them.

    Args:
        filenames: a name, a tensor or list of names, or a dataset of names.
        compression_type: ``""``, ``"GZIP"`` or ``"ZLIB"``.
        buffer_size: stands in the graph.
        num_parallel_reads: how many files are read in turns; one after the other if None.

    Source: ``tf.data.TextLineDataset``.
    """

    def __init__(
        self,
        filenames: Any,
        compression_type: Any = None,
        buffer_size: Any = None,
        num_parallel_reads: Any = None,
    ) -> None:
        def make(filename: Tensor) -> Tensor:
            compression = _text(compression_type, "compression_type")
            size = _number(buffer_size, "buffer_size", _BUFFER_SIZE)
            return file_ops.TextLineDataset(filename, compression, size)

        self._read(filenames, make, num_parallel_reads)


class TFRecordDataset(_FileDataset):
    """The records of TFRecord files; the arguments are those of ``TextLineDataset``.

    Source: ``tf.data.TFRecordDataset``.
    """

    def __init__(
        self,
        filenames: Any,
        compression_type: Any = None,
        buffer_size: Any = None,
        num_parallel_reads: Any = None,
    ) -> None:
        def make(filename: Tensor) -> Tensor:
            compression = _text(compression_type, "compression_type")
            size = _number(buffer_size, "buffer_size", _BUFFER_SIZE)
            return file_ops.TFRecordDataset(filename, compression, size)

        self._read(filenames, make, num_parallel_reads)


class FixedLengthRecordDataset(_FileDataset):
    """Pieces of one length of binary files.

    Args:
        filenames: a name, a tensor or list of names, or a dataset of names.
        record_bytes: the length of a piece.
        header_bytes: how many bytes at the beginning of a file to leave out.
        footer_bytes: likewise at its end.
        buffer_size: stands in the graph.
        compression_type: ``""``, ``"GZIP"`` or ``"ZLIB"``.
        num_parallel_reads: how many files are read in turns; one after the other if None.

    Source: ``tf.data.FixedLengthRecordDataset``.
    """

    def __init__(
        self,
        filenames: Any,
        record_bytes: Any,
        header_bytes: Any = None,
        footer_bytes: Any = None,
        buffer_size: Any = None,
        compression_type: Any = None,
        num_parallel_reads: Any = None,
    ) -> None:
        def make(filename: Tensor) -> Tensor:
            record = _number(record_bytes, "record_bytes")
            header, footer = _number(header_bytes, "header_bytes"), _number(footer_bytes, "footer_bytes")
            size = _number(buffer_size, "buffer_size", _BUFFER_SIZE)
            compression = _text(compression_type, "compression_type")
            return file_ops.FixedLengthRecordDatasetV2(filename, header, record, footer, size, compression)

        self._read(filenames, make, num_parallel_reads)
