"""Two curves, compared."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphlog.inspect.differences.curve import CurveDiff, CurveSummary, diff_curves

NAN, INFINITY = math.nan, math.inf
Points = list[tuple[int, float]]


def curve(points: Points) -> tuple[Any, Any]:
    return np.array([step for step, _ in points], np.int64), np.array(
        [value for _, value in points], np.float64
    )


def diff(old: Points, new: Points, tolerance: float = 1e-6) -> CurveDiff:
    return diff_curves("loss", curve(old), curve(new), tolerance)


OLD: Points = [(0, 4.0), (10, 2.0), (20, 3.0)]


def test_the_numbers() -> None:
    found = diff(OLD, [(0, 4.0), (5, NAN), (20, 1.0), (30, 0.5)])
    assert found.old == CurveSummary(3, 0, 20, 3.0, 2.0, 10, 4.0, 0)
    assert found.new == CurveSummary(4, 1, 30, 0.5, 0.5, 30, 4.0, 0)
    assert found.shared_steps == 2
    assert (found.old_area, found.new_area) == (70.0, 50.0)
    assert (found.largest_difference, found.largest_difference_step) == (2.0, 20)
    assert found.differs_in == ("points", "last step", "not finite", "final", "minimum", "area", "values")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (OLD, OLD, ()),
        ([], [], ()),
        ([(0, NAN), (1, INFINITY)], [(0, NAN), (1, INFINITY)], ()),
        ([(0, INFINITY), (1, 0.0)], [(0, -INFINITY), (1, 0.0)], ("values",)),
        ([(0, 1.0), (1, 1.0)], [(0, 1.0), (1, NAN)], ("not finite", "final", "values")),
        ([(0, 1.0)], [(1, 1.0)], ("last step",)),
        ([(0, 1.0)], [], ("points", "last step", "final", "minimum", "maximum")),
        ([(0, 1.0), (1, 2.0), (2, 3.0)], [(0, 1.0), (1, 2.5), (2, 3.0)], ("area", "values")),
        ([(0, 1.0), (1, 2.0), (2, 3.0), (3, 9.0)], [(0, 1.0), (1, 3.0), (2, 2.0), (3, 9.0)], ("values",)),
        (OLD, [(20, 3.0), (0, 4.0), (10, 2.0)], ()),  # the order of the file says nothing
        (OLD, [(0, 9.0), (0, 4.0), (10, 2.0), (20, 3.0)], ()),  # the last of a step counts
    ],
)
def test_what_is_different(old: Points, new: Points, expected: tuple[str, ...]) -> None:
    assert diff(old, new).differs_in == expected
    assert diff(new, old).differs_in == expected
    assert diff(old, new).is_empty == (not expected)


def test_the_tolerance() -> None:
    new = [(step, value * 1.001) for step, value in OLD]
    assert not diff(OLD, new).is_empty
    assert diff(OLD, new, tolerance=0.01).is_empty
    assert not diff(OLD, new, tolerance=0.0001).is_empty
    assert not diff([(0, 1.0)], [(0, math.nextafter(1.0, 2.0))], tolerance=0).is_empty


def test_large_numbers_do_not_overflow() -> None:
    found = diff([(0, 1e308), (1, 1e308)], [(0, -1e308), (1, 1e308)])
    assert found.largest_difference == INFINITY
    assert found.new_area == 0.0


POINTS = st.lists(st.tuples(st.integers(-5, 5), st.floats(width=32)), max_size=8)


@given(POINTS, POINTS)
def test_exchanged_curves_differ_in_the_same(old: Points, new: Points) -> None:
    found, mirrored = diff(old, new), diff(new, old)
    assert found.differs_in == mirrored.differs_in
    assert repr(found.old) == repr(mirrored.new)
    assert repr(found.old_area) == repr(mirrored.new_area)


@given(POINTS)
def test_a_curve_is_itself(points: Points) -> None:
    assert diff(points, points, tolerance=0).is_empty
