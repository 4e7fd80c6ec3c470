"""What is done to images before they are encoded, by Pillow or matplotlib: boxes, sizes, figures, GIFs."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

_BOX_COLOR, _TEXT_COLOR = (255, 0, 0), (0, 0, 0)
_BOX_THICKNESS = 2


def _pillow(what: str) -> Any:
    try:
        from PIL import Image
    except ImportError:
        raise ImportError(f"{what} needs Pillow: pip install 'graphlog[images]'") from None
    return Image


def with_boxes(pixels: Array, boxes: Array, labels: Sequence[str] | None = None) -> Array:
    """An image with red boxes, and text at the lower left corner of each.

    Args:
        pixels: uint8 of shape ``(height, width, 3 or 4)``.
        boxes: ``(boxes, 4)``: left, top, right and bottom, in pixels.
        labels: the text of each box.

    Returns:
        A new image of the same shape.

    Raises:
        ImportError: Pillow is not there.
        ValueError: the boxes have another shape.
    """
    if boxes.ndim != 2 or boxes.shape[1] != 4:
        raise ValueError(f"boxes have the shape (number of boxes, 4), not {boxes.shape}")
    image = _pillow("add_image_with_boxes").fromarray(np.ascontiguousarray(pixels))
    from PIL import ImageDraw, ImageFont

    draw, font = ImageDraw.Draw(image), ImageFont.load_default()
    for number, (left, top, right, bottom) in enumerate(boxes.astype(float).tolist()):
        corners = [(left, top), (left, bottom), (right, bottom), (right, top), (left, top)]
        draw.line(corners, width=_BOX_THICKNESS, fill=_BOX_COLOR)
        if labels is not None and (label := str(labels[number])):
            x0, y0, x1, y1 = font.getbbox(label)
            width, height = x1 - x0, y1 - y0
            margin = math.ceil(0.05 * height)
            draw.rectangle([(left, bottom - height - 2 * margin), (left + width, bottom)], fill=_BOX_COLOR)
            draw.text((left + margin, bottom - height - margin), label, fill=_TEXT_COLOR, font=font)
    return np.asarray(image)


def resized(pixels: Array, scale: float) -> Array:
    """An image that is ``scale`` times as high and wide.

    Raises:
        ImportError: Pillow is not there.
    """
    if scale == 1:
        return pixels
    pillow = _pillow("rescale")
    image = pillow.fromarray(np.ascontiguousarray(pixels))
    size = (max(1, int(image.width * scale)), max(1, int(image.height * scale)))
    return np.asarray(image.resize(size, pillow.Resampling.LANCZOS))


def encode_gif(frames: Array, frames_per_second: float) -> bytes:
    """A film as a GIF file that plays for ever.

    Args:
        frames: uint8 of shape ``(frames, height, width, channels)`` with 1, 3 or 4 channels.
        frames_per_second: how fast it plays; a GIF keeps the time of a frame in hundredths of a second.

    Returns:
        The bytes of the file.

    Raises:
        ImportError: Pillow is not there.
        ValueError: there is no frame, or the speed is not positive.
    """
    pillow = _pillow("add_video")
    if not frames.size:
        raise ValueError(f"a film has at least one frame and one pixel, not the shape {frames.shape}")
    if not frames_per_second > 0:
        raise ValueError(f"fps must be positive, not {frames_per_second}")
    shown = frames[..., 0] if frames.shape[-1] == 1 else frames[..., :3]
    first, *others = [pillow.fromarray(np.ascontiguousarray(frame)) for frame in shown]
    target = io.BytesIO()
    # Equal neighbours become one longer frame in Pillow, as they may.
    first.save(target, "GIF", save_all=True, append_images=others, duration=1000 / frames_per_second, loop=0)
    return target.getvalue()


def figure_pixels(figure: Any, close: bool = True) -> Array:
    """What a matplotlib figure looks like.

    Args:
        figure: the figure; it may belong to no window.
        close: whether pyplot forgets it.

    Returns:
        uint8 of shape ``(height, width, 3)``.

    Raises:
        ImportError: matplotlib is not there.
    """
    try:
        from matplotlib import pyplot
        from matplotlib.backends.backend_agg import FigureCanvasAgg
    except ImportError:
        raise ImportError("add_figure needs matplotlib: pip install matplotlib") from None
    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()
    pixels = np.array(canvas.buffer_rgba())[..., :3]
    if close:
        pyplot.close(figure)
    return pixels
