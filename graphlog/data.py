"""``tf.data``: input pipelines."""

from __future__ import annotations

from graphlog.ops.datasets import experimental
from graphlog.ops.datasets.dataset import Dataset
from graphlog.ops.datasets.iterators import Iterator
from graphlog.ops.datasets.options import Options
from graphlog.ops.datasets.queries import (
    get_output_classes,
    get_output_shapes,
    get_output_types,
    make_initializable_iterator,
    make_one_shot_iterator,
)
from graphlog.ops.datasets.readers import FixedLengthRecordDataset, TextLineDataset, TFRecordDataset
from graphlog.ops.datasets.structures import DatasetSpec

__all__ = [
    "Dataset",
    "DatasetSpec",
    "FixedLengthRecordDataset",
    "Iterator",
    "Options",
    "TFRecordDataset",
    "TextLineDataset",
    "experimental",
    "get_output_classes",
    "get_output_shapes",
    "get_output_types",
    "make_initializable_iterator",
    "make_one_shot_iterator",
]
