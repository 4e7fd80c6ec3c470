"""A drawing as JSON: its boxes and lines, without places."""

from __future__ import annotations

import json

from graphlog.inspect.drawing.boxes import DrawnGraph


def as_json(graph: DrawnGraph) -> str:
    """A drawing as a JSON object.

    ``operations`` is how many operations the graph has. Each of ``nodes`` has ``id``, ``parent`` (an id; null
    at the top), ``kind`` (``scope``, ``collapsed``, ``series``, ``others``, ``operation``, ``constant``,
    ``variable``, ``placeholder``, ``summary`` or ``missing``), ``name``, ``label``, ``type`` (empty for all
    but nodes of the graph), ``operations`` (how many are in it), ``backward`` and ``note``. Each of
    ``edges`` has ``source`` and ``target`` (ids), ``control``, ``tensors`` (names, the first 16),
    ``tensor_count``, ``edge_count`` and ``label``.
    """
    nodes = [
        {
            "id": box.number,
            "parent": box.parent or None,
            "kind": box.kind.value,
            "name": box.name,
            "label": box.label,
            "type": box.type,
            "operations": box.operation_count,
            "backward": box.is_backward,
            "note": box.note,
        }
        for box in graph.boxes[1:]
    ]
    edges = [
        {
            "source": line.source,
            "target": line.target,
            "control": line.is_control,
            "tensors": list(line.tensors),
            "tensor_count": line.tensor_count,
            "edge_count": line.edge_count,
            "label": line.label,
        }
        for line in graph.lines
    ]
    document = {"operations": graph.operation_count, "nodes": nodes, "edges": edges}
    return json.dumps(document, indent=1) + "\n"
