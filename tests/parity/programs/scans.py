"""tf.scan forwards and in reverse, with gradients."""


def program(tf, np):
    x = tf.placeholder(tf.float32, (4, 2), name="x")
    u = tf.placeholder(tf.float32, (None, 2), name="u")
    s = tf.scan(lambda a, r: a * r, x)
    sr = tf.scan(lambda a, r: a + r, u, reverse=True, name="back")
    fetch = {"s": s, "sr": sr, "gs": tf.gradients(s, x)[0], "gsr": tf.gradients(sr, u)[0]}
    return [(fetch, {x: np.arange(8.0).reshape(4, 2) * 0.3 + 0.1, u: [[1.0, 2.0], [0.5, -1.0], [3.0, 0.25]]})]
