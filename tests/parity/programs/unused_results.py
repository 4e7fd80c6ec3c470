"""Loops of which only some results are used, with unknown shapes and gradients."""


def program(tf, np):
    w = tf.placeholder(tf.float32, (None, None), name="w")
    n = tf.placeholder(tf.int32, (), name="n")
    a, b, _ = tf.while_loop(lambda a, b, i: i < n, lambda a, b, i: (a * b, b + w, i + 1), [w, w * 2.0, 0])
    fetch = {"a": a, "ga": tf.gradients(a, w)[0], "gb": tf.gradients(b, w)[0]}
    return [(fetch, {w: [[1.0, 0.5]], n: k}) for k in (1, 2, 4)]
