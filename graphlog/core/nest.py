"""Nests: lists, tuples, namedtuples and dicts in each other, taken apart and put together again.

A dict's items go in the order of its sorted keys. Strings and arrays are no nests. Source: ``tf.nest`` of
TensorFlow 1.15.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

__all__ = [
    "assert_same_structure",
    "flatten",
    "is_nested",
    "map_structure",
    "pack_sequence_as",
]


def is_nested(value: Any) -> bool:
    """Whether a value is a list, tuple, namedtuple or dict."""
    # A dict is known for one sooner than for a Mapping.
    return isinstance(value, list | tuple | dict | Mapping)


def parts_of(structure: Any) -> list[tuple[Any, Any]]:
    """The keys and parts of a list, tuple or dict: positions, and of a dict its sorted keys.

    Raises:
        TypeError: the keys of a dict cannot be sorted.
    """
    if isinstance(structure, list | tuple):
        return list(enumerate(structure))
    try:
        keys = sorted(structure)
    except TypeError:
        raise TypeError("nest only supports dicts with sortable keys.") from None
    return [(key, structure[key]) for key in keys]


def like(structure: Any, parts: Sequence[Any]) -> Any:
    """A list, tuple, namedtuple or dict of the same type with other parts, in the order of ``parts_of``."""
    kind: Any = type(structure)
    if isinstance(structure, Mapping):
        values = dict(zip([key for key, _ in parts_of(structure)], parts, strict=True))
        return kind((key, values[key]) for key in structure)
    return kind(*parts) if hasattr(structure, "_fields") else kind(parts)


def flatten(structure: Any) -> list[Any]:
    """The leaves of a nest from left to right; a leaf alone gives a list of one."""
    return list(_leaves(structure))


def pack_sequence_as(structure: Any, flat_sequence: Sequence[Any]) -> Any:
    """The leaves of ``flat_sequence`` in the form of ``structure``.

    Args:
        structure: any nest.
        flat_sequence: as many leaves as it has.

    Returns:
        A nest of the same form and types.

    Raises:
        TypeError: ``flat_sequence`` is no sequence.
        ValueError: the number of leaves differs.
    """
    if not isinstance(flat_sequence, list | tuple):
        raise TypeError("flat_sequence must be a sequence")
    wanted = flatten(structure)
    if not is_nested(structure) and len(flat_sequence) != 1:
        raise ValueError(f"Structure is a scalar but len(flat_sequence) == {len(flat_sequence)} > 1")
    if len(wanted) != len(flat_sequence):
        raise ValueError(
            f"Could not pack sequence. Structure had {len(wanted)} elements, but flat_sequence had "
            f"{len(flat_sequence)} elements.  Structure: {structure}, flat_sequence: {flat_sequence}."
        )
    return _packed(structure, iter(flat_sequence))


def map_structure(function: Callable[..., Any], *structures: Any, check_types: bool = True) -> Any:
    """A nest of what a function makes of the leaves that stand in the same place.

    Args:
        function: a function of one leaf of each structure.
        *structures: nests of one form.
        check_types: whether lists and tuples count as different forms.

    Returns:
        A nest of that form.

    Raises:
        TypeError: the types of two nests differ, or ``function`` cannot be called.
        ValueError: there is no nest, or the forms of two differ.
    """
    if not callable(function):
        raise TypeError(f"func must be callable, got: {function}")
    if not structures:
        raise ValueError("Must provide at least one structure")
    for other in structures[1:]:
        assert_same_structure(structures[0], other, check_types)
    columns = zip(*(flatten(structure) for structure in structures), strict=True)
    return pack_sequence_as(structures[0], [function(*leaves) for leaves in columns])


def assert_same_structure(nest1: Any, nest2: Any, check_types: bool = True) -> None:
    """Checks that two nests have one form.

    Args:
        nest1: a nest.
        nest2: another.
        check_types: whether lists and tuples count as different forms.

    Raises:
        TypeError: the types of two parts differ.
        ValueError: the forms differ.
    """
    try:
        _compare(nest1, nest2, check_types)
    except (TypeError, ValueError) as error:
        raise type(error)(
            f"The two structures don't have the same nested structure.\n\nFirst structure: {nest1}\n\n"
            f"Second structure: {nest2}\n\nMore specifically: {error}"
        ) from None


def _leaves(structure: Any) -> Iterator[Any]:
    if is_nested(structure):
        for _, part in parts_of(structure):
            yield from _leaves(part)
    else:
        yield structure


def _packed(structure: Any, leaves: Iterator[Any]) -> Any:
    if not is_nested(structure):
        return next(leaves)
    return like(structure, [_packed(part, leaves) for _, part in parts_of(structure)])


def _compare(first: Any, second: Any, check_types: bool) -> None:
    if is_nested(first) != is_nested(second):
        nested, leaf = (first, second) if is_nested(first) else (second, first)
        raise ValueError(
            f'Substructure "type={type(nested).__name__} str={nested}" is a sequence, while substructure '
            f'"type={type(leaf).__name__} str={leaf}" is not'
        )
    if not is_nested(first):
        return
    if check_types:
        _compare_types(first, second)
    if len(first) != len(second):
        raise ValueError(
            f"The two structures don't have the same number of elements. First structure: {first}. Second "
            f"structure: {second}"
        )
    for (_, one), (_, other) in zip(parts_of(first), parts_of(second), strict=True):
        _compare(one, other, check_types)


def _compare_types(first: Any, second: Any) -> None:
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        if set(first) != set(second):
            raise ValueError(
                f"The two dictionaries don't have the same set of keys. First structure has keys "
                f"{list(first)}, while second structure has keys {list(second)}"
            )
    elif hasattr(first, "_fields") and hasattr(second, "_fields"):
        if type(first).__name__ != type(second).__name__ or first._fields != second._fields:
            raise TypeError(f"The two namedtuples don't have the same sequence type: {first} and {second}")
    elif type(first) is not type(second):
        raise TypeError(
            "The two structures don't have the same sequence type. First structure has type "
            f"{type(first)}, while second structure has type {type(second)}."
        )
