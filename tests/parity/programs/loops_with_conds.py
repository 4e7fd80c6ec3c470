"""A loop with a cond in it and unknown shapes, and its gradients."""


def program(tf, np):
    x = tf.placeholder(tf.float32, (None,), name="x")
    w = tf.placeholder(tf.float32, (None,), name="w")
    n = tf.placeholder(tf.int32, (), name="n")
    def body(i, p, q):
        r = tf.cond(tf.equal(i % 2, 0), lambda: p * w + q, lambda: tf.tanh(p) )
        return i + 1, r, q + p
    i, p, q = tf.while_loop(lambda i, p, q: i < n, body, [tf.constant(0), tf.square(x), tf.exp(-x)])
    return [({"p": p, "g": tf.gradients(p, [x, w])}, {x: [2.0, 3.0], w: [0.5, -1.], n: 5}), ({"p": p}, {x: [2.0, 3.0], w: [1.5, -1.],n: 0})]
