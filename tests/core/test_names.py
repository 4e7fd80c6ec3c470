"""Names of operations and scopes. The sequences were read off TensorFlow 1.15.5."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphlog as tf
from graphlog.core.names import NameTable

# How long an example takes says nothing here.
UNTIMED = settings(deadline=None)


def add(name: str) -> str:
    return str(tf.placeholder(tf.float32, (), name=name).op.name)


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        (["x", "x", "x"], ["x", "x_1", "x_2"]),
        (["u", "U", "u"], ["u", "U_1", "u_2"]),
        (["x_1", "x", "x"], ["x_1", "x", "x_2"]),
        (["x", "x", "x_1"], ["x", "x_1", "x_1_1"]),
        (["x_2", "x", "x", "x"], ["x_2", "x", "x_1", "x_3"]),
        (["X_1", "x", "x"], ["X_1", "x", "x_2"]),
        (["a/b", "a/b", "A/B"], ["a/b", "a/b_1", "A/B_2"]),
        (["x", "x_1_1", "x_1", "x_1"], ["x", "x_1_1", "x_1", "x_1_2"]),
    ],
)
def test_names_of_operations(asked: list[str], given: list[str]) -> None:
    with tf.Graph().as_default():
        assert [add(name) for name in asked] == given


def test_names_of_scopes_and_operations_share_a_table() -> None:
    with tf.Graph().as_default() as graph:
        assert add("s") == "s"
        with tf.name_scope("s") as scope:
            assert scope == "s_1/"
            assert graph.get_name_scope() == "s_1"
            assert add("x") == "s_1/x"
        with tf.name_scope("s") as scope:
            assert scope == "s_2/"
            assert add("x") == "s_2/x"
        assert add("s_1") == "s_1_1"
        assert graph.get_name_scope() == ""


def test_a_scope_that_is_entered_again_goes_on_counting() -> None:
    with tf.Graph().as_default():
        with tf.name_scope("s") as scope:
            assert add("x") == "s/x"
            with tf.name_scope("t"):
                assert add("x") == "s/t/x"
        with tf.name_scope("other"), tf.name_scope(scope) as again:
            assert again == "s/"
            assert add("x") == "s/x_1"
            with tf.name_scope("t") as inner:
                assert inner == "s/t_1/"


@pytest.mark.parametrize("nothing", [None, ""])
def test_a_scope_of_no_name_leaves_all_scopes(nothing: str | None) -> None:
    with tf.Graph().as_default() as graph, tf.name_scope("s"):
        with graph.name_scope(nothing) as scope:
            assert scope == ""
            assert add("x") == "x"
        assert add("x") == "s/x"


def test_the_scope_is_left_when_something_fails() -> None:
    with tf.Graph().as_default() as graph:
        with pytest.raises(ZeroDivisionError), tf.name_scope("s"):
            _ = 1 // 0
        assert graph.get_name_scope() == ""


def test_a_name_that_ends_in_a_slash_is_taken_as_it_is() -> None:
    with tf.Graph().as_default(), tf.name_scope("s") as scope:
        x = tf.constant(1.0, name="x")
        assert tf.identity(x, name=scope).op.name == "s"
        assert tf.identity(x, name="elsewhere/y/").op.name == "elsewhere/y"
        # It counts as used from then on.
        with tf.name_scope("elsewhere/"):
            assert add("y") == "elsewhere/y_1"


def test_constants_stand_in_the_scope_of_their_operation() -> None:
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, (), name="x")
        _ = x + 1.0
        _ = 2.0 + x
        tf.add(x, 3.0, name="mine")
        assert [op.name for op in graph.get_operations()] == [
            *("x", "add/y", "add", "add_1/x", "add_1", "mine/y", "mine")
        ]


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda x: tf.placeholder(tf.float32), "Placeholder"),
        (lambda x: tf.constant(1.0), "Const"),
        (lambda x: tf.log(x), "Log"),
        (lambda x: x + x, "add"),
        (lambda x: x * x, "mul"),
        (lambda x: x - x, "sub"),
        (lambda x: x / x, "truediv"),
        (lambda x: x // x, "floordiv"),
        (lambda x: x % x, "mod"),
        (lambda x: x**x, "pow"),
        (lambda x: -x, "Neg"),
        (lambda x: abs(x), "Abs"),
        (lambda x: x < x, "Less"),
        (lambda x: tf.add(x, x), "Add"),
        (lambda x: tf.no_op(), "NoOp"),
    ],
)
def test_default_names(make: Callable[[Any], Any], name: str) -> None:
    with tf.Graph().as_default():
        made = make(tf.placeholder(tf.float32, (), name="x"))
        assert (made if isinstance(made, tf.Operation) else made.op).name == name


def test_unique_name_takes_the_name_unless_told_not_to() -> None:
    with tf.Graph().as_default() as graph:
        assert graph.unique_name("x", mark_as_used=False) == "x"
        assert graph.unique_name("x") == "x"
        assert graph.unique_name("X", mark_as_used=False) == "X_1"
        assert graph.unique_name("x") == "x_1"
        assert add("x") == "x_2"
        with tf.name_scope("s"):
            assert graph.unique_name("x") == "s/x"


def test_two_graphs_do_not_share_names() -> None:
    for _ in range(2):
        with tf.Graph().as_default():
            assert add("x") == "x"


@pytest.mark.parametrize("name", ["a", "0", ".", "a.b-c_d/e", "A9", "a//b"])
def test_valid_names(name: str) -> None:
    with tf.Graph().as_default():
        assert tf.constant(1.0, name=name).op.name == name


@pytest.mark.parametrize("name", ["_a", "-a", "/a", "a b", "ä", "a:0", "^a", "a\n", "a\0", "\\"])
def test_names_that_are_not_valid(name: str) -> None:
    with tf.Graph().as_default() as graph:
        with pytest.raises(ValueError, match="is not a valid node name"):
            tf.constant(1.0, name=name)
        with pytest.raises(ValueError, match="is not a valid scope name"):
            tf.name_scope(name).__enter__()
        assert graph.get_operations() == []


def test_inner_scopes_may_begin_with_more_characters_than_outermost_ones() -> None:
    with tf.Graph().as_default(), tf.name_scope("s"), tf.name_scope("_t") as scope:
        assert scope == "s/_t/"
        assert add("x") == "s/_t/x"


# Names that are likely to meet: other cases, numbers that the table itself hands out, scopes as prefixes.
NAMES = st.sampled_from(["x", "X", "x_1", "x_2", "x_1_1", "s", "S", "s/x", "s_1/x", "a/b"])
STEPS: st.SearchStrategy[Any] = st.recursive(
    NAMES, lambda inner: st.tuples(NAMES | st.integers(0, 9) | st.none(), st.lists(inner, max_size=5))
)


@UNTIMED
@given(st.lists(STEPS, max_size=12))
def test_names_are_unique_whatever_is_built(steps: list[Any]) -> None:
    graph = tf.Graph()
    entered: list[str] = []

    def play(steps: list[Any]) -> None:
        for step in steps:
            if isinstance(step, str):
                before = graph.get_name_scope()
                name = add(step)
                assert name.lower().startswith(f"{before}/{step}".lower() if before else step.lower())
                continue
            scope, inner = step
            if isinstance(scope, int):
                # One of the scopes that were entered before, or none.
                scope = entered[scope % len(entered)] if entered else None
            with graph.name_scope(scope) as full:
                entered.append(full or "s/")
                play(inner)

    with graph.as_default():
        play(steps)
    names = [op.name for op in graph.get_operations()]
    assert len({name.lower() for name in names}) == len(names) == graph.version
    assert all(graph.get_operation_by_name(name).name == name for name in names)


@UNTIMED
@given(st.lists(st.tuples(NAMES, st.booleans()), max_size=30))
def test_a_name_table_gives_out_no_name_twice(requests: list[tuple[str, bool]]) -> None:
    table = NameTable()
    given: set[str] = set()
    for name, mark_as_used in requests:
        unique = table.unique(name, mark_as_used).lower()
        assert unique not in given
        if mark_as_used:
            given.add(unique)
