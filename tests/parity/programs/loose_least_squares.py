"""Least squares with matrices of which it is not known whether they are tall or wide."""


def program(tf, np):
    b = tf.placeholder(tf.float64, [None, None], name="b")
    right = tf.placeholder(tf.float64, [None, 1], name="right")
    result = tf.matrix_solve_ls(b, right, l2_regularizer=0.5)
    rng = np.random.RandomState(13)
    runs = [(3, 2), (2, 3)]
    return [(result, {b: rng.randn(*shape), right: rng.randn(shape[0], 1)}) for shape in runs]
