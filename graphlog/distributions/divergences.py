"""Kullback-Leibler divergences of pairs of distributions (``tf.distributions.kl_divergence``)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from graphlog.ops.array import arrays
from graphlog.ops.debugging import logging_ops
from graphlog.ops.math import logic, reductions
from graphlog.ops.name_scopes import control_dependencies, name_scope

F = TypeVar("F", bound=Callable[..., Any])

_FUNCTIONS: dict[tuple[type, type], Callable[..., Any]] = {}


class RegisterKL:
    """Decorates the function that computes the divergence of two kinds of distributions.

    Args:
        dist_cls_a: the class of the first.
        dist_cls_b: the class of the second.

    Source: ``tf.distributions.RegisterKL``.
    """

    def __init__(self, dist_cls_a: type, dist_cls_b: type) -> None:
        self._key = (dist_cls_a, dist_cls_b)

    def __call__(self, kl_fn: F) -> F:
        """Registers a function of both distributions and ``name``; ValueError where there is one."""
        if not callable(kl_fn):
            raise TypeError(f"kl_fn must be callable, received: {kl_fn}")
        if self._key in _FUNCTIONS:
            first, second = self._key
            raise ValueError(
                f"KL({first.__name__} || {second.__name__}) has already been registered to: "
                f"{_FUNCTIONS[self._key]}"
            )
        _FUNCTIONS[self._key] = kl_fn
        return kl_fn


def _registered(first: type, second: type) -> Callable[..., Any] | None:
    """The function for two classes, or for those they are derived from, the nearest ones first."""
    found = [
        (distance_a + distance_b, distance_a, _FUNCTIONS[parents])
        for distance_a, parent_a in enumerate(first.__mro__)
        for distance_b, parent_b in enumerate(second.__mro__)
        if (parents := (parent_a, parent_b)) in _FUNCTIONS
    ]
    return min(found, key=lambda item: item[:2])[2] if found else None


def kl_divergence(
    distribution_a: Any, distribution_b: Any, allow_nan_stats: bool = True, name: str | None = None
) -> Any:
    """The Kullback-Leibler divergence of one distribution from another, in nats.

    Args:
        distribution_a: the distribution over which the mean is taken.
        distribution_b: the other one.
        allow_nan_stats: whether a NaN is returned, or an error when the graph runs.
        name: the name scope.

    Returns:
        A Tensor of the shape of the batch.

    Raises:
        NotImplementedError: there is no function for these distributions.

    Source: ``tf.distributions.kl_divergence``.
    """
    function = _registered(type(distribution_a), type(distribution_b))
    if function is None:
        raise NotImplementedError(
            "No KL(distribution_a || distribution_b) registered for distribution_a type "
            f"{type(distribution_a).__name__} and distribution_b type {type(distribution_b).__name__}"
        )
    with name_scope("KullbackLeibler"):
        divergence = function(distribution_a, distribution_b, name=name)
        if allow_nan_stats:
            return divergence
        divergence = arrays.identity(divergence, name="kl")
        message = (
            f"KL calculation between {distribution_a.name} and {distribution_b.name} returned NaN values "
            "(and was called with allow_nan_stats=False). Values:"
        )
        is_defined = logic.logical_not(reductions.reduce_any(logic.is_nan(divergence)))
        with control_dependencies([logging_ops.Assert(is_defined, [message, divergence])]):
            return arrays.identity(divergence, name="checked_kl")


def cross_entropy(ref: Any, other: Any, allow_nan_stats: bool = True, name: str | None = None) -> Any:
    """The cross entropy of a distribution with another, in nats."""
    with name_scope(name, "cross_entropy"):
        return ref.entropy() + kl_divergence(ref, other, allow_nan_stats=allow_nan_stats)
