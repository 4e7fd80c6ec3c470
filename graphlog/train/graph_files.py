"""Writing a graph to a file."""

from __future__ import annotations

import os
from typing import Any

from graphlog.core.graph import Graph
from graphlog.ops.checkpoints.atomic_files import replaced


def write_graph(graph_or_graph_def: Any, logdir: str, name: str, as_text: bool = True) -> str:
    """Writes a GraphDef to a file.

    Args:
        graph_or_graph_def: a Graph, or a GraphDef protobuf.
        logdir: the folder, made where there is none.
        name: the file's name.
        as_text: whether it is protobuf's text format, or its binary one.

    Returns:
        The file's path.

    Raises:
        OSError: it cannot be written.

    Source: ``tf.train.write_graph``, which is ``tf.io.write_graph``.
    """
    is_graph = isinstance(graph_or_graph_def, Graph)
    graph_def = graph_or_graph_def.as_graph_def() if is_graph else graph_or_graph_def
    path = os.path.join(logdir, name)
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with replaced(path) as file:
        file.write(str(graph_def).encode() if as_text else graph_def.SerializeToString())
    return path
