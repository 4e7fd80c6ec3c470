"""The 2-norm of matrices, which TensorFlow finds with loops over their axes."""


def program(tf, np):
    a = tf.placeholder(tf.float64, [3, 2, 3], name="a")
    norm = tf.norm(a, ord=2, axis=[0, -1])
    feed = {a: np.random.RandomState(18).randn(3, 2, 3)}
    return [(norm, feed)]
