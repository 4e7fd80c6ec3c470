"""Rectangles inside of an image at random, with TensorFlow's random numbers and its rounding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from graphlog.ops.random import philox


class Rectangle(NamedTuple):
    """Pixels from the left and the top up to, and without, the right and the bottom."""

    left: int
    top: int
    right: int
    bottom: int

    def area(self) -> int:
        """How many pixels it has."""
        return max(0, self.right - self.left) * max(0, self.bottom - self.top)

    def intersection(self, other: Rectangle) -> Rectangle:
        """The pixels that are in both."""
        return Rectangle(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )


class _Numbers:
    """The numbers of a stream one by one, as a choice after the other takes them."""

    def __init__(self, stream: philox.Stream) -> None:
        self._words = self._in_order(stream)

    @staticmethod
    def _in_order(stream: philox.Stream) -> Iterator[int]:
        start, count = 0, 16
        while True:
            yield from stream.blocks(np.arange(start, start + count)).reshape(-1).tolist()
            start, count = start + count, min(2 * count, 4096)

    def share(self) -> Any:
        """A number from [0, 1)."""
        mantissa = np.uint32(next(self._words) & 0x7FFFFF)
        return (mantissa | np.uint32(127 << 23)).view(np.float32) - np.float32(1)

    def below(self, limit: int) -> int:
        """An integer from [0, limit), each as likely as another."""
        if limit & (limit - 1) == 0:
            return next(self._words) & (limit - 1)
        remainder = 0xFFFFFFFF % limit + 1
        word = next(self._words)
        while word < remainder:
            word = next(self._words)
        return word % limit


def sample_crop(
    image: Rectangle,
    objects: Sequence[Rectangle],
    min_object_covered: float,
    aspect_ratio_range: Sequence[float],
    area_range: Sequence[float],
    max_attempts: int,
    stream: philox.Stream,
) -> Rectangle:
    """A crop that shows enough of one of the objects.

    Args:
        image: the whole image.
        objects: what is on it.
        min_object_covered: how much of an object is in the crop at least.
        aspect_ratio_range: the range of the width over the height.
        area_range: the range of the area over that of the image.
        max_attempts: how often it is tried.
        stream: random bits.

    Returns:
        The crop; the image, where all attempts fail.
    """
    numbers = _Numbers(stream)
    least, most = (np.float32(bound) for bound in aspect_ratio_range)
    for _ in range(max_attempts):
        aspect_ratio = numbers.share() * (most - least) + least
        crop = _random_crop(image.right, image.bottom, area_range, aspect_ratio, numbers)
        if crop is not None and _shows_enough(crop, objects, min_object_covered):
            return crop
    return image


def _rounded(value: Any) -> int:
    return int(np.rint(np.float32(value)))


def _random_crop(
    image_width: int, image_height: int, area_range: Sequence[float], aspect_ratio: Any, numbers: _Numbers
) -> Rectangle | None:
    least, most = (np.float32(bound) for bound in area_range)
    if most <= 0 or aspect_ratio <= 0 or image_width <= 0 or image_height <= 0 or least > most:
        return None
    min_area = least * np.float32(image_width) * np.float32(image_height)
    max_area = most * np.float32(image_width) * np.float32(image_height)
    height = _rounded(np.sqrt(min_area / aspect_ratio))
    max_height = _rounded(np.sqrt(max_area / aspect_ratio))
    if _rounded(np.float32(max_height) * aspect_ratio) > image_width:
        max_height = int((image_width + 0.5 - np.float64(np.float32(1e-7))) / np.float64(aspect_ratio))
        if _rounded(np.float32(max_height) * aspect_ratio) > image_width:
            max_height -= 1
    max_height = min(max_height, image_height)
    height = min(height, max_height)
    if height < max_height:
        height += numbers.below(max_height - height + 1)
    width = _rounded(np.float32(height) * aspect_ratio)
    # The rounding of the width may have made the crop too small or too large.
    if width * height < min_area:
        height += 1
        width = _rounded(np.float32(height) * aspect_ratio)
    if width * height > max_area:
        height -= 1
        width = _rounded(np.float32(height) * aspect_ratio)
    if not min_area <= width * height <= max_area:
        return None
    if not (0 < width <= image_width and 0 < height <= image_height):
        return None
    top = numbers.below(image_height - height) if height < image_height else 0
    left = numbers.below(image_width - width) if width < image_width else 0
    return Rectangle(left, top, left + width, top + height)


def _shows_enough(crop: Rectangle, objects: Sequence[Rectangle], min_object_covered: float) -> bool:
    if crop.area() < 1:
        return False
    return any(
        np.float32(crop.intersection(item).area()) / np.float32(item.area()) >= np.float32(min_object_covered)
        for item in objects
        if item.area() >= 1
    )
