"""Convolutions and poolings work on parts of their inputs: wherever these end, the results are the same."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphlog as tf
from graphlog.ops.nn import batch_norm_kernels, convolution_kernels, depthwise_kernels, pooling_kernels
from graphlog.ops.nn.windows import Windows, padded


@st.composite
def _geometries(draw: st.DrawFn) -> tuple[Windows, list[int], list[int]]:
    """Windows, the sizes of what they slide over, and their own."""
    rank = draw(st.integers(1, 3))

    def numbers(first: int, last: int) -> list[int]:
        return draw(st.lists(st.integers(first, last), min_size=rank, max_size=rank))

    padding = draw(st.sampled_from(["SAME", "VALID", "EXPLICIT"]))
    explicit = tuple(zip(numbers(0, 4), numbers(0, 4), strict=True)) if padding == "EXPLICIT" else ()
    windows = Windows(tuple(numbers(1, 4)), tuple(numbers(1, 3)), padding, explicit)
    return windows, numbers(1, 7), numbers(1, 4)


def _by_elements(windows: Windows, value: Any, weights: Any) -> Any:
    """The convolution as its definition says it."""
    window = weights.shape[:-2]
    counts = windows.output_sizes(value.shape[1:-1], window)
    around = padded(value, windows.image_paddings(value.shape, window))
    result = np.zeros((len(value), *counts, weights.shape[-1]))
    for place in np.ndindex(*counts):
        for index in np.ndindex(*window):
            at = [
                start * stride + tap * rate
                for start, stride, tap, rate in zip(
                    place, windows.strides, index, windows.dilations, strict=True
                )
            ]
            result[(slice(None), *place)] += around[(slice(None), *at)] @ weights[index]
    return result


def _numbers(*shape: int) -> Any:
    return np.random.default_rng(len(shape)).normal(size=shape)


@settings(max_examples=150, deadline=None)
@given(_geometries(), st.integers(1, 3), st.sampled_from([1, 2, 9]), st.sampled_from([1, 40, 1 << 20]))
def test_convolutions(
    geometry: tuple[Windows, list[int], list[int]], channels: int, filters: int, block: int
) -> None:
    windows, sizes, window = geometry
    value, weights = _numbers(3, *sizes, channels), _numbers(*window, channels, filters)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(convolution_kernels, "_BLOCK", block)
        patch.setattr(convolution_kernels, "_ROWS", 1)
        try:
            result = convolution_kernels.convolve(windows, value, weights)
        except ValueError:
            return  # The window does not fit.
        np.testing.assert_allclose(result, _by_elements(windows, value, weights), atol=1e-12)
        # Convolution is linear in both: the gradients follow from what it makes of others.
        grad = _numbers(*result.shape)
        other_value, other_weights = _numbers(*value.shape)[::-1], _numbers(*weights.shape)[::-1]
        by_value = convolution_kernels.input_gradient(windows, value.shape, weights, grad)
        by_weights = convolution_kernels.filter_gradient(windows, value, weights.shape, grad)
        expected = np.sum(grad * _by_elements(windows, other_value, weights))
        np.testing.assert_allclose(np.sum(by_value * other_value), expected, atol=1e-9)
        expected = np.sum(grad * _by_elements(windows, value, other_weights))
        np.testing.assert_allclose(np.sum(by_weights * other_weights), expected, atol=1e-9)


@settings(max_examples=100, deadline=None)
@given(_geometries(), st.integers(1, 3), st.integers(1, 3), st.sampled_from([1, 40, 1 << 17]))
def test_depthwise_convolutions(
    geometry: tuple[Windows, list[int], list[int]], channels: int, multiplier: int, block: int
) -> None:
    windows, sizes, window = geometry
    if len(sizes) != 2 or windows.padding == "EXPLICIT":
        return
    value, weights = _numbers(3, *sizes, channels), _numbers(*window, channels, multiplier)
    # The same as a dense filter that lets no channel have a part in another.
    dense = np.zeros((*window, channels, channels, multiplier))
    for channel in range(channels):
        dense[:, :, channel, channel] = weights[:, :, channel]
    dense = dense.reshape(*window, channels, channels * multiplier)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(depthwise_kernels, "_BLOCK", block)
        try:
            result = depthwise_kernels.convolve(windows, value, weights)
        except ValueError:
            return
        np.testing.assert_allclose(result, _by_elements(windows, value, dense), atol=1e-12)
        grad = _numbers(*result.shape)
        np.testing.assert_allclose(
            depthwise_kernels.input_gradient(windows, value.shape, weights, grad),
            convolution_kernels.input_gradient(windows, value.shape, dense, grad),
            atol=1e-12,
        )
        by_dense = convolution_kernels.filter_gradient(windows, value, dense.shape, grad)
        by_dense = by_dense.reshape(*window, channels, channels, multiplier)
        by_weights = depthwise_kernels.filter_gradient(windows, value, weights.shape, grad)
        for channel in range(channels):
            np.testing.assert_allclose(
                by_weights[:, :, channel], by_dense[:, :, channel, channel], atol=1e-12
            )


_POOLINGS: list[Callable[..., Any]] = [tf.nn.max_pool, tf.nn.avg_pool]


@pytest.mark.parametrize("pooling", _POOLINGS)
@pytest.mark.parametrize("layout", ["NHWC", "NCHW"])
def test_poolings(pooling: Callable[..., Any], layout: str, monkeypatch: pytest.MonkeyPatch) -> None:
    value = _numbers(5, 7, 6, 3).astype(np.float32)
    value[2, 3, 4] = value[2, 2, 4]  # Equal maxima.
    results: list[list[Any]] = []
    for block in (1 << 18, 1, 300):
        monkeypatch.setattr(pooling_kernels, "_BLOCK", block)
        results.append([])
        for size, stride, padding in itertools.product((1, 2, 3), (1, 2, 3), ("SAME", "VALID")):
            with tf.Graph().as_default(), tf.Session() as session:
                x = tf.constant(value if layout == "NHWC" else value.transpose(0, 3, 1, 2))
                sizes = [[1, n, n, 1] if layout == "NHWC" else [1, 1, n, n] for n in (size, stride)]
                y = pooling(x, *sizes, padding, layout)
                results[-1] += session.run([y, *tf.gradients(y, x, y)])
    for others in results[1:]:
        for one, other in zip(results[0], others, strict=True):
            assert one.tobytes() == other.tobytes()


def test_no_gradient_where_the_maximum_is_not() -> None:
    with tf.Session() as session:
        x = tf.constant([[1.0, 2.0], [4.0, 3.0]], shape=[1, 2, 2, 1])
        y = tf.nn.max_pool(x, [1, 2, 2, 1], [1, 2, 2, 1], "VALID")
        (grad,) = session.run(tf.gradients(y, x, [[[[[np.inf]]]]]))
    assert grad.ravel().tolist() == [0.0, 0.0, np.inf, 0.0]


def test_batch_normalization(monkeypatch: pytest.MonkeyPatch) -> None:
    value = _numbers(4, 6, 5, 3).astype(np.float32)
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, value.shape)
        y, *_ = tf.nn.fused_batch_norm(x, [1.0, 2.0, 3.0], [0.5, 0.0, -1.0])
        wanted = [y, *tf.gradients(y, x, x * x)]
        whole = session.run(wanted, {x: value})
        monkeypatch.setattr(batch_norm_kernels, "_BLOCK", 1)
        for one, other in zip(whole, session.run(wanted, {x: value}), strict=True):
            np.testing.assert_allclose(one, other, atol=1e-5)


def test_compiled_runs_of_a_network_agree_with_interpreted_ones() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, [None, 12, 12, 2])
        value = x
        for filters in (4, 6):
            value = tf.layers.conv2d(value, filters, 3, padding="same", activation=tf.nn.relu)
            value = tf.layers.batch_normalization(value, training=True)
            value = tf.layers.max_pooling2d(value, 2, 2)
        value = tf.layers.separable_conv2d(value, 4, 2)
        value = tf.layers.conv2d_transpose(value, 3, 4, 2)
        loss = tf.reduce_sum(tf.square(tf.layers.average_pooling2d(value, 3, 2)))
        wanted = [loss, *tf.gradients(loss, [x, *tf.trainable_variables()])]
        session.run(tf.global_variables_initializer())
        runs = [session.run(wanted, {x: _numbers(3, 12, 12, 2)}) for _ in range(3)]
    for interpreted, compiled in itertools.product(runs[:1], runs[1:]):
        for one, other in zip(interpreted, compiled, strict=True):
            assert one.tobytes() == other.tobytes()
