"""Event files made of Events, for tests."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from graphlog.events.records import encode_record
from graphlog.proto.event_pb2 import Event
from graphlog.proto.summary_pb2 import Summary

VERSION = Event(wall_time=1.0, file_version="brain.Event:2")


def write_events(path: Path, events: Iterable[Event | bytes]) -> Path:
    """Write an event file; bytes are taken for the data of a record that is no Event."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = (item if isinstance(item, bytes) else item.SerializeToString() for item in events)
    path.write_bytes(b"".join(map(encode_record, data)))
    return path


def summary(step: int, *values: Summary.Value, wall_time: float = 2.0) -> Event:
    """Return an Event with a summary."""
    return Event(step=step, wall_time=wall_time, summary=Summary(value=values))


def scalar(step: int, tag: str, number: float) -> Event:
    """Return an Event with one number."""
    return summary(step, Summary.Value(tag=tag, simple_value=number))


def value(tag: str, plugin: str = "", **fields: Any) -> Summary.Value:
    """Return a value; with the name of a plugin it has metadata."""
    made = Summary.Value(tag=tag, **fields)
    if plugin:
        made.metadata.plugin_data.plugin_name = plugin
    return made
