"""tf.scan of nests with an initializer, with gradients."""


def program(tf, np):
    u = tf.placeholder(tf.float32, (None, 2), name="u")
    s = tf.scan(lambda a, r: (a[0] + r[0], a[1] * 2.0), [u, u], initializer=(tf.zeros([2]), tf.constant(1.0)))
    return [({"s": s, "g": tf.gradients(s[0], u)[0]}, {u: [[1.0, 2.0], [0.5, -1.0], [3.0, 0.25]]})]
