"""What some distributions have in common: their shapes, and statistics that are not defined everywhere."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.shapes import TensorShape
from graphlog.distributions.distribution import Distribution
from graphlog.ops.array import filling, grids, shape_queries
from graphlog.ops.constants import constant
from graphlog.ops.debugging import asserts
from graphlog.ops.linear_algebra import diagonals, matmul


class OfScalars(Distribution):
    """A distribution whose samples are scalars."""

    def _event_shape_tensor(self) -> Any:
        return constant([], dtype=dtypes.int32)

    def _event_shape(self) -> Any:
        return TensorShape([])


class WithTwoParameters(OfScalars):
    """A distribution of scalars with two parameters, which are broadcast."""

    def _broadcast(self) -> tuple[Any, Any]:
        """The parameters, in the order in which their shapes are broadcast."""
        raise NotImplementedError

    def _batch_shape_tensor(self) -> Any:
        first, second = (shape_queries.shape(parameter) for parameter in self._broadcast())
        return grids.broadcast_dynamic_shape(first, second)

    def _batch_shape(self) -> Any:
        first, second = (parameter.get_shape() for parameter in self._broadcast())
        return grids.broadcast_static_shape(first, second)


class PartlyDefined(Distribution):
    """A distribution that has statistics which are not defined for all parameters."""

    def _nans(self, shape: Any) -> Any:
        return filling.fill(shape, np.array(np.nan, dtype=self.dtype.as_numpy_dtype), name="nan")

    def _assert_above_one(self, value: Any, message: str) -> Any:
        return asserts.assert_less(filling.ones([], dtype=self.dtype), value, message=message)


class WithWeightsOfClasses(Distribution):
    """A distribution that has a weight for each class, of shape ``(…, classes)``."""

    _concentration: Any
    _total: Any

    @property
    def concentration(self) -> Any:
        """The weights of the classes."""
        return self._concentration

    @property
    def total_concentration(self) -> Any:
        """The sum of the weights."""
        return self._total

    def _batch_shape_tensor(self) -> Any:
        return shape_queries.shape(self._total)

    def _batch_shape(self) -> Any:
        return self._total.get_shape()

    def _event_shape_tensor(self) -> Any:
        return shape_queries.shape(self._concentration)[-1:]

    def _event_shape(self) -> Any:
        return self._concentration.get_shape().with_rank_at_least(1)[-1:]

    def _scale(self) -> Any:
        """A factor of the mean: products of its classes are then their covariance, less its sign."""
        raise NotImplementedError

    def _covariance(self) -> Any:
        x: Any = self._scale() * self._mean()
        products = matmul.matmul(x[..., None], x[..., None, :])
        return diagonals.matrix_set_diag(-products, self._variance())
