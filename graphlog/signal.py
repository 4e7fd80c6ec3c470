"""``tf.signal``: signals, their spectra, and the mel scale."""

from __future__ import annotations

from graphlog.ops.spectral.cosine_transforms import dct, idct
from graphlog.ops.spectral.framing import frame, overlap_and_add
from graphlog.ops.spectral.mel_scale import linear_to_mel_weight_matrix, mfccs_from_log_mel_spectrograms
from graphlog.ops.spectral.shifts import fftshift, ifftshift
from graphlog.ops.spectral.short_time_transforms import inverse_stft, inverse_stft_window_fn, stft
from graphlog.ops.spectral.transforms import (
    fft,
    fft2d,
    fft3d,
    ifft,
    ifft2d,
    ifft3d,
    irfft,
    irfft2d,
    irfft3d,
    rfft,
    rfft2d,
    rfft3d,
)
from graphlog.ops.spectral.windows import hamming_window, hann_window

__all__ = [
    "dct",
    "fft",
    "fft2d",
    "fft3d",
    "fftshift",
    "frame",
    "hamming_window",
    "hann_window",
    "idct",
    "ifft",
    "ifft2d",
    "ifft3d",
    "ifftshift",
    "inverse_stft",
    "inverse_stft_window_fn",
    "irfft",
    "irfft2d",
    "irfft3d",
    "linear_to_mel_weight_matrix",
    "mfccs_from_log_mel_spectrograms",
    "overlap_and_add",
    "rfft",
    "rfft2d",
    "rfft3d",
    "stft",
]
