"""tf.map_fn with known and unknown lengths, several inputs and outputs, and gradients."""


def program(tf, np):
    x = tf.placeholder(tf.float32, (4, 2), name="x")
    u = tf.placeholder(tf.float32, (None, 2), name="u")
    m = tf.map_fn(lambda r: tf.reduce_sum(r) * r, x)
    mu = tf.map_fn(lambda p: (p[0] + p[1], p[0] > 1.0), (u, u * 2.0), dtype=(tf.float32, tf.bool))
    fetch = {"m": m, "mu": mu, "gm": tf.gradients(m, x)[0], "gmu": tf.gradients(mu[0], u)[0]}
    return [(fetch, {x: np.arange(8.0).reshape(4, 2) * 0.3 + 0.1, u: [[1.0, 2.0], [0.5, -1.0], [3.0, 0.25]]})]
