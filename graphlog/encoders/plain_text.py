"""Text under a tag."""

from __future__ import annotations

from graphlog.encoders.plugin_values import metadata, strings_tensor
from graphlog.proto import summary_pb2


def plain_text(tag: str, text: str) -> summary_pb2.Summary.Value:
    """Encodes text, which TensorBoard shows as Markdown.

    Args:
        tag: the name of the series, to which ``/text_summary`` is added, as PyTorch does.
        text: the text.

    Returns:
        A Summary.Value with ``tensor``: one string.
    """
    return summary_pb2.Summary.Value(
        tag=f"{tag}/text_summary",
        tensor=strings_tensor([text.encode("utf-8", "surrogatepass")], (1,)),
        metadata=metadata("text"),
    )
