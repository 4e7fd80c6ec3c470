"""RGBToHSV and HSVToRGB: colors as hue, saturation and value, all from 0 to 1, and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import types
from graphlog.core.op_definition import NOT_DIFFERENTIABLE, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape, bracketed
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.array import packing
from graphlog.ops.dtype_groups import FLOATS_HALF_FIRST
from graphlog.ops.math import arithmetic, casts, division, elementwise


def _color_shape(op: Operation) -> list[StaticShape]:
    shape = shape_rules.with_rank_at_least(op.inputs[0].static_shape, 1)
    if shape is None:
        return [None]
    if shape[-1] not in (3, None):
        raise ValueError(f"Dimension must be 3 but is {shape[-1]}")
    return [(*shape[:-1], 3)]


def _check(images: Any) -> None:
    if images.ndim < 1:
        raise ValueError(f"input must be at least 1D{bracketed(images.shape)}")
    if images.shape[-1] != 3:
        raise ValueError(f"input must have 3 channels but input only has {images.shape[-1]} channels.")


def _rgb_to_hsv(images: Any) -> Any:
    _check(images)
    number = images.dtype.type
    red, green, blue = np.moveaxis(images, -1, 0)
    value = images.max(axis=-1)
    spread = value - images.min(axis=-1)
    with np.errstate(all="ignore"):
        saturation = np.where(value > 0, spread / value, number(0))
        sixth = number(1) / spread * (number(1) / number(6))
        hue = np.where(
            red == value,
            sixth * (green - blue),
            np.where(
                green == value,
                sixth * (blue - red) + number(2) / number(6),
                sixth * (red - green) + number(4) / number(6),
            ),
        )
        hue = np.where(spread > 0, hue, number(0))
    return np.stack([np.where(hue < 0, hue + number(1), hue), saturation, value], axis=-1)


def _hsv_to_rgb(images: Any) -> Any:
    _check(images)
    number = images.dtype.type
    hue, saturation, value = np.moveaxis(images, -1, 0)
    sixths = hue * number(6)
    ramps = (
        np.abs(sixths - number(3)) - number(1),
        number(2) - np.abs(sixths - number(2)),
        number(2) - np.abs(sixths - number(4)),
    )
    gray = number(1) - saturation
    return np.stack(
        [(gray + saturation * np.clip(ramp, number(0), number(1))) * value for ramp in ramps], axis=-1
    )


@dataclass
class _Color:
    """One of red, green and blue, and where it is the largest and the smallest of them."""

    values: Any
    is_biggest: Any
    is_smallest: Any


def _inverse(x: Any) -> Any:
    return division.div_no_nan(1.0, x)


def _single(condition: Any) -> Any:
    return casts.cast(condition, dtypes.float32)


def _by_saturation(own: _Color, other: _Color, third: _Color) -> Any:
    """The derivative of the saturation by one color, (biggest - smallest) / biggest."""
    is_positive = _single(own.values > 0)
    smallest = arithmetic.add(other.is_smallest * other.values, third.is_smallest * third.values)
    as_biggest = own.is_biggest * smallest * _inverse(elementwise.square(own.values))
    as_smallest = own.is_smallest * -1
    biggest = (other.is_biggest * other.values) + (third.is_biggest * third.values)
    return is_positive * arithmetic.add(as_biggest, as_smallest * _inverse(biggest))


def _by_hue_as_biggest(own: _Color, first: Any, second: Any, saturation: Any, value: Any) -> Any:
    share = _single(own.values > 0) * own.is_biggest * -1 * (first.values - second.values)
    return 60 * (share * _inverse(elementwise.square(saturation)) * _inverse(elementwise.square(value)))


def _by_hue_as_smallest(
    own: _Color, biggest: _Color, difference: tuple[_Color, _Color], spread: tuple[_Color, _Color]
) -> Any:
    share = _single(biggest.values > 0) * biggest.is_biggest * own.is_smallest
    share = share * (difference[0].values - difference[1].values)
    return 60 * (share * _inverse(elementwise.square(spread[0].values - spread[1].values)))


def _by_hue_in_between(biggest: _Color, smallest: _Color, sign: int) -> Any:
    share = _single(biggest.values > 0) * biggest.is_biggest * smallest.is_smallest
    if sign < 0:
        share = share * -1
    return 60 * (share * _inverse(biggest.values - smallest.values))


def _total(*terms: Any) -> Any:
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total / 360


def _rgb_to_hsv_gradient(op: Operation, grad: Any) -> Tensor:
    images, result = op.inputs[0], op.outputs[0]
    r, g, b = (images[..., channel] for channel in range(3))
    saturation, value = (result[..., channel] for channel in (1, 2))
    # Of equal colors, the first in the order red, green, blue counts as the biggest.
    biggest = [_single((r >= b) & (r >= g)), _single((g > r) & (g >= b)), _single((b > r) & (b > g))]
    smallest = [_single((r < b) & (r < g)), _single((g <= r) & (g < b)), _single((b <= r) & (b <= g))]
    red, green, blue = (_Color(*parts) for parts in zip((r, g, b), biggest, smallest, strict=True))
    by_saturation = [
        _by_saturation(red, green, blue),
        _by_saturation(green, red, blue),
        _by_saturation(blue, green, red),
    ]
    by_hue = [
        _total(
            _by_hue_as_biggest(red, green, blue, saturation, value),
            _by_hue_as_smallest(red, green, (blue, green), (red, green)),
            _by_hue_in_between(green, blue, -1),
            _by_hue_as_smallest(red, blue, (blue, green), (blue, red)),
            _by_hue_in_between(blue, green, 1),
        ),
        _total(
            _by_hue_as_biggest(green, blue, red, saturation, value),
            _by_hue_as_smallest(green, red, (red, blue), (red, green)),
            _by_hue_in_between(red, blue, 1),
            _by_hue_as_smallest(green, blue, (red, blue), (blue, green)),
            _by_hue_in_between(blue, red, -1),
        ),
        _total(
            _by_hue_as_biggest(blue, red, green, saturation, value),
            _by_hue_as_smallest(blue, red, (green, red), (red, blue)),
            _by_hue_in_between(red, green, -1),
            _by_hue_as_smallest(blue, green, (green, red), (green, blue)),
            _by_hue_in_between(green, red, 1),
        ),
    ]
    value_part, saturation_part, hue_part = (
        packing.stack([grad[..., channel] * derivative for derivative in derivatives], axis=-1)
        for channel, derivatives in ((2, biggest), (1, by_saturation), (0, by_hue))
    )
    return arithmetic.add(arithmetic.add(value_part, saturation_part), hue_part)


_COLORS = samples.float32([[[0.75, 0.5, 0.25], [0.125, 1.0, 0.5]], [[0.25, 0.375, 1.0], [0.5, 0.25, 0.5]]])
_HUES = samples.float32([[0.0, 0.5, 1.0], [0.3, 1.0, 0.5], [0.625, 0.25, 0.75], [0.9, 0.0, 0.5]])

RGBToHSV = define_op(
    "RGBToHSV",
    ["images: T"],
    ["output: T"],
    attributes={"T": types(*FLOATS_HALF_FIRST, default=dtypes.float32)},
    shape=_color_shape,
    kernel=_rgb_to_hsv,
    gradient=_rgb_to_hsv_gradient,
    samples=[
        # TensorFlow's gradient is of single precision alone; tests/parity compares it.
        Sample((_COLORS,), differentiable=False),
        Sample((samples.float64([[0.0, 0.0, 0.0], [2.0, -1.0, 3.0]]),), differentiable=False),
        Sample((samples.float32([1.0, 2.0]),), raises="input must have 3 channels", differentiable=False),
    ],
)
HSVToRGB = define_op(
    "HSVToRGB",
    ["images: T"],
    ["output: T"],
    attributes={"T": types(*FLOATS_HALF_FIRST, default=dtypes.float32)},
    shape=_color_shape,
    kernel=_hsv_to_rgb,
    gradient=NOT_DIFFERENTIABLE,
    # No derivative flows, though there is one.
    samples=[
        Sample((_HUES,), differentiable=False),
        Sample((samples.float64([0.75, 1.5, -1.0]),), differentiable=False),
    ],
)


def rgb_to_hsv(images: Any, name: str | None = None) -> Tensor:
    """Colors as hue, saturation and value.

    Args:
        images: RGB in the last dimension, of floating point from 0 to 1.
        name: the operation's name.

    Returns:
        A Tensor of the same dtype and shape.

    Source: TensorFlow's ``RGBToHSV``.
    """
    return RGBToHSV(images, name=name)


def hsv_to_rgb(images: Any, name: str | None = None) -> Tensor:
    """Colors of hue, saturation and value as RGB; see ``rgb_to_hsv``."""
    return HSVToRGB(images, name=name)
