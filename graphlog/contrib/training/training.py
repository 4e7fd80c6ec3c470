"""Training operations (``tf.contrib.training``, ``tf.contrib.slim.learning``)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from graphlog.core.graph_keys import GraphKeys
from graphlog.core.indexed_slices import IndexedSlices
from graphlog.core.tensor import Tensor
from graphlog.ops.constants import constant
from graphlog.ops.control_flow import grouping
from graphlog.ops.debugging import numeric_checks, summaries
from graphlog.ops.math import clipping
from graphlog.ops.name_scopes import control_dependencies, name_scope
from graphlog.ops.state.variable_collections import get_collection, get_collection_ref, trainable_variables
from graphlog.train import global_steps
from graphlog.train.optimizer import Optimizer

Gradients = list[tuple[Any, Any]]
# Stands for the global step of the graph, since None stands for no global step.
USE_GLOBAL_STEP = 0


def clip_gradient_norms(gradients_to_variables: Iterable[tuple[Any, Any]], max_norm: Any) -> Gradients:
    """Gradients, each scaled down where its norm is above ``max_norm``, with their variables.

    Source: ``tf.contrib.training.clip_gradient_norms``.
    """

    def clipped(grad: Any) -> Any:
        if isinstance(grad, IndexedSlices):
            values = clipping.clip_by_norm(grad.values, max_norm)
            return IndexedSlices(values, grad.indices, grad.dense_shape)
        return None if grad is None else clipping.clip_by_norm(grad, max_norm)

    return [(clipped(grad), variable) for grad, variable in gradients_to_variables]


def clip_gradient_norms_fn(max_norm: Any) -> Callable[[Iterable[tuple[Any, Any]]], Gradients]:
    """``clip_gradient_norms`` for one norm, as a ``transform_grads_fn``."""
    return lambda gradients: clip_gradient_norms(gradients, max_norm)


def multiply_gradients(grads_and_vars: Gradients, gradient_multipliers: Mapping[Any, Any]) -> Gradients:
    """Gradients, some of them multiplied, with their variables.

    Args:
        grads_and_vars: ``[(gradient, variable)]``.
        gradient_multipliers: multipliers by variable or by name.

    Returns:
        Such a list.

    Raises:
        ValueError: the arguments are no list and dict, or a gradient to multiply is None.

    Source: ``tf.contrib.training.multiply_gradients``.
    """
    if not isinstance(grads_and_vars, list):
        raise ValueError("`grads_and_vars` must be a list.")
    if not gradient_multipliers:
        raise ValueError("`gradient_multipliers` is empty.")
    if not isinstance(gradient_multipliers, dict):
        raise ValueError("`gradient_multipliers` must be a dict.")
    results = []
    for grad, variable in grads_and_vars:
        key = variable if variable in gradient_multipliers else variable.op.name
        if key in gradient_multipliers:
            if grad is None:
                raise ValueError("Requested multiple of `None` gradient.")
            factor = gradient_multipliers[key]
            if not isinstance(factor, Tensor):
                factor = constant(factor, dtype=grad.dtype)
            if isinstance(grad, IndexedSlices):
                grad = IndexedSlices(grad.values * factor, grad.indices, grad.dense_shape)
            else:
                grad = grad * factor
        results.append((grad, variable))
    return results


def add_gradients_summaries(grads_and_vars: Iterable[tuple[Any, Any]]) -> list[Tensor]:
    """A histogram and the norm of each gradient (``tf.contrib.training.add_gradients_summaries``)."""
    return gradient_summaries(grads_and_vars, "_")


def gradient_summaries(grads_and_vars: Iterable[tuple[Any, Any]], separator: str) -> list[Tensor]:
    """Those summaries, with a separator between the variable's name and what is said of it."""
    made: list[Tensor] = []
    for grad, variable in grads_and_vars:
        values = grad.values if isinstance(grad, IndexedSlices) else grad
        if values is not None:
            made.append(summaries.histogram(f"{variable.op.name}{separator}gradient", values))
            norm = clipping.global_norm([values])
            made.append(summaries.scalar(f"{variable.op.name}{separator}gradient_norm", norm))
    return made


def create_train_op(
    total_loss: Any,
    optimizer: Any,
    global_step: Any = USE_GLOBAL_STEP,
    update_ops: Any = None,
    variables_to_train: Any = None,
    transform_grads_fn: Callable[[Gradients], Gradients] | None = None,
    summarize_gradients: bool = False,
    gate_gradients: int = Optimizer.GATE_OP,
    aggregation_method: Any = None,
    colocate_gradients_with_ops: bool = False,
    check_numerics: bool = True,
) -> Tensor:
    """An operation that takes one step of training and gives the loss.

    Args:
        total_loss: a scalar tensor.
        optimizer: an Optimizer.
        global_step: the variable that counts the steps; the graph's if not given, None for none.
        update_ops: operations to run before; those in ``GraphKeys.UPDATE_OPS`` if None.
        variables_to_train: the variables to change; all trainable ones if None.
        transform_grads_fn: a function of ``[(gradient, variable)]`` that returns such a list.
        summarize_gradients: whether gradients are summarized.
        gate_gradients: as for ``Optimizer.compute_gradients``; so are the two that follow.
        aggregation_method: …
        colocate_gradients_with_ops: …
        check_numerics: whether a loss that is no finite number is an error.

    Returns:
        The loss, once the step is done.

    Source: ``tf.contrib.training.create_train_op``.
    """
    if global_step is USE_GLOBAL_STEP:
        global_step = global_steps.get_or_create_global_step()
    updates = get_collection(GraphKeys.UPDATE_OPS) if update_ops is None else update_ops
    updates = list(dict.fromkeys(updates))
    if updates:
        with control_dependencies(updates):
            barrier = grouping.no_op(name="update_barrier")
        total_loss = grouping.with_dependencies([barrier], total_loss)
    variables = trainable_variables() if variables_to_train is None else variables_to_train
    assert variables, "There are no variables to train."
    grads = optimizer.compute_gradients(
        total_loss,
        variables,
        gate_gradients=gate_gradients,
        aggregation_method=aggregation_method,
        colocate_gradients_with_ops=colocate_gradients_with_ops,
    )
    if transform_grads_fn:
        grads = transform_grads_fn(grads)
    if summarize_gradients:
        with name_scope("summarize_grads"):
            add_gradients_summaries(grads)
    applied = optimizer.apply_gradients(grads, global_step=global_step)
    with name_scope("train_op"):
        if check_numerics:
            total_loss = numeric_checks.check_numerics(total_loss, "LossTensor is inf or nan")
        train_op: Tensor = grouping.with_dependencies([applied], total_loss)
    collected = get_collection_ref(GraphKeys.TRAIN_OP)
    if all(train_op is not item for item in collected):
        collected.append(train_op)
    return train_op
