"""What several of TensorBoard's plugins have in common: a tensor under a tag, with the plugin's metadata."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphlog.proto import summary_pb2, tensor_pb2


def metadata(plugin: str, content: bytes = b"") -> summary_pb2.SummaryMetadata:
    """The metadata that hand a value to a plugin, which understands the content."""
    data = summary_pb2.SummaryMetadata.PluginData(plugin_name=plugin, content=content)
    return summary_pb2.SummaryMetadata(plugin_data=data)


def strings_tensor(strings: Sequence[bytes], shape: Sequence[int]) -> tensor_pb2.TensorProto:
    """A tensor of strings."""
    return tensor_pb2.TensorProto(
        dtype=tensor_pb2.DT_STRING, string_val=strings, tensor_shape=_shape_proto(shape)
    )


def floats_tensor(values: Any) -> tensor_pb2.TensorProto:
    """A NumPy array as a tensor of float32, number by number."""
    return tensor_pb2.TensorProto(
        dtype=tensor_pb2.DT_FLOAT,
        float_val=values.reshape(-1).tolist(),
        tensor_shape=_shape_proto(values.shape),
    )


def _shape_proto(shape: Sequence[int]) -> tensor_pb2.TensorShapeProto:
    return tensor_pb2.TensorShapeProto(dim=[tensor_pb2.TensorShapeProto.Dim(size=size) for size in shape])
