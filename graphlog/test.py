"""``tf.test``: checks of gradients, TensorFlow's and graphlog's own ``check_gradients``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphlog.autodiff.gradient_checks import (
    GradientCheck,
    check_gradients_in,
    compute_gradient,
    compute_gradient_error,
)
from graphlog.core.default_stacks import get_default_session
from graphlog.core.graph import get_default_graph, graph_of
from graphlog.runtime.session import Session

__all__ = ["GradientCheck", "check_gradients", "compute_gradient", "compute_gradient_error"]


def check_gradients(
    ys: Any,
    xs: Any,
    feed_dict: Mapping[Any, Any] | None = None,
    delta: float | None = None,
    tolerance: float | None = None,
    max_elements: int = 1000,
) -> list[GradientCheck]:
    """Compares the derivatives of the sum of ``ys`` by each of ``xs`` with central differences.

    It runs in the default session, or else in one of its own, and adds operations to the graph.

    Args:
        ys: tensors, one or a list.
        xs: the tensors or variables to differentiate by, one or a list.
        feed_dict: values by tensor. An ``x`` that has none there is run first, and fed after that.
        delta: how far to go from each value, relative to it where it is larger than 1; 1e-5 for float64
            and 1e-2 for float32 if None.
        tolerance: the relative error that is put down to rounding; as for ``delta`` if None.
        max_elements: how many elements of an input to compare, chosen at random where it has more.

    Returns:
        For each ``x`` a GradientCheck, which says which element is the worst.

    Raises:
        LookupError: an operation in between has no derivative.
        TypeError: an ``x`` has no floating-point numbers.
    """
    session = get_default_session()
    if session is not None:
        return check_gradients_in(session, ys, xs, feed_dict, delta, tolerance, max_elements)
    graph = graph_of([ys, xs]) or get_default_graph()
    with Session(graph=graph) as own_session:
        return check_gradients_in(own_session, ys, xs, feed_dict, delta, tolerance, max_elements)
