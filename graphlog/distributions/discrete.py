"""Distributions of classes: Bernoulli and categorical."""

from __future__ import annotations

from typing import Any

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.distributions.distribution import NOT_REPARAMETERIZED
from graphlog.distributions.divergences import RegisterKL
from graphlog.distributions.families import OfScalars
from graphlog.distributions.parameters import (
    integers_of,
    logits_and_probs,
    same_shapes,
    with_several_classes,
)
from graphlog.ops.array import arguments_of_extrema, arrays, filling, joining, masking, shape_queries
from graphlog.ops.constants import constant
from graphlog.ops.math import casts, comparisons, reductions
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.nn import activations, cross_entropy, logistic_losses, softmax
from graphlog.ops.random import random_functions


class Bernoulli(OfScalars):
    """The distribution of ones and zeros.

    Args:
        logits: the logarithms of the odds of a one.
        probs: the probabilities of a one, in place of ``logits``.
        dtype: the dtype of samples.
        validate_args: as for ``Distribution``; so are all that follow.
        allow_nan_stats: …
        name: …
    """

    def __init__(
        self,
        logits: Any = None,
        probs: Any = None,
        dtype: Any = dtypes.int32,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Bernoulli",
    ) -> None:
        parameters = dict(locals())
        with name_scope(name) as scope:
            self._logits, self._probs = logits_and_probs(logits, probs, scope, validate_args=validate_args)
        super().__init__(
            dtype=dtype,
            reparameterization_type=NOT_REPARAMETERIZED,
            validate_args=validate_args,
            allow_nan_stats=allow_nan_stats,
            parameters=parameters,
            graph_parents=[self._logits, self._probs],
            name=scope,
        )

    @classmethod
    def _param_shapes(cls, sample_shape: Any) -> dict[str, Any]:
        return same_shapes(("logits",), sample_shape)

    @property
    def logits(self) -> Any:
        """The logarithms of the odds of a one."""
        return self._logits

    @property
    def probs(self) -> Any:
        """The probabilities of a one."""
        return self._probs

    def _batch_shape_tensor(self) -> Any:
        return shape_queries.shape(self._logits)

    def _batch_shape(self) -> Any:
        return self._logits.get_shape()

    def _sample_n(self, n: Any, seed: int | None = None) -> Any:
        shape = joining.concat([[n], self.batch_shape_tensor()], 0)
        uniform = random_functions.random_uniform(shape, seed=seed, dtype=self._probs.dtype)
        return casts.cast(comparisons.less(uniform, self._probs), self.dtype)

    def _log_prob(self, value: Any) -> Any:
        if self.validate_args:
            value = integers_of(value, dtypes.bool_)
        value = casts.cast(value, self._logits.dtype)
        logits = self._logits
        shapes = value.get_shape(), logits.get_shape()
        are_known = all(shape.is_fully_defined() for shape in shapes)
        if not are_known or shapes[0].as_list() != shapes[1].as_list():
            logits, value = filling.ones_like(value) * logits, filling.ones_like(logits) * value
        return -logistic_losses.sigmoid_cross_entropy_with_logits(labels=value, logits=logits)

    def _entropy(self) -> Any:
        first = -self._logits * (activations.sigmoid(self._logits) - 1)
        return first + activations.softplus(-self._logits)

    def _mean(self) -> Any:
        return arrays.identity(self._probs)

    def _variance(self) -> Any:
        return self._mean() * (1.0 - self._probs)

    def _mode(self) -> Any:
        return casts.cast(self._probs > 0.5, self.dtype)


@RegisterKL(Bernoulli, Bernoulli)
def _kl_bernoulli_bernoulli(a: Bernoulli, b: Bernoulli, name: str | None = None) -> Any:
    with name_scope(name, "kl_bernoulli_bernoulli", values=[a.logits, b.logits]):
        of_zeros: Any = activations.softplus(-b.logits) - activations.softplus(-a.logits)
        of_ones: Any = activations.softplus(b.logits) - activations.softplus(a.logits)
        return activations.sigmoid(a.logits) * of_zeros + activations.sigmoid(-a.logits) * of_ones


