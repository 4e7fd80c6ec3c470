"""Notices that a graph has grown after it was written, so that the event file shows only a part of it."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Sequence
from typing import Protocol

from google.protobuf.message import Message

from graphlog.writers.user_warnings import Place, users_place, warn_about

# The initializers of variables and of tables.
_MOST_INITIALIZERS = 2

# What an operation's name ends in where there was one of that name already.
_NUMBER = re.compile(r"_\d+$")
_REPETITION = (
    " A notebook cell that is run again adds its operations to the default graph again; "
    "`tf.reset_default_graph()` at its beginning gives it an empty one."
)


class NamedOperation(Protocol):
    """An operation, as far as writing needs one."""

    @property
    def name(self) -> str:
        """The name, scopes included."""


class WritableGraph(Protocol):
    """A graph, as far as writing needs one: graphlog's, or TensorFlow's."""

    def as_graph_def(self, *, add_shapes: bool = False) -> Message:
        """The graph as a GraphDef, one node an operation."""

    def get_operations(self) -> Sequence[NamedOperation]:
        """All operations, in the order in which they were added."""


class GraphGrowth:
    """Compares a graph with what a writer wrote of it.

    It does not know the writer, so that it can outlive it and speak at the end of the program.
    """

    def __init__(self) -> None:
        self._graph: WritableGraph | None = None
        self._number_written = 0
        self._place = Place("", 0)
        self._process = 0

    def remember(self, graph: WritableGraph, number_written: int) -> None:
        """Takes note of the graph that the event file shows from now on.

        Args:
            graph: the graph. It is kept until ``warn_once``, or until another one takes its place.
            number_written: how many of its operations are in the file.
        """
        self._graph = graph
        self._number_written = number_written
        self._place = users_place()
        self._process = os.getpid()

    def forget(self) -> None:
        """Takes note that the event file shows something that cannot grow."""
        self._graph = None

    def warn_once(self) -> None:
        """Warns if the graph has more operations than were written; says nothing if called again.

        A forked child, which inherits the note, leaves the warning to its parent.
        """
        graph, self._graph = self._graph, None
        if graph is None or self._process != os.getpid():
            return
        operations = graph.get_operations()
        missing = operations[self._number_written :]
        # Many a program writes the graph first, and then initializes the variables.
        if missing and not (len(missing) <= _MOST_INITIALIZERS and all(map(_is_initializer, missing))):
            written = {operation.name for operation in operations[: self._number_written]}
            warn_about(self._place, _message(missing, written))


def _is_initializer(operation: NamedOperation) -> bool:
    name = operation.name.rpartition("/")[2]
    return getattr(operation, "type", "") == "NoOp" and name.startswith("init")


def _message(missing: Sequence[NamedOperation], written: Collection[str]) -> str:
    names = " and ".join(repr(operation.name) for operation in missing[:2])
    if len(missing) == 1:
        what = f"1 operation is missing from the event file: {names}"
    else:
        what = f"{len(missing)} operations are missing from the event file, the first of them {names}"
    return (
        f"The graph has grown since it was written here: {what}. "
        "Call `writer.add_graph(graph)` once the graph is complete, or create the FileWriter only then."
        f"{_REPETITION if any(_NUMBER.sub('', item.name) in written for item in missing[:2]) else ''}"
    )
