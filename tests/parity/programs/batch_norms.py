"""Batch normalization, with first and second gradients."""


def program(tf, np):
    x = tf.placeholder(tf.float32, [2, 2, 3, 2], name="x")
    free = tf.placeholder(tf.float32, [None, None, 3, 2], name="free")
    scale = tf.placeholder(tf.float32, [2], name="scale")
    offset = tf.placeholder(tf.float32, [2], name="offset")
    mean = tf.placeholder(tf.float32, [2], name="mean")
    variance = tf.placeholder(tf.float32, [2], name="variance")
    batch = tf.nn.fused_batch_norm(x, scale, offset, name="batch")
    batch_free = tf.nn.fused_batch_norm(free, scale, offset, epsilon=0.01)
    given = tf.nn.fused_batch_norm(x, scale, offset, mean, variance, is_training=False, name="given")
    half = tf.nn.fused_batch_norm(tf.cast(x, tf.float16), scale, offset)
    by_batch = tf.gradients(tf.sin(batch[0]), [x, scale, offset], name="by_batch")
    outs = [
        list(batch),
        list(batch_free),
        given[0],
        list(half),
        tf.nn.batch_normalization(x, mean, variance, offset, scale, 0.001),
        tf.nn.batch_normalization(free, mean, variance, None, None, 1e-3, name="plain"),
        tf.nn.batch_norm_with_global_normalization(x, mean, variance, offset, scale, 0.01, True),
        by_batch,
        tf.gradients([tf.square(g) for g in by_batch], [x, scale, offset], name="second"),
        tf.gradients(tf.sin(given[0]), [x, scale, offset]),
        tf.gradients(tf.sin(batch_free[0]), [free, scale]),
    ]
    # TensorFlow has no kernels for this format on the CPU.
    first = tf.transpose(x, [0, 3, 1, 2])
    batch_first = tf.nn.fused_batch_norm(first, scale, offset, data_format="NCHW")[0]
    given_first = tf.nn.fused_batch_norm(
        first, scale, offset, mean, variance, data_format="NCHW", is_training=False
    )[0]
    for y in (batch_first, given_first):
        tf.gradients(tf.sin(y), [x, scale, offset])
    rng = np.random.RandomState(6)
    feed = {x: rng.randn(2, 2, 3, 2), free: rng.randn(2, 1, 3, 2), scale: rng.randn(2), offset: rng.randn(2)}
    feed.update({mean: rng.randn(2), variance: rng.rand(2) + 0.5})
    return [(out, feed) for out in outs]
