"""The losses that a graph has collected."""

from __future__ import annotations

from typing import Any

from graphlog.core.default_graph import get_default_graph
from graphlog.core.graph_keys import GraphKeys
from graphlog.core.tensor import Tensor
from graphlog.ops.constants import constant
from graphlog.ops.math import arithmetic


def add_loss(loss: Any, loss_collection: Any = GraphKeys.LOSSES) -> None:
    """Adds a loss to a collection; to none if ``loss_collection`` is None."""
    if loss_collection:
        get_default_graph().add_to_collection(loss_collection, loss)


def get_losses(scope: str | None = None, loss_collection: Any = GraphKeys.LOSSES) -> list[Any]:
    """The losses in a collection.

    Args:
        scope: a regular expression that the beginning of their names must match; all if None.
        loss_collection: the collection.

    Returns:
        A list of Tensors.

    Source: ``tf.losses.get_losses``.
    """
    return get_default_graph().get_collection(loss_collection, scope)


def get_regularization_losses(scope: str | None = None) -> list[Any]:
    """The losses in the collection ``GraphKeys.REGULARIZATION_LOSSES``; see ``get_losses``."""
    return get_losses(scope, GraphKeys.REGULARIZATION_LOSSES)


def get_regularization_loss(scope: str | None = None, name: str = "total_regularization_loss") -> Tensor:
    """The sum of the regularization losses; zero where there are none.

    Args:
        scope: as for ``get_losses``.
        name: the operation's name.

    Source: ``tf.losses.get_regularization_loss``.
    """
    losses = get_regularization_losses(scope)
    return arithmetic.add_n(losses, name=name) if losses else constant(0.0)


def get_total_loss(
    add_regularization_losses: bool = True, name: str = "total_loss", scope: str | None = None
) -> Tensor:
    """The sum of all losses.

    Args:
        add_regularization_losses: whether those of ``GraphKeys.REGULARIZATION_LOSSES`` count too.
        name: the operation's name.
        scope: as for ``get_losses``.

    Returns:
        A scalar Tensor.

    Raises:
        ValueError: there are no losses.

    Source: ``tf.losses.get_total_loss``.
    """
    losses = get_losses(scope)
    if add_regularization_losses:
        losses += get_regularization_losses(scope)
    return arithmetic.add_n(losses, name=name)
