"""PNG files as images.

Every kind of PNG is read: 1 up to 16 bits, palettes, transparency, interlacing. What a file claims of itself
takes no memory that its bytes do not fill.

Source: Portable Network Graphics Specification, second edition (W3C, 2003); how channels are converted is
TensorFlow's DecodePng.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from graphlog.encoders.png_filters import SIGNATURE, unfiltered

Array = np.ndarray[Any, Any]

_GRAY, _RGB, _PALETTE, _GRAY_ALPHA, _RGB_ALPHA = 0, 2, 3, 4, 6
_CHANNELS = {_GRAY: 1, _RGB: 3, _PALETTE: 1, _GRAY_ALPHA: 2, _RGB_ALPHA: 4}
_DEPTHS = {_GRAY: (1, 2, 4, 8, 16), _PALETTE: (1, 2, 4, 8)}
# The seven passes of an interlaced image: where each begins, and its steps.
_PASSES = ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1))
# As in TensorFlow.
_LARGEST_SIDE, _MOST_PIXELS = 1 << 27, 1 << 29
# The shares of red and blue in gray, out of 32768.
_RED, _BLUE = 9797, 3737


@dataclass
class _Parts:
    """What the chunks of a file say."""

    width: int
    height: int
    depth: int
    color_type: int
    is_interlaced: bool
    palette: Array | None = None
    transparency: bytes | None = None
    data: bytes = b""


def decode_png(contents: bytes, channels: int = 0, dtype: Any = np.uint8) -> Array:
    """The image in a PNG file.

    Args:
        contents: the bytes of the file.
        channels: 1 for gray, 2 with alpha, 3 for RGB, 4 with alpha; 0 for those of the file.
        dtype: uint8 or uint16, to which numbers of other sizes are brought.

    Returns:
        An array ``(height, width, channels)``.

    Raises:
        ValueError: it is no PNG file, or a broken one.
    """
    parts = _parts(contents)
    if channels == 0:
        channels = _CHANNELS[parts.color_type]
        if parts.color_type == _PALETTE:
            channels = 3 if parts.transparency is None else 4
    return _converted(_pixels(parts), parts, channels, np.dtype(dtype))


def png_size(contents: bytes) -> tuple[int, int]:
    """The height and the width of the image in a PNG file; ValueError where it is none."""
    header = _header(contents)
    return header.height, header.width


def _invalid(contents: bytes, reason: str) -> ValueError:
    return ValueError(f"Invalid PNG data, size {len(contents)}: {reason}")


def _header(contents: bytes) -> _Parts:
    if contents[:8] != SIGNATURE or contents[12:16] != b"IHDR" or contents[8:12] != b"\0\0\0\r":
        raise ValueError(f"Invalid PNG header, data size {len(contents)}")
    if len(contents) < 33:
        raise ValueError(f"Invalid PNG header, data size {len(contents)}")
    width, height, depth, color_type, method, filters, interlacing = struct.unpack(
        ">IIBBBBB", contents[16:29]
    )
    allowed = _DEPTHS.get(color_type, (8, 16))
    is_known = color_type in _CHANNELS and depth in allowed and not method and not filters
    if not is_known or interlacing > 1 or not width or not height:
        raise ValueError(f"Invalid PNG header, data size {len(contents)}")
    if max(width, height) >= _LARGEST_SIDE or width * height >= _MOST_PIXELS:
        raise ValueError(f"PNG size too large for int: {width} by {height}")
    return _Parts(width, height, depth, color_type, bool(interlacing))


def _chunks(contents: bytes) -> Iterator[tuple[bytes, bytes]]:
    offset = 8
    while True:
        if offset + 12 > len(contents):
            raise _invalid(contents, "it ends too early")
        length = int.from_bytes(contents[offset : offset + 4], "big")
        end = offset + 12 + length
        if end > len(contents):
            raise _invalid(contents, "it ends too early")
        kind, data = contents[offset + 4 : offset + 8], contents[offset + 8 : end - 4]
        # The fifth bit of a chunk's name says that an image can be read without it.
        is_right = zlib.crc32(kind + data) == int.from_bytes(contents[end - 4 : end], "big")
        if not is_right and not kind[0] & 0x20:
            raise _invalid(contents, f"the chunk {kind.decode('latin-1')} is damaged")
        if is_right:
            yield kind, data
        if kind == b"IEND":
            return
        offset = end


def _parts(contents: bytes) -> _Parts:
    parts = _header(contents)
    data = []
    for kind, chunk in _chunks(contents):
        if kind == b"IDAT":
            data.append(chunk)
        elif kind == b"PLTE" and parts.palette is None and not data:
            if not chunk or len(chunk) % 3 or len(chunk) > 768:
                raise _invalid(contents, "the palette is none")
            parts.palette = np.frombuffer(chunk, np.uint8).reshape(-1, 3)
        elif kind == b"tRNS" and not data:
            parts.transparency = _checked_transparency(parts, chunk)
    if parts.color_type == _PALETTE and parts.palette is None:
        raise _invalid(contents, "there is no palette")
    size = sum(_data_size(parts, *_pass_size(parts, item)) for item in _passes(parts))
    try:
        # No more than the image needs is ever unpacked, however much the data hold.
        parts.data = zlib.decompressobj().decompress(b"".join(data), size)
    except zlib.error as error:
        raise _invalid(contents, str(error)) from None
    if len(parts.data) < size:
        raise _invalid(contents, "there are fewer data than pixels")
    return parts


def _checked_transparency(parts: _Parts, chunk: bytes) -> bytes | None:
    if parts.color_type == _PALETTE:
        fits = parts.palette is not None and 0 < len(chunk) <= len(parts.palette)
    else:
        fits = {_GRAY: 2, _RGB: 6}.get(parts.color_type) == len(chunk)
    return chunk if fits else None


def _passes(parts: _Parts) -> tuple[tuple[int, int, int, int], ...]:
    return _PASSES if parts.is_interlaced else ((0, 0, 1, 1),)


def _pass_size(parts: _Parts, item: tuple[int, int, int, int]) -> tuple[int, int]:
    top, left, down, right = item
    return max(0, -(-(parts.height - top) // down)), max(0, -(-(parts.width - left) // right))


def _row_size(parts: _Parts, width: int) -> int:
    return -(-width * _CHANNELS[parts.color_type] * parts.depth // 8)


def _data_size(parts: _Parts, height: int, width: int) -> int:
    return height * (1 + _row_size(parts, width)) if width else 0


def _pixels(parts: _Parts) -> Array:
    """The numbers in the file, of uint8 or uint16."""
    channels = _CHANNELS[parts.color_type]
    image = np.empty((parts.height, parts.width, channels), np.uint16 if parts.depth == 16 else np.uint8)
    offset = 0
    for item in _passes(parts):
        height, width = _pass_size(parts, item)
        size = _data_size(parts, height, width)
        if size:
            rows = np.frombuffer(parts.data, np.uint8, size, offset).reshape(height, -1)
            values = _unpacked(unfiltered(rows, max(1, channels * parts.depth // 8)), parts.depth)
            top, left, down, right = item
            image[top::down, left::right] = values[:, : width * channels].reshape(height, width, channels)
        offset += size
    return image


def _unpacked(rows: Array, depth: int) -> Array:
    if depth == 16:
        return rows.view(">u2")
    if depth == 8:
        return rows
    bits = np.unpackbits(rows, axis=1).reshape(len(rows), -1, depth)
    return np.packbits(bits, axis=2)[..., 0] >> (8 - depth)


def _converted(pixels: Array, parts: _Parts, channels: int, dtype: np.dtype[Any]) -> Array:
    """The numbers as the image that was asked for."""
    opaque = (1 << parts.depth) - 1
    alpha = None
    color_type = parts.color_type
    if color_type == _PALETTE:
        pixels, alpha = _looked_up(pixels, parts)
    elif color_type in (_GRAY_ALPHA, _RGB_ALPHA):
        pixels, alpha = pixels[..., :-1], pixels[..., -1:]
    elif parts.transparency is not None:
        key = np.frombuffer(parts.transparency, ">u2") & opaque
        largest = opaque if parts.depth == 16 else 255
        alpha = np.where((pixels == key).all(axis=-1, keepdims=True), 0, largest).astype(pixels.dtype)
    if color_type == _GRAY and parts.depth < 8:
        pixels = pixels * np.uint8(255 // opaque)
    if channels < 3 and pixels.shape[2] == 3:
        pixels = _gray(pixels)
    elif channels >= 3 and pixels.shape[2] == 1:
        pixels = np.repeat(pixels, 3, axis=2)
    if channels % 2 == 0:
        if alpha is None:
            alpha = np.full((*pixels.shape[:2], 1), opaque, pixels.dtype)
        pixels = np.concatenate([pixels, alpha], axis=2)
    if dtype == np.uint8 and pixels.dtype == np.uint16:
        pixels = (pixels >> 8).astype(np.uint8)
    elif dtype == np.uint16 and pixels.dtype == np.uint8:
        pixels = pixels.astype(np.uint16) * np.uint16(257)
    return np.ascontiguousarray(pixels)


def _looked_up(pixels: Array, parts: _Parts) -> tuple[Array, Array | None]:
    palette = np.zeros((256, 3), np.uint8)
    known = parts.palette if parts.palette is not None else palette
    palette[: len(known)] = known
    colors = palette[pixels[..., 0]]
    if parts.transparency is None:
        return colors, None
    alphas = np.full(256, 255, np.uint8)
    alphas[: len(parts.transparency)] = np.frombuffer(parts.transparency, np.uint8)
    return colors, alphas[pixels]


def _gray(pixels: Array) -> Array:
    wide = pixels.astype(np.int64)
    red, green, blue = wide[..., 0], wide[..., 1], wide[..., 2]
    total = red * _RED + green * (32768 - _RED - _BLUE) + blue * _BLUE
    # libpng rounds only numbers of 16 bits.
    gray = (total + 16384 if pixels.dtype == np.uint16 else total) >> 15
    is_gray = (red == green) & (green == blue)
    return np.where(is_gray, red, gray).astype(pixels.dtype)[..., None]
