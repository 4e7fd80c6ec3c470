"""Checksums of long spans, by those of what is before them."""

import random

import google_crc32c
import pytest

from graphlog.events.reading.byte_source import ByteSource
from graphlog.events.reading.span_checksums import SpanChecksums

DATA = random.Random(0).randbytes(100_000)
SPANS = [(0, 0), (0, 100_000), (5, 1), (4096, 4096), (77, 65_537), (4095, 50_000), (99_999, 1), (12, 0)]


@pytest.mark.parametrize(("start", "size"), SPANS)
def test_the_checksum_of_a_span(start: int, size: int) -> None:
    expected = google_crc32c.value(DATA[start : start + size])
    assert SpanChecksums(ByteSource(DATA)).value(start, size) == expected


def test_in_any_order_and_beyond_the_end() -> None:
    checksums = SpanChecksums(ByteSource(DATA))
    for start, size in SPANS[::-1]:
        assert checksums.value(start, size) == google_crc32c.value(DATA[start : start + size])
    assert checksums.value(99_999, 2) is None
    assert checksums.value(0, 1 << 30) is None
