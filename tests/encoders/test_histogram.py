"""Histograms, byte for byte those of TensorFlow 1.15.5."""

import numpy as np
import pytest

from graphlog.encoders.histogram import bucket_limits, histogram
from graphlog.proto.summary_pb2 import Summary

# What HistogramSummary of TensorFlow 1.15.5 gave.
GOLDEN = [
    (
        [1.0, 2.0, -3.0, 0.0],
        "0abe010a01682ab8010900000000000008c0110000000000000040190000000000001040290000000000"
        "002c4032480d9cc5a0295509c068bc10359a0707c0000000000000000011ea2d819997713d0899691915"
        "5aed3f2b14facdbe24f03fdc94cd2e8d75ff3fe011f10c744d0140ffffffffffffef7f3a480000000000"
        "000000000000000000f03f0000000000000000000000000000f03f0000000000000000000000000000f0"
        "3f0000000000000000000000000000f03f0000000000000000",
    ),
    (
        [],
        "0a2d0a03685f312a2609ffffffffffffef7f11ffffffffffffefff3208ffffffffffffef7f3a080000000000000000",
    ),
    (
        [1e30, -1e30, 1e-13, -1e-13],
        "0aa0010a03685f322a98010900000040593e29c61100000040593e29461900000000000010402980ecd0"
        "eee4e9734c3238ffffffffffffefff4c549f02238315c411ea2d81999771bd000000000000000011ea2d"
        "819997713d4c549f0223831544ffffffffffffef7f3a380000000000000000000000000000f03f000000"
        "0000000000000000000000f03f000000000000f03f0000000000000000000000000000f03f",
    ),
]


def test_there_are_as_many_buckets_as_in_tensorflow() -> None:
    limits = bucket_limits()
    assert limits.size == 1551
    assert (np.diff(limits) > 0).all()


@pytest.mark.parametrize("values", [[], [0.0], [1e-13, -1e-13], [1e30, -1e30], list(range(100))])
def test_every_number_is_in_one_bucket(values: list[float]) -> None:
    histo = histogram("h", values).histo
    assert sum(histo.bucket) == histo.num == len(values)
    assert len(histo.bucket) == len(histo.bucket_limit)
    counts = np.array(histo.bucket)
    assert not ((counts[:-1] == 0) & (counts[1:] == 0)).any()


@pytest.mark.parametrize("values", [[np.nan, 1.0], [np.inf], [-np.inf]])
def test_what_is_no_number_is_refused(values: list[float]) -> None:
    with pytest.raises(ValueError, match="in summary histogram for: h"):
        histogram("h", values)


@pytest.mark.parametrize(("tag", "case"), list(zip(["h", "h_1", "h_2"], GOLDEN, strict=True)))
def test_bytes_are_tensorflows(tag: str, case: tuple[list[float], str]) -> None:
    values, golden = case
    summary = Summary(value=[histogram(tag, np.array(values, np.float32))])
    assert summary.SerializeToString().hex() == golden
