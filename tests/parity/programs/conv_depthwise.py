"""Depthwise and separable convolutions."""


def program(tf, np):
    x = tf.placeholder(tf.float32, [1, 4, 5, 2], name="x")
    free = tf.placeholder(tf.float32, [None, None, None, 2], name="free")
    depth = tf.placeholder(tf.float32, [2, 2, 2, 2], name="depth")
    point = tf.placeholder(tf.float32, [1, 1, 4, 3], name="point")
    native = tf.nn.depthwise_conv2d_native(x, depth, [1, 2, 2, 1], "SAME")
    deep = tf.nn.depthwise_conv2d(x, depth, [1, 1, 1, 1], "VALID", name="deep")
    deep_gaps = tf.nn.depthwise_conv2d(free, depth, [1, 1, 1, 1], "SAME", rate=[2, 2])
    separable = tf.nn.separable_conv2d(x, depth, point, [1, 2, 2, 1], "SAME")
    separable_gaps = tf.nn.separable_conv2d(x, depth, point, [1, 1, 1, 1], "VALID", dilations=[1, 2])
    by_native = tf.gradients(tf.square(native), [x, depth])
    outs = [native, deep, deep_gaps, separable, separable_gaps, by_native]
    outs += [
        tf.gradients([tf.square(g) for g in by_native], [x, depth]),
        tf.gradients(deep, [x, depth]),
        tf.gradients(separable, [x, depth, point]),
    ]
    first = tf.transpose(x, [0, 3, 1, 2])
    tf.nn.depthwise_conv2d(first, depth, [1, 1, 1, 1], "SAME", rate=[1, 2], data_format="NCHW")
    rng = np.random.RandomState(2)
    feed = {x: rng.randn(1, 4, 5, 2), free: rng.randn(1, 3, 4, 2), depth: rng.randn(2, 2, 2, 2)}
    feed[point] = rng.randn(1, 1, 4, 3)
    return [(out, feed) for out in outs]
