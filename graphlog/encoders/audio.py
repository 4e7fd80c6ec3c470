"""Sound under a tag."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.encoders.tags import as_tag
from graphlog.encoders.wav import encode_wav
from graphlog.proto import summary_pb2

Array = np.ndarray[Any, Any]


def audio(tag: str, frames: Array, sample_rate: float) -> summary_pb2.Summary.Value:
    """Encodes one piece of sound, as a WAV file.

    Args:
        tag: the name of the series; written as it is.
        frames: ``(frames, channels)`` of floating point from -1 up to 1; what is beyond is cut off.
        sample_rate: frames per second.

    Returns:
        A Summary.Value with ``audio``.

    Raises:
        ValueError: there is no frame or no channel, or more than a WAV file can hold.
    """
    count, channels = frames.shape
    return summary_pb2.Summary.Value(
        tag=as_tag(tag),
        audio=summary_pb2.Summary.Audio(
            sample_rate=sample_rate,
            num_channels=channels,
            length_frames=count,
            encoded_audio_string=encode_wav(frames, round(float(sample_rate)) or 1),
            content_type="audio/wav",
        ),
    )


def sounds(
    tag: str, values: Array, sample_rate: float, max_outputs: int = 3
) -> list[summary_pb2.Summary.Value]:
    """Encodes the first pieces of sound of a batch, as TensorFlow's AudioSummaryV2 op does.

    Args:
        tag: the name of the series, to which ``/audio/0`` and so on is added; only ``/audio`` where
            ``max_outputs`` is 1.
        values: ``(batch, frames, channels)``, or ``(batch, frames)`` for one channel.
        sample_rate: frames per second.
        max_outputs: how many pieces at most.

    Returns:
        A Summary.Value for each piece.

    Raises:
        ValueError: the values have another shape, or cannot be encoded.
    """
    if values.ndim not in (2, 3):
        shape = ",".join(map(str, values.shape))
        raise ValueError(f"Tensor must be 3-D or 2-D, got: [{shape}]")
    batch = values if values.ndim == 3 else values[..., None]
    return [
        audio(f"{tag}/audio/{number}" if max_outputs > 1 else f"{tag}/audio", frames, sample_rate)
        for number, frames in enumerate(batch[:max_outputs])
    ]
