"""Losses of numbers taken one by one: logistic and Poisson losses."""

from __future__ import annotations

import math
from typing import Any

from graphlog.core.conversion import convert_to_tensor
from graphlog.core.tensor import Tensor
from graphlog.ops import constants
from graphlog.ops.array import filling
from graphlog.ops.math import arithmetic, comparisons, elementwise, logic, roots
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.nn import activations
from graphlog.ops.nn.cross_entropy import check_named
from graphlog.ops.renamed_arguments import renamed_argument


def sigmoid_cross_entropy_with_logits(
    _sentinel: Any = None, labels: Any = None, logits: Any = None, name: str | None = None
) -> Tensor:
    """The cross entropy between labels and the sigmoid of logits, for each element.

    Args:
        _sentinel: to be left out, so that all others are given by name.
        labels: probabilities.
        logits: a tensor of the same shape and dtype.
        name: the operation's name.

    Returns:
        A Tensor of that shape and dtype, computed so that no exponential overflows.

    Raises:
        ValueError: an argument is given by position or is missing, or the shapes differ.

    Source: ``tf.nn.sigmoid_cross_entropy_with_logits``.
    """
    check_named("sigmoid_cross_entropy_with_logits", _sentinel, labels, logits)
    with name_scope(name, "logistic_loss", [logits, labels]) as scope:
        logits, labels = _of_one_shape(logits, labels)
        zeros = filling.zeros_like(logits, dtype=logits.dtype)
        is_positive = logits >= zeros
        positive_part = comparisons.where(is_positive, logits, zeros)
        negative_absolute = comparisons.where(is_positive, -logits, logits)
        return arithmetic.add(
            positive_part - logits * labels,
            roots.log1p(elementwise.exp(negative_absolute)),
            name=scope,
        )


def _of_one_shape(logits: Any, labels: Any) -> tuple[Tensor, Tensor]:
    logits, labels = convert_to_tensor(logits, name="logits"), convert_to_tensor(labels, name="labels")
    if not labels.shape.is_compatible_with(logits.shape):
        raise ValueError(f"logits and labels must have the same shape ({logits.shape} vs {labels.shape})")
    return logits, labels


def weighted_cross_entropy_with_logits(
    labels: Any = None,
    logits: Any = None,
    pos_weight: Any = None,
    name: str | None = None,
    targets: Any = None,
) -> Tensor:
    """As ``sigmoid_cross_entropy_with_logits``, where missing a 1 weighs ``pos_weight`` times as much.

    Args:
        labels: probabilities.
        logits: a tensor of the same shape and dtype.
        pos_weight: the weight.
        name: the operation's name.
        targets: the older name of ``labels``.

    Returns:
        A Tensor of that shape and dtype.

    Raises:
        ValueError: the shapes differ.

    Source: ``tf.nn.weighted_cross_entropy_with_logits``.
    """
    labels = renamed_argument("labels", labels, "targets", targets)
    with name_scope(name, "logistic_loss", [logits, labels]) as scope:
        logits, labels = _of_one_shape(logits, labels)
        weight = 1 + (pos_weight - 1) * labels
        linear = (1 - labels) * logits
        softened = roots.log1p(elementwise.exp(-elementwise.abs(logits)))
        return arithmetic.add(linear, weight * (softened + activations.relu(-logits)), name=scope)


def log_poisson_loss(
    targets: Any, log_input: Any, compute_full_loss: bool = False, name: str | None = None
) -> Tensor:
    """The negative log-likelihood of counts, by the logarithm of the rate they are expected at.

    Args:
        targets: the counts.
        log_input: the logarithms, a tensor of the same shape and dtype.
        compute_full_loss: whether the part that depends on the counts alone is added, by Stirling's
            approximation.
        name: the scope of the operations.

    Returns:
        A Tensor of that shape and dtype.

    Raises:
        ValueError: the shapes differ.

    Source: ``tf.nn.log_poisson_loss``.
    """
    with name_scope(name, "log_poisson_loss", [log_input, targets]):
        log_input = convert_to_tensor(log_input, name="log_input")
        targets = convert_to_tensor(targets, name="targets")
        if not targets.shape.is_compatible_with(log_input.shape):
            raise ValueError(
                f"log_input and targets must have the same shape ({log_input.shape} vs {targets.shape})"
            )
        result: Tensor = elementwise.exp(log_input) - log_input * targets
        if compute_full_loss:
            half = constants.constant(0.5, dtype=targets.dtype)
            two_pi = constants.constant(2 * math.pi, dtype=targets.dtype)
            stirling = (targets * elementwise.log(targets)) - targets
            stirling = stirling + (half * elementwise.log(two_pi * targets))
            zeros = filling.zeros_like(targets, dtype=targets.dtype)
            ones = filling.ones_like(targets, dtype=targets.dtype)
            is_small = logic.logical_and(targets >= zeros, targets <= ones)
            result = result + comparisons.where(is_small, zeros, stirling)
        return result
