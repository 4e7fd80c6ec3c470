"""Elements in another order along an axis: reversed, rolled."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import integer, types
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.dtype_groups import INDICES
from graphlog.ops.renamed_arguments import renamed_argument
from graphlog.ops.samples import MATRIX
from graphlog.ops.shape_rules import merged_size, with_rank_at_least
from graphlog.ops.static_values import constant_value

_REVERSIBLE = (
    *(dtypes.uint8, dtypes.int8, dtypes.uint16, dtypes.int16, dtypes.int32, dtypes.int64, dtypes.bool_),
    *(dtypes.bfloat16, dtypes.float16, dtypes.float32, dtypes.float64, dtypes.complex64),
    *(dtypes.complex128, dtypes.string),
)


def _reversed_shape(op: Operation) -> list[StaticShape]:
    shape, axis = op.inputs[0].static_shape, constant_value(op.inputs[1])
    shape_rules.with_rank(op.inputs[1].static_shape, 1)
    if shape is not None and axis is not None:
        _reversed_axes(axis, len(shape))
    return [shape]


def _reversed_axes(axis: Any, rank: int) -> tuple[int, ...]:
    found = []
    for given in axis.tolist():
        if not -rank <= given < rank:
            raise ValueError(f"'axis' entry {given} is out of bounds for tensor with {rank} dims.")
        if given % rank in found:
            raise ValueError(f"axis {given % rank} specified more than once.")
        found.append(given % rank)
    return tuple(found)


ReverseV2 = define_op(
    "ReverseV2",
    ["tensor: T", "axis: Tidx"],
    ["output: T"],
    attributes={"Tidx": types(*INDICES, default=dtypes.int32), "T": types(*_REVERSIBLE)},
    shape=_reversed_shape,
    kernel=lambda value, axis: np.flip(value, _reversed_axes(axis, np.ndim(value))),
    gradient=lambda op, grad: (reverse(grad, op.inputs[1]), None),
    samples=[
        Sample((MATRIX, samples.int32([-1]))),
        Sample((MATRIX, samples.int64([0, 1]))),
        Sample((samples.int32([1, 2]), samples.int32([]))),
        Sample((MATRIX, samples.int32([2])), raises="'axis' entry 2 is out of bounds for tensor with 2"),
        Sample((MATRIX, samples.int32([1, -1])), raises="axis 1 specified more than once."),
    ],
    returns_view=True,
)


def _reversed_sequence_shape(op: Operation) -> list[StaticShape]:
    shape = op.inputs[0].static_shape
    lengths = shape_rules.with_rank(op.inputs[1].static_shape, 1)
    along, batch = op.attributes["seq_dim"], op.attributes["batch_dim"]
    if shape is None:
        return [None]
    if not batch < len(shape):
        raise ValueError(f"batch_dim must be < input rank: {batch} vs. {len(shape)}")
    if not along < len(shape):
        raise ValueError(f"seq_dim must be < input rank: {along} vs. {len(shape)}")
    size = merged_size(shape[batch], None if lengths is None else lengths[0])
    return [tuple([size if axis == batch % len(shape) else old for axis, old in enumerate(shape)])]


def _reverse_sequence_kernel(op: Operation) -> Kernel:
    along, batch = op.attributes["seq_dim"], op.attributes["batch_dim"]

    def kernel(value: Any, lengths: Any) -> Any:
        with_rank_at_least(value.shape, max(along, batch) + 1)
        if along == batch:
            raise ValueError(f"batch_dim == seq_dim == {along}")
        if lengths.shape != (value.shape[batch],):
            raise ValueError(
                f"Length of seq_lengths != input.dims({batch}), ({lengths.size} vs. {value.shape[batch]})"
            )
        size = value.shape[along]
        if lengths.size and (lengths.min() < 0 or lengths.max() > size):
            wrong = lengths[(lengths < 0) | (lengths > size)][0]
            raise ValueError(f"seq_lens(i) = {wrong} is not in [0, input.dims({along}) = {size}]")
        steps = np.arange(size)
        order = np.where(steps < lengths[:, np.newaxis], lengths[:, np.newaxis] - 1 - steps, steps)
        # Rows are the batch; the axes in between are the same for all.
        if batch > along:
            order = order.T
        shape = [value.shape[axis] if axis in (batch, along) else 1 for axis in range(value.ndim)]
        return np.ascontiguousarray(np.take_along_axis(value, order.reshape(shape), along))

    return kernel


def _reverse_sequence_gradient(op: Operation, grad: Tensor) -> Any:
    along, batch = op.attributes["seq_dim"], op.attributes["batch_dim"]
    return reverse_sequence(grad, op.inputs[1], seq_axis=along, batch_axis=batch), None


ReverseSequence = define_op(
    "ReverseSequence",
    ["input: T", "seq_lengths: Tlen"],
    ["output: T"],
    attributes={
        "seq_dim": integer(),
        "batch_dim": integer(0),
        "T": types(),
        "Tlen": types(*INDICES, default=dtypes.int64),
    },
    shape=_reversed_sequence_shape,
    make_kernel=_reverse_sequence_kernel,
    gradient=_reverse_sequence_gradient,
    samples=[
        Sample((MATRIX, samples.int64([2, 3])), {"seq_dim": 1}),
        Sample((MATRIX[:, np.newaxis], samples.int32([2, 0, 1])), {"seq_dim": 0, "batch_dim": 2}),
        Sample((MATRIX, samples.int64([2, 4])), {"seq_dim": 1}, raises="seq_lens(i) = 4 is not in [0, input"),
        Sample((MATRIX, samples.int64([2])), {"seq_dim": 1}, raises="Length of seq_lengths != input.dims(0)"),
    ],
)


def _roll(value: Any, shift: Any, axis: Any) -> Any:
    if np.ndim(value) < 1:
        raise ValueError("input must be 1-D or higher")
    if np.shape(shift) != np.shape(axis):
        raise ValueError("shift and axis must have the same size")
    for given in np.ravel(axis).tolist():
        if not -value.ndim <= given < value.ndim:
            raise ValueError(f"axis {given} is out of range")
    return np.roll(value, np.ravel(shift).tolist(), tuple(np.ravel(axis).tolist()))


Roll = define_op(
    "Roll",
    ["input: T", "shift: Tshift", "axis: Taxis"],
    ["output: T"],
    attributes={"T": types(), "Tshift": types(*INDICES), "Taxis": types(*INDICES)},
    shape=shape_rules.unchanged,
    kernel=_roll,
    gradient=lambda op, grad: (roll(grad, -op.inputs[1], op.inputs[2]), None, None),
    samples=[
        Sample((MATRIX, samples.int32(2), samples.int32(-1))),
        Sample((MATRIX, samples.int64([1, -4]), samples.int32([0, 1]))),
        Sample((MATRIX, samples.int32([1]), samples.int32([2])), raises="axis 2 is out of range"),
        Sample((MATRIX, samples.int32([1]), samples.int32([0, 1])), raises="must have the same size"),
    ],
)


def reverse(tensor: Any, axis: Any, name: str | None = None) -> Tensor:
    """A tensor with its elements in the opposite order along axes.

    Args:
        tensor: a tensor.
        axis: the axes, a vector, counted from the end where negative.
        name: the operation's name.

    Returns:
        A Tensor of the same shape and dtype.

    Source: TensorFlow's ``ReverseV2``.
    """
    return ReverseV2(tensor, axis, name=name)


def reverse_sequence(
    input: Any,
    seq_lengths: Any,
    seq_axis: int | None = None,
    batch_axis: int | None = None,
    name: str | None = None,
    seq_dim: int | None = None,
    batch_dim: int | None = None,
) -> Tensor:
    """A batch of sequences, the first elements of each in the opposite order.

    Args:
        input: a tensor.
        seq_lengths: how many elements of each sequence are reversed, an int32 or int64 vector.
        seq_axis: the axis along which a sequence runs.
        batch_axis: the axis along which the sequences are counted; 0 if None.
        name: the operation's name.
        seq_dim: the older name of ``seq_axis``.
        batch_dim: the older name of ``batch_axis``.

    Returns:
        A Tensor of the same shape and dtype.

    Source: TensorFlow's ``ReverseSequence``.
    """
    along = renamed_argument("seq_axis", seq_axis, "seq_dim", seq_dim)
    batch = renamed_argument("batch_axis", batch_axis, "batch_dim", batch_dim)
    return ReverseSequence(input, seq_lengths, seq_dim=along, batch_dim=batch, name=name)


def roll(input: Any, shift: Any, axis: Any, name: str | None = None) -> Tensor:
    """A tensor with its elements moved along axes; what leaves at one end enters at the other.

    Args:
        input: a tensor.
        shift: how far, a scalar or a vector.
        axis: along which axes, likewise.
        name: the operation's name.

    Returns:
        A Tensor of the same shape and dtype.

    Source: TensorFlow's ``Roll``.
    """
    return Roll(input, shift, axis, name=name)
