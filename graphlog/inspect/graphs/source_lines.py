"""The lines of code that built the nodes of a graph, where these are known."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from google.protobuf.message import DecodeError

from graphlog.core.graph import Graph
from graphlog.proto.graph_pb2 import GraphDebugInfo


def source_lines_of(
    graph: Graph | None, debug_infos: Iterable[bytes], function_name: str
) -> Callable[[str], list[str]]:
    """What gives the lines that built a node, from its name.

    Args:
        graph: the Graph the nodes were made of, if there is one.
        debug_infos: the serialized GraphDebugInfos of the GraphDef.
        function_name: the function whose body the nodes are; empty for a graph.

    Returns:
        A function from a name to texts ``file:line``, the innermost first; it never fails.
    """
    if graph is not None:
        return lambda name: _lines_of_operation(graph, name)
    infos = [info for info in map(_parsed, debug_infos) if info is not None]
    return lambda name: next((lines for info in infos if (lines := _lines(info, name, function_name))), [])


def _lines_of_operation(graph: Graph, name: str) -> list[str]:
    try:
        return [str(site) for site in graph.get_operation_by_name(name).call_stack]
    except (KeyError, ValueError):
        return []


def _parsed(serialized: bytes) -> GraphDebugInfo | None:
    try:
        return GraphDebugInfo.FromString(serialized)
    except DecodeError:
        return None


def _lines(info: GraphDebugInfo, name: str, function_name: str) -> list[str]:
    for key in (f"{name}@{function_name}", name):
        if key in info.name_to_trace_id and info.name_to_trace_id[key] in info.traces_by_id:
            trace = info.traces_by_id[info.name_to_trace_id[key]]
        elif key in info.traces:
            trace = info.traces[key]
        else:
            continue
        frames = [info.frames_by_id[number] for number in trace.frame_id if number in info.frames_by_id]
        return [_line(info, frame) for frame in frames or trace.file_line_cols]
    return []


def _line(info: GraphDebugInfo, frame: GraphDebugInfo.FileLineCol) -> str:
    known = 0 <= frame.file_index < len(info.files)
    return f"{info.files[frame.file_index] if known else '?'}:{frame.line}"
