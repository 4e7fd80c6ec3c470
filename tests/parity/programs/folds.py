"""tf.foldl and tf.foldr, with gradients."""


def program(tf, np):
    x = tf.placeholder(tf.float32, (4, 2), name="x")
    u = tf.placeholder(tf.float32, (None, 2), name="u")
    fl = tf.foldl(lambda a, r: a * 0.5 + r, x)
    fr = tf.foldr(lambda a, r: a * 0.5 + r, u, initializer=tf.ones([2]))
    fetch = {"fl": fl, "fr": fr, "gfl": tf.gradients(fl, x)[0], "gfr": tf.gradients(fr, u)[0]}
    return [(fetch, {x: np.arange(8.0).reshape(4, 2) * 0.3 + 0.1, u: [[1.0, 2.0], [0.5, -1.0], [3.0, 0.25]]})]
