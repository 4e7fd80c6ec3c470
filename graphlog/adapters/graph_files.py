"""Graphs from files: GraphDefs, SavedModels, MetaGraphDefs and event files."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import TypeVar

from google.protobuf import text_format
from google.protobuf.message import DecodeError, Message

from graphlog.adapters.onnx_models import from_onnx
from graphlog.core.graph import Graph
from graphlog.events.reading.record_scanner import RecordScanner
from graphlog.graphdef.imports import add_graph_def
from graphlog.proto.event_pb2 import Event
from graphlog.proto.graph_pb2 import GraphDef
from graphlog.proto.meta_graph_pb2 import MetaGraphDef, SavedModel

_Message = TypeVar("_Message", bound=Message)

SAVED_MODEL_NAMES = ("saved_model.pb", "saved_model.pbtxt")
_ONNX_ENDING = ".onnx"
_TAKEN = "Graphs are taken from .pb, .pbtxt, .meta and .onnx files, SavedModels, and event files."
_TEXT_ENDINGS = (".pbtxt", ".txt", ".prototxt")


def load_graph(path: str | os.PathLike[str]) -> Graph:
    """The graph in a file.

    Operations of types that graphlog does not know are part of the graph: they can be looked at, compared
    and written, and only running them is an error. So are large values that an event file leaves out, and
    operations of type ``Missing`` in the place of inputs that name no node, of which PyTorch writes some.

    Args:
        path: a GraphDef (``.pb``, or ``.pbtxt`` as text), a MetaGraphDef (``.meta``), a SavedModel or its
            folder, an event file or a folder that holds one, or an ONNX model (``.onnx``).

    Returns:
        A new Graph. Of several graphs in an event file it is the last one, and of several event files in a
        folder the last that holds one. Damaged records of an event file are passed over.

    Raises:
        FileNotFoundError: there is no such file, or the folder holds no graph.
        ValueError: the file holds no graph, or a damaged one; the message names the file and the node.
    """
    if Path(path).suffix == _ONNX_ENDING:
        return from_onnx(path)
    graph_def = _parsed(read_graph_bytes(path), Path(path))
    if not graph_def.node:
        raise ValueError(f"{path} holds no graph, or one without nodes.")
    graph = Graph()
    try:
        add_graph_def(graph, graph_def, name="", allow_unknown=True)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    return graph


def _parsed(serialized: bytes, path: Path) -> GraphDef:
    try:
        return GraphDef.FromString(serialized)
    except DecodeError as error:
        raise ValueError(f"{path} holds no GraphDef: {error}. {_TAKEN}") from None


def read_graph_bytes(path: str | os.PathLike[str]) -> bytes:
    """The serialized GraphDef in a file, unparsed where the file allows that.

    Args:
        path: as for ``load_graph``.

    Returns:
        The bytes; empty where an event file holds no graph.

    Raises:
        FileNotFoundError: there is no such file, or the folder holds none.
        ValueError: the file is damaged, or holds something else.
    """
    files = _graph_files(Path(path))
    for file in files[:-1]:
        if graph := _read(file):
            return graph
    return _read(files[-1])


def _graph_files(path: Path) -> list[Path]:
    """The files to look for a graph in, the first that holds one counts."""
    if not path.is_dir():
        if path.exists() and not path.is_file():
            # Reading a pipe or a device might never end.
            raise OSError(errno.EINVAL, "neither a file nor a folder", str(path))
        return [path]
    for name in SAVED_MODEL_NAMES:
        if (path / name).is_file():
            return [path / name]
    event_files = sorted((file for file in path.glob("*tfevents*") if file.is_file()), reverse=True)
    if not event_files:
        below = next((file.parent for file in path.glob("*/*tfevents*") if file.is_file()), None)
        hint = f" {below} holds event files: name that folder." if below else ""
        raise FileNotFoundError(f"{path} holds neither a SavedModel nor an event file.{hint}")
    return event_files


def _read(file: Path) -> bytes:
    if "tfevents" in file.name:
        return _graph_of_event_file(file)
    if file.name in SAVED_MODEL_NAMES:
        saved_model = _parse(file, SavedModel())
        if not saved_model.meta_graphs:
            raise ValueError(f"{file} is a SavedModel without graphs.")
        return saved_model.meta_graphs[0].graph_def.SerializeToString()
    if file.suffix == ".meta":
        return _parse(file, MetaGraphDef()).graph_def.SerializeToString()
    if file.suffix == _ONNX_ENDING:
        return bytes(from_onnx(file).as_graph_def(add_shapes=True).SerializeToString())
    if file.suffix in _TEXT_ENDINGS:
        return _parse(file, GraphDef()).SerializeToString()
    return file.read_bytes()


def _parse(file: Path, message: _Message) -> _Message:
    content = file.read_bytes()
    try:
        if file.suffix in _TEXT_ENDINGS:
            text_format.Parse(content.decode(), message)
        else:
            message.ParseFromString(content)
    except (DecodeError, text_format.ParseError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(
            f"{file} holds no {type(message).__name__}: {str(error).rstrip('.')}. {_TAKEN}"
        ) from None
    return message


def _graph_of_event_file(file: Path) -> bytes:
    """The last graph in the readable records of an event file; empty where there is none."""
    graph = meta_graph = b""
    with file.open("rb") as stream:
        for _, record in RecordScanner(stream):
            try:
                event = Event.FromString(record)
            except DecodeError:
                continue
            graph = event.graph_def or graph
            meta_graph = event.meta_graph_def or meta_graph
    try:
        if not graph:
            graph = MetaGraphDef.FromString(meta_graph).graph_def.SerializeToString()
        return bytes(graph)
    except DecodeError as error:
        raise ValueError(f"{file} holds a damaged graph: {error}") from None
