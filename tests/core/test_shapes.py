"""TensorShape and Dimension. The tables were read off TensorFlow 1.15.5."""

import operator
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphlog as tf
from graphlog.core import shapes
from graphlog.core.shapes import Dimension, StaticShape, TensorShape

# How long an example takes says nothing here.
UNTIMED = settings(deadline=None)

SIZES = st.none() | st.integers(0, 4)
SHAPES: st.SearchStrategy[StaticShape] = st.none() | st.lists(SIZES, max_size=4).map(tuple)


def sizes(shape: TensorShape) -> StaticShape:
    return shape.as_tuple()


# Dimensions


@pytest.mark.parametrize(
    ("function", "left", "right", "expected"),
    [
        (operator.add, 3, 2, 5),
        (operator.sub, 3, 2, 1),
        (operator.mul, 3, 2, 6),
        (operator.floordiv, 7, 2, 3),
        (operator.mod, 7, 2, 1),
    ],
)
def test_arithmetic_of_dimensions(
    function: Callable[[Any, Any], Any], left: int, right: int, expected: int
) -> None:
    pairs: list[tuple[Any, Any]] = [
        (Dimension(left), Dimension(right)),
        (Dimension(left), right),
        (left, Dimension(right)),
    ]
    for first, second in [*pairs, (Dimension(left), np.int64(right))]:
        result = function(first, second)
        assert isinstance(result, Dimension)
        assert result.value == expected
    unknown: list[tuple[Any, Any]] = [
        (Dimension(None), right),
        (left, Dimension(None)),
        (Dimension(left), None),
    ]
    for first, second in [*unknown, (Dimension(None), Dimension(right)), (Dimension(None), Dimension(None))]:
        assert function(first, second).value is None


@pytest.mark.parametrize("function", [operator.add, operator.sub, operator.mul, operator.floordiv])
@pytest.mark.parametrize("other", ["a", 1.5, object()], ids=["text", "fraction", "object"])
def test_arithmetic_with_what_is_no_size(function: Callable[[Any, Any], Any], other: object) -> None:
    if function is operator.mul and isinstance(other, str):
        assert Dimension(3) * other == "aaa"  # a sequence is repeated by whatever is an index
        return
    with pytest.raises(TypeError):
        function(Dimension(3), other)


def test_dimensions_divide_only_to_whole_numbers() -> None:
    for left, right in [(Dimension(4), 2), (4, Dimension(2)), (Dimension(4), Dimension(2))]:
        with pytest.raises(TypeError, match="unsupported operand"):
            operator.truediv(left, right)


def test_dimensions_below_zero_do_not_exist() -> None:
    with pytest.raises(ValueError, match="Dimension -4 must be >= 0"):
        Dimension(3) - 7
    with pytest.raises(ZeroDivisionError):
        Dimension(3) // 0


@pytest.mark.parametrize(
    "function", [operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge]
)
def test_comparisons_of_dimensions(function: Callable[[Any, Any], Any]) -> None:
    for left in (2, 3, 4):
        for pair in ((Dimension(left), 3), (left, Dimension(3)), (Dimension(left), Dimension(3))):
            assert function(*pair) is function(left, 3)
    # Nobody knows, so the answer is neither True nor False.
    unknown: Any = ((Dimension(None), 3), (Dimension(3), None), (Dimension(None), Dimension(None)))
    for pair in unknown:
        assert function(*pair) is None


def test_dimensions_are_equal_to_no_other_thing() -> None:
    assert (Dimension(3) == "a") is False
    assert (Dimension(3) == 1.5) is False
    assert (Dimension(3) == -1) is False
    assert (Dimension(3) != "a") is True


def test_dimensions_as_numbers() -> None:
    assert int(Dimension(3)) == 3
    assert list(range(Dimension(3))) == [0, 1, 2]
    assert "abcd"[Dimension(2)] == "c"
    assert np.zeros(Dimension(2)).shape == (2,)
    with pytest.raises(TypeError):
        int(Dimension(None))


def test_text_of_dimensions() -> None:
    assert [str(Dimension(3)), repr(Dimension(3))] == ["3", "Dimension(3)"]
    assert [str(Dimension(None)), repr(Dimension(None))] == ["?", "Dimension(None)"]


@pytest.mark.parametrize("value", [3, np.int32(3), np.array(3), Dimension(3)])
def test_what_is_a_dimension(value: object) -> None:
    assert Dimension(value).value == 3
    assert sizes(TensorShape(value)) == (3,)
    assert sizes(TensorShape([value])) == (3,)


@UNTIMED
@given(SIZES, SIZES)
def test_merged_dimensions(first: int | None, second: int | None) -> None:
    a, b = Dimension(first), Dimension(second)
    fits = first is None or second is None or first == second
    assert a.is_compatible_with(b) is a.is_compatible_with(second) is fits
    if fits:
        assert a.merge_with(b).value == b.merge_with(a).value == (second if first is None else first)
    else:
        with pytest.raises(ValueError, match=f"Dimensions {first} and {second} are not compatible"):
            a.merge_with(b)


