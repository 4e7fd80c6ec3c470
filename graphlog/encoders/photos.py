"""JPEG and GIF files as images, and images as JPEG files.

What compresses and uncompresses them is Pillow, which graphlog does not install: the functions that need it
raise ImportError where it is not there.
"""

from __future__ import annotations

import io
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

JPEG_SIGNATURE, GIF_SIGNATURE = b"\xff\xd8\xff", b"GIF8"

# The markers that begin a frame, whose header has the size; four others of their range mean something else.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# Markers that stand alone, without a length.
_ALONE = frozenset((0x01, *range(0xD0, 0xD9)))
# Pillow's own bound is on a single image; that of an animation is ours.
_MOST_VALUES = 1 << 30


def _pillow() -> Any:
    try:
        from PIL import Image
    except ImportError:
        raise ImportError(
            "JPEG and GIF files are read and written by Pillow: pip install 'graphlog[images]'"
        ) from None
    return Image


def jpeg_shape(contents: bytes) -> tuple[int, int, int]:
    """The height, the width and the number of channels of a JPEG file, without reading its pixels.

    Raises:
        ValueError: it is no JPEG file, or a broken one.
    """
    offset = 2
    while contents.startswith(b"\xff\xd8") and offset + 4 <= len(contents):
        if contents[offset] != 0xFF:
            break
        marker = contents[offset + 1]
        if marker == 0xFF:
            offset += 1
            continue
        if marker in _ALONE:
            offset += 2
            continue
        if marker in _FRAMES and offset + 10 <= len(contents):
            height, width = (int.from_bytes(contents[at : at + 2], "big") for at in (offset + 5, offset + 7))
            return height, width, contents[offset + 9]
        offset += 2 + max(2, int.from_bytes(contents[offset + 2 : offset + 4], "big"))
    raise ValueError(f"Invalid JPEG data, size {len(contents)}")


def decode_jpeg(contents: bytes, channels: int = 0, ratio: int = 1, accept_truncated: bool = False) -> Array:
    """The image in a JPEG file.

    Args:
        contents: the bytes of the file.
        channels: 1 for gray, 3 for RGB; 0 for those of the file.
        ratio: how much smaller the image is to be: 1, 2, 4 or 8.
        accept_truncated: whether a file may end before its image does.

    Returns:
        uint8 of shape ``(height, width, channels)``.

    Raises:
        ValueError: it is no JPEG file, or a broken one.
        ImportError: Pillow is not there.
    """
    pillow = _pillow()
    height, width, found = jpeg_shape(contents)
    mode = {1: "L", 3: "RGB"}[channels or (1 if found == 1 else 3)]
    from PIL import ImageFile

    before = ImageFile.LOAD_TRUNCATED_IMAGES
    try:
        with pillow.open(io.BytesIO(contents), formats=["JPEG"]) as image:
            if ratio > 1:
                image.draft(mode, (max(1, width // ratio), max(1, height // ratio)))
            elif image.mode != mode:
                image.draft(mode, image.size)
            ImageFile.LOAD_TRUNCATED_IMAGES = accept_truncated
            pixels = np.array(image.convert(mode))
    except Exception as error:
        raise ValueError(f"Invalid JPEG data, size {len(contents)}: {error}") from None
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before
    return pixels.reshape(*pixels.shape[:2], -1)


def decode_gif(contents: bytes) -> Array:
    """The frames of a GIF file.

    Returns:
        uint8 of shape ``(frames, height, width, 3)``.

    Raises:
        ValueError: it is no GIF file, or a broken one.
        ImportError: Pillow is not there.
    """
    pillow = _pillow()
    frames = []
    values = 0
    try:
        with pillow.open(io.BytesIO(contents), formats=["GIF"]) as image:
            for number in range(image.n_frames):
                image.seek(number)
                frames.append(np.array(image.convert("RGB")))
                values += frames[-1].size
                if values > _MOST_VALUES:
                    raise ValueError("its frames take too much memory")
    except Exception as error:
        raise ValueError(f"Invalid GIF data (size {len(contents)}), {error}") from None
    return np.stack(frames)


def encode_jpeg(
    image: Array,
    quality: int = 95,
    progressive: bool = False,
    optimize_size: bool = False,
    chroma_downsampling: bool = True,
    density: tuple[str, int, int] = ("in", 300, 300),
    xmp_metadata: bytes = b"",
) -> bytes:
    """An image as a JPEG file.

    Args:
        image: uint8 of shape ``(height, width, channels)``, with 1 (gray) or 3 (RGB) channels.
        quality: from 0 up to 100.
        progressive: whether the file shows a rough image first.
        optimize_size: whether the file is made smaller, which takes time.
        chroma_downsampling: whether colors are kept at half the resolution.
        density: the unit, ``"in"`` or ``"cm"``, and the pixels in one of it, horizontally and vertically.
        xmp_metadata: what the file says of itself as XMP.

    Returns:
        The bytes of the file.

    Raises:
        ImportError: Pillow is not there.
        ValueError: Pillow cannot encode the image.
    """
    pillow = _pillow()
    unit, x_density, y_density = density
    scale = 2.54 if unit == "cm" else 1
    options: dict[str, Any] = {"xmp": xmp_metadata} if xmp_metadata else {}
    pixels = image[..., 0] if image.shape[2] == 1 else image
    target = io.BytesIO()
    try:
        pillow.fromarray(np.ascontiguousarray(pixels)).save(
            target,
            "JPEG",
            # To Pillow, 0 means that none was given.
            quality=max(1, quality),
            progressive=progressive,
            optimize=optimize_size,
            subsampling=2 if chroma_downsampling else 0,
            dpi=(round(x_density * scale), round(y_density * scale)),
            **options,
        )
    except (OSError, ValueError) as error:
        raise ValueError(f"JPEG encoding failed: {error}") from None
    return target.getvalue()
