"""Gradients through a loop by its variable and by an invariant."""


def program(tf, np):
    x = tf.placeholder(tf.float32, (2,), name="x")
    w = tf.placeholder(tf.float32, (2,), name="w")
    n = tf.placeholder(tf.int32, (), name="n")
    _, p = tf.while_loop(lambda i, p: i < n, lambda i, p: (i + 1, p * w), [tf.constant(0), tf.square(x)])
    return [({"p": p, "g": tf.gradients(p, [x, w])}, {x: [2.0, 3.0], w: [1.5, -1.], n: 5}), ({"p": p}, {x: [2.0, 3.0], w: [1.5, -1.],n: 0})]
