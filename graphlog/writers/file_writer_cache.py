"""One FileWriter for each folder."""

from __future__ import annotations

import threading
from typing import Any

from graphlog.writers.file_writer import FileWriter


class FileWriterCache:
    """Gives one FileWriter for each folder (``tf.summary.FileWriterCache``)."""

    _writers: dict[str, FileWriter] = {}  # noqa: RUF012  one for the process
    _lock = threading.RLock()

    @staticmethod
    def get(logdir: str) -> FileWriter:
        """The FileWriter of a folder, made when it is first asked for."""
        with FileWriterCache._lock:
            if logdir not in FileWriterCache._writers:
                FileWriterCache._writers[logdir] = FileWriter(logdir)
            return FileWriterCache._writers[logdir]

    @staticmethod
    def clear() -> None:
        """Closes all writers, and forgets them."""
        with FileWriterCache._lock:
            for writer in FileWriterCache._writers.values():
                writer.close()
            FileWriterCache._writers.clear()


def add_value(writer: Any, tag: str, value: float, step: int) -> None:
    """Writes one number."""
    from graphlog.proto.summary_pb2 import Summary

    writer.add_summary(Summary(value=[Summary.Value(tag=tag, simple_value=value)]), step)
