"""Gradients inside of a loop's body, and those of rows gathered in a loop."""


def program(tf, np):
    x = tf.placeholder(tf.float32, (3,), name="x")
    n = tf.placeholder(tf.int32, (), name="n")

    def body(i, v):
        y = tf.reduce_sum(v * v * x)
        return i + 1, v - 0.1 * tf.gradients(y, v)[0]

    _, v = tf.while_loop(lambda i, v: i < n, body, [0, x])
    emb = tf.placeholder(tf.float32, (4, 2), name="emb")
    _, e = tf.while_loop(lambda i, e: i < n, lambda i, e: (i + 1, e + tf.gather(emb, [i % 4, 0])), [0, tf.zeros([2, 2])])
    ge = tf.gradients(e, emb)[0].values
    fetch = {"v": v, "e": e, "ge": ge}
    f = {x: [1.0, 2.0, 0.5], emb: np.arange(8.0).reshape(4, 2)}
    return [(fetch, {**f, n: k}) for k in (1, 2, 4)]
