"""Distributions of how often each class is drawn: multinomial and Dirichlet-multinomial."""

from __future__ import annotations

from typing import Any

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.distributions.distribution import NOT_REPARAMETERIZED, Distribution
from graphlog.distributions.families import WithWeightsOfClasses
from graphlog.distributions.parameters import (
    log_combinations,
    logits_and_probs,
    new_seed,
    non_negative_integers,
    with_several_classes,
)
from graphlog.ops.array import arrays, filling, joining, one_hot_encoding, shape_queries
from graphlog.ops.control_flow import functional, grouping
from graphlog.ops.debugging import asserts
from graphlog.ops.linear_algebra import diagonals, matmul
from graphlog.ops.math import casts, elementwise, reductions, roots, special_functions
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.nn import softmax
from graphlog.ops.random import random_functions, random_parameters


class _Counts(Distribution):
    """A distribution of counts that add up to a total."""

    _total_count: Any
    _sum_message = "counts must sum to `self.total_count`"

    @property
    def total_count(self) -> Any:
        """The number of draws."""
        return self._total_count

    def _checked(self, counts: Any) -> Any:
        if not self.validate_args:
            return counts
        counts = non_negative_integers(counts)
        total = reductions.reduce_sum(counts, -1)
        check = asserts.assert_equal(self._total_count, total, message=self._sum_message)
        return grouping.with_dependencies([check], counts)


class Multinomial(_Counts):
    """How often each class is drawn, in independent draws.

    Args:
        total_count: the number of draws, of the shape of the batch.
        logits: the logarithms of probabilities, not normalized, of shape ``(…, classes)``.
        probs: the probabilities, in place of ``logits``.
        validate_args: as for ``Distribution``; so are all that follow.
        allow_nan_stats: …
        name: …
    """

    def __init__(
        self,
        total_count: Any,
        logits: Any = None,
        probs: Any = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Multinomial",
    ) -> None:
        parameters = dict(locals())
        with name_scope(name, values=[total_count, logits, probs]) as scope:
            self._total_count = convert_to_tensor(total_count, name="total_count")
            if validate_args:
                self._total_count = non_negative_integers(self._total_count)
            self._logits, self._probs = logits_and_probs(
                logits, probs, scope, is_categorical=True, validate_args=validate_args
            )
            self._mean_value: Any = self._total_count[..., None] * self._probs
        super().__init__(
            dtype=self._probs.dtype,
            reparameterization_type=NOT_REPARAMETERIZED,
            validate_args=validate_args,
            allow_nan_stats=allow_nan_stats,
            parameters=parameters,
            graph_parents=[self._total_count, self._logits, self._probs],
            name=scope,
        )

    @property
    def logits(self) -> Any:
        """The logarithms of probabilities, not normalized."""
        return self._logits

    @property
    def probs(self) -> Any:
        """The probabilities."""
        return self._probs

    def _batch_shape_tensor(self) -> Any:
        return shape_queries.shape(self._mean_value)[:-1]

    def _batch_shape(self) -> Any:
        return self._mean_value.get_shape().with_rank_at_least(1)[:-1]

    def _event_shape_tensor(self) -> Any:
        return shape_queries.shape(self._mean_value)[-1:]

    def _event_shape(self) -> Any:
        return self._mean_value.get_shape().with_rank_at_least(1)[-1:]

    def _sample_n(self, n: Any, seed: int | None = None) -> Any:
        draws: Any = casts.cast(self._total_count, dtype=dtypes.int32)
        classes = self.event_shape_tensor()[0]
        draws = filling.ones_like(self._logits[..., 0], dtype=draws.dtype) * draws
        logits: Any = filling.ones_like(draws[..., None], dtype=self._logits.dtype) * self._logits
        rows = arrays.reshape(logits, [-1, classes])
        counts = n * arrays.reshape(draws, [-1])

        def of_one(item: Any) -> Any:
            drawn = random_functions.multinomial(item[0][None, ...], item[1], seed)
            drawn = arrays.reshape(drawn, shape=[n, -1])
            return reductions.reduce_sum(one_hot_encoding.one_hot(drawn, depth=classes), axis=-2)

        samples = functional.map_fn(of_one, [rows, counts], dtype=self.dtype)
        samples = arrays.transpose(samples, perm=[1, 0, 2])
        shape = joining.concat([[n], self.batch_shape_tensor(), [classes]], 0)
        return arrays.reshape(samples, shape)

    def _log_prob(self, value: Any) -> Any:
        counts = self._checked(value)
        unnormalized: Any = reductions.reduce_sum(counts * softmax.log_softmax(self._logits), -1)
        counts = self._checked(value)
        return unnormalized - -log_combinations(self._total_count, counts)

    def _mean(self) -> Any:
        return arrays.identity(self._mean_value)

    def _spread(self) -> Any:
        ones: Any = filling.ones_like(self._total_count)
        return self._probs * ones[..., None]

    def _covariance(self) -> Any:
        p = self._spread()
        products = matmul.matmul(self._mean_value[..., None], p[..., None, :])
        return diagonals.matrix_set_diag(-products, self._variance())

    def _variance(self) -> Any:
        p = self._spread()
        return self._mean_value - self._mean_value * p


