"""Distributions made of gamma functions: gamma, exponential and beta; Dirichlet's stands in ``dirichlet``."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core.conversion import convert_to_tensor
from graphlog.distributions.distribution import FULLY_REPARAMETERIZED
from graphlog.distributions.divergences import RegisterKL
from graphlog.distributions.families import OfScalars, PartlyDefined, WithTwoParameters
from graphlog.distributions.parameters import new_seed, same_shapes
from graphlog.ops.array import arrays, filling, joining, selection, shape_queries
from graphlog.ops.control_flow import grouping
from graphlog.ops.debugging import asserts, shape_asserts
from graphlog.ops.math import division, elementwise, logic, roots, special_functions
from graphlog.ops.name_scopes import control_dependencies, name_scope
from graphlog.ops.random import random_functions, random_parameters


class Gamma(PartlyDefined, WithTwoParameters):
    """The gamma distribution.

    Args:
        concentration: its shape.
        rate: the inverse of its scale.
        validate_args: as for ``Distribution``; so are all that follow.
        allow_nan_stats: …
        name: …
    """

    def __init__(
        self,
        concentration: Any,
        rate: Any,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Gamma",
    ) -> None:
        parameters = dict(locals())
        with name_scope(name, values=[concentration, rate]) as scope:
            checks = []
            if validate_args:
                checks = [asserts.assert_positive(concentration), asserts.assert_positive(rate)]
            with control_dependencies(checks):
                self._concentration: Any = arrays.identity(concentration, name="concentration")
                self._rate: Any = arrays.identity(rate, name="rate")
                shape_asserts.assert_same_float_dtype([self._concentration, self._rate])
        super().__init__(
            dtype=self._concentration.dtype,
            validate_args=validate_args,
            allow_nan_stats=allow_nan_stats,
            reparameterization_type=FULLY_REPARAMETERIZED,
            parameters=parameters,
            graph_parents=[self._concentration, self._rate],
            name=scope,
        )

    @classmethod
    def _param_shapes(cls, sample_shape: Any) -> dict[str, Any]:
        return same_shapes(("concentration", "rate"), sample_shape)

    @property
    def concentration(self) -> Any:
        """Its shape."""
        return self._concentration

    @property
    def rate(self) -> Any:
        """The inverse of its scale."""
        return self._rate

    def _broadcast(self) -> tuple[Any, Any]:
        return self._concentration, self._rate

    def _sample_n(self, n: Any, seed: int | None = None) -> Any:
        return random_parameters.random_gamma(
            [n], self._concentration, beta=self._rate, dtype=self.dtype, seed=seed
        )

    def _log_prob(self, value: Any) -> Any:
        value = self._checked(value)
        unnormalized: Any = division.xlogy(self._concentration - 1.0, value) - self._rate * value
        return unnormalized - self._log_normalization()

    def _log_normalization(self) -> Any:
        product = special_functions.lgamma(self._concentration)
        return product - self._concentration * elementwise.log(self._rate)

    def _cdf(self, value: Any) -> Any:
        value = self._checked(value)
        return special_functions.igamma(self._concentration, self._rate * value)

    def _entropy(self) -> Any:
        first = self._concentration - elementwise.log(self._rate)
        first = first + special_functions.lgamma(self._concentration)
        return first + (1.0 - self._concentration) * special_functions.digamma(self._concentration)

    def _mean(self) -> Any:
        return self._concentration / self._rate

    def _variance(self) -> Any:
        return self._concentration / elementwise.square(self._rate)

    def _stddev(self) -> Any:
        root: Any = roots.sqrt(self._concentration)
        return root / self._rate

    def _mode(self) -> Any:
        mode = (self._concentration - 1.0) / self._rate
        if self.allow_nan_stats:
            nans = self._nans(self.batch_shape_tensor())
            return selection.where_v2(self._concentration > 1.0, mode, nans)
        message = "mode not defined when any concentration <= 1"
        return grouping.with_dependencies([self._assert_above_one(self._concentration, message)], mode)

    def _checked(self, value: Any) -> Any:
        shape_asserts.assert_same_float_dtype(tensors=[value], dtype=self.dtype)
        if not self.validate_args:
            return value
        return grouping.with_dependencies([asserts.assert_positive(value)], value)


@RegisterKL(Gamma, Gamma)
def _kl_gamma_gamma(a: Gamma, b: Gamma, name: str | None = None) -> Any:
    values = [a.concentration, a.rate, b.concentration, b.rate]
    with name_scope(name, "kl_gamma_gamma", values=values):
        return (
            (a.concentration - b.concentration) * special_functions.digamma(a.concentration)
            + special_functions.lgamma(b.concentration)
            - special_functions.lgamma(a.concentration)
            + b.concentration * elementwise.log(a.rate)
            - b.concentration * elementwise.log(b.rate)
            + a.concentration * (b.rate / a.rate - 1.0)
        )


class Exponential(Gamma):
    """The exponential distribution.

    Args:
        rate: the inverse of the mean.
        validate_args: as for ``Distribution``; so are all that follow.
        allow_nan_stats: …
        name: …
    """

    def __init__(
        self,
        rate: Any,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Exponential",
    ) -> None:
        parameters = dict(locals())
        with name_scope(name, values=[rate]) as scope:
            rate = convert_to_tensor(rate, name="rate")
        super().__init__(
            concentration=filling.ones([], dtype=rate.dtype),
            rate=rate,
            allow_nan_stats=allow_nan_stats,
            validate_args=validate_args,
            name=scope,
        )
        self._parameters = parameters
        self._graph_parents.append(self._rate)

    @classmethod
    def _param_shapes(cls, sample_shape: Any) -> dict[str, Any]:
        return same_shapes(("rate",), sample_shape)

    def _log_survival_function(self, value: Any) -> Any:
        return self._log_prob(value) - elementwise.log(self._rate)

    def _sample_n(self, n: Any, seed: int | None = None) -> Any:
        shape = joining.concat([[n], shape_queries.shape(self._rate)], 0)
        # Not zero, whose logarithm is infinite.
        least = np.finfo(self.dtype.as_numpy_dtype).tiny
        sampled = random_functions.random_uniform(shape, least, 1.0, dtype=self.dtype, seed=seed)
        return -elementwise.log(sampled) / self._rate


class Beta(PartlyDefined, OfScalars):
    """The beta distribution.

    Args:
        concentration1: the weight of values near 1.
        concentration0: the weight of values near 0.
        validate_args: as for ``Distribution``; so are all that follow.
        allow_nan_stats: …
        name: …
    """

    def __init__(
        self,
        concentration1: Any = None,
        concentration0: Any = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Beta",
    ) -> None:
        parameters = dict(locals())
        with name_scope(name, values=[concentration1, concentration0]) as scope:
            self._concentration1: Any = _positive(
                convert_to_tensor(concentration1, name="concentration1"), validate_args
            )
            self._concentration0: Any = _positive(
                convert_to_tensor(concentration0, name="concentration0"), validate_args
            )
            shape_asserts.assert_same_float_dtype([self._concentration1, self._concentration0])
            self._total: Any = self._concentration1 + self._concentration0
        super().__init__(
            dtype=self._total.dtype,
            validate_args=validate_args,
            allow_nan_stats=allow_nan_stats,
            reparameterization_type=FULLY_REPARAMETERIZED,
            parameters=parameters,
            graph_parents=[self._concentration1, self._concentration0, self._total],
            name=scope,
        )

    @classmethod
    def _param_shapes(cls, sample_shape: Any) -> dict[str, Any]:
        return same_shapes(("concentration1", "concentration0"), sample_shape)

    @property
    def concentration1(self) -> Any:
        """The weight of values near 1."""
        return self._concentration1

    @property
    def concentration0(self) -> Any:
        """The weight of values near 0."""
        return self._concentration0

    @property
    def total_concentration(self) -> Any:
        """The sum of both."""
        return self._total

    def _batch_shape_tensor(self) -> Any:
        return shape_queries.shape(self._total)

    def _batch_shape(self) -> Any:
        return self._total.get_shape()

    def _sample_n(self, n: Any, seed: int | None = None) -> Any:
        first = filling.ones_like(self._total, dtype=self.dtype) * self._concentration1
        second = filling.ones_like(self._total, dtype=self.dtype) * self._concentration0
        ones: Any = random_parameters.random_gamma([n], first, dtype=self.dtype, seed=seed)
        zeros: Any = random_parameters.random_gamma(
            [n], second, dtype=self.dtype, seed=new_seed(seed, "beta")
        )
        return ones / (ones + zeros)

    def _log_prob(self, value: Any) -> Any:
        value = self._checked(value)
        first: Any = division.xlogy(self._concentration1 - 1.0, value)
        unnormalized = first + (self._concentration0 - 1.0) * roots.log1p(-value)
        return unnormalized - self._log_normalization()

    def _cdf(self, value: Any) -> Any:
        return special_functions.betainc(self._concentration1, self._concentration0, value)

    def _log_normalization(self) -> Any:
        product: Any = special_functions.lgamma(self._concentration1)
        product = product + special_functions.lgamma(self._concentration0)
        return product - special_functions.lgamma(self._total)

    def _entropy(self) -> Any:
        digamma = special_functions.digamma
        result = self._log_normalization()
        result = result - (self._concentration1 - 1.0) * digamma(self._concentration1)
        result = result - (self._concentration0 - 1.0) * digamma(self._concentration0)
        return result + (self._total - 2.0) * digamma(self._total)

    def _mean(self) -> Any:
        return self._concentration1 / self._total

    def _variance(self) -> Any:
        return self._mean() * (1.0 - self._mean()) / (1.0 + self._total)

    def _mode(self) -> Any:
        mode = (self._concentration1 - 1.0) / (self._total - 2.0)
        if self.allow_nan_stats:
            nans = self._nans(self.batch_shape_tensor())
            is_defined = logic.logical_and(self._concentration1 > 1.0, self._concentration0 > 1.0)
            return selection.where_v2(is_defined, mode, nans)
        checks = [
            self._assert_above_one(self._concentration1, "Mode undefined for concentration1 <= 1."),
            self._assert_above_one(self._concentration0, "Mode undefined for concentration0 <= 1."),
        ]
        return grouping.with_dependencies(checks, mode)

    def _checked(self, value: Any) -> Any:
        if not self.validate_args:
            return value
        checks = [
            asserts.assert_positive(value, message="sample must be positive"),
            asserts.assert_less(value, filling.ones([], self.dtype), message="sample must be less than `1`."),
        ]
        return grouping.with_dependencies(checks, value)


def _positive(concentration: Any, validate_args: bool) -> Any:
    if not validate_args:
        return concentration
    message = "Concentration parameter must be positive."
    return grouping.with_dependencies(
        [asserts.assert_positive(concentration, message=message)], concentration
    )


@RegisterKL(Beta, Beta)
def _kl_beta_beta(a: Beta, b: Beta, name: str | None = None) -> Any:
    values = [a.concentration1, a.concentration0, a.total_concentration]
    values += [b.concentration1, b.concentration0, b.total_concentration]
    digamma = special_functions.digamma
    with name_scope(name, "kl_beta_beta", values=values):
        second = b._log_normalization()
        result = second - a._log_normalization()
        first: Any = digamma(a.concentration1)
        result = result - first * (b.concentration1 - a.concentration1)
        first = digamma(a.concentration0)
        result = result - first * (b.concentration0 - a.concentration0)
        first = digamma(a.total_concentration)
        return result + first * (b.total_concentration - a.total_concentration)
