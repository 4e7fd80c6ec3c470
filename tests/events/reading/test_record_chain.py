"""The records of a window that follow one another, against a walk from header to header."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphlog.events.reading.header_search import SHORT_LENGTH
from graphlog.events.reading.record_chain import record_chain
from graphlog.events.records import encode_record, masked_crc32c


def walked(window: bytes) -> list[tuple[int, int]]:
    """Start and length of each record, up to the first that is long, torn, or without a fitting header."""
    found: list[tuple[int, int]] = []
    start = 0
    while start + 12 <= len(window):
        length = int.from_bytes(window[start : start + 8], "little")
        checksum = int.from_bytes(window[start + 8 : start + 12], "little")
        end = start + length + 16
        if length >= SHORT_LENGTH or end > len(window):
            break
        if checksum != masked_crc32c(window[start : start + 8]):
            break
        found.append((start, length))
        start = end
    return found


def check(window: bytes) -> int:
    """Compares both; returns how many records were found."""
    starts, lengths = record_chain(np.frombuffer(window, np.uint8))
    found = list(zip(starts.tolist(), lengths.tolist(), strict=True))
    expected = walked(window)
    assert found == expected[: len(found)]
    if len(found) < len(expected):
        assert expected[len(found)][0] >= len(window) // 2
    return len(found)


def records(lengths: list[int]) -> bytes:
    return b"".join(encode_record(bytes(length)) for length in lengths)


@pytest.mark.parametrize("period", [[0], [30], [30, 31], [20, 33, 20, 33, 21], list(range(40, 60)), [5000]])
@pytest.mark.parametrize("before", [[], [24], [24, 7, 7, 90]])
def test_lengths_that_repeat(period: list[int], before: list[int]) -> None:
    window = records(before + period * (60_000 // sum(length + 16 for length in period)))
    assert check(window) >= len(before)
    for size in (len(window) - 1, len(window) // 2 + 5, 100, 16, 15, 0):
        check(window[:size])


@pytest.mark.parametrize("place", [0, 8, 11, 16, 4000, 30_000, 30_001, 39_999])
def test_damage_ends_it(place: int) -> None:
    window = bytearray(records([34, 44] * 400))
    window[place] ^= 1
    check(bytes(window))


def test_the_end_of_repetition_is_its_end_or_is_passed() -> None:
    assert check(records([30] * 1000 + [31] * 10)) >= 1000
    assert check(records([30] * 100 + [31] * 900)) == 1000


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from([0, 1, 30, 31, 200]), min_size=1, max_size=5),
    st.integers(1, 600),
    st.lists(st.integers(0, 300), max_size=4),
    st.lists(st.tuples(st.floats(0, 1), st.integers(1, 255)), max_size=2),
    st.floats(0.5, 1),
)
def test_any_window(
    period: list[int], count: int, after: list[int], changes: list[tuple[float, int]], kept: float
) -> None:
    window = bytearray(records(period * count + after))
    for place, change in changes:
        window[int(place * (len(window) - 1))] ^= change
    check(bytes(window[: int(kept * len(window))]))
