"""Grayscale dilation and erosion."""


def program(tf, np):
    x = tf.placeholder(tf.float32, [2, 4, 5, 2], name="x")
    free = tf.placeholder(tf.float32, [None, None, None, 2], name="free")
    k = tf.placeholder(tf.float32, [2, 3, 2], name="k")
    same = tf.nn.dilation2d(x, k, [1, 2, 1, 1], [1, 1, 1, 1], "SAME", name="same")
    gaps = tf.nn.dilation2d(free, filters=k, strides=[1, 1, 1, 1], dilations=[1, 2, 1, 1], padding="SAME")
    eroded = tf.nn.erosion2d(x, k, [1, 1, 1, 1], [1, 1, 1, 1], "VALID")
    whole = tf.nn.dilation2d(tf.cast(x * 3, tf.int32), [[[1, 2]]], [1, 1, 1, 1], [1, 1, 1, 1], "VALID")
    outs = [same, gaps, eroded, whole, tf.gradients(tf.square(same), [x, k])]
    outs += [tf.gradients(gaps, [free, k]), tf.gradients(tf.square(eroded), [x, k])]
    rng = np.random.RandomState(9)
    # Some equal maxima in one window.
    feed = {x: np.round(rng.randn(2, 4, 5, 2) * 2), free: rng.randn(1, 3, 4, 2)}
    feed[k] = np.round(rng.randn(2, 3, 2))
    return [(out, feed) for out in outs]
