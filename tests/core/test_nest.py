"""Nests are taken apart and put together as TensorFlow 1.15 does."""

from collections import OrderedDict, namedtuple
from typing import Any

import pytest

import graphlog as tf
from graphlog.core import nest

Pair = namedtuple("Pair", "a b")
Other = namedtuple("Other", "a b")

NESTS = [
    (5, [5]),
    ([1, (2, [3])], [1, 2, 3]),
    ({"b": 1, "a": [2, 3]}, [2, 3, 1]),
    (Pair(1, {"x": 2}), [1, 2]),
    (OrderedDict(b=1, a=2), [2, 1]),
    ([], []),
    ("text", ["text"]),
]


@pytest.mark.parametrize(("structure", "leaves"), NESTS)
def test_flatten_and_pack_are_inverse(structure: Any, leaves: list[Any]) -> None:
    assert tf.nest.flatten(structure) == leaves
    packed = tf.nest.pack_sequence_as(structure, leaves)
    assert packed == structure
    assert type(packed) is type(structure)


def test_an_ordered_dict_keeps_its_order() -> None:
    packed = tf.nest.pack_sequence_as(OrderedDict(b=1, a=2), [20, 10])
    assert list(packed.items()) == [("b", 10), ("a", 20)]


def test_map_structure_goes_through_all_nests_at_once() -> None:
    assert tf.nest.map_structure(lambda x, y: x + y, Pair(1, [2]), Pair(10, [20])) == Pair(11, [22])


@pytest.mark.parametrize(
    ("first", "second", "error", "message"),
    [
        ([1, 2], [1], ValueError, "don't have the same number of elements"),
        ([1, [2]], [1, 2], ValueError, "is a sequence, while substructure"),
        ([1], (1,), TypeError, "don't have the same sequence type"),
        ({"a": 1}, {"b": 1}, ValueError, "don't have the same set of keys"),
        (Pair(1, 2), Other(1, 2), TypeError, "namedtuples"),
    ],
)
def test_different_forms_are_refused(first: Any, second: Any, error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        tf.nest.assert_same_structure(first, second)


@pytest.mark.parametrize(
    ("structure", "leaves", "error", "message"),
    [
        ([1, 2], [1], ValueError, "Structure had 2 elements, but flat_sequence had 1 elements"),
        (1, [1, 2], ValueError, "Structure is a scalar"),
        ([1], 1, TypeError, "flat_sequence must be a sequence"),
    ],
)
def test_leaves_that_do_not_fit_are_refused(structure: Any, leaves: Any, error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        tf.nest.pack_sequence_as(structure, leaves)


def test_parts_are_put_together_in_the_order_of_sorted_keys() -> None:
    nest_of_dict = {"b": 1, "a": (2, 3)}
    assert nest.parts_of(nest_of_dict) == [("a", (2, 3)), ("b", 1)]
    assert nest.parts_of((4, [5])) == [(0, 4), (1, [5])]
    assert list(nest.like(nest_of_dict, ["x", "y"]).items()) == [("b", "y"), ("a", "x")]
    assert nest.like([1, 2], ("x", "y")) == ["x", "y"]
