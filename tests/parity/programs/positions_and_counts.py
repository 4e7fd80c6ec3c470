"""Positions of extremes, spaced numbers, counts, sums of several tensors, and a few products."""


def program(tf, np):
    x = tf.placeholder(tf.float32, (2, 3), name="x")
    free = tf.placeholder(tf.float64, [None, 3], name="free")
    axis = tf.placeholder(tf.int32, (), name="axis")
    out = {}
    out["arguments"] = [
        tf.argmax(x, 1), tf.argmin(x), tf.argmax(free, axis=1, output_type=tf.int32), tf.argmin(free, axis),
        tf.arg_max(x, 0), tf.arg_min(x, 1, name="least"), tf.argmax([1, 5, 5]), tf.argmax(x, dimension=0),
    ]
    out["spaced"] = [tf.linspace(1.0, 5.0, 4), tf.lin_space(0.0, 1.0, axis + 2), tf.linspace(2.0, 3.0, 1)]
    i = tf.placeholder(tf.int32, (None,), name="i")
    out["counts"] = [
        tf.bincount(i), tf.bincount(i, minlength=8), tf.bincount(i, maxlength=3, dtype=tf.float32),
        tf.bincount(i, weights=tf.cast(i, tf.float32) * 0.5), tf.bincount([1, 1, 3]),
    ]
    out["histogram"] = [
        tf.histogram_fixed_width(x, [-1.0, 1.0], 4), tf.histogram_fixed_width(free, [0.0, 2.0], dtype=tf.int64),
        tf.histogram_fixed_width_bins(x, [-1.0, 1.0], 4),
    ]
    several = tf.accumulate_n([x, 2.0 * x, tf.exp(x)])
    out["several"] = [several, tf.gradients(several, x), tf.accumulate_n([x]), tf.accumulate_n([x], name="one")]
    crossed = tf.cross(x, 2.0 + x * x)
    out["cross"] = [crossed, tf.gradients(crossed, x)]
    out["polynomial"] = [tf.math.polyval([1.0, 2.0, 3.0], x), tf.gradients(tf.math.polyval([x, 2.0], x), x)]
    rng = np.random.RandomState(4)
    return [(out, {x: rng.randn(2, 3), free: rng.randn(4, 3), axis: 1, i: [1, 3, 3, 6, 0]})]
