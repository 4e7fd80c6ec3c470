"""The QR and eigenvalue decompositions, and their gradients.

Vectors that are unique up to their signs are compared squared.
"""


def program(tf, np):
    a = tf.placeholder(tf.float64, [3, 3], name="a")
    b = tf.placeholder(tf.float64, [3, 2], name="b")
    batch = tf.placeholder(tf.float64, [None, 2, 2], name="batch")
    symmetric = a + tf.transpose(a)
    q, r = tf.qr(a)
    tall_q, tall_r = tf.linalg.qr(b, name="tall")
    full = tf.qr(b, full_matrices=True)
    values, vectors = tf.self_adjoint_eig(symmetric)
    results = {
        "qr": tf.square(q) + tf.square(r),
        "tall_qr": [tf.square(tall_q), tf.square(tall_r)],
        "eigen": [values, tf.square(vectors)],
        "eigenvalues": tf.self_adjoint_eigvals(symmetric),
    }
    grads = {}
    for name in sorted(results):
        grads[name] = [g for g in tf.gradients(results[name], [a, b]) if g is not None]
    others = [tf.matmul(full.q, full.r), tf.linalg.eigvalsh(batch, name="e"), tf.linalg.eigh(batch)[0]]
    rng = np.random.RandomState(13)
    feed = {a: rng.randn(3, 3) + 2 * np.eye(3), b: rng.randn(3, 2), batch: rng.randn(2, 2, 2)}
    return [({"results": results, "grads": grads, "others": others}, feed)]
