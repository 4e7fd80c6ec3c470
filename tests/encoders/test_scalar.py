from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tensorboard.compat.proto import summary_pb2 as tensorboard_summary_pb2

from graphlog.encoders.scalar import scalar


class ArrayOfAnotherLibrary:
    """What PyTorch's and JAX's arrays have, and no `__array__`."""

    shape = (1,)

    def item(self) -> float:
        return 0.25


NUMBERS: list[tuple[Any, float]] = [
    (1, 1.0),
    (-2.5, -2.5),
    (True, 1.0),
    (0.1, float(np.float32(0.1))),
    (Fraction(1, 4), 0.25),
    (Decimal("0.5"), 0.5),
    (np.float16(0.5), 0.5),
    (np.float32(0.1), float(np.float32(0.1))),
    (np.longdouble(2), 2.0),
    (np.int8(-3), -3.0),
    (np.uint64(2**63), float(2**63)),
    (np.bool_(False), 0.0),
    (np.array(3), 3.0),
    (np.array([3.5]), 3.5),
    (np.array([[[7]]]), 7.0),
    ([[4.0]], 4.0),
    (ArrayOfAnotherLibrary(), 0.25),
    (math.inf, math.inf),
    (np.float64("-inf"), -math.inf),
    (1e300, math.inf),
    (10**400, math.inf),
    (-(10**400), -math.inf),
]


@pytest.mark.parametrize(("value", "written"), NUMBERS)
def test_one_number_becomes_a_float32(value: Any, written: float) -> None:
    encoded = scalar("loss", value)
    assert encoded.tag == "loss"
    assert encoded.WhichOneof("value") == "simple_value"
    assert encoded.simple_value == written
    assert not encoded.HasField("metadata")


@pytest.mark.parametrize("value", [math.nan, np.float32("nan"), np.array([np.nan]), Decimal("nan")])
def test_nan_passes_through(value: Any) -> None:
    assert math.isnan(scalar("loss", value).simple_value)


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        (np.zeros(2), r"shape \(2,\)"),
        (np.zeros((2, 3)), r"shape \(2, 3\)"),
        (np.zeros((1, 0)), r"shape \(1, 0\)"),
        ([], r"shape \(0,\)"),
        ([[1.0, 2.0], [3.0]], "uneven"),
        ("1.5", "'1.5'"),
        (np.array("1.5"), "'1.5'"),
        (b"1", "b'1'"),
        (None, "None"),
        ({}, "{}"),
        (1j, "1j"),
        (np.complex64(1), r"1\+0j"),
    ],
)
def test_anything_else_is_refused_by_tag(value: Any, complaint: str) -> None:
    with pytest.raises(ValueError, match=f"'train/loss'.*{complaint}"):
        scalar("train/loss", value)


@given(st.text(), st.floats(width=32, allow_nan=False))
@settings(deadline=None)
def test_tensorboard_reads_the_same_float32(tag: str, value: float) -> None:
    data = scalar(tag, value).SerializeToString()
    read = tensorboard_summary_pb2.Summary.Value.FromString(data)
    assert (read.tag, read.simple_value) == (tag, value)
