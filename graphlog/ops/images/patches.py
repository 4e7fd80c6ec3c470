"""ExtractImagePatches: the windows of images, each laid out in the channels."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core.attributes import Attribute, string, types
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape, bracketed
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.dtype_groups import REALS
from graphlog.ops.images.patch_gradients import image_patches_gradient
from graphlog.ops.nn.windows import Windows, padded
from graphlog.ops.renamed_arguments import renamed_argument

_IMAGES = samples.float32(np.arange(32).reshape(1, 4, 4, 2) / 8 - 2)
_LIST = Attribute("list(int)", minimum=4)


def _windows(op: Operation) -> tuple[Windows, tuple[int, int]]:
    """How the windows slide, and their size."""
    sizes, strides, rates = (op.attributes[name] for name in ("ksizes", "strides", "rates"))
    for label, values in (("ksizes", sizes), ("strides", strides), ("rates", rates)):
        if len(values) != 4:
            raise ValueError(
                f"ExtractImagePatches requires the {label} attribute to contain 4 values, but got: "
                f"{len(values)}"
            )
        if values[0] != 1 or values[3] != 1:
            raise ValueError(
                "Current implementation does not yet support batch or depth dimension sizes != 1"
            )
    height, width = sizes[1:3]
    return Windows(tuple(strides[1:3]), tuple(rates[1:3]), op.attributes["padding"].decode()), (height, width)


def _patches_shape(op: Operation) -> list[StaticShape]:
    windows, size = _windows(op)
    batch, *spatial, depth = shape_rules.with_rank(op.inputs[0].static_shape, 4)
    # TensorFlow does not infer the one where the other is not known.
    counts = windows.output_shape((None, None) if None in spatial else tuple(spatial), size)
    return [(batch, *counts, None if depth is None else depth * size[0] * size[1])]


def _patches_kernel(op: Operation) -> Kernel:
    windows, size = _windows(op)

    def kernel(images: Any) -> Any:
        if images.ndim != 4:
            raise ValueError(f"input must be 4-dimensional {bracketed(images.shape)}")
        views = windows.view(padded(images, windows.image_paddings(images.shape, size)), size)
        counts = windows.output_sizes(images.shape[1:3], size)
        return np.array(views, order="C").reshape(len(images), *counts, size[0] * size[1] * images.shape[3])

    return kernel


ExtractImagePatches = define_op(
    "ExtractImagePatches",
    ["images: T"],
    ["patches: T"],
    attributes={
        "ksizes": _LIST,
        "strides": _LIST,
        "rates": _LIST,
        "T": types(*REALS),
        "padding": string(allowed=("SAME", "VALID")),
    },
    shape=_patches_shape,
    make_kernel=_patches_kernel,
    gradient=image_patches_gradient,
    samples=[
        Sample(
            (_IMAGES,),
            {"ksizes": [1, 2, 3, 1], "strides": [1, 2, 1, 1], "rates": [1, 1, 1, 1], "padding": "VALID"},
        ),
        Sample(
            (_IMAGES,),
            {"ksizes": [1, 3, 3, 1], "strides": [1, 2, 2, 1], "rates": [1, 2, 1, 1], "padding": "SAME"},
        ),
    ],
)


def extract_image_patches(
    images: Any,
    ksizes: Any = None,
    strides: Any = None,
    rates: Any = None,
    padding: Any = None,
    name: str | None = None,
    sizes: Any = None,
) -> Tensor:
    """The windows of images, each laid out in the channels.

    Args:
        images: a tensor of shape ``(batch, height, width, channels)``.
        ksizes: the size of a window, ``[1, height, width, 1]``.
        strides: the step from one window to the next, likewise.
        rates: the step from one pixel of a window to the next, likewise.
        padding: ``"SAME"`` or ``"VALID"``.
        name: the operation's name.
        sizes: the newer name of ``ksizes``.

    Returns:
        A Tensor with a pixel for each window.

    Source: TensorFlow's ``ExtractImagePatches``.
    """
    size = renamed_argument("sizes", sizes, "ksizes", ksizes)
    return ExtractImagePatches(images, ksizes=size, strides=strides, rates=rates, padding=padding, name=name)


def extract_patches(
    images: Any, sizes: Any, strides: Any, rates: Any, padding: Any, name: str | None = None
) -> Tensor:
    """``extract_image_patches`` without its older names (``tf.image.extract_patches``)."""
    return ExtractImagePatches(images, ksizes=sizes, strides=strides, rates=rates, padding=padding, name=name)
