"""Films: a batch of them becomes the tiles of one."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.encoders.drawing import encode_gif
from graphlog.encoders.image_layouts import as_bytes, axes_index, axes_of
from graphlog.encoders.tags import as_tag
from graphlog.proto import summary_pb2

Array = np.ndarray[Any, Any]


def film(
    tag: str, values: Array, frames_per_second: float = 4, data_format: str = "NTCHW"
) -> summary_pb2.Summary.Value:
    """Encodes films as one GIF file, which TensorBoard shows under IMAGES.

    Args:
        tag: the name of the series; written as it is.
        values: films, of uint8 or of brightnesses from 0 up to 1. With more than one they play beside each
            other, in a grid for 2, 4, 8 … of which the last may stay black.
        frames_per_second: how fast they play.
        data_format: the order of the axes, as a string of N (number of films), T (time), C, H and W.

    Returns:
        A Summary.Value with ``image``.

    Raises:
        ImportError: Pillow is not there.
        ValueError: the axes do not fit the format, or there are other channels than 1, 3 or 4.
    """
    axes_of(values, data_format, ("NTCHW",))
    films = values.transpose([axes_index(data_format, axis) for axis in "NTHWC"])
    number, times, height, width, channels = films.shape
    if channels not in (1, 3, 4):
        raise ValueError(f"a film has 1, 3 or 4 channels, not {channels}: {values.shape} as {data_format!r}")
    rows = 1 << (max(number.bit_length() - 1, 0) // 2)
    # The number of tiles is the next power of two.
    columns = (1 << max(number - 1, 0).bit_length()) // rows
    tiles = np.zeros((rows * columns, times, height, width, channels), films.dtype)
    tiles[:number] = films
    grid = tiles.reshape(rows, columns, times, height, width, channels).transpose(2, 0, 3, 1, 4, 5)
    frames = as_bytes(grid.reshape(times, rows * height, columns * width, channels))
    return summary_pb2.Summary.Value(
        tag=as_tag(tag),
        image=summary_pb2.Summary.Image(
            height=rows * height,
            width=columns * width,
            colorspace=channels,
            encoded_image_string=encode_gif(frames, frames_per_second),
        ),
    )
