"""From sound to mel-frequency cepstral coefficients, and back from its short-time spectra."""


def program(tf, np):
    waves = tf.placeholder(tf.float32, [None, 64], name="waves")
    spectra = tf.signal.stft(waves, frame_length=16, frame_step=8, fft_length=16)
    power = tf.abs(spectra)
    matrix = tf.signal.linear_to_mel_weight_matrix(6, 9, 4000.0, 80.0, 1900.0)
    mels = tf.tensordot(power, matrix, 1)
    mels.set_shape(power.shape[:-1].concatenate(matrix.shape[-1:]))
    coefficients = tf.signal.mfccs_from_log_mel_spectrograms(tf.log(mels + 5.0))[..., :4]
    window = tf.signal.inverse_stft_window_fn(8)
    restored = 0.25 * tf.signal.inverse_stft(spectra, 16, 8, fft_length=16, window_fn=window)
    tight = tf.signal.stft(waves, 12, 4, window_fn=None, pad_end=True, name="tight")
    step = tf.placeholder(tf.int32, [], name="step")
    free = tf.signal.stft(waves, 2 * step, step, window_fn=None)
    out = {
        "power": power,
        "coefficients": coefficients,
        "restored": restored,
        "tight": tf.abs(tight),
        "free": tf.abs(free),
        "gradient": tf.gradients(coefficients, waves)[0][:, 8:-8] * 0.1,
    }
    return [(out, {waves: np.sin(np.arange(128) ** 1.5).reshape(2, 64), step: 6})]
