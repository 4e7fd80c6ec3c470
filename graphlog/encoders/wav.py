"""Sound as the bytes of a WAV file of 16-bit samples, and back.

Source: Multimedia Programming Interface and Data Specifications 1.0 (IBM and Microsoft, 1991).
"""

from __future__ import annotations

import struct
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

_MOST_CHANNELS = 65535
_MOST = 2**32 - 1
_PCM = 1
_EXTENSIBLE = 0xFFFE


def encode_wav(frames: Array, sample_rate: int) -> bytes:
    """Sound as a WAV file.

    Args:
        frames: ``(frames, channels)`` of floating point: what is beyond -1 up to 1 is cut off, and NaN is
            silence.
        sample_rate: frames per second.

    Returns:
        The bytes of the file.

    Raises:
        ValueError: there is no frame, no channel, or more than a WAV file can hold.
    """
    count, channels = frames.shape
    _check(count, channels, sample_rate)
    scaled = np.asarray(frames, np.float32) * np.float32(1 << 15)
    # Half a step is rounded away from zero.
    rounded = np.trunc(scaled + np.copysign(np.float32(0.5), scaled))
    return wav_of_samples(np.nan_to_num(np.clip(rounded, -(1 << 15), (1 << 15) - 1)), sample_rate)


def wav_of_samples(samples: Array, sample_rate: int) -> bytes:
    """Sound that is in numbers of 16 bits already, as a WAV file.

    Args:
        samples: ``(frames, channels)`` of whole numbers that int16 can hold.
        sample_rate: frames per second.

    Returns:
        The bytes of the file.

    Raises:
        ValueError: there is no frame, no channel, or more than a WAV file can hold.
    """
    count, channels = samples.shape
    _check(count, channels, sample_rate)
    size = count * channels * 2
    header = struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF",
        size + 36,
        b"WAVE",
        b"fmt ",
        16,
        _PCM,
        channels,
        sample_rate,
        sample_rate * channels * 2,
        channels * 2,
        16,
        b"data",
        size,
    )
    data: bytes = samples.astype("<i2").tobytes()
    return header + data


def _check(count: int, channels: int, sample_rate: int) -> None:
    if not 0 < sample_rate <= _MOST:
        raise ValueError(f"sample_rate must be in (0, {_MOST}), got: {sample_rate}")
    if not 0 < channels <= _MOST_CHANNELS:
        raise ValueError(f"num_channels must be in (0, {_MOST_CHANNELS}), got: {channels}")
    if count <= 0:
        raise ValueError("num_frames must be positive.")
    if count * channels * 2 + 36 > _MOST or channels * 2 * sample_rate > _MOST:
        raise ValueError("the sound is too long, or has too many channels, for a WAV file")


def decode_wav(contents: bytes) -> tuple[Array, int]:
    """The sound of a WAV file of 16-bit samples.

    Args:
        contents: the bytes of the file.

    Returns:
        The frames, ``(frames, channels)`` of float32 from -1 up to 1, and how many of them are a second.

    Raises:
        ValueError: it is no such file.
    """
    if contents[:4] != b"RIFF":
        raise ValueError(f"Header mismatch: Expected RIFF but found {_shown(contents[:4])}")
    if contents[8:12] != b"WAVE":
        raise ValueError(f"Header mismatch: Expected WAVE but found {_shown(contents[8:12])}")
    if contents[12:16] != b"fmt ":
        raise ValueError(f"Header mismatch: Expected fmt  but found {_shown(contents[12:16])}")
    if len(contents) < 36:
        raise ValueError("Data too short when trying to read the format of a WAV file")
    length, kind, channels, rate, bytes_per_second, bytes_per_frame, bits = struct.unpack(
        "<IHHIIHH", contents[16:36]
    )
    if length not in (16, 18) and kind != _EXTENSIBLE:
        raise ValueError(f"Bad format chunk size for WAV: Expected 16 or 18, but got {length}")
    if kind not in (_PCM, _EXTENSIBLE):
        raise ValueError(f"Bad audio format for WAV: Expected 1 (PCM), but got {kind}")
    if bits != 16:
        raise ValueError(f"Can only read 16-bit WAV files, but received {bits}")
    if channels == 0:
        raise ValueError("Bad number of channels for WAV: Expected at least 1, but got 0")
    if bytes_per_frame != channels * 2:
        raise ValueError(
            f"Bad bytes per sample in WAV header: Expected {channels * 2} but got {bytes_per_frame}"
        )
    if bytes_per_second != bytes_per_frame * rate:
        raise ValueError(
            f"Bad bytes per second in WAV header: Expected {bytes_per_frame * rate} but got "
            f"{bytes_per_second}"
        )
    data = _data_chunk(contents, 20 + length)
    whole = len(data) - len(data) % bytes_per_frame
    samples = np.frombuffer(data[:whole], "<i2").reshape(-1, channels)
    return samples.astype(np.float32) * np.float32(1 / (1 << 15)), rate


def _data_chunk(contents: bytes, offset: int) -> bytes:
    while offset + 8 <= len(contents):
        kind, length = (
            contents[offset : offset + 4],
            int.from_bytes(contents[offset + 4 : offset + 8], "little"),
        )
        offset += 8
        if offset + length > len(contents):
            raise ValueError("Data too short when trying to read a chunk of a WAV file")
        if kind == b"data":
            return contents[offset : offset + length]
        # What does not end on an even byte is filled up.
        offset += length + length % 2
    raise ValueError("No data chunk found in WAV")


def _shown(text: bytes) -> str:
    return text.decode("latin-1")
