"""ExtractVolumePatches: the windows of volumes, each laid out in the channels."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import Attribute, string, types
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape, bracketed
from graphlog.core.sparse_tensor import SparseTensor
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.array import arrays, axes, filling, joining, ranges, shape_queries
from graphlog.ops.dtype_groups import REALS
from graphlog.ops.nn.windows import Windows, padded
from graphlog.ops.sparse import concatenation, products

_VOLUMES = samples.float32(np.arange(96).reshape(1, 4, 3, 4, 2) / 8 - 2)
_LIST = Attribute("list(int)", minimum=5)


def _windows(op: Operation) -> tuple[Windows, tuple[int, ...]]:
    """How the windows slide, and their size."""
    for label in ("ksizes", "strides"):
        values = op.attributes[label]
        if len(values) != 5:
            raise ValueError(
                f"ExtractVolumePatches requires the {label} attribute to contain 5 values, but got: "
                f"{len(values)}"
            )
        if values[0] != 1 or values[4] != 1:
            raise ValueError(
                "Current implementation does not yet support batch or depth dimension sizes != 1"
            )
    strides = tuple(op.attributes["strides"][1:4])
    windows = Windows(strides, (1, 1, 1), op.attributes["padding"].decode())
    return windows, tuple(op.attributes["ksizes"][1:4])


def _patches_shape(op: Operation) -> list[StaticShape]:
    windows, size = _windows(op)
    batch, *spatial, depth = shape_rules.with_rank(op.inputs[0].static_shape, 5)
    counts = windows.output_shape(tuple(spatial), size)
    return [(batch, *counts, None if depth is None else depth * math.prod(size))]


def _patches_kernel(op: Operation) -> Kernel:
    windows, size = _windows(op)

    def kernel(volumes: Any) -> Any:
        if volumes.ndim != 5:
            raise ValueError(f"input must be 5-dimensional{bracketed(volumes.shape)}")
        views = windows.view(padded(volumes, windows.image_paddings(volumes.shape, size)), size)
        counts = windows.output_sizes(volumes.shape[1:4], size)
        depth = math.prod(size) * volumes.shape[4]
        return np.array(views, order="C").reshape(len(volumes), *counts, depth)

    return kernel


def _patches_gradient(op: Operation, grad: Tensor) -> Tensor:
    """The product with the matrix that says which element of a volume stands where in the windows."""
    volumes, patches = op.inputs[0], op.outputs[0]
    if volumes.static_shape is None or patches.static_shape is None:
        raise ValueError("The gradient of extract_volume_patches needs the rank of its input.")
    inner: Any = volumes.static_shape[1:4]
    counts: Any = patches.static_shape[1:4]
    sizes: Any = shape_queries.shape(volumes)
    batch, channels = sizes[0], sizes[4]
    if None in (*inner, *counts):
        raise TypeError("The gradient of extract_volume_patches needs static sizes of volumes.")
    elements = 1 + math.prod(inner)
    window = op.attributes["ksizes"][1:4]
    numbers = arrays.reshape(ranges.range(1, elements, dtype=dtypes.int64), (1, *inner, 1))
    options = {name: op.attributes[name] for name in ("ksizes", "strides", "padding")}
    in_windows = ExtractVolumePatches(numbers, **options)
    places = math.prod(counts) * math.prod(window)
    of_windows = arrays.reshape(ranges.range(places, dtype=dtypes.int64), (1, *counts, math.prod(window)))
    pairs = joining.concat(
        [axes.expand_dims(in_windows, axis=-1), axes.expand_dims(of_windows, axis=-1)], axis=-1
    )
    indices = arrays.reshape(pairs, (-1, 2))
    # The number 0 stands for the padding, which is cut off.
    whole = SparseTensor(indices, filling.ones([places], dtype=grad.dtype), (elements, places))
    matrix = concatenation.sparse_slice(whole, (1, 0), (elements - 1, places))
    expanded = arrays.reshape(grad, (batch, *counts, *window, channels))
    turned = arrays.transpose(expanded, (1, 2, 3, 4, 5, 6, 0, 7))
    flat = arrays.reshape(turned, (-1, batch * channels))
    product = products.sparse_tensor_dense_matmul(matrix, flat)
    # TensorFlow computes the shape of the matrix while it builds the graph.
    product.set_shape((elements - 1, None))
    result = arrays.reshape(product, (*inner, batch, channels))
    return arrays.transpose(result, (3, 0, 1, 2, 4))


ExtractVolumePatches = define_op(
    "ExtractVolumePatches",
    ["input: T"],
    ["patches: T"],
    attributes={
        "ksizes": _LIST,
        "strides": _LIST,
        "T": types(*REALS),
        "padding": string(allowed=("SAME", "VALID")),
    },
    shape=_patches_shape,
    make_kernel=_patches_kernel,
    gradient=_patches_gradient,
    # TensorFlow's gradient needs static shapes; tests/parity compares it.
    samples=[
        Sample(
            (_VOLUMES,),
            {"ksizes": [1, 2, 1, 3, 1], "strides": [1, 2, 1, 1, 1], "padding": "VALID"},
            differentiable=False,
        ),
        Sample(
            (_VOLUMES,),
            {"ksizes": [1, 3, 2, 3, 1], "strides": [1, 2, 2, 1, 1], "padding": "SAME"},
            differentiable=False,
        ),
        Sample(
            (_VOLUMES[0],),
            {"ksizes": [1, 1, 1, 1, 1], "strides": [1, 1, 1, 1, 1], "padding": "SAME"},
            raises="input must be 5-dimensional",
        ),
    ],
)


def extract_volume_patches(
    input: Any, ksizes: Any, strides: Any, padding: str, name: str | None = None
) -> Tensor:
    """The windows of volumes, each laid out in the channels.

    Args:
        input: a tensor of shape ``(batch, planes, rows, columns, channels)``.
        ksizes: the size of a window, ``[1, planes, rows, columns, 1]``.
        strides: the step from one window to the next, likewise.
        padding: ``"SAME"`` or ``"VALID"``.
        name: the operation's name.

    Returns:
        A Tensor with an element for each window.

    Source: TensorFlow's ``ExtractVolumePatches``.
    """
    return ExtractVolumePatches(input, ksizes=ksizes, strides=strides, padding=padding, name=name)
