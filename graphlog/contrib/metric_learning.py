"""Losses of embeddings whose distances say what belongs together (``tf.contrib.losses.metric_learning``)."""

from __future__ import annotations

from typing import Any

from graphlog.core import dtypes
from graphlog.core.tensor import Tensor
from graphlog.ops.array import arrays, filling, shape_queries
from graphlog.ops.debugging import logging_ops
from graphlog.ops.linear_algebra import diagonals, matmul
from graphlog.ops.math import arithmetic, casts, comparisons, division, elementwise, logic, reductions, roots
from graphlog.ops.nn import cross_entropy

__all__ = ["contrastive_loss", "lifted_struct_loss", "npairs_loss", "triplet_semihard_loss"]


def contrastive_loss(
    labels: Any, embeddings_anchor: Any, embeddings_positive: Any, margin: float = 1.0
) -> Tensor:
    """The mean squared distance of pairs that belong together, and the lack of distance of the others.

    Args:
        labels: for each pair 1 if it belongs together, or 0.
        embeddings_anchor: the first of each pair, (pairs, features).
        embeddings_positive: the second.
        margin: how far apart pairs that do not belong together should be.

    Returns:
        A scalar.

    Source: Hadsell et al., "Dimensionality Reduction by Learning an Invariant Mapping", 2006.
    """
    squares = division.squared_difference(embeddings_anchor, embeddings_positive)
    distances = roots.sqrt(reductions.reduce_sum(squares, 1))
    near = casts.cast(labels, distances.dtype) * elementwise.square(distances)
    far = 1.0 - casts.cast(labels, distances.dtype)
    lack = elementwise.square(arithmetic.maximum(margin - distances, 0.0))
    return reductions.reduce_mean(near + far * lack, name="contrastive_loss")


def triplet_semihard_loss(labels: Any, embeddings: Any, margin: float = 1.0) -> Tensor:
    """How much nearer the nearest stranger beyond a relative is than that relative and a margin.

    Where no stranger is farther than the relative, the farthest stranger counts.

    Args:
        labels: the class of each row, a vector of integers.
        embeddings: (rows, features), of length 1.
        margin: the margin between squared distances.

    Returns:
        A scalar, the mean of all pairs of relatives.

    Source: Schroff et al., "FaceNet", 2015.
    """
    labels = _as_column(labels)
    distances = _pairwise_distances(embeddings, squared=True)
    related = comparisons.equal(labels, arrays.transpose(labels))
    unrelated = logic.logical_not(related)
    count = shape_queries.size(labels)
    tiled = arrays.tile(distances, [count, 1])
    beyond = logic.logical_and(
        arrays.tile(unrelated, [count, 1]),
        comparisons.greater(tiled, arrays.reshape(arrays.transpose(distances), [-1, 1])),
    )
    found = reductions.reduce_sum(casts.cast(beyond, dtypes.float32), 1, keepdims=True)
    any_beyond = arrays.transpose(arrays.reshape(comparisons.greater(found, 0.0), [count, count]))
    unrelated = casts.cast(unrelated, dtypes.float32)
    beyond = casts.cast(beyond, dtypes.float32)
    outside = arrays.transpose(arrays.reshape(_masked_minimum(tiled, beyond), [count, count]))
    inside = arrays.tile(_masked_maximum(distances, unrelated), [1, count])
    nearest = comparisons.where(any_beyond, outside, inside)
    excess = arithmetic.add(margin, distances - nearest)
    pairs = _pairs_of_relatives(related, count)
    number = reductions.reduce_sum(pairs)
    total = reductions.reduce_sum(arithmetic.maximum(arithmetic.multiply(excess, pairs), 0.0))
    return arithmetic.truediv(total, number, name="triplet_semihard_loss")


def npairs_loss(
    labels: Any,
    embeddings_anchor: Any,
    embeddings_positive: Any,
    reg_lambda: float = 0.002,
    print_losses: bool = False,
) -> Tensor:
    """The cross-entropy of which row belongs to which by dot products, and a penalty of long embeddings.

    Args:
        labels: the class of each pair, a vector of integers.
        embeddings_anchor: the first of each pair, (pairs, features).
        embeddings_positive: the second.
        reg_lambda: the weight of the penalty.
        print_losses: whether a run prints both parts.

    Returns:
        A scalar.

    Source: Sohn, "Improved Deep Metric Learning with Multi-class N-pair Loss Objective", 2016.
    """
    lengths = [
        reductions.reduce_mean(reductions.reduce_sum(elementwise.square(embeddings), 1))
        for embeddings in (embeddings_anchor, embeddings_positive)
    ]
    penalty = arithmetic.multiply(0.25 * reg_lambda, lengths[0] + lengths[1], name="l2loss")
    similarities = matmul.matmul(embeddings_anchor, embeddings_positive, transpose_b=True)
    labels = _as_column(labels)
    wanted = casts.cast(comparisons.equal(labels, arrays.transpose(labels)), dtypes.float32)
    wanted /= reductions.reduce_sum(wanted, 1, keepdims=True)
    losses = cross_entropy.softmax_cross_entropy_with_logits(logits=similarities, labels=wanted)
    loss = reductions.reduce_mean(losses, name="xentropy")
    if print_losses:
        loss = logging_ops.Print(loss, ["cross entropy:", loss, "l2loss:", penalty])
    return penalty + loss


