"""Datasets of what files hold: lines, records, and pieces of one length."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, cast

import numpy as np

from graphlog.core.errors import InvalidArgumentError
from graphlog.core.op_definition import OpDefinition, define_op
from graphlog.files.compression import InflatingReader
from graphlog.files.paths import errors_of
from graphlog.files.record_files import records_of
from graphlog.ops import samples
from graphlog.ops.datasets import definitions
from graphlog.ops.datasets.dataset_values import DatasetValue, Element, as_component
from graphlog.ops.datasets.definitions import int64
from graphlog.ops.strings.string_kernels import as_text

_PIECE = 1 << 16  # bytes
_COMPRESSION_TYPES = (b"", b"GZIP", b"ZLIB")


def _elements(
    filenames: Any, compression_type: Any, read: Callable[[BinaryIO, str, str], Iterator[bytes]]
) -> Callable[..., Iterator[Element]]:
    """What iterates over the pieces of some files.

    Args:
        filenames: a name or several.
        compression_type: how they are compressed.
        read: a function of an open file, its compression and its name that iterates over its pieces.
    """
    names = [as_text(name) for name in np.asarray(filenames, object).ravel()]
    compression = np.asarray(compression_type, object).item()
    if compression not in _COMPRESSION_TYPES:
        raise InvalidArgumentError(None, None, "Unsupported compression_type.")

    def elements(*_: Any) -> Iterator[Element]:
        for name in names:
            with errors_of(name):
                file = open(name, "rb")  # noqa: SIM115  closed below, also where a caller stops early
            with file:
                for piece in read(file, compression.decode(), name):
                    yield (as_component(piece),)

    return elements


def _inflating(file: BinaryIO, compression_type: str) -> BinaryIO:
    return cast(BinaryIO, InflatingReader(file, compression_type)) if compression_type else file


def _lines(file: BinaryIO, compression_type: str, _: str) -> Iterator[bytes]:
    source = _inflating(file, compression_type)
    rest = b""
    while piece := source.read(_PIECE):
        *lines, rest = (rest + piece).split(b"\n")
        yield from [line.removesuffix(b"\r") for line in lines]
    if rest:
        yield rest.removesuffix(b"\r")


def _records(file: BinaryIO, compression_type: str, _: str) -> Iterator[bytes]:
    return records_of(file, compression_type)


def _text_line_kernel(filenames: Any, compression_type: Any, _: Any) -> DatasetValue:
    return DatasetValue("TextLineDataset", [], _elements(filenames, compression_type, _lines))


def _record_kernel(filenames: Any, compression_type: Any, _: Any) -> DatasetValue:
    return DatasetValue("TFRecordDataset", [], _elements(filenames, compression_type, _records))


def _fixed_length_kernel(
    filenames: Any, header_bytes: Any, record_bytes: Any, footer_bytes: Any, _: Any, compression_type: Any
) -> DatasetValue:
    header, size, footer = (
        definitions.scalar_value(value) for value in (header_bytes, record_bytes, footer_bytes)
    )
    definitions.check_positive(size, "record_bytes")

    def read(file: BinaryIO, compression_type: str, name: str) -> Iterator[bytes]:
        source = _inflating(file, compression_type)
        source.read(header)
        held = source.read(size + footer)
        while len(held) == size + footer:
            yield held[:size]
            held = held[size:] + source.read(size)
        if len(held) > footer:
            raise InvalidArgumentError(
                None,
                None,
                f'Excess bytes of "{name}": what is between its header of {header} bytes and its footer of '
                f"{footer} is no multiple of the {size} bytes of a record.",
            )

    return DatasetValue("FixedLengthRecordDataset", [], _elements(filenames, compression_type, read))


def _define(type: str, kernel: Callable[..., DatasetValue]) -> OpDefinition:
    return define_op(
        type,
        ["filenames: string", "compression_type: string", "buffer_size: int64"],
        ["handle: variant"],
        shape=definitions.scalar,
        kernel=kernel,
        samples=[definitions.sample(samples.text(["file"]), samples.text(""), int64(0))],
        is_stateful=True,
    )


TextLineDataset = _define("TextLineDataset", _text_line_kernel)
TFRecordDataset = _define("TFRecordDataset", _record_kernel)
FixedLengthRecordDatasetV2 = define_op(
    "FixedLengthRecordDatasetV2",
    [
        *("filenames: string", "header_bytes: int64", "record_bytes: int64", "footer_bytes: int64"),
        *("buffer_size: int64", "compression_type: string"),
    ],
    ["handle: variant"],
    shape=definitions.scalar,
    kernel=_fixed_length_kernel,
    samples=[
        definitions.sample(
            *(samples.text(["file"]), int64(0), int64(4), int64(0), int64(0), samples.text(""))
        )
    ],
    is_stateful=True,
)
