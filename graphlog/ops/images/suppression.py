"""The kernels of the non-maximum suppression: of boxes that overlap, the ones with the best scores."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from typing import Any

import numpy as np

from graphlog.core.shapes import bracketed

Array = np.ndarray[Any, Any]

# From a box to how much each box overlaps with it.
Similarity = Callable[[int], Array]


def check(boxes: Any, scores: Any) -> None:
    """ValueError unless there are as many boxes as scores."""
    check_boxes(boxes)
    check_scores(scores, len(boxes))


def check_boxes(boxes: Any) -> None:
    """ValueError unless it is a matrix of boxes."""
    if boxes.ndim != 2:
        raise ValueError(f"boxes must be 2-D{bracketed(boxes.shape)}")
    if boxes.shape[1] != 4:
        raise ValueError("boxes must have 4 columns")


def check_scores(scores: Any, count: int) -> None:
    """ValueError unless the scores are so many."""
    if scores.ndim != 1:
        raise ValueError(f"scores must be 1-D{bracketed(scores.shape)}")
    if len(scores) != count:
        raise ValueError("scores has incompatible shape")


def checked_scalar(value: Any, name: str) -> Any:
    """The value; ValueError where it is no scalar."""
    if np.ndim(value):
        raise ValueError(f"{name} must be 0-D, got shape {bracketed(np.shape(value))}")
    return value


def intersections_over_unions(boxes: Array) -> Similarity:
    """How much of two boxes is in both of them.

    Args:
        boxes: two opposite corners of each, ``(boxes, 4)``.

    Returns:
        A function from a box to its intersection over union with each box.
    """
    wide = boxes.astype(np.float32, copy=False)
    low, high = np.minimum(wide[:, :2], wide[:, 2:]), np.maximum(wide[:, :2], wide[:, 2:])
    areas = np.prod(high - low, axis=1)

    def similarity(index: int) -> Array:
        sides = np.minimum(high, high[index]) - np.maximum(low, low[index])
        shared = np.prod(np.maximum(sides, np.float32(0)), axis=1)
        with np.errstate(all="ignore"):
            ratio = shared / (areas + areas[index] - shared)
        return np.where((areas <= 0) | (areas[index] <= 0), np.float32(0), ratio)

    return similarity


def selected(
    similarity: Similarity,
    scores: Array,
    count: int,
    threshold: float,
    score_threshold: float,
    sigma: float = 0.0,
    at_threshold: bool = True,
) -> tuple[Array, Array]:
    """The boxes with the best scores, of which no two overlap too much.

    Args:
        similarity: how much boxes overlap.
        scores: their scores.
        count: how many boxes at most.
        threshold: of two that overlap by this or more, the worse is left out.
        score_threshold: boxes count only with a score above this.
        sigma: how gently the score of a box that overlaps falls; 0 where it is left out at once.
        at_threshold: whether exactly the threshold is too much.

    Returns:
        The numbers of the boxes as int32, the best first, and their scores. Of equal scores the first in the
        list comes first; TensorFlow takes them in the order of a heap.
    """
    candidates = np.flatnonzero(scores > scores.dtype.type(score_threshold))
    limit = np.float32(threshold)
    if sigma > 0:
        return _softly_selected(similarity, scores, candidates, count, limit, score_threshold, sigma)
    order = candidates[np.argsort(-scores[candidates].astype(np.float64), kind="stable")]
    is_too_much = np.greater_equal if at_threshold else np.greater
    found: list[int] = []
    while order.size and len(found) < count:
        best = int(order[0])
        found.append(best)
        order = order[1:]
        order = order[~is_too_much(similarity(best)[order], limit)]
    chosen = np.array(found, np.int32)
    return chosen, scores[chosen]


def _softly_selected(
    similarity: Similarity,
    scores: Array,
    candidates: Array,
    count: int,
    threshold: Any,
    score_threshold: float,
    sigma: float,
) -> tuple[Array, Array]:
    """One candidate after the other, since each score depends on what was selected before."""
    single = scores.dtype.type
    scale = np.float32(-0.5) / np.float32(sigma)
    # The last number says which of the selected boxes the score has taken account of.
    # Of equal scores, the first comes first. The last number says which of the selected boxes were looked at.
    queue = [(-float(scores[index]), int(index), 0) for index in candidates]
    heapq.heapify(queue)
    found: list[int] = []
    found_scores: list[Any] = []
    overlaps: list[Array] = []
    while queue and len(found) < count:
        negative, index, begin = heapq.heappop(queue)
        score = original = single(-negative)
        for number in reversed(range(begin, len(found))):
            overlap = np.float32(overlaps[number][index])
            score = single(score * np.exp(scale * overlap * overlap)) if overlap < threshold else single(0)
            if score <= score_threshold:
                break
        if score == original:
            found.append(index)
            found_scores.append(score)
            overlaps.append(similarity(index))
        elif score > score_threshold:
            heapq.heappush(queue, (-float(score), index, len(found)))
    return np.array(found, np.int32), np.array(found_scores, scores.dtype)


def padded(values: Array, count: int) -> Array:
    """The values, followed by zeros up to ``count``."""
    return np.pad(values, (0, max(0, count - len(values))))
