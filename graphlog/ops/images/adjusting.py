"""AdjustHue, AdjustSaturation and AdjustContrastv2."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import types
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape, bracketed
from graphlog.ops import samples, shape_rules


def _image_shape(op: Operation) -> list[StaticShape]:
    return [shape_rules.with_rank_at_least(op.inputs[0].static_shape, 3)]


def _check(images: Any, factor: Any, label: str) -> None:
    if images.ndim < 3:
        raise ValueError(f"input must be at least 3-D, got shape{bracketed(images.shape)}")
    if np.ndim(factor):
        raise ValueError(f"{label} must be scalar: {bracketed(np.shape(factor))}")


def _in_single_precision(function: Any, label: str) -> Kernel:
    """The kernel of a function of colors, of which each channel is an array, and of a factor."""

    def kernel(images: Any, factor: Any) -> Any:
        _check(images, factor, label)
        if images.shape[-1] != 3:
            raise ValueError(f"input must have 3 channels but instead has {images.shape[-1]} channels.")
        channels = np.moveaxis(images.astype(np.float32, copy=False), -1, 0)
        with np.errstate(all="ignore"):
            return np.stack(function(*channels, np.float32(factor)), axis=-1).astype(images.dtype)

    return kernel


def _adjusted_hue(red: Any, green: Any, blue: Any, delta: Any) -> tuple[Any, Any, Any]:
    least = np.minimum(np.minimum(red, green), blue)
    most = np.maximum(np.maximum(red, green), blue)
    middle = np.maximum(np.minimum(red, green), np.minimum(np.maximum(red, green), blue))
    # Which sixth of the color wheel it is in: red, yellow, green, cyan, blue and magenta lie between them.
    sixth = np.where(
        red < green,
        np.where(blue < red, 1, np.where(blue > green, 3, 2)),
        np.where(blue < green, 0, np.where(blue > red, 4, 5)),
    )
    spread = most - least
    share = (middle - least) / spread
    hue = sixth + np.where(sixth % 2 == 0, share, np.float32(1) - share).astype(np.float32)
    hue = np.where(spread == 0, np.float32(0), hue).astype(np.float32) + delta * np.float32(6)
    hue = hue - np.float32(6) * np.floor(hue / np.float32(6))
    hue = np.where(hue >= 6, np.float32(0), hue)
    sixth = hue.astype(np.int32)
    share = hue - sixth.astype(np.float32)
    middle = least + np.where(sixth % 2 == 0, share, np.float32(1) - share) * spread
    return (
        np.choose(sixth, [most, middle, least, least, middle, most], mode="clip"),
        np.choose(sixth, [middle, most, most, middle, least, least], mode="clip"),
        np.choose(sixth, [least, least, middle, most, most, middle], mode="clip"),
    )


def _adjusted_saturation(red: Any, green: Any, blue: Any, scale: Any) -> tuple[Any, Any, Any]:
    value = np.maximum(np.maximum(red, green), blue)
    spread = value - np.minimum(np.minimum(red, green), blue)
    saturation = np.where(value > 0, spread / value, np.float32(0))
    sixth = np.float32(1) / (np.float32(6) * spread)
    hue = np.where(
        red == value,
        sixth * (green - blue),
        np.where(
            green == value,
            sixth * (blue - red) + np.float64(2 / 6),
            sixth * (red - green) + np.float64(4 / 6),
        ).astype(np.float32),
    )
    hue = np.where(spread <= 0, np.float32(0), hue)
    hue = np.where(hue < 0, hue + np.float32(1), hue)
    saturation = np.clip(saturation * scale, np.float32(0), np.float32(1))
    chroma = saturation * value
    least = value - chroma
    sixths = hue * np.float32(6)
    middle = chroma * (np.float32(1) - np.abs(np.mod(sixths, np.float32(2)) - np.float32(1)))
    number = np.where((sixths >= 0) & (sixths < 6), sixths, 6).astype(np.int32)
    zero = np.zeros_like(chroma)
    return (
        np.choose(number, [chroma, middle, zero, zero, middle, chroma, zero]) + least,
        np.choose(number, [middle, chroma, chroma, middle, zero, zero, zero]) + least,
        np.choose(number, [zero, zero, middle, chroma, chroma, middle, zero]) + least,
    )


def _adjust_contrast(images: Any, factor: Any) -> Any:
    _check(images, factor, "contrast_factor")
    if not images.size:
        return images.copy()
    wide = images.astype(np.float32, copy=False)
    means = wide.mean(axis=(-3, -2), keepdims=True, dtype=np.float64).astype(np.float32)
    return ((wide - means) * np.float32(factor) + means).astype(images.dtype, copy=False)


_IMAGE = samples.float32(np.arange(24).reshape(2, 2, 2, 3) % 7 / 8)
_TYPE = {"T": types(dtypes.float16, dtypes.float32, default=dtypes.float32)}

# TensorFlow defines no gradients.
AdjustHue = define_op(
    "AdjustHue",
    ["images: T", "delta: float32"],
    ["output: T"],
    attributes=_TYPE,
    shape=_image_shape,
    kernel=_in_single_precision(_adjusted_hue, "delta"),
    samples=[
        Sample((_IMAGE, samples.float32(0.25))),
        Sample((_IMAGE.astype(np.float16), samples.float32(-0.75))),
        Sample(
            (_IMAGE[..., :2].copy(), samples.float32(0.25)), raises="input must have 3 channels but instea"
        ),
        Sample((_IMAGE, samples.float32([0.25])), raises="delta must be scalar: [1]"),
    ],
)
AdjustSaturation = define_op(
    "AdjustSaturation",
    ["images: T", "scale: float32"],
    ["output: T"],
    attributes=_TYPE,
    shape=_image_shape,
    kernel=_in_single_precision(_adjusted_saturation, "scale"),
    samples=[
        Sample((_IMAGE, samples.float32(0.25))),
        Sample((_IMAGE.astype(np.float16), samples.float32(1.5))),
        Sample((_IMAGE[0, 0], samples.float32(0.25)), raises="input must be at least 3-D, got shape[2,3]"),
    ],
)
AdjustContrastv2 = define_op(
    "AdjustContrastv2",
    ["images: T", "contrast_factor: float32"],
    ["output: T"],
    attributes=_TYPE,
    shape=_image_shape,
    kernel=_adjust_contrast,
    samples=[
        Sample((_IMAGE, samples.float32(0.25))),
        Sample((_IMAGE.astype(np.float16), samples.float32(1.5))),
        Sample((_IMAGE, samples.float32([0.25])), raises="contrast_factor must be scalar: [1]"),
    ],
)
