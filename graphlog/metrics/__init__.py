"""Metrics (``tf.metrics``): how well a model does, over many batches.

Each function gives two tensors: the metric so far, and one whose run takes in the present batch and gives
the metric with it. What is counted stands in local variables, which ``tf.local_variables_initializer``
sets to zero.
"""

from graphlog.metrics.counts import (
    false_negatives,
    false_positives,
    precision,
    recall,
    true_negatives,
    true_positives,
)
from graphlog.metrics.curves import auc
from graphlog.metrics.means import (
    accuracy,
    mean,
    mean_absolute_error,
    mean_squared_error,
    percentage_below,
    root_mean_squared_error,
)

__all__ = [
    "accuracy",
    "auc",
    "false_negatives",
    "false_positives",
    "mean",
    "mean_absolute_error",
    "mean_squared_error",
    "percentage_below",
    "precision",
    "recall",
    "root_mean_squared_error",
    "true_negatives",
    "true_positives",
]