# Shapes


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        ([], ()),
        ((), ()),
        ([3], (3,)),
        (3, (3,)),
        ([2, None], (2, None)),
        ((2, 3), (2, 3)),
        (range(3), (0, 1, 2)),
        (np.array([2, 3]), (2, 3)),
        (np.array([], np.int64), ()),
        ((Dimension(2), Dimension(None)), (2, None)),
        (TensorShape([2, None]), (2, None)),
        (TensorShape(None), None),
        ({2: "keys are iterated"}, (2,)),
    ],
)
def test_what_is_a_shape(value: object, expected: StaticShape) -> None:
    assert sizes(TensorShape(value)) == expected


@pytest.mark.parametrize("value", ["ab", [2, "a"], 1.5, [1.5], [[2]], np.array([[2]])], ids=repr)
def test_what_is_no_shape(value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        TensorShape(value)


@pytest.mark.parametrize(
    ("shape", "text", "written"),
    [
        (None, "<unknown>", "TensorShape(None)"),
        ((), "()", "TensorShape([])"),
        ((3,), "(3,)", "TensorShape([Dimension(3)])"),
        ((None,), "(?,)", "TensorShape([Dimension(None)])"),
        ((2, None), "(2, ?)", "TensorShape([Dimension(2), Dimension(None)])"),
    ],
)
def test_text_of_shapes(shape: StaticShape, text: str, written: str) -> None:
    assert (str(TensorShape(shape)), repr(TensorShape(shape))) == (text, written)


@pytest.mark.parametrize(
    ("shape", "rank", "count", "is_full"),
    [
        (None, None, None, False),
        ((), 0, 1, True),
        ((2, 3), 2, 6, True),
        ((2, 0), 2, 0, True),
        ((2, None), 2, None, False),
        ((None,), 1, None, False),
    ],
)
def test_what_a_shape_says(shape: StaticShape, rank: int | None, count: int | None, is_full: bool) -> None:
    tensor_shape = TensorShape(shape)
    assert (tensor_shape.rank, tensor_shape.ndims) == (rank, rank)
    assert tensor_shape.num_elements() == count
    assert tensor_shape.is_fully_defined() is is_full
    assert bool(tensor_shape) is (shape is not None)
    if is_full:
        tensor_shape.assert_is_fully_defined()
    else:
        with pytest.raises(ValueError, match="is not fully defined"):
            tensor_shape.assert_is_fully_defined()


def test_an_unknown_shape_has_no_parts() -> None:
    unknown = TensorShape(None)
    assert unknown.dims is None
    for ask in (unknown.as_list, lambda: len(unknown), lambda: list(unknown)):
        with pytest.raises(ValueError, match="unknown"):
            ask()
    assert unknown[0].value is unknown[-1].value is None
    assert sizes(unknown[1:]) is None


@pytest.mark.parametrize(
    "key",
    [
        *(
            0,
            1,
            -1,
            slice(None),
            slice(1, None),
            slice(None, 2),
            slice(1, 3),
            slice(-1, None),
            slice(None, -1),
        ),
        *(slice(1, 1), slice(2, 1), slice(None, None, 2), slice(9, None)),
    ],
    ids=str,
)
@pytest.mark.parametrize("shape", [(2, 3), (2, None, 4)])
def test_parts_of_a_shape_are_those_of_a_tuple(shape: tuple[int | None, ...], key: Any) -> None:
    part = TensorShape(shape)[key]
    if isinstance(key, slice):
        assert sizes(part) == shape[key]
    else:
        assert isinstance(part, Dimension)
        assert part.value == shape[key]


def test_parts_that_are_not_there() -> None:
    with pytest.raises(IndexError):
        TensorShape([2, 3])[5]
    with pytest.raises(TypeError):
        TensorShape([2, 3])["a"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("shape", "other", "merged", "joined"),
    [
        ((2, None), (None, 3), (2, 3), (2, None, None, 3)),
        ((2, None), None, (2, None), None),
        (None, [4], (4,), None),
        ((), [], (), ()),
        ((3,), 3, (3,), (3, 3)),
        ((3,), [Dimension(None)], (3,), (3, None)),
    ],
)
def test_merging_and_joining(
    shape: StaticShape, other: object, merged: StaticShape, joined: StaticShape
) -> None:
    assert sizes(TensorShape(shape).merge_with(other)) == merged
    assert sizes(TensorShape(shape).concatenate(other)) == joined


@pytest.mark.parametrize(("shape", "other"), [((2, 3), (3, 2)), ((), (1,)), ((2,), (2, None))])
def test_shapes_that_contradict_each_other(shape: StaticShape, other: StaticShape) -> None:
    first, second = TensorShape(shape), TensorShape(other)
    with pytest.raises(ValueError, match=r"^Shapes \(.*\) and \(.*\) are not compatible$"):
        first.merge_with(second)
    with pytest.raises(ValueError, match=r"^Shapes \(.*\) and \(.*\) are incompatible$"):
        first.assert_is_compatible_with(second)


def test_ranks() -> None:
    assert sizes(TensorShape(None).with_rank(2)) == (None, None)
    assert sizes(TensorShape([2, None]).with_rank(2)) == (2, None)
    assert sizes(TensorShape([2, None]).with_rank_at_least(1)) == (2, None)
    assert sizes(TensorShape(None).with_rank_at_least(1)) is None
    with pytest.raises(ValueError, match=r"Shape \(2,\) must have rank 2"):
        TensorShape([2]).with_rank(2)
    with pytest.raises(ValueError, match=r"Shape \(2,\) must have rank at least 2"):
        TensorShape([2]).with_rank_at_least(2)


def test_equality() -> None:
    assert TensorShape([2, 3]) == (2, 3)
    assert TensorShape([2, 3]) == [2, 3]
    assert TensorShape([2, 3]) == TensorShape([2, 3])
    assert TensorShape([2, 3]) != [3, 2]
    assert TensorShape([]) == ()
    assert TensorShape(None) == TensorShape(None)
    assert TensorShape([3]) == 3
    assert (TensorShape([3]) == "x") is False
    assert TensorShape(None) != "x"


def test_set_shape_only_adds_knowledge() -> None:
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32)
        x.set_shape([None, 3])
        x.set_shape([2, None])
        x.set_shape(None)
        assert x.static_shape == (2, 3)
        with pytest.raises(ValueError, match=r"Shapes \(2, 3\) and \(2, 4\) are not compatible"):
            x.set_shape([2, 4])
        assert x.get_shape() == x.shape == (2, 3)


