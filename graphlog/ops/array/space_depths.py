"""Blocks of an image's pixels moved into its channels, and back."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core.attributes import integer, string, types
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules

_FORMATS = ("NHWC", "NCHW", "NCHW_VECT_C")
_PIXELS = samples.float32(np.arange(16).reshape(1, 2, 4, 2) / 8 - 1)
_CHANNELS = samples.float32(np.arange(16).reshape(1, 1, 2, 8) / 8 - 1)


def _in_nhwc(op: Operation) -> tuple[Any, int, bool]:
    """The image's static shape with the channels last, the size of a block, whether they are last."""
    data_format = op.attributes["data_format"].decode()
    if data_format == "NCHW_VECT_C":
        raise ValueError("NCHW_VECT_C requires qint8 data type.")
    shape = op.inputs[0].static_shape
    is_last = data_format == "NHWC"
    if shape is not None:
        shape = shape_rules.with_rank(shape, 4)
        shape = shape if is_last or shape is None else (shape[0], *shape[2:], shape[1])
    return shape, op.attributes["block_size"], is_last


def _from_nhwc(sizes: list[int | None], is_last: bool) -> list[StaticShape]:
    return [tuple(sizes if is_last else [sizes[0], sizes[3], *sizes[1:3]])]


def _times(size: int | None, factor: int) -> int | None:
    return None if size is None else size * factor


def _into_depth_shape(op: Operation) -> list[StaticShape]:
    shape, block, is_last = _in_nhwc(op)
    if shape is None:
        return [(None,) * 4]
    batch, height, width, depth = shape
    sizes = [
        batch,
        shape_rules.divided_size(height, block),
        shape_rules.divided_size(width, block),
        _times(depth, block * block),
    ]
    return _from_nhwc(sizes, is_last)


def _out_of_depth_shape(op: Operation) -> list[StaticShape]:
    shape, block, is_last = _in_nhwc(op)
    if shape is None:
        return [(None,) * 4]
    batch, height, width, depth = shape
    sizes = [
        batch,
        _times(height, block),
        _times(width, block),
        shape_rules.divided_size(depth, block * block),
    ]
    return _from_nhwc(sizes, is_last)


def _into_depth_kernel(op: Operation) -> Kernel:
    _, block, is_last = _in_nhwc(op)

    def kernel(value: Any) -> Any:
        images = value if is_last else np.moveaxis(value, 1, -1)
        batch, height, width, depth = images.shape
        if height % block or width % block:
            raise ValueError(
                f"Image width {width} and height {height} should be divisible by block_size: {block}"
            )
        split = images.reshape(batch, height // block, block, width // block, block, depth)
        moved = split.transpose(0, 1, 3, 2, 4, 5)
        result = np.array(moved, order="C").reshape(
            batch, height // block, width // block, block * block * depth
        )
        return result if is_last else np.array(np.moveaxis(result, -1, 1), order="C")

    return kernel


def _out_of_depth_kernel(op: Operation) -> Kernel:
    _, block, is_last = _in_nhwc(op)

    def kernel(value: Any) -> Any:
        images = value if is_last else np.moveaxis(value, 1, -1)
        batch, height, width, depth = images.shape
        if depth % (block * block):
            raise ValueError(f"Input depth dimension {depth} should be divisible by: {block * block}")
        split = images.reshape(batch, height, width, block, block, depth // (block * block))
        moved = split.transpose(0, 1, 3, 2, 4, 5)
        result = np.array(moved, order="C").reshape(
            batch, height * block, width * block, depth // (block * block)
        )
        return result if is_last else np.array(np.moveaxis(result, -1, 1), order="C")

    return kernel


def _options(op: Operation) -> dict[str, Any]:
    return {name: op.attributes[name] for name in ("block_size", "data_format")}


_ATTRIBUTES = {
    "T": types(),
    "block_size": integer(minimum=2),
    "data_format": string("NHWC", allowed=_FORMATS),
}

SpaceToDepth = define_op(
    "SpaceToDepth",
    ["input: T"],
    ["output: T"],
    attributes=_ATTRIBUTES,
    shape=_into_depth_shape,
    make_kernel=_into_depth_kernel,
    gradient=lambda op, grad: depth_to_space(grad, **_options(op)),
    samples=[
        Sample((_PIXELS,), {"block_size": 2}),
        Sample((np.moveaxis(_PIXELS, -1, 1),), {"block_size": 2, "data_format": "NCHW"}),
        Sample((_PIXELS,), {"block_size": 3}, raises="Image width 4 and height 2 should be divisible by"),
    ],
)
DepthToSpace = define_op(
    "DepthToSpace",
    ["input: T"],
    ["output: T"],
    attributes=_ATTRIBUTES,
    shape=_out_of_depth_shape,
    make_kernel=_out_of_depth_kernel,
    gradient=lambda op, grad: space_to_depth(grad, **_options(op)),
    samples=[
        Sample((_CHANNELS,), {"block_size": 2}),
        Sample((np.moveaxis(_CHANNELS, -1, 1),), {"block_size": 2, "data_format": "NCHW"}),
        Sample((_CHANNELS,), {"block_size": 3}, raises="Input depth dimension 8 should be divisible by: 9"),
    ],
)


def space_to_depth(input: Any, block_size: int, name: str | None = None, data_format: str = "NHWC") -> Tensor:
    """Blocks of an image's pixels moved into its channels.

    Args:
        input: images, of shape ``(batch, height, width, channels)`` or as ``data_format`` says.
        block_size: the height and width of a block.
        name: the operation's name.
        data_format: ``"NHWC"`` or ``"NCHW"``.

    Returns:
        A Tensor with fewer pixels and as many times more channels.

    Source: TensorFlow's ``SpaceToDepth``.
    """
    return SpaceToDepth(input, block_size=block_size, data_format=data_format, name=name)


def depth_to_space(input: Any, block_size: int, name: str | None = None, data_format: str = "NHWC") -> Tensor:
    """The opposite of ``space_to_depth`` (TensorFlow's ``DepthToSpace``)."""
    return DepthToSpace(input, block_size=block_size, data_format=data_format, name=name)