class Categorical(OfScalars):
    """The distribution of class numbers.

    Args:
        logits: the logarithms of probabilities, not normalized, of shape ``(…, classes)``.
        probs: the probabilities, in place of ``logits``.
        dtype: the dtype of samples.
        validate_args: as for ``Distribution``; so are all that follow.
        allow_nan_stats: …
        name: …
    """

    def __init__(
        self,
        logits: Any = None,
        probs: Any = None,
        dtype: Any = dtypes.int32,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Categorical",
    ) -> None:
        parameters = dict(locals())
        with name_scope(name, values=[logits, probs]) as scope:
            self._logits, self._probs = logits_and_probs(
                logits, probs, scope, is_categorical=True, validate_args=validate_args
            )
            if validate_args:
                self._logits = with_several_classes(self._logits)
            static = self._logits.get_shape().with_rank_at_least(1)
            if static.ndims is not None:
                self._batch_rank: Any = convert_to_tensor(
                    static.ndims - 1, dtype=dtypes.int32, name="batch_rank"
                )
            else:
                with name_scope("batch_rank"):
                    self._batch_rank = shape_queries.rank(self._logits) - 1
            dynamic = shape_queries.shape(self._logits, name="logits_shape")
            size = None if static.ndims is None else static[-1].value
            if size is not None:
                self._event_size: Any = convert_to_tensor(size, dtype=dtypes.int32, name="event_size")
            else:
                with name_scope("event_size"):
                    self._event_size = dynamic[self._batch_rank]
            if static[:-1].is_fully_defined():
                self._sizes: Any = constant(static[:-1].as_list(), dtype=dtypes.int32, name="batch_shape")
            else:
                with name_scope("batch_shape"):
                    self._sizes = dynamic[:-1]
        super().__init__(
            dtype=dtype,
            reparameterization_type=NOT_REPARAMETERIZED,
            validate_args=validate_args,
            allow_nan_stats=allow_nan_stats,
            parameters=parameters,
            graph_parents=[self._logits, self._probs],
            name=scope,
        )

    @classmethod
    def _param_shapes(cls, sample_shape: Any) -> dict[str, Any]:
        return same_shapes(("logits",), sample_shape)

    @property
    def event_size(self) -> Any:
        """The number of classes, as a tensor."""
        return self._event_size

    @property
    def logits(self) -> Any:
        """The logarithms of probabilities, not normalized."""
        return self._logits

    @property
    def probs(self) -> Any:
        """The probabilities."""
        return self._probs

    def _batch_shape_tensor(self) -> Any:
        return arrays.identity(self._sizes)

    def _batch_shape(self) -> Any:
        return self._logits.get_shape()[:-1]

    def _sample_n(self, n: Any, seed: int | None = None) -> Any:
        rows = self._logits
        if rows.get_shape().ndims != 2:
            rows = arrays.reshape(rows, [-1, self._event_size])
        kind = dtypes.int64 if self.dtype.size > 4 else dtypes.int32
        draws = random_functions.multinomial(rows, n, seed=seed, output_dtype=kind)
        draws = arrays.transpose(draws)
        shape = joining.concat([[n], self.batch_shape_tensor()], 0)
        return casts.cast(arrays.reshape(draws, shape), self.dtype)

    def _cdf(self, value: Any) -> Any:
        value, probs = self._broadcast_with(value, self._probs)
        rows = arrays.reshape(probs, (-1, self._event_size))
        flat = arrays.reshape(value, [-1])
        mask = masking.sequence_mask(flat, self._event_size)
        below = comparisons.where(mask, rows, filling.zeros_like(rows))
        return arrays.reshape(reductions.reduce_sum(below, axis=-1), shape_queries.shape(value))

    def _log_prob(self, value: Any) -> Any:
        value, logits = self._broadcast_with(value, self._logits)
        return -cross_entropy.sparse_softmax_cross_entropy_with_logits(labels=value, logits=logits)

    def _broadcast_with(self, value: Any, parameter: Any) -> tuple[Any, Any]:
        value = convert_to_tensor(value, name="k")
        if self.validate_args:
            value = integers_of(value, dtypes.int32)
        if value.dtype.is_floating:
            value = casts.cast(value, dtype=dtypes.int32)
        elif not value.dtype.is_integer:
            raise TypeError(f"`value` should have integer `dtype` or `self.dtype` ({self.dtype.base_dtype})")
        is_known = (
            parameter.shape.ndims is not None
            and parameter.shape[:-1].is_fully_defined()
            and value.shape.is_fully_defined()
        )
        if not is_known or parameter.shape[:-1].as_list() != value.shape.as_list():
            parameter = parameter * filling.ones_like(value[..., None], dtype=parameter.dtype)
            shape = shape_queries.shape(parameter)[:-1]
            value = value * filling.ones(shape, dtype=value.dtype)
            if parameter.shape.ndims is not None:
                value.set_shape(parameter.shape[:-1])
        return value, parameter

    def _entropy(self) -> Any:
        products: Any = softmax.log_softmax(self._logits) * self._probs
        return -reductions.reduce_sum(products, axis=-1)

    def _mode(self) -> Any:
        largest = arguments_of_extrema.argmax(self._logits, axis=self._batch_rank)
        result = casts.cast(largest, self.dtype)
        result.set_shape(self.batch_shape)
        return result


@RegisterKL(Categorical, Categorical)
def _kl_categorical_categorical(a: Categorical, b: Categorical, name: str | None = None) -> Any:
    with name_scope(name, "kl_categorical_categorical", values=[a.logits, b.logits]):
        difference: Any = softmax.log_softmax(a.logits) - softmax.log_softmax(b.logits)
        return reductions.reduce_sum(softmax.softmax(a.logits) * difference, axis=-1)
