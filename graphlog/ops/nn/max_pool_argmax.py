"""Max pooling that also says where each maximum stands."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import Attribute, boolean, string, types
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.dtype_groups import INDICES, REALS
from graphlog.ops.nn.pooling_kernels import Pooling, lowest, pooling_windows
from graphlog.ops.nn.windows import padded
from graphlog.ops.renamed_arguments import renamed_argument


def _shapes(op: Operation) -> list[StaticShape]:
    shape = shape_rules.with_rank(op.inputs[0].static_shape, 4)
    windows, size = pooling_windows(op)
    return [windows.output_shape(shape, size)] * 2


def _positions(shape: Any, include_batch: bool) -> Any:
    """The number of each element in its image, or in all images."""
    count = int(np.prod(shape))
    numbers = np.arange(count, dtype=np.int64).reshape(shape)
    return numbers if include_batch else numbers % max(1, count // max(1, shape[0]))


def _kernel(op: Operation) -> Kernel:
    pooling = Pooling(op)
    include_batch = op.attributes["include_batch_in_index"]
    index_dtype = op.attributes["Targmax"].numpy_dtype

    def kernel(value: Any) -> tuple[Any, Any]:
        counts = pooling.counts(value.shape)
        paddings = pooling.paddings(value.shape)
        around = padded(value, paddings, lowest(value.dtype))
        where = padded(_positions(value.shape, include_batch), paddings, -1)
        first, *rest = pooling.taps(counts)
        result, position = around[first].copy(), where[first].copy()
        for slices in rest:
            # The first of equal maxima counts, but no padding does.
            is_better = (around[slices] > result) | ((position < 0) & (where[slices] >= 0))
            np.copyto(result, around[slices], where=is_better)
            np.copyto(position, where[slices], where=is_better)
        return result, position.astype(index_dtype)

    return kernel


def _gradient_kernel(op: Operation) -> Kernel:
    include_batch = op.attributes["include_batch_in_index"]

    def kernel(value: Any, grad: Any, argmax: Any) -> Any:
        if grad.shape != argmax.shape:
            raise ValueError(f"grad and argmax must have one shape, not {grad.shape} and {argmax.shape}")
        indices = argmax
        if not include_batch and value.shape[0]:
            starts = np.arange(value.shape[0]) * (value.size // value.shape[0])
            indices = argmax + starts.reshape(-1, *(1,) * (argmax.ndim - 1))
        if indices.size and not (0 <= indices.min() and indices.max() < value.size):
            raise ValueError(f"Invalid max pool indices: they must be in [0, {value.size})")
        result = np.zeros(value.size, grad.dtype)
        np.add.at(result, indices.ravel(), grad.ravel())
        return result.reshape(value.shape)

    return kernel


_GIVEN = ("ksize", "strides", "padding", "include_batch_in_index")


def _gradient(op: Operation, grad: Tensor, _: Tensor | None) -> Tensor:
    given = {name: op.attributes[name] for name in _GIVEN}
    return MaxPoolGradWithArgmax(op.inputs[0], grad, op.outputs[1], **given)


_WINDOWS = {
    "ksize": Attribute("list(int)", minimum=4),
    "strides": Attribute("list(int)", minimum=4),
}
_PADDING = {"padding": string(allowed=("SAME", "VALID")), "include_batch_in_index": boolean(False)}
_VALUE = samples.float32(np.arange(24) * 7 % 24 * 0.25 - 3).reshape(2, 2, 3, 2)
_SAME = {"ksize": [1, 2, 2, 1], "strides": [1, 1, 2, 1], "padding": "SAME"}
_GRADIENTS = samples.float32(np.arange(16) * 0.5 - 3).reshape(2, 2, 2, 2)
_INDICES = samples.int64(np.arange(16) * 5 % 12).reshape(2, 2, 2, 2)

MaxPoolWithArgmax = define_op(
    "MaxPoolWithArgmax",
    ["input: T"],
    ["output: T", "argmax: Targmax"],
    attributes={
        **_WINDOWS,
        "Targmax": types(*INDICES, default=dtypes.int64),
        **_PADDING,
        "T": types(*REALS),
    },
    shape=_shapes,
    make_kernel=_kernel,
    gradient=_gradient,
    # TensorFlow has no gradient of the gradient.
    samples=[
        Sample((_VALUE,), _SAME, differentiable=False),
        Sample(
            (_VALUE,),
            {**_SAME, "include_batch_in_index": True, "Targmax": dtypes.int32},
            differentiable=False,
        ),
        Sample((_VALUE[0],), _SAME, raises="tensor_in must be 4-dimensional"),
    ],
)
MaxPoolGradWithArgmax = define_op(
    "MaxPoolGradWithArgmax",
    ["input: T", "grad: T", "argmax: Targmax"],
    ["output: T"],
    attributes={**_WINDOWS, **_PADDING, "Targmax": types(*INDICES), "T": types(*REALS)},
    shape=lambda op: [shape_rules.with_rank(op.inputs[0].static_shape, 4)],
    make_kernel=_gradient_kernel,
    samples=[
        Sample((_VALUE, _GRADIENTS, _INDICES), _SAME),
        Sample((_VALUE, _GRADIENTS, _INDICES + 30), _SAME, raises="Invalid max pool indices"),
    ],
)


def max_pool_with_argmax(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: str,
    data_format: str = "NHWC",
    Targmax: Any = None,  # noqa: N803
    name: str | None = None,
    output_dtype: Any = None,
    include_batch_in_index: bool = False,
) -> tuple[Tensor, Tensor]:
    """The maximum of each window that slides over images, and where it stands.

    Args:
        input: images ``(batch, height, width, channels)``.
        ksize: the size of a window, for each of the four axes.
        strides: the step from window to window, for each of the four axes.
        padding: ``"SAME"`` or ``"VALID"``.
        data_format: ``"NHWC"``.
        Targmax: the dtype of the positions, int32 or int64; int64 if None.
        name: the operation's name.
        output_dtype: the newer name of ``Targmax``.
        include_batch_in_index: whether positions are counted through all images, not in each one.

    Returns:
        The maxima, and the positions in the flattened image.

    Raises:
        ValueError: another format, or shapes that do not fit.

    Source: TensorFlow's ``MaxPoolWithArgmax``.
    """
    if data_format != "NHWC":
        raise ValueError("Data formats other than 'NHWC' are not yet supported")
    dtype = renamed_argument("output_dtype", output_dtype, "Targmax", Targmax)
    made = MaxPoolWithArgmax.operation(
        input,
        ksize=ksize,
        strides=strides,
        padding=padding,
        Targmax=dtypes.int64 if dtype is None else dtype,
        include_batch_in_index=include_batch_in_index,
        name=name,
    )
    return made.outputs[0], made.outputs[1]
