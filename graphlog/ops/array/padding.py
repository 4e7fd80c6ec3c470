"""Pad, PadV2 and MirrorPad: tensors with something put around them."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import string, types
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape, bracketed
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.array import arrays, filling, packing, shape_queries, slicing
from graphlog.ops.dtype_groups import INDICES
from graphlog.ops.samples import MATRIX
from graphlog.ops.static_values import constant_value

_AROUND = samples.int32([[1, 0], [2, 1]])
_MODES = ("REFLECT", "SYMMETRIC")


def _padded_shape(op: Operation) -> list[StaticShape]:
    shape, paddings = op.inputs[0].static_shape, op.inputs[1]
    pairs = shape_rules.with_rank(paddings.static_shape, 2)
    if pairs[1] not in (2, None):
        raise ValueError(f"Dimension must be 2 but is {pairs[1]}")
    if pairs[0] is not None:
        shape = shape_rules.with_rank(shape, pairs[0])
    known = constant_value(paddings)
    if known is None:
        return [None if shape is None else (None,) * len(shape)]
    shape = shape_rules.with_rank(shape, len(known))
    if known.size and known.min() < 0:
        raise ValueError("Paddings must be non-negative")
    totals = known.sum(axis=1).tolist()
    return [tuple([None if size is None else size + more for size, more in zip(shape, totals, strict=True)])]


def _pairs(value: Any, paddings: Any) -> list[tuple[int, int]]:
    """How much comes before and after, for each axis."""
    if paddings.ndim != 2 or paddings.shape[1] != 2:
        raise ValueError(f"paddings must be a matrix with 2 columns: {bracketed(paddings.shape)}")
    if len(paddings) != np.ndim(value):
        raise ValueError(
            "The first dimension of paddings must be the rank of inputs"
            f"{bracketed(paddings.shape)} {bracketed(np.shape(value))}"
        )
    if paddings.size and paddings.min() < 0:
        before, after = paddings[(paddings < 0).any(axis=1)][0]
        raise ValueError(f"Paddings must be non-negative: {before} {after}")
    return [(before, after) for before, after in paddings.tolist()]


def _pad(value: Any, paddings: Any, filler: Any) -> Any:
    pairs = _pairs(value, paddings)
    shape = [before + size + after for (before, after), size in zip(pairs, np.shape(value), strict=True)]
    result = np.full(shape, filler, value.dtype)
    result[_middle(pairs, np.shape(value))] = value
    return result


def _middle(pairs: Any, shape: Any) -> tuple[slice, ...]:
    return tuple([slice(before, before + size) for (before, _), size in zip(pairs, shape, strict=True)])


def _pad_kernel(op: Operation) -> Kernel:
    zero = filling.zero_of(op.outputs[0].dtype)
    return lambda value, paddings: _pad(value, paddings, zero)


def _pad_gradient(op: Operation, grad: Tensor) -> list[Tensor | None]:
    value, paddings = op.inputs[:2]
    first_column = slicing.slice(paddings, [0, 0], packing.stack([shape_queries.rank(value), 1]))
    begin = arrays.reshape(first_column, [-1])
    return [slicing.slice(grad, begin, shape_queries.shape(value)), *[None] * (len(op.inputs) - 1)]


_PADDINGS = {"T": types(), "Tpaddings": types(*INDICES, default=dtypes.int32)}

Pad = define_op(
    "Pad",
    ["input: T", "paddings: Tpaddings"],
    ["output: T"],
    attributes=_PADDINGS,
    shape=_padded_shape,
    make_kernel=_pad_kernel,
    gradient=_pad_gradient,
    samples=[
        Sample((MATRIX, _AROUND)),
        Sample((samples.int32([1, 2]), samples.int64([[0, 2]]))),
        Sample((samples.text(["a"]), samples.int32([[1, 1]]))),
        Sample((MATRIX, samples.int32([[1, 0]])), raises="must be the rank of inputs[1,2] [2,3]"),
        Sample((MATRIX, samples.int32([[1, 0], [0, -1]])), raises="Paddings must be non-negative: 0 -1"),
    ],
)
# TensorFlow has a gradient for the padded tensor only, none for the constant.
PadV2 = define_op(
    "PadV2",
    ["input: T", "paddings: Tpaddings", "constant_values: T"],
    ["output: T"],
    attributes=_PADDINGS,
    shape=_padded_shape,
    kernel=_pad,
    gradient=_pad_gradient,
    samples=[
        Sample((MATRIX, _AROUND, samples.float32(7.5)), differentiable=False),
        Sample((samples.int32([1, 2]), samples.int32([[1, 0]]), samples.int32(-1))),
    ],
)


def _check_mirror(length: int, before: int, after: int, mode: bytes) -> None:
    """Raises ValueError where there is less to mirror than is asked for."""
    if mode == b"SYMMETRIC" and max(before, after) > length:
        raise ValueError(
            f"paddings must be no greater than the dimension size: {before}, {after} greater than {length}"
        )
    if mode == b"REFLECT" and max(before, after) >= length:
        raise ValueError(
            f"paddings must be less than the dimension size: {before}, {after} not less than {length}"
        )


def _mirror_pad_kernel(op: Operation) -> Kernel:
    mode = op.attributes["mode"]
    numpy_mode: Any = "symmetric" if mode == b"SYMMETRIC" else "reflect"

    def kernel(value: Any, paddings: Any) -> Any:
        pairs = _pairs(value, paddings)
        for length, pair in zip(np.shape(value), pairs, strict=True):
            _check_mirror(length, *pair, mode)
        return np.pad(value, pairs, mode=numpy_mode) if pairs else np.array(value)

    return kernel


def _unmirrored_shape(op: Operation) -> list[StaticShape]:
    shape, known = op.inputs[0].static_shape, constant_value(op.inputs[1])
    shape_rules.with_rank(op.inputs[1].static_shape, 2)
    if known is None:
        return [None if shape is None else (None,) * len(shape)]
    sizes = shape_rules.with_rank(shape, len(known))
    totals = known.sum(axis=1).tolist()
    return [tuple([None if size is None else size - more for size, more in zip(sizes, totals, strict=True)])]


def _mirror_pad_grad_kernel(op: Operation) -> Kernel:
    mode = op.attributes["mode"]
    # In mode REFLECT the edge itself is not mirrored.
    inset = int(mode == b"REFLECT")

    def kernel(grad: Any, paddings: Any) -> Any:
        pairs = _pairs(grad, paddings)
        for axis, (before, after) in enumerate(pairs):
            length = np.shape(grad)[axis] - before - after
            _check_mirror(length, before, after, mode)
            grad = np.moveaxis(grad, axis, 0)
            folded = np.array(grad[before : before + length])
            folded[inset : inset + before] += grad[:before][::-1]
            folded[length - inset - after : length - inset] += grad[before + length :][::-1]
            grad = np.moveaxis(folded, 0, axis)
        return np.array(grad, order="C")

    return kernel


def _like_mirror_pad_grad(op: Operation, grad: Tensor) -> Any:
    return MirrorPadGrad(grad, op.inputs[1], mode=op.attributes["mode"]), None


def _like_mirror_pad(op: Operation, grad: Tensor) -> Any:
    return MirrorPad(grad, op.inputs[1], mode=op.attributes["mode"]), None


MirrorPad = define_op(
    "MirrorPad",
    ["input: T", "paddings: Tpaddings"],
    ["output: T"],
    attributes=_PADDINGS | {"mode": string(allowed=_MODES)},
    shape=_padded_shape,
    make_kernel=_mirror_pad_kernel,
    gradient=_like_mirror_pad_grad,
    samples=[
        Sample((MATRIX, _AROUND), {"mode": "REFLECT"}),
        Sample((MATRIX, samples.int64([[2, 1], [0, 3]])), {"mode": "SYMMETRIC"}),
        Sample((MATRIX, samples.int32([[2, 0], [0, 0]])), {"mode": "REFLECT"}, raises="2, 0 not less than 2"),
        Sample((MATRIX, samples.int32([[3, 0], [0, 0]])), {"mode": "SYMMETRIC"}, raises="no greater than"),
    ],
)
MirrorPadGrad = define_op(
    "MirrorPadGrad",
    ["input: T", "paddings: Tpaddings"],
    ["output: T"],
    attributes=_PADDINGS | {"mode": string(allowed=_MODES)},
    shape=_unmirrored_shape,
    make_kernel=_mirror_pad_grad_kernel,
    gradient=_like_mirror_pad,
    samples=[
        Sample((samples.float32(np.arange(18).reshape(3, 6)), _AROUND), {"mode": "REFLECT"}),
        Sample((samples.float32(np.arange(10)), samples.int64([[2, 3]])), {"mode": "SYMMETRIC"}),
    ],
)


def pad(
    tensor: Any, paddings: Any, mode: str = "CONSTANT", name: str | None = None, constant_values: Any = 0
) -> Tensor:
    """A tensor with something put around it.

    Args:
        tensor: a tensor.
        paddings: how much comes before and after along each axis, of shape ``(rank, 2)``.
        mode: ``"CONSTANT"``, or ``"REFLECT"`` or ``"SYMMETRIC"`` for the mirror image without or with
            the edge itself.
        name: the operation's name.
        constant_values: what to put there, in mode ``"CONSTANT"``.

    Returns:
        A Tensor of the same dtype.

    Raises:
        ValueError: there is no such mode, or the paddings do not fit.

    Source: TensorFlow's ``Pad``, ``PadV2`` and ``MirrorPad``.
    """
    mode = str(mode).upper()
    if mode == "CONSTANT":
        if not isinstance(constant_values, Tensor) and constant_values == 0:
            result = Pad(tensor, paddings, name=name)
        else:
            result = PadV2(tensor, paddings, constant_values, name=name)
    elif mode in _MODES:
        result = MirrorPad(tensor, paddings, mode=mode, name=name)
    else:
        raise ValueError(f"Unknown padding mode: {mode}")
    _set_known_sizes(result)
    return result


def _set_known_sizes(result: Tensor) -> None:
    """Sizes also where only some of the paddings are known, as TensorFlow's Python part finds them."""
    shape, paddings = result.op.inputs[0].static_shape, result.op.inputs[1]
    if shape is None or constant_value(paddings) is not None:
        return
    if paddings.op.type != "Pack" or paddings.op.attributes["axis"] != 0:
        return
    rows = [constant_value(row) for row in paddings.op.inputs]
    result.set_shape(
        [
            None if size is None or row is None else size + int(row.sum())
            for size, row in zip(shape, rows, strict=True)
        ]
    )
