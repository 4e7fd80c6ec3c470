"""What all distributions have in common (``tf.distributions.Distribution``)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.shapes import TensorShape
from graphlog.core.tensor import Tensor
from graphlog.distributions import divergences
from graphlog.ops.array import arrays, joining, selection, shape_queries, slicing
from graphlog.ops.math import comparisons, elementwise, reductions, roots
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.static_values import constant_value


class ReparameterizationType:
    """Whether samples are functions of the parameters, through which derivatives flow."""

    def __init__(self, rep_type: str) -> None:
        self._rep_type = rep_type

    def __repr__(self) -> str:
        return f"<Reparameteriation Type: {self._rep_type}>"


FULLY_REPARAMETERIZED = ReparameterizationType("FULLY_REPARAMETERIZED")
NOT_REPARAMETERIZED = ReparameterizationType("NOT_REPARAMETERIZED")


class Distribution:
    """A batch of distributions; one of a user's own defines ``_sample_n``, ``_log_prob`` and so on.

    Args:
        dtype: the dtype of samples.
        reparameterization_type: ``FULLY_REPARAMETERIZED`` or ``NOT_REPARAMETERIZED``.
        validate_args: whether arguments are checked when the graph runs.
        allow_nan_stats: whether a statistic that is not defined is a NaN, or an error.
        parameters: the arguments of the constructor, for ``copy``.
        graph_parents: the tensors it is made of.
        name: its name; a name scope if it ends with ``/``.

    Source: ``tf.distributions.Distribution`` of TensorFlow 1.15, and so for the others.
    """

    def __init__(
        self,
        dtype: Any,
        reparameterization_type: ReparameterizationType,
        validate_args: bool,
        allow_nan_stats: bool,
        parameters: Mapping[str, Any] | None = None,
        graph_parents: Sequence[Any] | None = None,
        name: str | None = None,
    ) -> None:
        if not name or not name.endswith("/"):
            with name_scope(name or type(self).__name__) as name:
                pass
        self._dtype = dtype
        self._reparameterization_type = reparameterization_type
        self._validate_args = validate_args
        self._allow_nan_stats = allow_nan_stats
        self._parameters = dict(parameters or {})
        self._graph_parents = list(graph_parents or [])
        self._name = str(name)

    @classmethod
    def param_shapes(cls, sample_shape: Any, name: str = "DistributionParamShapes") -> dict[str, Any]:
        """The shapes of the parameters for samples of a shape, as tensors."""
        with name_scope(name, values=[sample_shape]):
            return cls._param_shapes(sample_shape)

    @classmethod
    def param_static_shapes(cls, sample_shape: Any) -> dict[str, TensorShape]:
        """The shapes of the parameters for samples of a known shape; ValueError where it is not."""
        if isinstance(sample_shape, TensorShape):
            if not sample_shape.is_fully_defined():
                raise ValueError("TensorShape sample_shape must be fully defined")
            sample_shape = sample_shape.as_list()
        shapes = {}
        for name, shape in cls.param_shapes(sample_shape).items():
            known = constant_value(shape)
            if known is None:
                raise ValueError("sample_shape must be a fully-defined TensorShape or list/tuple")
            shapes[name] = TensorShape(known)
        return shapes

    @classmethod
    def _param_shapes(cls, sample_shape: Any) -> dict[str, Any]:
        raise NotImplementedError("_param_shapes not implemented")

    @property
    def name(self) -> str:
        """Its name scope."""
        return self._name

    @property
    def dtype(self) -> Any:
        """The dtype of samples."""
        return self._dtype

    @property
    def parameters(self) -> dict[str, Any]:
        """The arguments of the constructor."""
        return {
            name: value
            for name, value in self._parameters.items()
            if not name.startswith("__") and name != "self"
        }

    @property
    def reparameterization_type(self) -> ReparameterizationType:
        """Whether derivatives flow through samples."""
        return self._reparameterization_type

    @property
    def allow_nan_stats(self) -> bool:
        """Whether a statistic that is not defined is a NaN, or an error."""
        return self._allow_nan_stats

    @property
    def validate_args(self) -> bool:
        """Whether arguments are checked when the graph runs."""
        return self._validate_args

    def copy(self, **override_parameters_kwargs: Any) -> Any:
        """The same distribution with some other arguments."""
        return type(self)(**{**self.parameters, **override_parameters_kwargs})

    # Shapes

    def _batch_shape_tensor(self) -> Any:
        raise self._missing("batch_shape_tensor")

    def batch_shape_tensor(self, name: str = "batch_shape_tensor") -> Tensor:
        """The shape of the batch, as a tensor."""
        with self._name_scope(name):
            if self.batch_shape.is_fully_defined():
                return convert_to_tensor(self.batch_shape.as_list(), dtype=dtypes.int32, name="batch_shape")
            result: Tensor = self._batch_shape_tensor()
            return result

    def _batch_shape(self) -> Any:
        return TensorShape(None)

    @property
    def batch_shape(self) -> TensorShape:
        """The shape of the batch, as far as it is known."""
        return TensorShape(self._batch_shape())

    def _event_shape_tensor(self) -> Any:
        raise self._missing("event_shape_tensor")

    def event_shape_tensor(self, name: str = "event_shape_tensor") -> Tensor:
        """The shape of one sample of one distribution, as a tensor."""
        with self._name_scope(name):
            if self.event_shape.is_fully_defined():
                return convert_to_tensor(self.event_shape.as_list(), dtype=dtypes.int32, name="event_shape")
            result: Tensor = self._event_shape_tensor()
            return result

    def _event_shape(self) -> Any:
        return TensorShape(None)

    @property
    def event_shape(self) -> TensorShape:
        """The shape of one sample of one distribution, as far as it is known."""
        return TensorShape(self._event_shape())

    def is_scalar_event(self, name: str = "is_scalar_event") -> Tensor:
        """Whether one sample of one distribution is a scalar."""
        with self._name_scope(name):
            is_scalar = _is_scalar(self.event_shape, self.event_shape_tensor)
            return convert_to_tensor(is_scalar, name="is_scalar_event")

    def is_scalar_batch(self, name: str = "is_scalar_batch") -> Tensor:
        """Whether it is a single distribution."""
        with self._name_scope(name):
            is_scalar = _is_scalar(self.batch_shape, self.batch_shape_tensor)
            return convert_to_tensor(is_scalar, name="is_scalar_batch")

    # Samples

    def _sample_n(self, n: Any, seed: int | None = None) -> Any:
        raise self._missing("sample_n")

    def sample(self, sample_shape: Any = (), seed: int | None = None, name: str = "sample") -> Any:
        """Random samples.

        Args:
            sample_shape: how many, as a shape.
            seed: the seed of the random numbers.
            name: the name scope.

        Returns:
            A Tensor of shape ``(*sample_shape, *batch_shape, *event_shape)``.
        """
        with self._name_scope(name, [sample_shape]):
            shape = convert_to_tensor(sample_shape, dtype=dtypes.int32, name="sample_shape")
            shape, count = _as_vector(shape)
            samples = self._sample_n(count, seed)
            rest = shape_queries.shape(samples)[1:]
            samples = arrays.reshape(samples, joining.concat([shape, rest], 0))
            return self._with_known_shape(samples, shape)

    def _with_known_shape(self, samples: Tensor, sample_shape: Tensor) -> Tensor:
        known = TensorShape(constant_value(sample_shape))
        batch, event = self.batch_shape, self.event_shape
        parts = (known.ndims, batch.ndims, event.ndims)
        rank = samples.get_shape().ndims
        if rank is None and None not in parts:
            rank = sum(part for part in parts if part is not None)
            samples.set_shape([None] * rank)
        if rank is None:
            return samples
        if known.ndims is not None:
            samples.set_shape(known.concatenate([None] * (rank - known.ndims)))
        if event.ndims is not None:
            samples.set_shape(TensorShape([None] * (rank - event.ndims)).concatenate(event))
        if batch.ndims is not None and (known.ndims is not None or event.ndims is not None):
            first = rank - batch.ndims - event.ndims if event.ndims is not None else known.ndims
            assert first is not None
            after = rank - batch.ndims - first
            shape = TensorShape([None] * first).concatenate(batch)
            samples.set_shape(shape.concatenate([None] * after))
        return samples

    # Functions of a value

    def _log_prob(self, value: Any) -> Any:
        raise self._missing("log_prob")

    def _prob(self, value: Any) -> Any:
        raise self._missing("prob")

    def _log_cdf(self, value: Any) -> Any:
        raise self._missing("log_cdf")

    def _cdf(self, value: Any) -> Any:
        raise self._missing("cdf")

    def _log_survival_function(self, value: Any) -> Any:
        raise self._missing("log_survival_function")

    def _survival_function(self, value: Any) -> Any:
        raise self._missing("survival_function")

    def _quantile(self, value: Any) -> Any:
        raise self._missing("quantile")

    def _of(
        self, value: Any, name: str, function: Callable[[Any], Any], otherwise: Callable[[Any], Any]
    ) -> Any:
        with self._name_scope(name, [value]):
            value = convert_to_tensor(value, name="value", preferred_dtype=self.dtype)
            return _either(lambda: function(value), lambda: otherwise(value))

    def log_prob(self, value: Any, name: str = "log_prob") -> Any:
        """The logarithm of the probability, or of its density, of values."""
        return self._of(value, name, self._log_prob, lambda value: elementwise.log(self._prob(value)))

    def prob(self, value: Any, name: str = "prob") -> Any:
        """The probability, or its density, of values."""
        return self._of(value, name, self._prob, lambda value: elementwise.exp(self._log_prob(value)))

    def log_cdf(self, value: Any, name: str = "log_cdf") -> Any:
        """The logarithm of the probability of what is not above a value."""
        return self._of(value, name, self._log_cdf, lambda value: elementwise.log(self._cdf(value)))

    def cdf(self, value: Any, name: str = "cdf") -> Any:
        """The probability of what is not above a value."""
        return self._of(value, name, self._cdf, lambda value: elementwise.exp(self._log_cdf(value)))

    def log_survival_function(self, value: Any, name: str = "log_survival_function") -> Any:
        """The logarithm of the probability of what is above a value."""
        return self._of(value, name, self._log_survival_function, lambda value: roots.log1p(-self.cdf(value)))

    def survival_function(self, value: Any, name: str = "survival_function") -> Any:
        """The probability of what is above a value."""
        return self._of(value, name, self._survival_function, lambda value: 1.0 - self.cdf(value))

    def quantile(self, value: Any, name: str = "quantile") -> Any:
        """The value that is not exceeded with a probability."""
        with self._name_scope(name, [value]):
            value = convert_to_tensor(value, name="value", preferred_dtype=self.dtype)
            return self._quantile(value)

    # Statistics

    def _entropy(self) -> Any:
        raise self._missing("entropy")

    def _mean(self) -> Any:
        raise self._missing("mean")

    def _variance(self) -> Any:
        raise self._missing("variance")

    def _stddev(self) -> Any:
        raise self._missing("stddev")

    def _covariance(self) -> Any:
        raise self._missing("covariance")

    def _mode(self) -> Any:
        raise self._missing("mode")

    def entropy(self, name: str = "entropy") -> Any:
        """The entropy, in nats."""
        with self._name_scope(name):
            return self._entropy()

    def mean(self, name: str = "mean") -> Any:
        """The mean."""
        with self._name_scope(name):
            return self._mean()

    def variance(self, name: str = "variance") -> Any:
        """The variance."""
        with self._name_scope(name):
            return _either(self._variance, lambda: elementwise.square(self._stddev()))

    def stddev(self, name: str = "stddev") -> Any:
        """The standard deviation."""
        with self._name_scope(name):
            return _either(self._stddev, lambda: roots.sqrt(self._variance()))

    def covariance(self, name: str = "covariance") -> Any:
        """The covariance of the elements of a sample."""
        with self._name_scope(name):
            return self._covariance()

    def mode(self, name: str = "mode") -> Any:
        """The most likely value."""
        with self._name_scope(name):
            return self._mode()

    def cross_entropy(self, other: Any, name: str = "cross_entropy") -> Any:
        """The cross entropy with another distribution, in nats."""
        with self._name_scope(name):
            return divergences.cross_entropy(self, other, allow_nan_stats=self.allow_nan_stats)

    def kl_divergence(self, other: Any, name: str = "kl_divergence") -> Any:
        """The Kullback-Leibler divergence from another distribution, in nats."""
        with self._name_scope(name):
            return divergences.kl_divergence(self, other, allow_nan_stats=self.allow_nan_stats)

    def __str__(self) -> str:
        batch = "" if self.batch_shape.ndims is None else f", batch_shape={self.batch_shape}"
        event = "" if self.event_shape.ndims is None else f", event_shape={self.event_shape}"
        kind = type(self).__name__
        return f'tfp.distributions.{kind}("{self.name}"{batch}{event}, dtype={self.dtype.name})'

    def __repr__(self) -> str:
        return (
            f"<tfp.distributions.{type(self).__name__} '{self.name}' batch_shape={self.batch_shape} "
            f"event_shape={self.event_shape} dtype={self.dtype.name}>"
        )

    @contextmanager
    def _name_scope(self, name: str, values: Sequence[Any] = ()) -> Iterator[str]:
        with name_scope(self.name), name_scope(name, values=[*values, *self._graph_parents]) as scope:
            yield scope

    def _missing(self, what: str) -> NotImplementedError:
        return NotImplementedError(f"{what} is not implemented: {type(self).__name__}")


def _either(first: Callable[[], Any], second: Callable[[], Any]) -> Any:
    """What the first of two functions gives that a distribution defines."""
    try:
        return first()
    except NotImplementedError as error:
        try:
            return second()
        except NotImplementedError:
            raise error from None


def _as_vector(shape: Tensor) -> tuple[Any, Any]:
    """A sample shape as a vector, and the number of samples."""
    known = constant_value(shape)
    if known is None:
        count: Any = reductions.reduce_prod(shape)
    else:
        count = np.prod(known, dtype=np.int32)
    rank = shape.get_shape().ndims
    if rank is None:
        wanted = _picked(
            comparisons.equal(shape_queries.rank(shape), 0),
            np.array([1], np.int32),
            shape_queries.shape(shape),
        )
        return arrays.reshape(shape, wanted), count
    if rank == 0:
        if known is None:
            return arrays.reshape(shape, [1]), count
        return convert_to_tensor(np.array([known], np.int32), name="sample_shape"), count
    if rank != 1:
        raise ValueError("Input is neither scalar nor vector.")
    return shape, count


def _picked(condition: Tensor, true_vector: Any, false_vector: Any) -> Tensor:
    with name_scope("pick_vector", values=(condition, true_vector, false_vector)):
        first = convert_to_tensor(true_vector, name="true_vector")
        second = convert_to_tensor(false_vector, name="false_vector")
        size = shape_queries.shape(first)[0]
        return slicing.slice(
            joining.concat([first, second], 0),
            [selection.where_v2(condition, 0, size)],
            [comparisons.where(condition, size, -1)],
        )


def _is_scalar(static: TensorShape, dynamic: Callable[[], Tensor]) -> Any:
    if static.ndims is not None:
        return static.ndims == 0
    shape = dynamic()
    if shape.static_shape is not None and shape.static_shape[0] is not None:
        return shape.static_shape == (0,)
    return comparisons.equal(shape_queries.shape(shape)[0], 0)
