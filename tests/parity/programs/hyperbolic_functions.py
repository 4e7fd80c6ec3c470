"""Hyperbolic functions, roots, angles of points and complex arguments, and their derivatives."""


def program(tf, np):
    big = tf.placeholder(tf.float64, [None, 2], name="big")
    z = tf.placeholder(tf.complex64, (2,), name="z")
    out = {}
    for name in ("sinh", "cosh", "asinh", "acosh", "log1p", "expm1", "sqrt"):
        with tf.name_scope(name + "_big"):
            y = getattr(tf, name)(big)
            first = tf.gradients(y, big)[0]
            out[name + "_big"] = [y, first, tf.gradients(first, big)[0]]
    y, w = tf.placeholder(tf.float32, [None, 2], name="y"), tf.placeholder(tf.float32, [None, 2], name="w")
    angle = tf.atan2(y, w)
    out["atan2"] = [angle, tf.gradients(angle, [y, w])]
    parts = []
    for function in (tf.sin, tf.cosh, tf.sqrt, tf.sigmoid, tf.rsqrt, tf.tanh, tf.reciprocal, tf.square):
        part = tf.real(function(z))
        parts += [part, tf.imag(tf.gradients(part, z)[0])]
    out["complex"] = parts
    feed = {big: [[1.5, 2.0], [3.0, 1.25]], z: [1 + 0.5j, 0.25 - 1j]}
    feed.update({y: [[1.0, -2.0]], w: [[0.5, -1.5]]})
    return [(out, feed)]
