"""Summaries of images and of sound."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import Attribute, integer, types
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.op_definition import NOT_DIFFERENTIABLE, Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import bracketed
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.debugging.summaries import collected, scalar_bytes, summary_scope

# The encoders need protobuf: the kernels import them when a summary is first computed.


def _tag(value: Any, label: str) -> str:
    if np.size(value) != 1:
        raise ValueError(f"{label} must be a scalar: {bracketed(np.shape(value))}")
    return scalar_bytes(value if isinstance(value, bytes) else np.asarray(value).reshape(())).decode()


def _image_summary_kernel(op: Operation) -> Kernel:
    from graphlog.encoders.image import images as encode
    from graphlog.proto.summary_pb2 import Summary

    count, bad_color = op.attributes["max_images"], np.ravel(op.attributes["bad_color"]).astype(np.uint8)

    def kernel(tag: Any, tensor: Any) -> bytes:
        return Summary(value=encode(_tag(tag, "Tags"), tensor, count, bad_color)).SerializeToString()

    return kernel


def _audio_summary_kernel(op: Operation) -> Kernel:
    from graphlog.encoders.audio import sounds as encode
    from graphlog.proto.summary_pb2 import Summary

    count = op.attributes["max_outputs"]
    fixed_rate = op.attributes.get("sample_rate")

    def kernel(tag: Any, tensor: Any, sample_rate: Any = fixed_rate) -> bytes:
        values = encode(_tag(tag, "Tag"), tensor, float(np.reshape(sample_rate, ())), count)
        return Summary(value=values).SerializeToString()

    return kernel


_BATCH = samples.float32(np.arange(48) / 16 - 1).reshape(2, 2, 4, 3)
_SOUND = samples.float32([[0.5, -1.5, 0.25], [1.5, 0.0, -0.75]])

ImageSummary = define_op(
    "ImageSummary",
    ["tag: string", "tensor: T"],
    ["summary: string"],
    attributes={
        "max_images": integer(3, minimum=1),
        "T": types(dtypes.uint8, dtypes.float32, dtypes.float16, dtypes.float64, default=dtypes.float32),
        "bad_color": Attribute("tensor", np.array([255, 0, 0, 255], np.uint8)),
    },
    shape=shape_rules.scalar,
    make_kernel=_image_summary_kernel,
    gradient=NOT_DIFFERENTIABLE,
    samples=[
        Sample((samples.text("im"), _BATCH)),
        Sample((samples.text("im"), np.arange(8, dtype=np.uint8).reshape(1, 2, 4, 1)), {"max_images": 1}),
        Sample((samples.text("im"), _BATCH[..., :2].copy()), raises="Tensor must be 4-D with last dim 1, 3"),
        Sample((samples.text(["a", "b"]), _BATCH), raises="Tags must be a scalar"),
    ],
)
# Sound is of single precision, and numerical derivatives are not.
AudioSummary = define_op(
    "AudioSummary",
    ["tag: string", "tensor: float32"],
    ["summary: string"],
    attributes={"sample_rate": Attribute("float"), "max_outputs": integer(3, minimum=1)},
    shape=shape_rules.scalar,
    make_kernel=_audio_summary_kernel,
    gradient=NOT_DIFFERENTIABLE,
    samples=[Sample((samples.text("sound"), _SOUND), {"sample_rate": 8000.0}, differentiable=False)],
)
AudioSummaryV2 = define_op(
    "AudioSummaryV2",
    ["tag: string", "tensor: float32", "sample_rate: float32"],
    ["summary: string"],
    attributes={"max_outputs": integer(3, minimum=1)},
    shape=shape_rules.scalar,
    make_kernel=_audio_summary_kernel,
    gradient=NOT_DIFFERENTIABLE,
    samples=[
        Sample((samples.text("sound"), _SOUND, samples.float32(44100)), differentiable=False),
        Sample(
            (samples.text("sound"), _SOUND[..., None].copy(), samples.float32(8000)),
            {"max_outputs": 1},
            differentiable=False,
        ),
        Sample(
            (samples.text("sound"), _SOUND[0].copy(), samples.float32(8000)), raises="Tensor must be 3-D or"
        ),
    ],
)


def image(
    name: str,
    tensor: Any,
    max_outputs: int = 3,
    collections: Sequence[Any] | None = None,
    family: str | None = None,
) -> Tensor:
    """A summary of images, which TensorBoard shows.

    Args:
        name: the operation's name; with the enclosing scopes it becomes the tag, to which ``/image/0`` and so
            on is added.
        tensor: images ``(batch, height, width, channels)`` with 1, 3 or 4 channels. Those of floating point
            are scaled, each by itself: where no value is negative, the largest becomes white; else 0 becomes
            gray. uint8 is taken as it is.
        max_outputs: how many images of the batch at most.
        collections: the graph collections to add it to; ``GraphKeys.SUMMARIES`` if None.
        family: a prefix of the tag, by which TensorBoard groups.

    Returns:
        A scalar string Tensor: the bytes of a Summary.

    Source: ``tf.summary.image``.
    """
    with summary_scope(name, family, [tensor]) as (tag, scope):
        return collected(ImageSummary(tag, tensor, max_images=max_outputs, name=scope), collections)


def audio(
    name: str,
    tensor: Any,
    sample_rate: Any,
    max_outputs: int = 3,
    collections: Sequence[Any] | None = None,
    family: str | None = None,
) -> Tensor:
    """A summary of sound, which TensorBoard plays.

    Args:
        name: the operation's name; with the enclosing scopes it becomes the tag, to which ``/audio/0`` and so
            on is added.
        tensor: ``(batch, frames, channels)`` or ``(batch, frames)`` of float32, from -1 up to 1.
        sample_rate: frames per second.
        max_outputs: how many pieces of the batch at most.
        collections: the graph collections to add it to; ``GraphKeys.SUMMARIES`` if None.
        family: a prefix of the tag, by which TensorBoard groups.

    Returns:
        A scalar string Tensor: the bytes of a Summary.

    Source: ``tf.summary.audio``.
    """
    with summary_scope(name, family, [tensor]) as (tag, scope):
        rate = convert_to_tensor(sample_rate, dtypes.float32, "sample_rate")
        return collected(AudioSummaryV2(tag, tensor, rate, max_outputs=max_outputs, name=scope), collections)
