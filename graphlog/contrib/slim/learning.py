"""``tf.contrib.slim.learning``: training operations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from graphlog.contrib.training import training
from graphlog.contrib.training.training import USE_GLOBAL_STEP, clip_gradient_norms, multiply_gradients
from graphlog.core.tensor import Tensor
from graphlog.ops.name_scopes import name_scope
from graphlog.train.optimizer import Optimizer

__all__ = ["add_gradients_summaries", "clip_gradient_norms", "create_train_op", "multiply_gradients"]


def add_gradients_summaries(grads_and_vars: Iterable[tuple[Any, Any]]) -> list[Tensor]:
    """A histogram and the norm of each gradient (``tf.contrib.slim.learning.add_gradients_summaries``)."""
    return training.gradient_summaries(grads_and_vars, "/")


def create_train_op(
    total_loss: Any,
    optimizer: Any,
    global_step: Any = USE_GLOBAL_STEP,
    update_ops: Any = None,
    variables_to_train: Any = None,
    clip_gradient_norm: float = 0,
    summarize_gradients: bool = False,
    gate_gradients: int = Optimizer.GATE_OP,
    aggregation_method: Any = None,
    colocate_gradients_with_ops: bool = False,
    gradient_multipliers: Mapping[Any, Any] | None = None,
    check_numerics: bool = True,
) -> Tensor:
    """An operation that takes one step of training and gives the loss.

    Args:
        total_loss: as for ``tf.contrib.training.create_train_op``; so are all but two.
        optimizer: …
        global_step: …
        update_ops: …
        variables_to_train: …
        clip_gradient_norm: the greatest norm of each gradient; 0 for any.
        summarize_gradients: …
        gate_gradients: …
        aggregation_method: …
        colocate_gradients_with_ops: …
        gradient_multipliers: what the gradients of some variables (or names) are multiplied by.
        check_numerics: …

    Returns:
        The loss, once the step is done.

    Source: ``tf.contrib.slim.learning.create_train_op``.
    """

    def transformed(grads: training.Gradients) -> training.Gradients:
        if gradient_multipliers:
            with name_scope("multiply_grads"):
                grads = multiply_gradients(grads, gradient_multipliers)
        if clip_gradient_norm > 0:
            with name_scope("clip_grads"):
                grads = clip_gradient_norms(grads, clip_gradient_norm)
        return grads

    return training.create_train_op(
        total_loss=total_loss,
        optimizer=optimizer,
        global_step=global_step,
        update_ops=update_ops,
        variables_to_train=variables_to_train,
        transform_grads_fn=transformed,
        summarize_gradients=summarize_gradients,
        gate_gradients=gate_gradients,
        aggregation_method=aggregation_method,
        colocate_gradients_with_ops=colocate_gradients_with_ops,
        check_numerics=check_numerics,
    )
