"""The functions erf, erfc, lgamma and digamma, and their derivatives of first and second order."""


def program(tf, np):
    x = tf.placeholder(tf.float32, (5,), name="x")
    d = tf.placeholder(tf.float64, [None, 4], name="d")
    out = {}
    for name in ("erf", "erfc", "lgamma", "digamma"):
        function = getattr(tf.math, name)
        with tf.name_scope(name):
            y = function(x)
            first = tf.gradients(y, x)[0]
            double = function(d)
            out[name] = [y, first, tf.gradients(first, x)[0], double, tf.gradients(double, d)[0]]
    ends = tf.placeholder(tf.float64, (None,), name="ends")
    out["ends"] = [tf.lgamma(ends), tf.digamma(ends), tf.erf(ends), tf.erfc(ends)]
    feed = {
        x: [0.3, 1.7, -0.6, 4.0, 12.5], d: [[0.4, 1.5, 3.0, 20.0], [2.5, 0.1, 7.0, 110.0]],
        ends: [-2.5, -0.5, 1e-3, 1.0, 2.0, 30.0, 1e6],
    }
    return [(out, feed)]
