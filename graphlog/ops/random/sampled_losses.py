"""Losses that compare the true class with a few others, drawn by chance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.tensor import Tensor
from graphlog.ops.array import arrays, axes, filling, joining, packing, shape_queries, slicing
from graphlog.ops.control_flow import gradient_stops
from graphlog.ops.linear_algebra import matmul
from graphlog.ops.math import arithmetic, casts, elementwise
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.nn import cross_entropy, embedding, logistic_losses
from graphlog.ops.random import candidate_functions
from graphlog.ops.sparse import densifying


def _sum_rows(x: Tensor) -> Tensor:
    columns: Any = shape_queries.shape(x)
    sizes = packing.stack([columns[1], 1])
    ones = filling.ones(sizes, x.dtype)
    return arrays.reshape(matmul.matmul(x, ones), [-1])


def _sampled_logits(
    weights: Any,
    biases: Any,
    labels: Any,
    inputs: Any,
    num_sampled: int,
    num_classes: int,
    num_true: int,
    sampled_values: Sequence[Any] | None,
    remove_accidental_hits: bool,
    partition_strategy: str,
    name: str | None,
    seed: int | None = None,
) -> tuple[Tensor, Tensor]:
    """The logits of the true classes and of those drawn, and the labels that belong to them."""
    tables = weights if isinstance(weights, list) else [weights]
    with name_scope(name, "compute_sampled_logits", [*tables, biases, inputs, labels]):
        if labels.dtype != dtypes.int64:
            labels = casts.cast(labels, dtypes.int64)
        flat = arrays.reshape(labels, [-1])
        if sampled_values is None:
            sampled_values = candidate_functions.log_uniform_candidate_sampler(
                true_classes=labels,
                num_true=num_true,
                num_sampled=num_sampled,
                unique=True,
                range_max=num_classes,
                seed=seed,
            )
        sampled, true_count, sampled_count = [gradient_stops.stop_gradient(item) for item in sampled_values]
        sampled = casts.cast(sampled, dtypes.int64)
        all_ids = joining.concat([flat, sampled], 0)
        true_logits, sampled_logits = _both_logits(
            tables, biases, inputs, flat, all_ids, num_true, partition_strategy
        )
        if remove_accidental_hits:
            sampled_logits += _hits(labels, sampled, num_true, num_sampled, sampled_logits.dtype)
        true_logits -= elementwise.log(true_count)
        sampled_logits -= elementwise.log(sampled_count)
        logits = joining.concat([true_logits, sampled_logits], 1)
        targets: Any = filling.ones_like(true_logits)
        return logits, joining.concat([targets / num_true, filling.zeros_like(sampled_logits)], 1)


def _both_logits(
    tables: list[Any],
    biases: Any,
    inputs: Any,
    flat: Tensor,
    all_ids: Tensor,
    num_true: int,
    partition_strategy: str,
) -> tuple[Any, Any]:
    rows = _rows(tables, all_ids, partition_strategy, inputs.dtype)
    true_rows = slicing.slice(rows, [0, 0], packing.stack([_length(flat), -1]))
    sampled_rows = slicing.slice(rows, packing.stack([_length(flat), 0]), [-1, -1])
    sampled_logits: Any = matmul.matmul(inputs, sampled_rows, transpose_b=True)
    all_biases = _rows(biases, all_ids, partition_strategy, inputs.dtype)
    true_biases = slicing.slice(all_biases, [0], shape_queries.shape(flat))
    sampled_biases = slicing.slice(all_biases, shape_queries.shape(flat), [-1])
    true_shape: Any = shape_queries.shape(true_rows)
    width = true_shape[1:2]
    grouped = joining.concat([[-1, num_true], width], 0)
    products = arithmetic.multiply(axes.expand_dims(inputs, 1), arrays.reshape(true_rows, grouped))
    products = arrays.reshape(products, joining.concat([[-1], width], 0))
    true_logits: Any = arrays.reshape(_sum_rows(products), [-1, num_true])
    true_biases = arrays.reshape(true_biases, [-1, num_true])
    return true_logits + true_biases, sampled_logits + sampled_biases


def _length(vector: Tensor) -> Tensor:
    sizes: Any = shape_queries.shape(vector)
    length: Tensor = sizes[0]
    return length


def _rows(tables: Any, ids: Tensor, strategy: str, dtype: Any) -> Tensor:
    rows = embedding.embedding_lookup(tables, ids, partition_strategy=strategy)
    return rows if rows.dtype == dtype else casts.cast(rows, dtype)


def _hits(labels: Tensor, sampled: Tensor, num_true: int, num_sampled: int, dtype: Any) -> Tensor:
    """What takes the true classes out of the logits of those drawn."""
    indices, ids, weights = candidate_functions.compute_accidental_hits(labels, sampled, num_true=num_true)
    rows = arrays.reshape(indices, [-1, 1])
    columns = arrays.reshape(casts.cast(ids, dtypes.int32), [-1, 1])
    places = joining.concat([rows, columns], 1, "sparse_indices")
    sizes: Any = shape_queries.shape(labels)
    shape = joining.concat([sizes[:1], axes.expand_dims(num_sampled, 0)], 0)
    if weights.dtype != dtype:
        weights = casts.cast(weights, dtype)
    return densifying.SparseToDense(places, shape, weights, 0.0, validate_indices=False)


def nce_loss(
    weights: Any,
    biases: Any,
    labels: Any,
    inputs: Any,
    num_sampled: int,
    num_classes: int,
    num_true: int = 1,
    sampled_values: Sequence[Any] | None = None,
    remove_accidental_hits: bool = False,
    partition_strategy: str = "mod",
    name: str | None = "nce_loss",
) -> Tensor:
    """The loss of noise-contrastive estimation: the true class against a few that are drawn by chance.

    Args:
        weights: the classes' vectors, of shape ``[num_classes, width]``, or a list of tables among which
            they are divided.
        biases: a number for each class.
        labels: the true classes, integers of shape ``[batch, num_true]``.
        inputs: a vector for each example, of shape ``[batch, width]``.
        num_sampled: how many classes are drawn for the batch.
        num_classes: how many classes there are.
        num_true: how many true classes an example has.
        sampled_values: what a sampler of candidates gave; those of ``log_uniform_candidate_sampler`` if
            None.
        remove_accidental_hits: whether true classes are taken out of those drawn.
        partition_strategy: see ``tf.nn.embedding_lookup``.
        name: the scope of the operations.

    Returns:
        The loss of each example.

    Source: Gutmann, Hyvärinen: Noise-contrastive estimation, 2010; ``tf.nn.nce_loss``.
    """
    logits, targets = _sampled_logits(
        weights,
        biases,
        _tensor(labels),
        _tensor(inputs),
        num_sampled,
        num_classes,
        num_true,
        sampled_values,
        remove_accidental_hits,
        partition_strategy,
        name,
    )
    losses = logistic_losses.sigmoid_cross_entropy_with_logits(
        labels=targets, logits=logits, name="sampled_losses"
    )
    return _sum_rows(losses)


def sampled_softmax_loss(
    weights: Any,
    biases: Any,
    labels: Any,
    inputs: Any,
    num_sampled: int,
    num_classes: int,
    num_true: int = 1,
    sampled_values: Sequence[Any] | None = None,
    remove_accidental_hits: bool = True,
    partition_strategy: str = "mod",
    name: str | None = "sampled_softmax_loss",
    seed: int | None = None,
) -> Tensor:
    """The cross entropy of a softmax over the true class and a few that are drawn by chance.

    Args:
        weights: see ``nce_loss``, as for all that follow.
        biases: a number for each class.
        labels: the true classes.
        inputs: a vector for each example.
        num_sampled: how many classes are drawn.
        num_classes: how many there are.
        num_true: how many true classes an example has.
        sampled_values: what a sampler gave, or None.
        remove_accidental_hits: whether true classes are taken out of those drawn.
        partition_strategy: see ``tf.nn.embedding_lookup``.
        name: the scope of the operations.
        seed: the seed of the sampler.

    Returns:
        The loss of each example.

    Source: Jean et al.: On using very large target vocabulary for neural machine translation, 2015;
    ``tf.nn.sampled_softmax_loss``.
    """
    logits, targets = _sampled_logits(
        weights,
        biases,
        _tensor(labels),
        _tensor(inputs),
        num_sampled,
        num_classes,
        num_true,
        sampled_values,
        remove_accidental_hits,
        partition_strategy,
        name,
        seed,
    )
    targets = gradient_stops.stop_gradient(targets, name="labels_stop_gradient")
    return cross_entropy.softmax_cross_entropy_with_logits_v2(labels=targets, logits=logits)


def _tensor(value: Any) -> Any:
    """The value, as a tensor where it has no dtype of its own."""
    return value if hasattr(value, "dtype") else convert_to_tensor(value)
