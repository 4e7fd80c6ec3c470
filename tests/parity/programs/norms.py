"""Norms, least squares and pseudo-inverses, and their gradients."""


def program(tf, np):
    a = tf.placeholder(tf.float64, [3, 3], name="a")
    batch = tf.placeholder(tf.float64, [None, 2, 3], name="batch")
    b = tf.placeholder(tf.float64, [3, 2], name="b")
    results = [
        tf.norm(a),
        tf.norm(a, ord=1, axis=0),
        tf.norm(a, ord=3.0, axis=-1, keepdims=True),
        tf.linalg.norm(a, ord=np.inf),
        tf.norm(batch, ord="fro", axis=[-2, -1]),
        tf.norm(batch, ord=1, axis=[1, 2], keep_dims=True, name="of_columns"),
        tf.norm(batch, ord=np.inf, axis=(-2, -1)),
        tf.matrix_solve_ls(b, a[:, :1], l2_regularizer=0.5),
        tf.linalg.lstsq(tf.transpose(b), a[:2, :1]),
        tf.matrix_solve_ls(batch, batch[:, :, :1], fast=True, name="wide"),
    ]
    grads = [[g for g in tf.gradients(result, [a, b, batch]) if g is not None] for result in results[::2]]
    others = [
        tf.matrix_solve_ls(b, a, fast=False),
        tf.linalg.pinv(b),
        tf.linalg.matrix_rank(batch, name="ranks"),
    ]
    rng = np.random.RandomState(13)
    feed = {a: rng.randn(3, 3) + 2 * np.eye(3), b: rng.randn(3, 2), batch: rng.randn(2, 2, 3)}
    return [([results, grads, others], feed)]
