"""Cosine transforms, windows, frames and their sums."""


def program(tf, np):
    x = tf.placeholder(tf.float32, [2, 5], name="x")
    free_rows = tf.placeholder(tf.float32, [None, None], name="free_rows")
    out = {}
    for kind, norm in ((1, None), (2, "ortho"), (3, None)):
        value = tf.signal.dct(x, type=kind, norm=norm)
        key = "%s %s" % (kind, norm)
        out[key] = [value]
    out["gradient"] = tf.gradients(out["2 ortho"][0] ** 2, x)
    out["more"] = [tf.spectral.idct(x, norm="ortho"), tf.spectral.dct(x, n=7), tf.spectral.dct(free_rows)]
    length = tf.placeholder(tf.int32, [], name="length")
    out["windows"] = [
        tf.signal.hann_window(7),
        tf.signal.hann_window(8, periodic=False),
        tf.signal.hamming_window(6, dtype=tf.float64),
        tf.signal.hamming_window(1),
        tf.signal.hann_window(length),
    ]
    frames = [
        tf.signal.frame(x, 3, 2),
        tf.signal.frame(free_rows, 4, 2, axis=0, pad_end=True, pad_value=-1.0),
        tf.signal.frame(tf.range(6), length, 2),
    ]
    out["frames"] = frames
    sums = [
        tf.signal.overlap_and_add(frames[0], 2),
        tf.signal.overlap_and_add(frames[0], 3),
        tf.signal.overlap_and_add(frames[2], length),
    ]
    out["sums"] = sums
    out["gradients"] = tf.gradients([sums[0] * sums[0]], x)
    numbers = np.linspace(-0.1, 0.2, 10).reshape(2, 5)
    return [(out, {x: numbers, free_rows: numbers.T, length: 4})]
