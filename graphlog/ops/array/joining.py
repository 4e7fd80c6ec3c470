"""Concat and Split: tensors put together along an axis that they have, and taken apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from graphlog.core import dtypes, shapes
from graphlog.core.attributes import integer, types
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.indexed_slices import IndexedSlices
from graphlog.core.op_definition import NOT_DIFFERENTIABLE, Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import Dimension, StaticShape
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.array import arrays, axes, joined_slices, packing, shape_queries, slicing
from graphlog.ops.constants import constant
from graphlog.ops.control_flow import control_flow_contexts
from graphlog.ops.dtype_groups import INDICES
from graphlog.ops.math import casts
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.shape_rules import merged_shape
from graphlog.ops.static_values import constant_value

_WIDE = samples.float32([[1.5, -2.0, 3.0], [0.5, 4.0, -1.0]])
_NARROW = samples.float32([[2.5], [-0.5]])

# From this number of tensors on, TensorFlow's gradient of a concatenation splits it in one operation.
_MANY = 16


def _joined_shape(values: Sequence[Tensor], axis: Any) -> list[StaticShape]:
    known = [tensor.static_shape for tensor in values if tensor.static_shape is not None]
    if not known:
        return [None]
    rank = len(known[0])
    if rank == 0:
        raise ValueError("Can't concatenate scalars (use tf.stack instead)")
    if axis is None:
        for shape in known:
            shape_rules.with_rank(shape, rank)
        return [(None,) * rank]
    position = int(axis) + rank if axis < 0 else int(axis)
    if not 0 <= position < rank:
        needed = -int(axis) if axis < 0 else int(axis) + 1
        raise ValueError(f"Shape must be at least rank {needed} but is rank {rank}")
    sizes = [shape_rules.with_rank(tensor.static_shape, rank) for tensor in values]
    before: StaticShape = None
    after: StaticShape = None
    total: int | None = 0
    # From the last to the first, as TensorFlow, whose error names the sizes in that order.
    for shape in reversed(sizes):
        before = merged_shape(shape[:position], before)
        after = merged_shape(shape[position + 1 :], after)
        length = shape[position]
        total = None if total is None or length is None else total + length
    return [(*(before or ()), total, *(after or ()))]


def _join(values: Sequence[Any], axis: Any) -> Any:
    try:
        return np.concatenate(values, int(axis))
    except ValueError:  # Which AxisError is, too.
        raise ValueError(_why_not_joined(values, int(axis))) from None


def _why_not_joined(values: Sequence[Any], axis: int) -> str:
    rank, first = values[0].ndim, shapes.bracketed(values[0].shape)
    if not -rank <= axis < rank:
        return f"ConcatOp : Expected concatenating dimensions in the range [{-rank}, {rank}), but got {axis}"
    for index, value in enumerate(values):
        has_rank = value.ndim == rank
        if not (has_rank and np.array_equal(np.delete(value.shape, axis), np.delete(values[0].shape, axis))):
            what = "Dimensions of inputs" if has_rank else "Ranks of all input tensors"
            return (
                f"ConcatOp : {what} should match: shape[0] = {first} vs. shape[{index}] = "
                f"{shapes.bracketed(value.shape)}"
            )
    return "ConcatOp : the inputs do not fit together"


def _join_gradient(grad: Any, values: Sequence[Tensor], axis: Tensor) -> list[Any]:
    """The part of the gradient that each input went into."""
    if isinstance(grad, IndexedSlices):
        return joined_slices.parts(grad, values, axis)
    axis = _in_context_of(grad, axis)
    # TensorFlow fails on an int64 axis here; an int32 one stays as it is.
    position = casts.cast(axis, dtypes.int32) % shape_queries.rank(values[0])
    sizes = _sizes(values)
    if len(values) > _MANY:
        lengths = axes.squeeze(slicing.slice(packing.stack(sizes, axis=1), [position, 0], [1, -1]))
        return split(grad, lengths, position)
    offsets = ConcatOffset.operation(position, sizes).outputs
    return [slicing.slice(grad, begin, size) for begin, size in zip(offsets, sizes, strict=True)]


def _in_context_of(grad: Tensor, axis: Tensor) -> Tensor:
    """The axis; a constant of its own where that of the concatenation is in another cond or loop."""
    output_context = control_flow_contexts.output_context
    if axis.op.type != "Const" or output_context(axis.op) is output_context(grad.op):
        return axis
    return constant(axis.op.attributes["value"], axis.dtype)


def _sizes(values: Sequence[Tensor]) -> list[Tensor]:
    sizes = []
    for value in values:
        size = shape_queries.shape(value)
        if size.op.type != "Const":
            return shape_queries.shape_n(values)
        sizes.append(size)
    return sizes


def _concat_v2_gradient(op: Operation, grad: Tensor) -> list[Tensor | None]:
    return [*_join_gradient(grad, op.inputs[:-1], op.inputs[-1]), None]


def _concat_gradient(op: Operation, grad: Tensor) -> list[Tensor | None]:
    return [None, *_join_gradient(grad, op.inputs[1:], op.inputs[0])]


def _offsets(axis: Any, *sizes: Any) -> tuple[Any, ...]:
    rank = sizes[0].size
    position = int(axis)
    if not -rank <= position < rank:
        raise ValueError(
            f"Concat dim is out of range: expected in the range [{-rank}, {rank}), but got {position}"
        )
    for index, shape in enumerate(sizes):
        if shape.size != rank:
            raise ValueError(f"input {index} should contain {rank} elements, but got {shape.size}")
        differs = shape != sizes[0]
        differs[position] = False
        if differs.any():
            raise ValueError(
                f"All dimensions except {position} must match. Input {index} has shape "
                f"{shape.tolist()} and doesn't match input 0 with shape {sizes[0].tolist()}."
            )
    offsets = np.zeros((len(sizes), rank), np.int32)
    np.cumsum([shape[position] for shape in sizes[:-1]], out=offsets[1:, position])
    return tuple(np.array(row) for row in offsets)


ConcatV2 = define_op(
    "ConcatV2",
    ["values: N * T", "axis: Tidx"],
    ["output: T"],
    attributes={
        "N": integer(minimum=2),
        "T": types(),
        "Tidx": types(*INDICES, default=dtypes.int32),
    },
    shape=lambda op: _joined_shape(op.inputs[:-1], constant_value(op.inputs[-1])),
    kernel=lambda *inputs: _join(inputs[:-1], inputs[-1]),
    gradient=_concat_v2_gradient,
    samples=[
        Sample(([_WIDE, _NARROW, 2 * _WIDE], samples.int32(-1))),
        Sample(([_WIDE, 3 * _WIDE[:1]], samples.int64(0))),
        Sample(([samples.int32([1, 2]), samples.int32([3])], samples.int32(0))),
        Sample(([_NARROW] * 17, samples.int32(1))),
        Sample(
            ([_WIDE, _NARROW], samples.int32(0)),
            raises="ConcatOp : Dimensions of inputs should match: shape[0] = [2,3] vs. shape[1] = [2,1]",
        ),
        Sample(
            ([_WIDE, _WIDE[0]], samples.int32(0)),
            raises="Ranks of all input tensors should match: shape[0] = [2,3] vs. shape[1] = [3]",
        ),
        Sample(([_WIDE, _WIDE], samples.int32(2)), raises="in the range [-2, 2), but got 2"),
    ],
)
Concat = define_op(
    "Concat",
    ["concat_dim: int32", "values: N * T"],
    ["output: T"],
    attributes={"N": integer(minimum=2), "T": types()},
    shape=lambda op: _joined_shape(op.inputs[1:], constant_value(op.inputs[0])),
    kernel=lambda axis, *values: _join(values, axis),
    gradient=_concat_gradient,
    samples=[Sample((samples.int32(1), [_WIDE, _NARROW]))],
)
ConcatOffset = define_op(
    "ConcatOffset",
    ["concat_dim: int32", "shape: N * int32"],
    ["offset: N * int32"],
    attributes={"N": integer(minimum=2)},
    shape=lambda op: [tensor.static_shape for tensor in op.inputs[1:]],
    kernel=_offsets,
    gradient=NOT_DIFFERENTIABLE,
    samples=[
        Sample((samples.int32(1), [samples.int32([2, 3]), samples.int32([2, 4]), samples.int32([2, 1])])),
        Sample(
            (samples.int32(1), [samples.int32([2, 3]), samples.int32([3, 3])]),
            raises="All dimensions except 1 must match",
        ),
        Sample(
            (samples.int32(2), [samples.int32([2, 3]), samples.int32([2, 3])]),
            raises="Concat dim is out of range",
        ),
    ],
)


def _split_shape(op: Operation) -> list[StaticShape]:
    count, shape, axis = op.attributes["num_split"], op.inputs[1].static_shape, constant_value(op.inputs[0])
    if shape is None:
        return [None] * count
    if axis is None:
        return [(None,) * len(shape)] * count
    position = shape_rules.axis_in_range(int(axis), len(shape))
    size = shape[position]
    if size is not None and size % count:
        raise ValueError(
            f"Dimension size must be evenly divisible by {count} but is {size}\n\tNumber of ways to split "
            "should evenly divide the split dimension"
        )
    part = None if size is None else size // count
    return [(*shape[:position], part, *shape[position + 1 :])] * count


def _split_kernel(op: Operation) -> Kernel:
    count = op.attributes["num_split"]

    def kernel(axis: Any, value: Any) -> tuple[Any, ...]:
        position = _split_axis(int(axis), value.ndim)
        if value.shape[position] % count:
            raise ValueError(
                f"Number of ways to split should evenly divide the split dimension, but got split_dim "
                f"{position} (size = {value.shape[position]}) and num_split {count}"
            )
        return tuple(np.split(value, count, position))

    return kernel


def _split_axis(axis: int, rank: int) -> int:
    if not -rank <= axis < rank:
        raise ValueError(f"-input rank(-{rank}) <= split_dim < input rank ({rank}), but got {axis}")
    return axis % rank


def _split_v_shape(op: Operation) -> list[StaticShape]:
    count, shape = op.attributes["num_split"], op.inputs[0].static_shape
    sizes, axis = constant_value(op.inputs[1]), constant_value(op.inputs[2])
    if count == 1:
        return [shape]
    if shape is None:
        return [None] * count
    if not shape:
        raise ValueError("Can't split scalars")
    if axis is None:
        return [(None,) * len(shape)] * count
    position = shape_rules.axis_in_range(int(axis), len(shape))
    parts: Sequence[int | None] = [None] * count
    if sizes is not None:
        if sizes.size != count:
            raise ValueError("Length of size_splits should be equal to num_outputs")
        parts = _part_sizes(sizes.tolist(), shape[position])
    return [(*shape[:position], part, *shape[position + 1 :]) for part in parts]


def _part_sizes(sizes: list[int], total: int | None) -> list[int | None]:
    """The sizes of all parts, with what is left in place of -1."""
    if sizes.count(-1) > 1:
        raise ValueError("size_splits can only have one -1")
    given = sum(size for size in sizes if size != -1)
    if any(size < -1 for size in sizes):
        index = next(index for index, size in enumerate(sizes) if size < -1)
        raise ValueError(f"Split size at index {index} must be >= 0. Got: {sizes[index]}")
    if total is not None and (given > total if -1 in sizes else given != total):
        raise ValueError(
            f"can't split axis of size {total} into pieces of size [{','.join(map(str, sizes))}]"
        )
    rest = None if total is None else total - given
    return [rest if size == -1 else size for size in sizes]


def _split_v(value: Any, sizes: Any, axis: Any) -> tuple[Any, ...]:
    position = _split_axis(int(axis), value.ndim)
    parts: Any = _part_sizes(sizes.tolist(), value.shape[position])
    return tuple(np.split(value, np.cumsum(parts[:-1], dtype=np.int64), position))


def _split_v_gradient(op: Operation, *grads: Tensor) -> list[Tensor | None]:
    return [concat(list(grads), op.inputs[2]), None, None]


Split = define_op(
    "Split",
    ["split_dim: int32", "value: T"],
    ["output: num_split * T"],
    attributes={"num_split": integer(minimum=1), "T": types()},
    shape=_split_shape,
    make_kernel=_split_kernel,
    gradient=lambda op, *grads: (None, concat(list(grads), op.inputs[0])),
    samples=[
        Sample((samples.int32(-1), _WIDE), {"num_split": 3}),
        Sample((samples.int32(0), _WIDE), {"num_split": 1}),
        Sample((samples.int32(1), _WIDE), {"num_split": 2}, raises="(size = 3) and num_split 2"),
        Sample((samples.int32(2), _WIDE), {"num_split": 2}, raises="split_dim < input rank (2), but got 2"),
    ],
    returns_view=True,
)
SplitV = define_op(
    "SplitV",
    ["value: T", "size_splits: Tlen", "split_dim: int32"],
    ["output: num_split * T"],
    attributes={
        "num_split": integer(minimum=1),
        "T": types(),
        "Tlen": types(*INDICES, default=dtypes.int64),
    },
    shape=_split_v_shape,
    kernel=_split_v,
    gradient=_split_v_gradient,
    samples=[
        Sample((_WIDE, samples.int32([1, 0, 2]), samples.int32(1)), {"num_split": 3}),
        Sample((_WIDE, samples.int64([1, -1]), samples.int32(-2)), {"num_split": 2}),
        Sample(
            (_WIDE, samples.int32([1, 1]), samples.int32(1)),
            {"num_split": 2},
            raises="can't split axis of size 3 into pieces of size [1,1]",
        ),
    ],
    returns_view=True,
)


def concat(values: Any, axis: Any, name: str = "concat") -> Tensor:
    """Tensors put together along an axis.

    Args:
        values: a list of tensors of one dtype, whose shapes differ along that axis only; or one tensor.
        axis: the axis, counted from the end where negative.
        name: the operation's name.

    Returns:
        A Tensor that is as long along that axis as all of them together.

    Raises:
        ValueError: the shapes do not fit, or there is no such axis.

    Source: TensorFlow's ``ConcatV2``; one tensor alone goes through an ``Identity``.
    """
    if not isinstance(values, list | tuple):
        values = [values]
    if len(values) == 1:
        with name_scope(name):
            position = convert_to_tensor(axis, dtypes.int32, name="concat_dim")
            shape_rules.with_rank(position.static_shape, 0)
            return arrays.identity(values[0], name=name)
    return ConcatV2(list(values), axis, name=name)


# A tensor for each is made at once.
_MOST_PARTS = 1 << 20


def split(
    value: Any, num_or_size_splits: Any, axis: Any = 0, num: int | None = None, name: str = "split"
) -> list[Tensor]:
    """A tensor taken apart along an axis.

    Args:
        value: a tensor.
        num_or_size_splits: the number of equal parts, or a vector of their sizes, one of which may be -1
            for what is left.
        axis: the axis, counted from the end where negative.
        num: the number of parts, where it does not follow from the sizes.
        name: the operation's name.

    Returns:
        A list of Tensors.

    Raises:
        ValueError: the axis cannot be divided so, or the number of parts is not known.

    Source: TensorFlow's ``Split`` and ``SplitV``.
    """
    sizes = convert_to_tensor(num_or_size_splits)
    if isinstance(num_or_size_splits, int | Dimension):
        count = int(num_or_size_splits)
        if count > _MOST_PARTS:
            raise ValueError(f"num_or_size_splits is {count}, and may be at most {_MOST_PARTS}.")
        return list(Split.operation(axis, value, num_split=count, name=name).outputs)
    if sizes.static_shape == ():
        raise ValueError(
            "Rank-0 tensors are not supported as the num_or_size_splits argument to split. Argument "
            f"provided: {num_or_size_splits}"
        )
    if num is None:
        num = sizes.static_shape[0] if sizes.static_shape else None
        if num is None:
            raise ValueError(f"Cannot infer num from shape {num_or_size_splits}")
    return list(SplitV.operation(value, sizes, axis, num_split=num, name=name).outputs)
