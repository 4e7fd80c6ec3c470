"""What serialized ``tf.train.Example``s hold, as arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from google.protobuf.message import DecodeError

from graphlog.proto.example_pb2 import Example, Feature, SequenceExample

# The kinds of features, with the names of their dtypes in TensorFlow's errors.
_KINDS = {"bytes_list": "string", "float_list": "float", "int64_list": "int64"}


def example_features(data: bytes) -> Mapping[str, Feature]:
    """The features of a serialized Example, by name; ValueError where it is none."""
    try:
        return Example.FromString(data).features.feature
    except DecodeError:
        raise ValueError(f"Could not parse example input, value: '{data[:80]!r}'") from None


def sequence_features(data: bytes) -> tuple[Mapping[str, Feature], Mapping[str, Sequence[Feature]]]:
    """The context and the feature lists of a serialized SequenceExample; ValueError where it is none."""
    try:
        example = SequenceExample.FromString(data)
    except DecodeError:
        raise ValueError(f"Could not parse example input, value: '{data[:80]!r}'") from None
    lists = {name: found.feature for name, found in example.feature_lists.feature_list.items()}
    return example.context.feature, lists


def feature_values(feature: Feature) -> tuple[str, np.ndarray[Any, Any]]:
    """A feature's kind (``"string"``, ``"float"``, ``"int64"``; ``""`` if it has none) and its values."""
    kind = feature.WhichOneof("kind")
    if kind == "float_list":
        return "float", np.array(feature.float_list.value, np.float32)
    if kind == "int64_list":
        return "int64", np.array(feature.int64_list.value, np.int64)
    values = np.empty(len(feature.bytes_list.value), object)
    values[:] = list(feature.bytes_list.value)
    return _KINDS.get(kind or "", ""), values
