"""Functions whose derivative is that of another one, or is computed from scratch when it is needed."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from graphlog.autodiff.custom_gradients import custom_gradient
from graphlog.autodiff.gradients import gradients
from graphlog.ops.name_scopes import control_dependencies


def grad_pass_through(f: Callable[..., Any]) -> Callable[..., Any]:
    """A function with the values of ``f`` and the derivative of the identity (``tf.grad_pass_through``).

    Args:
        f: a function of tensors that returns a tensor or a nest of them. Variables that it uses get no
            gradients.

    Returns:
        A function of the same arguments.
    """

    @functools.wraps(f)
    @custom_gradient
    def passing(*args: Any) -> Any:
        def derivative(*grads: Any, variables: Any = None) -> Any:
            return grads if variables is None else (grads, [None] * len(variables))

        return f(*args), derivative

    return passing


def recompute_grad(f: Callable[..., Any]) -> Callable[..., Any]:
    """A function with the values of ``f`` that computes them again for its derivative.

    Nothing that it computes on the way has to be kept until then.

    Args:
        f: a function of tensors that returns a tensor.

    Returns:
        A function of the same arguments.

    Source: ``tf.recompute_grad`` of TensorFlow 1.15, whose gradient operations have other names.
    """

    @custom_gradient
    def recomputing(*args: Any) -> Any:
        result = f(*args)

        def derivative(grad: Any, variables: Any = None) -> Any:
            with control_dependencies([grad]):
                again = f(*args)
            found = gradients(again, [*args, *(variables or ())], [grad])
            return found[: len(args)], found[len(args) :]

        return result, derivative

    return functools.wraps(f)(recomputing)
