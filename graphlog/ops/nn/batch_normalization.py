"""Batch normalization: in one operation, and of several."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import Attribute, boolean, string, types
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.op_definition import GradientRule, OpDefinition, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import RankedShape, StaticShape
from graphlog.core.tensor import Tensor
from graphlog.ops import constants, samples, shape_rules
from graphlog.ops.array import arrays
from graphlog.ops.math import casts, roots
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.nn import batch_norm_kernels as kernels
from graphlog.ops.nn import batch_norm_second_gradients
from graphlog.ops.nn.windows import is_channels_first
from graphlog.ops.renamed_arguments import renamed_argument


def _channels(op: Operation, vectors: int, first: int = 1) -> tuple[RankedShape, int | None]:
    """The shape of ``x`` and the number of channels, on which it and the vectors agree."""
    shape = shape_rules.with_rank(op.inputs[0].static_shape, 4)
    axis = 1 if is_channels_first(op) else 3
    count = shape[axis]
    for tensor in op.inputs[first : first + vectors]:
        (size,) = shape_rules.with_rank(tensor.static_shape, 1)
        count = shape_rules.merged_size(count, size)
    return (*shape[:axis], count, *shape[axis + 1 :]), count


def _normalized_shape(op: Operation) -> list[StaticShape]:
    shape, count = _channels(op, 2 if op.attributes["is_training"] else 4)
    rest: list[StaticShape] = [None] * (len(op.definition.outputs) - 5 if op.definition else 0)
    return [shape, (count,), (count,), (count,), (count,), *rest]


def _gradient_shape(op: Operation) -> list[StaticShape]:
    axis = 1 if is_channels_first(op) else 3
    other = shape_rules.with_rank(op.inputs[1].static_shape, 4)
    shape, count = _channels(op, 3, first=2)
    count = shape_rules.merged_size(count, other[axis])
    rest = (0,) if op.attributes["is_training"] else (count,)
    return [(*shape[:axis], count, *shape[axis + 1 :]), (count,), (count,), rest, rest]


def _rule(gradient: OpDefinition, has_third: bool) -> GradientRule:
    """The gradient of a batch normalization: by ``x``, scale and offset, from that of its first output."""

    def rule(op: Operation, grad: Tensor, *others: Any) -> Any:
        x, scale, _, mean, variance = list(op.inputs)
        attributes = {name: op.attributes[name] for name in ("epsilon", "data_format", "is_training")}
        third = [op.outputs[5]] if has_third else []
        if attributes["is_training"]:
            made = gradient.operation(grad, x, scale, op.outputs[3], op.outputs[4], *third, **attributes)
            return list(made.outputs)
        channels_first = is_channels_first(op)
        if channels_first:
            x, grad = arrays.transpose(x, [0, 2, 3, 1]), arrays.transpose(grad, [0, 2, 3, 1])
        attributes["data_format"] = b"NHWC"
        made = gradient.operation(grad, x, scale, mean, variance, *third, **attributes)
        by_x, by_scale, by_offset = made.outputs[:3]
        if channels_first:
            by_x = arrays.transpose(by_x, [0, 3, 1, 2])
        return by_x, by_scale, by_offset, None, None

    return rule


_SHARED = {
    "epsilon": Attribute("float", 0.0001),
    "data_format": string("NHWC", ("NHWC", "NCHW")),
    "is_training": boolean(True),
}
_ONE_TYPE = {"T": types(dtypes.float32), **_SHARED}
_TWO_TYPES = {
    "T": types(dtypes.float16, dtypes.bfloat16, dtypes.float32),
    "U": types(dtypes.float32),
    **_SHARED,
}


def _inputs(vector: str) -> list[str]:
    return ["x: T", *[f"{name}: {vector}" for name in ("scale", "offset", "mean", "variance")]]


def _outputs(vector: str, reserved: int) -> list[str]:
    reserve = [f"reserve_space_{number + 1}" for number in range(reserved)]
    return ["y: T", *[f"{name}: {vector}" for name in ("batch_mean", "batch_variance", *reserve)]]


def _gradient_inputs(scale: str, vector: str, reserved: int) -> list[str]:
    reserve = [f"reserve_space_{number + 1}: {vector}" for number in range(reserved)]
    return ["y_backprop: T", "x: T", f"scale: {scale}", *reserve]


def _gradient_outputs(vector: str, first: int) -> list[str]:
    reserve = [f"reserve_space_{first}", f"reserve_space_{first + 1}"]
    return [
        "x_backprop: T",
        *[f"{name}: {vector}" for name in ("scale_backprop", "offset_backprop", *reserve)],
    ]


# TensorFlow knows no double precision here, which numerical derivatives need; tests/parity compares the
# gradients, and theirs, with TensorFlow's.
_VALUE = samples.float32(np.sin(np.arange(12) * 1.7)).reshape(1, 2, 3, 2)
_SCALE, _OFFSET = samples.float32([1.5, -0.5]), samples.float32([0.25, 1.0])
_MEAN, _VARIANCE = samples.float32([0.5, -0.25]), samples.float32([1.5, 0.75])
_EMPTY = samples.float32([])
_TRAINING = (_VALUE, _SCALE, _OFFSET, _EMPTY, _EMPTY)
_INFERENCE = (_VALUE, _SCALE, _OFFSET, _MEAN, _VARIANCE)
_FIRST = {"data_format": "NCHW", "epsilon": 0.01}
_SAMPLES = (
    Sample(_TRAINING, differentiable=False),
    Sample((np.moveaxis(_VALUE, -1, 1), *_TRAINING[1:]), _FIRST, differentiable=False),
    Sample(_INFERENCE, {"is_training": False}, differentiable=False),
    Sample(_INFERENCE, raises="estimated_mean must be empty for training[2]"),
    Sample((_VALUE[0], *_TRAINING[1:]), raises="input must be 4-dimensional[2,3,2]"),
    Sample((_VALUE, _SCALE[:1], *_TRAINING[2:]), raises="same number of elements as the channels"),
)
_GRADIENT = (_VALUE[:, ::-1].copy(), _VALUE, _SCALE, _MEAN, _VARIANCE)
_WRONG_GRADIENT = (_VALUE[:, :1].copy(), *_GRADIENT[1:])


def _gradient_samples(*third: Any) -> list[Sample]:
    return [
        Sample((*_GRADIENT, *third), differentiable=False),
        Sample((*_GRADIENT, *third), {"is_training": False}, differentiable=False),
        Sample((*_WRONG_GRADIENT, *third), raises="x and y_backprop must have same shape"),
    ]


FusedBatchNormGrad = define_op(
    "FusedBatchNormGrad",
    _gradient_inputs("T", "T", 2),
    _gradient_outputs("T", 3),
    attributes=_ONE_TYPE,
    shape=_gradient_shape,
    make_kernel=kernels.gradient_kernel,
    gradient=batch_norm_second_gradients.rule,
    samples=_gradient_samples(),
)
FusedBatchNormGradV2 = define_op(
    "FusedBatchNormGradV2",
    _gradient_inputs("float32", "U", 2),
    _gradient_outputs("U", 3),
    attributes=_TWO_TYPES,
    shape=_gradient_shape,
    make_kernel=kernels.gradient_kernel,
    gradient=batch_norm_second_gradients.rule,
    samples=_gradient_samples(),
)
FusedBatchNormGradV3 = define_op(
    "FusedBatchNormGradV3",
    _gradient_inputs("float32", "U", 3),
    _gradient_outputs("U", 4),
    attributes=_TWO_TYPES,
    shape=_gradient_shape,
    make_kernel=kernels.gradient_kernel,
    gradient=batch_norm_second_gradients.rule,
    samples=_gradient_samples(samples.float32(0)),
)
FusedBatchNorm = define_op(
    "FusedBatchNorm",
    _inputs("T"),
    _outputs("T", 2),
    attributes=_ONE_TYPE,
    shape=_normalized_shape,
    make_kernel=kernels.normalization_kernel,
    gradient=_rule(FusedBatchNormGrad, has_third=False),
    samples=_SAMPLES,
)
FusedBatchNormV2 = define_op(
    "FusedBatchNormV2",
    _inputs("U"),
    _outputs("U", 2),
    attributes=_TWO_TYPES,
    shape=_normalized_shape,
    make_kernel=kernels.normalization_kernel,
    gradient=_rule(FusedBatchNormGradV2, has_third=False),
    samples=_SAMPLES,
)
FusedBatchNormV3 = define_op(
    "FusedBatchNormV3",
    _inputs("U"),
    _outputs("U", 3),
    attributes=_TWO_TYPES,
    shape=_normalized_shape,
    make_kernel=kernels.normalization_kernel,
    gradient=_rule(FusedBatchNormGradV3, has_third=True),
    samples=_SAMPLES,
)


def fused_batch_norm(
    x: Any,
    scale: Any,
    offset: Any,
    mean: Any = None,
    variance: Any = None,
    epsilon: float = 0.001,
    data_format: str = "NHWC",
    is_training: bool = True,
    name: str | None = None,
) -> tuple[Tensor, Tensor, Tensor]:
    """Images with each channel brought to a mean and a deviation.

    Args:
        x: images ``(batch, height, width, channels)``, or with the channels second for ``"NCHW"``.
        scale: the deviation of each channel of the result.
        offset: the mean of each channel of the result.
        mean: the mean of each channel of ``x``; None in training, where it is that of the batch.
        variance: likewise.
        epsilon: is added to the variance; at least 1.001e-5.
        data_format: ``"NHWC"`` or ``"NCHW"``.
        is_training: whether mean and variance are those of the batch.
        name: the operation's name.

    Returns:
        The result, the mean of the batch, and an estimate of its variance (that of the batch times
        ``n / (n - 1)``). Where ``is_training`` is false, the latter two are what was given.

    Raises:
        ValueError: mean or variance are given in training, or shapes do not fit.

    Source: TensorFlow's ``FusedBatchNormV3``.
    """
    x, scale = convert_to_tensor(x, name="input"), convert_to_tensor(scale, name="scale")
    offset = convert_to_tensor(offset, name="offset")
    if is_training and (mean is not None or variance is not None):
        raise ValueError("Both 'mean' and 'variance' must be None if is_training is True.")
    if mean is None:
        mean = constants.constant([])
    if variance is None:
        variance = constants.constant([])
    made = FusedBatchNormV3.operation(
        x,
        scale,
        offset,
        mean,
        variance,
        epsilon=max(epsilon, 1.001e-5),
        data_format=data_format,
        is_training=is_training,
        name=name,
    )
    return made.outputs[0], made.outputs[1], made.outputs[2]


def batch_normalization(
    x: Any, mean: Any, variance: Any, offset: Any, scale: Any, variance_epsilon: Any, name: str | None = None
) -> Tensor:
    """``scale * (x - mean) / sqrt(variance + variance_epsilon) + offset``, made of several operations.

    Args:
        x: a tensor of floating-point numbers.
        mean: a tensor that can be broadcast to its shape; the same holds for the following.
        variance: the variance.
        offset: is added; None for nothing.
        scale: the factor; None for 1.
        variance_epsilon: a small number that keeps from dividing by zero.
        name: the scope of the operations.

    Returns:
        A Tensor of the shape and dtype of ``x``.

    Source: ``tf.nn.batch_normalization``.
    """
    with name_scope(name, "batchnorm", [x, mean, variance, scale, offset]):
        inverse = roots.rsqrt(variance + variance_epsilon)
        if scale is not None:
            inverse = inverse * scale
        dtype = convert_to_tensor(x).dtype if not isinstance(x, Tensor) else x.dtype
        scaled = x * casts.cast(inverse, dtype)
        shift = offset - mean * inverse if offset is not None else -mean * inverse
        result: Tensor = scaled + casts.cast(shift, dtype)
        return result


def batch_norm_with_global_normalization(
    t: Any = None,
    m: Any = None,
    v: Any = None,
    beta: Any = None,
    gamma: Any = None,
    variance_epsilon: Any = None,
    scale_after_normalization: Any = None,
    name: str | None = None,
    input: Any = None,
    mean: Any = None,
    variance: Any = None,
) -> Tensor:
    """``batch_normalization`` with its arguments in an older order and under older names."""
    return batch_normalization(
        renamed_argument("input", input, "t", t),
        renamed_argument("mean", mean, "m", m),
        renamed_argument("variance", variance, "v", v),
        beta,
        gamma if scale_after_normalization else None,
        variance_epsilon,
        name,
    )
