"""Buckets found from the bits of numbers: always those that a search finds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from graphlog.encoders.bucket_counts import distribution, limits

Array = np.ndarray[Any, Any]

AT_LIMITS = np.concatenate(
    [limits(), np.nextafter(limits(), np.inf), np.nextafter(limits(), -np.inf), limits() * 1.05]
)
SPECIAL = np.array(
    [0.0, -0.0, 5e-324, -5e-324, 2.2e-308, 1e-310, 1e-45, 1e-13, 1e20, 1e21, 1.7e308, np.inf, np.nan]
)
ALL = np.concatenate([AT_LIMITS, SPECIAL, -SPECIAL])

NUMBERS = st.floats(width=64) | st.sampled_from(ALL.tolist())


def searched(values: Array) -> Array:
    """For each limit, and for one more, how many finite numbers have so many limits at or below them."""
    with np.errstate(invalid="ignore"):  # some NaN signal
        wide = values.astype(np.float64).ravel()
    places = np.searchsorted(limits(), wide[np.isfinite(wide)], side="right")
    return np.bincount(places, minlength=len(limits()) + 1)


@given(hnp.arrays(np.float64, st.integers(1, 60), elements=NUMBERS))
def test_float64(values: Array) -> None:
    np.testing.assert_array_equal(distribution(values).counts, searched(values))


@given(hnp.arrays(np.float32, st.integers(1, 60), elements=st.floats(width=32)))
def test_float32(values: Array) -> None:
    np.testing.assert_array_equal(distribution(values).counts, searched(values))


@given(hnp.arrays(np.uint64, st.integers(1, 60), elements=st.integers(0, 2**64 - 1)))
def test_any_bits(bits: Array) -> None:
    for values in (bits.view(np.float64), bits.view(np.float32), bits.view(np.float16)):
        np.testing.assert_array_equal(distribution(values).counts, searched(values))


@pytest.mark.parametrize("dtype", ["f8", ">f8", "f4", ">f4", "f2", "g", "i1", "u1", "i4", "i8", "u8", "?"])
def test_all_dtypes_at_the_limits_and_beside_them(dtype: str) -> None:
    with np.errstate(all="ignore"):
        values = (ALL if np.dtype(dtype).kind == "f" else np.nan_to_num(ALL).clip(-100, 100)).astype(dtype)
    found = distribution(values)
    np.testing.assert_array_equal(found.counts, searched(values))
    finite = values[np.isfinite(values)].astype(float)
    assert (found.size, found.finite) == (values.size, finite.size)
    assert (found.minimum, found.maximum) == (finite.min(), finite.max())
    assert found.at_last_limit == (finite == limits()[-1]).sum()


def test_bfloat16() -> None:
    every = (np.arange(1 << 16, dtype=np.uint32) << np.uint32(16)).view(np.float32)  # as they are widened
    np.testing.assert_array_equal(distribution(every).counts, searched(every))


@pytest.mark.parametrize("size", [1, 8191, 8193, 1 << 17, (1 << 17) + 1, 300_003])
def test_all_pieces_are_counted(size: int) -> None:
    values = np.random.default_rng(size).standard_normal(size) * 10.0 ** np.arange(size).clip(0, 20)
    values[:: size // 3 + 1] = np.nan
    values[-1] = -np.inf
    found = distribution(values)
    finite = values[np.isfinite(values)]
    np.testing.assert_array_equal(found.counts, searched(values))
    assert (found.size, found.finite) == (size, finite.size)
    if finite.size:
        assert (found.minimum, found.maximum) == (finite.min(), finite.max())
    assert found.total == pytest.approx(finite.sum(), rel=1e-12, abs=1e-12 * np.abs(finite).sum())
    assert found.total_of_squares == pytest.approx(np.square(finite).sum(), rel=1e-12)
