"""Convolutions with gaps in the filter."""


def program(tf, np):
    x = tf.placeholder(tf.float32, [1, 4, 5, 2], name="x")
    free = tf.placeholder(tf.float32, [None, None, None, 2], name="free")
    row = tf.placeholder(tf.float32, [2, 5, 2], name="row")
    k = tf.placeholder(tf.float32, [2, 2, 2, 3], name="k")
    row_filter = tf.placeholder(tf.float32, [3, 2, 3], name="row_filter")
    atrous = tf.nn.atrous_conv2d(x, k, 2, "SAME")
    atrous_valid = tf.nn.atrous_conv2d(free, k, 2, "VALID", name="gaps")
    atrous_one = tf.nn.atrous_conv2d(x, k, 1, "SAME")
    back = tf.nn.atrous_conv2d_transpose(atrous, k, [1, 4, 5, 2], 2, "SAME")
    general = tf.nn.convolution(x, k, "SAME", strides=[2, 1])
    general_gaps = tf.nn.convolution(row, row_filter, "SAME", dilation_rate=[2], name="general")
    pooled = tf.nn.pool(x, [2, 2], "AVG", "VALID", dilation_rate=[1, 2])
    outs = [atrous, atrous_valid, atrous_one, back, general, general_gaps, pooled]
    outs += [tf.gradients(atrous, [x, k])]
    first = tf.transpose(x, [0, 3, 1, 2])
    tf.nn.convolution(first, k, "SAME", dilation_rate=[2, 2], data_format="NCHW")
    tf.nn.convolution(tf.transpose(row, [0, 2, 1]), row_filter, "VALID", data_format="NCW")
    rng = np.random.RandomState(2)
    feed = {x: rng.randn(1, 4, 5, 2), free: rng.randn(1, 3, 4, 2), row: rng.randn(2, 5, 2)}
    feed.update({k: rng.randn(2, 2, 2, 3), row_filter: rng.randn(3, 2, 3)})
    return [(out, feed) for out in outs]
