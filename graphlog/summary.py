"""Summaries and the writer of event files (``tf.summary``)."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from graphlog.ops.summaries import histogram, merge, merge_all, scalar, tensor_summary, text

if TYPE_CHECKING:
    from graphlog.proto.event_pb2 import Event, SessionLog
    from graphlog.proto.summary_pb2 import Summary
    from graphlog.writers.file_writer import FileWriter

__all__ = [
    "Event",
    "FileWriter",
    "SessionLog",
    "Summary",
    "histogram",
    "merge",
    "merge_all",
    "scalar",
    "tensor_summary",
    "text",
]

# These need protobuf, and are imported when they are first used.
_LATE = {
    "Event": "graphlog.proto.event_pb2",
    "FileWriter": "graphlog.writers.file_writer",
    "SessionLog": "graphlog.proto.event_pb2",
    "Summary": "graphlog.proto.summary_pb2",
}


def __getattr__(name: str) -> Any:
    if name not in _LATE:
        raise AttributeError(f"module 'graphlog.summary' has no attribute {name!r}")
    value = getattr(importlib.import_module(_LATE[name]), name)
    globals()[name] = value
    return value
