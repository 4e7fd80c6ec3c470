"""Blocks of a tensor's spatial axes moved into its batch axis, and back."""

from __future__ import annotations

import numbers
from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import integer, types
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape, bracketed, is_fully_defined
from graphlog.core.tensor import Tensor
from graphlog.ops import samples
from graphlog.ops.array import filling, packing
from graphlog.ops.dtype_groups import INDICES
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.renamed_arguments import renamed_argument
from graphlog.ops.shape_rules import divided_size, with_rank_at_least
from graphlog.ops.static_values import constant_value

_IMAGES = samples.float32(np.arange(16).reshape(1, 4, 4, 1) / 8 - 1)
_BATCHES = samples.float32(np.arange(16).reshape(4, 2, 2, 1) / 8 - 1)
_SEQUENCE = samples.float32([[1.5, -2.0, 3.0], [0.5, 4.0, -1.0]])


def _block_axes(op: Operation) -> tuple[Any, Any, int | None]:
    """The block's sizes and the pairs of paddings or crops, and how many axes they are about."""
    *blocks, pairs = op.inputs[1:]
    if not blocks:
        size = op.attributes["block_size"]
        return np.array([size, size]), constant_value(pairs), 2
    vector = blocks[0].static_shape
    if vector is not None and len(vector) != 1:
        raise ValueError("block_shape must have rank 1.")
    return constant_value(blocks[0]), constant_value(pairs), None if vector is None else vector[0]


def _checked_blocks(blocks: Any, pairs: Any, what: str) -> None:
    if blocks is not None and blocks.size and blocks.min() < 1:
        raise ValueError("block_shape must be positive")
    if pairs is not None and pairs.size and pairs.min() < 0:
        raise ValueError(f"{what} cannot be negative")


def _into_batch_shape(op: Operation) -> list[StaticShape]:
    shape = op.inputs[0].static_shape
    blocks, paddings, count = _block_axes(op)
    if shape is None or count is None:
        return [None]
    with_rank_at_least(shape, count + 1)
    _checked_blocks(blocks, paddings, "paddings")
    batch, spatial, rest = shape[0], shape[1 : count + 1], shape[count + 1 :]
    if blocks is None:
        return [(None if count else batch, *(None,) * count, *rest)]
    batch = None if batch is None else batch * int(np.prod(blocks))
    if paddings is None:
        return [(batch, *(None,) * count, *rest)]
    totals = paddings.sum(axis=1).tolist()
    padded = [None if size is None else size + more for size, more in zip(spatial, totals, strict=True)]
    return [(batch, *map(divided_size, padded, blocks.tolist()), *rest)]


def _out_of_batch_shape(op: Operation) -> list[StaticShape]:
    shape = op.inputs[0].static_shape
    blocks, crops, count = _block_axes(op)
    if shape is None or count is None:
        return [None]
    with_rank_at_least(shape, count + 1)
    _checked_blocks(blocks, crops, "crops")
    batch, spatial, rest = shape[0], shape[1 : count + 1], shape[count + 1 :]
    if blocks is None:
        return [(None if count else batch, *(None,) * count, *rest)]
    batch = divided_size(batch, int(np.prod(blocks)))
    if crops is None:
        return [(batch, *(None,) * count, *rest)]
    sizes = [
        None if size is None else size * block - int(crop.sum())
        for size, block, crop in zip(spatial, blocks.tolist(), crops, strict=True)
    ]
    if any(size is not None and size < 0 for size in sizes):
        raise ValueError("Negative dimension size caused by subtracting crops")
    return [(batch, *sizes, *rest)]


