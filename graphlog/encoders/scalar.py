"""One number under a tag."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from graphlog.encoders.tags import as_tag
from graphlog.proto import summary_pb2


def scalar(tag: str, value: Any) -> summary_pb2.Summary.Value:
    """Encodes one number, as TensorFlow's ScalarSummary op does.

    Args:
        tag: the name of the series; written as it is.
        value: a Python number, a NumPy scalar, or an array of one element and any shape and real dtype (also
            another library's array that has ``shape`` and ``item()``).

    Returns:
        A Summary.Value with ``simple_value``: float32, so that a larger number becomes infinite; NaN and
        infinities pass through.

    Raises:
        ValueError: the value is not one real number.
    """
    return summary_pb2.Summary.Value(tag=as_tag(tag), simple_value=one_number(tag, value))


def one_number(tag: str, value: Any) -> float:
    """The number that ``scalar`` encodes; its arguments and errors are the same."""
    if isinstance(value, float):  # the common case, without a detour through NumPy
        return value
    element = _one_element(tag, value)
    if isinstance(element, str | bytes):  # which float() would parse
        raise ValueError(f"scalar {tag!r}: not a number: {element!r}")
    try:
        return float(element)
    except OverflowError:  # an int beyond float64 is beyond float32, too
        return math.inf if element > 0 else -math.inf
    except (TypeError, ValueError) as error:
        raise ValueError(f"scalar {tag!r}: not a real number: {element!r}") from error


def _one_element(tag: str, value: Any) -> Any:
    try:
        shape = tuple(np.shape(value))
    except ValueError as error:
        raise ValueError(f"scalar {tag!r}: not a number but a nest of uneven lists") from error
    if math.prod(shape) != 1:
        raise ValueError(f"scalar {tag!r}: not one number but an array of shape {shape}")
    return value.item() if hasattr(value, "item") else np.asarray(value).item()
