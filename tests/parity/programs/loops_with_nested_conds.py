"""A loop with a cond in a cond, with unknown shapes and gradients."""


def program(tf, np):
    w = tf.placeholder(tf.float32, (None, None), name="w")
    n = tf.placeholder(tf.int32, (), name="n")
    def body(i, p):
        q = tf.cond(i > 1, lambda: tf.cond(i > 2, lambda: p * w, lambda: p + w), lambda: tf.square(p))
        return i + 1, q

    _, p = tf.while_loop(lambda i, p: i < n, body, [0, w])
    fetch = {"p": p, "gp": tf.gradients(p, w)[0]}
    return [(fetch, {w: [[1.0, 0.5]], n: k}) for k in (1, 2, 4)]
