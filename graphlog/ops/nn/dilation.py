"""Grayscale dilation and erosion of images."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from graphlog.core.attributes import Attribute, string, types
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape, bracketed
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.array import reordering
from graphlog.ops.dtype_groups import REALS
from graphlog.ops.math import elementwise
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.nn.pooling_kernels import lowest
from graphlog.ops.nn.windows import Windows, inside, padded, padded_shape
from graphlog.ops.renamed_arguments import renamed_argument


def _windows(op: Operation) -> Windows:
    strides, rates = op.attributes["strides"], op.attributes["rates"]
    for name, steps in (("stride", strides), ("rate", rates)):
        if len(steps) != 4:
            raise ValueError(
                f"Dilation2D requires the {name} attribute to contain 4 values, but got: {len(steps)}"
            )
        if steps[0] != 1 or steps[3] != 1:
            raise ValueError(f"The {name} of batch and depth must be 1, but is {steps}")
        if min(steps) < 1:
            raise ValueError(f"Each {name} must be > 0, but they are {steps}")
    return Windows(tuple(strides[1:3]), tuple(rates[1:3]), op.attributes["padding"].decode())


def _dilated_shape(op: Operation) -> list[StaticShape]:
    shape = shape_rules.with_rank(op.inputs[0].static_shape, 4)
    weights = shape_rules.with_rank(op.inputs[1].static_shape, 3)
    channels = shape_rules.merged_size(shape[3], weights[2])
    return [(shape[0], *_windows(op).output_shape(shape[1:3], weights[:2]), channels)]


class _Dilation:
    """A dilation of arrays: the sums of image and filter, one element of the filter at a time."""

    def __init__(self, windows: Windows, value: Any, weights: Any) -> None:
        if value.ndim != 4:
            raise ValueError(f"input must be 4-dimensional{bracketed(value.shape)}")
        if weights.ndim != 3:
            raise ValueError(f"filter must be 3-dimensional: {bracketed(weights.shape)}")
        if value.shape[3] != weights.shape[2]:
            raise ValueError(
                f"input and filter must have the same depth: {value.shape[3]} vs {weights.shape[2]}"
            )
        self.windows, self.value, self.weights = windows, value, weights
        self.window = weights.shape[:2]
        self.counts = windows.output_sizes(value.shape[1:3], self.window)
        self.shape = (value.shape[0], *self.counts, value.shape[3])
        self.paddings = windows.image_paddings(value.shape, self.window)
        self._around = padded(value, self.paddings, lowest(value.dtype))
        self._is_inside = padded(np.ones(value.shape, np.bool_), self.paddings)

    def taps(self) -> Iterator[tuple[Any, Any]]:
        """The index of each element of the filter, and where all windows have theirs."""
        for index, slices in self.windows.taps(self.window, self.counts):
            yield index, (slice(None), *slices)

    def greatest(self) -> tuple[Any, Any]:
        """The greatest sum of each window, and by how many elements of the filter the first is found."""
        best = np.full(self.shape, lowest(self.value.dtype), self.value.dtype)
        number = np.full(self.shape, -1)
        for count, (index, slices) in enumerate(self.taps()):
            sums = self._around[slices] + self.weights[index]
            is_better = self._is_inside[slices] & ((sums > best) | (number < 0))
            np.copyto(best, sums, where=is_better)
            np.copyto(number, count, where=is_better)
        return best, number

    def shares(self, grad: Any) -> Iterator[tuple[Any, Any, Any]]:
        """For each element of the filter, its index, its slices, and the gradient of what it gave."""
        if grad.shape != self.shape:
            raise ValueError(
                f"out_backprop must have shape {bracketed(self.shape)}, not {bracketed(grad.shape)}"
            )
        _, number = self.greatest()
        for count, (index, slices) in enumerate(self.taps()):
            yield index, slices, grad * (number == count)


def _kernel(op: Operation) -> Kernel:
    windows = _windows(op)
    return lambda value, weights: _Dilation(windows, value, weights).greatest()[0]


def _input_gradient_kernel(op: Operation) -> Kernel:
    windows = _windows(op)

    def kernel(value: Any, weights: Any, grad: Any) -> Any:
        dilation = _Dilation(windows, value, weights)
        result = np.zeros(padded_shape(value.shape, dilation.paddings), value.dtype)
        for _, slices, share in dilation.shares(grad):
            result[slices] += share
        return np.ascontiguousarray(result[inside(value.shape, dilation.paddings)])

    return kernel


def _filter_gradient_kernel(op: Operation) -> Kernel:
    windows = _windows(op)

    def kernel(value: Any, weights: Any, grad: Any) -> Any:
        result = np.zeros_like(weights)
        for index, _, share in _Dilation(windows, value, weights).shares(grad):
            result[index] = np.add.reduce(share, axis=(0, 1, 2))
        return result

    return kernel


def _gradient(op: Operation, grad: Tensor) -> Any:
    value, weights = op.inputs
    shared = {name: op.attributes[name] for name in ("strides", "rates", "padding")}
    return (
        Dilation2DBackpropInput(value, weights, grad, **shared),
        Dilation2DBackpropFilter(value, weights, grad, **shared),
    )


_ATTRIBUTES = {
    "T": types(*REALS),
    "strides": Attribute("list(int)", minimum=4),
    "rates": Attribute("list(int)", minimum=4),
    "padding": string(allowed=("SAME", "VALID")),
}
_VALUE = samples.float32(np.arange(24) * 7 % 24 * 0.25 - 3).reshape(1, 3, 4, 2)
_WEIGHTS = samples.float32([0.1, -0.3, 0.2, 0.4, -0.1, 0.0, 0.3, -0.2]).reshape(2, 2, 2)
_SAME = {"strides": [1, 2, 1, 1], "rates": [1, 1, 2, 1], "padding": "SAME"}
_VALID = {"strides": [1, 1, 1, 1], "rates": [1, 1, 1, 1], "padding": "VALID"}
_GRAD = samples.float32(np.arange(16)).reshape(1, 2, 4, 2)

# TensorFlow has no gradient of the gradient.
Dilation2D = define_op(
    "Dilation2D",
    ["input: T", "filter: T"],
    ["output: T"],
    attributes=_ATTRIBUTES,
    shape=_dilated_shape,
    make_kernel=_kernel,
    gradient=_gradient,
    samples=[
        Sample((_VALUE, _WEIGHTS), _SAME, differentiable=False),
        Sample((_VALUE, _WEIGHTS), _VALID, differentiable=False),
        Sample((_VALUE.astype(np.int32), _WEIGHTS.astype(np.int32)), _SAME),
        Sample((_VALUE[0], _WEIGHTS), _SAME, raises="input must be 4-dimensional"),
        Sample((_VALUE, _WEIGHTS[:, :, :1]), _SAME, raises="must have the same depth: 2 vs 1"),
    ],
)
Dilation2DBackpropInput = define_op(
    "Dilation2DBackpropInput",
    ["input: T", "filter: T", "out_backprop: T"],
    ["in_backprop: T"],
    attributes=_ATTRIBUTES,
    shape=shape_rules.unchanged,
    make_kernel=_input_gradient_kernel,
    samples=[
        Sample((_VALUE, _WEIGHTS, _GRAD), _SAME),
        Sample((_VALUE, _WEIGHTS, _GRAD[:, :1].copy()), _SAME, raises="out_backprop must have shape"),
    ],
)
Dilation2DBackpropFilter = define_op(
    "Dilation2DBackpropFilter",
    ["input: T", "filter: T", "out_backprop: T"],
    ["filter_backprop: T"],
    attributes=_ATTRIBUTES,
    shape=lambda op: [op.inputs[1].static_shape],
    make_kernel=_filter_gradient_kernel,
    samples=[Sample((_VALUE, _WEIGHTS, _GRAD), _SAME)],
)


def dilation2d(
    input: Any,
    filter: Any = None,
    strides: Any = None,
    rates: Any = None,
    padding: Any = None,
    name: str | None = None,
    filters: Any = None,
    dilations: Any = None,
) -> Tensor:
    """The greatest sum of image and filter in each window, channel by channel.

    Args:
        input: images ``(batch, height, width, channels)``.
        filter: ``(height, width, channels)``.
        strides: the step from window to window, for each of the four axes.
        rates: the step between the elements of a window, for each of the four axes.
        padding: ``"SAME"`` or ``"VALID"``.
        name: the operation's name.
        filters: the newer name of ``filter``.
        dilations: the newer name of ``rates``.

    Returns:
        A Tensor of the same dtype.

    Raises:
        ValueError: shapes do not fit.

    Source: TensorFlow's ``Dilation2D``.
    """
    return Dilation2D(
        input,
        renamed_argument("filters", filters, "filter", filter),
        strides=strides,
        rates=renamed_argument("dilations", dilations, "rates", rates),
        padding=padding,
        name=name,
    )


def erosion2d(
    value: Any, kernel: Any, strides: Any, rates: Any, padding: str, name: str | None = None
) -> Tensor:
    """The least difference of image and filter in each window: dilation of what is negated and turned round.

    Args:
        value: images ``(batch, height, width, channels)``.
        kernel: the filter, ``(height, width, channels)``.
        strides: the step from window to window, for each of the four axes.
        rates: the step between the elements of a window, for each of the four axes.
        padding: ``"SAME"`` or ``"VALID"``.
        name: the operation's name.

    Returns:
        A Tensor of the same dtype.

    Source: ``tf.nn.erosion2d``.
    """
    with name_scope(name, "erosion2d", [value, kernel]) as scope:
        negated, turned = elementwise.negative(value), reordering.reverse(kernel, [0, 1])
        dilated = Dilation2D(negated, turned, strides=strides, rates=rates, padding=padding, name=scope)
        return elementwise.negative(dilated)
