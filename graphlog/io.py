"""``tf.io``: files, records, and what is in them as tensors."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from graphlog.files import gfile
from graphlog.files.record_files import (
    TFRecordCompressionType,
    TFRecordOptions,
    TFRecordWriter,
    tf_record_iterator,
)
from graphlog.ops.images.files import (
    decode_and_crop_jpeg,
    decode_bmp,
    decode_gif,
    decode_image,
    decode_jpeg,
    decode_png,
    encode_jpeg,
    extract_jpeg_shape,
    is_jpeg,
)
from graphlog.ops.inputs.csv import decode_csv
from graphlog.ops.inputs.examples import parse_example, parse_single_example, parse_single_sequence_example
from graphlog.ops.inputs.features import (
    FixedLenFeature,
    FixedLenSequenceFeature,
    SparseFeature,
    VarLenFeature,
)
from graphlog.ops.inputs.file_contents import matching_files, read_file, write_file
from graphlog.ops.inputs.queues import PaddingFIFOQueue, PriorityQueue, QueueBase, RandomShuffleQueue
from graphlog.ops.inputs.serialized_tensors import decode_compressed, parse_tensor, serialize_tensor
from graphlog.ops.strings.string_conversions import decode_base64, decode_raw, encode_base64

if TYPE_CHECKING:
    from graphlog.train.graph_files import write_graph
    from graphlog.train.input_pipelines import match_filenames_once

__all__ = [
    "FixedLenFeature",
    "FixedLenSequenceFeature",
    "PaddingFIFOQueue",
    "PriorityQueue",
    "QueueBase",
    "RandomShuffleQueue",
    "SparseFeature",
    "TFRecordCompressionType",
    "TFRecordOptions",
    "TFRecordWriter",
    "VarLenFeature",
    "decode_and_crop_jpeg",
    "decode_base64",
    "decode_bmp",
    "decode_compressed",
    "decode_csv",
    "decode_gif",
    "decode_image",
    "decode_jpeg",
    "decode_png",
    "decode_raw",
    "encode_base64",
    "encode_jpeg",
    "extract_jpeg_shape",
    "gfile",
    "is_jpeg",
    "match_filenames_once",
    "matching_files",
    "parse_example",
    "parse_single_example",
    "parse_single_sequence_example",
    "parse_tensor",
    "read_file",
    "serialize_tensor",
    "tf_record_iterator",
    "write_file",
    "write_graph",
]


def __dir__() -> list[str]:
    return sorted(__all__)


# tf.train is imported when it is first used.
_LATE = {
    "match_filenames_once": "graphlog.train.input_pipelines",
    "write_graph": "graphlog.train.graph_files",
}


def __getattr__(name: str) -> Any:
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(importlib.import_module(_LATE[name]), name)
    return value
