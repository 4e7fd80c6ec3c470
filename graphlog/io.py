"""``tf.io``: bytes as numbers and text."""

from __future__ import annotations

from typing import Any

from graphlog.ops.string_conversions import decode_base64, decode_raw, encode_base64

__all__ = ["decode_base64", "decode_raw", "encode_base64", "write_graph"]


def write_graph(graph_or_graph_def: Any, logdir: str, name: str, as_text: bool = True) -> str:
    """Writes a GraphDef to a file; see ``tf.train.write_graph``."""
    # tf.train is imported when it is first used.
    from graphlog.train import graph_files

    return graph_files.write_graph(graph_or_graph_def, logdir, name, as_text)
