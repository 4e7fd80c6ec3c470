"""The graphs of a run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from google.protobuf.message import DecodeError

from graphlog.core.graph import Graph
from graphlog.core.printable import printable
from graphlog.graphdef.imports import add_graph_def
from graphlog.proto.graph_pb2 import GraphDef


@dataclass(frozen=True)
class LoggedGraph:
    """A graph of a run. It is read from the file when it is asked for.

    Attributes:
        step: the step of the training.
        wall_time: seconds since 1970.
        name: what it is: ``"graph_def"`` for the graph that TensorBoard shows, ``"meta_graph_def"`` for one
            that a program can restore, or the tag of the run metadata that hold the graph of a function.
    """

    step: int
    wall_time: float
    name: str
    _load: Callable[[], bytes] = field(repr=False)

    def serialized(self) -> bytes:
        """The serialized GraphDef, as it was logged, and not parsed where the Event holds it so.

        Raises:
            ValueError: what it is part of is damaged.
            OSError: the file cannot be read, or has changed.
        """
        try:
            return self._load()
        except (DecodeError, RecursionError) as error:
            raise self.damaged(error) from None

    def graph_def(self) -> GraphDef:
        """The GraphDef, as it was logged.

        Raises:
            ValueError: it is damaged.
            OSError: the file cannot be read, or has changed.
        """
        try:
            return GraphDef.FromString(self.serialized())
        except (DecodeError, RecursionError) as error:
            raise self.damaged(error) from None

    def damaged(self, error: Exception) -> ValueError:
        """The error that says which graph is damaged, and how."""
        return ValueError(f"the {printable(self.name)} at step {self.step} is damaged: {error}")

    def graph(self) -> Graph:
        """The graph. Operations that graphlog does not know can be looked at, and not run.

        An input that names no node of the graph, of which PyTorch writes some, is one of an operation of
        type ``Missing``. (TensorBoard leaves such edges out.)

        Raises:
            ValueError: it is damaged; the message names the node.
            OSError: the file cannot be read, or has changed.
        """
        graph = Graph()
        add_graph_def(graph, self.graph_def(), name="", allow_unknown=True)
        return graph
