"""``tf.audio``: sound as WAV files, and back."""

from __future__ import annotations

from graphlog.ops.images.sound import decode_wav, encode_wav

__all__ = ["decode_wav", "encode_wav"]
