"""Inverses, determinants, equations and the Cholesky decomposition, and their gradients."""


def program(tf, np):
    a = tf.placeholder(tf.float64, [3, 3], name="a")
    batch = tf.placeholder(tf.float64, [None, 2, 2], name="batch")
    b = tf.placeholder(tf.float64, [3, 2], name="b")
    c = tf.placeholder(tf.complex128, [2, 2], name="c")
    positive = tf.matmul(a, a, transpose_b=True) + tf.eye(3, dtype=tf.float64)
    sign, logarithm = tf.linalg.slogdet(batch)
    results = {
        "inverse": tf.matrix_inverse(a),
        "inverses": tf.linalg.inv(batch, name="inv"),
        "determinant": tf.matrix_determinant(a),
        "determinants": tf.linalg.det(batch),
        "logarithm": logarithm,
        "cholesky": tf.cholesky(positive),
        "cholesky_solve": tf.cholesky_solve(tf.cholesky(positive), b),
        "logdet": tf.linalg.logdet(positive),
        "solve": tf.matrix_solve(a, b),
        "solve_adjoint": tf.linalg.solve(a, b, adjoint=True),
        "triangular": tf.matrix_triangular_solve(a, b),
        "triangular_upper": tf.linalg.triangular_solve(a, b, lower=False, adjoint=True),
    }
    names = ["inverse", "determinants", "logarithm", "cholesky", "solve_adjoint", "solve", "triangular_upper"]
    grads = {}
    for name in names:
        grads[name] = [g for g in tf.gradients(results[name], [a, b, batch]) if g is not None]
    products = [
        tf.linalg.adjoint(c),
        tf.matrix_inverse(c, adjoint=True),
        tf.matrix_determinant(c),
        tf.matrix_solve(c, c, adjoint=True),
    ]
    parts = [[tf.real(product), tf.imag(product)] for product in products]
    rng = np.random.RandomState(13)
    feed = {
        a: rng.randn(3, 3) + 2 * np.eye(3),
        b: rng.randn(3, 2),
        batch: rng.randn(2, 2, 2),
        c: rng.randn(2, 2) + 1j * rng.randn(2, 2),
    }
    return [({"results": results, "grads": grads, "sign": sign, "parts": parts}, feed)]
