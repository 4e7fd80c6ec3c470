"""BMP files as images."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

_HEADER = 32


def decode_bmp(contents: bytes, channels: int = 0) -> Array:
    """The image in an uncompressed BMP file of 8, 24 or 32 bits for a pixel.

    Args:
        contents: the bytes of the file.
        channels: 1 for gray, 3 for RGB, 4 with alpha, as the file has them; 0 for any.

    Returns:
        uint8 of shape ``(height, width, channels)``.

    Raises:
        ValueError: it is no such file, a broken one, or it has other channels.
    """
    if len(contents) < _HEADER:
        raise ValueError(
            f"Incomplete bmp content, requires at least {_HEADER} bytes to find the header size, width, "
            f"height, and bpp, got {len(contents)} bytes"
        )
    start, width, height = (
        int.from_bytes(contents[at : at + 4], "little", signed=True) for at in (10, 18, 22)
    )
    bits = int.from_bytes(contents[28:30], "little")
    if channels and channels * 8 != bits:
        raise ValueError(f"channels attribute {channels} does not match bits per pixel from file {bits // 8}")
    found = bits // 8
    if bits not in (8, 24, 32):
        raise ValueError(f"Number of channels must be 1, 3 or 4, was {found}")
    if width <= 0 or height == 0 or start < 0:
        raise ValueError(f"the size or the place of the pixels of a bmp is wrong: {width} by {height}")
    # Rows end at a multiple of four bytes.
    row, rows = (found * width + 3) // 4 * 4, abs(height)
    last = start + (rows - 1) * row + found * width
    if last > len(contents):
        raise ValueError(f"Incomplete bmp content, requires at least {last} bytes, got {len(contents)} bytes")
    size = rows * row
    data = contents[start : start + size].ljust(size, b"\0")
    image = np.frombuffer(data, np.uint8).reshape(rows, row)[:, : found * width].reshape(rows, width, found)
    if height > 0:
        image = image[::-1]
    # The order in the file is blue, green, red.
    order = {1: [0], 3: [2, 1, 0], 4: [2, 1, 0, 3]}[found]
    return np.ascontiguousarray(image[..., order])
