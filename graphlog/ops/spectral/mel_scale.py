"""The mel scale of pitches, and the cepstral coefficients on it."""

from __future__ import annotations

from typing import Any

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.dtypes import DType, as_dtype
from graphlog.core.tensor import Tensor
from graphlog.ops.array import arrays, axes, joining, padding, ranges, shape_queries
from graphlog.ops.math import arithmetic, casts, elementwise, roots
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.spectral.cosine_transforms import dct
from graphlog.ops.spectral.framing import frame
from graphlog.ops.static_values import constant_value

# Below about this frequency, in hertz, the scale is nearly linear.
_BREAK_FREQUENCY = 700.0
_MELS_PER_E_FOLD = 1127.0


def _mels(hertz: Tensor) -> Tensor:
    with name_scope(None, "hertz_to_mel", [hertz]):
        return _MELS_PER_E_FOLD * elementwise.log(1.0 + (hertz / _BREAK_FREQUENCY))


def _check(bins: Any, sample_rate: Any, lower: Any, upper: Any, dtype: DType) -> None:
    if bins <= 0:
        raise ValueError(f"num_mel_bins must be positive. Got: {bins}")
    if sample_rate <= 0.0:
        raise ValueError(f"sample_rate must be positive. Got: {sample_rate}")
    if lower < 0.0:
        raise ValueError(f"lower_edge_hertz must be non-negative. Got: {lower}")
    if lower >= upper:
        raise ValueError(f"lower_edge_hertz {lower:.1f} >= upper_edge_hertz {upper:.1f}")
    if upper > sample_rate / 2:
        raise ValueError(
            "upper_edge_hertz must not be larger than the Nyquist frequency (sample_rate / 2). Got: "
            f"{upper} for sample_rate: {sample_rate}"
        )
    if not dtype.is_floating:
        raise ValueError(f"dtype must be a floating point type. Got: {dtype}")


def linear_to_mel_weight_matrix(
    num_mel_bins: int = 20,
    num_spectrogram_bins: Any = 129,
    sample_rate: Any = 8000,
    lower_edge_hertz: float = 125.0,
    upper_edge_hertz: float = 3800.0,
    dtype: Any = dtypes.float32,
    name: str | None = None,
) -> Tensor:
    """The matrix that turns a spectrum into one on the mel scale, when multiplied from the right.

    Args:
        num_mel_bins: the bins on the mel scale.
        num_spectrogram_bins: the bins of the spectrum, from 0 to half the sample rate.
        sample_rate: samples per second; a number, or a constant Tensor.
        lower_edge_hertz: where the lowest band begins.
        upper_edge_hertz: where the highest band ends.
        dtype: a floating dtype.
        name: the name of the last operation and of the scope.

    Returns:
        A Tensor ``[num_spectrogram_bins, num_mel_bins]``.

    Raises:
        ValueError: the numbers are not positive, not in order, or not known.

    Source: ``tf.signal.linear_to_mel_weight_matrix``.
    """
    with name_scope(name, "linear_to_mel_weight_matrix") as scope:
        if isinstance(sample_rate, Tensor):
            known = constant_value(sample_rate)
            if known is None:
                raise ValueError(
                    "`sample_rate` was a non-constant Tensor. Must be a Python float or a constant Tensor."
                )
            sample_rate = known
        dtype = as_dtype(dtype)
        _check(num_mel_bins, sample_rate, lower_edge_hertz, upper_edge_hertz, dtype)
        rate = convert_to_tensor(sample_rate, dtype, name="sample_rate")
        lower = convert_to_tensor(lower_edge_hertz, dtype, name="lower_edge_hertz")
        upper = convert_to_tensor(upper_edge_hertz, dtype, name="upper_edge_hertz")
        zero = convert_to_tensor(0.0, dtype)
        # The first bin, of the constant part, counts for no band.
        frequencies = ranges.lin_space(zero, rate / 2.0, num_spectrogram_bins)[1:]
        mels = axes.expand_dims(_mels(frequencies), 1)
        # A band reaches from the middle of the one before to the middle of the one after.
        edges = ranges.lin_space(_mels(lower), _mels(upper), num_mel_bins + 2)
        bands = frame(edges, frame_length=3, frame_step=1)
        parts = joining.split(bands, 3, axis=1)
        start, middle, end = (arrays.reshape(part, [1, num_mel_bins]) for part in parts)
        rising = (mels - start) / (middle - start)
        falling = (end - mels) / (end - middle)
        weights = arithmetic.maximum(zero, arithmetic.minimum(rising, falling))
        return padding.pad(weights, [[1, 0], [0, 0]], name=scope)


def mfccs_from_log_mel_spectrograms(log_mel_spectrograms: Any, name: str | None = None) -> Tensor:
    """The cepstral coefficients of logarithms of spectra on the mel scale, scaled as HTK does.

    Args:
        log_mel_spectrograms: float32, ``[…, bins]``.
        name: the name of the scope.

    Returns:
        A Tensor of float32 of the same shape.

    Raises:
        ValueError: there are no bins.

    Source: ``tf.signal.mfccs_from_log_mel_spectrograms``.
    """
    with name_scope(name, "mfccs_from_log_mel_spectrograms", [log_mel_spectrograms]):
        spectra = convert_to_tensor(log_mel_spectrograms, dtypes.float32)
        shape = spectra.static_shape
        bins: Any = shape[-1] if shape and shape[-1] is not None else None
        if bins == 0:
            raise ValueError(f"num_mel_bins must be positive. Got: {log_mel_spectrograms}")
        if bins is None:
            bins = shape_queries.shape(spectra)[-1]
        return dct(spectra, type=2) * roots.rsqrt(casts.cast(bins, dtypes.float32) * 2.0)
