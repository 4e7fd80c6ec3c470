"""``x[...]`` on tensors: NumPy's results, TensorFlow's errors."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphlog as tf

SHAPE = (3, 4, 2)


@st.composite
def keys(draw: Any) -> Any:
    """An index of an array of SHAPE: integers, slices, new axes and an ellipsis."""
    entries: list[Any] = []
    bounds = st.none() | st.integers(-6, 6)
    step = st.none() | st.integers(-3, 3).filter(bool)
    for size in SHAPE[: draw(st.integers(0, len(SHAPE)))]:
        kind = draw(st.sampled_from(["integer", "slice"]))
        integer = draw(st.integers(-size, size - 1))
        entries.append(integer if kind == "integer" else slice(draw(bounds), draw(bounds), draw(step)))
    for _ in range(draw(st.integers(0, 2))):
        entries.insert(draw(st.integers(0, len(entries))), None)
    return tuple(entries)


@settings(deadline=None, max_examples=50)
@given(keys(), st.booleans())
def test_values_and_static_shapes_are_numpys(key: Any, is_known: bool) -> None:
    value = np.arange(24.0).reshape(SHAPE)
    with tf.Graph().as_default() as graph, tf.Session(graph=graph) as session:
        x = tf.placeholder(tf.float64, SHAPE if is_known else None)
        y = x[key]
        np.testing.assert_array_equal(session.run(y, {x: value}), value[key])
        if is_known:
            assert y.shape.as_list() == list(value[key].shape)


@pytest.mark.parametrize("key", [..., (..., 1), (0, ...), (1, ..., 0), (..., None), (None, ..., slice(1, 2))])
def test_ellipsis(key: Any) -> None:
    value = np.arange(24.0).reshape(SHAPE)
    with tf.Graph().as_default() as graph, tf.Session(graph=graph) as session:
        np.testing.assert_array_equal(session.run(tf.constant(value)[key]), value[key])


ONLY = r"Only integers, slices \(`:`\), ellipsis"


@pytest.mark.parametrize(
    ("key", "error", "message"),
    [
        (3, ValueError, r"slice index 3 of dimension 0 out of bounds\. for 'strided_slice'"),
        (-4, ValueError, "slice index -1 of dimension 0 out of bounds"),
        ((0, 0, 0, 0), ValueError, "Index out of range using input dim 3; input has only 3 dims"),
        (slice(None, None, 0), ValueError, r"strides\[0\] must be non-zero"),
        ((..., ...), ValueError, "Multiple ellipses in slice spec not allowed"),
        ("a", TypeError, ONLY),
        (1.5, TypeError, ONLY),
        (np.array([0, 1]), TypeError, ONLY),
        (slice(0, 1.5), TypeError, ONLY),
        (True, ValueError, "mask cannot be scalar"),
    ],
)
def test_errors(key: Any, error: type[Exception], message: str) -> None:
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, SHAPE)
        with pytest.raises(error, match=message):
            x[key]


def test_booleans_choose_rows() -> None:
    value = np.arange(24.0).reshape(SHAPE)
    mask = np.array([True, False, True])
    with tf.Graph().as_default() as graph, tf.Session(graph=graph) as session:
        np.testing.assert_array_equal(session.run(tf.constant(value)[mask]), value[mask])
        np.testing.assert_array_equal(session.run(tf.constant(value)[tf.constant(mask)]), value[mask])
