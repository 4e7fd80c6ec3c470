"""Means and variances, with their gradients."""


def program(tf, np):
    x = tf.placeholder(tf.float32, [2, 2, 3, 2], name="x")
    free = tf.placeholder(tf.float32, [None, None, 2], name="free")
    weights = tf.placeholder(tf.float32, [2, 1, 3, 1], name="weights")
    double = tf.placeholder(tf.float64, [2, 3], name="double")
    plain = tf.nn.moments(x, [0, 1, 2], name="stats")
    weighted = tf.nn.weighted_moments(x, [0, 2], weights)
    sums = tf.nn.sufficient_statistics(x, [0, 1])
    shifted = tf.nn.sufficient_statistics(free, [0, 1], shift=0.5, keep_dims=True, name="shifted")
    normal = tf.nn.normalize_moments(*sums)
    outs = [
        plain,
        tf.nn.moments(free, [0], keep_dims=True),
        tf.nn.moments(tf.cast(x, tf.float16), axes=[1]),
        tf.nn.moments(double, [0], keepdims=False),
        weighted,
        tf.nn.weighted_moments(free, [0], [[1.0, 2.0]], keep_dims=True, name="w"),
        list(sums)[:3],
        list(shifted),
        normal,
        tf.nn.normalize_moments(*shifted, name="n"),
        tf.gradients(plain, x),
        tf.gradients(weighted, [x, weights]),
    ]
    rng = np.random.RandomState(6)
    feed = {x: rng.randn(2, 2, 3, 2), free: rng.randn(2, 1, 2), weights: rng.rand(2, 1, 3, 1)}
    feed[double] = rng.randn(2, 3)
    return [(out, feed) for out in outs]
