"""DecodeWav and EncodeWav (``tf.audio``)."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from graphlog.core.attributes import integer
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape, bracketed
from graphlog.core.tensor import Tensor
from graphlog.encoders import wav
from graphlog.ops import samples, shape_rules
from graphlog.ops.debugging.summaries import scalar_bytes


def _decoded_shape(op: Operation) -> list[StaticShape]:
    shape_rules.with_rank(op.inputs[0].static_shape, 0)
    sizes = []
    for name in ("desired_samples", "desired_channels"):
        size = op.attributes[name]
        if size < -1:
            raise ValueError(f"{name} must be non-negative, got {size}")
        sizes.append(None if size == -1 else size)
    return [tuple(sizes), ()]


def _decode_kernel(op: Operation) -> Kernel:
    channels, count = op.attributes["desired_channels"], op.attributes["desired_samples"]

    def kernel(contents: Any) -> Any:
        if np.ndim(contents):
            raise ValueError(f"contents must be scalar, got shape {bracketed(np.shape(contents))}")
        frames, rate = wav.decode_wav(scalar_bytes(contents))
        if channels != -1:
            # The last channel stands for those that are missing.
            frames = frames[:, np.minimum(np.arange(channels), frames.shape[1] - 1)]
        if count != -1:
            frames = np.pad(frames[:count], ((0, max(0, count - len(frames))), (0, 0)))
        return np.ascontiguousarray(frames), np.int32(rate)

    return kernel


def _encoded_shape(op: Operation) -> list[StaticShape]:
    shape_rules.with_rank(op.inputs[0].static_shape, 2)
    shape_rules.with_rank(op.inputs[1].static_shape, 0)
    return [()]


def _encode(audio: Any, sample_rate: Any) -> bytes:
    if audio.ndim != 2:
        raise ValueError(f"audio must be 2-dimensional{bracketed(audio.shape)}")
    if np.ndim(sample_rate):
        raise ValueError(f"Input sample_rate should be a scalar tensor, got {bracketed(sample_rate.shape)}")
    return wav.encode_wav(audio, int(sample_rate))


_FRAMES = samples.float32([[0.5, -1.5], [0.25, 1.5], [0.0, -0.75]])
_WAV = wav.encode_wav(_FRAMES, 8000)

DecodeWav = define_op(
    "DecodeWav",
    ["contents: string"],
    ["audio: float32", "sample_rate: int32"],
    attributes={"desired_channels": integer(-1), "desired_samples": integer(-1)},
    shape=_decoded_shape,
    make_kernel=_decode_kernel,
    samples=[
        Sample((_WAV,)),
        Sample((_WAV,), {"desired_channels": 3, "desired_samples": 5}),
        Sample((_WAV,), {"desired_channels": 1, "desired_samples": 2}),
        Sample((b"hello",), raises="Header mismatch: Expected RIFF but found hell"),
    ],
)
EncodeWav = define_op(
    "EncodeWav",
    ["audio: float32", "sample_rate: int32"],
    ["contents: string"],
    shape=_encoded_shape,
    kernel=_encode,
    samples=[
        Sample((_FRAMES, samples.int32(44100))),
        Sample((_FRAMES[0], samples.int32(44100)), raises="audio must be 2-dimensional[2]"),
    ],
)


class DecodedWav(NamedTuple):
    """What ``decode_wav`` gives: the sound, and frames per second."""

    audio: Tensor
    sample_rate: Tensor


def decode_wav(
    contents: Any, desired_channels: int = -1, desired_samples: int = -1, name: str | None = None
) -> DecodedWav:
    """The sound in a WAV file of 16-bit samples.

    Args:
        contents: the bytes of the file, a string scalar.
        desired_channels: how many channels: the last one is repeated, or the last ones are left out; -1 for
            those of the file.
        desired_samples: how many frames: silence is added, or the last ones are left out; -1 for all.
        name: the operation's name.

    Returns:
        The sound, ``(frames, channels)`` of float32 from -1 up to 1, and the frames per second.

    Source: TensorFlow's ``DecodeWav``.
    """
    op = DecodeWav.operation(
        contents, desired_channels=desired_channels, desired_samples=desired_samples, name=name
    )
    return DecodedWav(*op.outputs)


def encode_wav(audio: Any, sample_rate: Any, name: str | None = None) -> Tensor:
    """Sound as a WAV file of 16-bit samples.

    Args:
        audio: ``(frames, channels)`` of float32; what is beyond -1 up to 1 is cut off.
        sample_rate: frames per second, an int32 scalar.
        name: the operation's name.

    Returns:
        A string scalar: the bytes of the file.

    Source: TensorFlow's ``EncodeWav``.
    """
    return EncodeWav(audio, sample_rate, name=name)
