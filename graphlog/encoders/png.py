"""Images as the bytes of a PNG file.

Source: Portable Network Graphics Specification, second edition (W3C, 2003).
"""

from __future__ import annotations

import struct
import zlib
from typing import Any

import numpy as np

from graphlog.encoders.png_filters import SIGNATURE, differences, filtered

Array = np.ndarray[Any, Any]

# The color types of the specification, by the number of channels.
_COLOR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}
# So that no single chunk is longer than the specification allows.
_LONGEST_CHUNK = 1 << 30


def encode_png(image: Array, compression: int = -1, is_quick: bool = False) -> bytes:
    """An image as a PNG file.

    Args:
        image: ``(height, width, channels)`` of uint8 or uint16; the channels are gray, gray and alpha, RGB,
            or RGB and alpha.
        compression: how hard zlib tries, from 0 to 9; -1 for its default.
        is_quick: whether all rows get the same filter, which takes half the time and some more bytes.

    Returns:
        The bytes of the file.

    Raises:
        ValueError: the shape, the dtype or the compression is not one of these, or there is no pixel.
    """
    if image.ndim != 3 or image.shape[2] not in _COLOR_TYPES or not image.size:
        raise ValueError(
            "an image for PNG has the shape (height, width, channels) with 1 to 4 channels and at least one "
            f"pixel, not {image.shape}"
        )
    if image.dtype not in (np.uint8, np.uint16):
        raise ValueError(f"an image for PNG has the dtype uint8 or uint16, not {image.dtype}")
    if not -1 <= compression <= 9:
        raise ValueError(f"compression should be in [-1,9], got {compression}")
    height, width, channels = image.shape
    if max(height, width) >= 1 << 31:
        raise ValueError(f"an image for PNG has less than 2**31 rows and columns, not {image.shape}")
    depth = image.dtype.itemsize
    # Numbers of several bytes stand with the largest first.
    big_endian = np.ascontiguousarray(image, image.dtype.newbyteorder(">"))
    rows = big_endian.view(np.uint8).reshape(height, width * channels * depth)
    encoded = differences(rows) if is_quick else filtered(rows, channels * depth)
    data = zlib.compress(encoded.tobytes(), compression)
    header = struct.pack(">IIBBBBB", width, height, depth * 8, _COLOR_TYPES[channels], 0, 0, 0)
    pieces = [data[start : start + _LONGEST_CHUNK] for start in range(0, len(data), _LONGEST_CHUNK)]
    chunks = [_chunk(b"IHDR", header), *[_chunk(b"IDAT", piece) for piece in pieces], _chunk(b"IEND", b"")]
    return SIGNATURE + b"".join(chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
