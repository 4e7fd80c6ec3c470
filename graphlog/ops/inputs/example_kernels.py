"""What is parsed from serialized Examples: dense and sparse features as arrays."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from graphlog.core.dtypes import DType
from graphlog.core.shapes import StaticShape
from graphlog.files.examples import example_features, feature_values, sequence_features
from graphlog.ops.strings.string_kernels import as_text

_Array = np.ndarray[Any, Any]


def kind_of(dtype: DType) -> str:
    """The name of a dtype in these errors."""
    return "float" if dtype.name == "float32" else dtype.name


def keys_of(values: Sequence[Any]) -> list[str]:
    """Keys as text, from arrays of one byte string each or from byte strings."""
    return [
        as_text(value if isinstance(value, bytes) else np.asarray(value, object).item()) for value in values
    ]


class Dense:
    """A feature with as many values in each Example.

    Args:
        key: its name.
        dtype: its dtype.
        shape: its shape; a first size of None stands for any number.
        default: its values where an Example has none of it: as many, or none if it must be there. What
            short ones are filled up with where their number varies.
    """

    def __init__(self, key: str, dtype: DType, shape: StaticShape, default: _Array) -> None:
        self.key = key
        self.dtype = dtype
        self.is_variable = bool(shape) and shape[0] is None  # type: ignore[index]
        self.element = tuple([size or 0 for size in (shape or ())[1 if self.is_variable else 0 :]])
        self.count = math.prod(self.element)
        self.default = default

    def values(self, features: Mapping[str, Any], where: str, at: str) -> _Array:
        """The values in one Example.

        Args:
            features: the features of the Example.
            where: what begins errors about it.
            at: what says in errors which Example it is; empty where there is only one.

        Raises:
            ValueError: they are missing, of another kind, or too many or too few.
        """
        kind, values = ("", None) if self.key not in features else feature_values(features[self.key])
        expected = kind_of(self.dtype)
        if not kind or values is None:
            if self.is_variable:
                return np.empty((0, *self.element), self.dtype.numpy_dtype)
            if not self.default.size:
                raise ValueError(
                    f"{where}Feature: {self.key} (data type: {expected}) is required but could not be found."
                )
            return self.default.reshape(self.element)
        prefix = f"{where}Key: {self.key}{at}.  "
        if kind != expected:
            raise ValueError(
                f"{prefix}Data types don't match. Data type: {kind} but expected type: {expected}"
            )
        if self.is_variable and values.size % max(self.count, 1) == 0:
            return values.reshape(-1, *self.element)
        if self.is_variable or values.size != self.count:
            raise ValueError(prefix + self._size_problem(values.size, at))
        return values.reshape(self.element)

    def _size_problem(self, size: int, at: str) -> str:
        shape = ",".join(map(str, self.element))
        if not at:
            wanted = f"a multiple of {self.count}" if self.is_variable else f"{self.count}"
            return f"Can't parse serialized Example. It has {size} values and should have {wanted}."
        if self.is_variable:
            return (
                f"Number of {kind_of(self.dtype)} values is not a multiple of stride length. Saw {size} "
                f"values but output shape is: [?,{shape}]"
            )
        return (
            f"Number of {kind_of(self.dtype)} values != expected.  Values size: {size} but output shape: "
            f"[{shape}]"
        )

    def stacked(self, rows: Sequence[_Array]) -> _Array:
        """The values of several Examples in one array, filled up to the length of the longest."""
        longest = max([len(row) for row in rows], default=0) if self.is_variable else 0
        shape = (longest, *self.element) if self.is_variable else self.element
        result = np.empty((len(rows), *shape), self.dtype.numpy_dtype)
        if self.is_variable:
            result[...] = self.default.item()
        for index, row in enumerate(rows):
            if self.is_variable:
                result[index, : len(row)] = row
            else:
                result[index] = row
        return result


def sparse_values(features: Mapping[str, Any], key: str, dtype: DType, prefix: str) -> _Array:
    """The values of a feature of any length in one Example; ValueError where they are of another kind."""
    kind, values = ("", None) if key not in features else feature_values(features[key])
    if not kind or values is None:
        return np.empty(0, dtype.numpy_dtype)
    if kind != kind_of(dtype):
        raise ValueError(
            f"{prefix}.  Data types don't match. Expected type: {kind_of(dtype)}, Actual type: {kind}"
        )
    return values


def sparse_rows(rows: Sequence[_Array], dtype: DType) -> tuple[_Array, _Array, _Array]:
    """The indices, values and shape of a sparse matrix, from the values of its rows."""
    lengths = np.array([len(row) for row in rows], np.int64)
    starts = np.cumsum(lengths) - lengths
    total = int(lengths.sum())
    indices = np.empty((total, 2), np.int64)
    indices[:, 0] = np.repeat(np.arange(len(rows)), lengths)
    indices[:, 1] = np.arange(total) - np.repeat(starts, lengths)
    values = np.concatenate(rows) if rows else np.empty(0, dtype.numpy_dtype)
    return indices, values, np.array([len(rows), max(lengths.tolist(), default=0)], np.int64)


def sparse_vector(values: _Array) -> tuple[_Array, _Array, _Array]:
    """The indices, values and shape of a sparse vector without gaps."""
    return np.arange(len(values))[:, None], values, np.array([len(values)], np.int64)


def parsed_batch(
    serialized: _Array, names: _Array, sparse: Sequence[tuple[str, DType]], dense: Sequence[Dense]
) -> tuple[Any, ...]:
    """The outputs of ``ParseExample``.

    Args:
        serialized: a vector of Examples.
        names: their names, for errors; none, or as many.
        sparse: the sparse features: names and dtypes.
        dense: the dense features.

    Returns:
        All indices, all values and all shapes of the sparse features, then all dense features.
    """
    examples = [example_features(data) for data in serialized.tolist()]
    if names.size not in (0, len(examples)):
        raise ValueError(f"Expected len(names) == len(serialized), but got: {names.size} vs. {len(examples)}")
    wheres = [f"Name: {as_text(name)}, " for name in names.tolist()] or ["Name: <unknown>, "] * len(examples)
    matrices = [
        sparse_rows(
            [
                sparse_values(features, key, dtype, f"{where}Key: {key}, Index: {index}")
                for index, (features, where) in enumerate(zip(examples, wheres, strict=True))
            ],
            dtype,
        )
        for key, dtype in sparse
    ]
    arrays = [
        item.stacked(
            [
                item.values(features, where, f", Index: {index}")
                for index, (features, where) in enumerate(zip(examples, wheres, strict=True))
            ]
        )
        for item in dense
    ]
    return (*[matrix[part] for part in range(3) for matrix in matrices], *arrays)


def parsed_one(
    serialized: bytes, sparse: Sequence[tuple[str, DType]], dense: Sequence[Dense]
) -> tuple[Any, ...]:
    """The outputs of ``ParseSingleExample``; see ``parsed_batch``."""
    features = example_features(serialized)
    vectors = [sparse_vector(sparse_values(features, key, dtype, f"Key: {key}")) for key, dtype in sparse]
    arrays = [np.array(item.values(features, "", "")) for item in dense]
    return (*[vector[part] for part in range(3) for vector in vectors], *arrays)


def parsed_sequence(
    serialized: bytes,
    name: str,
    context: tuple[Sequence[tuple[str, DType]], Sequence[Dense]],
    lists: tuple[Sequence[tuple[str, DType]], Sequence[tuple[str, DType, tuple[int, ...]]]],
    may_be_missing: frozenset[str],
) -> tuple[Any, ...]:
    """The outputs of ``ParseSingleSequenceExample``.

    Args:
        serialized: a SequenceExample.
        name: its name, for errors.
        context: the sparse and the dense features of its context.
        lists: its feature lists: the sparse ones, and the dense ones with the shape of one element.
        may_be_missing: which of the latter are empty where they are missing.
    """
    features, found = sequence_features(serialized)
    where = f"Name: {name}, "
    vectors = []
    for key, dtype in context[0]:
        _check_kind(features.get(key), dtype, f"{where}Context feature: {key}")
        vectors.append(sparse_vector(sparse_values(features, key, dtype, "")))
    arrays = []
    for item in context[1]:
        if not (item.key in features and features[item.key].WhichOneof("kind")) and not item.default.size:
            raise ValueError(f"{where}Context feature '{item.key}' is required but could not be found.")
        _check_kind(features.get(item.key), item.dtype, f"{where}Context feature: {item.key}")
        arrays.append(np.array(item.values(features, where, ", Index: 0")))
    matrices = []
    for key, dtype in lists[0]:
        rows = []
        for index, feature in enumerate(found.get(key, ())):
            _check_kind(feature, dtype, f"{where}Feature List: {key}, Index: {index}")
            rows.append(sparse_values({key: feature}, key, dtype, ""))
        matrices.append(sparse_rows(rows, dtype))
    sequences = []
    for key, dtype, shape in lists[1]:
        if key not in found and key not in may_be_missing:
            raise ValueError(
                f"{where}Feature list '{key}' is required but could not be found.  Did you mean to include "
                "it in feature_list_dense_missing_assumed_empty or feature_list_dense_defaults?"
            )
        sequences.append(_sequence(found.get(key, ()), key, dtype, shape, where))
    return (
        *[vector[part] for part in range(3) for vector in vectors],
        *arrays,
        *[matrix[part] for part in range(3) for matrix in matrices],
        *sequences,
    )


def _check_kind(feature: Any, dtype: DType, prefix: str) -> None:
    kind = "" if feature is None else feature_values(feature)[0]
    if kind and kind != kind_of(dtype):
        raise ValueError(
            f"{prefix}.  Data types don't match. Expected type: {kind_of(dtype)}  Feature is: {feature}"
        )


def _sequence(rows: Sequence[Any], key: str, dtype: DType, shape: tuple[int, ...], where: str) -> _Array:
    result = np.empty((len(rows), *shape), dtype.numpy_dtype)
    for index, feature in enumerate(rows):
        _check_kind(feature, dtype, f"{where}Feature list: {key}, Index: {index}")
        values = feature_values(feature)[1]
        if values.size != math.prod(shape):
            raise ValueError(
                f"{where}Key: {key}, Index: {index}.  Number of {kind_of(dtype)} values != expected.  values "
                f"size: {values.size} but output shape: [{','.join(map(str, shape))}]"
            )
        result[index] = values.reshape(shape)
    return result
