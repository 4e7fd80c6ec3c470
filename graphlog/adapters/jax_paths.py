"""Where the arrays in a pytree stand in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

Path = tuple[str, ...]

# A variable of Flax NNX is a node of the tree with its array below it.
_WRAPPERS = frozenset({"value", "raw_value", "_value"})


def is_array(leaf: Any) -> bool:
    """Whether a leaf is an array, a number, or what stands for an array, such as a ShapeDtypeStruct.

    Python's own True and False are none: they decide what a function does, and JAX cannot trace that.
    """
    if isinstance(leaf, bool):
        return False
    if isinstance(leaf, int | float | complex | np.generic | np.ndarray):
        return True
    return hasattr(leaf, "shape") and hasattr(leaf, "dtype") and not isinstance(leaf, type)


def leaves_with_paths(tree: Any) -> list[tuple[Path, Any]]:
    """The leaves of a pytree, each with its path, such as ``("params", "dense", "kernel")``."""
    import jax

    return [(path_of(keys), leaf) for keys, leaf in jax.tree_util.tree_flatten_with_path(tree)[0]]


def path_of(keys: Sequence[Any], root: Path = ()) -> Path:
    """The path that JAX's keys say, below that of the tree."""
    path = (*root, *map(_key_text, keys))
    return path[:-1] if len(path) > 1 and path[-1] in _WRAPPERS else path


def _key_text(key: Any) -> str:
    for name in ("name", "key", "idx"):
        if hasattr(key, name):
            return str(getattr(key, name)).replace("/", "_") or "_"
    return str(key).replace("/", "_") or "_"


def has_attribute_key(keys: Sequence[Any]) -> bool:
    """Whether a path leads through an attribute of an object."""
    return any(hasattr(key, "name") for key in keys)


def name_in_scope(path: Path, scope: str) -> str:
    """The name of a parameter: in its module's scope where an equation that takes it tells that.

    Args:
        path: where it stands in the model, such as ``("params", "encoder", "dense", "kernel")``; empty
            where that is not known.
        scope: the scope of the equation, such as ``"Model/encoder/dense/"``.

    Returns:
        ``"Model/encoder/dense/kernel"`` here; the path itself where no part of it is a scope.
    """
    if not path:
        return f"{scope}captured"
    labels = scope.split("/")[:-1]
    parents = path[:-1]
    best, name = 0, "/".join(path)
    for end in range(len(parents), 0, -1):
        for depth in range(len(labels), 0, -1):
            length = _common_end(parents[:end], labels[:depth])
            if length > best and not all(part.isdigit() for part in parents[end - length : end]):
                best, name = length, "/".join((*labels[:depth], *path[end:]))
    return name


def _common_end(one: Sequence[str], other: Sequence[str]) -> int:
    length = 0
    while length < min(len(one), len(other)) and one[-1 - length] == other[-1 - length]:
        length += 1
    return length
