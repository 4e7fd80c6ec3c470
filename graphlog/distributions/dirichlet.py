"""Dirichlet's distribution."""

from __future__ import annotations

from typing import Any

from graphlog.core.conversion import convert_to_tensor
from graphlog.distributions.distribution import FULLY_REPARAMETERIZED
from graphlog.distributions.divergences import RegisterKL
from graphlog.distributions.families import PartlyDefined, WithWeightsOfClasses
from graphlog.ops.array import filling, selection, shape_queries
from graphlog.ops.control_flow import grouping
from graphlog.ops.debugging import asserts, shape_asserts
from graphlog.ops.math import casts, division, reductions, roots, special_functions
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.random import random_parameters


class Dirichlet(PartlyDefined, WithWeightsOfClasses):
    """The Dirichlet distribution.

    Args:
        concentration: the weights of the classes, of shape ``(…, classes)``.
        validate_args: as for ``Distribution``; so are all that follow.
        allow_nan_stats: …
        name: …
    """

    def __init__(
        self,
        concentration: Any,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Dirichlet",
    ) -> None:
        parameters = dict(locals())
        with name_scope(name, values=[concentration]) as scope:
            self._concentration = _of_several_classes(
                convert_to_tensor(concentration, name="concentration"), validate_args
            )
            self._total = reductions.reduce_sum(self._concentration, -1)
        super().__init__(
            dtype=self._concentration.dtype,
            validate_args=validate_args,
            allow_nan_stats=allow_nan_stats,
            reparameterization_type=FULLY_REPARAMETERIZED,
            parameters=parameters,
            graph_parents=[self._concentration, self._total],
            name=scope,
        )

    def _sample_n(self, n: Any, seed: int | None = None) -> Any:
        sampled: Any = random_parameters.random_gamma([n], self._concentration, dtype=self.dtype, seed=seed)
        return sampled / reductions.reduce_sum(sampled, -1, keepdims=True)

    def _log_prob(self, value: Any) -> Any:
        value = self._checked(value)
        products = division.xlogy(self._concentration - 1.0, value)
        unnormalized: Any = reductions.reduce_sum(products, -1)
        return unnormalized - special_functions.lbeta(self._concentration)

    def _classes(self) -> Any:
        return casts.cast(self.event_shape_tensor()[0], self.dtype)

    def _entropy(self) -> Any:
        digamma = special_functions.digamma
        classes = self._classes()
        result: Any = special_functions.lbeta(self._concentration)
        result = result + (self._total - classes) * digamma(self._total)
        products = (self._concentration - 1.0) * digamma(self._concentration)
        return result - reductions.reduce_sum(products, axis=-1)

    def _mean(self) -> Any:
        return self._concentration / self._total[..., None]

    def _variance(self) -> Any:
        scale = self._scale()
        x = scale * self._mean()
        return x * (scale - x)

    def _scale(self) -> Any:
        return roots.rsqrt(1.0 + self._total[..., None])

    def _mode(self) -> Any:
        classes = self._classes()
        mode = (self._concentration - 1.0) / (self._total[..., None] - classes)
        if self.allow_nan_stats:
            nans = self._nans(shape_queries.shape(mode))
            is_defined = reductions.reduce_all(self._concentration > 1.0, axis=-1)
            return selection.where_v2(is_defined, mode, nans)
        message = "Mode undefined when any concentration <= 1"
        return grouping.with_dependencies([self._assert_above_one(self._concentration, message)], mode)

    def _checked(self, value: Any) -> Any:
        if not self.validate_args:
            return value
        checks = [
            asserts.assert_positive(value, message="samples must be positive"),
            asserts.assert_near(
                filling.ones([], dtype=self.dtype),
                reductions.reduce_sum(value, -1),
                message="sample last-dimension must sum to `1`",
            ),
        ]
        return grouping.with_dependencies(checks, value)


def _of_several_classes(concentration: Any, validate_args: bool) -> Any:
    if not validate_args:
        return concentration
    checks = [
        asserts.assert_positive(concentration, message="Concentration parameter must be positive."),
        shape_asserts.assert_rank_at_least(
            concentration, 1, message="Concentration parameter must have >=1 dimensions."
        ),
        asserts.assert_less(
            1,
            shape_queries.shape(concentration)[-1],
            message="Concentration parameter must have event_size >= 2.",
        ),
    ]
    return grouping.with_dependencies(checks, concentration)


@RegisterKL(Dirichlet, Dirichlet)
def _kl_dirichlet_dirichlet(a: Dirichlet, b: Dirichlet, name: str | None = None) -> Any:
    with name_scope(name, "kl_dirichlet_dirichlet", values=[a.concentration, b.concentration]):
        total = reductions.reduce_sum(a.concentration, axis=-1, keepdims=True)
        of_total = special_functions.digamma(total)
        differences: Any = special_functions.digamma(a.concentration) - of_total
        concentrations: Any = a.concentration - b.concentration
        result: Any = reductions.reduce_sum(concentrations * differences, axis=-1)
        result = result - special_functions.lbeta(a.concentration)
        return result + special_functions.lbeta(b.concentration)
