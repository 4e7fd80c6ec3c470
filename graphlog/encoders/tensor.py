"""A tensor of any kind under a tag."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.encoders.tags import as_tag
from graphlog.graphdef.tensor_values import tensor_proto
from graphlog.proto import summary_pb2


def tensor(tag: str, value: np.ndarray[Any, Any], metadata: bytes) -> summary_pb2.Summary.Value:
    """Encodes a tensor, as TensorFlow's TensorSummaryV2 op does.

    Args:
        tag: the name of the series; written as it is.
        value: the tensor.
        metadata: a serialized SummaryMetadata, which says how it is to be shown.

    Returns:
        A Summary.Value with ``tensor`` and ``metadata``.

    Raises:
        ValueError: the metadata are no SummaryMetadata, or the tensor is of a type that has none.
    """
    try:
        parsed = summary_pb2.SummaryMetadata.FromString(metadata)
    except Exception as error:
        raise ValueError(f"the metadata of {tag!r} are no SummaryMetadata: {error}") from None
    return summary_pb2.Summary.Value(
        tag=as_tag(tag), tensor=tensor_proto(value, as_content=True), metadata=parsed
    )
