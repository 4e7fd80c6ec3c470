"""Biases, normalization of lengths and responses, and layers of a few operations."""


def program(tf, np):
    x = tf.placeholder(tf.float32, [2, 3], name="x")
    free = tf.placeholder(tf.float32, [None, 3], name="free")
    image = tf.placeholder(tf.float32, [None, 2, 2, 3], name="image")
    b = tf.placeholder(tf.float32, [3], name="b")
    w = tf.placeholder(tf.float32, [3, 2], name="w")
    biased = tf.nn.bias_add(image, b, name="biased")
    by_bias = tf.gradients(tf.square(biased), [image, b])
    responses = tf.nn.lrn(image, 1, bias=2.0, alpha=0.5, beta=0.75)
    lengths = tf.nn.l2_normalize(x, 1)
    outs = [
        biased,
        tf.nn.bias_add(x, [1.0, 2.0, 3.0], data_format="NWC"),
        by_bias,
        tf.gradients([tf.square(g) for g in by_bias], [image, b]),
        tf.nn.xw_plus_b(x, w, [0.5, 1.0]),
        tf.nn.relu_layer(x, w, [0.1, -0.2]),
        tf.nn.zero_fraction(tf.nn.relu(free), name="zeros"),
        lengths,
        tf.nn.l2_normalize(free, dim=[0, 1], epsilon=1e-3, name="unit"),
        responses,
        tf.nn.local_response_normalization(image, name="local"),
        tf.gradients(lengths, x),
        tf.gradients(responses, image),
    ]
    first = tf.nn.bias_add(tf.transpose(image, [0, 3, 1, 2]), b, data_format="NCHW")
    by_first = tf.gradients(tf.square(first), b)[0]
    outs += [first, tf.gradients(tf.square(by_first), b)]
    rng = np.random.RandomState(5)
    feed = {x: rng.randn(2, 3), free: rng.randn(2, 3), image: rng.randn(1, 2, 2, 3)}
    feed.update({b: rng.randn(3), w: rng.randn(3, 2)})
    return [(out, feed) for out in outs]
