"""Softmax and its logarithm, along every axis, with first and second gradients."""


def program(tf, np):
    x = tf.placeholder(tf.float32, [2, 3], name="x")
    labels = tf.placeholder(tf.float32, [2, 3], name="labels")
    cube = tf.placeholder(tf.float32, [2, 3, 2], name="cube")
    loose = tf.placeholder(tf.float32, name="loose")
    double = tf.placeholder(tf.float64, [None, 3], name="double")
    soft, log_soft = tf.nn.softmax(x, name="soft"), tf.nn.log_softmax(x)
    along = tf.nn.softmax(cube, axis=1)
    outs = [
        soft,
        log_soft,
        along,
        tf.nn.softmax(cube, dim=-2, name="middle"),
        tf.nn.log_softmax(cube, axis=0),
        tf.nn.softmax(cube, 2),
        tf.nn.softmax(loose),
        tf.nn.softmax(double),
        tf.nn.softmax(tf.cast(x, tf.float16)),
        tf.gradients(tf.gradients(tf.square(soft), x), x),
        tf.gradients(log_soft * labels, [x, labels]),
        tf.gradients(tf.gradients(tf.square(log_soft), x), x),
        tf.gradients(along, cube),
    ]
    rng = np.random.RandomState(4)
    feed = {x: rng.randn(2, 3), labels: [[0.2, 0.5, 0.3], [0, 1, 0]], cube: rng.randn(2, 3, 2)}
    feed.update({loose: rng.randn(2, 2, 2), double: rng.randn(2, 3)})
    return [(out, feed) for out in outs]
