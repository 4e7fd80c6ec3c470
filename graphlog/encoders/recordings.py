"""Sound as ``torch.utils.tensorboard`` and ``tensorboardX`` encode it."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.encoders.tags import as_tag
from graphlog.encoders.wav import wav_of_samples
from graphlog.proto import summary_pb2

Array = np.ndarray[Any, Any]

_LARGEST = 2**15 - 1


def recording(tag: str, values: Array, sample_rate: int = 44100) -> summary_pb2.Summary.Value:
    """Encodes sound as a WAV file.

    Args:
        tag: the name of the series; written as it is.
        values: ``(frames,)`` for one channel, ``(frames, channels)`` for two; axes of length 1 do not count.
            Floating point from -1 up to 1, of which what is beyond is cut off; int16 is taken as it is.
        sample_rate: frames per second.

    Returns:
        A Summary.Value with ``audio``.

    Raises:
        ValueError: the shape is another, or nothing is in it.
    """
    frames = values.squeeze() if values.size > 1 else values.reshape(-1)
    if frames.ndim == 1:
        frames = frames[:, None]
    elif frames.ndim == 2 and frames.shape[1] > 2 == frames.shape[0]:
        frames = frames.T
    if frames.ndim != 2 or frames.shape[1] not in (1, 2) or not frames.size:
        raise ValueError(f"sound has the shape (frames,) or (frames, 2), not {values.shape}")
    if frames.dtype != np.int16:
        # Numbers of a frame are rounded to zero, as in PyTorch.
        loudness = np.nan_to_num(frames.clip(-1, 1)) * _LARGEST
        frames = loudness.astype("<i2")
    count, channels = frames.shape
    return summary_pb2.Summary.Value(
        tag=as_tag(tag),
        audio=summary_pb2.Summary.Audio(
            sample_rate=sample_rate,
            num_channels=channels,
            length_frames=count,
            encoded_audio_string=wav_of_samples(frames, int(sample_rate)),
            content_type="audio/wav",
        ),
    )
