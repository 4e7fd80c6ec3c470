"""The operations of the non-maximum suppression, and their functions."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import Attribute, boolean, types
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.op_definition import NOT_DIFFERENTIABLE, Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape, bracketed
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.images import suppression
from graphlog.ops.images.suppression import checked_scalar
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.static_values import constant_value


def _selected_shape(op: Operation) -> list[StaticShape]:
    boxes = shape_rules.with_rank(op.inputs[0].static_shape, 2)
    scores = shape_rules.with_rank(op.inputs[1].static_shape, 1)
    for scalar in op.inputs[2:]:
        shape_rules.with_rank(scalar.static_shape, 0)
    shape_rules.merged_size(boxes[0], scores[0])
    if op.type != "NonMaxSuppressionWithOverlaps":
        shape_rules.merged_size(boxes[1], 4)
    count = None
    if op.attributes.get("pad_to_max_output_size"):
        value = constant_value(op.inputs[2])
        count = None if value is None or value < 0 else int(value)
    shapes: list[StaticShape] = [(count,)] * (2 if op.type == "NonMaxSuppressionV5" else 1)
    return [*shapes, ()] if "pad_to_max_output_size" in op.attributes else shapes


def _checked_threshold(value: Any, name: str) -> float:
    number = float(checked_scalar(value, name))
    if not 0 <= number <= 1:
        raise ValueError(f"{name} must be in [0, 1]")
    return number


def _suppression_kernel(op: Operation) -> Kernel:
    fixed = op.attributes.get("iou_threshold")
    is_padded = op.attributes.get("pad_to_max_output_size", False)

    def kernel(
        boxes: Any, scores: Any, count: Any, threshold: Any = fixed, least: Any = -np.inf, sigma: Any = 0.0
    ) -> Any:
        size = int(checked_scalar(count, "max_output_size"))
        overlap = _checked_threshold(threshold, "iou_threshold")
        suppression.check(boxes, scores)
        similarity = suppression.intersections_over_unions(boxes)
        deviation = float(checked_scalar(sigma, "soft_nms_sigma"))
        if deviation < 0:
            raise ValueError("soft_nms_sigma_val must be >= 0")
        indices, chosen = suppression.selected(
            similarity, scores, size, overlap, float(checked_scalar(least, "score_threshold")), deviation
        )
        found = np.int32(len(indices))
        if is_padded:
            indices, chosen = (suppression.padded(values, size) for values in (indices, chosen))
        if op.type == "NonMaxSuppressionV5":
            return indices, chosen, found
        return (indices, found) if op.type == "NonMaxSuppressionV4" else indices

    return kernel


def _suppressed_by_overlaps(overlaps: Any, scores: Any, count: Any, threshold: Any, least: Any) -> Any:
    size = int(checked_scalar(count, "max_output_size"))
    if overlaps.ndim != 2 or overlaps.shape[0] != overlaps.shape[1]:
        raise ValueError(f"overlaps must be square{bracketed(overlaps.shape)}")
    suppression.check_scores(scores, len(overlaps))
    limit = float(checked_scalar(threshold, "overlap_threshold"))
    limits = limit, float(checked_scalar(least, "score_threshold"))
    return suppression.selected(lambda index: overlaps[:, index], scores, size, *limits)[0]


_TYPES = {
    "T": types(dtypes.float16, dtypes.float32, default=dtypes.float32),
    "T_threshold": types(dtypes.float16, dtypes.float32, default=dtypes.float32),
}
_PADDED = {"pad_to_max_output_size": boolean(False)}
_THRESHOLDS = ["iou_threshold: T_threshold", "score_threshold: T_threshold"]
_COMMON = ["boxes: T", "scores: T", "max_output_size: int32"]

_BOXES = samples.float32(
    [[0, 0, 1, 1], [0, 0.1, 1, 1.1], [1, 0.9, 0, -0.1], [0, 10, 1, 11], [0, 10.1, 1, 11.1]]
)
_SCORES = samples.float32([0.9, 0.75, 0.6, 0.95, 0.5])
_THREE, _HALF, _NONE = samples.int32(3), samples.float32(0.5), samples.float32(0)
_PAD = {"pad_to_max_output_size": True}

# What is selected are numbers of boxes; scores and boxes are of single precision or less.
NonMaxSuppression = define_op(
    "NonMaxSuppression",
    ["boxes: float32", "scores: float32", "max_output_size: int32"],
    ["selected_indices: int32"],
    attributes={"iou_threshold": Attribute("float", 0.5)},
    shape=_selected_shape,
    make_kernel=_suppression_kernel,
    gradient=NOT_DIFFERENTIABLE,
    samples=[Sample((_BOXES, _SCORES, _THREE), differentiable=False)],
)
NonMaxSuppressionV2 = define_op(
    "NonMaxSuppressionV2",
    [*_COMMON, _THRESHOLDS[0]],
    ["selected_indices: int32"],
    attributes=_TYPES,
    shape=_selected_shape,
    make_kernel=_suppression_kernel,
    gradient=NOT_DIFFERENTIABLE,
    samples=[
        Sample((_BOXES, _SCORES, _THREE, _HALF), differentiable=False),
        Sample(
            (_BOXES, _SCORES, _THREE, samples.float32(1.5)),
            raises="iou_threshold must be in [0, 1]",
            differentiable=False,
        ),
    ],
)
NonMaxSuppressionV3 = define_op(
    "NonMaxSuppressionV3",
    [*_COMMON, *_THRESHOLDS],
    ["selected_indices: int32"],
    attributes=_TYPES,
    shape=_selected_shape,
    make_kernel=_suppression_kernel,
    samples=[
        Sample((_BOXES, _SCORES, _THREE, _HALF, samples.float32(0.8))),
        Sample((_BOXES, _SCORES[:3].copy(), _THREE, _HALF, _NONE), raises="scores has incompatible shape"),
    ],
)
NonMaxSuppressionV4 = define_op(
    "NonMaxSuppressionV4",
    [*_COMMON, *_THRESHOLDS],
    ["selected_indices: int32", "valid_outputs: int32"],
    attributes={**_TYPES, **_PADDED},
    shape=_selected_shape,
    make_kernel=_suppression_kernel,
    samples=[
        Sample((_BOXES, _SCORES, samples.int32(4), _HALF, _NONE), _PAD),
        Sample((_BOXES, _SCORES, samples.int32(4), _HALF, _NONE)),
    ],
)
NonMaxSuppressionV5 = define_op(
    "NonMaxSuppressionV5",
    [*_COMMON, "iou_threshold: T", "score_threshold: T", "soft_nms_sigma: T"],
    ["selected_indices: int32", "selected_scores: T", "valid_outputs: int32"],
    attributes={"T": _TYPES["T"], **_PADDED},
    shape=_selected_shape,
    make_kernel=_suppression_kernel,
    samples=[
        Sample((_BOXES, _SCORES, samples.int32(4), _HALF, _NONE, _HALF), _PAD),
        Sample((_BOXES, _SCORES, samples.int32(4), _HALF, _NONE, _NONE)),
    ],
)
NonMaxSuppressionWithOverlaps = define_op(
    "NonMaxSuppressionWithOverlaps",
    [
        "overlaps: float32",
        "scores: float32",
        "max_output_size: int32",
        "overlap_threshold: float32",
        "score_threshold: float32",
    ],
    ["selected_indices: int32"],
    shape=_selected_shape,
    kernel=_suppressed_by_overlaps,
    gradient=NOT_DIFFERENTIABLE,
    samples=[
        Sample(
            (samples.float32(np.eye(5) + 0.6 * np.eye(5, k=1)), _SCORES, _THREE, _HALF, _NONE),
            differentiable=False,
        ),
        Sample(
            (_BOXES, _SCORES, _THREE, _HALF, _NONE), raises="overlaps must be square", differentiable=False
        ),
    ],
)


def non_max_suppression(
    boxes: Any,
    scores: Any,
    max_output_size: Any,
    iou_threshold: Any = 0.5,
    score_threshold: Any = float("-inf"),
    name: str | None = None,
) -> Tensor:
    """Of boxes that overlap, those with the best scores.

    Args:
        boxes: two opposite corners of each, ``(boxes, 4)``.
        scores: their scores.
        max_output_size: how many boxes at most, an int32 scalar.
        iou_threshold: of two whose intersection over union is this or more, the worse is left out.
        score_threshold: boxes count only with a score above this.
        name: the scope of the operations.

    Returns:
        The numbers of the boxes as int32, the best first.

    Source: ``tf.image.non_max_suppression``.
    """
    with name_scope(name, "non_max_suppression"):
        overlap = convert_to_tensor(iou_threshold, name="iou_threshold")
        least = convert_to_tensor(score_threshold, name="score_threshold")
        return NonMaxSuppressionV3(boxes, scores, max_output_size, overlap, least)


def non_max_suppression_with_scores(
    boxes: Any,
    scores: Any,
    max_output_size: Any,
    iou_threshold: Any = 0.5,
    score_threshold: Any = float("-inf"),
    soft_nms_sigma: Any = 0.0,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """``non_max_suppression`` that gives the scores, too, and may lower them instead of leaving boxes out.

    Args:
        boxes: see ``non_max_suppression``.
        scores: see there.
        max_output_size: see there.
        iou_threshold: see there.
        score_threshold: see there.
        soft_nms_sigma: how gently the score of a box that overlaps falls; 0 where it is left out at once.
        name: the scope of the operations.

    Returns:
        The numbers of the boxes, and their scores.

    Source: ``tf.image.non_max_suppression_with_scores``; Bodla, Singh, Chellappa and Davis, 2017.
    """
    with name_scope(name, "non_max_suppression_with_scores"):
        overlap = convert_to_tensor(iou_threshold, name="iou_threshold")
        least = convert_to_tensor(score_threshold, name="score_threshold")
        sigma = convert_to_tensor(soft_nms_sigma, name="soft_nms_sigma")
        op = NonMaxSuppressionV5.operation(
            boxes, scores, max_output_size, overlap, least, sigma, pad_to_max_output_size=False
        )
        return op.outputs[0], op.outputs[1]


def non_max_suppression_padded(
    boxes: Any,
    scores: Any,
    max_output_size: Any,
    iou_threshold: Any = 0.5,
    score_threshold: Any = float("-inf"),
    pad_to_max_output_size: bool = False,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """``non_max_suppression`` whose result may be padded with zeros.

    Args:
        boxes: see ``non_max_suppression``.
        scores: see there.
        max_output_size: see there.
        iou_threshold: see there.
        score_threshold: see there.
        pad_to_max_output_size: whether the result has ``max_output_size`` elements in any case.
        name: the scope of the operations.

    Returns:
        The numbers of the boxes, and how many of these count.

    Source: ``tf.image.non_max_suppression_padded``.
    """
    with name_scope(name, "non_max_suppression_padded"):
        overlap = convert_to_tensor(iou_threshold, name="iou_threshold")
        least = convert_to_tensor(score_threshold, name="score_threshold")
        op = NonMaxSuppressionV4.operation(
            boxes, scores, max_output_size, overlap, least, pad_to_max_output_size=pad_to_max_output_size
        )
        return op.outputs[0], op.outputs[1]


def non_max_suppression_overlaps(
    overlaps: Any,
    scores: Any,
    max_output_size: Any,
    overlap_threshold: Any = 0.5,
    score_threshold: Any = float("-inf"),
    name: str | None = None,
) -> Tensor:
    """``non_max_suppression`` by a matrix that says how much each two boxes overlap.

    Args:
        overlaps: the matrix, of float32.
        scores: see ``non_max_suppression``.
        max_output_size: see there.
        overlap_threshold: of two boxes that overlap by this or more, the worse is left out.
        score_threshold: see there.
        name: the scope of the operations.

    Returns:
        The numbers of the boxes as int32, the best first.

    Source: ``tf.image.non_max_suppression_overlaps``.
    """
    with name_scope(name, "non_max_suppression_overlaps"):
        overlap = convert_to_tensor(overlap_threshold, name="overlap_threshold")
        return NonMaxSuppressionWithOverlaps(overlaps, scores, max_output_size, overlap, score_threshold)
