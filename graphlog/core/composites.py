"""Sparse tensors and IndexedSlices in nests: taken apart into their tensors, and put together again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from graphlog.core import nest
from graphlog.core.indexed_slices import IndexedSlices
from graphlog.core.sparse_tensor import SparseTensor, sparse_parts


class _SparseParts(NamedTuple):
    indices: Any
    values: Any
    dense_shape: Any


class _Slices(NamedTuple):
    values: Any
    indices: Any


class _SlicesWithShape(NamedTuple):
    values: Any
    indices: Any
    dense_shape: Any


def expanded(structure: Any) -> Any:
    """A nest with a nest of tensors for each SparseTensor and IndexedSlices in it.

    Args:
        structure: any nest.

    Returns:
        The nest; ``structure`` itself where none is in it.
    """
    if not any(isinstance(leaf, SparseTensor | IndexedSlices) for leaf in nest.flatten(structure)):
        return structure
    return nest.pack_sequence_as(structure, [_parts(leaf) for leaf in nest.flatten(structure)])


def contracted(structure: Any) -> Any:
    """The opposite of ``expanded``."""
    if isinstance(structure, _SparseParts):
        return SparseTensor(*structure)
    if isinstance(structure, _Slices | _SlicesWithShape):
        return IndexedSlices(*structure)
    if not nest.is_nested(structure):
        return structure
    if isinstance(structure, Mapping):
        kind: Any = type(structure)
        return kind((key, contracted(value)) for key, value in structure.items())
    return _rebuilt(structure, [contracted(item) for item in structure])


def _parts(leaf: Any) -> Any:
    if isinstance(leaf, SparseTensor):
        return _SparseParts(*sparse_parts(leaf))
    if isinstance(leaf, IndexedSlices):
        if leaf.dense_shape is None:
            return _Slices(leaf.values, leaf.indices)
        return _SlicesWithShape(leaf.values, leaf.indices, leaf.dense_shape)
    return leaf


def _rebuilt(structure: Any, items: list[Any]) -> Any:
    kind: Any = type(structure)
    return kind(*items) if hasattr(structure, "_fields") else kind(items)
