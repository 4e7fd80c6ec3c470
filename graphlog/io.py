"""``tf.io``: bytes as numbers and text."""

from __future__ import annotations

from graphlog.ops.string_conversions import decode_base64, decode_raw, encode_base64

__all__ = ["decode_base64", "decode_raw", "encode_base64"]
