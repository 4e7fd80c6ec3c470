"""Distributions with a location and a scale: normal, Laplace, Student's t; and the uniform one."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from graphlog.distributions import normal_integrals
from graphlog.distributions.distribution import FULLY_REPARAMETERIZED
from graphlog.distributions.divergences import RegisterKL
from graphlog.distributions.families import OfScalars, PartlyDefined, WithTwoParameters
from graphlog.distributions.parameters import new_seed, same_shapes
from graphlog.ops.array import arrays, filling, grids, joining, selection, shape_queries
from graphlog.ops.constants import constant
from graphlog.ops.control_flow import grouping
from graphlog.ops.debugging import asserts
from graphlog.ops.debugging.shape_asserts import assert_same_float_dtype
from graphlog.ops.math import comparisons, division, elementwise, logic, roots, special_functions
from graphlog.ops.name_scopes import control_dependencies, name_scope
from graphlog.ops.random import random_functions, random_parameters


class Normal(WithTwoParameters):
    """The normal distribution.

    Args:
        loc: the mean.
        scale: the standard deviation.
        validate_args: as for ``Distribution``; so are all that follow.
        allow_nan_stats: …
        name: …
    """

    def __init__(
        self,
        loc: Any,
        scale: Any,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Normal",
    ) -> None:
        parameters = dict(locals())
        with name_scope(name, values=[loc, scale]) as scope:
            checks = [asserts.assert_positive(scale)] if validate_args else []
            with control_dependencies(checks):
                self._loc: Any = arrays.identity(loc, name="loc")
                self._scale: Any = arrays.identity(scale, name="scale")
                assert_same_float_dtype([self._loc, self._scale])
        super().__init__(
            dtype=self._scale.dtype,
            reparameterization_type=FULLY_REPARAMETERIZED,
            validate_args=validate_args,
            allow_nan_stats=allow_nan_stats,
            parameters=parameters,
            graph_parents=[self._loc, self._scale],
            name=scope,
        )

    @classmethod
    def _param_shapes(cls, sample_shape: Any) -> dict[str, Any]:
        return same_shapes(("loc", "scale"), sample_shape)

    @property
    def loc(self) -> Any:
        """The mean."""
        return self._loc

    @property
    def scale(self) -> Any:
        """The standard deviation."""
        return self._scale

    def _broadcast(self) -> tuple[Any, Any]:
        return self._loc, self._scale

    def _sample_n(self, n: Any, seed: int | None = None) -> Any:
        shape = joining.concat([[n], self.batch_shape_tensor()], 0)
        sampled = random_functions.random_normal(
            shape, mean=0.0, stddev=1.0, dtype=self._loc.dtype, seed=seed
        )
        return sampled * self._scale + self._loc

    def _log_prob(self, value: Any) -> Any:
        unnormalized = -0.5 * elementwise.square(self._standardized(value))
        return unnormalized - (0.5 * math.log(2.0 * math.pi) + elementwise.log(self._scale))

    def _log_cdf(self, value: Any) -> Any:
        return normal_integrals.log_ndtr(self._standardized(value))

    def _cdf(self, value: Any) -> Any:
        return normal_integrals.ndtr(self._standardized(value))

    def _log_survival_function(self, value: Any) -> Any:
        return normal_integrals.log_ndtr(-self._standardized(value))

    def _survival_function(self, value: Any) -> Any:
        return normal_integrals.ndtr(-self._standardized(value))

    def _entropy(self) -> Any:
        scale = self._scale * filling.ones_like(self._loc)
        return 0.5 * math.log(2.0 * math.pi * math.e) + elementwise.log(scale)

    def _mean(self) -> Any:
        return self._loc * filling.ones_like(self._scale)

    def _stddev(self) -> Any:
        return self._scale * filling.ones_like(self._loc)

    def _mode(self) -> Any:
        return self._mean()

    def _standardized(self, value: Any) -> Any:
        with name_scope("standardize", values=[value]):
            return (value - self._loc) / self._scale


@RegisterKL(Normal, Normal)
def _kl_normal_normal(a: Normal, b: Normal, name: str | None = None) -> Any:
    with name_scope(name, "kl_normal_normal", [a.loc, b.loc]):
        one = constant(1, dtype=a.dtype)
        two = constant(2, dtype=a.dtype)
        half = constant(0.5, dtype=a.dtype)
        square_a: Any = elementwise.square(a.scale)
        square_b: Any = elementwise.square(b.scale)
        ratio = square_a / square_b
        distance = division.squared_difference(a.loc, b.loc)
        return distance / (two * square_b) + half * (ratio - one - elementwise.log(ratio))


class Laplace(WithTwoParameters):
    """The Laplace distribution.

    Args:
        loc: the mean.
        scale: the mean distance from it.
        validate_args: as for ``Distribution``; so are all that follow.
        allow_nan_stats: …
        name: …
    """

    def __init__(
        self,
        loc: Any,
        scale: Any,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Laplace",
    ) -> None:
        parameters = dict(locals())
        with name_scope(name, values=[loc, scale]) as scope:
            with control_dependencies([asserts.assert_positive(scale)] if validate_args else []):
                self._loc: Any = arrays.identity(loc, name="loc")
                self._scale: Any = arrays.identity(scale, name="scale")
                assert_same_float_dtype([self._loc, self._scale])
            super().__init__(
                dtype=self._loc.dtype,
                reparameterization_type=FULLY_REPARAMETERIZED,
                validate_args=validate_args,
                allow_nan_stats=allow_nan_stats,
                parameters=parameters,
                graph_parents=[self._loc, self._scale],
                name=scope,
            )

    @classmethod
    def _param_shapes(cls, sample_shape: Any) -> dict[str, Any]:
        return same_shapes(("loc", "scale"), sample_shape)

    @property
    def loc(self) -> Any:
        """The mean."""
        return self._loc

    @property
    def scale(self) -> Any:
        """The mean distance from it."""
        return self._scale

    def _broadcast(self) -> tuple[Any, Any]:
        return self._loc, self._scale

    def _sample_n(self, n: Any, seed: int | None = None) -> Any:
        shape = joining.concat([[n], self.batch_shape_tensor()], 0)
        kind = self.dtype.as_numpy_dtype
        uniform = random_functions.random_uniform(
            shape, np.nextafter(kind(-1.0), kind(0.0)), 1.0, dtype=self.dtype, seed=seed
        )
        sign: Any = self._scale * elementwise.sign(uniform)
        return self._loc - sign * roots.log1p(-elementwise.abs(uniform))

    def _log_prob(self, value: Any) -> Any:
        unnormalized = -elementwise.abs(self._standardized(value))
        return unnormalized - (math.log(2.0) + elementwise.log(self._scale))

    def _log_cdf(self, value: Any) -> Any:
        return normal_integrals.log_cdf_laplace(self._standardized(value))

    def _log_survival_function(self, value: Any) -> Any:
        return normal_integrals.log_cdf_laplace(-self._standardized(value))

    def _cdf(self, value: Any) -> Any:
        z = self._standardized(value)
        half_sign: Any = 0.5 * elementwise.sign(z)
        return 0.5 + half_sign * (1.0 - elementwise.exp(-elementwise.abs(z)))

    def _entropy(self) -> Any:
        scale = self._scale + filling.zeros_like(self._loc)
        return math.log(2.0) + 1.0 + elementwise.log(scale)

    def _mean(self) -> Any:
        return self._loc + filling.zeros_like(self._scale)

    def _stddev(self) -> Any:
        return math.sqrt(2.0) * self._scale + filling.zeros_like(self._loc)

    def _mode(self) -> Any:
        return self._mean()

    def _standardized(self, value: Any) -> Any:
        return (value - self._loc) / self._scale


class Uniform(WithTwoParameters):
    """The uniform distribution.

    Args:
        low: the least value.
        high: what all values are below.
        validate_args: as for ``Distribution``; so are all that follow.
        allow_nan_stats: …
        name: …
    """

    def __init__(
        self,
        low: Any = 0.0,
        high: Any = 1.0,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Uniform",
    ) -> None:
        parameters = dict(locals())
        with name_scope(name, values=[low, high]) as scope:
            checks = []
            if validate_args:
                message = "uniform not defined when low >= high."
                checks = [asserts.assert_less(low, high, message=message)]
            with control_dependencies(checks):
                self._low: Any = arrays.identity(low, name="low")
                self._high: Any = arrays.identity(high, name="high")
                assert_same_float_dtype([self._low, self._high])
        super().__init__(
            dtype=self._low.dtype,
            reparameterization_type=FULLY_REPARAMETERIZED,
            validate_args=validate_args,
            allow_nan_stats=allow_nan_stats,
            parameters=parameters,
            graph_parents=[self._low, self._high],
            name=scope,
        )

    @classmethod
    def _param_shapes(cls, sample_shape: Any) -> dict[str, Any]:
        return same_shapes(("low", "high"), sample_shape)

    @property
    def low(self) -> Any:
        """The least value."""
        return self._low

    @property
    def high(self) -> Any:
        """What all values are below."""
        return self._high

    def range(self, name: str = "range") -> Any:
        """``high - low``."""
        with self._name_scope(name):
            return self._high - self._low

    def _broadcast(self) -> tuple[Any, Any]:
        return self._low, self._high

    def _sample_n(self, n: Any, seed: int | None = None) -> Any:
        shape = joining.concat([[n], self.batch_shape_tensor()], 0)
        samples = random_functions.random_uniform(shape, dtype=self.dtype, seed=seed)
        return self._low + self.range() * samples

    def _prob(self, value: Any) -> Any:
        value = value * filling.ones(self.batch_shape_tensor(), dtype=value.dtype)
        is_nan = logic.is_nan(value)
        is_outside = logic.logical_or(value < self._low, value >= self._high)
        zeros = filling.zeros_like(value)
        inside: Any = filling.ones_like(value)
        density = selection.where_v2(is_outside, zeros, inside / self.range())
        return selection.where_v2(is_nan, value, density)

    def _cdf(self, value: Any) -> Any:
        shape = grids.broadcast_dynamic_shape(shape_queries.shape(value), self.batch_shape_tensor())
        zeros = filling.zeros(shape, dtype=self.dtype)
        ones = filling.ones(shape, dtype=self.dtype)
        spread = value * ones
        is_low = value < self._low
        below = selection.where_v2(is_low, zeros, (spread - self._low) / self.range())
        return selection.where_v2(value >= self._high, ones, below)

    def _entropy(self) -> Any:
        return elementwise.log(self.range())

    def _mean(self) -> Any:
        return (self._low + self._high) / 2.0

    def _variance(self) -> Any:
        square: Any = elementwise.square(self.range())
        return square / 12.0

    def _stddev(self) -> Any:
        return self.range() / math.sqrt(12.0)


class StudentT(PartlyDefined, OfScalars):
    """Student's t distribution.

    Args:
        df: the degrees of freedom.
        loc: the median.
        scale: what it is stretched by.
        validate_args: as for ``Distribution``; so are all that follow.
        allow_nan_stats: …
        name: …
    """

    def __init__(
        self,
        df: Any,
        loc: Any,
        scale: Any,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "StudentT",
    ) -> None:
        parameters = dict(locals())
        with name_scope(name, values=[df, loc, scale]) as scope:
            checks = [asserts.assert_positive(df)] if validate_args else []
            with control_dependencies(checks):
                self._df: Any = arrays.identity(df, name="df")
                self._loc: Any = arrays.identity(loc, name="loc")
                self._scale: Any = arrays.identity(scale, name="scale")
                assert_same_float_dtype((self._df, self._loc, self._scale))
        super().__init__(
            dtype=self._scale.dtype,
            reparameterization_type=FULLY_REPARAMETERIZED,
            validate_args=validate_args,
            allow_nan_stats=allow_nan_stats,
            parameters=parameters,
            graph_parents=[self._df, self._loc, self._scale],
            name=scope,
        )

    @classmethod
    def _param_shapes(cls, sample_shape: Any) -> dict[str, Any]:
        return same_shapes(("df", "loc", "scale"), sample_shape)

    @property
    def df(self) -> Any:
        """The degrees of freedom."""
        return self._df

    @property
    def loc(self) -> Any:
        """The median."""
        return self._loc

    @property
    def scale(self) -> Any:
        """What it is stretched by."""
        return self._scale

    def _batch_shape_tensor(self) -> Any:
        first = shape_queries.shape(self._df)
        loc, scale = shape_queries.shape(self._loc), shape_queries.shape(self._scale)
        return grids.broadcast_dynamic_shape(first, grids.broadcast_dynamic_shape(loc, scale))

    def _batch_shape(self) -> Any:
        first = grids.broadcast_static_shape(self._df.get_shape(), self._loc.get_shape())
        return grids.broadcast_static_shape(first, self._scale.get_shape())

    def _sample_n(self, n: Any, seed: int | None = None) -> Any:
        shape = joining.concat([[n], self.batch_shape_tensor()], 0)
        normal: Any = random_functions.random_normal(shape, dtype=self.dtype, seed=seed)
        df = self._df * self._ones()
        gamma: Any = random_parameters.random_gamma(
            [n], 0.5 * df, beta=0.5, dtype=self.dtype, seed=new_seed(seed, "student_t")
        )
        return normal * roots.rsqrt(gamma / df) * self._scale + self._loc

    def _ones(self) -> Any:
        return filling.ones(self.batch_shape_tensor(), dtype=self.dtype)

    def _log_prob(self, value: Any) -> Any:
        y = (value - self._loc) / self._scale
        factor: Any = -0.5 * (self._df + 1.0)
        unnormalized = factor * roots.log1p(y**2.0 / self._df)
        scale: Any = elementwise.log(elementwise.abs(self._scale))
        normalization = (
            scale
            + 0.5 * elementwise.log(self._df)
            + 0.5 * np.log(np.pi)
            + special_functions.lgamma(0.5 * self._df)
            - special_functions.lgamma(0.5 * (self._df + 1.0))
        )
        return unnormalized - normalization

    def _cdf(self, value: Any) -> Any:
        y = (value - self._loc) / elementwise.abs(self._scale)
        x_t = self._df / (y**2.0 + self._df)
        tail: Any = 0.5 * special_functions.betainc(0.5 * self._df, 0.5, x_t)
        return selection.where_v2(comparisons.less(y, 0.0), tail, 1.0 - tail)

    def _entropy(self) -> Any:
        v = self._ones()[..., None]
        u = v * self._df[..., None]
        argument: Any = joining.concat([u, v], -1)
        argument = argument / 2.0
        scale: Any = elementwise.log(elementwise.abs(self._scale))
        result = scale + 0.5 * elementwise.log(self._df) + special_functions.lbeta(argument)
        factor = 0.5 * (self._df + 1.0)
        upper: Any = special_functions.digamma(0.5 * (self._df + 1.0))
        return result + factor * (upper - special_functions.digamma(0.5 * self._df))

    def _mean(self) -> Any:
        mean = self._loc * self._ones()
        return self._where_above_one(mean, "mean not defined for components of df <= 1")

    def _variance(self) -> Any:
        is_finite = comparisons.greater(self._df, 2.0)
        divisor = selection.where_v2(is_finite, self._df - 2.0, filling.ones_like(self._df))
        variance = self._ones() * elementwise.square(self._scale) * self._df / divisor
        kind = self.dtype.as_numpy_dtype
        has_variance = self._df > filling.fill(self.batch_shape_tensor(), 2.0)
        infinity = filling.fill(self.batch_shape_tensor(), np.array(np.inf, dtype=kind), name="inf")
        defined = selection.where_v2(has_variance, variance, infinity)
        return self._where_above_one(defined, "variance not defined for components of df <= 1")

    def _where_above_one(self, value: Any, message: str) -> Any:
        """What is defined for more than one degree of freedom."""
        if not self.allow_nan_stats:
            return grouping.with_dependencies([self._assert_above_one(self._df, message)], value)
        is_defined = comparisons.greater(self._df, self._ones())
        return selection.where_v2(is_defined, value, self._nans(self.batch_shape_tensor()))

    def _mode(self) -> Any:
        return arrays.identity(self._loc)
