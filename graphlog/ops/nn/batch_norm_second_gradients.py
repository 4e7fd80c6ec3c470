"""The gradient of the gradient of batch normalization.

The rule writes the gradient out in simple operations, as TensorFlow 1.15 does, and differentiates those.
"""

from __future__ import annotations

from typing import Any

from graphlog.core import dtypes
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.ops.array import arrays, axes, shape_queries
from graphlog.ops.control_flow import gradient_stops
from graphlog.ops.control_flow.local_gradients import local_gradients
from graphlog.ops.math import casts, division, elementwise, reductions, roots
from graphlog.ops.nn.windows import is_channels_first


def rule(op: Operation, by_x: Tensor, by_scale: Tensor, by_offset: Tensor, *_: Any) -> Any:
    """The gradients of ``FusedBatchNormGrad`` by ``y_backprop``, ``x`` and ``scale``."""
    grad_y, x, scale, mean, variance = op.inputs[:5]
    start = op.graph.version
    made = _written_out(op, grad_y, x, scale, mean, variance)
    found = local_gradients(made, [grad_y, x, scale], [by_x, by_scale, by_offset], start)
    return *found, *[None] * (len(op.inputs) - 3)


def _written_out(
    op: Operation, grad_y: Tensor, x: Tensor, scale: Tensor, mean: Tensor, variance: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """The gradients by ``x``, scale and offset, in simple operations."""
    dtype = x.dtype.base_dtype
    if dtype is dtypes.float16:
        x, grad_y = casts.cast(x, dtypes.float32), casts.cast(grad_y, dtypes.float32)
    make = _in_training if op.attributes["is_training"] else _in_inference
    epsilon = op.attributes["epsilon"]
    grad_x, grad_scale, grad_offset = make(grad_y, x, scale, mean, variance, epsilon, is_channels_first(op))
    return casts.cast(grad_x, dtype), grad_scale, grad_offset


def _in_training(
    grad_y: Tensor, x: Tensor, scale: Tensor, _: Tensor, __: Tensor, epsilon: float, channels_first: bool
) -> tuple[Tensor, Tensor, Tensor]:
    over = [0, 2, 3] if channels_first else [0, 1, 2]
    if channels_first:
        scale = arrays.reshape(scale, [1, shape_queries.size(scale), 1, 1])

    def mean(value: Tensor) -> Tensor:
        return reductions.reduce_mean(value, over, keepdims=channels_first)

    mean_grad, mean_x = mean(grad_y), mean(x)
    variance = mean(division.squared_difference(x, gradient_stops.stop_gradient(mean_x)))
    grad_offset, x_offset = grad_y - mean_grad, x - mean_x
    common = mean(grad_y * x_offset)
    deviation = scale * roots.rsqrt(variance + epsilon)
    grad_x = deviation * (grad_offset - elementwise.reciprocal(variance + epsilon) * common * x_offset)
    inverse = roots.rsqrt(variance + epsilon)
    grad_scale = inverse * reductions.reduce_sum(grad_y * x_offset, axis=over, keepdims=channels_first)
    if channels_first:
        grad_scale = axes.squeeze(grad_scale)
    return grad_x, grad_scale, reductions.reduce_sum(grad_y, axis=over)


def _in_inference(
    grad_y: Tensor,
    x: Tensor,
    scale: Tensor,
    mean: Tensor,
    variance: Tensor,
    epsilon: float,
    channels_first: bool,
) -> tuple[Tensor, Tensor, Tensor]:
    over = [0, 2, 3] if channels_first else [0, 1, 2]
    if channels_first:
        sizes = [1, shape_queries.size(mean), 1, 1]
        mean, variance, scale = (arrays.reshape(tensor, sizes) for tensor in (mean, variance, scale))
    grad_offset = reductions.reduce_sum(grad_y, axis=over)
    inverse = roots.rsqrt(variance + epsilon)
    grad_scale = reductions.reduce_sum(grad_y * (x - mean) * inverse, axis=over)
    return grad_y * scale * inverse, grad_scale, grad_offset
