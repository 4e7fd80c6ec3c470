"""``np.fft`` in a trace: transforms of one axis after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from graphlog.ops.spectral import transforms
from graphlog.tracing.functions.axes import axes_of
from graphlog.tracing.traced_array import TracedArray, as_traced, implements, tensor_of


def _complex(x: Any) -> Any:
    x = as_traced(x)
    return TracedArray(tensor_of(x, np.result_type(x.dtype, np.complex64)))


def _sized(x: Any, count: int | None, axis: int) -> Any:
    """The array, cut or filled up with zeros along an axis."""
    size = x.shape[axis]
    if count is None or count == size:
        return x
    if count < size:
        return x[(*[slice(None)] * axis, slice(0, count))]
    return np.pad(x, [(0, count - size if place == axis else 0) for place in range(x.ndim)])


def _scale(count: int, norm: str | None, is_inverse: bool) -> float:
    """The factor that NumPy's normalization has beside the operation's, which divides on the way back."""
    if norm not in (None, "backward", "ortho", "forward"):
        raise ValueError(f'Invalid norm value {norm}; should be "backward", "ortho" or "forward".')
    power = {"ortho": 0.5, "forward": 1.0}.get(norm or "backward", 0.0)
    return float(count ** (power if is_inverse else -power))


def _transform(a: Any, n: int | None, axis: int, norm: str | None, is_inverse: bool) -> Any:
    x = _complex(a)
    (place,) = axes_of(x, axis) or [0]
    x = np.moveaxis(_sized(x, n, place), place, -1)
    function = transforms.ifft if is_inverse else transforms.fft
    factor = _scale(x.shape[-1], norm, is_inverse)
    result: Any = TracedArray(function(x.tensor))
    result = result if factor == 1.0 else result * result.dtype.type(factor)
    return np.moveaxis(result, -1, place)


@implements(np.fft.fft)
def _fft(a: Any, n: int | None = None, axis: int = -1, norm: str | None = None) -> Any:
    return _transform(a, n, axis, norm, is_inverse=False)


@implements(np.fft.ifft)
def _ifft(a: Any, n: int | None = None, axis: int = -1, norm: str | None = None) -> Any:
    return _transform(a, n, axis, norm, is_inverse=True)


@implements(np.fft.rfft)
def _rfft(a: Any, n: int | None = None, axis: int = -1, norm: str | None = None) -> Any:
    (place,) = axes_of(a, axis) or [0]
    count = (np.shape(a)[place] if n is None else n) // 2 + 1
    return _sized(_fft(a, n, place, norm), count, place)


@implements(np.fft.irfft)
def _irfft(a: Any, n: int | None = None, axis: int = -1, norm: str | None = None) -> Any:
    x = _complex(a)
    (place,) = axes_of(x, axis) or [0]
    count = 2 * (x.shape[place] - 1) if n is None else n
    half = np.moveaxis(_sized(x, count // 2 + 1, place), place, -1)
    # The first number, and of an even count the last, are taken as real; the others have their conjugates.
    ends = [0] if count % 2 else [0, count // 2]
    is_end = np.isin(np.arange(count // 2 + 1), ends)
    half = np.where(is_end, np.real(half).astype(half.dtype), half)
    mirrored = np.flip(np.conj(half[..., 1 : (count + 1) // 2]), -1)
    return np.moveaxis(np.real(_ifft(np.concatenate([half, mirrored], -1), norm=norm)), -1, place)


def _of_axes(function: Callable[..., Any], a: Any, s: Any, axes: Any, norm: str | None) -> Any:
    places = _places(a, s, axes)
    for axis, count in zip(places, [None] * len(places) if s is None else s, strict=True):
        a = function(a, count, axis, norm)
    return a


def _places(a: Any, s: Any, axes: Any) -> Sequence[int]:
    if axes is None:
        return list(range(np.ndim(a)))[-len(s) :] if s is not None else list(range(np.ndim(a)))
    return axes_of(a, tuple(axes)) or []


@implements(np.fft.fftn)
def _fftn(a: Any, s: Any = None, axes: Any = None, norm: str | None = None) -> Any:
    return _of_axes(_fft, a, s, axes, norm)


@implements(np.fft.ifftn)
def _ifftn(a: Any, s: Any = None, axes: Any = None, norm: str | None = None) -> Any:
    return _of_axes(_ifft, a, s, axes, norm)


@implements(np.fft.fft2)
def _fft2(a: Any, s: Any = None, axes: Any = (-2, -1), norm: str | None = None) -> Any:
    return _of_axes(_fft, a, s, axes, norm)


@implements(np.fft.ifft2)
def _ifft2(a: Any, s: Any = None, axes: Any = (-2, -1), norm: str | None = None) -> Any:
    return _of_axes(_ifft, a, s, axes, norm)


@implements(np.fft.rfftn)
def _rfftn(a: Any, s: Any = None, axes: Any = None, norm: str | None = None) -> Any:
    *others, last = _places(a, s, axes)
    a = _rfft(a, None if s is None else s[-1], last, norm)
    return _of_axes(_fft, a, None if s is None else s[:-1], others, norm) if others else a


@implements(np.fft.rfft2)
def _rfft2(a: Any, s: Any = None, axes: Any = (-2, -1), norm: str | None = None) -> Any:
    return _rfftn(a, s, axes, norm)


@implements(np.fft.irfftn)
def _irfftn(a: Any, s: Any = None, axes: Any = None, norm: str | None = None) -> Any:
    *others, last = _places(a, s, axes)
    a = _of_axes(_ifft, a, None if s is None else s[:-1], others, norm) if others else a
    return _irfft(a, None if s is None else s[-1], last, norm)


@implements(np.fft.irfft2)
def _irfft2(a: Any, s: Any = None, axes: Any = (-2, -1), norm: str | None = None) -> Any:
    return _irfftn(a, s, axes, norm)


@implements(np.fft.fftshift)
def _fftshift(x: Any, axes: Any = None) -> Any:
    places = _shifted_axes(x, axes)
    return np.roll(x, tuple(np.shape(x)[axis] // 2 for axis in places), places)


@implements(np.fft.ifftshift)
def _ifftshift(x: Any, axes: Any = None) -> Any:
    places = _shifted_axes(x, axes)
    return np.roll(x, tuple(-(np.shape(x)[axis] // 2) for axis in places), places)


def _shifted_axes(x: Any, axes: Any) -> tuple[int, ...]:
    named = axes_of(x, axes if axes is None or isinstance(axes, int) else tuple(axes))
    return tuple(range(np.ndim(x)) if named is None else named)
