"""Curves as one line of text."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from graphlog.inspect.sparklines import resampled, sparkline

Array = np.ndarray[Any, Any]
NAN, INFINITY = math.nan, math.inf
NUMBERS = arrays.arrays(np.float64, st.integers(0, 40), elements=st.floats())


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], ""),
        ([0, 1, 2, 3, 4, 5, 6, 7], "▁▂▃▄▅▆▇█"),
        ([3, 3, 3], "▁▁▁"),
        ([0, NAN, 7], "▁ █"),
        ([NAN, NAN], "  "),
        ([-INFINITY, 0, 7, INFINITY], "▁▁██"),
        ([INFINITY], "█"),
        ([-1e308, 1e308], "▁█"),
        ([0, 5e-324], "▁█"),
    ],
)
def test_blocks(values: list[float], expected: str) -> None:
    assert sparkline(values) == expected


def test_limits() -> None:
    assert sparkline([-5, 0, 3.5, 7, 9], minimum=0, maximum=7) == "▁▁▅██"


def test_logarithms() -> None:
    assert sparkline([1e-7, 1e-4, 1.0, 0.0, -1.0, NAN], log=True) == "▁▄█▁▁ "
    assert sparkline([1e-3, 1], log=True, minimum=1e-7, maximum=1) == "▅█"
    with pytest.raises(ValueError, match="no logarithm"):
        sparkline([1], log=True, minimum=0)


@pytest.mark.parametrize(
    ("values", "width", "expected"),
    [
        ([1, 2, 3], 3, [1, 2, 3]),
        ([1, 2, 3], 9, [1, 2, 3]),
        ([1, 3, 5, 7], 2, [2, 6]),
        ([1, NAN, NAN, NAN, 5, INFINITY], 3, [1, NAN, 5]),
        ([-INFINITY, NAN, 1, 1], 2, [-INFINITY, 1]),
        ([1, 2, 3, 4, 5], 2, [1.5, 4]),
        ([1e308, 1.5e308], 1, [1.25e308]),
    ],
)
def test_pieces(values: list[float], width: int, expected: list[float]) -> None:
    np.testing.assert_array_equal(resampled(values, width), expected)


def test_the_mean_of_the_largest_numbers_is_finite() -> None:
    largest = np.finfo(np.float64).max
    assert resampled([largest] * 5, 2).tolist() == [largest, largest]


def test_a_width_of_nothing() -> None:
    with pytest.raises(ValueError, match="curve of 0 points"):
        resampled([1, 2], 0)


@given(NUMBERS, st.integers(1, 50), st.booleans())
def test_any_numbers(values: Array, width: int, log: bool) -> None:
    line = sparkline(values, width, log)
    assert len(line) == min(len(values), width)
    assert set(line) <= set(" ▁▂▃▄▅▆▇█")
    if len(values) <= width:
        assert [block == " " for block in line] == np.isnan(values).tolist()


@given(NUMBERS, st.integers(1, 50))
def test_pieces_stay_within_the_numbers(values: Array, width: int) -> None:
    pieces = resampled(values, width)
    finite, kept = values[np.isfinite(values)], pieces[np.isfinite(pieces)]
    if finite.size:  # halves: the limits may be the largest numbers
        slack = 1e-12 * np.abs(finite).max()
        assert (kept / 2 >= finite.min() / 2 - slack).all()
        assert (kept / 2 <= finite.max() / 2 + slack).all()
    else:
        assert not kept.size