def lifted_struct_loss(labels: Any, embeddings: Any, margin: float = 1.0) -> Tensor:
    """How far relatives are apart, measured by the smooth minimum of the distances of both to strangers.

    Args:
        labels: the class of each row, a vector of integers.
        embeddings: (rows, features).
        margin: the margin between distances.

    Returns:
        A scalar.

    Source: Song et al., "Deep Metric Learning via Lifted Structured Feature Embedding", 2016.
    """
    labels = _as_column(labels)
    distances = _pairwise_distances(embeddings)
    related = comparisons.equal(labels, arrays.transpose(labels))
    unrelated = logic.logical_not(related)
    count = shape_queries.size(labels)
    nearness = margin - distances
    mask = casts.cast(unrelated, dtypes.float32)
    nearest = _masked_maximum(nearness, mask)
    greatest = arithmetic.maximum(nearest, arrays.transpose(nearest))
    tiled = arrays.tile(nearness, [count, 1])
    mask_tiled = arrays.tile(mask, [count, 1])
    column = arrays.reshape(arrays.transpose(greatest), [-1, 1])
    exponentials = arithmetic.multiply(elementwise.exp(tiled - column), mask_tiled)
    left = arrays.reshape(reductions.reduce_sum(exponentials, 1, keepdims=True), [count, count])
    losses = greatest + elementwise.log(left + arrays.transpose(left))
    losses += distances
    pairs = _pairs_of_relatives(related, count)
    number = reductions.reduce_sum(pairs) / 2.0
    squares = elementwise.square(arithmetic.maximum(arithmetic.multiply(losses, pairs), 0.0))
    return arithmetic.truediv(0.25 * reductions.reduce_sum(squares), number, name="liftedstruct_loss")


def _as_column(labels: Any) -> Tensor:
    return arrays.reshape(labels, [shape_queries.shape(labels)[0], 1])


def _pairs_of_relatives(related: Tensor, count: Tensor) -> Tensor:
    """1 where two different rows are of one class, else 0."""
    return casts.cast(related, dtypes.float32) - diagonals.diag(filling.ones([count]))


def _pairwise_distances(features: Any, squared: bool = False) -> Tensor:
    """The distances of all rows from each other, or their squares; 0 on the diagonal."""
    own = reductions.reduce_sum(elementwise.square(features), axis=[1], keepdims=True)
    other = reductions.reduce_sum(elementwise.square(arrays.transpose(features)), axis=[0], keepdims=True)
    sums = arithmetic.add(own, other)
    squares = sums - 2.0 * matmul.matmul(features, arrays.transpose(features))
    squares = arithmetic.maximum(squares, 0.0)
    is_zero = comparisons.less_equal(squares, 0.0)
    # The root's derivative at 0 is infinite.
    distances = squares if squared else roots.sqrt(squares + casts.cast(is_zero, dtypes.float32) * 1e-16)
    distances = arithmetic.multiply(distances, casts.cast(logic.logical_not(is_zero), dtypes.float32))
    count = shape_queries.shape(features)[0]
    off_diagonal = filling.ones_like(distances) - diagonals.diag(filling.ones([count]))
    return arithmetic.multiply(distances, off_diagonal)


def _masked_maximum(values: Tensor, mask: Tensor) -> Tensor:
    """The greatest value of each row where a mask of ones and zeros has a one."""
    least = reductions.reduce_min(values, 1, keepdims=True)
    return reductions.reduce_max(arithmetic.multiply(values - least, mask), 1, keepdims=True) + least


def _masked_minimum(values: Tensor, mask: Tensor) -> Tensor:
    """The least value of each row where a mask of ones and zeros has a one."""
    greatest = reductions.reduce_max(values, 1, keepdims=True)
    return reductions.reduce_min(arithmetic.multiply(values - greatest, mask), 1, keepdims=True) + greatest
