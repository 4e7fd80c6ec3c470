"""The short-time Fourier transform: a spectrum for each of many short frames of a signal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.tensor import Tensor
from graphlog.ops import constants
from graphlog.ops.array import arrays, filling, joining, padding, shape_queries
from graphlog.ops.math import arithmetic, casts, elementwise, reductions, rounding
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.spectral.framing import frame, overlap_and_add
from graphlog.ops.spectral.transforms import irfft, rfft
from graphlog.ops.spectral.windows import hann_window
from graphlog.ops.static_values import constant_value

_Window = Callable[..., Tensor]


def stft(
    signals: Any,
    frame_length: Any,
    frame_step: Any,
    fft_length: Any = None,
    window_fn: _Window | None = hann_window,
    pad_end: bool = False,
    name: str | None = None,
) -> Tensor:
    """The short-time Fourier transform along the last axis.

    Args:
        signals: float32, ``[…, samples]``.
        frame_length: the samples of a frame, a scalar.
        frame_step: from the start of a frame to the start of the next, a scalar.
        fft_length: the length of the transform; the next power of 2 if None.
        window_fn: makes the window from a length and a ``dtype``; None for no window.
        pad_end: whether frames that reach beyond the end are filled up with zeros.
        name: the name of the scope.

    Returns:
        A Tensor of complex64, ``[…, frames, fft_length // 2 + 1]``.

    Raises:
        ValueError: the signals are a scalar, or a length is none.

    Source: ``tf.signal.stft``.
    """
    with name_scope(name, "stft", [signals, frame_length, frame_step]):
        signals = convert_to_tensor(signals, name="signals")
        signals.shape.with_rank_at_least(1)
        length, step = _scalar(frame_length, "frame_length"), _scalar(frame_step, "frame_step")
        if fft_length is None:
            fft_length = _next_power_of_two(length)
        else:
            fft_length = convert_to_tensor(fft_length, name="fft_length")
        framed = frame(signals, length, step, pad_end=pad_end)
        if window_fn is not None:
            framed = framed * window_fn(length, dtype=framed.dtype)
        return rfft(framed, [fft_length])


def inverse_stft(
    stfts: Any,
    frame_length: Any,
    frame_step: Any,
    fft_length: Any = None,
    window_fn: _Window | None = hann_window,
    name: str | None = None,
) -> Tensor:
    """The inverse of ``stft``.

    Args:
        stfts: complex64, ``[…, frames, fft_length // 2 + 1]``.
        frame_length: the samples of a frame, a scalar.
        frame_step: from the start of a frame to the start of the next, a scalar.
        fft_length: the length of the transform; the next power of 2 if None.
        window_fn: makes the window; ``inverse_stft_window_fn`` gives the one that restores the signal.
        name: the name of the scope.

    Returns:
        A Tensor of float32, ``[…, samples]``.

    Raises:
        ValueError: ``stfts`` has fewer than 2 axes, or a length is no scalar.

    Source: ``tf.signal.inverse_stft``.
    """
    with name_scope(name, "inverse_stft", [stfts]):
        stfts = convert_to_tensor(stfts, name="stfts")
        stfts.shape.with_rank_at_least(2)
        length, step = _scalar(frame_length, "frame_length"), _scalar(frame_step, "frame_step")
        fft_length = _next_power_of_two(length) if fft_length is None else _scalar(fft_length, "fft_length")
        frames = _with_length(irfft(stfts, [fft_length]), length)
        if window_fn is not None:
            frames = frames * window_fn(length, dtype=stfts.dtype.real_dtype)
        return overlap_and_add(frames, step)


def _with_length(frames: Tensor, length: Tensor) -> Tensor:
    """The frames, cut or filled up with zeros."""
    known_length = constant_value(length)
    shape = frames.static_shape
    if known_length is None or shape is None or shape[-1] is None:
        frames = frames[..., :length]
        rank = shape_queries.rank(frames)
        sizes = shape_queries.shape(frames)
        outer = filling.zeros([rank - 1, 2], length.dtype)
        pairs = joining.concat([outer, [[0, arithmetic.maximum(0, length - sizes[-1])]]], 0)
        frames = padding.pad(frames, pairs)
    elif shape[-1] > known_length:
        frames = frames[..., : int(known_length)]
    elif shape[-1] < known_length:
        frames = padding.pad(frames, [[0, 0]] * (len(shape) - 1) + [[0, int(known_length) - shape[-1]]])
    if known_length is not None and frames.static_shape is not None:
        frames.set_shape([None] * (len(frames.static_shape) - 1) + [int(known_length)])
    return frames


def inverse_stft_window_fn(
    frame_step: Any, forward_window_fn: _Window = hann_window, name: str | None = None
) -> _Window:
    """The window with which ``inverse_stft`` restores a signal, after Griffin and Lim.

    Args:
        frame_step: from the start of a frame to the start of the next, a scalar.
        forward_window_fn: the window of ``stft``.
        name: the name of the scope.

    Returns:
        A function that makes the window from a length and a ``dtype``.

    Raises:
        ValueError: the step is no scalar.

    Source: ``tf.signal.inverse_stft_window_fn``.
    """
    with name_scope(name, "inverse_stft_window_fn", [forward_window_fn]):
        step = _scalar(frame_step, "frame_step")

    def window(frame_length: Any, dtype: Any) -> Tensor:
        with name_scope(name, "inverse_stft_window_fn", [forward_window_fn]):
            length = _scalar(frame_length, "frame_length")
            forward = forward_window_fn(length, dtype=dtype)
            squares = elementwise.square(forward)
            overlaps = -(-length // step)
            squares = padding.pad(squares, [(0, overlaps * step - length)])
            squares = arrays.reshape(squares, [overlaps, step])
            squares = reductions.reduce_sum(squares, 0, keepdims=True)
            squares = arrays.tile(squares, [overlaps, 1])
            squares = arrays.reshape(squares, [overlaps * step])
            return forward / squares[:length]

    return window


def _scalar(value: Any, name: str) -> Tensor:
    tensor = convert_to_tensor(value, name=name)
    tensor.shape.assert_has_rank(0)
    return tensor


def _next_power_of_two(value: Tensor) -> Tensor:
    known = constant_value(value)
    if known is not None:
        if known <= 0:
            raise ValueError(f"frame_length must be positive, but is {known}")
        return constants.constant(int(2 ** np.ceil(np.log(known) / np.log(2.0))), value.dtype)
    logarithm = elementwise.log(casts.cast(value, dtypes.float32))
    exponent = rounding.ceil(logarithm / elementwise.log(2.0))
    return casts.cast(arithmetic.pow(2.0, exponent), value.dtype)
