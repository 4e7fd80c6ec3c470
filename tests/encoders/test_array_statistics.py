from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from graphlog.encoders.array_statistics import l2_norms, statistics_of
from graphlog.encoders.bucket_counts import chunks, distribution, limits

Array = np.ndarray[Any, Any]

RANDOM = np.random.default_rng(5)
LARGE = RANDOM.normal(size=(300, 400))
ARRAYS: dict[str, Array] = {
    "float64": LARGE,
    "float32": LARGE.astype(np.float32),
    "float16": LARGE[:9].astype(np.float16),
    "integers": RANDOM.integers(-3, 4, (50, 7)),
    "unsigned": RANDOM.integers(0, 4, 9).astype(np.uint8),
    "least integer": np.array([-128, 5], np.int8),
    "booleans": np.array([True, False, True]),
    "complex": LARGE[:3] + 1j * LARGE[3:6],
    "transposed": LARGE.T,
    "with gaps": LARGE[::3, ::7],
    "backwards": LARGE[:, ::-1].astype(np.float32),
    "a single number": np.array(3.0),
    "byte order": LARGE[:4].astype(">f4"),
    "half zeros": np.maximum(LARGE, 0),
}


@pytest.mark.parametrize("name", list(ARRAYS))
def test_statistics_are_those_of_numpy(name: str) -> None:
    array = ARRAYS[name]
    before = array.copy()
    (found,) = statistics_of([array])
    magnitudes = np.abs(array.astype(complex if array.dtype.kind == "c" else float))
    assert found.size == array.size
    assert found.l2_norm == pytest.approx(np.sqrt(np.square(magnitudes).sum()), rel=1e-5)
    assert found.mean_absolute == pytest.approx(magnitudes.mean(), rel=1e-5)
    assert found.max_absolute == pytest.approx(magnitudes.max(), rel=1e-6)
    assert found.zeros == (array == 0).sum()
    assert (found.nans, found.infinities) == (0, 0)
    np.testing.assert_array_equal(array, before)


def test_bad_numbers_are_counted_and_are_in_nothing_else() -> None:
    array = np.array([3, -4, 0, np.nan, np.inf, -np.inf], np.float32)
    (found,) = statistics_of([array])
    assert (found.nans, found.infinities, found.zeros) == (1, 2, 1)
    assert (found.l2_norm, found.max_absolute) == (5.0, 4.0)
    assert found.mean_absolute == pytest.approx(7 / 3)
    (found,) = statistics_of([np.full(3, np.nan)])
    assert (found.nans, found.l2_norm, found.mean_absolute, found.max_absolute) == (3, 0.0, 0.0, 0.0)


@given(hnp.arrays(np.uint64, st.integers(1, 40), elements=st.integers(0, 2**64 - 1)))
def test_any_bits(bits: Array) -> None:
    for array in (bits.view(np.float64), bits.view(np.float32), bits.view(np.float16)):
        (found,) = statistics_of([array])
        with np.errstate(invalid="ignore"):  # some NaN signal
            wide = np.abs(array.astype(np.longdouble))
        finite = wide[np.isfinite(wide)]
        assert (found.nans, found.infinities) == (np.isnan(wide).sum(), np.isinf(wide).sum())
        assert found.zeros == (wide == 0).sum()
        assert found.max_absolute == float(finite.max(initial=0.0))
        norm, mean = np.sqrt(np.square(finite).sum()), finite.sum() / max(1, finite.size)
        assert found.l2_norm == pytest.approx(float(norm), rel=1e-5)
        assert found.mean_absolute == pytest.approx(float(mean), rel=1e-5)


@pytest.mark.parametrize("size", [(1 << 17) - 1, (1 << 17) + 1, 400_001])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_all_pieces_are_added_up(dtype: Any, size: int) -> None:
    array = RANDOM.normal(size=size).astype(dtype)
    array[:: size // 5], array[-1], array[size // 2] = 0, np.inf, -100
    (found,) = statistics_of([array])
    finite = np.abs(array[:-1].astype(float))
    assert (found.size, found.zeros, found.infinities) == (size, (finite == 0).sum(), 1)
    assert found.max_absolute == 100
    assert found.l2_norm == pytest.approx(np.sqrt(finite.dot(finite)), rel=1e-5)
    assert found.mean_absolute == pytest.approx(finite.mean(), rel=1e-5)


def test_a_mean_is_never_beyond_the_numbers() -> None:
    largest = np.finfo(np.float64).max
    (found,) = statistics_of([np.array([largest, -largest, 0, np.nan])])
    assert found.mean_absolute == pytest.approx(largest / 3 * 2)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("where", ["tiny", "max"])
def test_squares_neither_vanish_nor_overflow(dtype: Any, where: str) -> None:
    number = float(getattr(np.finfo(dtype), where))
    array = np.array([number * 0.375, number * 0.5], dtype)
    (found,) = statistics_of([array])
    assert found.l2_norm == pytest.approx(number * 0.625, rel=1e-5)
    assert found.mean_absolute == pytest.approx(number * 0.4375, rel=1e-5)


def test_of_nothing_there_is_nothing() -> None:
    assert statistics_of([]) == []
    (found,) = statistics_of([np.zeros((0, 3))])
    assert (found.size, found.zero_fraction, found.l2_norm) == (0, 0.0, 0.0)
    assert l2_norms([np.array([3.0, 4.0])]) == [5.0]


@pytest.mark.parametrize("name", list(ARRAYS))
def test_pieces_hold_each_number_once(name: str) -> None:
    pieces = [piece.copy() for piece in chunks(ARRAYS[name], 1000)]  # one buffer may serve them all
    assert all(piece.ndim == 1 and 0 < piece.size <= 1000 for piece in pieces)
    pieced = np.sort(np.concatenate(pieces))
    np.testing.assert_array_equal(pieced, np.sort(ARRAYS[name].ravel()))


def counts_of_numpy(values: Array) -> Array:
    return np.histogram(values, bins=limits())[0]


@pytest.mark.parametrize("name", [name for name in ARRAYS if name != "complex"])
def test_distributions_of_all_kinds_of_arrays(name: str) -> None:
    array = ARRAYS[name]
    found = distribution(array)
    np.testing.assert_array_equal(found.counts[1:-1], counts_of_numpy(array.astype(float)))
    assert (found.minimum, found.maximum) == (array.min(), array.max())
    assert found.total == pytest.approx(array.astype(float).sum())
    assert found.total_of_squares == pytest.approx(np.square(array.astype(float)).sum())
