"""Exponentials of matrices, small and large."""


def program(tf, np):
    rng = np.random.RandomState(6)
    loose = tf.placeholder(tf.float64, [None, 3, 3], name="loose")
    feed = {loose: rng.randn(3, 3, 3) * np.array([0.01, 1.0, 9.0])[:, None, None]}
    return [(tf.linalg.expm(loose, name="exponentials"), feed)]