class DirichletMultinomial(_Counts, WithWeightsOfClasses):
    """How often each class is drawn, with probabilities from a Dirichlet distribution.

    Args:
        total_count: the number of draws, of the shape of the batch.
        concentration: the weights of the classes, of shape ``(…, classes)``.
        validate_args: as for ``Distribution``; so are all that follow.
        allow_nan_stats: …
        name: …
    """

    _sum_message = "counts last-dimension must sum to `self.total_count`"

    def __init__(
        self,
        total_count: Any,
        concentration: Any,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "DirichletMultinomial",
    ) -> None:
        parameters = dict(locals())
        with name_scope(name, values=[total_count, concentration]) as scope:
            self._total_count = convert_to_tensor(total_count, name="total_count")
            if validate_args:
                self._total_count = non_negative_integers(self._total_count)
            self._concentration = convert_to_tensor(concentration, name="concentration")
            if validate_args:
                message = "Concentration parameter must be positive."
                checked = with_several_classes(self._concentration)
                check = asserts.assert_positive(checked, message=message)
                self._concentration = grouping.with_dependencies([check], checked)
            self._total = reductions.reduce_sum(self._concentration, -1)
        super().__init__(
            dtype=self._concentration.dtype,
            validate_args=validate_args,
            allow_nan_stats=allow_nan_stats,
            reparameterization_type=NOT_REPARAMETERIZED,
            parameters=parameters,
            graph_parents=[self._total_count, self._concentration],
            name=scope,
        )

    def _sample_n(self, n: Any, seed: int | None = None) -> Any:
        draws = casts.cast(self._total_count, dtype=dtypes.int32)
        classes = self.event_shape_tensor()[0]
        gamma = random_parameters.random_gamma([n], self._concentration, dtype=self.dtype, seed=seed)
        logits = arrays.reshape(elementwise.log(gamma), shape=[-1, classes])
        drawn = random_functions.multinomial(logits, draws, seed=new_seed(seed, "dirichlet_multinomial"))
        samples = reductions.reduce_sum(one_hot_encoding.one_hot(drawn, depth=classes), -2)
        shape = joining.concat([[n], self.batch_shape_tensor(), [classes]], 0)
        return casts.cast(arrays.reshape(samples, shape), self.dtype)

    def _log_prob(self, value: Any) -> Any:
        counts = self._checked(value)
        ordered: Any = special_functions.lbeta(self._concentration + counts)
        ordered = ordered - special_functions.lbeta(self._concentration)
        return ordered + log_combinations(self._total_count, counts)

    def _mean(self) -> Any:
        return self._total_count * (self._concentration / self._total[..., None])

    def _variance(self) -> Any:
        scale = self._scale()
        x = scale * self._mean()
        return x * (self._total_count * scale - x)

    def _scale(self) -> Any:
        total = self._total[..., None]
        return roots.sqrt((1.0 + total / self._total_count) / (1.0 + total))
