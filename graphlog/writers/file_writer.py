"""TensorFlow 1's ``tf.summary.FileWriter``."""

from __future__ import annotations

import copy
import math
import os
import time
import weakref
from types import TracebackType
from typing import Any, SupportsInt, cast

from google.protobuf.message import DecodeError, Message

from graphlog.core.graph import Graph
from graphlog.events.file_writer import EventFileWriter
from graphlog.events.fork_aware_lock import ForkAwareLock
from graphlog.graphdef.large_values import leave_out_large_values
from graphlog.graphdef.meta_graph import create_meta_graph_def
from graphlog.proto import event_pb2, graph_pb2, meta_graph_pb2, run_metadata_pb2, summary_pb2
from graphlog.writers.graph_growth import GraphGrowth, WritableGraph
from graphlog.writers.messages import is_message, to_message
from graphlog.writers.user_warnings import warn_user


class FileWriter:
    """Writes graphs, summaries and traces to an event file that TensorBoard shows.

    Every event is with the operating system when the method that adds it returns. It is in the file even if
    the program is killed in the next moment; on a full disk the method raises the OSError, no part of the
    event stays behind, and later events are written as soon as there is room. Threads may share a writer,
    and a forked child may go on with it: its events go to a file of its own.

    Messages may be of any package that knows TensorFlow's: graphlog, TensorBoard, TensorFlow.

    Args:
        logdir: the folder of the event file; it is created where it does not exist.
        graph: a Graph (or a GraphDef) to write at once: see ``add_graph``. Its MetaGraphDef is written, too.
        max_queue: taken for TensorFlow's sake; without effect, as there is no queue.
        flush_secs: taken for TensorFlow's sake; without effect, as nothing waits.
        graph_def: the older name for a graph that is a GraphDef.
        filename_suffix: what the name of each event file ends with.
        session: taken for TensorFlow's sake; without effect.

    Raises:
        TypeError: the graph is none.
        ValueError: both graph and graph_def are given.
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
    ) -> None:
        has_graph = graph is not None or graph_def is not None
        if has_graph:
            _check_graph(graph, graph_def)  # before there is a file
        self._events = EventFileWriter(logdir, filename_suffix or "")
        self._lock = ForkAwareLock()
        self._process = os.getpid()
        self._tags_in_file: set[str] = set()
        self._run_metadata_tags: set[str] = set()
        self._next_graph_step = 0
        self._growth = GraphGrowth()
        # Runs when the writer goes or, at the latest, when the interpreter exits.
        weakref.finalize(self, self._growth.warn_once)
        if has_graph:
            self._add_initial_graph(graph, graph_def)

    def __enter__(self) -> FileWriter:
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def add_summary(self, summary: object, global_step: SupportsInt | None = None) -> None:
        """Writes a Summary. Of each tag in a file, only the first value keeps its metadata.

        Args:
            summary: a Summary, or one serialized, as a summary op gives it. It is not changed.
            global_step: the step of the training.

        Raises:
            TypeError: it is no Summary.
            google.protobuf.message.DecodeError: the bytes are none.
            OSError: the system does not take the event.
        """
        event = event_pb2.Event()
        event.summary.CopyFrom(_parse_summary(summary))
        with self._lock:  # the value with the metadata has to come first in the file
            self._add_summary_event(event, global_step)

    def add_event(self, event: object) -> None:
        """Writes an Event.

        Args:
            event: an Event. It is not changed; a wall_time of 0 is written as the present time.

        Raises:
            TypeError: it is no Event.
            ValueError: its wall_time is not finite: that would make TensorBoard give up the file.
            OSError: the system does not take it.
        """
        own_event = to_message(event_pb2.Event, event, "event")
        if not math.isfinite(own_event.wall_time):
            raise ValueError(f"the wall_time of an event must be finite, not {own_event.wall_time}")
        if own_event.wall_time == 0:
            own_event = copy.copy(own_event)
            own_event.wall_time = time.time()
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
            OSError: the system does not take the event.
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
            OSError: the system does not take the event.
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
            OSError: the system does not take the event.
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

    def add_session_log(self, session_log: object, global_step: SupportsInt | None = None) -> None:
        """Writes a SessionLog: that a session started, stopped or wrote a checkpoint.

        Args:
            session_log: a SessionLog. At a second START, TensorBoard may drop what is at or after its step.
            global_step: the step of the training.

        Raises:
            TypeError: it is no SessionLog.
            OSError: the system does not take the event.
        """
        own_message = to_message(event_pb2.SessionLog, session_log, "session_log")
        self._add(event_pb2.Event(session_log=own_message), global_step)

    def get_logdir(self) -> str:
        """The folder of the event file."""
        return self._events.logdir

    def flush(self) -> None:
        """Does nothing: every event is with the operating system already. See ``EventFileWriter.flush``."""
        self._warn_if_closed()
        self._events.flush()

    def close(self) -> None:
        """Closes the file; a second call does nothing.

        Warns if the graph has grown since it was written, as the file shows only a part of it then.

        Raises:
            OSError: the system cannot store what it had taken.
        """
        with self._lock:
            self._events.close()
        self._growth.warn_once()

    def reopen(self) -> None:
        """Starts a new file in the same folder, if the writer is closed.

        Raises:
            OSError: the file cannot be created.
        """
        with self._lock:
            if self._events.is_closed:
                self._tags_in_file.clear()
                self._events.reopen()

    def _add_summary_event(self, event: event_pb2.Event, global_step: SupportsInt | None) -> None:
        if self._process != os.getpid():  # a forked child: its file is another
            self._process = os.getpid()
            self._tags_in_file.clear()
        tags = set()
        for value in event.summary.value:
            if value.tag in self._tags_in_file or value.tag in tags:
                value.ClearField("metadata")
            tags.add(value.tag)
        if self._add(event, global_step):
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

    def _add(self, event: event_pb2.Event, global_step: SupportsInt | None) -> bool:
        event.wall_time = time.time()
        if global_step is not None:
            event.step = int(global_step)
        return self._write(event)

    def _write(self, event: event_pb2.Event) -> bool:
        """Writes an event and returns True, or returns False, with a warning, if the writer is closed."""
        with self._lock:  # another thread may be about to close it
            if self._warn_if_closed():
                return False
            self._events.add_event(event)
            return True

    def _warn_if_closed(self) -> bool:
        if self._events.is_closed:
            warn_user(
                "Attempting to use a closed FileWriter. The operation will be a noop unless the FileWriter "
                "is explicitly reopened."
            )
        return self._events.is_closed


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
