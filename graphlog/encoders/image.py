"""Images under a tag."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.encoders.png import encode_png
from graphlog.encoders.tags import as_tag
from graphlog.proto import summary_pb2

Array = np.ndarray[Any, Any]

# What stands for a pixel that is NaN or infinite: opaque red.
BAD_COLOR = np.array([255, 0, 0, 255], np.uint8)
# Images whose values are all nearer to 0 are black.
_ZERO = 1e-6


def image(tag: str, pixels: Array) -> summary_pb2.Summary.Value:
    """Encodes one image, as a PNG file.

    Args:
        tag: the name of the series; written as it is.
        pixels: uint8 of shape ``(height, width, channels)``, with 1 (gray), 3 (RGB) or 4 (RGB and alpha)
            channels.

    Returns:
        A Summary.Value with ``image``.

    Raises:
        ValueError: the pixels have another shape or dtype.
    """
    height, width, channels = pixels.shape
    return summary_pb2.Summary.Value(
        tag=as_tag(tag),
        image=summary_pb2.Summary.Image(
            height=height, width=width, colorspace=channels, encoded_image_string=encode_png(pixels)
        ),
    )


def images(
    tag: str, values: Array, max_outputs: int = 3, bad_color: Array = BAD_COLOR
) -> list[summary_pb2.Summary.Value]:
    """Encodes the first images of a batch, as TensorFlow's ImageSummary op does.

    Args:
        tag: the name of the series, to which ``/image/0`` and so on is added; only ``/image`` where
            ``max_outputs`` is 1.
        values: images ``(batch, height, width, channels)`` with 1, 3 or 4 channels. Those of floating point
            are brought to 0 up to 255 (see ``scaled``); uint8 is taken as it is.
        max_outputs: how many images at most.
        bad_color: the color of pixels that are not finite, as uint8.

    Returns:
        A Summary.Value for each image.

    Raises:
        ValueError: the values have another shape, or ``bad_color`` has fewer channels than they.
    """
    if values.ndim != 4 or values.shape[3] not in (1, 3, 4):
        shape = ",".join(map(str, values.shape))
        raise ValueError(f"Tensor must be 4-D with last dim 1, 3, or 4, not [{shape}]")
    if 0 in values.shape[1:]:
        shape = ", ".join(map(str, values.shape))
        raise ValueError(f"input tensor must have non-zero dims. Found: [{shape}].")
    channels = values.shape[3]
    is_scaled = values.dtype != np.uint8
    if is_scaled and len(bad_color) < channels:
        raise ValueError(
            f"expected depth <= bad_color.size, got depth = {channels}, bad_color.size = {len(bad_color)}"
        )
    found = []
    for number, pixels in enumerate(values[:max_outputs]):
        shown = scaled(pixels, bad_color[:channels]) if is_scaled else pixels
        found.append(image(f"{tag}/image/{number}" if max_outputs > 1 else f"{tag}/image", shown))
    return found


def scaled(pixels: Array, bad_color: Array) -> Array:
    """An image of floating point as uint8, as TensorFlow scales it.

    Where no value is negative, the largest becomes 255; else 0 becomes 128, and the values are scaled so that
    the one with the largest magnitude is 127 away from it.

    Args:
        pixels: ``(height, width, channels)``.
        bad_color: the color of the pixels of which a channel is NaN or infinite.

    Returns:
        An array of uint8 and the same shape.
    """
    is_good = np.isfinite(pixels).all(axis=-1, keepdims=True)
    good = np.where(is_good, pixels, 0)
    least = np.float32(good.min(initial=np.inf, where=is_good))
    largest = np.float32(good.max(initial=-np.inf, where=is_good))
    if least < 0:
        magnitude, top, offset = max(abs(least), abs(largest)), np.float32(127), 128
    else:
        magnitude, top, offset = largest, np.float32(255), 0
    scale = pixels.dtype.type(0 if magnitude < _ZERO else top / magnitude)
    with np.errstate(all="ignore"):
        numbers = good * scale + pixels.dtype.type(offset)
        return np.where(is_good, numbers.astype(np.uint8), bad_color)
