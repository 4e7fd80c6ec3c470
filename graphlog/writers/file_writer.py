"""TensorFlow 1's ``tf.summary.FileWriter``."""

from __future__ import annotations

import copy
import os
import time
import weakref
from types import TracebackType
from typing import Any, Literal, SupportsInt, cast

from google.protobuf.message import DecodeError, Message
from numpy.typing import ArrayLike

from graphlog.core.graph import Graph
from graphlog.encoders.plain_text import plain_text
from graphlog.encoders.scalar import one_number
from graphlog.events.writing.file_writer import EventFileWriter
from graphlog.events.writing.fork_aware_lock import ForkAwareLock
from graphlog.events.writing.queueing_writer import ClosedWriterError
from graphlog.events.writing.scalar_series import as_step, as_wall_time
from graphlog.graphdef.large_values import leave_out_large_values
from graphlog.graphdef.meta_graph import create_meta_graph_def
from graphlog.proto import event_pb2, graph_pb2, meta_graph_pb2, run_metadata_pb2, summary_pb2
from graphlog.writers.graph_growth import GraphGrowth, WritableGraph
from graphlog.writers.messages import HasMarkdown, is_message, to_message
from graphlog.writers.user_warnings import warn_user


class FileWriter:
    """Writes graphs, summaries and traces to an event file that TensorBoard shows.

    Every event is with the operating system when the method that adds it returns: it is in the file even if
    the program is killed in the next moment. Only of the numbers that ``add_scalar`` adds some may wait, for
    a twentieth of a second: see ``EventFileWriter``. Threads may share a writer, and a forked child may go on
    with it, or with a pickled copy: its events go to a file of its own.

    What the system does not take, as on a full disk, is held, with a warning, and written as soon as it can
    be, so that the program goes on; no part of an event stays behind in the file.

    Messages may be of any package that knows TensorFlow's: graphlog, TensorBoard, TensorFlow.

    Args:
        logdir: the folder of the event file; it is created where it does not exist.
        graph: a Graph (or a GraphDef) to write at once: see ``add_graph``. Its MetaGraphDef is written, too.
        max_queue: taken for TensorFlow's sake; without effect.
        flush_secs: taken for TensorFlow's sake; without effect, as nothing waits that long.
        graph_def: the older name for a graph that is a GraphDef.
        filename_suffix: what the name of each event file ends with.
        session: taken for TensorFlow's sake; without effect.
        on_error: "warn", or "raise" to have an OSError raised when the system does not take an event.
        max_file_bytes: None, or how large a file may grow before the next one is begun.
        purge_step: the step at which a run that was restarted goes on. TensorBoard drops what earlier files
            of the folder have at that step or later.

    Attributes:
        event_writer: the EventFileWriter that has the file, by TensorFlow's and PyTorch's name.

    Raises:
        TypeError: the graph is none.
        ValueError: both graph and graph_def are given, or on_error is something else.
        OSError: the folder or the file cannot be created; it names the path.
    """

    def __init__(
        self,
        logdir: str | bytes | os.PathLike[str],
        graph: object = None,
        max_queue: int = 10,
        flush_secs: float = 120,
        graph_def: object = None,
        filename_suffix: str | None = None,
        session: object = None,
        *,
        on_error: Literal["warn", "raise"] = "warn",
        max_file_bytes: int | None = None,
        purge_step: int | None = None,
    ) -> None:
        has_graph = graph is not None or graph_def is not None
        if has_graph:
            _check_graph(graph, graph_def)  # before there is a file
        self.event_writer = EventFileWriter(
            logdir,
            filename_suffix or "",
            on_error=on_error,
            max_file_bytes=max_file_bytes,
            purge_step=purge_step,
        )
        self._set_up()
        if has_graph:
            self._add_initial_graph(graph, graph_def)

    def _set_up(self) -> None:
        self._lock = ForkAwareLock()
        self._tags_in_file: set[str] = set()
        self._file_of_tags = 1
        self._run_metadata_tags: set[str] = set()
        self._next_graph_step = 0
        self._growth = GraphGrowth()
        # Runs when the writer goes or, at the latest, when the interpreter exits.
        weakref.finalize(self, self._growth.warn_once)

    def __getstate__(self) -> dict[str, Any]:
        return {"events": self.event_writer, "next_graph_step": self._next_graph_step}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.event_writer = state["events"]
        self._set_up()
        self._next_graph_step = state["next_graph_step"]

    def __enter__(self) -> FileWriter:
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def add_summary(
        self, summary: object, global_step: SupportsInt | None = None, walltime: float | None = None
    ) -> None:
        """Writes a Summary. Of each tag in a file, only the first value keeps its metadata.

        Args:
            summary: a Summary, or one serialized, as a summary op gives it. It is not changed.
            global_step: the step of the training.
            walltime: seconds since 1970; by default the present time.

        Raises:
            TypeError: it is no Summary.
            ValueError: the walltime is not finite.
            google.protobuf.message.DecodeError: the bytes are none.
            OSError: the system does not take the event, and ``on_error`` is "raise".
        """
        event = event_pb2.Event()
        event.summary.CopyFrom(_parse_summary(summary))
        with self._lock:  # the value with the metadata has to come first in the file
            self._add_summary_event(event, global_step, walltime)

    def add_scalar(
        self, tag: str, value: Any, global_step: SupportsInt = 0, wall_time: float | None = None
    ) -> None:
        """Writes one number, at the cost of a microsecond.

        Args:
            tag: the name of the series; written as it is.
            value: a number, or an array of one element.
            global_step: the step of the training.
            wall_time: seconds since 1970; by default the present time.

        Raises:
            ValueError: the value is not one real number, or the wall_time not finite.
            OSError: the system does not take it, and ``on_error`` is "raise".
        """
        if type(value) is not float:
            value = one_number(tag, value)
        try:
            self.event_writer.add_scalar(tag, value, global_step, wall_time)
        except ClosedWriterError:
            self._warn_if_closed()

    def add_scalar_series(
        self, tag: str, steps: ArrayLike, values: ArrayLike, wall_times: ArrayLike | None = None
    ) -> None:
        """Writes a whole curve at once, at a tenth of a microsecond a point.

        Args:
            tag: the name of the series; written as it is.
            steps: integers, shape [n].
            values: numbers, shape [n].
            wall_times: seconds since 1970, shape [n] or one for all; by default the present time for all.

        Raises:
            ValueError: the shapes differ, a step is no integer of 64 bits, a value no number, or a wall time
                not finite.
            OSError: the system does not take it, and ``on_error`` is "raise".
        """
        if not self._warn_if_closed():
            self.event_writer.add_scalar_series(tag, steps, values, wall_times)

    def add_event(
        self, event: object, step: SupportsInt | None = None, walltime: float | None = None
    ) -> None:
        """Writes an Event.

        Args:
            event: an Event. It is not changed; a wall_time of 0 is written as the present time.
            step: the step to write instead of the event's own.
            walltime: the wall time to write instead of the event's own, in seconds since 1970.

        Raises:
            TypeError: it is no Event.
            ValueError: its wall_time is not finite: that would make TensorBoard give up the file.
            OSError: the system does not take it, and ``on_error`` is "raise".
        """
        own_event = to_message(event_pb2.Event, event, "event")
        own_wall_time = as_wall_time(own_event.wall_time if walltime is None else walltime)
        if step is not None or walltime is not None or own_wall_time == 0:
            own_event = copy.copy(own_event)
            own_event.wall_time = time.time() if walltime is None and own_wall_time == 0 else own_wall_time
            own_event.step = own_event.step if step is None else as_step(step)
        self._write(own_event)

    def add_graph(
        self, graph: object, global_step: SupportsInt | None = None, graph_def: object = None
    ) -> None:
        """Writes a graph, with the shapes of its tensors and without attribute values above 1,024 bytes.

        TensorBoard shows one graph a run, and its two readers agree on which only if each has a step above
        those before: so has, unless a step is given, each graph that this writer adds.

        Args:
            graph: a Graph, or a GraphDef.
            global_step: the step to write it at; by default 0 for the first graph, then one more each time.
            graph_def: the older name for a graph that is a GraphDef.

        Raises:
            TypeError: it is neither.
            ValueError: both graph and graph_def are given.
            OSError: the system does not take the event, and ``on_error`` is "raise".
        """
        _check_graph(graph, graph_def)
        self._add_graph_def(graph, graph_def, global_step)

    def add_meta_graph(self, meta_graph_def: object, global_step: SupportsInt | None = None) -> None:
        """Writes a MetaGraphDef, from which a program can restore the graph.

        Args:
            meta_graph_def: a MetaGraphDef; written as it is.
            global_step: the step of the training.

        Raises:
            TypeError: it is no MetaGraphDef.
            OSError: the system does not take the event, and ``on_error`` is "raise".
        """
        own_message = to_message(meta_graph_pb2.MetaGraphDef, meta_graph_def, "meta_graph_def")
        self._add(event_pb2.Event(meta_graph_def=own_message.SerializeToString()), global_step)

    def add_run_metadata(
        self, run_metadata: object, tag: str, global_step: SupportsInt | None = None
    ) -> None:
        """Writes the trace of one step, as ``Session.run`` fills it in.

        Args:
            run_metadata: a RunMetadata.
            tag: a name for it that no other trace and no summary of the run has.
            global_step: the step of the training.

        Raises:
            TypeError: it is no RunMetadata, or the tag no string.
            ValueError: the tag was already used for a trace.
            OSError: the system does not take the event, and ``on_error`` is "raise".
        """
        if not isinstance(tag, str):
            raise TypeError(f"tag must be a string, saw type: {type(tag)}")
        own_message = to_message(run_metadata_pb2.RunMetadata, run_metadata, "run_metadata")
        event = event_pb2.Event()
        event.tagged_run_metadata.tag = tag
        event.tagged_run_metadata.run_metadata = own_message.SerializeToString()
        with self._lock:
            if tag in self._run_metadata_tags:
                raise ValueError(f"The provided tag was already used for this event type: {tag!r}")
            if self._add(event, global_step):
                self._run_metadata_tags.add(tag)

    def add_explanation(
        self, tag: str, explanation: HasMarkdown, global_step: SupportsInt | None = None
    ) -> None:
        """Writes what ``explain`` gives, which TensorBoard shows under TEXT.

        Args:
            tag: the name of the series, to which ``/text_summary`` is added, as PyTorch does.
            explanation: an Explanation, or whatever else has a method ``markdown``.
            global_step: the step of the training.

        Raises:
            OSError: the system does not take the event, and ``on_error`` is "raise".
        """
        value = plain_text(tag, explanation.markdown())
        self.add_summary(summary_pb2.Summary(value=[value]), global_step)

    def add_session_log(self, session_log: object, global_step: SupportsInt | None = None) -> None:
        """Writes a SessionLog: that a session started, stopped or wrote a checkpoint.

        Args:
            session_log: a SessionLog. At a second START, TensorBoard may drop what is at or after its step.
            global_step: the step of the training.

        Raises:
            TypeError: it is no SessionLog.
            OSError: the system does not take the event, and ``on_error`` is "raise".
        """
        own_message = to_message(event_pb2.SessionLog, session_log, "session_log")
        self._add(event_pb2.Event(session_log=own_message), global_step)

    def get_logdir(self) -> str:
        """The folder of the event file."""
        return self.event_writer.logdir

    def flush(self) -> None:
        """Gives what still waits to the operating system. See ``EventFileWriter.flush``."""
        self._warn_if_closed()
        self.event_writer.flush()

    def close(self) -> None:
        """Closes the file; a second call does nothing.

        Warns if the graph has grown since it was written, as the file shows only a part of it then.

        Raises:
            OSError: the system cannot store what it had taken.
        """
        with self._lock:
            self.event_writer.close()
        self._growth.warn_once()

    def reopen(self) -> None:
        """Starts a new file in the same folder, if the writer is closed.

        Raises:
            OSError: the file cannot be created.
        """
        with self._lock:
            if self.event_writer.is_closed:
                self.event_writer.reopen()

    def _add_summary_event(
        self, event: event_pb2.Event, global_step: SupportsInt | None, walltime: float | None
    ) -> None:
        self.event_writer.begin_due_file()
        if self._file_of_tags != self.event_writer.file_count:
            self._file_of_tags = self.event_writer.file_count
            self._tags_in_file.clear()
        tags = set()
        for value in event.summary.value:
            if value.tag in self._tags_in_file or value.tag in tags:
                value.ClearField("metadata")
            tags.add(value.tag)
        if self._add(event, global_step, walltime):
            self._tags_in_file |= tags

    def _add_initial_graph(self, graph: object, graph_def: object) -> None:
        written = to_message(graph_pb2.GraphDef, self._add_graph_def(graph, graph_def, None), "graph")
        collections = None
        if isinstance(graph, Graph):
            collections = {key: graph.get_collection(key) for key in graph.get_all_collection_keys()}
        self.add_meta_graph(create_meta_graph_def(written, collections))

    def _add_graph_def(self, graph: object, graph_def: object, global_step: SupportsInt | None) -> Message:
        either = graph if graph is not None else graph_def
        if is_message(either, "GraphDef"):
            growing = None
            full_graph_def: Any = either
        else:
            growing = cast(WritableGraph, either)
            full_graph_def = growing.as_graph_def(add_shapes=True)
        written: Message = leave_out_large_values(full_graph_def)
        event = event_pb2.Event(graph_def=written.SerializeToString())
        with self._lock:
            step = self._next_graph_step if global_step is None else int(global_step)
            if self._add(event, step):
                self._next_graph_step = max(self._next_graph_step, step + 1)
                if growing is None:
                    self._growth.forget()
                else:
                    self._growth.remember(growing, len(full_graph_def.node))
        return written

    def _add(
        self, event: event_pb2.Event, global_step: SupportsInt | None, walltime: float | None = None
    ) -> bool:
        event.wall_time = time.time() if walltime is None else as_wall_time(walltime)
        if global_step is not None:
            event.step = int(global_step)
        return self._write(event)

    def _write(self, event: event_pb2.Event) -> bool:
        """Writes or holds an event and returns True, or returns False.

        False, with a warning, if the writer is closed, or if too much is held already.
        """
        with self._lock:  # another thread may be about to close it
            if self._warn_if_closed():
                return False
            return self.event_writer.add_event(event)

    def _warn_if_closed(self) -> bool:
        if self.event_writer.is_closed:
            warn_user(
                "Attempting to use a closed FileWriter. The operation will be a noop unless the FileWriter "
                "is explicitly reopened."
            )
        return self.event_writer.is_closed


def _parse_summary(summary: object) -> summary_pb2.Summary:
    if not isinstance(summary, bytes):
        return to_message(summary_pb2.Summary, summary, "summary")
    try:
        return summary_pb2.Summary.FromString(summary)
    except DecodeError as error:
        raise DecodeError(f"{len(summary)} bytes that are no serialized Summary: {error}") from error


def _check_graph(graph: object, graph_def: object) -> None:
    if graph is not None and graph_def is not None:
        raise ValueError("Please pass only graph, or graph_def (deprecated), but not both.")
    either = graph if graph is not None else graph_def
    if not (is_message(either, "GraphDef") or callable(getattr(either, "as_graph_def", None))):
        raise TypeError(
            "The passed graph must be an instance of `Graph` or the deprecated `GraphDef`, "
            f"saw type: {type(either)}"
        )
