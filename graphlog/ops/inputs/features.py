"""What is expected of the features of an Example, and what its parsing operations take from that."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.dtypes import as_dtype
from graphlog.core.shapes import TensorShape
from graphlog.core.tensor import Tensor
from graphlog.ops.array import arrays
from graphlog.ops.constants import constant

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_.\-/]")


class VarLenFeature(NamedTuple):
    """A feature with any number of values, which is parsed as a SparseTensor (``tf.VarLenFeature``)."""

    dtype: Any


class FixedLenFeature(NamedTuple):
    """A feature of one shape, which is parsed as a Tensor (``tf.FixedLenFeature``).

    Attributes:
        shape: its shape.
        dtype: its dtype.
        default_value: its values where they are missing; None if that is an error.
    """

    shape: Any
    dtype: Any
    default_value: Any = None


class FixedLenSequenceFeature(NamedTuple):
    """A feature whose first size varies, which is parsed as a Tensor (``tf.FixedLenSequenceFeature``).

    Attributes:
        shape: the shape of one element.
        dtype: its dtype.
        allow_missing: whether it may be missing.
        default_value: what shorter ones are filled up with.
    """

    shape: Any
    dtype: Any
    allow_missing: bool = False
    default_value: Any = None


class SparseFeature(NamedTuple):
    """Values and where they stand, two features that are parsed as one SparseTensor (``tf.SparseFeature``).

    Attributes:
        index_key: the feature of the positions, or a list of one for each dimension.
        value_key: the feature of the values.
        dtype: their dtype.
        size: the size of the dimension, or a list of sizes.
        already_sorted: whether the positions are in order.
    """

    index_key: Any
    value_key: Any
    dtype: Any
    size: Any
    already_sorted: bool = False


class FeatureArguments:
    """What the parsing operations take, from the features that are expected.

    Args:
        features: the features by name.
        allowed: the kinds of features that this operation takes.

    Attributes:
        sparse: the dtype of each sparse feature by its key.
        dense: the dtype and shape of each dense feature by its key.
        defaults: default values by key; None for a feature that may be missing.

    Raises:
        ValueError: a feature is incomplete, or of a kind that is not allowed.
    """

    def __init__(self, features: Mapping[str, Any] | None, allowed: Collection[type]) -> None:
        self.sparse: dict[str, Any] = {}
        self.dense: dict[str, tuple[Any, TensorShape]] = {}
        self.defaults: dict[str, Any] = {}
        for key, feature in sorted((features or {}).items()):
            if type(feature) not in (VarLenFeature, SparseFeature, FixedLenFeature, FixedLenSequenceFeature):
                raise ValueError(f"Invalid feature {key}:{feature}.")
            if type(feature) not in allowed:
                raise ValueError(f"Unsupported {type(feature).__name__} {feature}.")
            if isinstance(feature, SparseFeature):
                self._add_sparse(key, feature)
                continue
            if not feature.dtype:
                raise ValueError(f"Missing type for feature {key}.")
            if isinstance(feature, VarLenFeature):
                self.sparse[key] = as_dtype(feature.dtype)
            else:
                self._add_dense(key, feature)

    def _add_sparse(self, key: str, feature: SparseFeature) -> None:
        if not feature.index_key:
            raise ValueError(f"Missing index_key for SparseFeature {feature}.")
        if not feature.value_key:
            raise ValueError(f"Missing value_key for SparseFeature {feature}.")
        if not feature.dtype:
            raise ValueError(f"Missing type for feature {key}.")
        index_keys = [feature.index_key] if isinstance(feature.index_key, str) else feature.index_key
        for index_key in sorted(index_keys):
            found = self.sparse.setdefault(index_key, dtypes.int64)
            if found != dtypes.int64:
                raise ValueError(f"Conflicting type {found} vs int64 for feature {index_key}.")
        found = self.sparse.setdefault(feature.value_key, as_dtype(feature.dtype))
        if found != feature.dtype:
            raise ValueError(f"Conflicting type {found} vs {feature.dtype} for feature {feature.value_key}.")

    def _add_dense(self, key: str, feature: FixedLenFeature | FixedLenSequenceFeature) -> None:
        if feature.shape is None:
            raise ValueError(f"Missing shape for feature {key}.")
        shape = TensorShape(feature.shape)
        if isinstance(feature, FixedLenFeature):
            sizes = shape.as_tuple()
            if sizes and sizes[0] is None:
                raise ValueError(
                    f"First dimension of shape for feature {key} unknown. Consider using "
                    "FixedLenSequenceFeature."
                )
            if not shape.is_fully_defined():
                raise ValueError(
                    f"All dimensions of shape for feature {key} need to be known but received "
                    f"{feature.shape}."
                )
        elif feature.allow_missing:
            self.defaults[key] = None
        self.dense[key] = as_dtype(feature.dtype), shape
        if feature.default_value is not None:
            self.defaults[key] = feature.default_value

    def check(self) -> None:
        """Raises ValueError where no feature is left, or one is sparse and dense."""
        if not self.dense and not self.sparse:
            raise ValueError("Must provide at least one sparse key or dense key")
        both = self.dense.keys() & self.sparse.keys()
        if both:
            raise ValueError(f"Dense and sparse keys must not intersect; intersection: {both}")

    @property
    def dense_shapes(self) -> list[TensorShape]:
        """The shapes of the dense features."""
        return [shape for _, shape in self.dense.values()]

    def default_tensors(self) -> list[Tensor]:
        """A tensor of default values for each dense feature, without elements where there are none."""
        return [self._default_tensor(key, dtype, shape) for key, (dtype, shape) in self.dense.items()]

    def _default_tensor(self, key: str, dtype: Any, shape: TensorShape) -> Tensor:
        value = self.defaults.get(key)
        sizes = shape.as_tuple()
        name = _NOT_IN_NAMES.sub("_", key)
        if sizes and sizes[0] is None:
            if value is None:
                return convert_to_tensor("" if dtype is dtypes.string else 0, dtype)
            return arrays.reshape(convert_to_tensor(value, dtype, f"padding_{name}"), [])
        if value is None:
            return constant([], dtype)
        if isinstance(value, Tensor):
            return value
        return arrays.reshape(convert_to_tensor(value, dtype, f"key_{name}"), shape)


def with_unknown_lengths(features: Mapping[str, Any]) -> dict[str, Any]:
    """The features with the unknown first size of those whose length varies.

    Raises:
        ValueError: one of those may not be missing.
    """
    result = dict(features)
    for key, feature in features.items():
        if isinstance(feature, FixedLenSequenceFeature):
            if not feature.allow_missing:
                raise ValueError("Unsupported: FixedLenSequenceFeature requires allow_missing to be True.")
            result[key] = feature._replace(shape=[None, *feature.shape])
    return result


def name_part(key: str) -> str:
    """A key in a form that may be part of an operation's name."""
    return _NOT_IN_NAMES.sub("_", key)


def sparse_triples(outputs: Sequence[Tensor], count: int) -> list[tuple[Tensor, Tensor, Tensor]]:
    """Indices, values and shape of each of ``count`` sparse tensors, from what a parsing operation gives."""
    return list(zip(outputs[:count], outputs[count : 2 * count], outputs[2 * count : 3 * count], strict=True))
