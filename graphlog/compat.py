"""``tf.compat``: the vocabulary of TensorFlow 1 under its later name, and strings as bytes and text."""

from __future__ import annotations

import graphlog as v1

__all__ = ["as_bytes", "as_str", "as_text", "v1"]


def as_bytes(bytes_or_text: str | bytes, encoding: str = "utf-8") -> bytes:
    """A string as bytes; bytes as they are."""
    return bytes_or_text.encode(encoding) if isinstance(bytes_or_text, str) else bytes_or_text


def as_text(bytes_or_text: str | bytes, encoding: str = "utf-8") -> str:
    """Bytes as a string; a string as it is."""
    return bytes_or_text.decode(encoding) if isinstance(bytes_or_text, bytes) else bytes_or_text


as_str = as_text
