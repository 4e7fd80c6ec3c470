"""CombinedNonMaxSuppression: the best boxes of each class, for a batch of images."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import boolean
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape, bracketed
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.images import suppression
from graphlog.ops.images.suppression import checked_scalar
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.static_values import constant_value

Array = np.ndarray[Any, Any]


def _combined_shape(op: Operation) -> list[StaticShape]:
    boxes = shape_rules.with_rank(op.inputs[0].static_shape, 4)
    scores = shape_rules.with_rank(op.inputs[1].static_shape, 3)
    for scalar in op.inputs[2:]:
        shape_rules.with_rank(scalar.static_shape, 0)
    shape_rules.merged_size(boxes[1], scores[1])
    shape_rules.merged_size(boxes[3], 4)
    batch, classes = boxes[0], scores[2]
    total = constant_value(op.inputs[3])
    count = None if total is None else int(total)
    if op.attributes["pad_per_class"]:
        by_class = constant_value(op.inputs[2])
        if count is not None:
            is_known = by_class is not None and classes is not None
            count = min(count, int(by_class) * classes) if is_known and classes is not None else None
    return [(batch, count, 4), (batch, count), (batch, count), (batch,)]


def _best_of_image(
    boxes: Array, scores: Array, limits: tuple[int, int], thresholds: tuple[float, float]
) -> tuple[Array, Array, Array]:
    """The boxes, scores and classes of one image, the best first."""
    found_boxes, found_scores, found_classes = [], [], []
    for number in range(scores.shape[1]):
        own = boxes[:, min(number, boxes.shape[1] - 1)]
        similarity = suppression.intersections_over_unions(own)
        indices, chosen = suppression.selected(
            similarity, scores[:, number], limits[0], *thresholds, at_threshold=False
        )
        found_boxes.append(own[indices])
        found_scores.append(chosen)
        found_classes.append(np.full(len(indices), number, np.float32))
    all_scores = np.concatenate(found_scores)
    order = np.argsort(-all_scores, kind="stable")[: limits[1]]
    return np.concatenate(found_boxes)[order], all_scores[order], np.concatenate(found_classes)[order]


def _combined_kernel(op: Operation) -> Kernel:
    pad_per_class, clip_boxes = op.attributes["pad_per_class"], op.attributes["clip_boxes"]

    def kernel(
        boxes: Any, scores: Any, per_class: Any, total: Any, iou_threshold: Any, score_threshold: Any
    ) -> Any:
        if boxes.ndim != 4:
            raise ValueError(f"boxes must be 4-D{bracketed(boxes.shape)}")
        if scores.ndim != 3:
            raise ValueError(f"scores must be 3-D{bracketed(scores.shape)}")
        if boxes.shape[:2] != scores.shape[:2] or boxes.shape[3] != 4:
            raise ValueError(
                f"boxes and scores must fit: boxes: {bracketed(boxes.shape)} and scores: "
                f"{bracketed(scores.shape)}"
            )
        classes = scores.shape[2]
        if boxes.shape[2] not in (1, classes) or not classes:
            raise ValueError(
                "third dimension of boxes must be either 1 or equal to the third dimension of scores, not "
                f"{boxes.shape[2]}"
            )
        limits = (
            int(checked_scalar(per_class, "max_size_per_class")),
            int(checked_scalar(total, "max_total_size")),
        )
        if min(limits) <= 0:
            raise ValueError("max_size_per_class and max_total_size must be > 0")
        overlap = float(checked_scalar(iou_threshold, "iou_threshold"))
        if not 0 <= overlap <= 1:
            raise ValueError("iou_threshold must be in [0, 1]")
        thresholds = overlap, float(checked_scalar(score_threshold, "score_threshold"))
        count = min(limits[1], limits[0] * classes) if pad_per_class else limits[1]
        batch = len(boxes)
        best_boxes = np.zeros((batch, count, 4), np.float32)
        best_scores, best_classes = np.zeros((2, batch, count), np.float32)
        valid = np.zeros(batch, np.int32)
        for number in range(batch):
            found = _best_of_image(boxes[number], scores[number], (limits[0], count), thresholds)
            valid[number] = length = len(found[1])
            best_boxes[number, :length], best_scores[number, :length], best_classes[number, :length] = found
        if clip_boxes:
            best_boxes = np.clip(best_boxes, 0, 1)
        return best_boxes, best_scores.copy(), best_classes.copy(), valid

    return kernel


_BOXES = samples.float32([[[[0, 0, 1, 1]], [[0, 0.1, 1, 1.1]], [[0, 0.6, 1, 1.4]]]])
_SCORES = samples.float32([[[0.9, 0.25], [0.75, 0.5], [0.6, 0.95]]])
_LIMITS = (samples.int32(2), samples.int32(5), samples.float32(0.5), samples.float32(0.3))

CombinedNonMaxSuppression = define_op(
    "CombinedNonMaxSuppression",
    [
        "boxes: float32",
        "scores: float32",
        "max_output_size_per_class: int32",
        "max_total_size: int32",
        "iou_threshold: float32",
        "score_threshold: float32",
    ],
    [
        "nmsed_boxes: float32",
        "nmsed_scores: float32",
        "nmsed_classes: float32",
        "valid_detections: int32",
    ],
    attributes={"pad_per_class": boolean(False), "clip_boxes": boolean(True)},
    shape=_combined_shape,
    make_kernel=_combined_kernel,
    samples=[
        Sample((_BOXES, _SCORES, *_LIMITS)),
        Sample((_BOXES, _SCORES, *_LIMITS), {"pad_per_class": True, "clip_boxes": False}),
        Sample((_BOXES[0], _SCORES, *_LIMITS), raises="boxes must be 4-D[3,1,4]"),
    ],
)


class CombinedDetections(NamedTuple):
    """What ``combined_non_max_suppression`` gives, each with an image in the first dimension."""

    nmsed_boxes: Tensor
    nmsed_scores: Tensor
    nmsed_classes: Tensor
    valid_detections: Tensor


def combined_non_max_suppression(
    boxes: Any,
    scores: Any,
    max_output_size_per_class: Any,
    max_total_size: Any,
    iou_threshold: Any = 0.5,
    score_threshold: Any = float("-inf"),
    pad_per_class: bool = False,
    clip_boxes: bool = True,
    name: str | None = None,
) -> CombinedDetections:
    """``non_max_suppression`` of each class by itself, for a batch of images.

    Args:
        boxes: ``(batch, boxes, classes, 4)``, or 1 where all classes have the same.
        scores: ``(batch, boxes, classes)``.
        max_output_size_per_class: how many boxes of a class at most, an int32 scalar.
        max_total_size: how many of an image at most.
        iou_threshold: see ``non_max_suppression``.
        score_threshold: see there.
        pad_per_class: whether the results are not longer than all classes together can be.
        clip_boxes: whether boxes are cut off at 0 and 1.
        name: the scope of the operations.

    Returns:
        The boxes, the scores and the classes of each image, the best first and padded with zeros, and how
        many of these count.

    Source: ``tf.image.combined_non_max_suppression``.
    """
    with name_scope(name, "combined_non_max_suppression"):
        overlap = convert_to_tensor(iou_threshold, dtypes.float32, "iou_threshold")
        least = convert_to_tensor(score_threshold, dtypes.float32, "score_threshold")
        op = CombinedNonMaxSuppression.operation(
            boxes,
            scores,
            max_output_size_per_class,
            max_total_size,
            overlap,
            least,
            pad_per_class=pad_per_class,
            clip_boxes=clip_boxes,
        )
        return CombinedDetections(*op.outputs)
