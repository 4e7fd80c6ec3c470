"""Fourier transforms, their gradients, and shifted spectra."""


def program(tf, np):
    random = np.random.RandomState(3)
    signal = tf.placeholder(tf.float32, [2, 8], name="signal")
    rows = tf.placeholder(tf.float32, [None, None], name="rows")
    fetches = []
    for transform, inverse in ((tf.fft, tf.ifft), (tf.fft2d, tf.ifft2d)):
        spectrum = transform(tf.complex(signal, 2.0 * signal))
        back = inverse(spectrum)
        fetches += [spectrum, back, tf.gradients(tf.abs(back), signal)[0]]
    cube = tf.complex(tf.reshape(signal, [2, 2, 2, 2]), 1.0)
    fetches += [tf.fft3d(cube), tf.ifft3d(cube), tf.gradients(tf.abs(tf.ifft3d(cube)), signal)[0]]
    half, plane = tf.signal.rfft(rows), tf.signal.rfft2d(rows)
    fetches += [half, tf.signal.irfft(half), plane, tf.signal.irfft2d(plane)]
    fetches += tf.gradients(tf.abs(half), rows) + tf.gradients(tf.abs(plane), rows)
    fetches += tf.gradients(tf.signal.irfft2d(plane), rows)
    longer = tf.spectral.rfft(signal, [10], name="longer")
    shorter = tf.signal.rfft2d(signal, [2, 5])
    fetches += [longer, shorter, tf.signal.irfft(longer, [9]), tf.signal.irfft2d(shorter, [2, 7])]
    fetches += tf.gradients(tf.real(tf.signal.rfft(signal)), signal)
    volume = tf.signal.rfft3d(tf.reshape(signal, [2, 2, 4]))
    fetches += [volume, tf.signal.irfft3d(volume)]
    fetches += [
        tf.signal.fftshift(signal),
        tf.signal.ifftshift(signal, 1),
        tf.signal.fftshift(signal, [0, 1]),
    ]
    feeds = {signal: random.randn(2, 8), rows: random.randn(2, 6)}
    parts = [[tf.real(value), tf.imag(value)] for value in fetches]
    return [(parts, feeds)]
