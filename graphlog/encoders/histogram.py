"""A distribution of numbers, counted in TensorFlow's fixed buckets."""

from __future__ import annotations

import functools
import sys
from typing import Any

import numpy as np

from graphlog.encoders.bucket_counts import distribution
from graphlog.encoders.bucket_counts import limits as inner_limits
from graphlog.encoders.tags import as_tag
from graphlog.proto import summary_pb2


def histogram(tag: str, values: object) -> summary_pb2.Summary.Value:
    """Encodes the distribution of numbers, as TensorFlow's HistogramSummary op does.

    Args:
        tag: the name of the series; written as it is.
        values: real numbers, of any shape; there may be none.

    Returns:
        A Summary.Value with ``histo``: buckets that grow by a tenth, runs of empty ones taken together.

    Raises:
        ValueError: a number is NaN or infinite.
    """
    numbers = np.asarray(values, np.float64).ravel()
    if not np.isfinite(numbers).all():
        kind = "Nan" if np.isnan(numbers).any() else "Infinity"
        raise ValueError(f"{kind} in summary histogram for: {tag}")
    limits = bucket_limits()
    counts = np.concatenate([[0], distribution(numbers).counts])
    kept = _kept_buckets(counts)
    return summary_pb2.Summary.Value(
        tag=as_tag(tag),
        histo=summary_pb2.HistogramProto(
            min=numbers.min(initial=sys.float_info.max),
            max=numbers.max(initial=-sys.float_info.max),
            num=numbers.size,
            sum=_sum(numbers),
            sum_squares=_sum(np.square(numbers)),
            bucket_limit=limits[kept],
            bucket=counts[kept],
        ),
    )


@functools.cache
def bucket_limits() -> np.ndarray[Any, np.dtype[np.float64]]:
    """The upper limits of the buckets: ±1e-12 times powers of 1.1, 0, and the largest float."""
    return np.concatenate([[-sys.float_info.max], inner_limits(), [sys.float_info.max]])


def _kept_buckets(counts: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The buckets that are written: those with numbers, and the last of each run without."""
    is_empty = counts == 0
    ends_run = np.append(is_empty[:-1] & ~is_empty[1:], is_empty[-1])
    return np.flatnonzero(~is_empty | ends_run)


def _sum(numbers: np.ndarray[Any, np.dtype[np.float64]]) -> float:
    """The sum, added one by one as TensorFlow does, so that the last bits agree."""
    return float(np.add.accumulate(numbers)[-1]) if numbers.size else 0.0
