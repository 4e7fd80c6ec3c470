"""Which values of a summary are plain scalars: single numbers, in either of the two encodings.

The old encoding is a ``simple_value``. The new one is a tensor of rank 0 whose tag belongs to TensorBoard's
plugin ``scalars``, as the metadata say that come with the tag's first value, or with each.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from graphlog.proto.event_pb2 import Event
from graphlog.proto.summary_pb2 import Summary
from graphlog.proto.tensor_pb2 import TensorProto

SCALARS_PLUGIN = "scalars"

_FLOAT = struct.Struct("<f")
_DOUBLE = struct.Struct("<d")
# Values of the enum DataType, which a TensorProto's dtype is.
DT_FLOAT = 1
DT_DOUBLE = 2


class TagPlugins:
    """Which plugin each tag belongs to, by the first metadata that name one, and from which byte on."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[str, int]] = {}

    def note(self, tag: str, plugin: str, offset: int) -> None:
        """A value of a tag, at an offset in the file, names its plugin."""
        known = self._found.get(tag)
        if known is None or offset < known[1]:
            self._found[tag] = (plugin, offset)

    def known_before(self, tag: str, offset: int) -> str:
        """The plugin of a tag, if named before an offset; else nothing."""
        plugin, since = self._found.get(tag, ("", offset))
        return plugin if since < offset else ""


def plain_scalars(event: Event, offset: int, plugins: TagPlugins) -> Iterator[tuple[str, float, bool] | None]:
    """Each value of an Event: tag, number, and whether it was stored in double precision; None for others.

    Args:
        event: an Event.
        offset: where its record starts.
        plugins: what is known of tags so far; what the Event tells is added.
    """
    if not event.HasField("summary"):
        return
    for value in event.summary.value:
        # To ask for the plugin of a value without metadata makes two messages for nothing.
        plugin = value.metadata.plugin_data.plugin_name if value.HasField("metadata") else ""
        if plugin:
            plugins.note(value.tag, plugin, offset)
        else:
            plugin = plugins.known_before(value.tag, offset)
        yield plain_scalar(value, plugin)


def plain_scalar(value: Summary.Value, plugin: str) -> tuple[str, float, bool] | None:
    """Tag, number, and whether it was stored in double precision; None for what is no plain scalar.

    Args:
        value: a value of a summary.
        plugin: the plugin of its tag.
    """
    kind = value.WhichOneof("value")
    if kind == "simple_value":
        return value.tag, value.simple_value, False
    if kind != "tensor" or plugin != SCALARS_PLUGIN:
        return None
    number = _number(value.tensor)
    return None if number is None else (value.tag, number, value.tensor.dtype == DT_DOUBLE)


def _number(tensor: TensorProto) -> float | None:
    if tensor.tensor_shape.dim or tensor.tensor_shape.unknown_rank:
        return None
    if tensor.dtype not in (DT_FLOAT, DT_DOUBLE):
        return None
    number, values = (_FLOAT, tensor.float_val) if tensor.dtype == DT_FLOAT else (_DOUBLE, tensor.double_val)
    if tensor.tensor_content:
        if len(tensor.tensor_content) != number.size or values:
            return None
        (content,) = number.unpack(tensor.tensor_content)
        return float(content)
    return values[0] if len(values) == 1 else None
