"""Pooling in one, two and three dimensions, with first and second gradients."""


def program(tf, np):
    x = tf.placeholder(tf.float32, [2, 4, 5, 2], name="x")
    free = tf.placeholder(tf.float32, [None, None, 4, 2], name="free")
    loose = tf.placeholder(tf.float32, name="loose")
    row = tf.placeholder(tf.float32, [2, 5, 2], name="row")
    box = tf.placeholder(tf.float32, [1, 3, 4, 2, 1], name="box")
    double = tf.placeholder(tf.float64, [1, 3, 3, 1], name="double")
    size, steps = [1, 2, 3, 1], [1, 2, 2, 1]
    most = tf.nn.max_pool(x, size, steps, "SAME", name="most")
    mean = tf.nn.avg_pool(x, ksize=size, strides=steps, padding="SAME", name="mean")
    outs = [
        most,
        mean,
        tf.nn.max_pool(input=x, value=None, ksize=2, strides=1, padding="VALID"),
        tf.nn.avg_pool(x, [2, 1], 2, "VALID", data_format="NHWC"),
        tf.nn.max_pool(free, 2, 2, "SAME"),
        tf.nn.avg_pool(free, 2, 2, "SAME"),
        tf.nn.max_pool(loose, 2, 2, "VALID"),
        tf.nn.max_pool2d(x, 2, 2, "SAME"),
        tf.nn.avg_pool2d(x, 2, 2, "SAME"),
        tf.nn.max_pool1d(row, 2, 2, "SAME"),
        tf.nn.avg_pool1d(row, 2, 2, "VALID"),
        tf.nn.max_pool3d(box, 2, 1, "VALID"),
        tf.nn.avg_pool3d(box, [1, 2, 2, 1, 1], 2, "SAME"),
        tf.nn.max_pool_v2(row, 2, 1, "SAME"),
        tf.nn.max_pool_v2(x, 2, 1, "SAME"),
        tf.nn.avg_pool_v2(box, 2, 1, "SAME", name="any"),
        tf.nn.pool(x, [2, 2], "MAX", "SAME", strides=[2, 1]),
        tf.nn.pool(row, [2], "AVG", "SAME", name="p"),
        tf.nn.pool(box, [2, 1, 1], "MAX", "VALID"),
        tf.nn.max_pool(double, 2, 1, "SAME"),
        tf.nn.avg_pool(double, 2, 1, "SAME"),
        tf.nn.max_pool(tf.cast(x * 10, tf.int32), [1, 1, 1, 2], [1, 1, 1, 2], "VALID"),
    ]
    argmax = tf.nn.max_pool_with_argmax(x, [1, 2, 2, 1], [1, 2, 2, 1], "SAME", name="where")
    outs += [list(argmax), tf.gradients(tf.square(argmax[0]), x)]
    by_most, by_mean = tf.gradients(tf.square(most), x)[0], tf.gradients(tf.square(mean), x)[0]
    by_box = tf.gradients(tf.square(outs[11]), box)[0]
    grads = [
        by_most,
        by_mean,
        by_box,
        tf.gradients(tf.square(by_most), x),
        tf.gradients(tf.square(by_mean), x),
        tf.gradients(tf.square(by_box), box),
        tf.gradients(tf.gradients(tf.square(by_most), x), x),
        tf.gradients(outs[4], free),
        tf.gradients(outs[5], free),
        tf.gradients(outs[6], loose),
        tf.gradients(tf.square(outs[12]), box),
    ]
    first = tf.transpose(x, [0, 3, 1, 2])
    for pool in (tf.nn.max_pool, tf.nn.avg_pool):
        tf.gradients(pool(first, 2, 2, "SAME", data_format="NCHW"), x)
    tf.nn.max_pool1d(tf.transpose(row, [0, 2, 1]), 2, 2, "SAME", data_format="NCW")
    tf.nn.pool(first, [2, 2], "MAX", "VALID", data_format="NCHW")
    rng = np.random.RandomState(3)
    # Some equal maxima in one window.
    feed = {x: np.round(rng.randn(2, 4, 5, 2) * 2), free: rng.randn(1, 3, 4, 2), row: rng.randn(2, 5, 2)}
    feed.update({loose: rng.randn(1, 3, 4, 1), box: np.round(rng.randn(1, 3, 4, 2, 1) * 2)})
    feed[double] = rng.randn(1, 3, 3, 1)
    return [(out, feed) for out in outs + grads]
