"""Graphs from files: GraphDefs, SavedModels, MetaGraphDefs and event files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from google.protobuf import text_format
from google.protobuf.message import DecodeError, Message

from graphlog.core.graph import Graph
from graphlog.events.records import read_records
from graphlog.graphdef.imports import add_graph_def
from graphlog.proto.event_pb2 import Event
from graphlog.proto.graph_pb2 import GraphDef
from graphlog.proto.meta_graph_pb2 import MetaGraphDef, SavedModel

_Message = TypeVar("_Message", bound=Message)

_SAVED_MODEL_NAMES = ("saved_model.pb", "saved_model.pbtxt")
_TEXT_ENDINGS = (".pbtxt", ".txt", ".prototxt")


def load_graph(path: str | os.PathLike[str]) -> Graph:
    """The graph in a file.

    Operations of types that graphlog does not know are part of the graph: they can be looked at, compared
    and written, and only running them is an error. So are large values that an event file leaves out.

    Args:
        path: a GraphDef (``.pb``, or ``.pbtxt`` as text), a MetaGraphDef (``.meta``), a SavedModel or its
            folder, an event file, or a folder that holds one.

    Returns:
        A new Graph. Of several graphs in an event file it is the last one.

    Raises:
        FileNotFoundError: there is no such file, or the folder holds no graph.
        ValueError: the file holds no graph, or a damaged one; the message names the file and the node.
    """
    file = _graph_file(Path(path))
    graph_def = _read(file)
    if not graph_def.node:
        raise ValueError(f"{file} holds no graph, or one without nodes.")
    graph = Graph()
    try:
        add_graph_def(graph, graph_def, name="", allow_unknown=True)
    except ValueError as error:
        raise ValueError(f"{file}: {error}") from None
    return graph


def _graph_file(path: Path) -> Path:
    if not path.is_dir():
        return path
    for name in _SAVED_MODEL_NAMES:
        if (path / name).is_file():
            return path / name
    event_files = sorted(path.glob("*tfevents*"))
    if not event_files:
        raise FileNotFoundError(f"{path} holds neither a SavedModel nor an event file.")
    return event_files[-1]


def _read(file: Path) -> GraphDef:
    if "tfevents" in file.name:
        return _graph_of_event_file(file)
    if file.name in _SAVED_MODEL_NAMES:
        saved_model = _parse(file, SavedModel())
        if not saved_model.meta_graphs:
            raise ValueError(f"{file} is a SavedModel without graphs.")
        return saved_model.meta_graphs[0].graph_def
    if file.suffix == ".meta":
        return _parse(file, MetaGraphDef()).graph_def
    return _parse(file, GraphDef())


def _parse(file: Path, message: _Message) -> _Message:
    content = file.read_bytes()
    try:
        if file.suffix in _TEXT_ENDINGS:
            text_format.Parse(content.decode(), message)
        else:
            message.ParseFromString(content)
    except (DecodeError, text_format.ParseError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"{file} holds no {type(message).__name__}: {error}") from None
    return message


def _graph_of_event_file(file: Path) -> GraphDef:
    graph = meta_graph = b""
    for event in _events(file):
        graph = event.graph_def or graph
        meta_graph = event.meta_graph_def or meta_graph
    try:
        return GraphDef.FromString(graph) if graph else MetaGraphDef.FromString(meta_graph).graph_def
    except DecodeError as error:
        raise ValueError(f"{file} holds a damaged graph: {error}") from None


def _events(file: Path) -> Iterator[Event]:
    with file.open("rb") as stream:
        for record in read_records(stream):
            yield Event.FromString(record)
