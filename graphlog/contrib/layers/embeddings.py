"""Embeddings of class numbers (``tf.contrib.layers``)."""

from __future__ import annotations

from typing import Any

from graphlog.contrib.framework.variables import model_variable
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.tensor import Tensor
from graphlog.ops.array import arrays, gathering, joining, shape_queries
from graphlog.ops.array import unique as unique_ops
from graphlog.ops.math import reductions
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.nn import embedding
from graphlog.ops.state.variable_scope import variable_scope


def embed_sequence(
    ids: Any,
    vocab_size: int | None = None,
    embed_dim: int | None = None,
    unique: bool = False,
    initializer: Any = None,
    regularizer: Any = None,
    trainable: bool = True,
    scope: Any = None,
    reuse: Any = None,
) -> Tensor:
    """Rows of a variable ``embeddings``.

    Args:
        ids: the numbers of the rows.
        vocab_size: how many rows there are.
        embed_dim: their size.
        unique: whether each row is looked up once.
        initializer: what makes the first value of ``embeddings``.
        regularizer: a function from ``embeddings`` to a loss that is collected.
        trainable: whether optimizers change the variable.
        scope: the scope of operations and variables.
        reuse: whether the variable of this scope is used again.

    Returns:
        A Tensor of the shape of ``ids`` and one more dimension.

    Raises:
        ValueError: a size is missing.

    Source: ``tf.contrib.layers.embed_sequence``.
    """
    if not (reuse or (vocab_size and embed_dim)):
        raise ValueError(
            "Must specify vocab size and embedding dimension when not reusing. Got "
            f"vocab_size={vocab_size} and embed_dim={embed_dim}"
        )
    with variable_scope(scope, "EmbedSequence", [ids], reuse=reuse):
        has_shape = embed_dim is not None and (vocab_size is not None or not reuse)
        embeddings = model_variable(
            "embeddings",
            shape=[vocab_size, embed_dim] if has_shape else None,
            initializer=initializer,
            regularizer=regularizer,
            trainable=trainable,
        )
        if unique:
            return embedding_lookup_unique(embeddings, ids)
        return embedding.embedding_lookup(embeddings, ids)


def embedding_lookup_unique(
    params: Any, ids: Any, partition_strategy: str = "mod", name: str | None = None
) -> Tensor:
    """``tf.nn.embedding_lookup`` that looks each row up once.

    Args:
        params: the rows, in one tensor or in several.
        ids: the numbers of the rows.
        partition_strategy: how the rows are spread over several tensors.
        name: the name scope.

    Returns:
        A Tensor of the shape of ``ids`` and that of a row.

    Source: ``tf.contrib.layers.embedding_lookup_unique``.
    """
    with name_scope(name, "EmbeddingLookupUnique", [params, ids]):
        ids = convert_to_tensor(ids)
        shape = shape_queries.shape(ids)
        flat = arrays.reshape(ids, reductions.reduce_prod(shape, keepdims=True))
        numbers, positions = unique_ops.unique(flat)
        rows = embedding.embedding_lookup(params, numbers, partition_strategy)
        spread = gathering.gather(rows, positions)
        wanted = joining.concat([shape, shape_queries.shape(rows)[1:]], 0)
        result: Tensor = arrays.reshape(spread, wanted)
        result.set_shape(ids.get_shape().concatenate(rows.get_shape()[1:]))
        return result


def bow_encoder(
    ids: Any,
    vocab_size: int,
    embed_dim: int,
    sparse_lookup: bool = True,
    initializer: Any = None,
    regularizer: Any = None,
    trainable: bool = True,
    scope: Any = None,
    reuse: Any = None,
) -> Tensor:
    """The mean of the rows of a variable ``embeddings`` along the second axis.

    Args:
        ids: the numbers of the rows, of rank 2.
        vocab_size: as for ``embed_sequence``; so are all others but one.
        embed_dim: …
        sparse_lookup: must be False: graphlog looks up dense numbers only.
        initializer: …
        regularizer: …
        trainable: …
        scope: …
        reuse: …

    Returns:
        A Tensor of shape ``(batch, embed_dim)``.

    Source: ``tf.contrib.layers.bow_encoder``.
    """
    if not vocab_size or not embed_dim:
        raise ValueError("Must specify vocab size and embedding dimension")
    if sparse_lookup:
        raise NotImplementedError("graphlog's bow_encoder needs sparse_lookup=False.")
    with variable_scope(scope, "bow_encoder", [ids], reuse=reuse):
        embeddings = model_variable(
            "embeddings",
            shape=[vocab_size, embed_dim],
            initializer=initializer,
            regularizer=regularizer,
            trainable=trainable,
        )
        return reductions.reduce_mean(embedding.embedding_lookup(embeddings, ids), axis=1)
