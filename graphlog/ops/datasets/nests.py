"""The nests of ``tf.data``: tuples, namedtuples and dicts; a list is no nest but becomes a tensor."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any


def is_nested(value: Any) -> bool:
    """Whether a value is a tuple, namedtuple or dict."""
    return isinstance(value, tuple | Mapping)


def flatten(structure: Any) -> list[Any]:
    """The leaves of a nest in order, a dict's by its sorted keys; a leaf alone gives a list of one."""
    return list(_leaves(structure))


def pack(structure: Any, leaves: Sequence[Any]) -> Any:
    """The leaves in the form of a structure that has as many.

    Raises:
        ValueError: it has another number.
    """
    wanted = len(flatten(structure))
    if wanted != len(leaves):
        raise ValueError(
            f"Could not pack sequence. Structure had {wanted} elements, but flat_sequence had {len(leaves)} "
            f"elements.  Structure: {structure}, flat_sequence: {leaves}."
        )
    return _packed(structure, iter(leaves))


def map_structure(function: Callable[..., Any], *structures: Any) -> Any:
    """A nest of what a function makes of the leaves in the same place; the form is that of the first."""
    others = [flatten_up_to(structures[0], other) for other in structures[1:]]
    columns = zip(flatten(structures[0]), *others, strict=True)
    return pack(structures[0], [function(*leaves) for leaves in columns])


def flatten_up_to(shallow: Any, structure: Any) -> list[Any]:
    """The parts of a structure that stand where another one has its leaves.

    Raises:
        TypeError: the types of two parts differ.
        ValueError: the forms differ.
    """
    if not is_nested(shallow):
        return [structure]
    if not is_nested(structure):
        raise TypeError(
            f"If shallow structure is a sequence, input must also be a sequence. Input has type: "
            f"{type(structure)}."
        )
    if isinstance(shallow, Mapping) != isinstance(structure, Mapping):
        raise TypeError(
            "The two structures don't have the same sequence type. Input structure has type "
            f"{type(structure)}, while shallow structure has type {type(shallow)}."
        )
    if len(shallow) != len(structure):
        raise ValueError(
            "The two structures don't have the same sequence length. Input structure has length "
            f"{len(structure)}, while shallow structure has length {len(shallow)}."
        )
    if isinstance(shallow, Mapping) and set(shallow) != set(structure):
        raise ValueError(
            f"The two structures don't have the same keys. Input structure has keys {list(structure)}, "
            f"while shallow structure has keys {list(shallow)}."
        )
    pairs = zip(_parts(shallow), _parts(structure), strict=True)
    return [leaf for part, other in pairs for leaf in flatten_up_to(part, other)]


def _leaves(structure: Any) -> Iterator[Any]:
    if is_nested(structure):
        for part in _parts(structure):
            yield from _leaves(part)
    else:
        yield structure


def _parts(structure: Any) -> Sequence[Any]:
    if isinstance(structure, Mapping):
        return [structure[key] for key in sorted(structure)]
    return structure  # type: ignore[no-any-return]


def _packed(structure: Any, leaves: Iterator[Any]) -> Any:
    if not is_nested(structure):
        return next(leaves)
    kind: Any = type(structure)
    if isinstance(structure, Mapping):
        values = {key: _packed(structure[key], leaves) for key in sorted(structure)}
        return kind((key, values[key]) for key in structure)
    parts = [_packed(part, leaves) for part in structure]
    return kind(*parts) if hasattr(structure, "_fields") else kind(parts)
