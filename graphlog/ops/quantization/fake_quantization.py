"""FakeQuant: floats rounded to the levels that so many bits can tell apart."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core.attributes import Attribute, boolean, integer
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape, bracketed
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules

_BITS = {"num_bits": integer(8), "narrow_range": boolean(False)}
_RANGE = {"min": Attribute("float", -6.0), "max": Attribute("float", 6.0)}
_SAMPLE = samples.float32([[-7.0, -3.3, 0.02], [0.0, 2.5, 7.0]])


class _Levels:
    """The levels of an operation, so moved that zero is one of them."""

    def __init__(self, op: Operation) -> None:
        bits = op.attributes["num_bits"]
        if not 2 <= bits <= 16:
            raise ValueError("num_bits must be between 2 and 16, inclusive")
        self._lowest = np.float32(1 if op.attributes["narrow_range"] else 0)
        self._highest = np.float32((1 << bits) - 1)

    def range(self, least: Any, greatest: Any) -> tuple[Any, Any, Any]:
        """The least level, the greatest one, and the step between two."""
        least, greatest = np.asarray(least, np.float32), np.asarray(greatest, np.float32)
        step = (greatest - least) / (self._highest - self._lowest)
        with np.errstate(all="ignore"):
            zero = self._lowest - least / step
        # Halves are rounded away from zero, and there are no levels below it.
        zero = np.clip(np.floor(zero + np.float32(0.5)), self._lowest, self._highest)
        return (self._lowest - zero) * step, (self._highest - zero) * step, step

    def rounded(self, inputs: Any, least: Any, greatest: Any) -> Any:
        """The inputs, each as the nearest level; zeros where the range is empty."""
        low, high, step = self.range(least, greatest)
        with np.errstate(all="ignore"):
            inverse = np.float32(1) / step
            shifted = np.maximum(np.minimum(inputs, high), low) - low
            levels = np.floor(shifted * inverse + np.float32(0.5)) * step + low
        is_empty = (np.asarray(least) == 0) & (np.asarray(greatest) == 0)
        return np.where(is_empty, np.float32(0), levels)

    def masks(self, inputs: Any, least: Any, greatest: Any) -> tuple[Any, Any, Any]:
        """Where the inputs are in the range, below and above it, as ones and zeros."""
        low, high, _ = self.range(least, greatest)
        is_empty = (np.asarray(least) == 0) & (np.asarray(greatest) == 0)
        inside = is_empty | ((inputs >= low) & (inputs <= high))
        below, above = ~is_empty & (inputs < low), ~is_empty & (inputs > high)
        return inside.astype(np.float32), below.astype(np.float32), above.astype(np.float32)


def _check_same(grad: Any, inputs: Any) -> None:
    if grad.shape != inputs.shape:
        raise ValueError("gradient and input must be the same size")


def _check_order(least: Any, greatest: Any) -> None:
    if (np.asarray(least) > np.asarray(greatest)).any():
        raise ValueError(f"min has to be smaller than max, was: {least} > {greatest}")


def _fixed_range(op: Operation) -> tuple[float, float]:
    least, greatest = op.attributes["min"], op.attributes["max"]
    if not least < greatest:
        raise ValueError(f"min has to be smaller than max, was: {least:g} >= {greatest:g}")
    return least, greatest


def _args_kernel(op: Operation) -> Kernel:
    levels, (least, greatest) = _Levels(op), _fixed_range(op)
    return lambda inputs: levels.rounded(inputs, least, greatest)


def _args_gradient_kernel(op: Operation) -> Kernel:
    levels, (least, greatest) = _Levels(op), _fixed_range(op)

    def kernel(grad: Any, inputs: Any) -> Any:
        _check_same(grad, inputs)
        return grad * levels.masks(inputs, least, greatest)[0]

    return kernel


def _args_gradient(op: Operation, grad: Tensor) -> Tensor:
    return FakeQuantWithMinMaxArgsGradient(grad, op.inputs[0], **op.attributes)


# The derivative is not that of the steps, but that of the clipping, which numerical ones are not.
FakeQuantWithMinMaxArgs = define_op(
    "FakeQuantWithMinMaxArgs",
    ["inputs: float32"],
    ["outputs: float32"],
    attributes={**_RANGE, **_BITS},
    shape=shape_rules.unchanged,
    make_kernel=_args_kernel,
    gradient=_args_gradient,
    samples=[
        Sample((_SAMPLE,), differentiable=False),
        Sample((_SAMPLE,), {"min": -1.0, "num_bits": 3, "narrow_range": True}, differentiable=False),
        Sample((_SAMPLE,), {"num_bits": 17}, raises="num_bits must be between 2 and 16, inclusive"),
        Sample((_SAMPLE,), {"min": 7.0}, raises="min has to be smaller than max, was: 7 >= 6"),
    ],
)
FakeQuantWithMinMaxArgsGradient = define_op(
    "FakeQuantWithMinMaxArgsGradient",
    ["gradients: float32", "inputs: float32"],
    ["backprops: float32"],
    attributes={**_RANGE, **_BITS},
    shape=shape_rules.merged,
    make_kernel=_args_gradient_kernel,
    samples=[
        Sample((_SAMPLE, _SAMPLE)),
        Sample((_SAMPLE[:1].copy(), _SAMPLE), raises="gradient and input must be the same size"),
    ],
)


def _vars_gradient_shape(op: Operation) -> list[StaticShape]:
    for tensor in op.inputs[2:]:
        shape_rules.with_rank(tensor.static_shape, 0)
    shape = shape_rules.merged_shape(op.inputs[0].static_shape, op.inputs[1].static_shape)
    return [shape, (), ()]


def _vars_kernel(op: Operation) -> Kernel:
    levels = _Levels(op)

    def kernel(inputs: Any, least: Any, greatest: Any) -> Any:
        least, greatest = np.reshape(least, ()), np.reshape(greatest, ())
        _check_order(least, greatest)
        return levels.rounded(inputs, least, greatest)

    return kernel


def _vars_gradient_kernel(op: Operation) -> Kernel:
    levels = _Levels(op)

    def kernel(grad: Any, inputs: Any, least: Any, greatest: Any) -> Any:
        _check_same(grad, inputs)
        least, greatest = np.reshape(least, ()), np.reshape(greatest, ())
        inside, below, above = levels.masks(inputs, least, greatest)
        return grad * inside, np.sum(grad * below), np.sum(grad * above)

    return kernel


def _bits_of(op: Operation) -> dict[str, Any]:
    return {name: op.attributes[name] for name in _BITS}


def _vars_gradient(op: Operation, grad: Tensor) -> Any:
    return FakeQuantWithMinMaxVarsGradient.operation(grad, *op.inputs, **_bits_of(op)).outputs


_LEAST, _GREATEST = samples.float32(-3.3), samples.float32(2.1)

FakeQuantWithMinMaxVars = define_op(
    "FakeQuantWithMinMaxVars",
    ["inputs: float32", "min: float32", "max: float32"],
    ["outputs: float32"],
    attributes=_BITS,
    shape=shape_rules.unchanged_with_scalars,
    make_kernel=_vars_kernel,
    gradient=_vars_gradient,
    samples=[
        Sample((_SAMPLE, _LEAST, _GREATEST), {"num_bits": 5}, differentiable=False),
        Sample((_SAMPLE, samples.float32(0), samples.float32(0)), differentiable=False),
        Sample((_SAMPLE, _GREATEST, _LEAST), raises="min has to be smaller than max"),
    ],
)
FakeQuantWithMinMaxVarsGradient = define_op(
    "FakeQuantWithMinMaxVarsGradient",
    ["gradients: float32", "inputs: float32", "min: float32", "max: float32"],
    ["backprops_wrt_input: float32", "backprop_wrt_min: float32", "backprop_wrt_max: float32"],
    attributes=_BITS,
    shape=_vars_gradient_shape,
    make_kernel=_vars_gradient_kernel,
    samples=[
        Sample((_SAMPLE, _SAMPLE, _LEAST, _GREATEST)),
        Sample((_SAMPLE, _SAMPLE, samples.float32(0), samples.float32(0))),
        Sample(
            (_SAMPLE[:1].copy(), _SAMPLE, _LEAST, _GREATEST), raises="gradient and input must be the same"
        ),
    ],
)


def _channels(op: Operation, first: int) -> tuple[StaticShape, int | None]:
    shape = shape_rules.with_rank_at_least(op.inputs[first - 1].static_shape, 1)
    size = None if shape is None else shape[-1]
    for tensor in op.inputs[first:]:
        (length,) = shape_rules.with_rank(tensor.static_shape, 1)
        size = shape_rules.merged_size(size, length)
    return (None if shape is None else (*shape[:-1], size)), size


def _per_channel_shape(op: Operation) -> list[StaticShape]:
    return [_channels(op, 1)[0]]


def _per_channel_gradient_shape(op: Operation) -> list[StaticShape]:
    shape, size = _channels(op, 2)
    return [shape_rules.merged_shape(op.inputs[0].static_shape, shape), (size,), (size,)]


def _check_channels(inputs: Any, least: Any, greatest: Any) -> None:
    for name, value in (("min", least), ("max", greatest)):
        if value.shape != inputs.shape[-1:]:
            raise ValueError(
                f"{name} has incorrect size, expected {inputs.shape[-1]} was {bracketed(value.shape)}"
            )


def _per_channel_kernel(op: Operation) -> Kernel:
    levels = _Levels(op)

    def kernel(inputs: Any, least: Any, greatest: Any) -> Any:
        _check_channels(inputs, least, greatest)
        _check_order(least, greatest)
        return levels.rounded(inputs, least, greatest)

    return kernel


def _per_channel_gradient_kernel(op: Operation) -> Kernel:
    levels = _Levels(op)

    def kernel(grad: Any, inputs: Any, least: Any, greatest: Any) -> Any:
        _check_same(grad, inputs)
        _check_channels(inputs, least, greatest)
        inside, below, above = levels.masks(inputs, least, greatest)
        leading = tuple(range(grad.ndim - 1))
        return grad * inside, np.sum(grad * below, axis=leading), np.sum(grad * above, axis=leading)

    return kernel


def _per_channel_gradient(op: Operation, grad: Tensor) -> Any:
    return FakeQuantWithMinMaxVarsPerChannelGradient.operation(grad, *op.inputs, **_bits_of(op)).outputs


_LEASTS, _GREATESTS = samples.float32([-3.3, -1.0, 0.0]), samples.float32([2.1, 3.0, 0.0])

FakeQuantWithMinMaxVarsPerChannel = define_op(
    "FakeQuantWithMinMaxVarsPerChannel",
    ["inputs: float32", "min: float32", "max: float32"],
    ["outputs: float32"],
    attributes=_BITS,
    shape=_per_channel_shape,
    make_kernel=_per_channel_kernel,
    gradient=_per_channel_gradient,
    samples=[
        Sample((_SAMPLE, _LEASTS, _GREATESTS), differentiable=False),
        Sample((_SAMPLE[0], _LEASTS, _GREATESTS), {"num_bits": 4}, differentiable=False),
        Sample((_SAMPLE, _LEASTS[:2], _GREATESTS), raises="min has incorrect size, expected 3 was [2]"),
    ],
)
FakeQuantWithMinMaxVarsPerChannelGradient = define_op(
    "FakeQuantWithMinMaxVarsPerChannelGradient",
    ["gradients: float32", "inputs: float32", "min: float32", "max: float32"],
    ["backprops_wrt_input: float32", "backprop_wrt_min: float32", "backprop_wrt_max: float32"],
    attributes=_BITS,
    shape=_per_channel_gradient_shape,
    make_kernel=_per_channel_gradient_kernel,
    samples=[
        Sample((_SAMPLE, _SAMPLE, _LEASTS, _GREATESTS)),
        Sample((_SAMPLE[0], _SAMPLE[0], _LEASTS, _GREATESTS)),
        Sample((_SAMPLE, _SAMPLE, _LEASTS, _GREATESTS[:2]), raises="max has incorrect size"),
    ],
)
