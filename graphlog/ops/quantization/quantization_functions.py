"""Functions that round numbers to few levels."""

from __future__ import annotations

from typing import Any, NamedTuple

from graphlog.core.tensor import Tensor
from graphlog.ops.quantization import fake_quantization, integers, rounding_trips


class RangeGradients(NamedTuple):
    """The gradients of a rounding by its inputs and by the ends of its range."""

    backprops_wrt_input: Tensor
    backprop_wrt_min: Tensor
    backprop_wrt_max: Tensor


def fake_quant_with_min_max_args(
    inputs: Any,
    min: float = -6.0,
    max: float = 6.0,
    num_bits: int = 8,
    narrow_range: bool = False,
    name: str | None = None,
) -> Tensor:
    """Numbers rounded to the levels that so many bits can tell apart in a range.

    Args:
        inputs: a tensor of float32.
        min: the lower end of the range, which is moved a little so that zero is a level.
        max: the upper end.
        num_bits: from 2 to 16.
        narrow_range: whether there is one level less.
        name: the operation's name.

    Returns:
        A Tensor of float32. Its derivative is 1 inside the range and 0 outside.

    Source: TensorFlow's ``FakeQuantWithMinMaxArgs``.
    """
    return fake_quantization.FakeQuantWithMinMaxArgs(
        inputs, min=min, max=max, num_bits=num_bits, narrow_range=narrow_range, name=name
    )


def fake_quant_with_min_max_args_gradient(
    gradients: Any,
    inputs: Any,
    min: float = -6.0,
    max: float = 6.0,
    num_bits: int = 8,
    narrow_range: bool = False,
    name: str | None = None,
) -> Tensor:
    """The gradient of ``fake_quant_with_min_max_args`` (``FakeQuantWithMinMaxArgsGradient``)."""
    return fake_quantization.FakeQuantWithMinMaxArgsGradient(
        gradients, inputs, min=min, max=max, num_bits=num_bits, narrow_range=narrow_range, name=name
    )


def fake_quant_with_min_max_vars(
    inputs: Any, min: Any, max: Any, num_bits: int = 8, narrow_range: bool = False, name: str | None = None
) -> Tensor:
    """As ``fake_quant_with_min_max_args``, with scalar tensors for the range, which get gradients too."""
    return fake_quantization.FakeQuantWithMinMaxVars(
        inputs, min, max, num_bits=num_bits, narrow_range=narrow_range, name=name
    )


def fake_quant_with_min_max_vars_gradient(
    gradients: Any,
    inputs: Any,
    min: Any,
    max: Any,
    num_bits: int = 8,
    narrow_range: bool = False,
    name: str | None = None,
) -> RangeGradients:
    """The gradients of ``fake_quant_with_min_max_vars`` (``FakeQuantWithMinMaxVarsGradient``)."""
    op = fake_quantization.FakeQuantWithMinMaxVarsGradient.operation(
        gradients, inputs, min, max, num_bits=num_bits, narrow_range=narrow_range, name=name
    )
    return RangeGradients(*op.outputs)


def fake_quant_with_min_max_vars_per_channel(
    inputs: Any, min: Any, max: Any, num_bits: int = 8, narrow_range: bool = False, name: str | None = None
) -> Tensor:
    """As ``fake_quant_with_min_max_vars``, with a range for each place along the last axis."""
    return fake_quantization.FakeQuantWithMinMaxVarsPerChannel(
        inputs, min, max, num_bits=num_bits, narrow_range=narrow_range, name=name
    )


def fake_quant_with_min_max_vars_per_channel_gradient(
    gradients: Any,
    inputs: Any,
    min: Any,
    max: Any,
    num_bits: int = 8,
    narrow_range: bool = False,
    name: str | None = None,
) -> RangeGradients:
    """The gradients of ``fake_quant_with_min_max_vars_per_channel``."""
    op = fake_quantization.FakeQuantWithMinMaxVarsPerChannelGradient.operation(
        gradients, inputs, min, max, num_bits=num_bits, narrow_range=narrow_range, name=name
    )
    return RangeGradients(*op.outputs)


def quantize_and_dequantize(
    input: Any,
    input_min: Any,
    input_max: Any,
    signed_input: bool = True,
    num_bits: int = 8,
    range_given: bool = False,
    round_mode: str = "HALF_TO_EVEN",
    name: str | None = None,
    narrow_range: bool = False,
) -> Tensor:
    """Numbers brought to integers of so many bits, and back.

    Args:
        input: a tensor of floats.
        input_min: the lower end of the range, if that is given.
        input_max: the upper end.
        signed_input: whether the integers have a sign.
        num_bits: how many bits they have.
        range_given: whether the range is given, or else that of the numbers.
        round_mode: ``"HALF_TO_EVEN"`` or ``"HALF_UP"``.
        name: the operation's name.
        narrow_range: whether the lowest integer with a sign is left out.

    Returns:
        A Tensor of the same shape and dtype, whose gradient is passed on as it is.

    Source: TensorFlow's ``QuantizeAndDequantizeV2``.
    """
    return rounding_trips.QuantizeAndDequantizeV2(
        input,
        input_min,
        input_max,
        signed_input=signed_input,
        num_bits=num_bits,
        range_given=range_given,
        round_mode=round_mode,
        narrow_range=narrow_range,
        name=name,
    )


class Quantized(NamedTuple):
    """Integers, and the range that they stand for."""

    output: Tensor
    output_min: Tensor
    output_max: Tensor


def quantize(
    input: Any,
    min_range: Any,
    max_range: Any,
    T: Any,  # noqa: N803
    mode: str = "MIN_COMBINED",
    round_mode: str = "HALF_AWAY_FROM_ZERO",
    name: str | None = None,
) -> Quantized:
    """Floats as integers of few bits.

    Args:
        input: a tensor of float32.
        min_range: the number that the lowest integer stands for.
        max_range: the number that the highest stands for.
        T: the dtype of the integers, such as ``tf.quint8``.
        mode: ``"MIN_COMBINED"``, ``"MIN_FIRST"`` or ``"SCALED"``.
        round_mode: for ``"SCALED"``, how halves are rounded: ``"HALF_AWAY_FROM_ZERO"`` or
            ``"HALF_TO_EVEN"``.
        name: the operation's name.

    Returns:
        The integers, and the numbers that the lowest and the highest now stand for.

    Source: TensorFlow's ``QuantizeV2``.
    """
    op = integers.QuantizeV2.operation(
        input, min_range, max_range, T=T, mode=mode, round_mode=round_mode, name=name
    )
    return Quantized(*op.outputs)


def quantize_v2(
    input: Any,
    min_range: Any,
    max_range: Any,
    T: Any,  # noqa: N803
    mode: str = "MIN_COMBINED",
    name: str | None = None,
    round_mode: str = "HALF_AWAY_FROM_ZERO",
) -> Quantized:
    """The older form of ``quantize``."""
    return quantize(input, min_range, max_range, T, mode, round_mode, name)


def dequantize(
    input: Any, min_range: Any, max_range: Any, mode: str = "MIN_COMBINED", name: str | None = None
) -> Tensor:
    """The floats that quantized integers stand for (TensorFlow's ``Dequantize``); see ``quantize``."""
    return integers.Dequantize(input, min_range, max_range, mode=mode, name=name)
