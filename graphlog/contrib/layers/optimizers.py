"""A whole training step in one call (``tf.contrib.layers.optimize_loss``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graphlog.core.conversion import convert_to_tensor
from graphlog.core.graph_keys import GraphKeys
from graphlog.core.indexed_slices import IndexedSlices
from graphlog.core.tensor import Tensor
from graphlog.ops.control_flow import grouping
from graphlog.ops.debugging import summaries as summary_ops
from graphlog.ops.debugging.shape_asserts import assert_scalar
from graphlog.ops.math import casts, clipping
from graphlog.ops.random import random_functions
from graphlog.ops.state.initializers import Constant
from graphlog.ops.state.variable_collections import get_collection, trainable_variables
from graphlog.ops.state.variable_scope import get_variable, variable_scope
from graphlog.train import adagrad, adam, ftrl, global_steps, gradient_descent, rms_prop
from graphlog.train.optimizer import Optimizer

Gradients = list[tuple[Any, Any]]

OPTIMIZER_CLS_NAMES: dict[str, Callable[..., Optimizer]] = {
    "Adagrad": adagrad.AdagradOptimizer,
    "Adam": adam.AdamOptimizer,
    "Ftrl": ftrl.FtrlOptimizer,
    "Momentum": lambda learning_rate: gradient_descent.MomentumOptimizer(learning_rate, momentum=0.9),
    "RMSProp": rms_prop.RMSPropOptimizer,
    "SGD": gradient_descent.GradientDescentOptimizer,
}
OPTIMIZER_SUMMARIES = ["learning_rate", "loss", "gradients", "gradient_norm", "global_gradient_norm"]


def optimize_loss(
    loss: Any,
    global_step: Any,
    learning_rate: Any,
    optimizer: Any,
    gradient_noise_scale: float | None = None,
    gradient_multipliers: Mapping[Any, Any] | None = None,
    clip_gradients: Any = None,
    learning_rate_decay_fn: Callable[[Any, Any], Any] | None = None,
    update_ops: Any = None,
    variables: Sequence[Any] | None = None,
    name: str | None = None,
    summaries: Sequence[str] | None = None,
    colocate_gradients_with_ops: bool = False,
    increment_global_step: bool = True,
) -> Tensor:
    """One step of training.

    Args:
        loss: a scalar tensor.
        global_step: the variable that counts the steps; that of the graph if None.
        learning_rate: a float, which becomes a variable, a scalar tensor, or None.
        optimizer: its name in ``OPTIMIZER_CLS_NAMES``, an Optimizer, the class of one, or a function of the
            learning rate that returns one.
        gradient_noise_scale: the size of random numbers that are added to the gradients.
        gradient_multipliers: what the gradients of some variables (or names) are multiplied by.
        clip_gradients: the greatest global norm of the gradients, or a function of
            ``[(gradient, variable)]``.
        learning_rate_decay_fn: a function of the learning rate and the global step.
        update_ops: the operations to run before; those in ``GraphKeys.UPDATE_OPS`` if None.
        variables: the variables to change; all trainable ones if None.
        name: the scope.
        summaries: what to summarize, of ``OPTIMIZER_SUMMARIES``.
        colocate_gradients_with_ops: whether gradients are placed where their operations are.
        increment_global_step: whether the global step is counted up.

    Returns:
        The loss, once the step is done.

    Raises:
        ValueError: the learning rate, the optimizer, the clipping or a summary is none of these.

    Source: ``tf.contrib.layers.optimize_loss``.
    """
    loss = convert_to_tensor(loss)
    assert_scalar(loss)
    if global_step is None:
        global_step = global_steps.get_global_step()
    else:
        global_steps.assert_global_step(global_step)
    with variable_scope(name, "OptimizeLoss", [loss, global_step]):
        if update_ops is None:
            update_ops = dict.fromkeys(get_collection(GraphKeys.UPDATE_OPS))
        if update_ops:
            loss = grouping.with_dependencies(list(update_ops), loss)
        rate = _rate(learning_rate)
        wanted = _wanted(summaries)
        if rate is not None and learning_rate_decay_fn is not None:
            if global_step is None:
                raise ValueError("global_step is required for learning_rate_decay_fn.")
            rate = learning_rate_decay_fn(rate, global_step)
            if "learning_rate" in wanted:
                summary_ops.scalar("learning_rate", rate)
        made = _optimizer(optimizer, rate)
        gradients: Any = made.compute_gradients(
            loss,
            trainable_variables() if variables is None else variables,
            colocate_gradients_with_ops=colocate_gradients_with_ops,
        )
        if gradient_noise_scale is not None:
            gradients = [(_noisy(grad, gradient_noise_scale), variable) for grad, variable in gradients]
        if gradient_multipliers is not None:
            gradients = [
                (_multiplied(grad, variable, gradient_multipliers), variable) for grad, variable in gradients
            ]
            if not gradients:
                raise ValueError(
                    "Empty list of (gradient, var) pairs encountered. This is most likely to be caused by "
                    "an improper value of gradient_multipliers."
                )
        has_norm = "global_gradient_norm" in wanted or "gradient_norm" in wanted
        if has_norm:
            summary_ops.scalar("global_norm/gradient_norm", _global_norm(gradients))
        gradients = _clipped(gradients, clip_gradients)
        if "loss" in wanted:
            summary_ops.scalar("loss", loss)
        for grad, variable in gradients:
            _summarize(grad, variable, wanted)
        if clip_gradients is not None and has_norm:
            summary_ops.scalar("global_norm/clipped_gradient_norm", _global_norm(gradients))
        updates = made.apply_gradients(
            gradients, global_step=global_step if increment_global_step else None, name="train"
        )
        result: Tensor = grouping.with_dependencies([updates], loss)
        return result


def _rate(learning_rate: Any) -> Any:
    if learning_rate is None:
        return None
    if isinstance(learning_rate, Tensor) and learning_rate.static_shape == ():
        return learning_rate
    if not isinstance(learning_rate, float):
        raise ValueError(
            f"Learning rate should be 0d Tensor or float. Got {learning_rate} of type {type(learning_rate)}"
        )
    if learning_rate < 0.0:
        raise ValueError(f"Invalid learning_rate {learning_rate}.")
    return get_variable("learning_rate", [], trainable=False, initializer=Constant(learning_rate))


def _wanted(summaries: Sequence[str] | None) -> Sequence[str]:
    if summaries is None:
        return ["loss", "learning_rate", "global_gradient_norm"]
    for kind in summaries:
        if kind not in OPTIMIZER_SUMMARIES:
            raise ValueError(
                f"Summaries should be one of [{', '.join(OPTIMIZER_SUMMARIES)}], you provided {kind}."
            )
    return summaries


def _optimizer(optimizer: Any, rate: Any) -> Optimizer:
    kind = "string" if isinstance(optimizer, str) else "class"
    if isinstance(optimizer, str) or (isinstance(optimizer, type) and issubclass(optimizer, Optimizer)):
        if rate is None:
            raise ValueError(
                f"Learning rate is None, but should be specified if optimizer is {kind} ({optimizer})."
            )
        if isinstance(optimizer, str) and optimizer not in OPTIMIZER_CLS_NAMES:
            raise ValueError(
                f"Optimizer name should be one of [{', '.join(OPTIMIZER_CLS_NAMES)}], you provided "
                f"{optimizer}."
            )
        make: Any = OPTIMIZER_CLS_NAMES[optimizer] if isinstance(optimizer, str) else optimizer
        result: Optimizer = make(learning_rate=rate)
        return result
    if isinstance(optimizer, Optimizer):
        return optimizer
    if not callable(optimizer):
        raise ValueError(
            "Unrecognized optimizer: should be string, subclass of Optimizer, instance of subclass of "
            f"Optimizer or function with one argument. Got {optimizer}."
        )
    returned = optimizer() if rate is None else optimizer(rate)
    if not isinstance(returned, Optimizer):
        raise ValueError(
            f"Unrecognized optimizer: function should return subclass of Optimizer. Got {returned}."
        )
    return returned


def _global_norm(gradients: Gradients) -> Any:
    return clipping.global_norm([grad for grad, _ in gradients])


def _noisy(grad: Any, scale: float) -> Any:
    if grad is None:
        return None
    shape = grad.dense_shape if isinstance(grad, IndexedSlices) else grad.get_shape()
    return grad + random_functions.truncated_normal(shape) * scale


def _multiplied(grad: Any, variable: Any, multipliers: Mapping[Any, Any]) -> Any:
    if grad is None or (variable not in multipliers and variable.name not in multipliers):
        return grad
    multiplier = multipliers[variable if variable in multipliers else variable.name]
    if isinstance(grad, IndexedSlices):
        return IndexedSlices(grad.values * multiplier, grad.indices, grad.dense_shape)
    return grad * casts.cast(multiplier, grad.dtype)


def _clipped(gradients: Gradients, clip_gradients: Any) -> Gradients:
    if isinstance(clip_gradients, float):
        clipped, _ = clipping.clip_by_global_norm([grad for grad, _ in gradients], clip_gradients)
        return [(grad, variable) for grad, (_, variable) in zip(clipped, gradients, strict=True)]
    if callable(clip_gradients):
        return list(clip_gradients(gradients))
    if clip_gradients is not None:
        raise ValueError(f"Unknown type {type(clip_gradients)} for clip_gradients")
    return gradients


def _summarize(grad: Any, variable: Any, wanted: Sequence[str]) -> None:
    values = grad.values if isinstance(grad, IndexedSlices) else grad
    if values is None:
        return
    name = variable.name.replace(":", "_")
    if "gradients" in wanted:
        summary_ops.histogram(f"gradients/{name}", values)
    if "gradient_norm" in wanted:
        summary_ops.scalar(f"gradient_norm/{name}", clipping.global_norm([values]))
