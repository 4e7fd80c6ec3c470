"""A bias added to each channel."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from graphlog.core import shapes
from graphlog.core.attributes import string, types
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.array import arrays, filling, joining, ranges, shape_queries
from graphlog.ops.dtype_groups import NUMBERS
from graphlog.ops.linear_algebra import matmul
from graphlog.ops.math import reductions
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.nn.channel_sums import sum_by_channel
from graphlog.ops.nn.windows import is_channels_first
from graphlog.ops.samples import MATRIX

_LAYOUTS = ("NHWC", "NCHW")


def _channel_axis(op: Operation) -> int:
    return 1 if is_channels_first(op) else -1


def _check_rank(shape: StaticShape, op: Operation) -> None:
    shape_rules.with_rank_at_least(shape, 3 if is_channels_first(op) else 2)


def _biased_shape(op: Operation) -> list[StaticShape]:
    shape, bias = op.inputs[0].static_shape, shape_rules.with_rank(op.inputs[1].static_shape, 1)
    _check_rank(shape, op)
    if shape is None:
        return [None]
    axis = _channel_axis(op) % len(shape)
    return [(*shape[:axis], shape_rules.merged_size(shape[axis], bias[0]), *shape[axis + 1 :])]


def _bias_kernel(op: Operation) -> Kernel:
    axis = _channel_axis(op)

    def kernel(value: Any, bias: Any, out: Any = None) -> Any:
        if value.ndim < 2:
            raise ValueError(f"Input tensor must be at least 2D: {shapes.bracketed(value.shape)}")
        if bias.ndim != 1:
            raise ValueError(f"Biases must be 1D: {shapes.bracketed(bias.shape)}")
        if value.shape[axis] != bias.size:
            raise ValueError(
                f"Must provide as many biases as the {'last' if axis == -1 else 'channel'} dimension of the "
                f"input tensor: {shapes.bracketed(bias.shape)} vs. {shapes.bracketed(value.shape)}"
            )
        return np.add(value, bias if axis == -1 else bias.reshape(-1, *(1,) * (value.ndim - 2)), out)

    return kernel


def _summed_shape(op: Operation) -> list[StaticShape]:
    shape = op.inputs[0].static_shape
    _check_rank(shape, op)
    return [(None,) if shape is None else (shape[_channel_axis(op)],)]


def _bias_gradient_kernel(op: Operation) -> Kernel:
    axis = _channel_axis(op)

    def kernel(grad: Any) -> Any:
        if grad.ndim < 2:
            raise ValueError(f"Input tensor must be at least 2D: {shapes.bracketed(grad.shape)}")
        if axis == -1:
            return sum_by_channel(grad)
        rows = grad.reshape(*grad.shape[:2], math.prod(grad.shape[2:]))
        rows = np.add.reduce(rows, axis=2, dtype=grad.dtype)
        return np.add.reduce(rows, axis=0, dtype=grad.dtype)

    return kernel


def _bias_gradient_gradient(op: Operation, grad: Tensor) -> Tensor:
    """The gradient of each bias is repeated over all elements of its channel."""
    sizes, bias_sizes = shape_queries.shape(op.inputs[0]), shape_queries.shape(grad)
    if is_channels_first(op):
        kept = joining.concat([filling.ones_like(sizes[:1]), bias_sizes, filling.ones_like(sizes[2:])], 0)
        repeats = joining.concat([sizes[:1], [1], sizes[2:]], 0)
    else:
        kept = joining.concat([filling.ones_like(sizes[:-1]), bias_sizes], 0)
        repeats = joining.concat([sizes[:-1], [1]], 0)
    return arrays.tile(arrays.reshape(grad, kept), repeats)


def _bias_gradient(op: Operation, grad: Tensor) -> Any:
    return grad, BiasAddGrad(grad, data_format=op.attributes["data_format"])


def _bias_v1_gradient(op: Operation, grad: Tensor) -> Any:
    return grad, reductions.reduce_sum(grad, ranges.range(shape_queries.rank(grad) - 1))


_CUBE = samples.float64(np.arange(12).reshape(2, 3, 2) * 0.5 - 2)
_BIAS = samples.float32([0.5, -1.0, 2.0])
_FIRST = {"data_format": "NCHW"}
_WRONG = Sample((MATRIX, _BIAS[:2]), raises="as many biases as the last dimension of the input tensor")

BiasAdd = define_op(
    "BiasAdd",
    ["value: T", "bias: T"],
    ["output: T"],
    attributes={"T": types(*NUMBERS), "data_format": string("NHWC", _LAYOUTS)},
    shape=_biased_shape,
    make_kernel=_bias_kernel,
    gradient=_bias_gradient,
    samples=[
        Sample((MATRIX, _BIAS)),
        Sample((_CUBE, samples.float64([0.5, -1.0, 2.0])), _FIRST),
        Sample((samples.int32([[1, 2]]), samples.int32([3, 4]))),
        _WRONG,
        Sample((_BIAS, _BIAS), raises="Input tensor must be at least 2D: [3]"),
    ],
)
BiasAddGrad = define_op(
    "BiasAddGrad",
    ["out_backprop: T"],
    ["output: T"],
    attributes={"T": types(*NUMBERS), "data_format": string("NHWC", _LAYOUTS)},
    shape=_summed_shape,
    make_kernel=_bias_gradient_kernel,
    gradient=_bias_gradient_gradient,
    samples=[
        Sample((MATRIX,)),
        Sample((_CUBE,), _FIRST),
        Sample((_BIAS,), raises="Input tensor must be at least 2D: [3]"),
    ],
)
BiasAddV1 = define_op(
    "BiasAddV1",
    ["value: T", "bias: T"],
    ["output: T"],
    attributes={"T": types(*NUMBERS)},
    shape=_biased_shape,
    make_kernel=_bias_kernel,
    gradient=_bias_v1_gradient,
    samples=[Sample((MATRIX, _BIAS)), _WRONG],
)


def bias_add(value: Any, bias: Any, data_format: str | None = None, name: str | None = None) -> Tensor:
    """A tensor with a bias added to each channel.

    Args:
        value: a tensor of at least two axes.
        bias: a vector with a number for each channel.
        data_format: ``"N…C"`` where the channels come last, ``"NC…"`` where they come right after the batch.
        name: the operation's name.

    Returns:
        A Tensor of the shape and dtype of ``value``.

    Raises:
        ValueError: there are not as many biases as channels, or no such format.

    Source: TensorFlow's ``BiasAdd``.
    """
    with name_scope(name, "BiasAdd", [value, bias]) as scope:
        if data_format is not None:
            if not isinstance(data_format, str):
                raise TypeError(f"data_format must be a string, not {data_format!r}.")
            if data_format.startswith("NC"):
                data_format = "NCHW"
            elif data_format.startswith("N") and data_format.endswith("C"):
                data_format = "NHWC"
            else:
                raise ValueError("data_format must be of the form `N...C` or `NC...`")
        tensor = convert_to_tensor(value, name="input")
        biases = convert_to_tensor(bias, dtype=tensor.dtype, name="bias")
        return BiasAdd(tensor, biases, data_format=data_format, name=scope)


def xw_plus_b(x: Any, weights: Any, biases: Any, name: str | None = None) -> Tensor:
    """``matmul(x, weights) + biases`` (``tf.nn.xw_plus_b``)."""
    with name_scope(name, "xw_plus_b", [x, weights, biases]) as scope:
        x, weights = convert_to_tensor(x, name="x"), convert_to_tensor(weights, name="weights")
        biases = convert_to_tensor(biases, name="biases")
        return bias_add(matmul.matmul(x, weights), biases, name=scope)