def _into_batch(value: Any, blocks: Any, paddings: Any) -> Any:
    count = blocks.size
    _check_inputs(value, blocks, paddings, "paddings")
    pairs = [(0, 0), *paddings.tolist(), *[(0, 0)] * (value.ndim - count - 1)]
    padded = np.pad(value, pairs)
    batch, spatial, rest = padded.shape[0], padded.shape[1 : count + 1], padded.shape[count + 1 :]
    split: list[int] = [batch]
    for axis, (size, block) in enumerate(zip(spatial, blocks.tolist(), strict=True)):
        if size % block:
            raise ValueError(f"padded_shape[{axis}]={size} is not divisible by block_shape[{axis}]={block}")
        split += [size // block, block]
    outer, inner = range(1, 2 * count, 2), range(2, 2 * count + 1, 2)
    order = [*inner, 0, *outer, *range(2 * count + 1, 2 * count + 1 + len(rest))]
    moved = padded.reshape(*split, *rest).transpose(order)
    sizes = [size // block for size, block in zip(spatial, blocks.tolist(), strict=True)]
    return np.array(moved, order="C").reshape(batch * int(np.prod(blocks)), *sizes, *rest)


def _out_of_batch(value: Any, blocks: Any, crops: Any) -> Any:
    count = blocks.size
    _check_inputs(value, blocks, crops, "crops")
    factor = int(np.prod(blocks))
    batch, spatial, rest = value.shape[0], value.shape[1 : count + 1], value.shape[count + 1 :]
    if batch % factor:
        raise ValueError(
            f"Input batch dimension ({batch}) is not divisible by product of block sizes ({factor})"
        )
    split = value.reshape(*blocks.tolist(), batch // factor, *spatial, *rest)
    order = [count]
    for axis in range(count):
        order += [count + 1 + axis, axis]
    moved = split.transpose([*order, *range(2 * count + 1, split.ndim)])
    sizes = [size * block for size, block in zip(spatial, blocks.tolist(), strict=True)]
    whole = moved.reshape(batch // factor, *sizes, *rest)
    kept = []
    for axis, (size, (before, after)) in enumerate(zip(sizes, crops.tolist(), strict=True)):
        if before + after > size:
            raise ValueError(f"cropped_shape[{axis}]={size - before - after} must be non-negative")
        kept.append(slice(before, size - after))
    return np.array(whole[(slice(None), *kept)], order="C")


def _check_inputs(value: Any, blocks: Any, pairs: Any, what: str) -> None:
    if blocks.ndim != 1:
        raise ValueError("block_shape must be one-dimensional")
    if value.ndim < blocks.size + 1:
        raise ValueError(f"input rank should be >= {blocks.size + 1} instead of {value.ndim}")
    if pairs.shape != (blocks.size, 2):
        raise ValueError(f"{what} should have shape [{blocks.size}, 2] instead of {bracketed(pairs.shape)}")
    _checked_blocks(blocks, pairs, what)


def _square(kernel: Kernel) -> Any:
    """The kernel for two axes and one block size, which is an attribute."""

    def make_kernel(op: Operation) -> Kernel:
        size = op.attributes["block_size"]
        return lambda value, pairs: kernel(value, np.array([size, size]), pairs)

    return make_kernel


def _space_to_batch_gradient(op: Operation, grad: Tensor) -> Any:
    return BatchToSpace(grad, op.inputs[1], block_size=op.attributes["block_size"]), None


def _batch_to_space_gradient(op: Operation, grad: Tensor) -> Any:
    return SpaceToBatch(grad, op.inputs[1], block_size=op.attributes["block_size"]), None


_BLOCKS = types(*INDICES, default=dtypes.int32)
_TWO = samples.int32([2, 2])
_NO_PAIRS = samples.int32([[0, 0], [0, 0]])

SpaceToBatchND = define_op(
    "SpaceToBatchND",
    ["input: T", "block_shape: Tblock_shape", "paddings: Tpaddings"],
    ["output: T"],
    attributes={"T": types(), "Tblock_shape": _BLOCKS, "Tpaddings": _BLOCKS},
    shape=_into_batch_shape,
    kernel=_into_batch,
    gradient=lambda op, grad: (batch_to_space_nd(grad, *op.inputs[1:]), None, None),
    samples=[
        Sample((_IMAGES, _TWO, samples.int64([[1, 1], [2, 0]]))),
        Sample((_SEQUENCE, samples.int64([3]), samples.int32([[0, 0]]))),
        Sample((_IMAGES, samples.int32([3, 2]), _NO_PAIRS), raises="padded_shape[0]=4 is not divisible by"),
        Sample((_SEQUENCE, _TWO, _NO_PAIRS), raises="input rank should be >= 3 instead of 2"),
    ],
)
BatchToSpaceND = define_op(
    "BatchToSpaceND",
    ["input: T", "block_shape: Tblock_shape", "crops: Tcrops"],
    ["output: T"],
    attributes={"T": types(), "Tblock_shape": _BLOCKS, "Tcrops": _BLOCKS},
    shape=_out_of_batch_shape,
    kernel=_out_of_batch,
    gradient=lambda op, grad: (space_to_batch_nd(grad, *op.inputs[1:]), None, None),
    samples=[
        Sample((_BATCHES, _TWO, samples.int64([[1, 0], [0, 2]]))),
        Sample((_SEQUENCE, samples.int64([2]), samples.int32([[0, 0]]))),
        Sample((_BATCHES, samples.int32([3, 1]), _NO_PAIRS), raises="Input batch dimension (4) is not"),
    ],
)
SpaceToBatch = define_op(
    "SpaceToBatch",
    ["input: T", "paddings: Tpaddings"],
    ["output: T"],
    attributes={"T": types(), "Tpaddings": _BLOCKS, "block_size": integer(minimum=2)},
    shape=_into_batch_shape,
    make_kernel=_square(_into_batch),
    gradient=_space_to_batch_gradient,
    samples=[Sample((_IMAGES, samples.int32([[1, 1], [2, 0]])), {"block_size": 2})],
)
BatchToSpace = define_op(
    "BatchToSpace",
    ["input: T", "crops: Tidx"],
    ["output: T"],
    attributes={"T": types(), "block_size": integer(minimum=2), "Tidx": _BLOCKS},
    shape=_out_of_batch_shape,
    make_kernel=_square(_out_of_batch),
    gradient=_batch_to_space_gradient,
    samples=[Sample((_BATCHES, samples.int32([[1, 0], [0, 2]])), {"block_size": 2})],
)


def space_to_batch_nd(input: Any, block_shape: Any, paddings: Any, name: str | None = None) -> Tensor:
    """Blocks of a tensor's spatial axes moved into its batch axis.

    Args:
        input: a tensor: the batch, the spatial axes, the rest.
        block_shape: the sizes of a block, one for each spatial axis.
        paddings: how many zeros come before and after along each spatial axis.
        name: the operation's name.

    Returns:
        A Tensor whose batch is larger by the size of a block, and whose spatial axes are shorter.

    Source: TensorFlow's ``SpaceToBatchND``.
    """
    return SpaceToBatchND(input, block_shape, paddings, name=name)


def batch_to_space_nd(input: Any, block_shape: Any, crops: Any, name: str | None = None) -> Tensor:
    """The opposite of ``space_to_batch_nd``; ``crops`` says how much goes away at each end."""
    return BatchToSpaceND(input, block_shape, crops, name=name)


def _both_sizes(size: Any) -> Any:
    if not isinstance(size, numbers.Integral) or not 0 < int(size) < 2**31:
        raise ValueError(f"block_size must be a positive integer, not {size!r}.")
    return np.array([size, size], np.int64)


def space_to_batch(
    input: Any, paddings: Any, block_size: Any = None, name: str | None = None, block_shape: Any = None
) -> Tensor:
    """``space_to_batch_nd`` of images: two spatial axes, and one size for both."""
    size = renamed_argument("block_shape", block_shape, "block_size", block_size)
    result = space_to_batch_nd(input, _both_sizes(size), paddings, name)
    result.set_shape(result.shape.with_rank(4))
    return result


def batch_to_space(
    input: Any, crops: Any, block_size: Any = None, name: str | None = None, block_shape: Any = None
) -> Tensor:
    """``batch_to_space_nd`` of images: two spatial axes, and one size for both."""
    size = renamed_argument("block_shape", block_shape, "block_size", block_size)
    result = batch_to_space_nd(input, _both_sizes(size), crops, name)
    result.set_shape(result.shape.with_rank(4))
    return result


def required_space_to_batch_paddings(
    input_shape: Any, block_shape: Any, base_paddings: Any = None, name: str | None = None
) -> tuple[Tensor, Tensor]:
    """The paddings that make sizes divisible by blocks, and the crops that take them away again.

    Args:
        input_shape: the sizes of the spatial axes, an int32 vector.
        block_shape: the sizes of a block, an int32 vector of known length.
        base_paddings: the least paddings, of shape ``(axes, 2)``; zeros if None.
        name: the scope of the operations.

    Returns:
        Paddings and crops, each of shape ``(axes, 2)``.

    Source: ``tf.required_space_to_batch_paddings``.
    """
    with name_scope(name, "required_space_to_batch_paddings", [input_shape, block_shape]):
        sizes = convert_to_tensor(input_shape, dtypes.int32, name="input_shape")
        blocks = convert_to_tensor(block_shape, dtypes.int32, name="block_shape")
        if not is_fully_defined(blocks.static_shape):
            raise ValueError(f"Shape {blocks.shape} is not fully defined")
        count = int(blocks.shape.with_rank(1)[0])
        if count == 0:
            return filling.zeros([0, 2], dtypes.int32), filling.zeros([0, 2], dtypes.int32)
        sizes.shape.assert_is_compatible_with([count])
        if base_paddings is None:
            paddings = filling.zeros([count, 2], dtypes.int32)
        else:
            paddings = convert_to_tensor(base_paddings, dtypes.int32, name="base_paddings")
            paddings.shape.assert_is_compatible_with([count, 2])
        known = [constant_value(tensor) for tensor in (sizes, blocks, paddings)]
        tensors: list[Any] = [sizes, blocks, paddings] if any(value is None for value in known) else known
        return _paddings_and_crops(*tensors)


def _paddings_and_crops(sizes: Any, blocks: Any, paddings: Any) -> tuple[Tensor, Tensor]:
    count = len(paddings) if isinstance(paddings, np.ndarray) else int(blocks.shape[0])
    before, after = paddings[:, 0], paddings[:, 1]
    padded = sizes + before + after
    more = (blocks - padded % blocks) % blocks
    end = after + more
    wanted = packing.stack([[before[axis], end[axis]] for axis in range(count)], name="paddings")
    return wanted, packing.stack([[0, more[axis]] for axis in range(count)], name="crops")
