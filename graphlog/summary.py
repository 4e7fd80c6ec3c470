"""Summaries and the writer of event files (``tf.summary``)."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from graphlog.core.printable import described
from graphlog.ops.debugging.gradient_summaries import gradients
from graphlog.ops.debugging.summaries import histogram, merge, merge_all, scalar, tensor_summary, text
from graphlog.ops.images.summaries import audio, image

if TYPE_CHECKING:
    from graphlog.proto.event_pb2 import Event, SessionLog, TaggedRunMetadata
    from graphlog.proto.summary_pb2 import Summary, SummaryDescription
    from graphlog.writers.file_writer import FileWriter
    from graphlog.writers.file_writer_cache import FileWriterCache

__all__ = [
    "Event",
    "FileWriter",
    "FileWriterCache",
    "SessionLog",
    "Summary",
    "SummaryDescription",
    "TaggedRunMetadata",
    "audio",
    "get_summary_description",
    "gradients",
    "histogram",
    "image",
    "merge",
    "merge_all",
    "scalar",
    "tensor_summary",
    "text",
]


def __dir__() -> list[str]:
    return sorted(__all__)


# These need protobuf, and are imported when they are first used.
_LATE = {
    "Event": "graphlog.proto.event_pb2",
    "FileWriter": "graphlog.writers.file_writer",
    "FileWriterCache": "graphlog.writers.file_writer_cache",
    "SessionLog": "graphlog.proto.event_pb2",
    "Summary": "graphlog.proto.summary_pb2",
    "SummaryDescription": "graphlog.proto.summary_pb2",
    "TaggedRunMetadata": "graphlog.proto.event_pb2",
}


def get_summary_description(node_def: Any) -> SummaryDescription:
    """The description that a ``TensorSummary`` node has as JSON in its attribute ``description``.

    Args:
        node_def: the NodeDef.

    Returns:
        A SummaryDescription.

    Raises:
        ValueError: it is a node of another type.

    Source: ``tf.summary.get_summary_description``.
    """
    from google.protobuf import json_format

    from graphlog.proto.summary_pb2 import SummaryDescription

    if not hasattr(node_def, "op"):
        raise TypeError(f"get_summary_description takes a NodeDef, not {described(node_def)}.")
    if node_def.op != "TensorSummary":
        raise ValueError(f"Can't get_summary_description on {node_def.op}")
    description = SummaryDescription()
    json_format.Parse(node_def.attr["description"].s.decode(), description)
    return description


def __getattr__(name: str) -> Any:
    if name not in _LATE:
        raise AttributeError(f"module 'graphlog.summary' has no attribute {name!r}")
    value = getattr(importlib.import_module(_LATE[name]), name)
    globals()[name] = value
    return value
