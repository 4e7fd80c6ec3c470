"""Reading event files event by event (``tf.train.summary_iterator``)."""

from __future__ import annotations

from collections.abc import Iterator

from graphlog.files.paths import Path
from graphlog.files.record_files import tf_record_iterator
from graphlog.proto.event_pb2 import Event


def summary_iterator(path: Path) -> Iterator[Event]:
    """The events of an event file.

    Args:
        path: the file's path.

    Returns:
        An iterator over ``Event`` messages.

    Raises:
        NotFoundError: from the iterator: there is no such file.
        DataLossError: likewise: the file is damaged or cut off.

    Source: ``tf.train.summary_iterator``.
    """
    for record in tf_record_iterator(path):
        yield Event.FromString(record)
