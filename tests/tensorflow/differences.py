"""Where TensorFlow 2 does not give what TensorFlow 1.15.5 gives, which is what graphlog gives, and why.

Each was seen in both. No value that TensorFlow 2 computes is left out: where it was changed, graphlog's is
changed alike before the two are compared.
"""

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from graphlog.core.operation import Operation
from graphlog.encoders.png_reading import decode_png
from graphlog.proto.summary_pb2 import Summary


def _as_infinity(value: Any) -> Any:
    return np.where(value == np.finfo(value.dtype).min, -np.inf, value).astype(value.dtype)


def _as_zero(value: Any) -> Any:
    return np.zeros_like(value) if value.dtype.kind in "iu" else value


# From TensorFlow 1's value to TensorFlow 2's.
CHANGED: dict[str, Callable[[Any], Any]] = {
    # The sum of nothing was the logarithm of the smallest number, and became that of zero.
    "CumulativeLogsumexp": _as_infinity,
    # It was a plain division of floats.
    "TruncateDiv": np.trunc,
    # Whole numbers were left as they are. Now all become 0: a mistake, which `tf.round` gives no way to see.
    "Round": _as_zero,
}

# Outputs that its kernels do not compute where an attribute is false: they hold what was in memory.
NOT_COMPUTED: dict[str, tuple[str, set[int]]] = {
    "Svd": ("compute_uv", {1, 2}),
    "SelfAdjointEigV2": ("compute_v", {1}),
    "Eig": ("compute_v", {1}),
    "FusedBatchNorm": ("is_training", {3, 4}),
    "FusedBatchNormV2": ("is_training", {3, 4}),
    "FusedBatchNormV3": ("is_training", {3, 4}),
    "FusedBatchNormGrad": ("is_training", {3, 4}),
    "FusedBatchNormGradV2": ("is_training", {3, 4}),
    "FusedBatchNormGradV3": ("is_training", {3, 4}),
}

# Outputs whose columns are vectors of length 1 that solve the problem with either sign, or any phase.
SIGN_IS_FREE: dict[str, set[int]] = {"Svd": {1, 2}, "SelfAdjointEigV2": {1}, "Eig": {1}}

# TensorFlow 2 refuses the static shapes that TensorFlow 1 gives these: another one of the outputs that are
# not computed.
OTHER_SHAPES = {"FusedBatchNormGrad", "FusedBatchNormGradV2", "FusedBatchNormGradV3"}

# Programs whose datasets come in another order: TensorFlow 2 no longer makes one of a shuffle and a
# repetition, and takes the seeds of repeated shuffles elsewhere.
OTHER_ORDERS = {"datasets_shuffled"}

# How TensorFlow says that it computes something on other devices only, or nowhere.
_NO_KERNEL = re.compile(
    r"No OpKernel was registered"
    r"|only supports (the )?ND?HWC"
    r"|CPU implementations do not yet support dilation"
    # These overlook dilations, and so find that the sizes are wrong.
    r"|DepthwiseConv2DBackprop(Filter|Input): Number of (rows|columns) of out_backprop doesn't match computed"
)


# Whatever the dtype of its inputs.
COMPUTED_IN_FLOAT32 = {"CropAndResizeGradImage"}


def _pixels_of_summary(serialized: bytes) -> Any:
    values = Summary.FromString(serialized).value
    return np.stack([decode_png(value.image.encoded_image_string) for value in values])


# Images are compared by their pixels, since there are many ways to compress them.
OF_IMAGES: dict[str, Callable[[Any], Any]] = {
    "EncodePng": lambda contents: decode_png(contents, dtype=np.uint16),
    "ImageSummary": _pixels_of_summary,
}

# What its newer kernels no longer take, or count differently.
_REFUSED = re.compile(
    r"Op type not registered 'GatherTree'"  # It was of tf.contrib.
    r"|Op AudioSummary is not available"
    r"|Invalid JPEG data, size 21"  # A header without an image.
    r"|can run on JPEG only, but detected PNG"
    r"|Input values should be of internal type 7 but received 9"  # Crosses of texts as numbers.
    r"|Handle has no shape/type information"
    r"|SparseDenseCwiseDiv cannot divide by zero"
)

# Operations that TensorFlow 2 computes by another rule, which was seen to differ from TensorFlow 1.15.5's:
# scores below the threshold's are softened and kept, and noise is drawn from another generator.
OTHER_RULES = {"ExtractGlimpse", "NonMaxSuppressionV5"}


def refused(error: Exception) -> str:
    """What TensorFlow 2 says of something that TensorFlow 1 takes; nothing where it says something else."""
    found = _REFUSED.search(str(error))
    return found[0] if found else ""


def missing_kernel(tf: Any, error: Exception) -> str:
    """What an error says is missing in TensorFlow; nothing where it says something else."""
    lines = str(error).splitlines()
    found = [line for line in lines if _NO_KERNEL.search(line)]
    if isinstance(error, tf.errors.UnimplementedError):
        found += [line for line in lines if "support" in line]
    return found[0] if found else ""


def is_computed(operation: Operation, index: int) -> bool:
    """Whether TensorFlow computes this output."""
    attribute, outputs = NOT_COMPUTED.get(operation.type, ("", set()))
    return index not in outputs or bool(operation.attributes[attribute])


def as_tensorflow_2(operation: Operation, index: int, ours: Any, theirs: Any) -> Any:
    """Turn what TensorFlow 1 gives for an output into what TensorFlow 2 gives."""
    if operation.type in CHANGED:
        return CHANGED[operation.type](np.asarray(ours))
    names = np.asarray(ours).dtype.names
    if names:
        # Quantized integers, which TensorFlow gives as plain ones.
        return np.asarray(ours)[names[0]]
    if index in SIGN_IS_FREE.get(operation.type, ()) and np.shape(ours) == np.shape(theirs):
        phase = np.sum(np.conj(ours) * theirs, axis=-2, keepdims=True)
        return (ours * phase / np.abs(phase)).astype(ours.dtype)
    return ours
