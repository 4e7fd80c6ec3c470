"""Logistic and Poisson losses."""


def program(tf, np):
    x = tf.placeholder(tf.float32, [2, 3], name="x")
    y = tf.placeholder(tf.float32, [2, 3], name="y")
    free = tf.placeholder(tf.float32, [None, 3], name="free")
    p = tf.placeholder(tf.float32, (), name="p")
    logistic = tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=x)
    weighted = tf.nn.weighted_cross_entropy_with_logits(y, x, 2.5, name="weighted")
    weighted_free = tf.nn.weighted_cross_entropy_with_logits(targets=y, logits=free, pos_weight=p)
    outs = [
        logistic,
        weighted,
        weighted_free,
        tf.nn.sigmoid_cross_entropy_with_logits(logits=free, labels=tf.sigmoid(free), name="l"),
        tf.nn.log_poisson_loss(y, x),
        tf.nn.log_poisson_loss(y + 0.5, free, compute_full_loss=True, name="full"),
        tf.gradients(tf.gradients(logistic, [x, y]), [x, y]),
        tf.gradients(weighted, [x, y]),
    ]
    rng = np.random.RandomState(5)
    feed = {x: rng.randn(2, 3), y: rng.rand(2, 3), free: rng.randn(2, 3), p: 1.5}
    return [(out, feed) for out in outs]
