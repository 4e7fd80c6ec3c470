"""``tf.contrib.signal``: what ``tf.signal`` had before it stood there."""

from __future__ import annotations

from graphlog.ops.spectral.cosine_transforms import dct, idct
from graphlog.ops.spectral.framing import frame, overlap_and_add
from graphlog.ops.spectral.mel_scale import linear_to_mel_weight_matrix, mfccs_from_log_mel_spectrograms
from graphlog.ops.spectral.short_time_transforms import inverse_stft, inverse_stft_window_fn, stft
from graphlog.ops.spectral.windows import hamming_window, hann_window

__all__ = [
    "dct",
    "frame",
    "hamming_window",
    "hann_window",
    "idct",
    "inverse_stft",
    "inverse_stft_window_fn",
    "linear_to_mel_weight_matrix",
    "mfccs_from_log_mel_spectrograms",
    "overlap_and_add",
    "stft",
]
