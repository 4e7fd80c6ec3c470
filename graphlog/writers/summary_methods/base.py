"""Where a SummaryWriter's events go: its own file, and those of its sub-runs."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, SupportsInt

from graphlog.events.writing.file_writer import EventFileWriter
from graphlog.events.writing.fork_aware_lock import ForkAwareLock
from graphlog.events.writing.scalar_series import as_step, as_wall_time
from graphlog.proto import event_pb2, summary_pb2
from graphlog.writers.file_writer import FileWriter


class NoFileWriter:
    """Takes what a FileWriter takes, and writes nothing."""

    def __init__(self, logdir: str) -> None:
        self._logdir = logdir

    def get_logdir(self) -> str:
        """The folder that would hold the event file."""
        return self._logdir

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or not hasattr(FileWriter, name):
            raise AttributeError(name)
        return _nothing


def _nothing(*arguments: Any, **keywords: Any) -> None:
    pass


class RunWriter:
    """The base of SummaryWriter: it opens files, and puts values into them.

    Attributes:
        log_dir: the folder of the run.
        file_writer: the FileWriter of the run; None while the writer is closed.
        all_writers: this and the FileWriters of the sub-runs, by folder; None while the writer is closed.
        purge_step: the step at which the next file that is opened tells TensorBoard to drop what is there.
    """

    def __init__(
        self,
        log_dir: str | os.PathLike[str] | None,
        comment: str,
        purge_step: int | None,
        filename_suffix: str,
        write_to_disk: bool,
        options: dict[str, Any],
    ) -> None:
        if log_dir is None or str(log_dir) == "":
            log_dir = os.path.join("runs", _name_of_a_run() + comment)
        self.log_dir = os.fspath(log_dir)
        self.purge_step = purge_step
        self.filename_suffix = filename_suffix
        self.file_writer: Any = None
        self.all_writers: Any = None
        self._event_writer: EventFileWriter | None = None  # of the file_writer, while it is open and writes
        self._purge_step_of_sub_runs = purge_step
        self._write_to_disk = write_to_disk
        self._options = options
        self._default_step: SupportsInt | None = None
        self._default_wall_time: float | None = None
        self._lock = ForkAwareLock()
        self._get_file_writer()

    @property
    def logdir(self) -> str:
        """The folder of the run, by tensorboardX's name."""
        return self.log_dir

    def get_logdir(self) -> str:
        """The folder of the run."""
        return self.log_dir

    def flush(self) -> None:
        """Has all events that were added written to the files."""
        for writer in list((self.all_writers or {}).values()):
            writer.flush()

    def close(self) -> None:
        """Closes all files; a second call does nothing.

        What is added later goes into a new file in the same folder.

        Raises:
            OSError: the system cannot store what it had taken.
        """
        with self._lock:
            writers = list((self.all_writers or {}).values())
            self.file_writer = self.all_writers = self._event_writer = None
        for writer in writers:
            writer.close()

    @contextmanager
    def use_metadata(
        self, *, global_step: SupportsInt | None = None, walltime: float | None = None
    ) -> Iterator[Any]:
        """Within the block, the step and the wall time of what is added without them.

        Args:
            global_step: the step.
            walltime: the wall time, in seconds since 1970.

        Raises:
            ValueError: neither is given.

        Source: ``tensorboardX.SummaryWriter.use_metadata``.
        """
        if global_step is None and walltime is None:
            raise ValueError("use_metadata needs a global_step or a walltime")
        before = self._default_step, self._default_wall_time
        self._default_step, self._default_wall_time = global_step, walltime
        try:
            yield self
        finally:
            self._default_step, self._default_wall_time = before

    def __getstate__(self) -> dict[str, Any]:
        # A copy, in a process of its own perhaps, opens a file of its own with the first thing that it adds.
        state = dict(self.__dict__, file_writer=None, all_writers=None, _event_writer=None, purge_step=None)
        del state["_lock"]
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._lock = ForkAwareLock()

    def _get_file_writer(self) -> Any:
        writer = self.file_writer
        if writer is not None:
            return writer
        with self._lock:
            if self.file_writer is None:
                self.file_writer = self._open(self.log_dir, self.purge_step)
                self.purge_step = None
                self.all_writers = {self.file_writer.get_logdir(): self.file_writer}
                self._event_writer = getattr(self.file_writer, "event_writer", None)
            return self.file_writer

    def _sub_run(self, folder: str) -> Any:
        """The FileWriter of a run of its own, in a folder below."""
        with self._lock:
            self._get_file_writer()
            if folder not in self.all_writers:
                self.all_writers[folder] = self._open(folder, self._purge_step_of_sub_runs)
            return self.all_writers[folder]

    def _open(self, folder: str, purge_step: int | None) -> Any:
        if not self._write_to_disk:
            return NoFileWriter(folder)
        return FileWriter(
            folder, filename_suffix=self.filename_suffix, purge_step=purge_step, **self._options
        )

    def _add(
        self,
        values: Iterable[summary_pb2.Summary.Value],
        global_step: SupportsInt | None = None,
        walltime: float | None = None,
        writer: Any = None,
    ) -> None:
        """Writes one event with these values, to the run's file or to another."""
        self._add_summary(summary_pb2.Summary(value=values), global_step, walltime, writer)

    def _add_summary(
        self,
        summary: summary_pb2.Summary,
        global_step: SupportsInt | None = None,
        walltime: float | None = None,
        writer: Any = None,
    ) -> None:
        event = event_pb2.Event(wall_time=self._wall_time(walltime), summary=summary)
        step = self._step(global_step)
        if step is not None:
            event.step = step
        (writer or self._get_file_writer()).add_event(event)

    def _step(self, global_step: SupportsInt | None) -> int | None:
        if global_step is None:
            global_step = self._default_step
        return None if global_step is None else as_step(global_step)

    def _wall_time(self, walltime: float | None) -> float:
        if walltime is None:
            walltime = self._default_wall_time
        return time.time() if walltime is None else as_wall_time(walltime)


def _name_of_a_run() -> str:
    return datetime.now().strftime("%b%d_%H-%M-%S") + "_" + socket.gethostname()
