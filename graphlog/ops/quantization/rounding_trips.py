"""QuantizeAndDequantize: floats brought to integers of few bits and back."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import boolean, integer, string, types
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules

_FLOATS = types(dtypes.bfloat16, dtypes.float16, dtypes.float32, dtypes.float64)
_SAMPLE = samples.float32([[-7.0, -3.3, 0.02], [0.0, 2.5, 7.0]])
_LEAST, _GREATEST = samples.float32(-3.0), samples.float32(5.5)


def _round_trip(
    value: Any, least: Any, greatest: Any, bits: int, signed: bool, narrow: bool, given: bool, half_up: bool
) -> Any:
    dtype = value.dtype.type
    if not given:
        least, greatest = np.min(value, initial=np.inf), np.max(value, initial=-np.inf)
    lowest = (-(1 << (bits - 1)) + narrow) if signed else 0
    highest = (1 << (bits - 1)) - 1 if signed else (1 << bits) - 1
    largest = np.finfo(dtype).max
    from_least = dtype(lowest) / least if lowest * least > 0 else largest
    from_greatest = dtype(highest) / greatest if highest * greatest > 0 else largest
    # The side of the range that needs the smaller scale stays as it is.
    if from_least < from_greatest:
        scale, inverse = from_least, least / dtype(lowest)
        greatest = dtype(highest) * inverse
    else:
        scale, inverse = from_greatest, greatest / dtype(highest)
        least = dtype(lowest) * inverse
    if given:
        value = np.maximum(np.minimum(value, greatest), least)
    scaled = value * scale
    levels = np.floor(scaled + dtype(0.5)) if half_up else np.rint(scaled)
    return (levels * inverse).astype(dtype, copy=False)


def _check_bits(bits: int, signed: bool) -> None:
    least = 2 if signed else 1
    if not least <= bits <= 62:
        raise ValueError(
            f"num_bits is out of range: {bits} with signed_input_ {'true' if signed else 'false'}"
        )


def _check_range(least: Any, greatest: Any, given: bool) -> None:
    if given and np.reshape(least, ()) > np.reshape(greatest, ()):
        raise ValueError(f"Invalid range: input_min {least} > input_max {greatest}")


def _kernel(op: Operation) -> Kernel:
    bits, signed, given, narrow = (
        op.attributes[name] for name in ("num_bits", "signed_input", "range_given", "narrow_range")
    )
    half_up = op.attributes["round_mode"] == b"HALF_UP"

    def kernel(value: Any, least: Any, greatest: Any) -> Any:
        _check_bits(bits, signed)
        _check_range(least, greatest, given)
        least, greatest = np.reshape(least, ())[()], np.reshape(greatest, ())[()]
        return _round_trip(value, least, greatest, bits, signed, narrow, given, half_up)

    return kernel


def _kernel_with_bits(op: Operation) -> Kernel:
    signed, given, narrow = (op.attributes[name] for name in ("signed_input", "range_given", "narrow_range"))

    def kernel(value: Any, least: Any, greatest: Any, bits: Any) -> Any:
        count = int(np.reshape(bits, ()))
        _check_bits(count, signed)
        _check_range(least, greatest, given)
        least, greatest = np.reshape(least, ())[()], np.reshape(greatest, ())[()]
        return _round_trip(value, least, greatest, count, signed, narrow, given, half_up=False)

    return kernel


def _passed_on(op: Operation, grad: Tensor) -> Any:
    return (grad, *[None] * (len(op.inputs) - 1))


# The derivative is taken for that of the identity, which the numerical one is not.
QuantizeAndDequantizeV2 = define_op(
    "QuantizeAndDequantizeV2",
    ["input: T", "input_min: T", "input_max: T"],
    ["output: T"],
    attributes={
        "signed_input": boolean(True),
        "num_bits": integer(8),
        "range_given": boolean(False),
        "T": _FLOATS,
        "round_mode": string("HALF_TO_EVEN", ("HALF_TO_EVEN", "HALF_UP")),
        "narrow_range": boolean(False),
    },
    shape=shape_rules.unchanged_with_scalars,
    make_kernel=_kernel,
    gradient=_passed_on,
    samples=[
        Sample((_SAMPLE, _LEAST, _GREATEST), {"num_bits": 4}, differentiable=False),
        Sample(
            (_SAMPLE, _LEAST, _GREATEST), {"range_given": True, "signed_input": False}, differentiable=False
        ),
        Sample(
            (_SAMPLE.astype(np.float64), _LEAST.astype(np.float64), _GREATEST.astype(np.float64)),
            {"range_given": True, "round_mode": "HALF_UP", "narrow_range": True},
            differentiable=False,
        ),
        Sample((_SAMPLE, _LEAST, _GREATEST), {"num_bits": 63}, raises="num_bits is out of range: 63"),
        Sample((_SAMPLE, _GREATEST, _LEAST), {"range_given": True}, raises="Invalid range: input_min 5.5"),
    ],
)
QuantizeAndDequantizeV3 = define_op(
    "QuantizeAndDequantizeV3",
    ["input: T", "input_min: T", "input_max: T", "num_bits: int32"],
    ["output: T"],
    attributes={
        "signed_input": boolean(True),
        "range_given": boolean(True),
        "T": _FLOATS,
        "narrow_range": boolean(False),
    },
    shape=shape_rules.unchanged_with_scalars,
    make_kernel=_kernel_with_bits,
    gradient=_passed_on,
    samples=[
        Sample((_SAMPLE, _LEAST, _GREATEST, samples.int32(4)), differentiable=False),
        Sample((_SAMPLE, _LEAST, _GREATEST, samples.int32(1)), raises="num_bits is out of range: 1"),
    ],
)
