"""QuantizeV2 and Dequantize: floats as integers of few bits, and the way back."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import string, types
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape
from graphlog.ops import samples, shape_rules

_INTEGERS = types(dtypes.qint8, dtypes.quint8, dtypes.qint32, dtypes.qint16, dtypes.quint16)
_MODES = string("MIN_COMBINED", ("MIN_COMBINED", "MIN_FIRST", "SCALED"))
_ROUNDINGS = string("HALF_AWAY_FROM_ZERO", ("HALF_AWAY_FROM_ZERO", "HALF_TO_EVEN"))


def _scalars(op: Operation) -> None:
    for tensor in op.inputs[1:]:
        shape_rules.with_rank(tensor.static_shape, 0)


def _quantized_shape(op: Operation) -> list[StaticShape]:
    _scalars(op)
    return [op.inputs[0].static_shape, (), ()]


def _dequantized_shape(op: Operation) -> list[StaticShape]:
    _scalars(op)
    return [op.inputs[0].static_shape]


def _integer(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """The plain dtype of a quantized one."""
    assert dtype.fields is not None
    (field,) = dtype.fields.values()
    return field[0]


def _limits(dtype: np.dtype[Any]) -> tuple[float, float]:
    info = np.iinfo(_integer(dtype))
    return float(info.min), float(info.max)


def _away_from_zero(value: Any) -> Any:
    """Rounded to integers, halves away from zero."""
    return np.copysign(np.floor(np.abs(value) + np.float32(0.5)), value)


def _range(least: Any, greatest: Any) -> tuple[Any, Any]:
    """The range, with zero in it and not too small."""
    low, high = np.float32(np.reshape(least, ())), np.float32(np.reshape(greatest, ()))
    if high < low:
        raise ValueError("input_max_range must be larger than input_min_range.")
    smallest = max(np.float32(1), abs(low), abs(high)) / np.float32(100)
    low = min(np.float32(0), low)
    return low, max(np.float32(0), high, low + smallest)


def _quantize_kernel(op: Operation) -> Kernel:
    dtype = op.attributes["T"].numpy_dtype
    mode, rounding = op.attributes["mode"], op.attributes["round_mode"]
    lowest, highest = _limits(dtype)

    def kernel(value: Any, least: Any, greatest: Any) -> Any:
        if rounding == b"HALF_TO_EVEN" and mode != b"SCALED":
            raise ValueError(
                f"Round mode 'HALF_TO_EVEN' only supported for mode 'SCALED', but mode is '{mode.decode()}'."
            )
        low, high = _range(least, greatest)
        if mode == b"MIN_FIRST":
            steps = highest - lowest + 1
            scale = np.float32(steps / ((float(high) - float(low)) * (steps / (steps - 1))))
            levels = _away_from_zero(value * scale) - _away_from_zero(low * scale) + np.float32(lowest)
        elif mode == b"SCALED":
            factor = _scale(low, high, lowest, highest)
            low, high = np.float32(lowest / factor), np.float32(highest / factor)
            scaled = np.clip(value, low, high) * np.float32(factor)
            levels = np.rint(scaled) if rounding == b"HALF_TO_EVEN" else _away_from_zero(scaled)
        else:
            scale = np.float32((highest - lowest) / float(high - low))
            shifted = (np.clip(value, low, high) - low) * scale
            if lowest < 0:
                levels = _away_from_zero(shifted - np.float32((highest - lowest + 1) / 2))
            else:
                levels = np.floor(shifted + np.float32(0.5))
        integers = np.clip(levels.astype(np.float64), lowest, highest).astype(_integer(dtype))
        return np.ascontiguousarray(integers).view(dtype).reshape(value.shape), low, high

    return kernel


def _scale(low: Any, high: Any, lowest: float, highest: float) -> float:
    """How many levels there are in 1, so that both ends of the range have one."""
    largest = float(np.finfo(np.float32).max)
    from_low = lowest / float(low) if lowest * low > 0 else largest
    from_high = highest / float(high) if highest * high > 0 else largest
    return min(from_low, from_high)


def _dequantize_kernel(op: Operation) -> Kernel:
    dtype, mode = op.attributes["T"].numpy_dtype, op.attributes["mode"]
    lowest, highest = _limits(dtype)

    def kernel(value: Any, least: Any, greatest: Any) -> Any:
        low, high = np.float32(np.reshape(least, ())), np.float32(np.reshape(greatest, ()))
        integers = value.view(_integer(dtype)).reshape(np.shape(value)).astype(np.float32)
        if mode == b"SCALED":
            ends = [high / np.float32(highest)]
            if lowest < 0:
                ends.append(low / np.float32(lowest))
            return integers * max(ends)
        scale = np.float32((high - low) / np.float32(highest - lowest))
        if mode == b"MIN_FIRST":
            start = low if high == low else _away_from_zero(low / scale) * scale
            return start + (integers - np.float32(lowest)) * scale
        half = np.float32((highest - lowest + 1) / 2 if lowest < 0 else 0)
        return (integers + half) * scale + low

    return kernel


_SAMPLE = samples.float32([[-7.0, -3.3, 0.02], [0.0, 2.5, 7.0]])
_LEAST, _GREATEST = samples.float32(-3.0), samples.float32(5.5)
_BYTES = np.array([[0, 89, 255]], np.uint8).view(dtypes.quint8.numpy_dtype)

QuantizeV2 = define_op(
    "QuantizeV2",
    ["input: float32", "min_range: float32", "max_range: float32"],
    ["output: T", "output_min: float32", "output_max: float32"],
    attributes={"T": _INTEGERS, "mode": _MODES, "round_mode": _ROUNDINGS},
    shape=_quantized_shape,
    make_kernel=_quantize_kernel,
    samples=[
        Sample((_SAMPLE, _LEAST, _GREATEST), {"T": dtypes.quint8}),
        Sample((_SAMPLE, _LEAST, _GREATEST), {"T": dtypes.qint16, "mode": "MIN_FIRST"}),
        Sample((_SAMPLE, _LEAST, _GREATEST), {"T": dtypes.qint8, "mode": "SCALED"}),
        Sample((_SAMPLE, _GREATEST, _LEAST), {"T": dtypes.qint8}, raises="input_max_range must be larger"),
        Sample(
            (_SAMPLE, _LEAST, _GREATEST),
            {"T": dtypes.qint8, "round_mode": "HALF_TO_EVEN"},
            raises="Round mode 'HALF_TO_EVEN' only supported for mode 'SCALED'",
        ),
    ],
)
Dequantize = define_op(
    "Dequantize",
    ["input: T", "min_range: float32", "max_range: float32"],
    ["output: float32"],
    attributes={"T": _INTEGERS, "mode": _MODES},
    shape=_dequantized_shape,
    make_kernel=_dequantize_kernel,
    samples=[
        Sample((_BYTES, _LEAST, _GREATEST)),
        Sample((_BYTES, _LEAST, _GREATEST), {"mode": "SCALED"}),
        Sample((_BYTES, _LEAST, _GREATEST), {"mode": "MIN_FIRST"}),
    ],
)
