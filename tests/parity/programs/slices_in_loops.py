"""Rows gathered in a cond in a loop: a gradient that is summed as IndexedSlices."""


def program(tf, np):
    emb = tf.placeholder(tf.float32, (5, 2), name="emb")
    ids = tf.placeholder(tf.int32, (None,), name="ids")
    n = tf.placeholder(tf.int32, (), name="n")

    def body(i, e):
        return i + 1, e + tf.cond(i > 0, lambda: tf.gather(emb, ids), lambda: e * 2.0)

    _, e = tf.while_loop(lambda i, e: i < n, body, [0, tf.zeros([2, 2])])
    ge = tf.gradients(e, emb)[0]
    f = {emb: np.arange(10.0).reshape(5, 2), ids: [2, 0]}
    fetch = {"e": e, "values": ge.values, "indices": ge.indices}
    return [(fetch, {**f, n: 3}), (fetch, {**f, n: 2})]
