"""Incomplete gamma and beta functions, zeta and polygamma, and those derivatives that TensorFlow has."""


def program(tf, np):
    d = tf.placeholder(tf.float64, [None, 4], name="d")
    a = tf.placeholder(tf.float64, (4,), name="a")
    out = {}
    for name in ("igamma", "igammac", "zeta", "polygamma"):
        with tf.name_scope(name):
            first = tf.constant([1.0, 2.0, 3.0, 1.0], tf.float64) if name == "polygamma" else a
            y = getattr(tf, name)(first, d)
            # Of zeta and polygamma TensorFlow derives by the second argument alone.
            out[name] = [y, tf.gradients(y, [d, a] if name.startswith("i") else d)]
    whole = tf.igamma(a, 2.0 * a)
    out["known"] = [whole, tf.gradients(whole, a)]
    fraction = tf.placeholder(tf.float64, (4,), name="fraction")
    part = tf.betainc(a, a + 0.5, fraction)
    scalars = tf.betainc(tf.constant(2.0, tf.float64), tf.constant(0.5, tf.float64), fraction)
    out["betainc"] = [part, scalars, tf.gradients(part, fraction), tf.gradients(scalars, fraction)]
    out["lbeta"] = [tf.math.lbeta(d), tf.lbeta(a), tf.gradients(tf.math.lbeta(d), d)]
    feed = {
        d: [[0.4, 1.5, 3.0, 20.0], [2.5, 0.1, 7.0, 110.0]], a: [1.5, 2.0, 6.5, 120.0],
        fraction: [0.1, 0.5, 0.75, 0.9],
    }
    return [(out, feed)]
