"""Rows gathered in conds: gradients that are IndexedSlices."""


def program(tf, np):
    emb = tf.placeholder(tf.float32, (5, 2), name="emb")
    u = tf.placeholder(tf.float32, (None, 2), name="u")
    p = tf.placeholder(tf.bool, (), name="p")
    ids = tf.placeholder(tf.int32, (None,), name="ids")
    y = tf.cond(p, lambda: tf.gather(emb, ids), lambda: tf.nn.embedding_lookup(emb, ids + 1) * 2.0)
    g = tf.gradients(y, emb)[0]
    z = tf.cond(p, lambda: tf.gather(u, ids), lambda: u[:2] * 3.0)
    gz = tf.gradients(z, u)[0]
    w = tf.gather(tf.cond(p, lambda: u * 1.0, lambda: u * 5.0), ids)
    gw = tf.gradients(w, u)[0]
    fetch = {"y": y, "g": tf.convert_to_tensor(g), "z": z, "gz": tf.convert_to_tensor(gz), "gw": gw}
    f = {emb: np.arange(10.0).reshape(5, 2), u: np.ones((3, 2)), ids: [2, 0]}
    return [(fetch, {**f, p: True}), (fetch, {**f, p: False})]