@UNTIMED
@given(SHAPES)
def test_a_shape_is_its_sizes(shape: StaticShape) -> None:
    tensor_shape = TensorShape(shape)
    assert pickle.loads(pickle.dumps(tensor_shape)) == tensor_shape
    assert hash(pickle.loads(pickle.dumps(tensor_shape))) == hash(tensor_shape)
    assert sizes(tensor_shape.merge_with(tensor_shape)) == shape
    assert sizes(tensor_shape.merge_with(None)) == shape
    if shape is not None:
        assert tensor_shape.as_list() == [dimension.value for dimension in tensor_shape] == list(shape)
        assert [dimension.value for dimension in tensor_shape.dims or ()] == list(shape)
        assert len(tensor_shape) == len(shape)
        assert sizes(tensor_shape[:2].concatenate(tensor_shape[2:])) == shape


@UNTIMED
@given(SHAPES, SHAPES)
def test_merging_is_commutative_and_possible_where_compatible(
    first: StaticShape, second: StaticShape
) -> None:
    a, b = TensorShape(first), TensorShape(second)
    assert a.is_compatible_with(b) is b.is_compatible_with(a)
    if not a.is_compatible_with(b):
        for one, other in ((a, b), (b, a)):
            with pytest.raises(ValueError, match="not compatible"):
                one.merge_with(other)
        return
    merged = a.merge_with(b)
    assert merged == b.merge_with(a)
    # Nothing is forgotten, and nothing is made up.
    assert sizes(merged.merge_with(a)) == sizes(merged.merge_with(b)) == sizes(merged)
    known = [value for value in (sizes(merged) or ()) if value is not None]
    assert all(value in (*(first or ()), *(second or ())) for value in known)


@UNTIMED
@given(SHAPES, SHAPES, SHAPES)
def test_merging_is_associative(first: StaticShape, second: StaticShape, third: StaticShape) -> None:
    def merged(groups: Callable[[], StaticShape]) -> Any:
        try:
            return groups()
        except ValueError:
            return "contradiction"

    left = merged(lambda: shapes.merge(shapes.merge(first, second), third))
    right = merged(lambda: shapes.merge(first, shapes.merge(second, third)))
    assert left == right


@UNTIMED
@given(st.lists(st.integers(0, 5), max_size=4), st.data())
def test_a_shape_with_gaps_is_compatible_with_what_fills_them(full: list[int], data: st.DataObject) -> None:
    gaps = [data.draw(st.sampled_from([size, None])) for size in full]
    assert TensorShape(gaps).is_compatible_with(full)
    assert sizes(TensorShape(gaps).merge_with(full)) == tuple(full)
    assert TensorShape(full).num_elements() == int(np.prod(full, dtype=np.int64))


def test_ranks_are_asserted() -> None:
    shape = tf.TensorShape([2, None])
    assert shape.with_rank_at_most(2) is shape
    shape.assert_has_rank(2)
    shape.assert_same_rank([3, 4])
    shape.assert_same_rank(None)
    with pytest.raises(ValueError, match=r"Shape \(2, \?\) must have rank at most 1"):
        shape.with_rank_at_most(1)
    with pytest.raises(ValueError, match=r"Shape \(2, \?\) must have rank 3"):
        shape.assert_has_rank(3)
    with pytest.raises(ValueError, match="must have the same rank"):
        shape.assert_same_rank([1])
    with pytest.raises(ValueError, match="Dimensions 2 and 3 are not compatible"):
        tf.Dimension(2).assert_is_compatible_with(3)
