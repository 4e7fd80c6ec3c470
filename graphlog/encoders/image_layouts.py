"""Images in any order of axes, of floating point or uint8, made ready to be encoded."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

_TILES_IN_A_ROW = 8


def to_pixels(values: Array, data_format: str) -> Array:
    """One image of whatever is given, as ``torch.utils.tensorboard`` makes it.

    Args:
        values: an image, or several, which become one image of tiles. uint8 is taken as it is; other numbers
            are brightnesses from 0 up to 1, and what is beyond is cut off.
        data_format: what the axes are, as a string of H (height), W (width), C (channels) and N (number of
            images) in any order: such as ``"CHW"``, ``"HW"``, ``"NHWC"``.

    Returns:
        uint8 of shape ``(height, width, channels)`` with 3 or 4 channels; one channel becomes three.

    Raises:
        ValueError: the axes do not fit the format, or there are other channels.
    """
    return as_bytes(to_height_width_channels(values, data_format))


def to_height_width_channels(values: Array, data_format: str) -> Array:
    """The image with its axes in order; several images as tiles of one (see ``to_pixels``)."""
    axes = axes_of(values, data_format, ("HW", "CHW", "NCHW"))
    if axes == "HW":
        image = values.transpose([axes_index(data_format, axis) for axis in "HW"])[..., None]
    elif axes == "CHW":
        image = values.transpose([axes_index(data_format, axis) for axis in "HWC"])
    else:
        image = tiled(values.transpose([axes_index(data_format, axis) for axis in "NHWC"]))
    channels = image.shape[2]
    if channels not in (1, 3, 4):
        raise ValueError(
            f"an image has 1, 3 or 4 channels, not {channels}: {values.shape} as {data_format!r}"
        )
    if not image.size:
        raise ValueError(f"an image has at least one pixel: {values.shape} as {data_format!r}")
    return np.repeat(image, 3, axis=2) if channels == 1 else image


def axes_of(values: Array, data_format: str, known: tuple[str, ...]) -> str:
    """Which of the known sets of axes a format names."""
    for axes in known:
        if sorted(data_format.upper()) == sorted(axes):
            break
    else:
        raise ValueError(f"dataformats is {data_format!r}; it must be the letters of one of {known}")
    if values.ndim != len(axes):
        raise ValueError(f"dataformats is {data_format!r}, but the array has the shape {values.shape}")
    return axes


def axes_index(data_format: str, axis: str) -> int:
    """Where an axis stands in a format."""
    return data_format.upper().index(axis)


def tiled(images: Array) -> Array:
    """Images ``(number, height, width, channels)`` as one, with up to eight side by side."""
    number, height, width, channels = images.shape
    columns = min(number, _TILES_IN_A_ROW)
    rows = -(-number // columns) if columns else 0
    canvas = np.zeros((rows * columns, height, width, channels), images.dtype)
    canvas[:number] = images
    grid = canvas.reshape(rows, columns, height, width, channels).swapaxes(1, 2)
    return grid.reshape(rows * height, columns * width, channels)


def as_bytes(image: Array) -> Array:
    """Brightnesses as uint8: from 0 up to 1 become 0 up to 255; uint8 stays; NaN is 0."""
    if image.dtype == np.uint8:
        return image
    if image.dtype.kind == "c":
        raise ValueError(f"an image is of real numbers, not of {image.dtype}")
    scaled = image.astype(np.float32)
    with np.errstate(over="ignore", invalid="ignore"):
        scaled *= np.float32(255)
        np.clip(scaled, 0, 255, out=scaled)
    if np.isnan(scaled.sum()):
        np.nan_to_num(scaled, copy=False, nan=0.0)
    return scaled.astype(np.uint8)
