"""A loop in a loop, and its gradient."""


def program(tf, np):
    x = tf.placeholder(tf.float32, (), name="x")
    n = tf.placeholder(tf.int32, (), name="n")
    def outer(i, a):
        _, b = tf.while_loop(lambda j, b: j < i + 1, lambda j, b: (j + 1, b * x + tf.tanh(a)), [0, a])
        return i + 1, b + 0.5 * x
    _, a = tf.while_loop(lambda i, a: i < n, outer, [0, tf.tanh(x)])
    return [({"a": a, "g": tf.gradients(a, x)[0]}, {x: 0.7, n: 3}), ({"a": a, "g": tf.gradients(a, x)[0]}, {x: 0.7, n: 0})]
