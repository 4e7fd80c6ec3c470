"""The singular value decomposition and its gradients.

Vectors that are unique up to their signs are compared squared.
"""


def program(tf, np):
    a = tf.placeholder(tf.float64, [3, 3], name="a")
    b = tf.placeholder(tf.float64, [3, 2], name="b")
    batch = tf.placeholder(tf.float64, [None, 2, 2], name="batch")
    s, u, v = tf.svd(a)
    wide_s, wide_u, wide_v = tf.svd(tf.transpose(b))
    tall_s, tall_u, tall_v = tf.linalg.svd(b, full_matrices=True)
    results = {
        "square": [s, tf.square(u), tf.square(v)],
        "wide": [wide_s, tf.square(wide_u), tf.square(wide_v)],
        "tall": [tall_s, tf.square(tall_u), tf.square(tall_v)],
        "values": tf.svd(a, compute_uv=False),
    }
    grads = {}
    for name in sorted(results):
        grads[name] = [g for g in tf.gradients(results[name], [a, b]) if g is not None]
    others = tf.svd(batch, compute_uv=False)
    rng = np.random.RandomState(13)
    feed = {a: rng.randn(3, 3) + 2 * np.eye(3), b: rng.randn(3, 2), batch: rng.randn(2, 2, 2)}
    return [({"results": results, "grads": grads, "others": others}, feed)]
