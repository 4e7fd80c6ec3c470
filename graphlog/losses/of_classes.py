"""Losses of predicted classes."""

from __future__ import annotations

from typing import Any

from graphlog.core.conversion import convert_to_tensor
from graphlog.core.graph_keys import GraphKeys
from graphlog.core.tensor import Tensor
from graphlog.losses.weighted import Reduction, compute_weighted_loss
from graphlog.ops.array import shape_queries
from graphlog.ops.control_flow import gradient_stops
from graphlog.ops.math import casts
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.nn import cross_entropy, logistic_losses
from graphlog.ops.nn.label_shapes import remove_squeezable_dimensions, without_extra_dimension


def sigmoid_cross_entropy(
    multi_class_labels: Any,
    logits: Any,
    weights: Any = 1.0,
    label_smoothing: float = 0,
    scope: str | None = None,
    loss_collection: Any = GraphKeys.LOSSES,
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
) -> Tensor:
    """The cross-entropy of classes that do not exclude each other.

    Args:
        multi_class_labels: 1 for each class that is there, else 0; of shape [examples, classes].
        logits: the predictions, of the same shape.
        weights: see ``compute_weighted_loss``; so for the rest.
        label_smoothing: how far labels are moved towards 1/2: a number from 0 to 1.
        scope: see there.
        loss_collection: see there.
        reduction: see there.

    Returns:
        A Tensor of the dtype of the logits.

    Raises:
        ValueError: the labels or the logits are None, or their shapes differ.

    Source: ``tf.losses.sigmoid_cross_entropy``.
    """
    if multi_class_labels is None:
        raise ValueError("multi_class_labels must not be None.")
    if logits is None:
        raise ValueError("logits must not be None.")
    arguments = [logits, multi_class_labels, weights]
    with name_scope(scope, "sigmoid_cross_entropy_loss", arguments) as name:
        logits = convert_to_tensor(logits)
        labels = casts.cast(multi_class_labels, logits.dtype)
        logits.get_shape().assert_is_compatible_with(labels.get_shape())
        if label_smoothing > 0:
            labels = labels * (1 - label_smoothing) + 0.5 * label_smoothing
        losses = logistic_losses.sigmoid_cross_entropy_with_logits(
            labels=labels, logits=logits, name="xentropy"
        )
        return compute_weighted_loss(losses, weights, name, loss_collection, reduction)


def softmax_cross_entropy(
    onehot_labels: Any,
    logits: Any,
    weights: Any = 1.0,
    label_smoothing: float = 0,
    scope: str | None = None,
    loss_collection: Any = GraphKeys.LOSSES,
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
) -> Tensor:
    """The cross-entropy of classes of which one is true.

    Args:
        onehot_labels: 1 for the true class, else 0; of shape [examples, classes].
        logits: the predictions, of the same shape.
        weights: the weight of each example; see ``compute_weighted_loss``, so for the rest.
        label_smoothing: how far labels are moved towards equal ones: a number from 0 to 1.
        scope: see there.
        loss_collection: see there.
        reduction: see there.

    Returns:
        A Tensor of the dtype of the logits.

    Raises:
        ValueError: the labels or the logits are None, or their shapes differ.

    Source: ``tf.losses.softmax_cross_entropy``.
    """
    if onehot_labels is None:
        raise ValueError("onehot_labels must not be None.")
    if logits is None:
        raise ValueError("logits must not be None.")
    with name_scope(scope, "softmax_cross_entropy_loss", [logits, onehot_labels, weights]) as name:
        logits = convert_to_tensor(logits)
        labels = casts.cast(onehot_labels, logits.dtype)
        logits.get_shape().assert_is_compatible_with(labels.get_shape())
        if label_smoothing > 0:
            classes = casts.cast(shape_queries.shape(labels)[-1], logits.dtype)
            least = label_smoothing / classes
            labels = labels * (1.0 - label_smoothing) + least
        labels = gradient_stops.stop_gradient(labels, name="labels_stop_gradient")
        losses = cross_entropy.softmax_cross_entropy_with_logits_v2(
            labels=labels, logits=logits, name="xentropy"
        )
        return compute_weighted_loss(losses, weights, name, loss_collection, reduction)


def sparse_softmax_cross_entropy(
    labels: Any,
    logits: Any,
    weights: Any = 1.0,
    scope: str | None = None,
    loss_collection: Any = GraphKeys.LOSSES,
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
) -> Tensor:
    """``softmax_cross_entropy`` with the numbers of the true classes for labels.

    Args:
        labels: the number of the true class of each example, int32 or int64.
        logits: the predictions, of shape [examples, classes].
        weights: the weight of each example; see ``compute_weighted_loss``, so for the rest.
        scope: see there.
        loss_collection: see there.
        reduction: see there.

    Returns:
        A Tensor of the dtype of the logits.

    Raises:
        ValueError: the labels or the logits are None, or their shapes do not fit.

    Source: ``tf.losses.sparse_softmax_cross_entropy``.
    """
    if labels is None:
        raise ValueError("labels must not be None.")
    if logits is None:
        raise ValueError("logits must not be None.")
    with name_scope(scope, "sparse_softmax_cross_entropy_loss", [logits, labels, weights]) as name:
        labels, logits = remove_squeezable_dimensions(labels, logits, expected_rank_diff=1)
        if weights is not None:
            weights = without_extra_dimension(weights, labels)
        losses = cross_entropy.sparse_softmax_cross_entropy_with_logits(
            labels=labels, logits=logits, name="xentropy"
        )
        return compute_weighted_loss(losses, weights, name, loss_collection, reduction)
