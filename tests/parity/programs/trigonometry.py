"""Sines, roots and their kin, and their derivatives of first and second order."""


def program(tf, np):
    x = tf.placeholder(tf.float32, (3,), name="x")
    out = {}
    for name in ("sin", "cos", "tan", "asin", "acos", "atan", "atanh", "sqrt", "rsqrt"):
        with tf.name_scope(name):
            y = getattr(tf, name)(x)
            first = tf.gradients(y, x)[0]
            out[name] = [y, first, tf.gradients(first, x)[0]]
    out["list"] = tf.sin([0.5, 1.0], name="of_list")
    return [(out, {x: [0.1, 0.5, 0.75]})]
