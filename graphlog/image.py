"""``tf.image``: images brought to another size."""

from __future__ import annotations

from graphlog.ops.image_resizing import (
    ResizeMethod,
    resize_bilinear,
    resize_images,
    resize_nearest_neighbor,
)
from graphlog.ops.image_resizing import resize_images as resize

__all__ = [
    "ResizeMethod",
    "resize",
    "resize_bilinear",
    "resize_images",
    "resize_nearest_neighbor",
]
