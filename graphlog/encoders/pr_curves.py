"""Precision and recall of a classifier, for many thresholds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from graphlog.encoders.plugin_values import floats_tensor, metadata
from graphlog.encoders.tags import as_tag
from graphlog.proto import summary_pb2

Array = np.ndarray[Any, Any]

_MOST_THRESHOLDS = 127
# In the place of a denominator of 0.
_LEAST_COUNT = 1e-7


def pr_curve(
    tag: str,
    labels: Array,
    predictions: Array,
    num_thresholds: int = 127,
    weights: Array | float | None = None,
) -> summary_pb2.Summary.Value:
    """Encodes the curve of a classifier's predictions.

    Args:
        tag: the name of the series; written as it is.
        labels: 1 or True where the class is the one to find, else 0; of any shape.
        predictions: for each label how sure the classifier is, from 0 up to 1; what is beyond is not counted.
        num_thresholds: how many thresholds between 0 and 1; 127 at most.
        weights: how much each counts; 1 if None.

    Returns:
        A Summary.Value with ``tensor``: as ``raw_pr_curve`` takes it.

    Raises:
        ValueError: the shapes differ, or there are fewer than two thresholds.
    """
    if labels.shape != predictions.shape:
        raise ValueError(f"labels have the shape {labels.shape}, predictions {predictions.shape}")
    thresholds = min(num_thresholds, _MOST_THRESHOLDS)
    if thresholds < 2:
        raise ValueError(f"num_thresholds must be at least 2, not {num_thresholds}")
    with np.errstate(invalid="ignore"):
        steps = np.floor(predictions.reshape(-1) * (thresholds - 1))
        is_counted = (steps >= 0) & (steps < thresholds)
    places = steps[is_counted].astype(np.intp)
    wanted = labels.reshape(-1)[is_counted].astype(np.float64)
    share = np.broadcast_to(1.0 if weights is None else weights, labels.shape).reshape(-1)[is_counted]
    # How many are predicted to be of the class at a threshold: all at it or above.
    true_positives = _from_above(np.bincount(places, wanted * share, thresholds))
    false_positives = _from_above(np.bincount(places, (1.0 - wanted) * share, thresholds))
    false_negatives = true_positives[0] - true_positives
    return raw_pr_curve(
        tag,
        [
            true_positives,
            false_positives,
            false_positives[0] - false_positives,
            false_negatives,
            true_positives / np.maximum(_LEAST_COUNT, true_positives + false_positives),
            true_positives / np.maximum(_LEAST_COUNT, true_positives + false_negatives),
        ],
        thresholds,
    )


def raw_pr_curve(tag: str, rows: Sequence[Array], num_thresholds: int = 127) -> summary_pb2.Summary.Value:
    """Encodes a curve that is computed already.

    Args:
        tag: the name of the series; written as it is.
        rows: for each threshold, how many were rightly found, wrongly found, rightly left out, wrongly left
            out; which part of what was found was right (precision), and which part of what is right was found
            (recall).
        num_thresholds: how many thresholds there are; 127 at most.

    Returns:
        A Summary.Value with ``tensor``: float32 of shape ``(6, thresholds)``.

    Raises:
        ValueError: the six have different lengths.
    """
    from tensorboard.plugins.pr_curve.plugin_data_pb2 import PrCurvePluginData

    thresholds = min(num_thresholds, _MOST_THRESHOLDS)
    content = PrCurvePluginData(version=0, num_thresholds=thresholds).SerializeToString()
    return summary_pb2.Summary.Value(
        tag=as_tag(tag), tensor=floats_tensor(np.stack(rows)), metadata=metadata("pr_curves", content)
    )


def _from_above(counts: Array) -> Array:
    return np.cumsum(counts[::-1])[::-1]
